"""Groups made a component at a time are those made of all pairs at once."""

from __future__ import annotations

import itertools
import random

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from civcas.core.match import default_weights
from civcas.core.match.cluster import cluster
from civcas.linkage.grouping import groups

WEIGHTS = default_weights()


def at_once(
    documents: list[int], scores: dict[tuple[int, int], float], together: list[tuple[int, int]],
    apart: list[tuple[int, int]],
) -> set[tuple[str, ...]]:  # fmt: skip
    """The oracle: core.match.cluster over everything, with names for numbers."""
    name = "{:04}".format
    same_document = [
        (a, b)
        for a, b in itertools.combinations(range(len(documents)), 2)
        if documents[a] == documents[b] and (a, b) not in together
    ]
    known = {(name(a), name(b)): score for (a, b), score in scores.items()}
    found = cluster(
        map(name, range(len(documents))), known,
        lambda a, b: known.get((min(a, b), max(a, b)), WEIGHTS.strangers),
        same=WEIGHTS.same, impossible=WEIGHTS.impossible,
        together=[(name(a), name(b)) for a, b in together],
        apart=[(name(a), name(b)) for a, b in (*same_document, *apart)],
    )  # fmt: skip
    return set(found)


def by_component(
    documents: list[int], scores: dict[tuple[int, int], float], together: list[tuple[int, int]],
    apart: list[tuple[int, int]],
) -> set[tuple[str, ...]]:  # fmt: skip
    with duckdb.connect() as database:
        lines = [(a, b, score) for (a, b), score in scores.items()]
        table = pa.table({name: [line[n] for line in lines] for n, name in enumerate(("one", "other", "score"))})
        database.register("scored", table.cast(pa.schema([("one", "int64"), ("other", "int64"), ("score", "double")])))
        found = list(groups(database, documents, WEIGHTS, together=together, apart=apart))
    return {tuple(f"{n:04}" for n in group) for group in found}


@pytest.mark.parametrize("seed", range(12))
def test_components_give_what_all_pairs_give(seed: int) -> None:
    chance = random.Random(seed)
    number = chance.choice([1, 5, 30, 60])
    documents = [chance.randrange(number) for _ in range(number)]
    pairs = [(a, b) for a, b in itertools.combinations(range(number), 2) if documents[a] != documents[b]]
    scored = chance.sample(pairs, min(len(pairs), chance.choice([0, 20, 200])))
    scores = {pair: round(chance.uniform(-14, 9), 2) for pair in scored}
    settled = chance.sample(pairs, min(len(pairs), 4))
    together, apart = settled[:2], [p for p in settled[2:] if seed % 2]
    assert by_component(documents, scores, together, apart) == at_once(documents, scores, together, apart)


@given(st.randoms(use_true_random=False))
def test_no_group_holds_two_accounts_of_one_document(chance: random.Random) -> None:
    documents = [chance.randrange(4) for _ in range(9)]
    pairs = [(a, b) for a, b in itertools.combinations(range(9), 2) if documents[a] != documents[b]]
    scores = {pair: chance.uniform(2, 9) for pair in pairs}
    for group in by_component(documents, scores, [], []):
        told = [documents[int(n)] for n in group]
        assert len(told) == len(set(told))
