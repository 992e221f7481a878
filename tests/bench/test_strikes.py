"""The measure of declared strikes ranks what it is given; the set here is invented."""

from __future__ import annotations

import json
import pathlib

import strikes


def coded(code: str, day: str, lat: float, lon: float) -> dict[str, object]:
    place = {"location_en": "Somewhere", "latitude": lat, "longitude": lon}
    return {"code": code, "date": day, "belligerents": ["US-led Coalition"], "infrastructure": None, **place}


def declared(code: str, text: str) -> dict[str, object]:
    return {"incident_code": code, "kind": "strike_report", "text": text}


def test_the_right_report_is_found_by_day_and_place(tmp_path: pathlib.Path) -> None:
    incidents = [coded("A1", "2019-05-03", 35.95, 39.01), coded("A2", "2019-05-03", 36.2, 37.16)]
    reports = [
        declared("A1", "For May 3rd, the Coalition reported: near Raqqa, Syria, six strikes engaged two units."),
        declared("A2", "For May 3rd, the Coalition reported: near Aleppo, Syria, one strike engaged a unit."),
        {"incident_code": "A1", "kind": "casualty_statement", "text": "No strikes were made."},
    ]
    for name, lines in (("published_incidents", incidents), ("statements", reports)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    place = (
        "1",
        "Tell Rahba",
        "Tell Rahba",
        "",
        "35.5",
        "38.5",
        "P",
        "PPL",
        "SY",
        "",
        "",
        "",
        "",
        "",
        "0",
        "",
        "",
        "",
        "",
    )
    (tmp_path / "places.tsv").write_text("\t".join(place) + "\n")
    found = strikes.figures(tmp_path)
    assert found == {
        "incidents": 2, "reports": 2, "known_by_words": 1.0, "mrr": 1.0, "recall_1": 1.0, "recall_5": 1.0,
    }  # fmt: skip


def test_of_equals_the_place_is_that_of_the_average() -> None:
    from civcas.core.match.strikes import Declaration
    from civcas.core.records import Assessment

    same = [Declaration(document=f"report-{n}") for n in range(3)]
    assert strikes.rank(Assessment(code="A1", documents=(), accounts=()), same, {"report-0"}) == 3.0
