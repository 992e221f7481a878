"""override, exclude, sign-off and undo on a real workspace. All reports here are invented."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RAQQA = "On 3 May 2019 an airstrike in Raqqa, Syria killed 40 civilians and injured 30."
LATER = "Residents said a Russian airstrike killed 45 civilians in Raqqa, Syria on 3 May 2019."
CODE = "SY190503a"
BY = ("--by", "A. Reviewer", "--reason", "read both reports", "-w", "desk")
OTHER = ("--by", "B. Editor", "--reason", "agreed", "-w", "desk")


@pytest.fixture
def desk(run: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """The program, once a workspace called desk holds two reports of one strike."""
    reports = [
        {"id": name, "text": text, "published": "2019-05-05", "publisher": publisher}
        for name, text, publisher in (("raqqa", RAQQA, "First Outlet"), ("later", LATER, "Second Outlet"))
    ]
    (tmp_path / "reports.jsonl").write_text("".join(json.dumps(report) + "\n" for report in reports))
    assert run("record", "reports.jsonl", "-w", "desk").code == 0
    return run


def explained(desk: Callable[..., Any], field: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in desk("explain", CODE, field, "--json", "-w", "desk").out.splitlines()]


def test_a_value_set_stands_beside_what_the_rules_give_until_it_is_undone(desk: Callable[..., Any]) -> None:
    before = explained(desk, "killed.civilians.max")
    ran = desk("override", CODE, "killed.civilians.max", "50", *BY)
    assert ran.code == 0
    assert "1 incident changed" not in ran.out  # its members are the same; its assessment is another
    own, *rules = explained(desk, "killed.civilians.max")
    assert (own["value"], own["rule"]) == ("50", "decision")
    assert own["text"] == "set to 50 by A. Reviewer: read both reports"
    assert [r["value"] for r in rules] == [f"{before[0]['value']} by the rules, where a person set 50"]
    assert rules[0]["quotes"] == before[0]["quotes"]
    assert desk("undo", "1", *OTHER).code == 0
    assert explained(desk, "killed.civilians.max") == before


def test_grade_and_status_are_set_with_a_reason(desk: Callable[..., Any]) -> None:
    assert desk("override", CODE, "grade", "confirmed", *BY).code == 0
    assert desk("override", CODE, "strike_status", "declared strike", *BY).code == 0
    out = desk("explain", CODE, "-w", "desk").out
    assert "grade = confirmed" in out
    assert "by the rules, where a person set confirmed" in out
    assert "strike_status = declared strike" in out


def test_a_figure_can_be_said_to_be_unknown(desk: Callable[..., Any]) -> None:
    assert desk("override", CODE, "injured.civilians.min", "unknown", *BY).code == 0
    assert explained(desk, "injured.civilians.min")[0]["value"] == "unknown"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("killed.civilians.min", "many", "it takes a number of people"),
        ("killed.civilians.min", "4.5", "it takes a number of people"),
        ("killed.civilians.min", "9" * 5000, "it takes a number of people"),
        ("killed.civilians.min", "60", "set killed.civilians.max, now 45, first"),
        ("killed.civilian.min", "4", "'civilian' in 'killed.civilian.min' is no group of people"),
        ("killed.civilians", "4", "it takes a number of people"),
        ("grade", "excellent", "confirmed, fair, weak"),
        ("when", "2019-05-04", "what can be set is grade"),
        ("\x1b[31m", "x", "what can be set is grade"),
    ],
)
def test_what_cannot_be_set_is_refused_and_not_logged(
    desk: Callable[..., Any], field: str, value: str, message: str
) -> None:
    ran = desk("override", CODE, field, value, *BY)
    assert ran.code == 2
    assert message in ran.err
    assert "\x1b" not in ran.err
    assert desk("log", "-w", "desk").out.startswith("head 0:")


def test_a_report_left_out_counts_for_nothing_until_undone(desk: Callable[..., Any]) -> None:
    assert desk("exclude", "later", *BY).code == 0
    assert explained(desk, "killed.civilians.max")[0]["value"] == "40"
    assert desk("undo", "1", *BY).code == 0
    assert explained(desk, "killed.civilians.max")[0]["value"] == "45"
    assert desk("undo", "1", *BY).code == 2
    assert desk("undo", "2", *BY).code == 0  # undoing the undoing
    assert explained(desk, "killed.civilians.max")[0]["value"] == "40"


@pytest.mark.parametrize("name", ["9", "0", "nothing", "999999999999999999999999"])
def test_what_is_no_decision_cannot_be_undone(desk: Callable[..., Any], name: str) -> None:
    ran = desk("undo", name, *BY)
    assert ran.code == 2
    assert "`civcas log` shows" in ran.err


def test_publication_waits_for_a_second_person_where_the_project_asks_for_one(
    desk: Callable[..., Any], tmp_path: Path
) -> None:
    from civcas.core.project import default_project

    assert default_project().publication.sign_off is False
    shipped = Path("desk/project.toml")
    shipped.write_text('version = "1"\nname = "Ours"\n[publication]\nsign_off = true\n')
    assert desk("record", "reports.jsonl", "-w", "desk").code == 0
    code = desk("record", "reports.jsonl", "-w", "desk", "--json").out
    code = json.loads(code.splitlines()[0])["code"]
    refused = desk("publish", code, *BY)
    assert refused.code == 2
    assert "not signed off by a second person" in refused.err
    assert desk("sign-off", code, *BY).code == 0
    alone = desk("publish", code, *BY)
    assert alone.code == 2
    assert "somebody else than A. Reviewer must sign it off" in alone.err
    assert desk("publish", code, *OTHER).code == 0
    assert desk("withdraw", code, *BY).code == 0
    # Another assessment is another thing to answer for.
    assert desk("override", code, "grade", "fair", *BY).code == 0
    assert desk("publish", code, *OTHER).code == 2


def test_deciding_needs_a_workspace_that_is_there(run: Callable[..., Any], tmp_path: Path) -> None:
    for verb in (("override", CODE, "grade", "fair"), ("exclude", "x"), ("sign-off", CODE), ("undo", "1")):
        ran = run(*verb, "--by", "A", "--reason", "b", "-w", tmp_path / "nowhere")
        assert ran.code == 2
        assert "there is no workspace" in ran.err


def where_of(desk: Callable[..., Any], workspace: str = "desk") -> dict[str, Any] | None:
    shown: dict[str, Any] = json.loads(desk("incidents", "--json", "-w", workspace).out)
    where: dict[str, Any] | None = shown["where"]
    return where


def test_the_place_is_set_by_its_id_or_coordinates_and_given_back_by_undoing(desk: Callable[..., Any]) -> None:
    read = where_of(desk)
    assert read is not None
    tabqa = json.loads(desk("gazetteer", "find", "Tabqa", "--json").out.splitlines()[0])
    assert desk("override", CODE, "where", tabqa["gazetteer_id"], *BY).code == 0
    there = where_of(desk)
    assert there is not None
    assert (there["name"], there["gazetteer_id"], there["country"]) == (tabqa["name"], tabqa["gazetteer_id"], "SY")
    own, *rules = explained(desk, "where")
    assert own["text"].startswith(f"set to {tabqa['name']} (")
    assert rules[0]["value"].startswith(f"{read['name']} by the rules")
    assert desk("override", CODE, "where", "35.9501, 39.0102", *BY).code == 0
    point = where_of(desk)
    assert point is not None
    assert (point["lat"], point["lon"], point["centroid"]) == (35.9501, 39.0102, False)
    assert (point["name"], point["country"]) == ("35.9501, 39.0102", None)  # too far from Tabqa to be called so
    assert desk("undo", "1", *OTHER).code == 0
    assert desk("undo", "2", *OTHER).code == 0
    assert desk("override", CODE, "where", "35.9501, 39.0102", *BY).code == 0
    near = where_of(desk)
    assert near is not None
    assert (near["name"], near["country"]) == (read["name"], "SY")
    assert desk("override", CODE, "where", "unknown", *BY).code == 0
    assert where_of(desk) is None
    for line in ("6", "5"):
        assert desk("undo", line, *OTHER).code == 0
    assert where_of(desk) == read


@pytest.mark.parametrize("value", ["geonames:0", "95.1234, 39.0102", "nowhere at all", "36.1, 4239.00416", ""])
def test_what_is_no_place_is_not_set(desk: Callable[..., Any], value: str) -> None:
    ran = desk("override", CODE, "where", value, *BY)
    assert ran.code == 2
    assert "civcas gazetteer find" in ran.err


def test_the_places_that_a_name_may_be_are_told_for_a_person_to_choose(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text("An airstrike killed two civilians in Springfield on 3 May 2022.")
    run("record", "report.txt", "-w", "other")
    code = json.loads(run("incidents", "--json", "-w", "other").out)["code"]
    (told,) = [json.loads(line) for line in run("explain", code, "where", "--json", "-w", "other").out.splitlines()]
    assert "not on the map" in told["value"]
    assert len(told["candidates"]) > 1
    first = told["candidates"][0].rpartition(": ")[0]
    assert first in run("explain", code, "where", "-w", "other").out
    by = ("--by", "A. Reviewer", "--reason", "its police say so", "-w", "other")
    assert run("override", code, "where", first, *by).code == 0
    settled = where_of(run, "other")
    assert settled is not None
    assert (settled["gazetteer_id"], settled["candidates"]) == (first, [])
