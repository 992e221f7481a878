"""Territories whose status is disputed: found by code, province or point, told alike for every side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civcas.core.disputed import dispute_of, territories, territory_of, within


@pytest.mark.parametrize(
    ("country", "admin1", "lat", "lon", "key"),
    [
        ("UA", "Crimea", 44.95, 34.1, "crimea"),
        ("RU", None, 44.95, 34.1, "crimea"),
        (None, None, 44.95, 34.1, "crimea"),
        ("UA", "Kherson", 46.15, 33.6, "donbas_and_south"),
        ("UA", "Kyiv", 50.4, 30.5, None),
        ("EH", None, 24.5, -13.0, "western_sahara"),
        ("MA", "Laayoune-Sakia El Hamra", 26.74, -11.67, "western_sahara"),
        ("MA", None, 27.94, -12.92, None),
        ("SY", "Quneitra", 33.27, 35.77, "golan"),
        ("SY", "Quneitra", 33.126, 35.825, None),
        ("IL", None, 32.99, 35.69, "golan"),
        ("IL", "Northern", 33.23, 35.638, None),
        ("PS", "Nablus", 32.22, 35.25, "west_bank"),
        ("PS", "Gaza", 31.5, 34.47, None),
        ("PS", "West Bank", 31.78, 35.234, "jerusalem"),
        ("XK", None, None, None, "kosovo"),
        ("RS", None, 42.66, 21.16, "kosovo"),
        ("IN", "Ladakh", 34.15, 77.58, "kashmir_in"),
        ("PK", "Punjab", 31.5, 74.3, None),
        ("CY", "Lefkosia", 35.1725, 33.365, None),
        (None, None, None, None, None),
    ],
)
def test_a_place_is_in_the_territory_or_not(
    country: str | None, admin1: str | None, lat: float | None, lon: float | None, key: str | None
) -> None:
    assert territory_of(country, admin1, lat, lon) == key


def test_every_entry_names_its_sides_and_a_document() -> None:
    for key, territory in territories().items():
        assert len(territory.claimed_by) > 1, f"{key} is claimed by one side only"
        assert territory.administered_by, key
        for sides in (territory.claimed_by, territory.administered_by, territory.among, territory.countries):
            assert list(sides) == sorted(sides), f"{key}: sides stand in the order of the alphabet"
        assert any(digit.isdigit() for digit in territory.source), f"{key}: the document has a number or a date"
        assert territory.countries or territory.provinces or territory.outline, key


def test_every_outline_is_a_ring_on_the_globe_around_its_own_middle() -> None:
    for key, territory in territories().items():
        if outline := territory.outline:
            assert len(outline) > 3, key
            assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in outline), key
            x, y = (sum(p[axis] for p in outline) / len(outline) for axis in (0, 1))
            assert within((x, y), outline), key
            assert not within((x + 40, y), outline), key


def test_the_mark_is_told_in_the_same_words_for_every_code_of_a_place() -> None:
    told = {dispute_of(country, None, 44.95, 34.1) for country in ("UA", "RU", None)}
    assert len(told) == 1


@given(st.floats(-90, 90), st.floats(-180, 180), st.sampled_from([None, "UA", "IL", "IN", "QA"]))
def test_any_point_is_in_one_territory_or_none(lat: float, lon: float, country: str | None) -> None:
    key = territory_of(country, None, lat, lon)
    assert key is None or key in territories()
