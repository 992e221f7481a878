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
    assert list((tmp_path / "desk" / "gazetteer").glob("*")) == []


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
