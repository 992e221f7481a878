"""Place claims become places: by what is named beside them, with a radius and a reason, and never by guessing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from civcas.core.locate import Candidate, locate
from civcas.core.placenames import fold_name
from civcas.core.records import Claim, Document, PlaceName, Span, Where
from civcas.core.values import kilometres

# An invented country (QA is used for its code) of two provinces, and a second country with towns of the same names.
_ENTRIES = [
    ("east:1", "Qalandia", 36.0, 40.0, "PCLI", "QA", None, 9_000_000),
    ("east:2", "Northshire", 37.0, 41.0, "ADM1", "QA", "Northshire", 900_000),
    ("east:3", "Southshire", 34.0, 40.0, "ADM1", "QA", "Southshire", 700_000),
    ("east:4", "Northshire", 37.1, 41.1, "PPLA", "QA", "Northshire", 300_000),
    ("east:5", "Milltown", 37.3, 41.3, "PPL", "QA", "Northshire", None),
    ("east:6", "Milltown", 34.1, 40.2, "PPL", "QA", "Southshire", None),
    ("west:1", "Milltown", 10.0, -60.0, "PPL", "QB", "Westshire", 90_000),
    ("east:7", "Oldgate", 37.11, 41.12, "PPLX", "QA", "Northshire", None),
    ("west:2", "Oldgate", 10.5, -60.5, "PPLX", "QB", "Westshire", None),
    ("east:8", "خان الورد", 37.4, 41.5, "PPL", "QA", "Northshire", 12_000),
    ("east:9", "الورد", 34.3, 40.4, "PPL", "QA", "Southshire", 2_000),
    ("people:QA", "Qalandian", 36.0, 40.0, "DEM", "QA", None, None),
    ("west:3", "Qalandian", 9.0, -59.0, "PPL", "QB", "Westshire", 700),
    ("sea:1", "coast of Qalandia", 35.0, 36.0, "CST", "QA", None, None),
    ("west:4", "Twinford", 9.5, -60.2, "PPL", "QB", "Westshire", 900_000),
    ("south:1", "Twinford", -20.0, 20.0, "PPL", "QC", None, 200_000),
    ("south:0", "Southland", -21.0, 21.0, "PCLI", "QC", None, 8_000_000),
    ("west:0", "Westland", 10.0, -60.0, "PCLI", "QB", None, 8_000_000),
    ("west:6", "Twoton", 10.4, -60.4, "PPL", "QB", "Westshire", 80_000),
    ("south:2", "Twoton", -20.5, 20.5, "PPL", "QC", None, 70_000),
    ("east:12", "قرية الورد", 36.9, 41.9, "PPL", "QA", "Northshire", None),
    ("west:5", "Thornby", 10.2, -60.2, "PPL", "QB", "Westshire", 800),
    ("east:11", "Tal", 36.5, 40.5, "PPL", "QA", "Northshire", 30_000),
    ("east:10", "Reading", 36.6, 40.6, "PPL", "QA", "Northshire", 900),
]  # fmt: skip


def lookup(name: str) -> Sequence[Candidate]:
    found = []
    for number, own, lat, lon, kind, country, admin1, people in _ENTRIES:
        if fold_name(own) == fold_name(name):
            found.append(
                Candidate(
                    gazetteer_id=number,
                    name=own,
                    lat=lat,
                    lon=lon,
                    kind=kind,
                    country=country,
                    admin1=admin1,
                    population=people,
                    match="exact" if own == name else "folded",
                )
            )
    return found


def places(text: str, *names: str | tuple[str, dict[str, Any]]) -> list[Where | None]:
    claims = []
    for name in names:
        words, fields = name if isinstance(name, tuple) else (name, {})
        start = text.index(words)
        span = Span.of(text, start, start + len(words))
        claims.append(
            Claim.make(document="d", kind="place", value=PlaceName(name=words, **fields), span=span, origin="test")
        )
    found = locate(Document(id="d", text=text), claims, lookup)
    return [found.get(claim.id) for claim in claims]


def only(text: str, *names: str | tuple[str, dict[str, Any]]) -> Where:
    place = places(text, *names)[0]
    assert place is not None
    return place


def test_the_province_named_beside_a_name_decides_between_towns() -> None:
    assert only("A strike in Milltown, Southshire.", "Milltown", "Southshire").gazetteer_id == "east:6"
    assert only("A strike in Milltown, Northshire.", "Milltown", "Northshire").gazetteer_id == "east:5"


def test_a_name_alone_is_the_place_of_most_people() -> None:
    place = only("A strike in Milltown.", "Milltown")
    assert (place.gazetteer_id, place.country, place.admin1) == ("west:1", "QB", "Westshire")
    assert place.reason is not None
    assert "of that name" in place.reason


def test_a_name_that_cannot_be_told_apart_keeps_its_candidates_and_no_point() -> None:
    place = only("A strike in Milltown. It was in Qalandia.", "Milltown", "Qalandia")
    assert (place.lat, place.lon, place.radius_km) == (None, None, None)
    assert set(place.candidates) == {"east:5", "east:6"}
    assert (place.country, place.admin1) == ("QA", None)


def test_a_quarter_is_looked_for_in_the_city_named_with_it() -> None:
    place = only("Shells fell on the Oldgate quarter of Northshire.", "Oldgate", "Northshire")
    assert (place.gazetteer_id, place.precision, place.radius_km) == ("east:7", "neighbourhood_area", 1.0)


def test_one_name_is_the_city_and_with_the_word_the_province() -> None:
    assert only("A strike in Northshire.", "Northshire").gazetteer_id == "east:4"
    province = only("A strike in Northshire province.", ("Northshire province", {}))
    assert (province.gazetteer_id, province.precision, province.centroid) == ("east:2", "province_governorate", True)
    assert only("A strike in Northshire.", ("Northshire", {"kind": "governorate"})).gazetteer_id == "east:2"


def test_what_follows_an_arabic_name_is_left_off() -> None:
    place = only("قصف على خان الورد صباح اليوم", ("خان الورد صباح اليوم", {}))
    assert (place.gazetteer_id, place.quote) == ("east:8", "خان الورد")


def test_a_particle_written_with_an_arabic_name_is_left_off() -> None:
    assert only("قصف بالورد", ("بالورد", {})).gazetteer_id == "east:9"


def test_a_capital_keeps_a_latin_name_whole() -> None:
    place = only("A strike hit Milltown Grange.", "Milltown Grange")
    assert (place.name, place.lat, place.gazetteer_id) == ("Milltown Grange", None, None)


def test_the_word_for_a_hill_is_not_the_place_an_unknown_name_begins_with() -> None:
    place, _ = places(
        "A strike in Tal Yonder, Qalandia.", ("Tal Yonder", {"cue": "weak", "relation": "in"}), "Qalandia"
    )
    assert place is None or place.lat is None


def test_an_unknown_name_takes_country_and_province_from_its_sentence_but_no_point() -> None:
    place = only("A strike hit Yonder in Northshire.", "Yonder", "Northshire")
    assert (place.name, place.country, place.admin1, place.lat) == ("Yonder", "QA", "Northshire", None)
    assert place.reason == "no gazetteer entry of that name"


def test_an_unknown_name_with_a_weak_cue_is_no_place() -> None:
    assert places("Yonder was hit.", ("Yonder", {"cue": "weak"})) == [None]


def test_a_small_place_with_a_weak_cue_counts_only_in_a_country_the_report_names() -> None:
    weak = {"cue": "weak"}
    assert places("Reading of the bill.", ("Reading", weak)) == [None]
    place = places("In Reading, near Milltown in Northshire.", ("Reading", weak), "Milltown", "Northshire")[0]
    assert place is not None
    assert place.gazetteer_id == "east:10"


def test_a_people_is_never_a_place() -> None:
    assert places(
        "Qalandian jets.",
        ("Qalandian", {"relation": "demonym"}),
    ) == [None]
    assert places("Qalandian jets struck.", "Qalandian") == [None]


def test_near_widens_and_an_offset_moves() -> None:
    at = only("in Northshire.", "Northshire")
    near = only("near Northshire.", ("Northshire", {"relation": "near"}))
    assert near.radius_km is not None
    assert at.radius_km is not None
    assert (near.lat, near.radius_km > at.radius_km) == (at.lat, True)
    away = only("12 km south of Northshire.", ("Northshire", {"offset_km": 12.0, "bearing": "south"}))
    assert at.lat is not None
    assert at.lon is not None
    assert away.lat is not None
    assert away.lon is not None
    assert away.lat < at.lat
    assert abs(kilometres(at.lat, at.lon, away.lat, away.lon) - 12) < 0.2
    vague = only("12 km from Northshire.", ("Northshire", {"offset_km": 12.0}))
    assert vague.radius_km is not None
    assert vague.radius_km > 12


def test_off_a_country_is_its_coast() -> None:
    place = only("off the coast of Qalandia.", ("Qalandia", {"relation": "off"}))
    assert (place.gazetteer_id, place.precision, place.radius_km) == ("sea:1", "sea", 200)


def test_between_two_places_is_the_middle_reaching_to_both() -> None:
    ends = {"relation": "between"}
    one, other = places("on the road between Northshire and خان الورد.", ("Northshire", ends), ("خان الورد", ends))
    assert one is not None
    assert other is not None
    assert (one.lat, one.lon) == (other.lat, other.lon) == (37.25, 41.3)
    assert one.radius_km is not None
    assert one.radius_km > kilometres(37.25, 41.3, 37.1, 41.1)


def test_coordinates_in_the_text_are_the_place() -> None:
    place = only("at 37.2, 41.2", ("37.2, 41.2", {"lat": 37.2, "lon": 41.2}))
    assert (place.lat, place.lon, place.radius_km, place.centroid) == (37.2, 41.2, 0.1, False)


def test_every_place_has_a_reason_and_its_quote_stands_in_the_text() -> None:
    text = "A strike in Milltown, Northshire; also Oldgate and Yonder, in Qalandia."
    for place in places(text, "Milltown", "Northshire", "Oldgate", "Yonder", "Qalandia"):
        assert place is not None
        assert place.reason
        assert place.quote
        assert place.quote in text


def test_an_unknown_quarter_is_somewhere_in_its_town() -> None:
    place = only("Shells hit the Yonder quarter of Northshire.", ("Yonder", {"kind": "quarter"}), "Northshire")
    assert (place.name, place.lat, place.precision, place.centroid) == ("Yonder", 37.1, "city", True)
    assert place.reason == "no gazetteer entry of that name; in Northshire, named with it"


def test_a_quarter_of_another_country_is_not_meant() -> None:
    text = "Shells hit the Milltown quarter near خان الورد in Qalandia."
    place = only(text, ("Milltown", {"kind": "quarter"}), "خان الورد", "Qalandia")
    assert place.country == "QA"


def test_a_street_named_after_a_town_is_not_the_town() -> None:
    assert places("on Milltown Street", "Milltown")[0] is not None
    assert only("on Milltown Street", "Milltown").lat is None


def test_the_province_right_behind_a_name_rules_the_others_out() -> None:
    text = "A strike in Milltown district, Southshire province, after others in Northshire and Northshire province."
    assert (
        only(text, ("Milltown", {"kind": "village"}), ("Southshire", {"kind": "governorate"})).gazetteer_id == "east:6"
    )
    text = "A strike in Oldgate, Southshire province."
    place = only(text, "Oldgate", ("Southshire", {"kind": "governorate"}))
    assert (place.lat, place.country, place.admin1) == (None, "QA", "Southshire")


def test_a_quarter_named_alone_is_no_village_of_another_spelling() -> None:
    assert only("Shells hit the Al-Milltown quarter.", ("Al-Milltown", {"kind": "quarter"})).lat is None
    assert only("Shells hit the Oldgate quarter.", ("Oldgate", {"kind": "quarter"})).candidates == ("east:7", "west:2")


def test_an_unknown_name_says_nothing_of_its_own_country() -> None:
    """A likeness of "Tel Qarnas" to a place in some country once gave the unknown village that country."""
    like = Candidate(
        gazetteer_id="9", name="Tel Qatsir", lat=32.7, lon=35.6, kind="PPL", country="IL", match="fuzzy", likeness=0.85
    )
    document = Document(id="invented", text="An airstrike hit the village of Tel Qarnas.")
    name = Claim.make(
        document="invented",
        kind="place",
        value=PlaceName(name="Tel Qarnas", kind="village"),
        span=Span.of(document.text, 32, 42),
        origin="test",
    )
    where = locate(document, [name], lambda _: [like])[name.id]
    assert (where.name, where.country, where.lat) == ("Tel Qarnas", None, None)


def test_coordinates_in_the_text_keep_the_radius_of_their_digits() -> None:
    given = ("37SFU296908", {"relation": "coordinates", "lat": 35.152209, "lon": 40.423387})
    place = only("Struck at 37SFU296908 in Northshire.", given, "Northshire")
    assert (place.lat, place.lon, place.radius_km) == (35.152209, 40.423387, 0.0707)
    assert (place.precision, place.centroid, place.country) == ("within_100m", False, "QA")
    wide = only(
        "Struck at 36.20 N, 37.10 E.", ("36.20 N, 37.10 E", {"relation": "coordinates", "lat": 36.2, "lon": 37.1})
    )
    assert (wide.precision, wide.centroid) == ("neighbourhood_area", False)


def test_a_side_of_a_city_is_wider_than_the_city_and_lies_that_way() -> None:
    city = only("In Northshire town.", ("Northshire", {"kind": "city"}))
    aside = only("East of Northshire.", ("Northshire", {"bearing": "east", "relation": "near"}))
    assert city.lon is not None
    assert aside.lon is not None
    assert aside.lon > city.lon
    assert (aside.radius_km or 0) > 15 + (city.radius_km or 0) - 1
    assert (aside.precision, aside.centroid) == ("district", True)


def test_two_ends_become_their_middle_and_one_known_end_is_widened() -> None:
    first, second = ("Northshire", {"relation": "between"}), ("Milltown", {"relation": "between"})
    middle = places("Between Northshire and Milltown in Qalandia.", first, second, "Qalandia")[0]
    assert middle is not None
    assert middle.lat is not None
    assert 37.1 < middle.lat < 37.3
    assert (middle.radius_km or 0) >= kilometres(37.1, 41.1, 37.3, 41.3) / 2
    alone = only("Between Northshire and Elsewhere.", first, ("Elsewhere", {"relation": "between"}))
    assert (alone.radius_km or 0) > 10


def test_a_district_named_after_a_village_is_not_the_village() -> None:
    place = only("In Milltown district, Northshire.", ("Milltown", {"kind": "district"}), "Northshire")
    assert (place.precision, place.radius_km) == ("district", 10.0)
    assert place.centroid


def test_a_name_of_two_other_countries_is_left_to_a_person_however_sure_the_words() -> None:
    text = "In Northshire, Qalandia. Then in the city of Twinford."
    place = only(text, ("Twinford", {"kind": "city"}), "Northshire", "Qalandia")
    assert place.lat is None
    assert set(place.candidates) == {"west:4", "south:1"}


def test_a_quarter_lies_in_the_town_named_right_behind_it() -> None:
    text = "The Yonder quarter of Milltown, Northshire, was shelled."
    place = only(text, ("Yonder", {"kind": "quarter"}), "Milltown", "Northshire")
    assert place.reason is not None
    assert "in Milltown" in place.reason
    assert (place.lat, place.lon) == (37.3, 41.3)


def test_a_place_in_a_town_is_no_namesake_in_another_province() -> None:
    text = "غارة على قرية الورد ببلدة خان الورد في Northshire"
    far, town = places(text, ("الورد", {"kind": "قرية"}), "خان الورد", "Northshire")[:2]
    assert town is not None
    assert town.lat == 37.4
    assert far is None or far.lat is None  # "الورد" of the list lies 350 km away


def test_a_side_of_the_countryside_lies_out_of_the_town_or_the_seat_of_the_province() -> None:
    side = {"kind": "countryside", "bearing": "north"}
    place = only("Shelling in the northern countryside of Northshire.", ("Northshire", side))
    assert (place.admin1, place.precision, place.centroid) == ("Northshire", "district", True)
    assert place.lat is not None
    assert place.lon is not None
    assert 20 < kilometres(place.lat, place.lon, 37.1, 41.1) < 30
    assert place.lat > 37.3
    assert place.reason is not None
    assert place.reason.startswith("the countryside north of")
    whole = only("Shelling in the countryside of Northshire.", ("Northshire", {"kind": "countryside"}))
    assert whole.precision == "province_governorate"
    no_seat = only("Shelling in the northern countryside of Southshire.", ("Southshire", side))
    assert (no_seat.lat, no_seat.precision) == (34.0, "province_governorate")


def test_a_village_of_another_country_is_meant_only_by_its_own_spelling() -> None:
    report = "In Northshire and Oldgate of Qalandia a strike hit {} twice."
    for words, expected in (("THORNBY", None), ("Thornby", "west:5")):
        place = only(report.format(words), words, "Northshire", "Oldgate", "Qalandia")
        assert place.gazetteer_id == expected


def test_the_country_right_behind_a_name_says_which_of_two_cities_is_meant() -> None:
    text = "A man died in Twinford, Southland, and a woman in Twinford, Westland."
    claims = []
    for words, start in (("Twinford", 14), ("Southland", 24), ("Twinford", 50), ("Westland", 60)):
        span = Span.of(text, start, start + len(words))
        claims.append(Claim.make(document="d", kind="place", value=PlaceName(name=words), span=span, origin="test"))
    found = locate(Document(id="d", text=text), claims, lookup)
    assert [found[c.id].gazetteer_id for c in claims] == ["south:1", "south:0", "west:4", "west:0"]


def test_a_town_that_several_may_be_stays_open_with_all_of_them() -> None:
    place = only("A strike in Twoton.", ("Twoton", {"cue": "weak"}))
    assert (place.lat, place.gazetteer_id) == (None, None)
    assert place.candidates == ("west:6", "south:2")
    assert places("Twoton spoke.", ("Twoton", {"cue": "weak", "relation": "mention"})) == [None]


def test_a_road_named_for_both_its_ends_lies_half_way_between() -> None:
    place = only("A strike on the Northshire-Tal road in Qalandia.", ("Northshire-Tal", {"kind": "street"}), "Qalandia")
    assert (place.lat, place.lon, place.centroid) == (36.8, 40.8, True)
    assert place.radius_km is not None
    assert 35 < place.radius_km < 50
    alone = only("A strike on the Northshire-Nowhere road.", ("Northshire-Nowhere", {"kind": "street"}))
    assert (alone.lat, alone.lon) == (37.1, 41.1)


def test_the_word_village_before_a_name_is_no_part_of_it_where_the_name_alone_is_known() -> None:
    text = "قصف على قرية الورد في Southshire"
    assert only(text, ("الورد", {"kind": "village"}), "Southshire").gazetteer_id == "east:9"
