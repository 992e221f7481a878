"""The declared strikes of a workspace, as they are held against an allegation."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from civcas.core.match.strikes import AS_IF, Declaration, declares, report_of
from civcas.core.records import Assessment, Claim, Document
from civcas.pipeline.reading import Reader, Rules

if TYPE_CHECKING:
    from civcas.store import Store

BEFORE_DAYS = 1  # a time zone apart
AT_ONCE = 200  # documents
AFTER_DAYS = 400  # parties have declared strikes in reports of the whole year


def declarations(store: Store, rules: Rules, found: Assessment) -> Iterator[Declaration]:
    """The reports that may be parties' own on their strikes and are out soon enough after the incident; not the
    reports that tell of the incident itself. Only these are read once more: one without a date in two years."""
    own = set(found.documents)
    timely = (d for d in store.documents() if d.id not in own and _in_time(d, found))
    with Reader(rules) as reader:
        for batch in batched(timely):
            read: dict[str, list[Claim]] = {d.id: [] for d in batch}
            for claim in store.claims(read):
                read[claim.document].append(claim)
            for document in batch:
                if declares(document, read[document.id], rules.project):
                    yield _declaration(document, reader, rules)


def batched(documents: Iterator[Document]) -> Iterator[list[Document]]:
    while batch := list(itertools.islice(documents, AT_ONCE)):
        yield batch


def _declaration(document: Document, reader: Reader, rules: Rules) -> Declaration:
    dated = document.published_day is not None
    first = document if dated else _as_if(document, AS_IF[0])
    claims = reader.claims(first)
    again = None if dated else reader.claims(_as_if(document, AS_IF[1]))
    return report_of(document, claims, reader.places(first, claims), rules.project, again)


def _as_if(document: Document, day: str) -> Document:
    return msgspec.structs.replace(document, published=day, captured=None)


def _in_time(document: Document, found: Assessment) -> bool:
    day = document.published_day
    if day is None or found.when is None:
        return True
    first = found.when.start - datetime.timedelta(days=BEFORE_DAYS)
    return first <= day <= found.when.end + datetime.timedelta(days=AFTER_DAYS)
