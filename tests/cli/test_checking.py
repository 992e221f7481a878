"""`check` over the record, an imported dataset and files, with its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.cli.test_importing import line, written

from civcas.store import Reading, open_store

REPORTS = "\n".join(
    json.dumps({"id": name, "published": "2019-05-04", "publisher": publisher, "text": text})
    for name, publisher, text in (
        ("first", "First Outlet", "An airstrike on a market in Bajil, Hodeidah, Yemen, killed nine people on Friday."),
        ("second", "Second Outlet", "A drone strike on Friday hit a vehicle in Taiz in Yemen; six people died."),
    )
)


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Eight faults of six kinds in three invented lines."""
    people = [{"name_en": f"Person {n}", "status": "killed"} for n in range(6)]
    return written(
        tmp_path / "monitor.jsonl",
        line("XX1", victims=people, children_killed_min=2, women_killed_min=2),
        line("XX1", id="other", assessment="Contested, Discounted", date=None),
        line("XX3", killed_min=5, killed_max=3, longitude=4239.00416),
    )


def test_a_file_is_checked_line_by_line(run: Run, dataset: Path) -> None:
    done = run("check", dataset, "--json")
    assert (done.code, done.err) == (1, "")
    told = [json.loads(one) for one in done.out.splitlines()]
    assert [(f["line"], f["kind"]) for f in told] == [
        (1, "parts_above_min"),
        (1, "named_above_max"),
        (2, "two_grades"),
        (2, "no_date"),
        (2, "code_twice"),
        (3, "min_above_max"),
        (3, "off_the_globe"),
    ]
    assert {f["source"] for f in told} == {str(dataset)}
    errors = [
        json.loads(one)["kind"] for one in run("check", dataset, "--severity", "error", "--json").out.splitlines()
    ]
    assert errors == ["two_grades", "code_twice", "min_above_max", "off_the_globe"]


def test_a_dataset_and_the_record_are_checked_apart(run: Run, dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "reports.jsonl").write_text(REPORTS, "utf-8")
    run("record", "reports.jsonl", "-w", "desk")
    run("import", "airwars", dataset, "--name", "monitor", "-w", "desk")
    clean = run("check", "-w", "desk")
    assert (clean.code, clean.out) == (0, "Nothing was found.\n")
    told = run("check", "--dataset", "monitor", "-w", "desk")
    assert told.code == 1
    assert "two_grades: more than one grade" in told.out
    stranger = run("check", "--dataset", "nothing", "-w", "desk")
    assert (stranger.code, "there is monitor" in stranger.err) == (2, True)


def test_a_decision_whose_account_is_no_longer_read_is_listed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "reports.jsonl").write_text(REPORTS, "utf-8")
    run("record", "reports.jsonl", "-w", "desk")
    signed = ("--by", "A. Reviewer", "--reason", "two towns")
    assert run("decide", "not-same", "first", "second", *signed, "-w", "desk").code == 0
    assert run("check", "-w", "desk").code == 0
    with open_store(tmp_path / "desk") as store:
        store.add_readings([Reading(document="first", claims=(), accounts=())], "another reader")
    (found,) = map(json.loads, run("check", "--json", "-w", "desk").out.splitlines())
    assert found["kind"] == "decision_without_subject"
    assert "not same by A. Reviewer: first at" in found["message"]


def test_lines_of_incidents_are_known(run: Run, tmp_path: Path) -> None:
    (tmp_path / "reports.jsonl").write_text(REPORTS, "utf-8")
    (tmp_path / "incidents.jsonl").write_text(run("record", "reports.jsonl", "-w", "desk", "--json").out, "utf-8")
    assert run("check", "incidents.jsonl").code == 0
    with (tmp_path / "incidents.jsonl").open("a") as file:
        file.write("{broken\n")
    done = run("check", "incidents.jsonl")
    assert (done.code, done.out) == (1, "Nothing was found.\n")
    assert "incidents.jsonl, line 3: " in done.err


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "is empty"), ("a,b\n1,2\n", "neither incidents of civcas nor a format"), ("x", "neither")],
)
def test_what_cannot_be_checked_is_named(run: Run, tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "file.csv").write_text(content, "utf-8")
    done = run("check", "file.csv")
    assert done.code == 2
    assert said in done.err
    assert run("check", "--format", "acled").code == 2
    assert run("check", "-w", "nowhere").code == 2
