"""A desk's own spreadsheet into the record and out again. All in it is invented."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cli.conftest import Run

from civcas.store import open_store

SHEET = """Ref,Date,Town,Governorate,Country,Dead,Children,Injured min,Injured max,Grade,Notes,Names
A-1,03/05/2019,Bajil,Hodeidah,Yemen,3–5,1,2,4,Fair,"told, twice",Sami Tallawi (9); Rana Zahri
A-2,03/05/2019,Bajil,Hodeidah,Yemen,dozens,,,,Weak,=1+1,
A-3,04/05/2019,Taiz,,Yemen,,,5,,Confirmed,"over two
lines",
A-4,soon,Taiz,,Yemen,many dead,,5,,Confirmed,,
"""
MAP = """dates = "dmy"
[columns]
code = "Ref"
date = "Date"
place = "Town"
admin1 = "Governorate"
country = "Country"
killed = "Dead"
"killed.children" = "Children"
"injured.min" = "Injured min"
"injured.max" = "Injured max"
grade = "Grade"
victims = "Names"
"""
BY = ("--by", "A. Recorder")
SIGNED = ("--by", "An Editor", "--reason", "a second list")


@pytest.fixture
def desk(run: Run, tmp_path: Path) -> str:
    (tmp_path / "sheet.csv").write_text(SHEET, "utf-8")
    (tmp_path / "map.toml").write_text(MAP, "utf-8")
    done = run("import", "own", "sheet.csv", "--columns", "map.toml", *BY, "-w", "desk")
    assert done.code == 1
    assert "sheet.csv, line 6: F6 (killed): 'many dead' is no number of people" in done.err
    assert "sheet.csv, line 6: B6 (date): 'soon' is no date" in done.err
    assert "own, version 1: 4 incidents (4 new" in done.out
    return "desk"


def incidents(tmp_path: Path) -> dict[str, Any]:
    with open_store(tmp_path / "desk", create=False) as store:
        return {a.code: a for a in store.assessments()}


def exported(run: Run) -> str:
    done = run("export", "own", "-w", "desk")
    assert done.code == 0
    return done.out


def test_rows_become_incidents_with_their_codes(run: Run, desk: str, tmp_path: Path) -> None:
    found = incidents(tmp_path)
    assert list(found) == ["A-1", "A-2", "A-3", "A-4"]
    first = found["A-1"]
    assert (first.killed["civilians"].min, first.killed["civilians"].max) == (3, 5)
    assert (first.injured["civilians"].min, first.injured["civilians"].max) == (2, 4)
    assert (first.grade, str(first.when.start), first.where.country) == ("fair", "2019-05-03", "YE")
    assert (found["A-2"].killed["civilians"].min, found["A-2"].killed["civilians"].max) == (12, 24)
    assert found["A-3"].killed["civilians"].min is None
    assert found["A-4"].when is None
    with open_store(tmp_path / "desk") as store:
        claims = list(store.claims())
        assert {c.origin for c in claims} == {"person:A. Recorder"}
        assert {c.span.quote for c in claims if c.kind == "killed"} == {"3–5", "1", "dozens"}
        assert {d.actor for d in store.decisions()} == {"A. Recorder"}
    assert "“3–5”" in run("explain", "A-1", "killed", "-w", desk).out
    assert run("verify", "-w", desk).code == 0


def test_two_rows_of_one_day_and_town_stay_two_and_reports_join_them(run: Run, desk: str, tmp_path: Path) -> None:
    text = "An airstrike on Saturday in Taiz, Yemen, wounded five people."
    report = {"id": "r1", "published": "2019-05-05", "publisher": "An Outlet", "text": text}
    (tmp_path / "r.jsonl").write_text(json.dumps(report), "utf-8")
    assert run("record", "r.jsonl", "-w", desk).code == 0
    found = incidents(tmp_path)
    assert set(found) == {"A-1", "A-2", "A-3", "A-4"}
    assert found["A-3"].sources == 2
    with open_store(tmp_path / "desk") as store:
        assert {c.origin for c in store.claims(["own:A-1"])} == {"person:A. Recorder"}


def test_it_goes_out_as_it_came_in_and_only_what_was_settled_since_is_changed(run: Run, desk: str) -> None:
    assert exported(run) == SHEET
    for code, field, value in (
        ("A-1", "killed.civilians.max", "7"),
        ("A-2", "grade", "fair"),
        ("A-3", "injured.civilians.max", "9"),
    ):
        assert run("override", code, field, value, *SIGNED, "-w", desk).code == 0
    changed = (
        SHEET.replace("3–5", "3–7").replace(",Weak,", ",Fair,").replace(',5,,Confirmed,"over', ',5,9,Confirmed,"over')
    )
    assert exported(run) == changed


def test_the_same_sheet_changes_nothing_and_a_changed_row_is_taken_up(run: Run, desk: str, tmp_path: Path) -> None:
    again = run("import", "own", "sheet.csv", "--columns", "map.toml", *BY, "-w", desk)
    assert "Nothing has changed: own, version 1" in again.out
    lines = SHEET.replace("3–5", "6").replace(",Fair,", ",Contested,").splitlines(keepends=True)
    new = "".join([*lines[:2], *lines[3:5], "A-5,06/05/2019,Taiz,,Yemen,2,,,,Weak,,\n"])
    (tmp_path / "sheet.csv").write_text(new, "utf-8")
    done = run("import", "own", "sheet.csv", "--columns", "map.toml", *BY, "-w", desk)
    assert (done.code, done.err) == (0, "")
    assert "version 2: 3 incidents (1 new, 2 changed, 2 no longer in it)" in done.out
    found = incidents(tmp_path)
    assert list(found) == ["A-1", "A-3", "A-5"]
    assert (found["A-1"].killed["civilians"].min, found["A-1"].grade) == (6, "contested")
    assert found["A-1"].sources == 1
    assert exported(run) == new
    assert run("verify", "-w", desk).code == 0


def test_a_workbook_of_two_sheets(run: Run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for title, rows in (("North", ["N-1", "N-2"]), ("South", ["S-1"])):
        sheet = book.create_sheet(title)
        sheet.append(["Code", "Date", "Place", "Killed", "Notes"])
        for n, code in enumerate(rows, 1):
            sheet.append([code, f"2019-05-0{n}", "Taiz", n + 2, "-"])
    book["South"]["D2"] = "some people"
    del book["Sheet"]
    book.save(tmp_path / "sheet.xlsx")
    (tmp_path / "map.toml").write_text(run("import", "own", "sheet.xlsx", "--guess").out, "utf-8")
    done = run("import", "own", "sheet.xlsx", "--columns", "map.toml", *BY, "-w", "desk")
    assert "South D2 (killed): 'some people' is no number of people" in done.err
    assert list(incidents(tmp_path)) == ["N-1", "N-2", "S-1"]
    run("export", "own", "-o", "same.xlsx", "-w", "desk")
    assert Path("same.xlsx").read_bytes() == (tmp_path / "sheet.xlsx").read_bytes()
    assert run("override", "N-2", "killed.civilians.max", "6", *SIGNED, "-w", "desk").code == 0
    run("export", "own", "-o", "out.xlsx", "-w", "desk")
    cells = [[c.value for c in row] for row in openpyxl.load_workbook("out.xlsx")["North"].iter_rows()]
    assert cells[2] == ["N-2", "2019-05-02", "Taiz", "4-6", "-"]


def test_rows_of_one_code_are_one_incident_and_a_strangers_code_is_not_taken(run: Run, tmp_path: Path) -> None:
    text = "An airstrike in Bajil, Hodeidah, Yemen, killed nine people on Friday."
    report = {"id": "r1", "published": "2019-05-04", "publisher": "An Outlet", "text": text}
    (tmp_path / "r.jsonl").write_text(json.dumps(report), "utf-8")
    run("record", "r.jsonl", "-w", "desk")
    (stranger,) = incidents(tmp_path)
    rows = ("Code,Date,Place,Killed", "A-1,2019-07-01,Taiz,3", "A-1,2019-07-01,Taiz,5", f"{stranger},2019-08-01,Taiz,1")
    sheet = "\n".join((*rows, f"{'x' * 40},2019-09-01,Taiz,1", ""))
    (tmp_path / "sheet.csv").write_text(sheet, "utf-8")
    pairs = "code=Code,date=Date,place=Place,killed=Killed"
    done = run("import", "own", "sheet.csv", "--columns", pairs, *BY, "-w", "desk")
    assert done.code == 1
    assert f"line 4: the code '{stranger}' belongs to another incident of the record" in done.err
    assert "line 5: the code 'xxx" in done.err
    found = incidents(tmp_path)
    assert (found["A-1"].killed["civilians"].min, found["A-1"].killed["civilians"].max) == (3, 5)
    assert found["A-1"].sources == 2
    assert len(found) == 4
    assert exported(run) == sheet


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        ("", ("--columns", "killed=Dead", *BY), "is empty"),
        ("Ref,Dead\nA-1,3\n", ("--columns", "killed=Killed", *BY), "fits none of its columns; they are Ref, Dead"),
        ("Ref,Dead\nA-1,3\n", ("--columns", "kiled=Dead", *BY), "'kiled' is no field"),
        ("Ref,Dead\nA-1,3\n", ("--columns", "missing.toml", *BY), "No such file"),
        ("Ref,Dead\nA-1,3\n", ("--columns", "killed=Dead"), "needs --by"),
        ("Ref,Dead\nA-1,3\n", ("--columns", "killed=Dead", "--by", " "), "needs --by"),
        ("Ref,Dead\nA-1,3\n", BY, "needs --columns"),
        ("Ref,Dead\nA-1,3\n", ("--columns", "killed=Dead", "--licence", "x", *BY), "are for published datasets"),
        ('{"Ref": "A-1"}\n', ("--columns", "code=Ref", *BY), "a spreadsheet is CSV or .xlsx"),
        ("Ref,Dead\n", ("--guess",), "has no row under a heading"),
        ("\x00\x01" * 99, ("--guess",), "has no row under a heading"),
    ],
)
def test_wrong_usage(run: Run, tmp_path: Path, content: str, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "sheet.csv").write_text(content, "utf-8")
    done = run("import", "own", "sheet.csv", *arguments, "-w", "desk")
    assert done.code == 2
    assert said in done.err
    if (tmp_path / "desk").exists():
        with open_store(tmp_path / "desk") as store:
            assert not list(store.documents())


def test_another_sheet_under_the_same_name_is_refused(run: Run, desk: str, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text(SHEET.replace("A-", "B-"), "utf-8")
    done = run("import", "own", "other.csv", "--columns", "map.toml", *BY, "-w", desk)
    assert done.code == 2
    assert "give it a name with --name NAME" in done.err
    assert set(incidents(tmp_path)) == {"A-1", "A-2", "A-3", "A-4"}
    run("import", "own", "other.csv", "--columns", "map.toml", "--name", "second", *BY, "-w", desk)
    assert set(incidents(tmp_path)) == {"A-1", "A-2", "A-3", "A-4"}  # two sheets may tell of one event
    with open_store(tmp_path / "desk") as store:
        assert store.current_code("B-1") == "A-1"
    assert run("export", "own", "second", "-w", desk).out == SHEET.replace("A-", "B-")


def test_export_of_what_is_not_there(run: Run, desk: str) -> None:
    assert (
        "there is no spreadsheet 'other' in this workspace; there is own"
        in run("export", "own", "other", "-w", desk).err
    )
    assert run("export", "own", "-w", "nowhere").code == 2
    assert run("reconcile", "-w", desk).code == 2


CELLS = st.text(st.sampled_from('a3-–=+@ ,"\né'), max_size=5)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4), st.booleans())
def test_whatever_stands_in_it_it_goes_out_unchanged(
    run: Run, tmp_path: Path, rows: list[tuple[str, str, str]], quoted: bool
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    writer.writerows([("Code", "Killed", "Notes"), ("A-1", "3", "x"), *rows])
    folder = tmp_path / str(abs(hash(out.getvalue())))
    folder.mkdir(exist_ok=True)
    (folder / "sheet.csv").write_bytes(out.getvalue().encode())
    pairs = "code=Code,killed=Killed,notes=Notes"
    assert run("import", "own", folder / "sheet.csv", "--columns", pairs, *BY, "-w", folder / "desk").code in (0, 1)
    done = run("export", "own", "-o", folder / "out.csv", "-w", folder / "desk")
    assert done.code == 0
    assert (folder / "out.csv").read_bytes() == out.getvalue().encode()
