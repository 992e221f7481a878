"""Which accounts are compared at all: those that share a stretch of days and something telling, so that the work
grows with the number of accounts and not with its square.

A block is the accounts that have one key. A key is a number, the same in every process, so that blocks can be made
here or in SQL (civcas.linkage) from the same columns; an odd one brings accounts together only where few have it.
Which pairs a block gives depends on its members alone, and on no order in which they came.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise
from typing import TypeVar

from civcas.core.match.columns import Columns
from civcas.core.match.likeness import rare

BUCKET_DAYS = 8
SLACK_DAYS = 1
LONG_DAYS = 40  # a longer period is no help in finding mates
CELL = 0.25  # degrees
SCARCE = 12  # accounts; a word, or run of words, that more of them use brings none together across time
COPY_MARKS = 3  # runs of words of an account, the same ones for the same text, by which copies find each other
HIGH = 5  # killed; a toll from here on that two reports give in one stretch of days is worth a look
FULL = 200  # accounts in one block; of a fuller one each is compared with its next neighbours only
STRETCH = 30  # accounts, on the average, in a stretch of a full block: each is compared with its own and the next ones
PLACES, PEOPLE = 3, 20  # of an account, by which others find it

T = TypeVar("T")


def candidates(rows: Sequence[Columns]) -> set[tuple[str, str]]:
    """Pairs of ids, the smaller one first, that may tell of one event; never two of one document."""
    blocks: dict[int, list[tuple[int, str]]] = defaultdict(list)
    document = {row.id: row.document for row in rows}
    for row in rows:
        for key in keys(row):
            blocks[key].append((mark(row.id), row.id))
    pairs: set[tuple[str, str]] = set()
    for key, members in blocks.items():
        for (_, a), (_, b) in pairs_in(key, sorted(members)):
            if document[a] != document[b]:
                pairs.add((a, b) if a < b else (b, a))
    return pairs


def pairs_in(key: int, members: Sequence[tuple[int, T]]) -> Iterator[tuple[tuple[int, T], tuple[int, T]]]:
    """The pairs that a block gives, of its members in the order of their marks."""
    if key % 2 and len(members) > SCARCE:
        return
    if len(members) <= FULL:
        yield from combinations(members, 2)
        return
    stretches: list[list[tuple[int, T]]] = [[]]
    for member in members:
        if begins_stretch(member[0]):
            stretches.append([])
        stretches[-1].append(member)
    for stretch in stretches:
        yield from combinations(stretch, 2)
    for one, other in pairwise(stretches):
        yield from ((a, b) for a in one for b in other)


def mark(id_: str) -> int:
    """The number that an account goes by in a full block: so that a new one changes the pairs around it alone."""
    return _number(id_)


def begins_stretch(mark_: int) -> bool:
    return mark_ % STRETCH == 0


def keys(row: Columns) -> frozenset[int]:
    """The blocks that the account is in."""
    return near_keys(row) | {_number(key) | 1 for key in _scarce(row)}


def near_keys(row: Columns) -> frozenset[int]:
    """The blocks of those that lie near it in time."""
    return frozenset(_number(key) & ~1 for key in _near(row))


def _near(row: Columns) -> Iterator[str]:
    """What brings an account together with others within a stretch of days: its places and a high toll."""
    telling = [f"name {name}" for name in row.places[:PLACES]]
    telling += [f"cell {x} {y}" for x, y in _cells(row)]
    telling += [f"toll {row.killed.min}"] if (row.killed.min or 0) >= HIGH else []
    yield from (f"{days} {key}" for days in _stretches(row) for key in telling)


def _scarce(row: Columns) -> Iterator[str]:
    """What brings it together with others at any time, where few have it: rare words, runs of words, names."""
    yield from (f"word {word}" for word in rare(row))
    yield from (f"copy {run}" for run in sorted(row.shingles)[:COPY_MARKS])
    yield from (f"victim {' '.join(sorted(who)[:2])}" for who in row.victims[:PEOPLE] if len(who) > 1)


def _number(key: str) -> int:
    """63 bits of the key: of a hundred million keys, some ten thousand pairs of others would meet in 40."""
    coded = key.encode()
    return (zlib.crc32(coded) << 31) ^ zlib.crc32(coded[::-1])


def _stretches(row: Columns) -> Iterable[int]:
    if row.first is None or row.last is None or row.last - row.first > LONG_DAYS:
        return ()
    return range((row.first - SLACK_DAYS) // BUCKET_DAYS, (row.last + SLACK_DAYS) // BUCKET_DAYS + 1)


def _cells(row: Columns) -> Iterator[tuple[int, int]]:
    """The cell of the main place and those around it: two places 20 km apart always share one."""
    for lat, lon, _ in row.points[:1]:
        x, y = int(lat // CELL), int(lon // CELL)
        yield from ((x + dx, y + dy) for dx in (0, 1) for dy in (0, 1))
