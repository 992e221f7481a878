"""Which accounts are compared at all: those that share a stretch of days and something telling, so that the work
grows with the number of accounts and not with its square.

A block is the accounts that have one key. A key is a number, the same in every process, so that blocks can be made
here or in SQL (civcas.linkage) from the same columns.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from civcas.core.match.columns import Columns
from civcas.core.match.likeness import Likeness

BUCKET_DAYS = 8
SLACK_DAYS = 1
LONG_DAYS = 40  # a longer period is no help in finding mates
CELL = 0.25  # degrees
SCARCE = 12  # accounts; a word, or run of words, that more of them use brings none together across time
COPY_MARKS = 3  # runs of words of an account, the same ones for the same text, by which copies find each other
HIGH = 5  # killed; a toll from here on that two reports give in one stretch of days is worth a look
FULL = 200  # accounts in one block; of a fuller one each is compared with its next neighbours only
WINDOW = 60  # neighbours that are compared in a full block: each account stands in two windows
PLACES, PEOPLE = 3, 20  # of an account, by which others find it


def candidates(rows: Sequence[Columns], likeness: Likeness) -> set[tuple[str, str]]:
    """Pairs of ids, the smaller one first, that may tell of one event; never two of one document."""
    blocks: dict[int, list[str]] = defaultdict(list)
    document = {row.id: row.document for row in rows}
    scarce: set[int] = set()
    for row in sorted(rows, key=lambda row: row.id):
        anywhen = set(scarce_keys(row, likeness))
        scarce |= anywhen
        for key in {*near_keys(row), *anywhen}:
            blocks[key].append(row.id)
    pairs: set[tuple[str, str]] = set()
    for key, members in blocks.items():
        if len(members) < 2 or (key in scarce and len(members) > SCARCE):
            continue
        for window in _windows(members):
            pairs.update((a, b) for a, b in combinations(window, 2) if document[a] != document[b])
    return pairs


def _windows(members: Sequence[str]) -> Iterator[Sequence[str]]:
    if len(members) <= FULL:
        yield members
        return
    for start in range(0, len(members), WINDOW // 2):
        yield members[start : start + WINDOW]


def near_keys(row: Columns) -> Iterator[int]:
    """What brings an account together with others within a stretch of days: its places and a high toll."""
    telling = [f"name {name}" for name in row.places[:PLACES]]
    telling += [f"cell {x} {y}" for x, y in _cells(row)]
    telling += [f"toll {row.killed.min}"] if (row.killed.min or 0) >= HIGH else []
    yield from (_number(f"{days} {key}") for days in _stretches(row) for key in telling)


def scarce_keys(row: Columns, likeness: Likeness) -> Iterator[int]:
    """What brings it together with others at any time, where few have it: rare words, runs of words, names."""
    yield from (_number(f"word {word}") for word in likeness.rare(row))
    yield from (_number(f"copy {mark}") for mark in sorted(row.shingles)[:COPY_MARKS])
    yield from (_number(f"victim {' '.join(sorted(who)[:2])}") for who in row.victims[:PEOPLE] if len(who) > 1)


def _number(key: str) -> int:
    """63 bits of the key: of a hundred million keys, some ten thousand pairs of others would meet in 40."""
    coded = key.encode()
    return (zlib.crc32(coded) << 31) ^ zlib.crc32(coded[::-1])


def _stretches(row: Columns) -> Iterator[int]:
    if row.first is None or row.last is None or row.last - row.first > LONG_DAYS:
        return
    yield from range((row.first - SLACK_DAYS) // BUCKET_DAYS, (row.last + SLACK_DAYS) // BUCKET_DAYS + 1)


def _cells(row: Columns) -> Iterator[tuple[int, int]]:
    """The cell of the main place and those around it: two places 20 km apart always share one."""
    for lat, lon, _ in row.points[:1]:
        x, y = int(lat // CELL), int(lon // CELL)
        yield from ((x + dx, y + dy) for dx in (0, 1) for dy in (0, 1))
