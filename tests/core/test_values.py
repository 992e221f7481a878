"""Counts, periods and points."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civcas.core.errors import BadSource, BadSpan
from civcas.core.records import Span
from civcas.core.values import Count, Period, Point, kilometres

NUMBERS = st.integers(min_value=0, max_value=10_000)


@st.composite
def counts(draw: st.DrawFn) -> Count:
    low, high = draw(st.one_of(st.none(), NUMBERS)), draw(st.one_of(st.none(), NUMBERS))
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Count(min=low, max=high, hedged=draw(st.booleans()))


@given(counts(), counts(), counts())
def test_ranges_add_in_any_order_and_grouping(a: Count, b: Count, c: Count) -> None:
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)


@given(counts(), counts())
def test_what_lies_in_both_ranges_makes_them_overlap(a: Count, b: Count) -> None:
    shared = [n for n in range(0, 10_001, 1) if _in(n, a) and _in(n, b)][:1] if _small(a, b) else []
    if shared:
        assert a.overlaps(b)
        assert b.overlaps(a)


def _in(n: int, count: Count) -> bool:
    return (count.min or 0) <= n and (count.max is None or n <= count.max)


def _small(*given: Count) -> bool:
    return all((c.max or 0) <= 200 and (c.min or 0) <= 200 for c in given)


@pytest.mark.parametrize(("low", "high"), [(5, 4), (-1, None), (None, -3)])
def test_no_count_is_negative_or_upside_down(low: int | None, high: int | None) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is the record's own
        Count(min=low, max=high)


@pytest.mark.parametrize(
    ("edtf", "start", "end"),
    [
        ("2017-03-16", "2017-03-16", "2017-03-16"),
        ("2017-02", "2017-02-01", "2017-02-28"),
        ("2016", "2016-01-01", "2016-12-31"),
        ("2017-03-16/2017-03-17", "2017-03-16", "2017-03-17"),
        ("201X", "2010-01-01", "2019-12-31"),
        ("2017-33", "2017-01-01", "2017-03-31"),
        ("2017-03-XX", "2017-03-01", "2017-03-31"),
    ],
)
def test_a_period_covers_the_days_of_its_edtf(edtf: str, start: str, end: str) -> None:
    period = Period.parse(edtf)
    assert (period.start.isoformat(), period.end.isoformat(), period.edtf) == (start, end, edtf)


@pytest.mark.parametrize("edtf", ["", "yesterday", "2017-13", "2017-02-30", "2017-03-16/..", "16/03/2017"])
def test_what_is_no_edtf_is_refused_with_an_example(edtf: str) -> None:
    with pytest.raises(BadSource, match="2017-03-16"):
        Period.parse(edtf)


@given(st.dates(), st.dates(), st.dates(), st.dates())
def test_periods_that_share_a_day_are_no_distance_apart(
    a: datetime.date, b: datetime.date, c: datetime.date, d: datetime.date
) -> None:
    left, right = Period.between(min(a, b), max(a, b)), Period.between(min(c, d), max(c, d))
    shares = max(left.start, right.start) <= min(left.end, right.end)
    assert (left.distance(right) == 0) == shares
    assert left.distance(right) == right.distance(left)


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (0, 4239.0), (-90.5, 10), (float("nan"), 0)])
def test_a_point_off_the_globe_is_refused(lat: float, lon: float) -> None:
    with pytest.raises(ValueError, match="globe"):
        Point(lat=lat, lon=lon, radius_km=1)


def test_distances_agree_with_known_ones() -> None:
    # One degree along the equator is 111.19 km on a sphere of 6371 km; London to Paris is about 344 km.
    assert kilometres(0, 0, 0, 1) == pytest.approx(111.19, abs=0.01)
    assert kilometres(51.5074, -0.1278, 48.8566, 2.3522) == pytest.approx(343.6, abs=1)


@given(st.text(min_size=1, max_size=60), st.data())
def test_a_span_holds_in_its_text_and_in_no_altered_one(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = Span.of(text, start, end)
    assert span.check(text) is span
    with pytest.raises(BadSpan):
        span.check(text[:start] + ("a" if text[start] != "a" else "b") + text[start + 1 :])


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 2), (-1, 2), (0, 99)])
def test_no_span_without_words(start: int, end: int) -> None:
    with pytest.raises(BadSpan):
        Span.of("five!", start, end)
