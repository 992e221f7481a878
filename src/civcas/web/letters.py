"""What readers write to the desk: checked, bounded, and put into the desk's queue; nothing of it is ever shown."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.utils.translation import gettext

from civcas.core.records import Letter, digest
from civcas.store import open_store
from civcas.web.site import Site

KINDS = ("correct", "add", "withdraw")
RELATIONS = ("relative", "witness", "journalist", "other")
LONGEST = 5_000
LONGEST_LINE = 200


class Refused(Exception):
    """The form is not filled in as it must be."""

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems


def letter_of(given: Mapping[str, str], code: str, language: str) -> Letter:
    """The letter that the form holds; raises Refused with what is wrong with it, in the reader's language."""
    kind, relation = given.get("kind", ""), given.get("relation", "other")
    text = given.get("text", "").replace("\0", " ").strip()
    problems = []
    if kind not in KINDS:
        problems.append(gettext("Say whether you correct, add, or ask that something be taken down."))
    if relation not in RELATIONS:
        problems.append(gettext("Say who you are to those concerned."))
    if not text:
        problems.append(gettext("Write what the desk should know."))
    if len(text) > LONGEST:
        problems.append(gettext("The text is longer than {n} characters.").format(n=LONGEST))
    if given.get("website"):  # a field that people do not see
        problems.append(gettext("The form was not filled in by a person."))
    if problems:
        raise Refused(*problems)
    at = datetime.datetime.now(datetime.UTC)
    return Letter(
        id=digest("letter", code, kind, text, at),
        code=code,
        kind=kind,  # type: ignore[arg-type]
        relation=relation,  # type: ignore[arg-type]
        text=text,
        contact=given.get("contact", "").strip()[:LONGEST_LINE] or None,
        language=language,
        at=at,
    )


def receive(site: Site, letter: Letter) -> None:
    """Puts the letter into the queue of the desk."""
    with open_store(site.workspace, site.database_url) as store:
        store.add_letter(letter)
