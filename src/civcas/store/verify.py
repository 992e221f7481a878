"""Whether the record still holds: the log, its head, the texts and quotes; and which bytes the archive must have."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from django.apps import apps
from django.db import DatabaseError, connections, models, transaction

from civcas.core import log
from civcas.core.datasets.entries import Dataset
from civcas.core.errors import BadSource, BadStore
from civcas.core.log import Fault, Noted
from civcas.core.records import Capture, Decision, Document, Problem
from civcas.store import decisions, documents, erasing, layout, readings, seal, workspace
from civcas.store.keys import holds, read_key
from civcas.store.models import (
    AccountRow,
    CaptureRow,
    ClaimRow,
    DatasetRow,
    DocumentRow,
    HeadRow,
    MediaRow,
    PayloadRow,
    ProblemRow,
    TextRow,
)
from civcas.store.rows import batches, plain


def faults(db: str, folder: Path, noted: Iterable[Noted]) -> Iterator[Fault]:
    """What does not hold in the database; the archive is looked at by whoever knows it (`expected`)."""
    checks: Checks = {
        "the columns": lambda: _type_faults(db),
        **_log_checks(db, folder, tuple(noted)),
        "the seal of the record": lambda: seal.faults(db),
        "the captures and problems": lambda: _body_faults(db),
        "the texts": lambda: _text_faults(db),
        "the versions of texts": lambda: _version_faults(db),
        "the quotes": lambda: _quote_faults(db),
        "the claims": lambda: _claim_faults(db),
    }
    yield from _made(db, checks)


Checks = Mapping[str, Callable[[], Iterator[Fault]]]


def log_faults(db: str, folder: Path, noted: Iterable[Noted]) -> Iterator[Fault]:
    """What does not hold in the decision log."""
    yield from _made(db, _log_checks(db, folder, tuple(noted)))


def _log_checks(db: str, folder: Path, marks: tuple[Noted, ...]) -> Checks:
    return {
        "the decision log": lambda: _log_faults(db, folder, marks),
        "what the decision log says": lambda: _column_faults(db),
    }


def _made(db: str, checks: Checks) -> Iterator[Fault]:
    with _still(db):
        for what, check in checks.items():
            yield from _guarded(what, check)


def _guarded(what: str, check: Callable[[], Iterator[Fault]]) -> Iterator[Fault]:
    """The faults found; rows that cannot be read at all are one more."""
    try:
        yield from check()
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OverflowError,
        BadSource,
        BadStore,
        DatabaseError,
    ) as fault:
        yield Fault(what="unreadable", message=f"{what} cannot be read to the end: {fault}")


@contextlib.contextmanager
def _still(db: str) -> Iterator[None]:
    """What is read inside is of one moment, and whoever writes meanwhile is not held up."""
    connection = connections[db]
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(using=db), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


_STORED: Mapping[type[Any], str] = {
    models.BinaryField: "blob",
    models.IntegerField: "integer",
    models.BooleanField: "integer",
    models.CharField: "text",
    models.TextField: "text",
    models.DateTimeField: "text",
}


def _type_faults(db: str) -> Iterator[Fault]:
    """SQLite takes a value of any type in any column; PostgreSQL does not."""
    connection = connections[db]
    if connection.vendor != "sqlite":
        return
    quoted = connection.ops.quote_name
    for model in apps.get_app_config("store").get_models():
        key, table = quoted(str(model._meta.pk.column)), quoted(model._meta.db_table)
        for field in model._meta.concrete_fields:
            plain_field = field.target_field if isinstance(field, models.ForeignKey) else field
            kind = next((k for of, k in _STORED.items() if isinstance(plain_field, of)), None)
            if kind is None or field.column is None:
                continue
            column = quoted(field.column)
            with connection.cursor() as cursor:
                asked = f"SELECT {key}, typeof({column}) FROM {table} WHERE typeof({column}) NOT IN (%s, %s)"  # noqa: S608
                cursor.execute(asked, [kind, "null" if field.null else kind])
                for row, type_ in cursor.fetchall():
                    where = f"{model._meta.db_table} {row!r}: its {field.column}"
                    yield Fault(what="unreadable", message=f"{where} is stored as {type_}, not as {kind}")


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
    for stone in stones_of_documents(db):
        signed = log.erasure_message(str(stone.value["document"]), map(str, stone.value.get("bytes", ())))
        if not holds(str(stone.value.get("key")), str(stone.value.get("signature")), signed):
            message = f"the tombstone of document {stone.value['document']!r} is not signed by its key"
            yield Fault(what="unsigned", message=message)
    if (folder / layout.KEY).exists() and read_key(folder).public != key:
        yield Fault(what="foreign", message=f"{layout.KEY} is not the key that this record was begun with")


def stones_of_documents(db: str) -> list[Decision]:
    """The tombstones that name a document."""
    return [d for d in decisions.read_tombstones(db) if "document" in d.value]


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
        text: object = row.text
        if isinstance(text, str):
            continue  # named already: not as its type
        if hashlib.sha256(plain(row.text)).hexdigest() != row.digest:
            yield Fault(what="altered", message=f"the text of document {row.document_id!r} is altered")


def _version_faults(db: str) -> Iterator[Fault]:
    rows = DocumentRow.objects.using(db).annotate(newest=models.Max("texts__number"))
    for id_, current, newest in rows.values_list("id", "current_text", "newest").order_by("position").iterator():
        if current != newest:
            message = f"document {id_!r} goes by version {current} of its text, but the newest is {newest}"
            yield Fault(what="altered", message=message)


def _claim_faults(db: str) -> Iterator[Fault]:
    """A claim's id is a hash of what is said and where; every claim of an account is there as a claim too."""
    for batch in batches(documents.ids(db), 200):
        known: dict[str, bool] = {}
        rows = ClaimRow.objects.using(db).filter(document_id__in=batch).order_by("pk")
        for id_, document, said, until in rows.values_list("claim", "document_id", "body", "until").iterator():
            known[id_] = known.get(id_, False) or until is None
            yield from _id_faults(f"claim {id_} of document {document!r}", id_, document, said)
        accounts = AccountRow.objects.using(db).filter(document_id__in=batch).order_by("pk")
        for id_, document, said, until in accounts.values_list("account", "document_id", "body", "until").iterator():
            yield from _account_faults(id_, document, said, known, now=until is None)


def _account_faults(id_: str, document: str, said: str, known: Mapping[str, bool], *, now: bool) -> Iterator[Fault]:
    where = f"account {id_} of document {document!r}"
    try:
        account = msgspec.json.decode(said)
        claims = [(str(claim["id"]), claim) for claim in account["claims"]]
        filed = (account["id"], account["document"]) == (id_, document)
    except (ValueError, KeyError, TypeError) as fault:
        yield Fault(what="unreadable", message=f"{where} cannot be read: {fault}")
        return
    if not filed:
        yield Fault(what="altered", message=f"{where} is not filed as what it says")
    for name, claim in claims:
        yield from _id_faults(f"claim {name} in {where}", name, document, msgspec.json.encode(claim))
        if name not in known or (now and not known[name]):
            yield Fault(what="missing", message=f"claim {name} of {where} is not among the claims that hold")


def _id_faults(what: str, id_: str, document: str, said: str | bytes) -> Iterator[Fault]:
    """The parts are hashed as they are stored, so that a field that records gain later changes no id."""
    try:
        claim = msgspec.json.decode(said)
        given = {"speaker": None, "negated": False, "hedged": False, "scope": "incident", **claim}
        parts = [given[part] for part in _SAID]
    except (ValueError, KeyError, TypeError) as fault:
        yield Fault(what="unreadable", message=f"{what} cannot be read: {fault}")
        return
    made = hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[: len(id_)]
    if claim["id"] != id_ or claim["document"] != document or made != id_:
        yield Fault(what="altered", message=f"{what} does not say what its id was made of")


_SAID = ("document", "kind", "value", "span", "speaker", "negated", "hedged", "scope")  # as in Claim.make


def _quote_faults(db: str) -> Iterator[Fault]:
    """Every quote of every claim ever read stands in the text that it was read in, also where an account repeats it."""
    for batch in batches(documents.ids(db), documents.AT_ONCE):
        texts, titles = documents.all_texts(db, batch), documents.titles(db, batch)
        told: set[str] = set()
        for document, number, claim in readings.ever_read(db, batch):
            versions = texts.get(document, {})
            read_in = versions.values() if number is None else [versions.get(number, "")]
            reports = (Document(id=document, text=text, title=titles.get(document)) for text in read_in)
            if not any(report.words(claim.span.start, claim.span.end) == claim.span.quote for report in reports):
                where = f"{claim.span.start}-{claim.span.end} of document {document!r}"
                message = f"the quote {claim.span.quote[:60]!r} of claim {claim.id} does not stand at {where}"
                if message not in told:
                    told.add(message)
                    yield Fault(what="misquoted", message=message)


def _body_faults(db: str) -> Iterator[Fault]:
    for model, kind in _NAMING_BYTES:
        for id_, said in model.objects.using(db).order_by("pk").values_list("pk", "body").iterator():
            try:
                msgspec.json.decode(said, type=kind)
            except (ValueError, TypeError) as fault:
                message = f"{model._meta.db_table} {id_!r} holds no {kind.__name__.lower()}: {fault}"
                yield Fault(what="unreadable", message=message)


_NAMING_BYTES: tuple[tuple[Any, type[Capture] | type[Problem] | type[Dataset]], ...] = (
    (CaptureRow, Capture), (ProblemRow, Problem), (DatasetRow, Dataset),
)  # fmt: skip


def expected(db: str) -> Iterator[str]:
    """The digests of all bytes that the archive must hold; a row that cannot be read names none, and what was erased is
    not looked for."""
    seen: set[str] = set()
    with contextlib.suppress(BadSource):  # a line that cannot be read is named for itself
        seen.update(erasing.erased_bytes(db))
    for digest in _digests(db):
        if isinstance(digest, str) and digest not in seen and _SHA256.fullmatch(digest):
            seen.add(digest)
            yield digest


_SHA256 = re.compile(r"[0-9a-f]{64}")


def _digests(db: str) -> Iterator[str | None]:
    columns: tuple[Any, ...] = (DocumentRow, MediaRow)
    for model in columns:
        yield from model.objects.using(db).values_list("sha256", flat=True).iterator()
    for model, kind in _NAMING_BYTES:
        for said in model.objects.using(db).order_by("pk").values_list("body", flat=True).iterator():
            with contextlib.suppress(ValueError, TypeError):
                record = msgspec.json.decode(said, type=kind)
                yield record.sha256
                if isinstance(record, Capture):
                    yield record.container
