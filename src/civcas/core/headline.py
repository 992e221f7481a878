"""The title of a report, read where it says what the text below it does not.

Pages lose their text to pop-ups and paywalls oftener than their title, and a text often leaves the town to its title.
Words of a title stand before the text, at offsets below 0 (`Document.words`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from civcas.core.records import Claim, Document, Figure

_BETWEEN = re.compile(r"\s+[|–—-]\s+|\s*\|\s*|\s+:\s+")  # a headline and the names of outlet and section
SAME = 40  # characters; a text that holds so much of the title's beginning holds the title
HARM = ("killed", "injured", "missing", "detained", "displaced", "victim")
CAPITALS = 0.7  # share of a headline's words from which capitals mark no names: "Two Hurt In Harbour Fire"


def headline(document: Document) -> tuple[int, int] | None:
    """Where the headline stands in the title, without the outlet's name; None where there is none or the text has
    it."""
    title = document.title or ""
    parts, start = [], 0
    for found in [*_BETWEEN.finditer(title), None]:
        end = found.start() if found else len(title)
        parts.append((start, end))
        start = found.end() if found else end
    first, last = max(parts, key=lambda part: (len(title[slice(*part)].split()), -part[0]))
    said = title[first:last]
    if not said.strip() or _plain(said)[:SAME] in _plain(document.text):
        return None
    before = len(title) + 1
    return first - before, last - before


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def untold(title: Iterable[Claim], text: Sequence[Claim], words: str) -> list[Claim]:
    """The claims of the title that say more than the text does: a plural without a number says nothing where the text
    counts, nor does "a building" where the text has said what was struck. In capitals throughout, names of people
    cannot be told from other words."""
    unheard = ("victim",) if all_capitals(words) else ()
    kinds = {c.kind for c in text if c.scope == "incident" and not c.negated}
    fuller = [c for c in title if c.kind not in kinds or c.kind == "place" or (c.kind in HARM and not _vague(c))]
    return [c for c in fuller if c.kind not in unheard]


def figure(claim: Claim) -> tuple[object, ...]:
    """Who counts whom and how, whatever the words: "three killed" and "3 people were killed" are alike."""
    value = claim.value
    if not isinstance(value, Figure):
        return (claim.kind, value)
    return (
        claim.kind,
        claim.speaker,
        value.group,
        value.number,
        value.upper,
        value.bound,
        value.part,
        len(value.addends),
    )


def _vague(claim: Claim) -> bool:
    value = claim.value
    return isinstance(value, Figure) and value.word is not None


def all_capitals(words: str) -> bool:
    """Whether nearly every word begins with a capital, as headlines are set in many papers."""
    letters = [word for word in words.split() if word[:1].isalpha()]
    return sum(word[0].isupper() for word in letters) >= CAPITALS * len(letters) > 0


def below_title(document: Document, claims: Sequence[Claim]) -> tuple[str, list[Claim]]:
    """The text with its title above it, and the claims at their offsets in both together; the text alone where
    nothing was read in the title."""
    if not any(claim.span.start < 0 for claim in claims):
        return document.text, list(claims)
    head = f"{document.title or ''}\n"
    return head + document.text, [_moved(claim, len(head)) for claim in claims]


def _moved(claim: Claim, by: int) -> Claim:
    """The same claim, by the same id, as it stands in a longer text."""
    span = msgspec.structs.replace(claim.span, start=claim.span.start + by, end=claim.span.end + by)
    return msgspec.structs.replace(claim, span=span)
