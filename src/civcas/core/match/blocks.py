"""Which accounts are compared at all: those that share a stretch of days and something telling, so that the work
grows with the number of accounts and not with its square."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from civcas.core.match.columns import Columns
from civcas.core.match.likeness import Likeness

BUCKET_DAYS = 4
SLACK_DAYS = 3  # accounts further apart than this are brought together by names and rare words alone
LONG_DAYS = 40  # a longer period is no help in finding mates
CELL = 0.25  # degrees
SCARCE = 30  # accounts; a word, or run of words, that more of them use brings none together across time
COPY_MARKS = 6  # runs of words of an account, the same ones for the same text, by which copies find each other
FULL = 200  # accounts in one block; of a fuller one each is compared with its next neighbours only
NEIGHBOURS = 60


def candidates(rows: Sequence[Columns], likeness: Likeness) -> set[tuple[str, str]]:
    """Pairs of ids, the smaller one first, that may tell of one event; never two of one document."""
    blocks: dict[tuple[object, ...], list[str]] = defaultdict(list)
    document = {row.id: row.document for row in rows}
    for row in sorted(rows, key=lambda row: row.id):
        for key in dict.fromkeys(_keys(row, likeness)):
            blocks[key].append(row.id)
    pairs: set[tuple[str, str]] = set()
    for key, members in blocks.items():
        if key[0] is None and len(members) > SCARCE:
            continue
        reach = len(members) if len(members) <= FULL else NEIGHBOURS
        for n, left in enumerate(members):
            for right in members[n + 1 : n + 1 + reach]:
                if document[left] != document[right]:
                    pairs.add((left, right))
    return pairs


def _keys(row: Columns, likeness: Likeness) -> Iterator[tuple[object, ...]]:
    """What may bring an account together with others: within a stretch of days, or at any time (None first) by what
    is scarce."""
    rare = likeness.rare(row)
    telling: list[tuple[object, ...]] = [("word", word) for word in rare]
    telling += [("name", name) for name in row.places[:3]]
    telling += [("cell", cell) for cell in _cells(row)]
    telling += [("toll", row.killed.min)] if (row.killed.min or 0) >= 5 else []
    for days in _stretches(row):
        yield from ((days, *key) for key in telling)
    yield from ((None, "word", word) for word in rare)
    yield from ((None, "copy", mark) for mark in sorted(row.shingles)[:COPY_MARKS])
    yield from ((None, "victim", *sorted(person)[:2]) for person in row.victims[:20] if len(person) > 1)


def _stretches(row: Columns) -> Iterator[int]:
    if row.first is None or row.last is None or row.last - row.first > LONG_DAYS:
        return
    yield from range((row.first - SLACK_DAYS) // BUCKET_DAYS, (row.last + SLACK_DAYS) // BUCKET_DAYS + 1)


def _cells(row: Columns) -> Iterator[tuple[int, int]]:
    """The cell of the main place and those around it: two places 20 km apart always share one."""
    for lat, lon, _ in row.points[:1]:
        x, y = int(lat // CELL), int(lon // CELL)
        yield from ((x + dx, y + dy) for dx in (0, 1) for dy in (0, 1))
