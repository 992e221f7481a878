"""The seal: a digest of each row, chained and signed with the workspace's key in the transaction that writes the row.

Rows that are never changed are sealed once, in lots beside them (`seal/TABLE/LAST`); codes, members and assessments,
which are written anew, as they stand (`seal/now`). What was done to them outside of civcas shows, row by row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from civcas.core.errors import BadSource
from civcas.core.log import Fault
from civcas.core.records import Record
from civcas.store.keys import holds, read_key
from civcas.store.models import (
    AccountRow,
    AssessmentRow,
    CaptureRow,
    ClaimRow,
    CodeRow,
    DatasetRow,
    DocumentRow,
    EntryRow,
    MediaRow,
    MemberRow,
    MetaRow,
    ProblemRow,
    ReadingRow,
    TextRow,
)
from civcas.store.rows import batches

LOT = 5000
_NOW, _SEAL = "seal/now", "seal"
_DOCUMENT = ("position", "id", "sha256", "body")
_READ = ("document_id", "position", "body", "since")
# The first column is in the order of writing, the second is what a person knows the row by.
TABLES: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "document": (DocumentRow, _DOCUMENT),
    "text of document": (TextRow, ("pk", "document_id", "number", "reader", "digest", "since")),
    "medium of document": (MediaRow, ("pk", "document_id", "number", "sha256", "body")),
    "capture of document": (CaptureRow, ("position", "document_id", "id", "body")),
    "problem": (ProblemRow, ("position", "id", "since", "body")),
    "claim": (ClaimRow, ("pk", "claim", "text_number", *_READ)),
    "account": (AccountRow, ("pk", "account", "kind", *_READ)),
    "dataset": (DatasetRow, ("pk", "name", "version", "body")),
    "entry": (EntryRow, ("pk", "key", "dataset", "position", "since", "body")),
}
REPORTS = ("document", "text of document", "medium of document", "capture of document")
READINGS = ("claim", "account")
DATASETS = ("dataset", "entry")

_MODULUS = 1 << 256

Line = tuple[int, str, str]  # order, name and digest of a row


class Seal(Record, frozen=True, kw_only=True, omit_defaults=True):  # so that a later field breaks no signature
    """Where each chain of lots ends, the digest of what stands now, and what was read until when."""

    ends: dict[str, tuple[int, str]] = {}
    now: str = ""
    held: str = ""  # the sum of what `held` gives for each document, hex
    signature: str = ""

    def message(self) -> bytes:
        said = msgspec.structs.replace(self, signature="")
        return b"civcas seal\n" + msgspec.json.encode(said, order="deterministic")


def extend(db: str, folder: Path, tables: Iterable[str], *, now: bool | Collection[str] = False, more: int = 0) -> None:
    """Seals the rows added to the tables and, with `now`, what stands now (of these codes, or of all); `more` is by how
    much the sum of what is held has changed. Runs in the transaction that wrote them.

    A seal that does not hold is left as it is, since a new signature would cover what was done.
    """
    seal = _read(db)
    if seal.signature and not _signed(db, seal):
        return
    ends = dict(seal.ends)
    for table in tables:
        last, digest = ends.get(table, (0, ""))
        for lot in batches(_lines(table, db, last), LOT):
            last, value = lot[-1][0], msgspec.json.encode(lot).decode()
            digest = _chained(digest, value)
            MetaRow.objects.using(db).create(name=f"seal/{table}/{last:015}", value=value)
        if last:
            ends[table] = (last, digest)
    value = seal.now
    if now:
        standing = _standing(db) if now is True else _restanding(db, seal, now)
        if standing is None:
            return
        stands = msgspec.json.encode(standing).decode()
        value = _chained("", stands)
        if value != seal.now:
            MetaRow.objects.using(db).update_or_create(name=_NOW, defaults={"value": stands})
    sum_ = f"{(int(seal.held or '0', 16) + more) % _MODULUS:x}" if more else seal.held
    made = Seal(ends=ends, now=value, held=sum_)
    if (made.ends, made.now, made.held) != (seal.ends, seal.now, seal.held):
        signed = msgspec.structs.replace(made, signature=read_key(folder).sign(made.message()))
        text = msgspec.json.encode(signed).decode()
        MetaRow.objects.using(db).update_or_create(name=_SEAL, defaults={"value": text})


Orders = Mapping[str, set[int]]  # of rows, by table


def orders(db: str, document: str) -> dict[str, set[int]]:
    """The rows of a document in each table, by their order."""
    return {table: {line[0] for line in _lines_of(table, db, document)} for table in TABLES}


def forget(db: str, folder: Path, document: str, was: Orders, *, more: int) -> None:
    """Seals anew what an erasure has left of a document's rows, and what stands now; `more` as in `extend`.

    Only the entries of the rows that there were (`was`) are written anew: all others stay as they were sealed. Where
    the seal does not hold, nothing is sealed anew, so that verify goes on to name what was done.
    """
    seal = _read(db)
    if not seal.signature or not _signed(db, seal):
        return
    ends = {
        table: _without(db, table, document, was[table], end) if was.get(table) else end
        for table, end in seal.ends.items()
    }
    made = msgspec.structs.replace(seal, ends=ends, signature="")
    signed = msgspec.structs.replace(made, signature=read_key(folder).sign(made.message()))
    MetaRow.objects.using(db).filter(name=_SEAL).update(value=msgspec.json.encode(signed).decode())
    extend(db, folder, (), now=True, more=more)


def _without(db: str, table: str, document: str, was: set[int], end: tuple[int, str]) -> tuple[int, str]:
    """The end of the table's chain of lots once the document's entries say what is left of them."""
    lots = list(MetaRow.objects.using(db).filter(name__startswith=f"seal/{table}/").order_by("name"))
    before = ""
    for row in lots:
        before = _chained(before, row.value)
    if before != end[1]:
        return end  # altered lots stay altered
    left = {line[0]: line for line in _lines_of(table, db, document)}
    last, digest = 0, ""
    for row in lots:
        sealed = _lot(row.value)
        lot = [left.get(line[0], line) for line in sealed if line[0] in left or line[0] not in was]
        if lot != sealed:
            row.delete()
        if lot:
            last, value = lot[-1][0], msgspec.json.encode(lot).decode()
            digest = _chained(digest, value)
            if lot != sealed:
                MetaRow.objects.using(db).create(name=f"seal/{table}/{last:015}", value=value)
    return last, digest


def _lines_of(table: str, db: str, document: str) -> Iterator[Line]:
    model, columns = TABLES[table]
    names = {field.attname for field in model._meta.concrete_fields}
    if table != "document" and "document_id" not in names:
        return
    own = {"id": document} if table == "document" else {"document_id": document}
    for row in model.objects.using(db).filter(**own).order_by(columns[0]).values_list(*columns):
        yield row[0], str(row[1]), _digest(row[1:])


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def faults(db: str) -> Iterator[Fault]:
    """The rows that are not as they were written, each by its name."""
    try:
        seal = _read(db)
    except BadSource as fault:
        yield Fault(what="unreadable", message=str(fault))
        return
    if not seal.signature:
        if any(model.objects.using(db).exists() for model, _ in TABLES.values()) or CodeRow.objects.using(db).exists():
            yield Fault(what="unsigned", message="the record bears no seal: it was taken away, or never written")
        return
    if not _signed(db, seal):
        yield Fault(what="unsigned", message="the seal of the record is not signed with the workspace's key")
        return
    for table in TABLES:
        yield from _table_faults(db, table, seal.ends.get(table, (0, "")))
    yield from _standing_faults(db, seal)
    ids = DocumentRow.objects.using(db).order_by("position").values_list("id", flat=True)
    found = sum(held(db, batch) for batch in batches(list(ids))) % _MODULUS
    if found != int(seal.held or "0", 16):
        message = "until when claims and accounts hold, or who read which text, was altered after it was written"
        yield Fault(what="altered", message=message)


def held(db: str, documents: Iterable[str]) -> int:
    """A number that says which reader went over the documents and until when their claims and accounts held.

    The numbers of documents add up, so that a batch changes the sum by its own part alone.
    """
    ids = set(documents)
    states: dict[str, list[Any]] = {}
    ended = ("document_id", "pk", "until")
    for model, columns, open_too in (
        (ReadingRow, (*ended, "since", "reader", "text_number"), True),
        (ClaimRow, ended, False),
        (AccountRow, ended, False),
    ):
        rows = model.objects.using(db).filter(document_id__in=ids).order_by("pk")
        for document, *row in (rows if open_too else rows.filter(until__isnull=False)).values_list(*columns):
            states.setdefault(document, []).append([model.__name__, *row])
    return sum(int(hashlib.sha256(msgspec.json.encode(state)).hexdigest(), 16) for state in states.items())


def _table_faults(db: str, table: str, end: tuple[int, str]) -> Iterator[Fault]:
    digest = ""
    names = MetaRow.objects.using(db).filter(name__startswith=f"seal/{table}/").order_by("name")
    rows = _lines(table, db, 0)
    row = next(rows, None)
    for value in names.values_list("value", flat=True).iterator():
        digest = _chained(digest, value)
        for order, name, sealed in _lot(value):
            while row is not None and row[0] < order:
                yield _added(table, row)
                row = next(rows, None)
            if row is None or row[0] != order:
                yield Fault(what="missing", message=f"{table} {name!r} was removed from the record")
                continue
            if row[2] != sealed:
                yield Fault(what="altered", message=f"{table} {name!r} was altered after it was written")
            row = next(rows, None)
    while row is not None:
        yield _added(table, row)
        row = next(rows, None)
    if digest != end[1]:
        yield Fault(what="altered", message=f"the lots that seal each {table} are altered")


def _added(table: str, row: Line) -> Fault:
    return Fault(what="foreign", message=f"{table} {row[1]!r} was not written by civcas")


def _standing_faults(db: str, seal: Seal) -> Iterator[Fault]:
    stored = MetaRow.objects.using(db).filter(name=_NOW).first()
    text = "" if stored is None else stored.value
    if (seal.now or text) and _chained("", text) != seal.now:
        yield Fault(what="altered", message="what seals incidents and assessments is altered or was taken away")
        return
    sealed: dict[str, str] = msgspec.json.decode(text) if text else {}
    found = _standing(db)
    for name in sorted(sealed.keys() | found.keys()):
        was, now = sealed.get(name), found.get(name)
        if now is None:
            yield Fault(what="missing", message=f"the {name} was removed from the record")
        elif was is None:
            yield Fault(what="foreign", message=f"the {name} was not written by civcas")
        elif was != now:
            yield Fault(what="altered", message=f"the {name} was altered after it was written")


def _restanding(db: str, seal: Seal, codes: Collection[str]) -> dict[str, str] | None:
    """What was sealed of all codes, with how these stand now; None where that seal does not hold."""
    stored = MetaRow.objects.using(db).filter(name=_NOW).first()
    text = "" if stored is None else stored.value
    if not text or _chained("", text) != seal.now:
        return None if text or seal.now else _standing(db)
    found: dict[str, str] = msgspec.json.decode(text)
    for code in codes:
        for name in (f"incident {code}", f"assessment of {code}", f"list of accounts of {code}"):
            found.pop(name, None)
    for batch in batches(sorted(codes)):
        found |= _standing(db, batch)
    return dict(sorted(found.items()))


def _standing(db: str, codes: Sequence[str] | None = None) -> dict[str, str]:
    """The digest of each code, of its accounts and of its assessment, as they stand."""
    found = {}
    of = {"code__in": codes} if codes is not None else {}
    for code in (
        CodeRow.objects.using(db).filter(**of).order_by("code").values_list("code", "position", "body", "redirect")
    ):
        found[f"incident {code[0]}"] = _digest(code)
    for body in AssessmentRow.objects.using(db).filter(**of).order_by("code_id").values_list("code_id", "body"):
        found[f"assessment of {body[0]}"] = _digest(body)
    accounts: dict[str, list[tuple[Any, ...]]] = {}
    members = MemberRow.objects.using(db).filter(**of).values_list("code_id", "account", "current", "since", "until")
    for code_, account, current, *times in members:
        kept = [str(time) for time in times if time is not None]  # rows from before times were kept have none
        accounts.setdefault(code_, []).append((account, current, *kept))
    found.update((f"list of accounts of {code_}", _digest(sorted(each))) for code_, each in accounts.items())
    return found


def _lines(table: str, db: str, after: int) -> Iterator[Line]:
    model, columns = TABLES[table]
    rows = model.objects.using(db).filter(**{f"{columns[0]}__gt": after}).order_by(columns[0])
    for row in rows.values_list(*columns).iterator(chunk_size=500):
        yield row[0], str(row[1]), _digest(row[1:])


def _digest(row: object) -> str:
    return hashlib.sha256(msgspec.json.encode(row)).hexdigest()[:32]


def _chained(before: str, value: str) -> str:
    return hashlib.sha256(f"{before}\n{value}".encode()).hexdigest()


def _lot(value: str) -> list[Line]:
    try:
        return msgspec.json.decode(value, type=list[Line])
    except msgspec.DecodeError:
        return []  # the chain shows that it was altered


def _read(db: str) -> Seal:
    row = MetaRow.objects.using(db).filter(name=_SEAL).first()
    try:
        return Seal() if row is None else msgspec.json.decode(row.value, type=Seal)
    except msgspec.DecodeError as fault:
        raise BadSource(f"the seal of the record cannot be read: {fault}") from fault


def _signed(db: str, seal: Seal) -> bool:
    key = MetaRow.objects.using(db).filter(name="key").first()
    return key is not None and holds(key.value, seal.signature, seal.message())
