"""Krippendorff's alpha against his own published example, and against a slow reading of the definition."""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civcas.core.agreement import Level, agreements, alpha, interval
from civcas.core.datasets.entries import Entry, Side
from civcas.core.records import Range

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section C: four observers, twelve units.
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
UNITS = [tuple(v for v in unit if v is not None) for unit in zip(*OBSERVERS, strict=True)]


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_the_published_example(level: Level, published: float) -> None:
    assert alpha(UNITS, level) == pytest.approx(published, abs=0.0006)


def test_two_observers_with_two_values() -> None:
    """Section A of the same paper: 0.095."""
    first = (0, 1, 0, 0, 0, 0, 0, 0, 1, 0)
    second = (1, 1, 1, 0, 0, 1, 0, 0, 0, 0)
    assert alpha(list(zip(first, second, strict=True)), "nominal") == pytest.approx(0.095, abs=0.0006)


def slow(units: Sequence[tuple[int, ...]], level: Level) -> float | None:
    """Alpha as it is defined: one minus the mean difference of pairs within units over that of all pairs."""
    paired = [unit for unit in units if len(unit) > 1]
    every = [value for unit in paired for value in unit]
    if not every:
        return None

    def difference(a: int, b: int) -> float:
        if level == "nominal":
            return float(a != b)
        if level == "interval":
            return float((a - b) ** 2)
        if level == "ratio":
            return ((a - b) / (a + b)) ** 2 if a + b else 0.0
        low, high = sorted((a, b))
        between = sum(low <= value <= high for value in every)
        return float(between - (every.count(a) + every.count(b)) / 2) ** 2 if a != b else 0.0

    within = sum(
        sum(difference(a, b) for a, b in itertools.permutations(unit, 2)) / (len(unit) - 1) for unit in paired
    ) / len(every)
    chance = sum(difference(a, b) for a, b in itertools.permutations(every, 2)) / (len(every) * (len(every) - 1))
    return 1 - within / chance if chance else None


@given(
    st.lists(st.lists(st.integers(0, 6), max_size=4).map(tuple), max_size=8),
    st.sampled_from(["nominal", "ordinal", "interval", "ratio"]),
)
def test_as_the_definition_says(units: list[tuple[int, ...]], level: Level) -> None:
    expected, found = slow(units, level), alpha(units, level)
    assert (found is None) == (expected is None)
    if found is not None:
        assert found == pytest.approx(expected)


def test_nothing_to_compare_and_no_variation_give_none() -> None:
    assert alpha([], "nominal") is None
    assert alpha([(1,), ()], "nominal") is None
    assert alpha([(1, 1), (1, 1)], "interval") is None
    assert alpha([(1, 1), (2, 2)], "nominal") == 1


def drawing(seed: int) -> Any:
    chance = random.Random(seed)
    return lambda population, many: chance.choices(range(population), k=many)


def test_the_interval_holds_alpha_and_follows_from_the_seed() -> None:
    first = interval(UNITS, "nominal", draw=drawing(1), resamples=300)
    assert first is not None
    assert first[0] < 0.743 < first[1]
    assert first == interval(UNITS, "nominal", draw=drawing(1), resamples=300)
    assert first != interval(UNITS, "nominal", draw=drawing(2), resamples=300)
    assert interval([(1,)], "nominal", draw=drawing(1), resamples=10) is None


def entry(
    code: str, killed: int | None, *, grade: str | None = None, day: int = 3, side: str = "Northern Army"
) -> Entry:
    harm = {"civilians": Range(min=killed, max=killed)} if killed is not None else {}
    start = datetime.date(2019, 5, day)
    return Entry(
        id=code, code=code, start=start, killed=harm, grades=(grade,) if grade else (), sides=(Side(name=side),)
    )


def test_fields_of_incidents_and_what_is_unknown_to_one() -> None:
    first = {"A": entry("A", 3, grade="fair"), "B": entry("B", 9, grade="weak"), "C": entry("C", None)}
    second = {
        "A": entry("A", 3, grade="fair"),
        "B": entry("B", 9, grade="weak"),
        "C": entry("C", 2),
        "D": entry("D", 7),
    }
    found = {a.field: a for a in agreements([first, second], draw=drawing(1), resamples=20)}
    killed = found["killed.civilians.min"]
    assert (killed.level, killed.alpha, killed.units, killed.values) == ("ratio", 1.0, 2, 4)
    assert (killed.half_known, killed.same) == (1, 2)
    assert found["grade"].alpha == 1
    assert found["date"].alpha is None
    assert found["date"].units == 3
    assert "infrastructure" not in found


def test_three_coders_who_differ_agree_less() -> None:
    coders = [{"A": entry("A", n), "B": entry("B", 20)} for n in (3, 4, 9)]
    (low,) = [a.alpha for a in agreements(coders, draw=drawing(1), resamples=5) if a.field == "killed.civilians.max"]
    assert low is not None
    assert low < 1
