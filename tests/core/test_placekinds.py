"""Kinds of place, their words in both languages, and moves over the globe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civcas.core.placekinds import (
    degrees,
    kind_before,
    kind_named,
    kind_of,
    level_within,
    moved,
    place_kinds,
    radius_of,
    split_kind,
    ucdp_where_prec,
)  # fmt: skip
from civcas.core.values import kilometres


@pytest.mark.parametrize(
    ("name", "bare", "kind"),
    [
        ("Idlib Governorate", "Idlib", "governorate"),
        ("محافظة إدلب", "إدلب", "governorate"),
        ("بمدينة حلب", "حلب", "city"),
        ("بريف حماة", "حماة", "countryside"),
        ("Jabalia refugee camp", "Jabalia", "camp"),
        ("village of Jina", "Jina", "village"),
        ("حي الشعار", "الشعار", "neighbourhood"),
        ("Raqqa", "Raqqa", None),
        ("City", "City", None),
    ],
)
def test_a_name_is_parted_from_the_word_for_its_kind(name: str, bare: str, kind: str | None) -> None:
    assert split_kind(name) == (bare, kind)


@pytest.mark.parametrize(
    ("word", "kind"),
    [("village", "village"), ("quarter", "neighbourhood"), ("قرية", "village"), ("ridge", None), (None, None)],
)
def test_a_word_names_a_kind(word: str | None, kind: str | None) -> None:
    assert kind_named(word) == kind


@pytest.mark.parametrize(
    ("code", "people", "kind"),
    [
        ("PPLC", None, "city"),
        ("PPL", 80_000, "city"),
        ("PPL", 8_000, "town"),
        ("PPL", None, "village"),
        ("ADM1", 5, "governorate"),
        ("PPLX", 90_000, "neighbourhood"),
        ("PCLI", 1, "country"),
    ],
)
def test_settlements_go_by_their_people(code: str, people: int | None, kind: str) -> None:
    assert kind_of(code, people) == kind


def test_larger_places_reach_further() -> None:
    assert (
        radius_of("village", None) < radius_of("town", None) < radius_of("city", 60_000) < radius_of("city", 9_000_000)
    )
    assert radius_of("governorate", 9_000_000) == place_kinds()["governorate"].radius_km


@pytest.mark.parametrize(
    ("bearing", "angle"),
    [
        ("north", 0),
        ("south-west", 225),
        ("southwest", 225),
        ("SW", 225),
        ("south-western", 225),
        ("eastern", 90),
        ("up", None),
    ],
)
def test_bearings_in_words_are_degrees(bearing: str, angle: float | None) -> None:
    assert degrees(bearing) == angle


@given(st.floats(-75, 75), st.floats(-180, 180), st.floats(0.1, 100), st.sampled_from(range(0, 360, 45)))
def test_a_move_goes_as_far_as_it_says_and_stays_on_the_globe(
    lat: float, lon: float, km: float, bearing: float
) -> None:
    north, east = moved(lat, lon, km=km, bearing=bearing)
    assert -90 <= north <= 90
    assert -180 <= east <= 180
    assert kilometres(lat, lon, north, east) == pytest.approx(km, rel=0.03, abs=0.02)


@pytest.mark.parametrize(
    ("level", "radius_km", "relation", "code"),
    [
        ("exact_location_other", 0.007, "coordinates", 1),
        ("within_100m", 0.07, "coordinates", 1),
        ("village", 2.0, "in", 1),
        ("city", 6.0, "in", 1),
        ("village", 6.0, "near", 2),
        ("district", 20.0, "near", 2),
        ("district", 40.0, "near", 3),
        ("subdistrict", 7.0, "coordinates", 2),
        ("subdistrict", 10.0, "in", 3),
        ("district", 20.0, "in", 3),
        ("province_governorate", 80.0, "in", 4),
        ("district", 22.0, "between", 5),
        ("country", 240.0, "in", 6),
        ("sea", 200.0, "off", 7),
        (None, None, "in", None),
    ],
)
def test_ucdp_codes_how_precisely_a_place_is_known(
    level: str | None, radius_km: float | None, relation: str, code: int | None
) -> None:
    assert ucdp_where_prec(level, radius_km, relation) == code


@pytest.mark.parametrize(
    ("radius_km", "level"),
    [(0.001, "within_1m"), (0.007, "exact_location_other"), (0.07, "within_100m"), (1, "neighbourhood_area"),
     (7, "subdistrict"), (25, "district"), (80, "province_governorate")],
)  # fmt: skip
def test_a_point_of_which_only_the_radius_is_known_has_the_level_of_its_radius(radius_km: float, level: str) -> None:
    assert level_within(radius_km) == level


@pytest.mark.parametrize(("word", "kind"), [("بلدة", "town"), ("ببلدة", "town"), ("وببلدة", "town"), ("بتلدة", None)])
def test_a_word_for_a_kind_is_known_behind_the_particles_written_with_it(word: str, kind: str | None) -> None:
    assert kind_before([word]) == kind
