"""Declared strikes held against an allegation, through the program. All reports here are invented."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SIGNED = ("--by", "A. Reviewer", "--reason", "an invented reason")
ALLEGED = {
    "id": "alleged",
    "published": "2019-05-04",
    "text": "On 3 May 2019 an airstrike on a market in Raqqa, Syria killed four civilians.",
}
DECLARED = (
    ("right", "For May 2nd-3rd, the Coalition reported: near Raqqa, Syria, six strikes engaged two tactical units."),
    ("day-off", "For May 7th, the Coalition reported: near Raqqa, Syria, six strikes engaged two tactical units."),
    ("far", "For May 3rd, the Coalition reported: near Deir ez-Zor, Syria, nine strikes engaged two tactical units."),
    (
        "two-days",
        "For May 3rd, the Coalition reported: near Deir ez-Zor, Syria, two strikes engaged a tactical unit. "
        "On May 9, near Raqqa, Syria, one strike engaged a tactical unit.",
    ),
    ("no-strike", "Three civilians were injured by a mine in Idlib, Syria on 20 June 2019."),
)


@pytest.fixture
def desk(run: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """The program, once a workspace called desk holds an allegation and reports of strikes without a year."""
    lines = [json.dumps(ALLEGED), *(json.dumps({"id": i, "text": text}) for i, text in DECLARED)]
    (tmp_path / "reports.jsonl").write_text("\n".join(lines) + "\n")
    assert run("record", "reports.jsonl", "-w", "desk").code == 0
    return run


def code(run: Callable[..., Any]) -> str:
    found = map(json.loads, run("record", "reports.jsonl", "-w", "desk", "--json").out.splitlines())
    return next(str(i["code"]) for i in found if i["documents"] == ["alleged"])


def offered(run: Callable[..., Any]) -> list[dict[str, Any]]:
    ran = run("strikes", code(run), "-w", "desk", "--json")
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


def incident(run: Callable[..., Any]) -> dict[str, Any]:
    found = map(json.loads, run("record", "reports.jsonl", "-w", "desk", "--json").out.splitlines())
    return next(i for i in found if i["documents"] == ["alleged"])


def test_the_report_of_that_day_and_place_comes_first(desk: Callable[..., Any]) -> None:
    found = offered(desk)
    assert found[0]["document"] == "right"
    weights = {f["name"]: f["weight"] for f in found[0]["features"]}
    assert weights["day"] > 0 < weights["place"]
    assert "no year" in next(f["detail"] for f in found[0]["features"] if f["name"] == "day")
    assert found[0]["parties"] == ["US-led Coalition"]
    assert "no-strike" not in {m["document"] for m in found}
    scores = {m["document"]: m["score"] for m in found}
    assert scores["right"] > scores["far"] > 0
    assert scores.get("day-off", 0) < scores["right"] > scores.get("two-days", 0)


def test_the_day_told_last_before_a_place_is_the_days_of_that_place(desk: Callable[..., Any]) -> None:
    """In two-days the third of May is Deir ez-Zor's, 125 km off; Raqqa's strike was six days later."""
    (found,) = [m for m in offered(desk) if m["document"] == "two-days"]
    assert found["place"]["name"] != "Raqqa"


def test_a_person_says_which_strike_it_is(desk: Callable[..., Any]) -> None:
    assert incident(desk)["strike_status"] != "declared_strike"
    ran = desk("strikes", code(desk), "--is", "right", *SIGNED, "-w", "desk")
    assert ran.code == 0, ran.err
    found = incident(desk)
    assert found["strike_status"] == "declared_strike"
    (report,) = found["strike_reports"]
    assert (report["document"], report["party"], report["place"]) == ("right", "US-led Coalition", "Raqqa")
    assert [(b["name"], b["attribution"]) for b in found["belligerents"]] == [("US-led Coalition", "known")]
    (answer,) = found["responses"]
    assert (answer["position"], answer["history"][0]["document"]) == ("acknowledges_strike", "right")
    assert "decided: this one" in desk("strikes", code(desk), "-w", "desk").out
    assert desk("strikes", code(desk), "--is-not", "right", *SIGNED, "-w", "desk").code == 0
    assert incident(desk)["strike_reports"] == []
    assert incident(desk)["strike_status"] != "declared_strike"
    assert offered(desk)[-1]["decided"] is False
    assert desk("verify", "-w", "desk").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--is", "right", "--is-not", "far", *SIGNED), "two decisions"),
        (("--is", "right"), "needs --by NAME and --reason TEXT"),
        (SIGNED, "are of a decision"),
        (("--is", "nothing-of-the-kind", *SIGNED), "nothing-of-the-kind"),
        (("--is", "alleged", *SIGNED), "tells of"),
        (("--is", "right", "--party", "Nobody's Army", *SIGNED), "is no party of project.toml"),
        (("--is", "no-strike", *SIGNED), "does not say whose report it is"),
        (("--limit", "0"), "not in the range"),
    ],
)
def test_wrong_usage_is_named(desk: Callable[..., Any], arguments: tuple[str, ...], said: str) -> None:
    ran = desk("strikes", code(desk), *arguments, "-w", "desk")
    assert ran.code == 2
    assert said in ran.err


def test_an_unknown_code_is_named(desk: Callable[..., Any]) -> None:
    ran = desk("strikes", "XX000000a", "-w", "desk")
    assert (ran.code, "XX000000a" in ran.err) == (2, True)
