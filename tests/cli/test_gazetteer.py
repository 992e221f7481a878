"""`civcas gazetteer`: lists added, told with their credits, and asked for names."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VILLAGES = "name,Y,X,names\nQarbukhtan,35.1,38.2,قربختان\nToofar,35.1,4239.00416,\n"


@pytest.fixture
def villages(tmp_path: Path) -> str:
    (tmp_path / "villages.csv").write_text(VILLAGES, encoding="utf-8")
    return "villages.csv"


def test_a_line_off_the_globe_is_named_and_the_rest_is_added(run: Callable[..., Any], villages: str) -> None:
    ran = run("gazetteer", "add", villages, "--columns", "lat=Y,lon=X", "-w", "desk")
    assert ran.code == 1
    assert "1 place added to desk" in ran.out
    assert "villages.csv, line 3: 35.1, 4239.00416 is not on the globe" in ran.err


def test_where_nothing_can_be_added_the_exit_code_says_so(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "none.csv").write_text("name,lat,lon\nToofar,35.1,4239\n", encoding="utf-8")
    ran = run("gazetteer", "add", "none.csv", "-w", "desk")
    assert ran.code == 2
    assert "no workspace was made in desk" in ran.out
    assert not (tmp_path / "desk").exists()


def test_a_list_that_cannot_be_read_leaves_a_folder_and_a_workspace_as_they_were(
    run: Callable[..., Any], tmp_path: Path, villages: str
) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    assert run("gazetteer", "add", "empty.csv", "-w", "folder").code == 2
    assert list((tmp_path / "folder").iterdir()) == []
    run("gazetteer", "add", villages, "--columns", "lat=Y,lon=X", "-w", "desk")
    ran = run("gazetteer", "add", "empty.csv", "-w", "desk")
    assert (ran.code, "0 places added to desk" in ran.out) == (2, True)
    assert run("gazetteer", "find", "Qarbukhtan", "-w", "desk").code == 0


def test_the_credits_owed_stand_under_the_table_beside_the_place_and_on_their_own(
    run: Callable[..., Any], tmp_path: Path, villages: str
) -> None:
    terms = ("--columns", "lat=Y,lon=X", "--credit", "Field team", "--licence", "for this desk")
    run("gazetteer", "add", villages, *terms, "-w", "desk")
    (tmp_path / "report.txt").write_text("Shelling killed two civilians in the village of Qarbukhtan on 3 May 2022.")
    recorded = run("record", "report.txt", "-w", "desk")
    assert "\nField team, for this desk\n" in recorded.out
    assert "GeoNames" not in recorded.out
    assert run("gazetteer", "credits", "-w", "desk").out == "Field team, for this desk\n"
    asked = run("incidents", "-w", "desk", "--json")
    code = json.loads(asked.out)["code"]
    assert "Field team, for this desk" in asked.err
    explained = [json.loads(line) for line in run("explain", code, "-w", "desk", "--json").out.splitlines()]
    assert {e["field"]: e["credits"] for e in explained if e["credits"]} == {"where": ["Field team, for this desk"]}
    assert "  Field team, for this desk\n" in run("explain", code, "where", "-w", "desk").out
    assert "GeoNames" in run("gazetteer", "credits", "-w", "nowhere").out


def test_a_column_of_no_known_field_is_wrong_usage(run: Callable[..., Any], villages: str) -> None:
    ran = run("gazetteer", "add", villages, "--columns", "height=Z", "-w", "desk")
    assert ran.code == 2
    assert "height" in ran.err
    assert "radius_km" in ran.err


def test_the_credit_of_every_list_is_told(run: Callable[..., Any], villages: str) -> None:
    assert "GeoNames (geonames.org), CC BY 4.0" in run("gazetteer", "list").out
    run("gazetteer", "add", villages, "--columns", "lat=Y,lon=X", "-w", "desk")
    told = run("gazetteer", "list", "-w", "desk").out
    assert "villages.csv: 1 place\n" in told
    assert "credit or licence not stated" in told
    options = ("--columns", "lat=Y,lon=X", "--credit", "Field team", "--licence", "for this desk")
    run("gazetteer", "add", villages, *options, "-w", "desk")
    sources = [json.loads(line) for line in run("gazetteer", "list", "-w", "desk", "--json").out.splitlines()]
    assert [(s["credit"], s["licence"]) for s in sources if s["name"] == villages] == [("Field team", "for this desk")]


def test_a_name_is_asked_for_in_any_spelling(run: Callable[..., Any], villages: str) -> None:
    run("gazetteer", "add", villages, "--columns", "lat=Y,lon=X", "-w", "desk")
    for name, match in (
        ("Qarbukhtan", "exact"),
        ("قربختان", "exact"),
        ("QAR-BUKHTĀN", "folded"),
        ("Karboukhtan", "folded"),
    ):
        ran = run("gazetteer", "find", name, "-w", "desk", "--json")
        assert ran.code == 0
        found = json.loads(ran.out)
        assert (found["gazetteer_id"], found["match"]) == ("villages:2", match)
    assert "no place is called" in run("gazetteer", "find", "Qwvxj", "-w", "desk").err


def test_disputed_territories_are_told_with_their_documents(run: Callable[..., Any]) -> None:
    told = run("gazetteer", "disputed").out
    assert "Western Sahara: claimed by MA" in told
    assert "Security Council resolution" in told
    assert "disputed: Golan" in run("gazetteer", "find", "Majdal Shams").out
