"""`reconcile` over a real workspace: invented articles, and an invented dataset that has their mosque and school."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.cli.test_importing import line, written

from civcas.cli.spreadsheets import csv_rows

ARTICLES = (
    "Invented. On 16 March 2017, aircraft of the US-led Coalition struck a mosque in the village of Al Jinah, west of "
    "Aleppo, in Syria. Rescuers said at least 38 people were killed and more than 100 injured.",
    "Invented. On 21 March 2017 an airstrike hit a school in the town of Al Mansurah in Raqqa, Syria, where displaced "
    "families lived. Local activists said 33 people were killed.",
    "Invented. On 2 February 2017 a car bomb in Taiz, Yemen, killed three people.",
)


@pytest.fixture
def desk(run: Run, tmp_path: Path) -> str:
    reports = [
        {"id": f"article-{n}", "published": "2017-03-23", "publisher": f"Outlet {n}", "text": text}
        for n, text in enumerate(ARTICLES)
    ]
    (tmp_path / "reports.jsonl").write_text("\n".join(map(json.dumps, reports)), "utf-8")
    assert run("record", "reports.jsonl", "-w", "desk").code == 0
    near_school = {
        "latitude": 35.816,
        "longitude": 38.756,
        "location_en": "Al Mansoura",
        "geo_precision": "exact_location",
    }
    file = written(
        tmp_path / "monitor.jsonl",
        line("M1", latitude=36.117, longitude=36.802, location_en="Al Jina", killed_min=37, killed_max=62),
        line("M2", date="2017-03-20", killed_min=40, killed_max=420, infrastructure="Education", **near_school),
        line("M3", date="2017-06-01", latitude=36.117, longitude=36.802, location_en="Al Jina"),
        line("=M4", date="2017-03-16", latitude=33.5, longitude=36.3, location_en="Damascus"),
    )
    assert run("import", "airwars", file, "--name", "monitor", "-w", "desk").code == 0
    return "desk"


def test_the_mosque_and_the_school_are_found(run: Run, desk: str) -> None:
    done = run("reconcile", "monitor", "--json", "-w", desk)
    assert (done.code, done.err) == (0, "")
    lines = [json.loads(one) for one in done.out.splitlines()]
    same = {
        x["ours"]["where"]["name"]: [c["incident"]["code"] for c in x["candidates"]]
        for x in lines
        if x["verdict"] == "same"
    }
    assert same == {"Al Jinah": ["M1"], "Al Mansurah": ["M2"]}
    assert [x["ours"]["where"]["name"] for x in lines if x["verdict"] == "only_here"] == ["Taiz"]
    assert [x["theirs"]["code"] for x in lines if x["verdict"] == "only_there"] == ["M3", "=M4"]
    features = [f["name"] for x in lines if x["verdict"] == "same" for f in x["candidates"][0]["features"]]
    assert {"period", "place", "killed", "infrastructure"} <= set(features)


def test_as_a_table_and_as_csv(run: Run, desk: str) -> None:
    shown = run("reconcile", "-w", desk).out
    assert "monitor: 2 the same" in shown
    assert "monitor: 1 only here" in shown
    assert "place +4.0" in shown
    rows = list(csv.DictReader(io.StringIO(run("reconcile", "--csv", "-w", desk).out)))
    assert [(r["verdict"], r["their_code"]) for r in rows if r["their_code"]] == [
        ("same", "M1"),
        ("same", "M2"),
        ("only_there", "M3"),
        ("only_there", "'=M4"),
    ]
    only = run("reconcile", "--show", "only_here", "--csv", "-o", "out.csv", "-w", desk)
    assert (only.code, only.out) == (0, "")
    assert Path("out.csv").read_text().count("\n") == 2


def test_wrong_usage(run: Run, desk: str, tmp_path: Path) -> None:
    assert "there is no dataset 'other'; imported are monitor" in run("reconcile", "other", "-w", desk).err
    assert run("reconcile", "--csv", "--json", "-w", desk).code == 2
    assert run("reconcile", "-w", "nowhere").code == 2
    assert run("reconcile", "-o", "no/such/folder/x", "-w", desk).code == 2


def test_a_cell_that_looks_like_a_formula_is_shielded_and_a_number_is_not() -> None:
    rows = list(csv_rows(("a", "b"), [{"a": "=1+1", "b": -3}, {"a": "@x", "b": None}, {"a": "x=1", "b": "+4"}]))
    assert rows == [b"a,b\r\n", b"'=1+1,-3\r\n", b"'@x,\r\n", b"x=1,'+4\r\n"]
