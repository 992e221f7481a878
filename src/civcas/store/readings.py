"""What was read out of the reports: claims and accounts, each with the time from which and until which it was so."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec
from django.db.models import F, Q, QuerySet

from civcas.core.errors import BadStore
from civcas.core.records import Account, Claim, Record
from civcas.store import documents, matched
from civcas.store.models import AccountRow, ClaimRow, DocumentRow, ReadingRow
from civcas.store.rows import BATCH, batches, body

R = TypeVar("R")
_claim = msgspec.json.Decoder(Claim)
_account = msgspec.json.Decoder(Account)


class Reading(Record, frozen=True, kw_only=True):
    """What a reader found in one document; None leaves what is stored of that sort alone."""

    document: str
    claims: tuple[Claim, ...] | None = None
    accounts: tuple[Account, ...] | None = None


class Written(Record, frozen=True, kw_only=True):
    """How much a call wrote; all zero where everything was there already."""

    claims: int = 0
    accounts: int = 0
    superseded: int = 0

    def __add__(self, other: Written) -> Written:
        return Written(
            claims=self.claims + other.claims,
            accounts=self.accounts + other.accounts,
            superseded=self.superseded + other.superseded,
        )


def add(db: str, readings: Sequence[Reading], reader: str, now: datetime.datetime) -> Written:
    """Writes what is new of one batch of readings and closes what is no longer read."""
    ids = [r.document for r in readings]
    versions = dict(DocumentRow.objects.using(db).filter(id__in=ids).values_list("id", "current_text"))
    if unknown := next((id_ for id_ in ids if id_ not in versions), None):
        raise BadStore(f"document {unknown!r} is not in the store: collect it before it is read")
    claims = _add_claims(db, [r for r in readings if r.claims is not None], versions, now)
    accounts = _add_accounts(db, [r for r in readings if r.accounts is not None], now)
    _note_readings(db, versions, reader, now)
    return claims + accounts


def _add_claims(db: str, readings: Sequence[Reading], versions: dict[str, int], now: datetime.datetime) -> Written:
    """The id of a claim is a hash of what it says and where, so the id alone tells whether it is there already."""
    rows = ClaimRow.objects.using(db).filter(document_id__in=[r.document for r in readings], until=None)
    standing = {row.claim: (row.pk, row.text_number) for row in rows.only("claim", "text_number")}
    read: dict[str, ClaimRow] = {}
    for reading in readings:
        for n, c in enumerate(reading.claims or ()):
            number = versions[reading.document]
            read[c.id] = ClaimRow(
                claim=c.id, document_id=reading.document, text_number=number, position=n, body=body(c), since=now
            )
    same = {id_ for id_, row in read.items() if id_ in standing and standing[id_][1] == row.text_number}
    gone = [pk for id_, (pk, _) in standing.items() if id_ not in same]
    _close(ClaimRow.objects.using(db), gone, now)
    new = [row for id_, row in read.items() if id_ not in same]
    ClaimRow.objects.using(db).bulk_create(new, batch_size=BATCH)
    return Written(claims=len(new), superseded=len(gone))


def _add_accounts(db: str, readings: Sequence[Reading], now: datetime.datetime) -> Written:
    """An account of the same id may be read otherwise (a place found since), so the whole of it is compared."""
    rows = AccountRow.objects.using(db).filter(document_id__in=[r.document for r in readings], until=None)
    standing = {row.account: row for row in rows}
    read: dict[str, AccountRow] = {}
    for reading in readings:
        for n, a in enumerate(reading.accounts or ()):
            read[a.id] = AccountRow(
                account=a.id, document_id=reading.document, kind=a.kind, position=n, body=body(a), since=now
            )
    same = {id_ for id_, row in read.items() if id_ in standing and standing[id_].body == row.body}
    gone = [row.pk for id_, row in standing.items() if id_ not in same]
    _close(AccountRow.objects.using(db), gone, now)
    matched.drop_columns(db, gone)
    new = [row for id_, row in read.items() if id_ not in same]
    AccountRow.objects.using(db).bulk_create(new, batch_size=BATCH)
    told = {a.id: a for reading in readings for a in reading.accounts or ()}
    matched.add_columns(db, ((row.pk, told[row.account]) for row in new))
    return Written(accounts=len(new), superseded=len(gone))


def _close(rows: QuerySet[Any], keys: Sequence[int], now: datetime.datetime) -> None:
    for batch in batches(keys):
        rows.filter(pk__in=batch).update(until=now)


def _note_readings(db: str, versions: dict[str, int], reader: str, now: datetime.datetime) -> None:
    noted = ReadingRow.objects.using(db).filter(document_id__in=list(versions), until=None)
    standing = {row.document_id: row for row in noted}
    same = {
        id_ for id_, row in standing.items() if row.reader == reader and row.text_number == versions[id_]
    }  # fmt: skip
    _close(ReadingRow.objects.using(db), [row.pk for id_, row in standing.items() if id_ not in same], now)
    new = [
        ReadingRow(document_id=id_, text_number=number, reader=reader, since=now)
        for id_, number in versions.items()
        if id_ not in same
    ]
    ReadingRow.objects.using(db).bulk_create(new)


def unread(db: str, reader: str) -> list[str]:
    """The ids of the documents whose present text neither this reader nor a person has gone over."""
    by = Q(reader=reader) | Q(reader__startswith="person:")
    done = ReadingRow.objects.using(db).filter(by, until=None, text_number=F("document__current_text"))
    documents = DocumentRow.objects.using(db).exclude(id__in=done.values("document_id"))
    return list(documents.order_by("position").values_list("id", flat=True))


def _held(as_of: datetime.datetime | None) -> Q:
    """The rows that were so at a moment; without one, those that are so now."""
    if as_of is None:
        return Q(until=None)
    return Q(since__lte=as_of) & (Q(until=None) | Q(until__gt=as_of))


def claims(
    db: str,
    *,
    document_ids: Sequence[str] | None = None,
    as_of: datetime.datetime | None = None,
    superseded: bool = False,
) -> Iterator[Claim]:
    """The claims that hold (or those that no longer do), in the order of their documents."""
    held = Q(until__isnull=False) if superseded else _held(as_of)
    for batch in _document_batches(db, document_ids):
        rows = ClaimRow.objects.using(db).filter(held, document_id__in=batch)
        yield from _in_order(batch, rows, _claim)


def accounts(
    db: str,
    *,
    document_ids: Sequence[str] | None = None,
    kind: str | None = None,
    as_of: datetime.datetime | None = None,
) -> Iterator[Account]:
    """The accounts that hold, in the order of their documents."""
    for batch in _document_batches(db, document_ids):
        rows = AccountRow.objects.using(db).filter(_held(as_of), document_id__in=batch)
        yield from _in_order(batch, rows if kind is None else rows.filter(kind=kind), _account)


def accounts_of(db: str, ids: Iterable[str]) -> Iterator[Account]:
    """The accounts of these ids that hold, in no order."""
    for batch in batches(ids):
        rows = AccountRow.objects.using(db).filter(until=None, account__in=batch)
        yield from [_account.decode(row.body) for row in rows.only("body")]


def today(db: str, ids: Iterable[str], as_of: datetime.datetime | None = None) -> dict[str, str]:
    """For each of these accounts, the one that it is read as now (or was at a moment): itself, or the account of its
    document and kind whose spans overlap its own most."""
    found: dict[str, str] = {}
    rows = AccountRow.objects.using(db)
    for batch in batches(ids):
        standing = set(rows.filter(_held(as_of), account__in=batch).values_list("account", flat=True))
        found.update((id_, id_) for id_ in standing)
        past = {row.account: row for row in rows.filter(account__in=set(batch) - standing).order_by("pk")}
        if not past:
            continue
        present: dict[tuple[str, str], list[Account]] = {}
        for row in rows.filter(_held(as_of), document_id__in={row.document_id for row in past.values()}):
            present.setdefault((row.document_id, row.kind), []).append(_account.decode(row.body))
        for id_, row in past.items():
            if heir := _nearest(_account.decode(row.body), present.get((row.document_id, row.kind), [])):
                found[id_] = heir
    return found


def _nearest(past: Account, present: Sequence[Account]) -> str | None:
    characters = {n for start, end in past.spans for n in range(start, end)}
    shares = {a.id: sum(n in characters for s, e in a.spans for n in range(s, e)) for a in present}
    best = max(shares, key=lambda id_: (shares[id_], id_), default=None)
    return best if best is not None and shares[best] else None


def documents_of(db: str, ids: Iterable[str]) -> dict[str, str]:
    """For each of these accounts, its document."""
    rows = AccountRow.objects.using(db).filter(until=None)
    return {
        account: document
        for batch in batches(ids)
        for account, document in rows.filter(account__in=batch).values_list("account", "document_id")
    }


def _document_batches(db: str, ids: Sequence[str] | None) -> Iterator[list[str]]:
    """A batch at a time, so that whoever reads may write meanwhile."""
    return batches(documents.ids(db) if ids is None else ids, 200)


def _in_order(batch: Sequence[str], rows: QuerySet[Any], decoder: msgspec.json.Decoder[R]) -> Iterator[R]:
    by_document: dict[str, list[str]] = {}
    for document_id, text in rows.order_by("position", "pk").values_list("document_id", "body"):
        by_document.setdefault(document_id, []).append(text)
    return iter([decoder.decode(text) for id_ in batch for text in by_document.get(id_, ())])


def ever_read(db: str, document_ids: Sequence[str]) -> Iterator[tuple[str, int | None, Claim]]:
    """Every claim ever read in the documents, with the text version it was read in; None: as an account holds it."""
    claims_ = ClaimRow.objects.using(db).filter(document_id__in=document_ids)
    for document_id, number, text in claims_.values_list("document_id", "text_number", "body"):
        yield document_id, number, _claim.decode(text)
    accounts_ = AccountRow.objects.using(db).filter(document_id__in=document_ids)
    for document_id, text in accounts_.values_list("document_id", "body"):
        for claim in _account.decode(text).claims:
            yield document_id, None, claim
