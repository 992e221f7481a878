"""Whether the record still holds: the log, its head, the texts and quotes; and which bytes the archive must have."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from civcas.core import log
from civcas.core.errors import BadSource
from civcas.core.log import Fault, Noted
from civcas.store import decisions, documents, layout, readings, workspace
from civcas.store.keys import holds, read_key
from civcas.store.models import DocumentRow, HeadRow, MediaRow, PayloadRow, TextRow
from civcas.store.rows import batches, plain


def faults(db: str, folder: Path, noted: Iterable[Noted]) -> Iterator[Fault]:
    """What does not hold in the database; the archive is looked at by whoever knows it (`expected`)."""
    yield from _log_faults(db, folder, tuple(noted))
    yield from _column_faults(db)
    yield from _text_faults(db)
    yield from _quote_faults(db)


def _log_faults(db: str, folder: Path, noted: tuple[Noted, ...]) -> Iterator[Fault]:
    links, sealed = list(decisions.links(db)), decisions.sealed(db)
    if not HeadRow.objects.using(db).filter(id=1).exists():
        yield Fault(what="missing", message="the head of the log is missing")
        yield from log.check(links, sealed, noted=noted, verify=holds)
        return
    head = decisions.head(db)
    yield from log.check(links, sealed, noted=noted, head=head, verify=holds)
    key = workspace.public_key(db)
    if head.key != key:
        yield Fault(what="unsigned", line=head.number, message="the head is not signed with the workspace's key")
    stones = [d for d in decisions.read_tombstones(db) if d.value.get("key") != key]
    for stone in stones:
        message = f"the tombstone of line {stone.value.get('line')} is signed with another key than the workspace's"
        yield Fault(what="unsigned", line=stone.value.get("line"), message=message)
    if (folder / layout.KEY).exists() and read_key(folder).public != key:
        yield Fault(what="foreign", message=f"{layout.KEY} is not the key that this record was begun with")


def _column_faults(db: str) -> Iterator[Fault]:
    """The columns that decisions are searched by must say what the sealed payload says."""
    for row in PayloadRow.objects.using(db).order_by("link_id").iterator():
        try:
            said = log.read_payload(plain(row.payload))
        except BadSource as fault:
            yield Fault(what="unreadable", line=row.pk, message=f"what line {row.pk} says cannot be read: {fault}")
            continue
        if (said.id, said.verb) != (row.decision, row.verb):
            yield Fault(what="altered", line=row.pk, message=f"line {row.pk} is not filed as what it says")


def _text_faults(db: str) -> Iterator[Fault]:
    for row in TextRow.objects.using(db).order_by("pk").iterator(chunk_size=100):
        if hashlib.sha256(plain(row.text)).hexdigest() != row.digest:
            yield Fault(what="altered", message=f"the text of document {row.document_id!r} is altered")


def _quote_faults(db: str) -> Iterator[Fault]:
    """Every quote of every claim ever read stands in the text that it was read in, also where an account repeats it."""
    for batch in batches(documents.ids(db), documents.AT_ONCE):
        texts = documents.all_texts(db, batch)
        told: set[str] = set()
        for document, number, claim in readings.ever_read(db, batch):
            versions = texts.get(document, {})
            read_in = versions.values() if number is None else [versions.get(number, "")]
            if not any(text[claim.span.start : claim.span.end] == claim.span.quote for text in read_in):
                where = f"{claim.span.start}-{claim.span.end} of document {document!r}"
                message = f"the quote {claim.span.quote[:60]!r} of claim {claim.id} does not stand at {where}"
                if message not in told:
                    told.add(message)
                    yield Fault(what="misquoted", message=message)


def expected(db: str) -> Iterator[str]:
    """The digests of all bytes that the archive must hold."""
    seen: set[str] = set()
    for digest in _digests(db):
        if digest and digest not in seen:
            seen.add(digest)
            yield digest


def _digests(db: str) -> Iterator[str | None]:
    columns: tuple[Any, ...] = (DocumentRow, MediaRow)
    for model in columns:
        yield from model.objects.using(db).values_list("sha256", flat=True).iterator()
    for capture in documents.captures(db, None):
        yield capture.sha256
        yield capture.container
    for problem in documents.problems(db):
        yield problem.sha256
