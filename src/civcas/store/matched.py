"""What matching keeps of each account: its columns, and how it was last matched. Derived, and made anew where it is
missing, so it is neither sealed nor needed to understand the record."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from civcas.core.match.flat import line_of, manner
from civcas.core.records import Account, Record
from civcas.store.models import AccountRow, CodeRow, ColumnsRow, MatchedRow, MetaRow
from civcas.store.rows import BATCH, batches, plain

Pair = tuple[str, str]

_STAND = "matching"
_account = msgspec.json.Decoder(Account)
_mates = msgspec.json.Decoder(dict[str, float])


class Matched(Record, frozen=True, kw_only=True):
    """An account as it was last matched: which row of the store it was, its blocks, and those it was compared with."""

    account: str
    row: int
    keys: tuple[int, ...]
    mates: dict[str, float]


class Stand(Record, frozen=True, kw_only=True):
    """By what the record was last matched and assessed, and the decisions that were in force."""

    by: str
    decisions: tuple[str, ...] = ()


# ------------------------------------------------------------------ columns


def add_columns(db: str, rows: Iterable[tuple[int, Account]]) -> None:
    """Keeps the columns of accounts of incidents, by their rows."""
    kept = [ColumnsRow(row_id=row, manner=manner(), line=line_of(a)) for row, a in rows if a.kind == "incident"]
    ColumnsRow.objects.using(db).bulk_create(
        kept, batch_size=BATCH, update_conflicts=True, unique_fields=["row"], update_fields=["manner", "line"]
    )


def drop_columns(db: str, rows: Sequence[int]) -> None:
    for batch in batches(rows):
        ColumnsRow.objects.using(db).filter(pk__in=batch).delete()


def lines(db: str) -> Iterator[tuple[str, bytes]]:
    """Each account of an incident that holds with its line (core.match.flat), by id; those of another manner anew."""
    held = AccountRow.objects.using(db).filter(kind="incident", until=None)
    lacking = held.exclude(columnsrow__manner=manner()).values_list("pk", flat=True)
    for batch in batches(list(lacking)):
        bodies = AccountRow.objects.using(db).filter(pk__in=batch).values_list("pk", "body")
        add_columns(db, ((pk, _account.decode(body)) for pk, body in bodies))
    found = held.order_by("account").values_list("account", "columnsrow__line")
    return ((account, plain(line)) for account, line in found.iterator(chunk_size=5000))


# ------------------------------------------------------------------- matched


def stand(db: str) -> Stand | None:
    row = MetaRow.objects.using(db).filter(name=_STAND).first()
    return None if row is None else msgspec.json.decode(row.value, type=Stand)


def set_stand(db: str, found: Stand) -> None:
    text = msgspec.json.encode(found).decode()
    if MetaRow.objects.using(db).filter(name=_STAND, value=text).exists():
        return
    MetaRow.objects.using(db).update_or_create(name=_STAND, defaults={"value": text})


def held(db: str) -> dict[str, int]:
    """The accounts of incidents that hold now, each with its row."""
    rows = AccountRow.objects.using(db).filter(kind="incident", until=None)
    return dict(rows.values_list("account", "pk"))


def rows(db: str) -> dict[str, int]:
    """The accounts that were last matched, each with the row that it was."""
    return dict(MatchedRow.objects.using(db).values_list("account", "row"))


def keys(db: str) -> Iterator[tuple[str, bytes]]:
    """The blocks of each account that was last matched."""
    found = MatchedRow.objects.using(db).values_list("account", "keys")
    return ((account, plain(keys)) for account, keys in found.iterator(chunk_size=5000))


def read(db: str, accounts: Iterable[str]) -> dict[str, Matched]:
    found = {}
    for batch in batches(accounts):
        for row in MatchedRow.objects.using(db).filter(account__in=batch):
            blocks = array("q", plain(row.keys))
            found[row.account] = Matched(
                account=row.account, row=row.row, keys=tuple(blocks), mates=_mates.decode(plain(row.mates))
            )
    return found


def write(db: str, found: Iterable[Matched]) -> None:
    for batch in batches(found):
        made = [
            MatchedRow(account=m.account, row=m.row, keys=packed(m.keys), mates=msgspec.json.encode(m.mates))
            for m in batch
        ]
        MatchedRow.objects.using(db).bulk_create(
            made, update_conflicts=True, unique_fields=["account"], update_fields=["row", "keys", "mates"]
        )


def drop(db: str, accounts: Collection[str]) -> None:
    """Forgets how these were matched."""
    for batch in batches(sorted(accounts)):
        MatchedRow.objects.using(db).filter(account__in=batch).delete()


def packed(blocks: Iterable[int]) -> bytes:
    return array("q", sorted(blocks)).tobytes()


def unassessed(db: str) -> list[str]:
    """The codes of incidents whose assessment is not there."""
    rows_ = CodeRow.objects.using(db).filter(body__isnull=False, assessmentrow=None)
    return list(rows_.values_list("code", flat=True))


class Matching:
    """What is kept of how the accounts were last matched, open for going on from it."""

    def __init__(self, db: str) -> None:
        self._db = db

    def stand(self) -> Stand | None:
        return stand(self._db)

    def set_stand(self, by: str, decisions: Iterable[str]) -> None:
        set_stand(self._db, Stand(by=by, decisions=tuple(decisions)))

    def held(self) -> dict[str, int]:
        return held(self._db)

    def rows(self) -> dict[str, int]:
        return rows(self._db)

    def keys(self) -> Iterator[tuple[str, bytes]]:
        return keys(self._db)

    def read(self, accounts: Iterable[str]) -> dict[str, Matched]:
        return read(self._db, accounts)

    def unassessed(self) -> list[str]:
        return unassessed(self._db)

    def beside(self, accounts: Iterable[str]) -> set[str]:
        """The accounts that hold of the documents that these are, or were, of."""
        rows_ = AccountRow.objects.using(self._db)
        found: set[str] = set()
        for batch in batches(accounts):
            documents = set(rows_.filter(account__in=batch).values_list("document_id", flat=True))
            own = rows_.filter(document_id__in=documents, until=None, kind="incident")
            found.update(own.values_list("account", flat=True))
        return found

    def restart(
        self, held: Mapping[str, int], blocks: Iterable[tuple[str, Iterable[int]]], scores: Mapping[Pair, float]
    ) -> None:
        """Keeps how all accounts were matched, in place of what was kept."""
        mates: dict[str, dict[str, float]] = {}
        for (a, b), score in scores.items():
            mates.setdefault(a, {})[b] = score
            mates.setdefault(b, {})[a] = score
        MatchedRow.objects.using(self._db).all().delete()
        write(
            self._db,
            (
                Matched(account=account, row=held[account], keys=tuple(keys_), mates=mates.get(account, {}))
                for account, keys_ in blocks
            ),
        )

    def update(
        self, held: Mapping[str, int], added: Mapping[str, Iterable[int]], removed: Collection[str],
        scores: Mapping[Pair, float], gone: Collection[Pair], *, same: float,
    ) -> set[str]:  # fmt: skip
        """Keeps how these accounts and pairs were matched; gives the accounts whose groups may change: the new
        ones, likely mates of the removed ones, and those of other pairs that have come or gone."""
        touched = {account for pair in (*scores, *gone) for account in pair} | added.keys()
        known = read(self._db, sorted(touched | set(removed)))
        left = {mate for account in removed for mate in known[account].mates} - touched - set(removed)
        known |= read(self._db, sorted(left))
        moved = {i for pair in (*scores, *gone) if added.keys().isdisjoint(pair) for i in pair} | added.keys()
        moved |= {i for account in removed for i, score in known[account].mates.items() if score >= same}
        fresh = {i: Matched(account=i, row=held[i], keys=tuple(keys_), mates={}) for i, keys_ in added.items()}
        kept = {i: m for i, m in known.items() if i not in removed} | fresh
        for account in removed:
            for mate in known[account].mates:
                if mate in kept:
                    kept[mate].mates.pop(account, None)
        for a, b in gone:
            kept[a].mates.pop(b, None)
            kept[b].mates.pop(a, None)
        for (a, b), score in scores.items():
            kept[a].mates[b] = kept[b].mates[a] = score
        drop(self._db, set(removed) - kept.keys())
        write(self._db, kept.values())
        return moved
