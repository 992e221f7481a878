import itertools
import random
from collections.abc import Iterable

import networkx
from hypothesis import given
from hypothesis import strategies as st

from civcas.core.match.cluster import cluster

IDS = st.integers(2, 14).map(lambda n: [f"a{i:02}" for i in range(n)])


@st.composite
def scored(draw: st.DrawFn) -> tuple[list[str], dict[tuple[str, str], float]]:
    """Ids with a score for each pair, some left out as no candidates."""
    ids = draw(IDS)
    pairs = list(itertools.combinations(ids, 2))
    values = draw(st.lists(st.integers(-15, 15), min_size=len(pairs), max_size=len(pairs)))
    return ids, {pair: float(value) for pair, value in zip(pairs, values, strict=True)}


@st.composite
def some_pairs(draw: st.DrawFn, ids: list[str]) -> list[tuple[str, str]]:
    return draw(st.lists(st.sampled_from(list(itertools.combinations(ids, 2))), max_size=4, unique=True))


Scores = dict[tuple[str, str], float]
Case = tuple[list[str], Scores]


def grouped(
    ids: list[str], scores: Scores, together: Iterable[tuple[str, str]] = (), apart: Iterable[tuple[str, str]] = ()
) -> list[tuple[str, ...]]:
    candidates = {pair: value for pair, value in scores.items() if value > -5}
    return cluster(
        ids,
        candidates,
        lambda a, b: scores[min(a, b), max(a, b)],
        same=4,
        impossible=-10,
        together=together,
        apart=apart,
    )


@given(scored(), st.data())
def test_no_group_breaks_a_decision_and_nobody_is_lost(case: Case, data: st.DataObject) -> None:
    ids, scores = case
    apart = data.draw(some_pairs(ids))
    groups = grouped(ids, scores, apart=apart)
    assert sorted(i for g in groups for i in g) == ids
    assert not [p for p in apart for g in groups if set(p) <= set(g)]
    impossible = {p for p, value in scores.items() if value <= -10}
    assert not [p for g in groups for p in itertools.combinations(g, 2) if p in impossible]


@given(scored(), st.data())
def test_what_was_decided_to_be_one_is_one(case: Case, data: st.DataObject) -> None:
    ids, scores = case
    together = data.draw(some_pairs(ids))
    groups = grouped(ids, scores, together=together)
    assert all(any(set(p) <= set(g) for g in groups) for p in together)


@given(scored(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(case: Case, chance: random.Random) -> None:
    ids, scores = case
    mixed_ids = chance.sample(ids, len(ids))
    mixed = {pair: scores[pair] for pair in chance.sample(list(scores), len(scores))}
    assert grouped(ids, scores) == grouped(mixed_ids, mixed)


@given(IDS, st.data())
def test_decided_pairs_alone_give_the_connected_components(ids: list[str], data: st.DataObject) -> None:
    pairs = data.draw(st.lists(st.sampled_from(list(itertools.combinations(ids, 2))), max_size=20))
    graph = networkx.Graph(pairs)
    graph.add_nodes_from(ids)
    expected = sorted(tuple(sorted(c)) for c in networkx.connected_components(graph))
    assert cluster(ids, {}, lambda a, b: -1.0, same=0, impossible=-10, together=pairs) == expected


def test_a_likeness_of_neighbours_does_not_chain() -> None:
    """A is like B and B like C, but A and C cannot be one: the likelier pair joins, the third stays out."""
    scores = {("a", "b"): 9.0, ("b", "c"): 8.0, ("a", "c"): -20.0}
    assert grouped(["a", "b", "c"], scores) == [("a", "b"), ("c",)]
    long_chain = {p: (6.0 if ord(p[1]) - ord(p[0]) == 1 else -9.0) for p in itertools.combinations("abcdef", 2)}
    assert max(map(len, grouped(list("abcdef"), long_chain))) == 2
