"""The baseline groups alike reports of near days, and the set under test stays out of the repository."""

from __future__ import annotations

from typing import Any

import networkx
from hypothesis import given
from hypothesis import strategies as st

import tfidf_baseline

REPORTS: list[dict[str, Any]] = [
    {"id": "a", "text": "Shelling of the market of Dala killed nine traders", "published": "2024-01-02"},
    {"id": "b", "text": "Nine traders killed in shelling of the Dala market", "published": "2024-01-03"},
    {"id": "c", "text": "Nine traders killed in shelling of the Dala market", "published": "2024-03-03"},
    {"id": "d", "text": "A football league opens its season", "published": "2024-01-02"},
    {"id": "e", "text": "Nine traders killed in shelling of the Dala market", "published": None},
    *({"id": f"other-{n}", "text": f"Weather of day {n}: rain", "published": "2024-01-02"} for n in range(5)),
]


def test_alike_and_near_in_time() -> None:
    found = tfidf_baseline.pairs(REPORTS, above=0.3, within=2)
    assert {pair for pair in found if min(pair) < 5} == {(0, 1)}


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30))
def test_clusters_are_connected_components(links: list[tuple[int, int]]) -> None:
    graph = networkx.Graph(links)
    graph.add_nodes_from(range(20))
    found = {frozenset(members) for members in tfidf_baseline.clusters(20, iter(links))}
    assert found == {frozenset(members) for members in networkx.connected_components(graph)}
