"""Rows to entries by the maps that ship, and by a map of one's own."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import pytest

from civcas.core.codebook import named_codebook
from civcas.core.datasets.formats import Format, formats, guess, named_format, read_format, recognised
from civcas.core.datasets.reading import Read, entry_of
from civcas.core.errors import BadPack
from civcas.core.records import Range

CODEBOOK = named_codebook("default")


def read(row: Mapping[str, object], format_: Format | str) -> Read:
    chosen = named_format(format_) if isinstance(format_, str) else format_
    return entry_of(row, chosen, CODEBOOK, fallback="7")


def test_an_event_of_acled() -> None:
    row = {
        "event_id_cnty": "SYR1",
        "event_date": "16 March 2017",
        "time_precision": "2",
        "location": "Tell Asfar",
        "latitude": "36.1",
        "longitude": "36.8",
        "geo_precision": "1",
        "fatalities": "9",
        "country": "Syria",
        "actor1": "Northern Air Force",
        "actor2": "Civilians (Syria)",
        "sub_event_type": "Air/drone strike",
    }
    found = read(row, "acled").entry
    assert (found.id, found.killed) == ("SYR1", {"people": Range(min=9, max=9)})
    assert (found.start, found.end) == (datetime.date(2017, 3, 13), datetime.date(2017, 3, 19))
    assert (found.level, found.radius_km, found.strike_type) == ("town", 3, ("airstrike",))
    assert [side.name for side in found.sides] == ["Northern Air Force", "Civilians (Syria)"]


def test_an_event_of_ucdp() -> None:
    row = {
        "id": "4711",
        "date_start": "2017-03-16 00:00:00.000",
        "date_end": "2017-03-18 00:00:00.000",
        "where_prec": "4",
        "where_coordinates": "Tell Asfar",
        "side_a": "Government of Nowhere",
        "side_b": "Civilians",
        "low": "3",
        "best": "9",
        "high": "12",
        "deaths_a": "1",
        "deaths_b": "2",
        "deaths_civilians": "4",
        "deaths_unknown": "2",
        "latitude": "36.1",
        "longitude": "36.8",
    }
    found = read(row, "ucdp").entry
    assert found.killed == {
        "people": Range(min=3, max=12),
        "civilians": Range(min=4, max=6),
        "belligerents": Range(min=3, max=3),
    }
    assert [side.name for side in found.sides] == ["Government of Nowhere"]
    assert found.end == datetime.date(2017, 3, 18)
    assert found.radius_km == 60


def test_a_flat_row_and_a_nested_line_of_airwars_say_the_same() -> None:
    flat = {
        "unique_reference_code": "XX1",
        "incident_date": "2017-03-16",
        "location_name": "Tell Asfar",
        "latitude": "36.1",
        "longitude": "36.8",
        "geolocation_accuracy": "village",
        "killed_injured_civilian_non_combatants_killed_min": "3",
        "killed_injured_civilian_non_combatants_killed_max": "5",
        "civilian_harm_status": "Contested, Discounted",
        "belligerents": "Northern Army, Southern Army",
        "strike_type": "Airstrike, Drone Strike",
    }
    nested = {
        "code": "XX1",
        "date": "2017-03-16",
        "location_en": "Tell Asfar",
        "latitude": 36.1,
        "longitude": 36.8,
        "geo_precision": "village",
        "killed_min": 3,
        "killed_max": 5,
        "assessment": "Contested, Discounted",
        "belligerents": ["Northern Army", "Southern Army"],
        "strike_type": "Airstrike, Drone Strike",
        "belligerents_detail": [],
        "victims": [],
    }
    assert read(flat, "airwars").entry == read(nested, "airwars").entry
    assert read(flat, "airwars").entry.grades == ("contested", "discounted")


def test_people_and_parties_in_rows_of_their_own() -> None:
    row = {
        "id": "a",
        "belligerents": ["Northern Army"],
        "belligerents_detail": [{"belligerent": "Northern Army", "attribution": "known", "conceded_killed_min": 2}],
        "victims": [
            {"name_en": "Sami Tallawi", "name_ar": "سامي التلاوي", "age": "9", "gender": "male", "status": "injured"},
            {},
        ],
    }
    found = read(row, "airwars").entry
    (side,), (person,) = found.sides, found.victims
    assert (side.attribution, side.conceded_killed) == ("known", Range(min=2))
    assert (person.age, person.gender, person.outcome) == (9, "male", "injured")
    assert [v.name for v in found.people()] == ["Sami Tallawi", "سامي التلاوي"]


def test_a_map_of_ones_own_with_ranges_in_one_cell() -> None:
    own = Format(
        columns={"code": "Ref", "date": "Day", "killed": "Dead", "killed.children.min": "Kids", "victims": "Names"},
        dates="dmy",
        values={"grade": {"sure": "confirmed"}},
    )
    row = {"Ref": "A-1", "Day": "03/04/2017", "Dead": "3–5", "Kids": "1", "Names": "Sami Tallawi (9); Rana Zahri"}
    found = read(row, own).entry
    assert found.killed == {"civilians": Range(min=3, max=5), "children": Range(min=1)}
    assert [(v.name, v.age) for v in found.victims] == [("Sami Tallawi", 9), ("Rana Zahri", None)]


def test_each_bad_cell_is_named_and_the_rest_is_read() -> None:
    row = {"code": "A-1", "date": "soon", "killed_min": "many dead", "killed_max": "5", "latitude": "north"}
    found = read(row, "airwars")
    assert [f.column for f in found.faults] == ["killed_min", "date", "latitude"]
    assert (found.entry.code, found.entry.start, found.entry.killed) == ("A-1", None, {"civilians": Range(max=5)})


def test_coordinates_off_the_globe_stand_but_place_nothing() -> None:
    found = read({"id": "a", "location_en": "Tell Asfar", "latitude": 36.0, "longitude": 4239.00416}, "airwars").entry
    assert (found.lon, found.placed, found.where()[0].lat) == (4239.00416, False, None)


def test_formats_are_known_by_their_columns() -> None:
    assert {name: f.name for name, f in formats().items()} == {"acled": "acled", "airwars": "airwars", "ucdp": "ucdp"}
    for name in formats():
        found = recognised([column.upper() for column in named_format(name).telling])
        assert found is not None
        assert found.name == name
    assert recognised(["Ref", "Day"]) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[columns]\nkiled = "Dead"', "'killed.*|'kiled' is no field"),
        ("colums = 1", "colums"),
        ("= broken", "map.toml"),
        ('[rows.grade]\ncolumn = "a"\nfields = {}', "only belligerents and victims"),
        ('dates = "dym"', "dates"),
    ],
)
def test_a_map_with_a_fault_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(BadPack, match=said):
        read_format(text, source="map.toml")


def test_headings_are_guessed() -> None:
    found = guess(["Ref.", "Date of incident", "Location", "Killed (min)", "Killed (max)", "Wounded", "Colour"])
    assert found == {
        "code": "Ref.",
        "date": "Date of incident",
        "place": "Location",
        "killed.min": "Killed (min)",
        "killed.max": "Killed (max)",
        "injured": "Wounded",
    }
