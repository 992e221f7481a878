"""Imported datasets in either database: by version, sealed, in a backup, and seen by nobody outside."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.world import START, Place

from civcas import actions
from civcas.core.datasets.entries import Dataset, Entry
from civcas.core.records import Range
from civcas.store import Store

SHA = "0" * 64


def dataset(name: str = "monitor", **more: str | None) -> Dataset:
    return Dataset(name=name, version=0, format="airwars", source="a.jsonl", sha256=SHA, at=START, **more)  # type: ignore[arg-type]


def entry(id_: str, killed: int = 3, notes: str | None = None) -> Entry:
    return Entry(
        id=id_,
        code=id_,
        start=datetime.date(2019, 5, 3),
        killed={"civilians": Range(min=killed, max=killed)},
        notes=notes,
    )


def held(store: Store, version: int | None = None) -> dict[str, int | None]:
    return {e.id: e.killed["civilians"].min for e in store.entries("monitor", version)}


def test_each_version_is_kept_and_what_is_the_same_is_written_once(store: Store) -> None:
    assert store.add_dataset(dataset(), [entry("a"), entry("b")]).new == 2
    again = store.add_dataset(dataset(), [entry("a"), entry("b")])
    assert (again.is_new, again.dataset.version) == (False, 1)
    second = store.add_dataset(dataset(), [entry("a", 4), entry("c")])
    assert (second.new, second.changed, second.gone, second.dataset.version) == (1, 1, 1, 2)
    assert (held(store), held(store, 1)) == ({"a": 4, "c": 3}, {"a": 3, "b": 3})
    store.add_dataset(dataset(), [entry("a", 4), entry("b"), entry("c")])
    assert held(store) == {"a": 4, "b": 3, "c": 3}
    assert [held(store, n) for n in (1, 2)] == [{"a": 3, "b": 3}, {"a": 4, "c": 3}]


def test_other_terms_are_a_new_version_with_the_same_entries(store: Store) -> None:
    store.add_dataset(dataset(), [entry("a")])
    found = store.add_dataset(dataset(licence="CC BY 4.0"), [entry("a")])
    assert (found.is_new, found.new, found.dataset.version) == (True, 0, 2)
    assert [d.licence for d in store.dataset_versions("monitor")] == [None, "CC BY 4.0"]


def test_hostile_words_and_ids_given_twice_are_kept(store: Store) -> None:
    odd = [entry("a\0"), entry("a"), entry("'; DROP TABLE x; --", notes="\0 \u202e قتلى"), entry("x" * 5000)]
    store.add_dataset(dataset(), odd)
    assert list(store.entries("monitor")) == odd
    assert not store.add_dataset(dataset(), odd).is_new


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 3), min_size=1), min_size=1, max_size=4))
def test_any_history_can_be_looked_up(store: Store, history: list[dict[str, int]]) -> None:
    first = len(store.dataset_versions("monitor"))
    seen = []
    for version in history:
        taken = store.add_dataset(dataset(), [entry(k, n) for k, n in version.items()])
        seen.append((taken.dataset.version, version))
    for number, version in seen:
        assert number > 0
        assert held(store, number) == version
    assert len(store.dataset_versions("monitor")) >= first


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE store_entryrow SET body = replace(body, '\"min\":3', '\"min\":9') WHERE key = 'a'",
            "entry 'a' was altered",
        ),
        ("DELETE FROM store_entryrow WHERE key = 'a'", "entry 'a' was removed"),
        ("UPDATE store_datasetrow SET body = replace(body, 'CC BY', 'CC 0')", "dataset 'monitor' was altered"),
    ],
)
def test_what_was_altered_behind_its_back_is_found(store: Store, statement: str, said: str) -> None:
    store.add_dataset(dataset(licence="CC BY 4.0"), [entry("a"), entry("b")])
    with connections[store._db].cursor() as cursor:
        cursor.execute(statement)
    assert any(said in fault.message for fault in actions.verify(store))


def test_a_file_missing_from_the_archive_is_found(store: Store) -> None:
    store.add_dataset(dataset(), [entry("a")])
    assert [f.what for f in actions.verify(store)] == ["missing"]


def test_a_backup_holds_them(
    store: Store, make_place: Callable[[str, str], Place], backend: str, tmp_path: Path
) -> None:
    store.add_dataset(dataset(), [entry("a")])
    store.add_dataset(dataset(), [entry("a"), entry("b")])
    store.back_up(tmp_path / "backup.zip")
    other = make_place(backend, "again")
    actions.restore(tmp_path / "backup.zip", other.folder, other.url)
    with other.open(create=False) as restored:
        assert restored.datasets() == store.datasets()
        assert held(restored, 1) == {"a": 3}
        more = msgspec.structs.replace(dataset(), licence="x")
        assert restored.add_dataset(more, [entry("c")]).dataset.version == 3
