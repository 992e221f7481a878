"""Of the places that a sentence names, the one where it happened is its event's."""

from __future__ import annotations

from typing import Any

from civcas.core.eventplaces import closer, finer, nearest_told, place_of
from civcas.core.records import Claim, PlaceName, Span, Where

PROVINCE = Where(
    name="Northshire", lat=37.0, lon=41.0, radius_km=60.0, precision="province_governorate", country="QA",
    admin1="Northshire", gazetteer_id="p",
)  # fmt: skip
SEAT = Where(
    name="Northshire", lat=37.1, lon=41.1, radius_km=5.0, precision="city", country="QA", admin1="Northshire",
    gazetteer_id="s",
)  # fmt: skip
VILLAGE = Where(
    name="Millbrook", lat=37.3, lon=41.3, radius_km=2.0, precision="village", country="QA", admin1="Northshire",
    gazetteer_id="v",
)  # fmt: skip
OTHER = Where(
    name="Oldgate", lat=37.6, lon=41.6, radius_km=2.0, precision="village", country="QA", admin1="Northshire",
    gazetteer_id="o",
)  # fmt: skip
UNLISTED = Where(name="Thornby", country="QA", reason="no gazetteer entry of that name")


def told(*named: tuple[Where, dict[str, Any]]) -> Where | None:
    """The place of a sentence that names these one after the other."""
    text = " ".join(where.name for where, _ in named)
    claims, places, at = [], {}, 0
    for where, fields in named:
        span = Span.of(text, at, at + len(where.name))
        at = span.end + 1
        value = PlaceName(name=where.name, **fields)
        claims.append(Claim.make(document="d", kind="place", value=value, span=span, origin="test"))
        places[claims[-1].id] = where
    return place_of(claims, places)


def test_where_people_are_from_is_where_it_was_only_if_nothing_else_is_told() -> None:
    assert told((VILLAGE, {"relation": "from"}), (OTHER, {})) is OTHER
    assert told((VILLAGE, {"relation": "from"}), (PROVINCE, {})) is VILLAGE
    assert told((VILLAGE, {"relation": "mention"})) is None


def test_beside_a_place_of_its_province_the_seat_only_says_where_that_is() -> None:
    north = {"relation": "near", "bearing": "north"}
    assert told((VILLAGE, north), (SEAT, {})) is VILLAGE
    assert told((SEAT, {})) is SEAT
    abroad = Where(name="Farend", lat=10.0, lon=10.0, radius_km=2.0, precision="village", country="QB", admin1="Far")
    assert told((abroad, north), (SEAT, {})) is SEAT


def test_a_village_told_after_a_known_one_is_one_more_of_a_list() -> None:
    assert told((VILLAGE, {"kind": "village"}), (UNLISTED, {"kind": "village"})) is VILLAGE
    about = told((UNLISTED, {"kind": "village"}), (VILLAGE, {"kind": "village"}))
    assert about is not None
    assert (about.name, about.lat, about.gazetteer_id) == ("Thornby", VILLAGE.lat, None)
    near = told((VILLAGE, {"kind": "village", "relation": "near"}), (UNLISTED, {"kind": "village"}))
    assert near is not None
    assert near.name == "Thornby"


def test_an_unlisted_village_says_more_than_its_province_and_lies_by_the_closest_place_told_with_it() -> None:
    in_province = told((UNLISTED, {"kind": "village"}), (PROVINCE, {}))
    by_village = told((UNLISTED, {"kind": "village"}), (VILLAGE, {}))
    assert in_province is not None
    assert by_village is not None
    assert finer(in_province, PROVINCE)
    assert not finer(in_province, VILLAGE)
    assert nearest_told(in_province, [None, PROVINCE, by_village]) == by_village
    assert nearest_told(VILLAGE, [by_village]) is VILLAGE


def test_a_headlines_city_gives_way_to_a_place_of_its_province() -> None:
    abroad = Where(
        name="Farend", lat=10.0, lon=10.0, radius_km=2.0, precision="village", country="QB", admin1="Far",
        gazetteer_id="f",
    )  # fmt: skip
    assert closer(SEAT, [abroad, UNLISTED, VILLAGE, OTHER]) is VILLAGE
    assert closer(SEAT, [abroad, PROVINCE]) is None
