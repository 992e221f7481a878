"""The bundled list: our own tables are sound, and the built index knows the places that casualty reports name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from civcas.core.locate import Candidate, locate
from civcas.core.placekinds import place_kinds
from civcas.core.records import Claim, Document, PlaceName, Span
from civcas.gazetteer import Gazetteer, index_path
from civcas.gazetteer.bundled import entries, table


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer([index_path()]) as opened:
        yield opened


def test_every_line_of_the_supplement_is_sound() -> None:
    codes = {code for kind in place_kinds().values() for code in kind.codes}
    for row in table("supplement.tsv"):
        assert None not in row, row
        assert row["kind"] in codes, row
        # Districts of Afghanistan are named in English releases; their names in Dari and Pashto are not Arabic ones.
        assert row["arabic"] or (row["country"], row["kind"]) == ("AF", "ADM2"), row
        assert row["replaces"] or -90 <= float(row["lat"]) <= 90 and -180 <= float(row["lon"]) <= 180, row
        assert not row["radius_km"] or float(row["radius_km"]) > 0, row


def test_every_country_has_names_in_both_languages_and_a_point() -> None:
    rows = list(table("countries.tsv"))
    assert len({row["code"] for row in rows}) == len(rows) > 240
    for row in rows:
        assert row["name"], row
        assert -90 <= float(row["lat"]) <= 90, row
        assert -180 <= float(row["lon"]) <= 180, row
    assert sum(not row["arabic"] for row in rows) == 0


def test_no_id_stands_for_two_entries() -> None:
    counted = Counter(entry.gazetteer_id for entry in entries())
    assert [number for number, times in counted.items() if times > 1] == []


@pytest.mark.parametrize(
    ("name", "country", "admin1", "lat", "lon"),
    [
        ("Al-Jineh", "SY", "Aleppo", 36.117, 36.802),
        ("خان شيخون", "SY", "Idlib", 35.442, 36.651),
        ("Jidideh", "IQ", "Nineveh", 36.333, 43.105),
        ("Shejaiya", "PS", "Gaza", 31.5, 34.478),
        ("الشعلة", "IQ", "Baghdad", 33.37, 44.285),
        ("Baghouz", "SY", "Deir ez-Zor", 34.45, 40.955),
        ("Beit Lahia", "PS", "North Gaza", 31.546, 34.495),
        ("Kandahar", "AF", "Kandahar", 31.61, 65.71),
        ("Херсон", "UA", "Kherson", 46.64, 32.62),
    ],
)
def test_places_are_known_in_either_language(
    gazetteer: Gazetteer, name: str, country: str, admin1: str, lat: float, lon: float
) -> None:
    found = [c for c in gazetteer.lookup(name) if c.country == country and c.kind != "ADM1"]
    assert found
    assert found[0].admin1 == admin1
    assert found[0].lat == pytest.approx(lat, abs=0.15)
    assert found[0].lon == pytest.approx(lon, abs=0.15)


def kinds(found: tuple[Candidate, ...]) -> set[str]:
    return {c.kind for c in found if c.match == "exact"}


def test_countries_provinces_peoples_and_waters_are_told_apart(gazetteer: Gazetteer) -> None:
    assert "PCLI" in kinds(gazetteer.lookup("سوريا"))
    assert "ADM1" in kinds(gazetteer.lookup("محافظة نينوى"))
    assert kinds(gazetteer.lookup("Russian")) == {"DEM"}
    assert kinds(gazetteer.lookup("Bab el-Mandeb")) == {"STRT"}


def located(gazetteer: Gazetteer, text: str, **names: PlaceName) -> dict[str, str | None]:
    claims = {}
    for label, value in names.items():
        start = text.index(value.name)
        span = Span.of(text, start, start + len(value.name))
        claims[label] = Claim.make(document="d", kind="place", value=value, span=span, origin="test")
    found = locate(Document(id="d", text=text), list(claims.values()), gazetteer.lookup)
    return {label: found[c.id].gazetteer_id if c.id in found else None for label, c in claims.items()}


def test_an_invented_report_is_placed_by_the_names_beside_each_other(gazetteer: Gazetteer) -> None:
    weak = PlaceName(name="Mansoura", cue="weak")
    found = located(gazetteer, "Shells fell in Mansoura, Raqqa, in Syria.", at=weak, of=PlaceName(name="Raqqa"))
    assert found == {"at": "geonames:8559276", "of": "geonames:172955"}
    off = PlaceName(name="Yemen", relation="off")
    assert located(gazetteer, "A boat was hit off the coast of Yemen.", at=off) == {"at": "civcas:ye-coast-of-yemen"}
