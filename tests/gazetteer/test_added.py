"""Place lists as people have them: what is sound is loaded, each fault is told by file and line."""

from __future__ import annotations

import json
import os
import re
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civcas.core.errors import BadSource
from civcas.gazetteer import Gazetteer, Report, Terms, add, compiled, credits, sources_in


def geonames(
    number: int,
    name: str,
    *,
    lat: str = "36.1",
    lon: str = "36.8",
    others: str = "",
    kind: str = "P\tPPL",
    admin1: str = "09",
) -> str:
    plain = [str(number), name, name, others, lat, lon, *kind.split("\t"), "QA", "", admin1, "", "", "", "1200"]
    return "\t".join([*plain, "", "", "Asia/Test", "2020-01-01"])


def load(tmp_path: Path, name: str, content: str | bytes, **terms: object) -> tuple[Report, Gazetteer]:
    """What adding a file of that name and content reports, and what is found then; nothing where nothing was loaded."""
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    index = tmp_path / "indexes" / "added.sqlite"
    report = add(index, file, msgspec.convert(terms, Terms))
    assert [path.name for path in index.parent.glob("*")] == ([index.name] if report.loaded else [])
    return report, Gazetteer([index] if report.loaded else [])


def test_a_geonames_dump_is_loaded(tmp_path: Path) -> None:
    lines = [
        geonames(1, "Wardan", others="وردان,Ouardane"),
        geonames(2, "Little Brook", kind="H\tSTM"),
        geonames(3, "Northshire", kind="A\tADM1", admin1="Northshire"),
    ]
    report, gazetteer = load(tmp_path, "QA.txt", "\n".join(lines))
    with gazetteer:
        assert report == Report(loaded=2)
        place = gazetteer.lookup("وردان")[0]
        assert (place.gazetteer_id, place.name, place.lat, place.country, place.population) == (
            "QA:1",
            "Wardan",
            36.1,
            "QA",
            1200,
        )
        assert gazetteer.lookup("Northshire")[0].admin1 == "Northshire"
        assert gazetteer.lookup("Little Brook") == ()


def test_faulty_lines_are_told_and_the_rest_is_loaded(tmp_path: Path) -> None:
    lines = [
        geonames(1, "Wardan"),
        geonames(2, "Toofar", lon="4239.00416"),
        geonames(1, "Wardan Again"),
        geonames(4, "Nowhen", lat="north"),
        "5\tShort line",
        geonames(6, " "),
        geonames(7, "Lastly"),
    ]
    report, gazetteer = load(tmp_path, "QA.txt", "\n".join(lines))
    with gazetteer:
        assert report.loaded == 2
        assert [(p.line, p.message.split(" (")[0]) for p in report.problems] == [
            (2, "36.1, 4239.00416 is not on the globe"),
            (3, "the id QA:1 stands in the file twice; the first is kept"),
            (4, "north, 36.8 are no coordinates"),
            (5, "2 columns where a GeoNames dump has 19"),
            (6, "a place without a name"),
        ]
        assert all(p.source.endswith("QA.txt") for p in report.problems)
        assert gazetteer.lookup("Lastly")


def test_lines_in_another_encoding_are_told_by_number(tmp_path: Path) -> None:
    content = (
        geonames(1, "Wardan").encode()
        + b"\n"
        + geonames(2, "وردان").encode("cp1256")
        + b"\n"
        + geonames(3, "Lastly").encode()
    )
    report, gazetteer = load(tmp_path, "QA.txt", content)
    gazetteer.close()
    assert report.loaded == 2
    assert [(p.line, p.message.startswith("not UTF-8")) for p in report.problems] == [(2, True)]


def test_a_file_in_utf_16_is_read_by_its_mark(tmp_path: Path) -> None:
    report, gazetteer = load(tmp_path, "QA.txt", geonames(1, "وردان").encode("utf-16"))
    with gazetteer:
        assert report == Report(loaded=1)
        assert gazetteer.lookup("وردان")


def test_a_zip_holds_a_dump(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "QA.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "x" * 10_000)
        archive.writestr("QA.txt", geonames(1, "Wardan"))
    assert add(tmp_path / "added.sqlite", tmp_path / "QA.zip") == Report(loaded=1)


def test_of_a_cut_off_zip_the_whole_lines_are_loaded(tmp_path: Path) -> None:
    whole = tmp_path / "QA.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("QA.txt", "\n".join(geonames(n, f"Village {n * 7919 % 10007}") for n in range(1, 20_001)))
    report, gazetteer = load(tmp_path, "cut.zip", whole.read_bytes()[: whole.stat().st_size // 2])
    gazetteer.close()
    assert 1_000 < report.loaded < 20_000
    assert len(report.problems) == 1
    assert "cut off" in report.problems[0].message
    assert report.problems[0].line == report.loaded


def test_what_is_no_zip_is_told(tmp_path: Path) -> None:
    report, gazetteer = load(tmp_path, "QA.zip", b"not a zip")
    gazetteer.close()
    assert report.loaded == 0
    assert "broken or cut off" in report.problems[0].message


def test_a_p_code_table_gives_its_finest_level(tmp_path: Path) -> None:
    table = (
        "admin1Name_en,admin1Pcode,admin2Name_en,admin2Name_ar,admin2Pcode,lat,lon\n"
        "Northshire,QA01,Wardan,وردان,QA0101,36.1,36.8\n"
        "Southshire,QA02,,,,34.0,36.0\n"
    )
    report, gazetteer = load(tmp_path, "pcodes.csv", table)
    with gazetteer:
        assert report == Report(loaded=2)
        place = gazetteer.lookup("وردان")[0]
        assert (place.gazetteer_id, place.kind, place.country, place.admin1) == (
            "pcodes:QA0101",
            "ADM2",
            "QA",
            "Northshire",
        )
        assert gazetteer.lookup("Southshire")[0].kind == "ADM1"


def test_boundaries_in_geojson_give_their_middle_and_reach(tmp_path: Path) -> None:
    square = [[[36.0, 35.0], [37.0, 35.0], [37.0, 36.0], [36.0, 36.0], [36.0, 35.0]]]
    told = {"ADM2_EN": "Wardan", "ADM2_AR": "وردان", "ADM2_PCODE": "QA0101", "ADM1_EN": "Northshire"}
    point = {"type": "Point", "coordinates": [36.5, 35.5]}
    features = [
        {"type": "Feature", "properties": told, "geometry": {"type": "Polygon", "coordinates": square}},
        {"type": "Feature", "properties": {"ADM2_EN": "Void"}, "geometry": None},
        {"type": "Feature", "properties": {"name": "Spring", "kind": "village"}, "geometry": point},
    ]
    report, gazetteer = load(tmp_path, "adm2.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    with gazetteer:
        assert report.loaded == 2
        assert [p.message for p in report.problems] == ["feature 2: no properties or no geometry"]
        place = gazetteer.lookup("Wardan")[0]
        assert (place.lat, place.lon, place.kind, place.admin1) == (35.5, 36.5, "ADM2", "Northshire")
        assert place.radius_km == pytest.approx(71.6, abs=1)


@pytest.mark.parametrize("content", ["{", "[]", '{"type": "Feature"}', "null"])
def test_what_is_no_geojson_is_told(tmp_path: Path, content: str) -> None:
    report, gazetteer = load(tmp_path, "places.geojson", content)
    gazetteer.close()
    assert report.loaded == 0
    assert len(report.problems) == 1


def test_a_plain_table_names_its_columns(tmp_path: Path) -> None:
    table = (
        "Name;Lat;Lon;Arabic;Kind;Governorate;Radius_km\n"
        '"Wardan; lower";36.1;36.8;وردان;village;Northshire;3\n'
        "Alone;36.2;;;;;\n"
    )
    report, gazetteer = load(tmp_path, "villages.csv", table)
    with gazetteer:
        assert report.loaded == 1
        assert [(p.line, p.message.split(" (")[0]) for p in report.problems] == [
            (3, "36.2, nothing are no coordinates")
        ]
        place = gazetteer.lookup("وردان")[0]
        assert (place.name, place.admin1, place.radius_km, place.kind) == ("Wardan; lower", "Northshire", 3, "PPL")


def test_a_missing_file_is_a_bad_source(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match=r"none\.tsv"):
        add(tmp_path / "added.sqlite", tmp_path / "none.tsv")


def test_a_file_used_before_is_not_read_again_but_its_faults_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = tmp_path / "QA.txt"
    file.write_text(geonames(1, "Wardan") + "\n" + geonames(2, "Toofar", lon="999"), encoding="utf-8")
    index, report = compiled(file)
    assert index is not None
    written = index.stat().st_ino
    assert compiled(file) == (index, report)
    assert index.stat().st_ino == written
    file.write_text(geonames(1, "Otherwise"), encoding="utf-8")
    assert compiled(file)[0] != index


# ------------------------------------------------------------------ further forms


ALTERNATES = """\
11\t1\tar\tوردان\t\t\t\t\t\t
12\t1\ten\tOurdan\t1\t\t\t\t\t
13\t1\tlink\thttps://example.org/Wardan\t\t\t\t\t\t
14\t999\ten\tElsewhere\t\t\t\t\t\t
not a line of it
15\t1\tiata\tWRD\t\t\t\t\t\t
16\t1\tfr\tOuardane\t\t\t\t\t\t
"""


@pytest.mark.parametrize("version", ["V2", ""])
def test_alternate_names_come_from_a_second_file(tmp_path: Path, version: str) -> None:
    columns = 10 if version else 8
    names = tmp_path / f"alternateNames{version}.txt"
    lines = ("\t".join(line.split("\t")[:columns]) for line in ALTERNATES.splitlines())
    names.write_text("\n".join(lines), encoding="utf-8")
    dump = geonames(1, "Wardan") + "\n" + geonames(2, "Lastly")
    report, gazetteer = load(tmp_path, "QA.txt", dump, alternates=names)
    with gazetteer:
        assert report.loaded == 2
        assert [(p.source, p.line, p.message.partition(" where")[0]) for p in report.problems] == [
            (str(names), 5, "1 columns")
        ]
        for name in ("وردان", "Ourdan", "Ouardane"):
            assert [c.gazetteer_id for c in gazetteer.lookup(name)] == ["QA:1"]
        for name in ("WRD", "Elsewhere", "https://example.org/Wardan"):
            assert not [c for c in gazetteer.lookup(name) if c.match == "exact"]


def test_alternate_names_alone_are_no_list_and_go_with_a_dump_only(tmp_path: Path) -> None:
    names = tmp_path / "alternateNames.txt"
    names.write_text(ALTERNATES, encoding="utf-8")
    report, _ = load(tmp_path, "alternateNamesV2.txt", ALTERNATES)
    assert (report.loaded, len(report.problems)) == (0, 1)
    assert "--alternate-names" in report.problems[0].message
    report, gazetteer = load(tmp_path, "villages.csv", "name,lat,lon\nWardan,36,37\n", alternates=names)
    gazetteer.close()
    assert report.loaded == 1
    assert [p.source for p in report.problems] == [str(names)]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("ADM3_EN,ADM3_AR,ADM3_REF,ADM3ALT1EN,ADM3_PCODE,ADM1_EN", "Wardan,وردان,Ouardane,Werdan,QA010101,Northshire"),
        ("admin3Name_en,admin3Name_ar,admin3RefName,admin3AltName1_en,admin3Pcode,admin1Name_en",
         "Wardan,وردان,Ouardane,Werdan,QA010101,Northshire"),
        ("adm3_name,adm3_name1,adm3_name2,adm3_name3,adm3_pcode,adm1_name",
         "Wardan,وردان,Ouardane,Werdan,QA010101,Northshire"),
    ],
)  # fmt: skip
def test_a_p_code_table_gives_its_names_in_every_language(tmp_path: Path, header: str, row: str) -> None:
    report, gazetteer = load(tmp_path, "qat.csv", f"{header},center_lat,center_lon\n{row},36.1,36.8\n")
    with gazetteer:
        assert report == Report(loaded=1)
        for name in ("Wardan", "وردان", "Ouardane", "Werdan"):
            place = gazetteer.lookup(name)[0]
            assert (place.gazetteer_id, place.name, place.kind, place.match) == (
                "qat:QA010101", "Wardan", "ADM3", "exact",
            )  # fmt: skip
        assert place.admin1 == "Northshire"
        assert place.centroid, "the point of an admin area is its middle"


def test_an_area_without_an_english_name_goes_by_the_name_it_has(tmp_path: Path) -> None:
    table = "admin2Name_ar,admin2Pcode,admin3Name_ar,admin3Pcode,lat,lon\nالشمال,QA01,وردان,QA0101,36.1,36.8\n"
    _, gazetteer = load(tmp_path, "qat.csv", table)
    with gazetteer:
        assert gazetteer.lookup("وردان")[0].name == "وردان"


def test_declared_columns_go_before_the_usual_ones(tmp_path: Path) -> None:
    table = "Village,name,Y,X,lat,Spelt\nWardan,clerk,36.1,36.8,0,Ouardane; Werdan\n"
    columns = {"name": "Village", "lat": "Y", "lon": "X", "names": "Spelt"}
    report, gazetteer = load(tmp_path, "villages.csv", table, columns=columns)
    with gazetteer:
        assert report == Report(loaded=1)
        place = gazetteer.lookup("Werdan")[0]
        assert (place.name, place.lat, place.lon) == ("Wardan", 36.1, 36.8)
        assert gazetteer.lookup("clerk") == ()


def test_a_declared_column_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    report, _ = load(tmp_path, "villages.csv", "Village,Y,X\nWardan,36.1,36.8\n", columns={"name": "Town"})
    assert (report.loaded, report.problems[0].line) == (0, 1)
    assert "no column Town; the columns are Village, Y, X" in report.problems[0].message


def area(*rings: list[list[float]], kind: str = "Polygon", **told: str) -> dict[str, object]:
    coordinates: object = list(rings) if kind == "Polygon" else [[ring] for ring in rings]
    return {"type": "Feature", "properties": told, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(*features: dict[str, object]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def test_the_middle_of_an_area_lies_within_its_largest_part_and_says_what_it_is(tmp_path: Path) -> None:
    bow: list[list[float]] = [
        [36, 35],
        [37, 35],
        [37, 35.1],
        [36.1, 35.1],
        [36.1, 35.9],
        [37, 35.9],
        [37, 36],
        [36, 36],
        [36, 35],
    ]
    features = collection(
        area(box(36, 35, 36.2, 35.2), box(40, 30, 42, 32), kind="MultiPolygon", name="Mainland"),
        area(bow, name="Bow"),
        area(box(179, -17, 180, -16), box(-180, -17, -179.5, -16), kind="MultiPolygon", name="Dateline"),
        {
            "type": "Feature",
            "properties": {"name": "Spring"},
            "geometry": {"type": "Point", "coordinates": [36.5, 35.5]},
        },
    )
    report, gazetteer = load(tmp_path, "areas.geojson", features)
    with gazetteer:
        assert report == Report(loaded=4)
        mainland, bow_, dateline, spring = (gazetteer.lookup(n)[0] for n in ("Mainland", "Bow", "Dateline", "Spring"))
        assert (mainland.lat, mainland.lon) == (31, 41)
        assert bow_.lon == pytest.approx(36.1), "the centre of gravity lies outside the bow"
        assert (dateline.lat, dateline.lon) == (-16.5, 179.5)
        assert [c.centroid for c in (mainland, bow_, dateline, spring)] == [True, True, True, False]
        assert spring.radius_km is None


# ------------------------------------------------------------------ bad input


def test_a_line_without_end_is_told_and_the_next_is_read(tmp_path: Path) -> None:
    content = geonames(1, "Wardan") + "\n2\t" + "x" * 9_000_000 + "\n" + geonames(3, "Lastly")
    report, gazetteer = load(tmp_path, "QA.txt", content)
    gazetteer.close()
    assert report.loaded == 2
    assert [(p.line, p.message.partition(" than")[0]) for p in report.problems] == [(2, "the line is longer")]


def test_a_zip_that_unfolds_without_measure_is_given_up(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("QA.txt", "w") as lines:
        lines.write(geonames(1, "Wardan").encode() + b"\n")
        for _ in range(80):
            lines.write(b" " * ((1 << 20) - 1) + b"\n")
    report, gazetteer = load(tmp_path, "QA.zip", bomb.read_bytes())
    gazetteer.close()
    assert report.loaded == 1
    assert "unfolds to more than" in report.problems[0].message


def test_in_a_cut_off_zip_the_table_is_found_behind_other_members(tmp_path: Path) -> None:
    whole = tmp_path / "QA.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "how to read it\n" * 50)
        archive.writestr("QA.txt", "\n".join(geonames(n, f"Village {n * 7919 % 10007}") for n in range(1, 5_001)))
    report, gazetteer = load(tmp_path, "cut.zip", whole.read_bytes()[: whole.stat().st_size // 2])
    gazetteer.close()
    assert 1_000 < report.loaded < 5_000
    assert report.problems[0].line == report.loaded


def test_a_zip_with_a_spoilt_middle_gives_what_stands_before(tmp_path: Path) -> None:
    whole = tmp_path / "QA.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("QA.txt", "\n".join(geonames(n, f"Village {n * 7919 % 10007}") for n in range(1, 20_001)))
    content = bytearray(whole.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 200] = b"\xff" * 200
    report, gazetteer = load(tmp_path, "spoilt.zip", bytes(content))
    gazetteer.close()
    assert 1_000 < report.loaded < 20_001
    assert any("broken" in p.message for p in report.problems)


def test_a_quotation_mark_left_open_costs_one_line(tmp_path: Path) -> None:
    rows = [f"Village {n},36.{n:03},37" for n in range(1, 301)]
    rows[9] = '"Village 10,36.010,37'
    rows[19] = 'Pipe 5" end,36.020,37'
    report, gazetteer = load(tmp_path, "villages.csv", "\n".join(["name,lat,lon", *rows]))
    with gazetteer:
        assert report.loaded == 299
        assert [(p.line, p.message) for p in report.problems] == [
            (11, "a quotation mark that opens here is never closed")
        ]
        assert gazetteer.lookup("Village 11")
        assert gazetteer.lookup("Village 300")


def test_a_quoted_cell_may_run_over_lines(tmp_path: Path) -> None:
    table = 'name,names,lat,lon\n"Wardan","Ouardane;\nWerdan",36.1,36.8\nLastly,,36.2,36.9\nOff,,99,0\n'
    report, gazetteer = load(tmp_path, "villages.csv", table)
    with gazetteer:
        assert report.loaded == 2
        assert [p.line for p in report.problems] == [5]
        assert gazetteer.lookup("Werdan")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"", "there is no place in it"),
        ("a.csv", b"name,lat,lon\n", "there is no place in it"),
        ("a.csv", "اسم;خط\nوردان;1\n".encode("cp1256"), "not UTF-8"),
        ("a.txt", geonames(1, "Wardan").encode("utf-16-le"), "not UTF-8|null characters"),
        ("a.txt", b"\x00" * 10_000, "null characters"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "W"}, '
         b'"geometry": {"type": "Point", "coordinates": [NaN, 36]}}]}', "feature 1: .* not on the globe"),
        ("a.geojson", b"[" * 100_000, "no GeoJSON"),
        ("a.geojson", b'{"features": [1, null, {"properties": {}, "geometry": {"coordinates": "x"}}]}', "feature 1"),
    ],
)  # fmt: skip
def test_of_a_file_without_a_place_nothing_stays(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    report, _ = load(tmp_path, name, content)
    assert report.loaded == 0
    assert re.search(said, report.problems[0].message)
    assert report.problems[0].source.endswith(name)


def test_a_list_that_cannot_be_read_leaves_the_earlier_one_as_it_is(tmp_path: Path) -> None:
    index, file = tmp_path / "added.sqlite", tmp_path / "QA.txt"
    file.write_text(geonames(1, "Wardan"), encoding="utf-8")
    add(index, file)
    before = index.read_bytes()
    file.write_text(geonames(1, "Wardan", lat="4239"), encoding="utf-8")
    assert add(index, file).loaded == 0
    assert index.read_bytes() == before


def test_what_a_broken_off_run_left_behind_is_cleared_away(tmp_path: Path) -> None:
    index, file = tmp_path / "added.sqlite", tmp_path / "QA.txt"
    file.write_text(geonames(1, "Wardan"), encoding="utf-8")
    left = tmp_path / "added.sqlite.99999999.part"  # of a process that there is not
    left.write_bytes(b"half")
    running = tmp_path / f"added.sqlite.{os.getppid()}.part"
    running.write_bytes(b"half")
    add(index, file)
    assert not left.exists()
    assert running.exists(), "another process is still writing it"


def test_of_many_faults_the_first_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    lines = [geonames(1, "Wardan"), *(geonames(n, "Off", lat="4239") for n in range(2, 402))]
    report, gazetteer = load(tmp_path, "QA.txt", "\n".join(lines))
    gazetteer.close()
    assert len(report.problems) == 102
    assert report.problems[-2].message == "299 more lines could not be read"
    assert report.problems[-1].line == 401


@given(st.binary(max_size=400))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_bytes_they_give_places_or_problems(tmp_path: Path, content: bytes) -> None:
    for suffix in ("txt", "csv", "zip", "geojson"):
        file = tmp_path / f"any.{suffix}"
        file.write_bytes(content)
        report = add(tmp_path / "any.sqlite", file)
        assert report.loaded or report.problems


# ------------------------------------------------------------------ whose data it is


def test_the_credit_stays_with_the_data(tmp_path: Path) -> None:
    load(tmp_path, "QA.txt", geonames(1, "Wardan"))
    index = tmp_path / "indexes" / "added.sqlite"
    (source,) = sources_in(index)
    assert (source.name, source.prefixes, source.places, source.licence) == ("QA.txt", ("QA",), 1, "CC BY 4.0")
    assert (
        source.line == "Place data: GeoNames (geonames.org), CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)"
    )
    load(tmp_path, "qat.csv", "ADM2_EN,ADM2_PCODE,lat,lon\nWardan,QA0101,36.1,36.8\n")
    (source,) = sources_in(index)
    assert source.credit
    assert "OCHA" in source.credit
    load(tmp_path, "own.csv", "name,lat,lon\nWardan,36.1,36.8\n", credit="Field team", licence="for this desk only")
    (source,) = sources_in(index)
    assert source.line == "Field team, for this desk only"
    load(tmp_path, "own.csv", "name,lat,lon\nWardan,36.1,36.8\n")
    (source,) = sources_in(index)
    assert (source.credit, source.licence, source.line) == (None, None, "own.csv (no credit stated)")


def test_credits_are_those_of_the_places_used(tmp_path: Path) -> None:
    indexes = []
    for name in ("north.csv", "south.csv"):
        (tmp_path / name).write_text("name,lat,lon\nWardan,36.1,36.8\n", encoding="utf-8")
        indexes.append(tmp_path / f"{name}.sqlite")
        add(indexes[-1], tmp_path / name, Terms(credit=name))
    assert [source.credit for source in credits(indexes)] == ["north.csv", "south.csv"]
    assert [source.credit for source in credits(indexes, ["south:2", None, "geonames:1"])] == ["south.csv"]
    assert credits(indexes, []) == ()
