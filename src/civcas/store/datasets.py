"""Published datasets in the store, version by version; kept apart from the record, and shown to nobody outside."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import msgspec
from django.db.models import Q

from civcas.core.datasets.entries import Dataset, Entry
from civcas.core.records import Record
from civcas.store.models import DatasetRow, EntryRow
from civcas.store.rows import batches, body

CLOSED_AT_ONCE = 5000
_dataset = msgspec.json.Decoder(Dataset)
_entry = msgspec.json.Decoder(Entry)


class Taken(Record, frozen=True, kw_only=True):
    """What taking a dataset in came to; `dataset` is the version that now holds."""

    dataset: Dataset
    new: int = 0
    changed: int = 0
    gone: int = 0
    is_new: bool = True  # False: the same entries under the same terms were there already


def datasets(db: str) -> list[Dataset]:
    """The newest version of each, by name."""
    newest = {row.name: _dataset.decode(row.body) for row in DatasetRow.objects.using(db).order_by("name", "version")}
    return list(newest.values())


def versions(db: str, name: str) -> list[Dataset]:
    rows = DatasetRow.objects.using(db).filter(name=name).order_by("version")
    return [_dataset.decode(row.body) for row in rows]


def entries(db: str, name: str, version: int | None = None) -> Iterator[Entry]:
    """The entries of a dataset as its newest version, or the one asked for, gives them."""
    rows = EntryRow.objects.using(db).filter(dataset=name)
    held = Q(until=None) if version is None else Q(since__lte=version) & (Q(until=None) | Q(until__gt=version))
    for text in rows.filter(held).order_by("position", "pk").values_list("body", flat=True).iterator(chunk_size=1000):
        yield _entry.decode(text)


def add(db: str, dataset: Dataset, found: Iterable[Entry]) -> Taken:
    """Writes what differs from the version before; no new version is made where nothing does. Runs in a transaction."""
    rows = EntryRow.objects.using(db).filter(dataset=dataset.name, until=None)
    standing = {key: (pk, _print(text)) for pk, key, text in rows.values_list("pk", "key", "body").iterator()}
    last = versions(db, dataset.name)[-1:]
    number = last[0].version + 1 if last else 1
    closed: list[int] = []
    new = changed = total = 0
    for batch in batches(enumerate(_keyed(found))):
        fresh = []
        for position, (key, entry) in batch:
            total += 1
            text = body(entry)
            pk, was = standing.pop(key, (None, b""))
            if pk is not None and was == _print(text):
                continue
            if pk is not None:
                closed.append(pk)
            changed += pk is not None
            new += pk is None
            fresh.append(EntryRow(dataset=dataset.name, key=key, body=text, position=position, since=number))
        EntryRow.objects.using(db).bulk_create(fresh)
    gone = [pk for pk, _ in standing.values()]
    if last and not (new or changed or gone) and _terms(last[0]) == _terms(dataset):
        return Taken(dataset=last[0], is_new=False)
    for some in batches([*closed, *gone], CLOSED_AT_ONCE):
        EntryRow.objects.using(db).filter(pk__in=some).update(until=number)
    made = msgspec.structs.replace(dataset, version=number, entries=total)
    DatasetRow.objects.using(db).create(name=made.name, version=number, body=body(made))
    return Taken(dataset=made, new=new, changed=changed, gone=len(gone))


def _print(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _keyed(found: Iterable[Entry]) -> Iterator[tuple[str, Entry]]:
    """Each entry by its id; of two with one id the second is "ID#2"."""
    times: dict[str, int] = {}
    for entry in found:
        id_ = entry.id.replace("\0", "")  # no database holds it
        n = times[id_] = times.get(id_, 0) + 1
        yield (id_ if n == 1 else f"{id_}#{n}"), entry


def _terms(dataset: Dataset) -> tuple[object, ...]:
    return dataset.format, dataset.title, dataset.credit, dataset.licence, dataset.publishable
