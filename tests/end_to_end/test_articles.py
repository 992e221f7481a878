"""Two invented articles that each tell of several events give exactly those events, and the totals apart from them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from civcas.cli import main

ARTICLES = Path(__file__).with_name("articles.jsonl")
BOTH = {"invented-opinion", "invented-roundup"}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles") / "desk"
    assert main(["record", str(ARTICLES), "-w", str(folder)]) == 0
    return folder


@pytest.fixture
def told(workspace: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> str:
    """What `civcas record` prints."""
    assert main(["record", str(ARTICLES), "-w", str(workspace)]) == 0
    return capsysbinary.readouterr().out.decode()


@pytest.fixture
def incidents(workspace: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> dict[str, Any]:
    """The incidents by the name of their place."""
    main(["record", str(ARTICLES), "-w", str(workspace), "--json"])
    found = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    by_place = {i["where"]["name"]: i for i in found}
    assert len(by_place) == len(found)
    return by_place


def explained(workspace: Path, capsysbinary: pytest.CaptureFixture[bytes], *what: str) -> str:
    capsysbinary.readouterr()
    assert main(["explain", *what, "-w", str(workspace)]) == 0
    return " ".join(capsysbinary.readouterr().out.decode().split())


def test_exactly_five_events_are_told(incidents: dict[str, Any]) -> None:
    assert incidents.keys() == {"Zabid", "Abs", "Taiz", "Lower Shabelle", "coast of Somalia"}


@pytest.mark.parametrize(
    ("place", "first", "last", "killed", "injured", "documents"),
    [
        ("Zabid", "2019-05-11", "2019-05-11", (31, 36), (71, 71), BOTH),
        ("Abs", "2019-05-17", "2019-05-17", (21, 91), (None, None), BOTH),
        ("Taiz", "2019-05-21", "2019-05-21", (121, 121), (None, None), BOTH),
        ("Lower Shabelle", "2019-02-01", "2019-02-28", (12, 24), (None, None), {"invented-opinion"}),
        ("coast of Somalia", "2019-05-01", "2019-05-31", (27, 27), (None, None), {"invented-opinion"}),
    ],
)
def test_days_tolls_and_reports(
    incidents: dict[str, Any], place: str, first: str, last: str, killed: Any, injured: Any, documents: set[str]
) -> None:
    found = incidents[place]
    assert (found["when"]["start"], found["when"]["end"]) == (first, last)
    assert (found["killed"]["civilians"]["min"], found["killed"]["civilians"]["max"]) == killed
    assert (found["injured"]["civilians"]["min"], found["injured"]["civilians"]["max"]) == injured
    assert set(found["documents"]) == documents


def test_a_belligerents_claim_of_fighters_is_a_maximum_that_leaves_the_civilians(incidents: dict[str, Any]) -> None:
    zabid = incidents["Zabid"]
    assert zabid["killed"]["belligerents"] == {"min": 0, "max": 24}
    assert {s["position"] for s in zabid["statements"]} >= {"denies", "claims_combatants", "investigating"}


def test_what_was_struck_and_how(incidents: dict[str, Any]) -> None:
    assert "mosque" in incidents["Zabid"]["infrastructure"]
    assert "school" in incidents["Abs"]["infrastructure"]
    assert incidents["Lower Shabelle"]["strike_type"] == ["ground_operation"]
    assert "airstrike" in incidents["coast of Somalia"]["strike_type"]


def test_those_who_acted(incidents: dict[str, Any]) -> None:
    for place in ("Zabid", "Abs", "Taiz"):
        assert [b["name"] for b in incidents[place]["belligerents"]] == ["Saudi-led Coalition"]
    for place in ("Lower Shabelle", "coast of Somalia"):
        assert [b["name"] for b in incidents[place]["belligerents"]] == ["US Forces"]


@pytest.mark.parametrize(
    "figure",
    [
        "260 civilians killed",
        "1,935 civilians killed",
        "up to 599 civilians killed",
        "318 strikes",
        "41,206 munitions",
        "up 54 per cent on 2019-01",
    ],
)
def test_totals_stand_apart_and_each_is_explained(
    told: str, workspace: Path, capsysbinary: pytest.CaptureFixture[bytes], figure: str
) -> None:
    row = next(row for row in told.splitlines() if figure.split(" civ")[0] in row)
    code = re.match(r"[TS]-[0-9a-f]{6,}", row)
    assert code
    said = explained(workspace, capsysbinary, code[0])
    assert figure.split(" ")[1] in said
    assert "“" in said
    assert re.search(r"document invented-(opinion|roundup)", said)
    assert "rule 3.6" in said


def test_each_bound_of_each_incident_is_explained(
    incidents: dict[str, Any], workspace: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    texts = {d["id"]: d["text"] for d in map(json.loads, ARTICLES.read_text(encoding="utf-8").splitlines())}
    for incident in incidents.values():
        for end in ("min", "max"):
            main(["explain", incident["code"], f"killed.civilians.{end}", "-w", str(workspace), "--json"])
            (found,) = map(json.loads, capsysbinary.readouterr().out.splitlines())
            assert found["value"] == str(incident["killed"]["civilians"][end])
            assert found["rule"].startswith("3.")
            assert found["quotes"]
            for quoted in found["quotes"]:
                assert texts[quoted["document"]][quoted["start"] : quoted["end"]] == quoted["quote"]


def test_a_second_run_changes_nothing(told: str) -> None:
    assert "Nothing has changed" in told
