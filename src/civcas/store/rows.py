"""What every part of the store does with rows: batches, positions, bodies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import msgspec
from django.db.models import Manager, Max, Model

T = TypeVar("T")
M = TypeVar("M", bound=Model)
BATCH = 500  # SQLite takes 32,766 variables in a statement and a row has up to ten
HEAVY = 16_000_000  # characters held in memory at once
LONGEST_ID = 800  # a PostgreSQL index entry holds 2,704 bytes and a character takes up to three


def batches(items: Iterable[T], size: int = BATCH, *, weight: Callable[[T], int] = lambda _: 0) -> Iterator[list[T]]:
    """The items in lists of at most that size; a list ends sooner once its weight is that of one very long report."""
    batch: list[T] = []
    heavy = 0
    for item in items:
        batch.append(item)
        heavy += weight(item)
        if len(batch) == size or heavy >= HEAVY:
            yield batch
            batch, heavy = [], 0
    if batch:
        yield batch


def next_position(manager: Manager[M], db: str) -> int:
    """The position after the last row's."""
    last: int | None = manager.using(db).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def body(record: object) -> str:
    """The record as the JSON that stands in a row."""
    return msgspec.json.encode(record).decode()


def usable_id(id_: str) -> bool:
    """Whether both databases can hold the id and look it up."""
    return 0 < len(id_) <= LONGEST_ID and "\0" not in id_


def plain(value: Any) -> bytes:
    """A binary column as bytes (PostgreSQL gives a memoryview)."""
    return bytes(value)
