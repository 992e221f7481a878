"""Groups out of very many scored pairs: each component of likely pairs is clustered on its own, so that only its own
pairs are in memory at a time."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

import duckdb
import pyarrow as pa

from civcas.core.match.cluster import cluster
from civcas.core.match.compare import Weights

Numbers = tuple[int, int]
BATCH = 100_000


def groups(
    database: duckdb.DuckDBPyConnection, documents: Sequence[int], weights: Weights,
    *, together: Collection[Numbers] = (), apart: Collection[Numbers] = (),
) -> Iterator[tuple[int, ...]]:  # fmt: skip
    """The groups of the accounts whose pairs stand in the table `scored` (one, other, score), as `cluster` makes them
    of all at once. An account is its number: its place in `documents`, which says whose account it is."""
    likely = database.sql(f"SELECT one, other FROM scored WHERE score >= {weights.same}").to_arrow_table()
    roots = _components(len(documents), likely, together)
    members: dict[int, list[int]] = defaultdict(list)
    for number, root in enumerate(roots):
        members[root].append(number)
    kept = {pair for a, b in apart for pair in ((a, b), (b, a))}
    settled: dict[int, list[Numbers]] = defaultdict(list)
    for a, b in together:
        settled[roots[a]].append((a, b))
    pending = set()
    for root, each in members.items():
        if len(each) == 1:
            yield (each[0],)
        elif len(each) == 2 and root not in settled:
            whole = documents[each[0]] != documents[each[1]] and tuple(each) not in kept
            yield from [tuple(each)] if whole else [(each[0],), (each[1],)]
        else:
            pending.add(root)
    for root, scores in _pairs_of(database, roots, pending):
        pending.discard(root)
        yield from _grouped(members[root], scores, documents, weights, settled[root], kept)
    for root in sorted(pending):  # joined by decisions alone
        yield from _grouped(members[root], {}, documents, weights, settled[root], kept)


def _grouped(
    members: Sequence[int], scores: dict[Numbers, float], documents: Sequence[int], weights: Weights,
    together: Iterable[Numbers], kept: Collection[Numbers],
) -> list[tuple[int, ...]]:  # fmt: skip
    apart = [
        (a, b)
        for a, b in itertools.combinations(members, 2)
        if (documents[a] == documents[b] and (a, b) not in together) or (a, b) in kept
    ]
    return cluster(
        members, scores, lambda a, b: scores.get((a, b) if a < b else (b, a), weights.strangers),
        same=weights.same, impossible=weights.impossible, together=together, apart=apart,
    )  # fmt: skip


def _components(number: int, likely: pa.Table, together: Iterable[Numbers]) -> list[int]:
    """For each account the smallest one that a chain of likely or decided pairs leads to."""
    root = list(range(number))

    def find(n: int) -> int:
        while root[n] != n:
            root[n] = root[root[n]]
            n = root[n]
        return n

    ends = (likely.column(name).to_pylist() for name in ("one", "other"))
    for a, b in itertools.chain(zip(*ends, strict=True), together):
        low, high = sorted((find(a), find(b)))
        root[high] = low
    return [find(n) for n in range(number)]


def _pairs_of(
    database: duckdb.DuckDBPyConnection, roots: Sequence[int], wanted: Collection[int]
) -> Iterator[tuple[int, dict[Numbers, float]]]:
    """The scores of all pairs within each of the wanted components, a component at a time."""
    inside = [(n, root) for n, root in enumerate(roots) if root in wanted]
    found = pa.table({"number": [n for n, _ in inside], "root": [r for _, r in inside]}) if inside else None
    if found is None:
        return
    database.register("component", found)
    rows = database.execute(
        "SELECT a.root, one, other, score FROM scored JOIN component a ON a.number = one"
        " JOIN component b ON b.number = other WHERE a.root = b.root ORDER BY a.root"
    )
    lines = itertools.chain.from_iterable(iter(lambda: rows.fetchmany(BATCH), []))
    for root, each in itertools.groupby(lines, key=lambda line: line[0]):
        yield root, {(one, other): score for _, one, other, score in each}
