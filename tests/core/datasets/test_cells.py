"""Cells as people write them: numbers, ranges, words, days, and the unknown."""

from __future__ import annotations

import contextlib
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civcas.core.codebook import named_codebook
from civcas.core.datasets import cells
from civcas.core.datasets.cells import BadCell

CODEBOOK = named_codebook("default")


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        ("12", 12, 12),
        (12, 12, 12),
        (12.0, 12, 12),
        ("12.0", 12, 12),
        ("1,200", 1200, 1200),
        ("٤٠", 40, 40),
        ("3-5", 3, 5),
        ("3–5", 3, 5),
        ("3 to 5", 3, 5),
        ("between 3 and 5", 3, 5),
        ("  7  ", 7, 7),
        ("at least 4", 4, None),
        ("4+", 4, None),
        ("≥ 4", 4, None),
        ("4 or more", 4, None),
        ("more than 4", 5, None),
        ("up to 5", None, 5),
        ("< 5", None, 4),
        ("almost 10", None, 9),
        ("about 20", 20, 20),
        ("c. 20", 20, 20),
        ("dozens", 12, 24),
        ("Dozens", 12, 24),
        ("at least dozens", 12, None),
        ("hundreds", 100, 200),
        ("several", 2, 2),
        ("a handful", 2, 5),
        ("عشرات", 12, 24),
        ("nobody", 0, 0),
        ("0", 0, 0),
        ("", None, None),
        (None, None, None),
        ("unknown", None, None),
        ("N/A", None, None),
        ("—", None, None),
    ],
)
def test_people(cell: object, low: int | None, high: int | None) -> None:
    found = cells.people(cell, CODEBOOK)
    assert (found.min, found.max) == (low, high)


@pytest.mark.parametrize(
    "cell",
    ["none", "abc", "-3", "3.5", "5-3", "=1+1", "99999999999", "3-5-7", "12 people and 4", True, 3.5, float("nan"), -1],
)
def test_what_is_no_number_of_people_is_refused(cell: object) -> None:
    with pytest.raises(BadCell):
        cells.people(cell, CODEBOOK)


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from(["-", "–", " - ", " to ", "—"]))
def test_a_range_is_read_as_written(low: int, more: int, sign: str) -> None:
    found = cells.people(f"{low}{sign}{low + more}", CODEBOOK)
    assert (found.min, found.max) == (low, low + more)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    for read in (lambda t: cells.people(t, CODEBOOK), cells.whole, cells.number, cells.days):
        with contextlib.suppress(BadCell):
            read(text)


@pytest.mark.parametrize(
    ("cell", "start", "end"),
    [
        ("2017-03-16", "2017-03-16", "2017-03-16"),
        ("2017-03-16 00:00:00.000", "2017-03-16", "2017-03-16"),
        ("2017-03-16T10:00Z", "2017-03-16", "2017-03-16"),
        ("16 March 2017", "2017-03-16", "2017-03-16"),
        ("16-Mar-17", "2017-03-16", "2017-03-16"),
        ("March 16th, 2017", "2017-03-16", "2017-03-16"),
        ("16/03/2017", "2017-03-16", "2017-03-16"),
        ("05.05.2017", "2017-05-05", "2017-05-05"),
        ("2017-03", "2017-03-01", "2017-03-31"),
        ("2017-03-16/2017-03-18", "2017-03-16", "2017-03-18"),
        (datetime.datetime(2017, 3, 16, 4, tzinfo=datetime.UTC), "2017-03-16", "2017-03-16"),
    ],
)
def test_days(cell: object, start: str, end: str) -> None:
    found = cells.days(cell)
    assert found is not None
    assert (str(found.start), str(found.end)) == (start, end)


def test_a_date_that_may_be_two_needs_the_order_told() -> None:
    with pytest.raises(BadCell, match="may be two dates"):
        cells.days("03/04/2017")
    told = [cells.days("03/04/2017", "dmy"), cells.days("03/04/2017", "mdy")]
    assert [str(p.start) for p in told if p] == ["2017-04-03", "2017-03-04"]
    assert cells.days("unknown") is None


@pytest.mark.parametrize("cell", ["soon", "32 March 2017", "2017-13-01", "99/99/9999", "16 Mrz 2017"])
def test_what_is_no_date_is_refused(cell: str) -> None:
    with pytest.raises(BadCell, match="is no date"):
        cells.days(cell)


def test_a_number_that_cannot_be_stands_as_given() -> None:
    assert cells.number("4239.00416") == 4239.00416
    assert cells.number("36,117") == 36.117
    assert cells.number("") is None
