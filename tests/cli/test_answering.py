"""What parties answered, read and recorded, through the program. All reports here are invented."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SIGNED = ("--by", "A. Reviewer", "--reason", "an invented reason", "-w", "desk")
PARTY = "US-led Coalition"
REPORTS = (
    (
        "strike",
        "2019-05-04",
        "On 3 May 2019 an airstrike by the US-led Coalition in Raqqa, Syria killed four civilians.",
    ),
    (
        "denial",
        "2019-05-09",
        "Four civilians were killed on 3 May 2019 in an airstrike in Raqqa, Syria. "
        "The US-led Coalition said on 8 May 2019 that it had no record of strikes in the area.",
    ),
    (
        "inquiry",
        "2019-06-21",
        "An airstrike in Raqqa, Syria on 3 May 2019 killed four civilians. "
        "The US-led Coalition said it had opened an investigation.",
    ),
)


@pytest.fixture
def desk(run: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """The program, once a workspace called desk holds three reports of one strike."""
    lines = [json.dumps({"id": i, "published": day, "text": text}) for i, day, text in REPORTS]
    (tmp_path / "reports.jsonl").write_text("\n".join(lines) + "\n")
    assert run("record", "reports.jsonl", "-w", "desk").code == 0
    return run


def history(run: Callable[..., Any]) -> dict[str, Any]:
    """The coalition's line."""
    ran = run("responses", "SY190503a", "-w", "desk", "--json")
    assert ran.code == 0
    (found,) = [line for line in map(json.loads, ran.out.splitlines()) if line["party"] == PARTY]
    return dict(found)


def respond(run: Callable[..., Any], *arguments: str) -> Any:
    return run("respond", "SY190503a", "--party", "coalition", *arguments, *SIGNED)


def test_no_record_then_an_investigation_is_a_history(desk: Callable[..., Any]) -> None:
    found = history(desk)
    steps = [(s["position"], s["date"], s["dated_by"], s["document"]) for s in found["history"]]
    assert steps == [
        ("no_record", "2019-05-08", "words", "denial"),
        ("investigating", "2019-06-21", "report", "inquiry"),
    ]
    assert found["history"][0]["grounds"] == ["no_coalition_strikes"]
    assert "no record" in found["history"][0]["quote"]
    assert (found["attribution"], found["responsibility"]) == ("suspected", "sole")


def test_what_people_record_joins_the_history_and_moves_the_grade(desk: Callable[..., Any]) -> None:
    assert respond(desk, "--position", "asked", "--date", "2019-05-06").code == 0
    done = respond(
        desk, "--position", "accepts", "--date", "2019-08-01", "--killed", "2-3", "--quote", "We regret it.",
        "--grounds", "killed_in_adjacent_structure", "--url", "https://example.org/reply",
    )  # fmt: skip
    assert done.code == 0, done.err
    found = history(desk)
    assert [s["position"] for s in found["history"]] == ["asked", "no_record", "investigating", "accepts"]
    last = found["history"][-1]
    assert [(h["kind"], h["min"], h["max"]) for h in last["conceded"]] == [("killed", 2, 3)]
    assert (last["quote"], last["url"]) == ("We regret it.", "https://example.org/reply")
    assert (found["position"], found["assessment"]) == ("accepts", "credible")
    (incident,) = [json.loads(x) for x in desk("record", "reports.jsonl", "-w", "desk", "--json").out.splitlines()]
    assert (incident["grade"], incident["strike_status"]) == ("confirmed", "declared_strike")
    assert incident["belligerents"][0]["position"] == "accepts"
    table = desk("responses", "-w", "desk").out
    assert "2019-08-01: accepts (killed in adjacent structure) “We regret it.”; concedes 2–3 killed" in " ".join(
        table.split()
    )


def test_a_later_answer_stands_though_an_earlier_one_went_further(desk: Callable[..., Any]) -> None:
    assert respond(desk, "--position", "denies", "--date", "2019-09-01").code == 0
    found = history(desk)
    assert (found["position"], found["assessment"]) == ("denies", "non_credible")
    assert len(found["history"]) == 3


def test_a_step_read_wrongly_is_struck_out_and_a_recorded_one_replaced(desk: Callable[..., Any]) -> None:
    read = history(desk)["history"][1]["claim"]
    assert respond(desk, "--position", "misread", "--corrects", read[:8]).code == 0
    assert [s["position"] for s in history(desk)["history"]] == ["no_record"]
    assert respond(desk, "--position", "accepts", "--date", "2019-08-01").code == 0
    wrong = history(desk)["history"][-1]["decision"]
    assert respond(desk, "--position", "acknowledges_strike", "--date", "2019-08-02", "--corrects", wrong[:8]).code == 0
    found = history(desk)
    assert [(s["position"], s["date"]) for s in found["history"]][1:] == [("acknowledges_strike", "2019-08-02")]
    (incident,) = [json.loads(x) for x in desk("record", "reports.jsonl", "-w", "desk", "--json").out.splitlines()]
    assert incident["grade"] != "confirmed"
    assert desk("verify", "-w", "desk").code == 0


def test_what_was_answered_outlives_a_merge(desk: Callable[..., Any], tmp_path: Path) -> None:
    text = "On 5 July 2019 shelling in Homs, Syria killed nine civilians."
    other = {"id": "other", "published": "2019-07-06", "text": text}
    (tmp_path / "more.jsonl").write_text(json.dumps(other) + "\n")
    assert desk("record", "more.jsonl", "-w", "desk").code == 0
    asked = ("respond", "SY190705a", "--party", PARTY, "--position", "asked", "--date", "2019-07-10")
    assert desk(*asked, *SIGNED).code == 0
    assert desk("merge", "SY190503a", "SY190705a", *SIGNED).code == 0
    assert [s["position"] for s in history(desk)["history"]] == ["no_record", "investigating", "asked"]
    wrong = history(desk)["history"][-1]["decision"]
    assert respond(desk, "--position", "misread", "--corrects", wrong[:8]).code == 0
    assert [s["position"] for s in history(desk)["history"]] == ["no_record", "investigating"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--position", "accepts", "--party", "Nobody's Army"), "is no party of project.toml"),
        (("--position", "accepts", "--date", "yesterday"), "is no date in EDTF"),
        (("--position", "accepts", "--killed", "many"), "is no number of people"),
        (("--position", "accepts", "--killed", "5-2"), "is no number of people"),
        (("--position", "accepts", "--killed", "99999999999999999999"), "is no number of people"),
        (("--position", "misread"), "needs the step"),
        (("--position", "accepts", "--corrects", "ffffffff"), "names no one step"),
        (("--position", "forgiven"), "is not one of"),
        (("--position", "accepts", "--quote", "half a \udcff"), "write it in UTF-8"),
    ],
)
def test_what_no_history_can_take_is_refused_and_nothing_changes(
    desk: Callable[..., Any], arguments: tuple[str, ...], said: str
) -> None:
    before = history(desk)
    ran = respond(desk, *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert history(desk) == before


def test_an_unknown_code_or_workspace_is_named(desk: Callable[..., Any]) -> None:
    for command in (
        ("responses", "XX000000a"),
        ("respond", "XX000000a", "--party", "x", "--position", "asked", *SIGNED[:4]),
    ):
        ran = desk(*command, "-w", "desk")
        assert ran.code == 2
        assert "XX000000a" in ran.err
    assert desk("responses", "-w", "nowhere").code == 2
