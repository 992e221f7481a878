"""Accounts grouped into incidents from scored pairs: no chain of likenesses joins what speaks against each other."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Generic, TypeVar

Id = TypeVar("Id", str, int)  # of an account, or its number in a table of very many


def cluster(
    ids: Iterable[Id], pairs: Mapping[tuple[Id, Id], float], score: Callable[[Id, Id], float],
    *, same: float, impossible: float, together: Iterable[tuple[Id, Id]] = (), apart: Iterable[tuple[Id, Id]] = (),
) -> list[tuple[Id, ...]]:  # fmt: skip
    """Groups of ids, each sorted, in the order of their first members; the order of the input does not matter.

    Two groups join while the mean score over all pairs between them is at least `same`, the best first (average
    linkage). They never do where one pair is kept `apart`, or scores `impossible` or below. What is to stand
    `together` starts out as one group.
    """
    growing = _Groups(ids, score, impossible, apart)
    for left, right in sorted(together):
        growing.force(left, right)
    for (left, right), value in pairs.items():
        if value >= same:  # a mean of at least `same` has a pair of at least `same` in it
            growing.consider(left, right)
    growing.run(same)
    return sorted(tuple(sorted(members)) for members in growing.members.values())


class _Groups(Generic[Id]):
    """The groups as they grow: a group is called by its smallest member."""

    def __init__(
        self, ids: Iterable[Id], score: Callable[[Id, Id], float], impossible: float, apart: Iterable[tuple[Id, Id]]
    ) -> None:
        self.members: dict[Id, set[Id]] = {i: {i} for i in ids}
        self._group: dict[Id, Id] = {i: i for i in self.members}
        self._score: Callable[[Id, Id], float] = score
        self._impossible = impossible
        self._apart: dict[Id, set[Id]] = defaultdict(set)
        for left, right in apart:
            self._apart[left].add(right)
            self._apart[right].add(left)
        self._sums: dict[Id, dict[Id, float | None]] = defaultdict(dict)  # None: never to be joined

    def force(self, left: Id, right: Id) -> None:
        a, b = sorted((self._group[left], self._group[right]))
        if a != b:
            self._absorb(a, b)

    def consider(self, left: Id, right: Id) -> None:
        """Let the groups of two ids be looked at for joining."""
        a, b = self._group[left], self._group[right]
        if a != b and b not in self._sums[a]:
            self._link(a, b)

    def _link(self, a: Id, b: Id) -> None:
        total: float | None = 0.0
        for x, y in product(sorted(self.members[a]), sorted(self.members[b])):
            value = self._score(x, y)
            if value <= self._impossible or y in self._apart[x]:
                total = None
                break
            assert total is not None
            total += value
        self._sums[a][b] = self._sums[b][a] = total

    def _mean(self, a: Id, b: Id) -> float | None:
        total = self._sums[a].get(b)
        return None if total is None else round(total / (len(self.members[a]) * len(self.members[b])), 6)

    def run(self, same: float) -> None:
        heap = [entry for a in self._sums for b in self._sums[a] if a < b and (entry := self._entry(a, b, same))]
        heapq.heapify(heap)
        while heap:
            negative, a, b, sizes = heapq.heappop(heap)
            if sizes != self._sizes(a, b) or self._mean(a, b) != -negative:
                continue  # one of the two has grown since
            self._absorb(a, b)
            for other in sorted(self._sums[a]):
                entry = self._entry(min(a, other), max(a, other), same)
                if entry:
                    heapq.heappush(heap, entry)

    def _entry(self, a: Id, b: Id, same: float) -> tuple[float, Id, Id, tuple[int, int]] | None:
        mean = self._mean(a, b)
        return None if mean is None or mean < same else (-mean, a, b, self._sizes(a, b))

    def _sizes(self, a: Id, b: Id) -> tuple[int, int]:
        return len(self.members.get(a, ())), len(self.members.get(b, ()))

    def _absorb(self, a: Id, b: Id) -> None:
        """Group b, which has the greater name, becomes part of group a."""
        around = (self._sums[a].keys() | self._sums[b].keys()) - {a, b}
        for other in sorted(around):
            for one in (a, b):
                if other not in self._sums[one]:
                    self._link(one, other)
            first, second = self._sums[a][other], self._sums[b][other]
            joint = None if first is None or second is None else first + second
            self._sums[a][other] = self._sums[other][a] = joint
            self._sums[other].pop(b, None)
        self._sums.pop(b, None)
        self._sums[a].pop(b, None)
        self.members[a] |= self.members.pop(b)
        for member in self.members[a]:
            self._group[member] = a
