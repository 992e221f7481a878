"""`agreement` over files: published lines, spreadsheets by a column map, and readings of the same reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.cli.test_importing import line, written

MAP = 'dates = "dmy"\n[columns]\ncode = "Ref"\ndate = "Day"\nkilled = "Dead"\ngrade = "Grade"\n'


def fields(out: str) -> dict[str, dict[str, object]]:
    return {found["field"]: found for found in map(json.loads, out.splitlines())}


def test_two_published_files(run: Run, tmp_path: Path) -> None:
    first = written(tmp_path / "a.jsonl", line("XX1"), line("XX2", killed_min=9, killed_max=9), line("XX3"))
    second = written(tmp_path / "b.jsonl", line("XX1"), line("XX2", killed_min=8, killed_max=9), line("XX4"))
    done = run("agreement", first, second, "--json")
    assert (done.code, done.err) == (0, "")
    killed = fields(done.out)["killed.civilians.max"]
    assert (killed["alpha"], killed["units"]) == (1.0, 2)
    assert done.out == run("agreement", first, second, "--json").out
    shown = run("agreement", first, second)
    assert "2 coders; 2 of 4 units coded by two or more." in shown.out
    assert "no variation" in shown.out


def test_spreadsheets_by_a_column_map(run: Run, tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(MAP, "utf-8")
    for name, dead in (("a", "3-5"), ("b", "dozens"), ("c", "3")):
        text = f"Ref,Day,Dead,Grade\nA-1,03/05/2019,{dead},Fair\nA-2,04/05/2019,9,Weak\nA-2,04/05/2019,9,Weak\n"
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    done = run("agreement", "a.csv", "b.csv", "c.csv", "--format", "map.toml", "--json")
    assert done.code == 1
    assert done.err.count("the unit 'A-2' stands twice") == 3
    found = fields(done.out)
    assert found["grade"]["alpha"] == 1.0
    assert found["killed.civilians.min"]["values"] == 6


def test_two_readings_of_the_same_reports(run: Run, tmp_path: Path) -> None:
    report = {
        "id": "r1",
        "published": "2019-05-04",
        "text": "An airstrike in Bajil, Yemen, killed nine people on Friday.",
    }
    (tmp_path / "reports.jsonl").write_text(json.dumps(report), "utf-8")
    (tmp_path / "accounts.jsonl").write_text(run("extract", "reports.jsonl").out, "utf-8")
    (tmp_path / "incidents.jsonl").write_text(run("assess", "--per-document", "accounts.jsonl").out, "utf-8")
    done = run("agreement", "incidents.jsonl", "incidents.jsonl", "--unit", "document", "--json")
    assert done.code == 0
    assert fields(done.out)["killed.civilians.min"]["same"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.jsonl",), "needs two files"),
        (("a.jsonl", "b.jsonl"), "no two of the files have a unit in common"),
        (("a.jsonl", "a.jsonl", "a.jsonl", "--format", "airwars", "--format", "airwars"), "once for each"),
        (("a.jsonl", "empty.csv"), "is empty"),
        (("a.jsonl", "missing.csv"), "does not exist"),
    ],
)
def test_wrong_usage(run: Run, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    written(tmp_path / "a.jsonl", line("XX1"))
    written(tmp_path / "b.jsonl", line("YY1"))
    (tmp_path / "empty.csv").write_text("", "utf-8")
    done = run("agreement", *arguments)
    assert done.code == 2
    assert said in done.err
