"""Place lists as people have them: what is sound is loaded, each fault is told by file and line."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from civcas.core.errors import BadSource
from civcas.gazetteer import Gazetteer, Report, add, compiled


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


def load(tmp_path: Path, name: str, content: str | bytes) -> tuple[Report, Gazetteer]:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    index = tmp_path / "added.sqlite"
    report = add(index, file)
    return report, Gazetteer([index])


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
    written = index.stat().st_ino
    again, told = compiled(file)
    assert (again, told) == (index, report)
    assert again.stat().st_ino == written
    file.write_text(geonames(1, "Otherwise"), encoding="utf-8")
    assert compiled(file)[0] != index
