"""Which pairs come and go when a few accounts of very many do: what candidates() would give of all, worked out from
the blocks that change alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import product

import numpy as np

from civcas.core.match.blocks import FULL, SCARCE, mark, pairs_in

Pair = tuple[str, str]


class Blocks:
    """The blocks of accounts as they were last matched, and as they are with what has changed since."""

    def __init__(
        self, kept: Iterable[tuple[str, bytes]], removed: Collection[str], added: Mapping[str, Collection[int]]
    ) -> None:
        self._ids: list[str] = []
        packed: list[bytes] = []
        for account, keys in kept:
            self._ids.append(account)
            packed.append(keys)
        sizes = [len(keys) // 8 for keys in packed]
        self._keys = np.frombuffer(b"".join(packed), np.int64)
        self._owner = np.repeat(np.arange(len(sizes)), sizes)
        self._removed, self._added = frozenset(removed), added

    def change(self) -> tuple[set[Pair], set[Pair]]:
        """The pairs that are candidates now and have a new account or were none before; and those that were before
        and are none any more. Pairs of removed accounts are left aside."""
        touched = {key for keys in self._added.values() for key in keys}
        rows = [n for n, account in enumerate(self._ids) if account in self._removed]
        touched.update(self._keys[np.isin(self._owner, rows)].tolist())
        come: set[Pair] = set()
        gone: set[Pair] = set()
        members = self._members(touched)
        for key in touched:
            before = members.get(key, set())
            now = self._now(key, before)
            if _plain(key, before) and _plain(key, now):
                new = [account for account in now if account in self._added]
                come.update(_pair(a, b) for a, b in product(new, now) if a != b)
                continue
            was, are = _pairs(key, before), _pairs(key, now)
            come |= {p for p in are if p not in was or not self._added.keys().isdisjoint(p)}
            gone |= {p for p in was - are if self._removed.isdisjoint(p)}
        return come, gone - come - self._still(gone - come, members)

    def _still(self, pairs: Collection[Pair], members: Mapping[int, set[str]]) -> set[Pair]:
        """Those of the pairs that another block brings together."""
        if not pairs:
            return set()
        own = self._keys_of({account for pair in pairs for account in pair})
        common = {pair: own[pair[0]] & own[pair[1]] for pair in pairs}
        wanted = {key for keys in common.values() for key in keys}
        known = dict(members) | self._members(wanted - members.keys())
        given = {key: _pairs(key, self._now(key, known.get(key, set()))) for key in wanted}
        return {pair for pair, keys in common.items() if any(pair in given[key] for key in keys)}

    def _keys_of(self, accounts: Collection[str]) -> dict[str, set[int]]:
        rows = [n for n, account in enumerate(self._ids) if account in accounts]
        where = np.flatnonzero(np.isin(self._owner, rows))
        found: dict[str, set[int]] = defaultdict(set)
        for owner, key in zip(self._owner[where].tolist(), self._keys[where].tolist(), strict=True):
            found[self._ids[owner]].add(key)
        return found

    def _members(self, keys: Collection[int]) -> dict[int, set[str]]:
        """The accounts of these blocks as they were."""
        found: dict[int, set[str]] = defaultdict(set)
        where = np.flatnonzero(np.isin(self._keys, np.fromiter(keys, np.int64, len(keys))))
        for owner, key in zip(self._owner[where].tolist(), self._keys[where].tolist(), strict=True):
            found[key].add(self._ids[owner])
        return found

    def _now(self, key: int, before: Collection[str]) -> set[str]:
        kept = {account for account in before if account not in self._removed}
        return kept | {account for account, keys in self._added.items() if key in keys}


def _plain(key: int, members: Collection[str]) -> bool:
    """Whether the block gives all pairs of its members."""
    return len(members) <= (SCARCE if key % 2 else FULL)


def _pairs(key: int, members: Iterable[str]) -> set[Pair]:
    marked = sorted((mark(account), account) for account in members)
    return {_pair(a, b) for (_, a), (_, b) in pairs_in(key, marked)}


def _pair(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)
