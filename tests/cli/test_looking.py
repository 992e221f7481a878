"""incidents, diff and --as-of on a real workspace. All reports here are invented."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FIRST = "On 3 May 2019 an airstrike in Raqqa, Syria killed 40 civilians, activists said."
SECOND = "Residents said an airstrike killed 45 civilians in Raqqa, Syria on 3 May 2019."
BY = ("--by", "A. Reviewer", "--reason", "seen", "-w", "desk")
CODE = "SY190503a"


def report(name: str, text: str) -> str:
    return json.dumps({"id": name, "text": text, "published": "2019-05-05"}) + "\n"


@pytest.fixture
def desk(run: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """One report; a decision on it; then another report."""
    (tmp_path / "first.jsonl").write_text(report("first", FIRST))
    (tmp_path / "second.jsonl").write_text(report("second", SECOND))
    assert run("record", "first.jsonl", "-w", "desk").code == 0
    assert run("override", CODE, "grade", "fair", *BY).code == 0
    assert run("incidents", "-w", "desk", "-o", "handed-out.jsonl").code == 0
    assert run("record", "second.jsonl", "-w", "desk").code == 0
    return run


def lines(ran: Any) -> list[dict[str, Any]]:
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


def test_the_record_is_shown_now_and_as_it_stood(desk: Callable[..., Any]) -> None:
    (now,) = lines(desk("incidents", "--json", "-w", "desk"))
    (then,) = lines(desk("incidents", "--json", "--as-of", "1", "-w", "desk"))
    (before,) = lines(desk("incidents", "--json", "--as-of", "0", "-w", "desk"))
    assert [i["killed"]["civilians"]["max"] for i in (before, then, now)] == [40, 40, 45]
    assert [i["grade"] for i in (before, then, now)] == ["weak", "fair", "fair"]
    assert lines(desk("incidents", "--json", "--as-of", "2001-01-01", "-w", "desk")) == []
    assert "40" in desk("incidents", "--as-of", "1", "-w", "desk").out


def test_a_number_is_explained_as_it_stood(desk: Callable[..., Any]) -> None:
    (then,) = lines(desk("explain", CODE, "killed.civilians.max", "--as-of", "1", "--json", "-w", "desk"))
    (now,) = lines(desk("explain", CODE, "killed.civilians.max", "--json", "-w", "desk"))
    assert [(e["value"], [q["document"] for q in e["quotes"]]) for e in (then, now)] == [
        ("40", ["first"]),
        ("45", ["second"]),
    ]
    early = desk("explain", CODE, "--as-of", "2001-01-01", "-w", "desk")
    assert early.code == 2
    assert "is no code of this workspace" in early.err


def test_the_log_is_shown_up_to_a_moment(desk: Callable[..., Any]) -> None:
    assert desk("undo", "1", *BY).code == 0
    whole, part = desk("log", "-w", "desk").out, desk("log", "--as-of", "1", "-w", "desk").out
    assert "undo" in whole
    assert "undo" not in part
    assert "head 1:" in part
    assert "the log goes on to line 2" in part
    head = next(line for line in part.splitlines() if line.startswith("head 1:")).split()[1]
    assert desk("verify", "-w", "desk", "--head", head).code == 0
    assert "head 0:" in desk("log", "--as-of", "2001-01-01", "-w", "desk").out


def test_what_moved_is_told_with_why_and_in_sum(desk: Callable[..., Any]) -> None:
    out = desk("diff", "0", "-w", "desk").out
    assert "SY190503a  changed" in out
    assert "killed.civilians.max 40 -> 45 (+5)" in out
    assert "grade weak -> fair" in out
    assert "because: new document second" in out
    assert "because: decision 1 by A. Reviewer: override SY190503a grade = fair, because: seen" in out
    assert "In sum, 1 -> 1 incidents: 1 changed, 1 regraded" in out
    assert "civilians killed: +0 minimum, +5 maximum (40–40 -> 40–45)" in out
    assert "because of: decision (1), new document (1)" in out


def test_what_moved_as_json_lines_ends_with_the_sum(desk: Callable[..., Any]) -> None:
    changed, total = lines(desk("diff", "1", "now", "--json", "-w", "desk"))
    assert {m["field"]: (m["before"], m["after"]) for m in changed["moved"]}["killed.civilians.max"] == (40, 45)
    assert (total["kind"], total["incidents"], total["regraded"]) == ("sum", [1, 1], 0)
    assert desk("diff", "now", "-w", "desk").out == "Nothing moved between now and now: 1 incidents.\n"


def test_a_file_that_was_handed_out_is_held_against_the_record(desk: Callable[..., Any]) -> None:
    out = desk("diff", "handed-out.jsonl", "-w", "desk").out
    assert "killed.civilians.max 40 -> 45 (+5)" in out
    assert "new document second" in out
    assert "Nothing moved" in desk("diff", "handed-out.jsonl", "1", "-w", "desk").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("incidents", "--as-of", "sometime"), "is no moment"),
        (("diff", "nothing-here.jsonl"), "is no moment"),
        (("diff", "7"), "there is no line 7 in the log"),
        (("diff", "broken.jsonl"), "broken.jsonl, line 1"),
        (("diff", "empty.jsonl"), "holds no incident"),
        (("log", "--as-of", "1:" + "f" * 64), "has another hash"),
        (("incidents", "-o", "nowhere/out.jsonl"), "there is no folder"),
    ],
)
def test_bad_input_is_named(desk: Callable[..., Any], tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    (tmp_path / "broken.jsonl").write_bytes(b"\xff\xfe no record\n")
    (tmp_path / "empty.jsonl").write_bytes(b"")
    ran = desk(*arguments, "-w", "desk")
    assert (ran.code, message in ran.err) == (2, True), ran.err
