"""The verbs of a workspace: record, explain, decide, publish, log, verify, backup. All reports here are invented."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from civcas.store import open_store

RAQQA = "On 3 May 2019 an airstrike in Raqqa, Syria killed more than 40 civilians and injured 30."
LATER = "Residents said a Russian airstrike killed 45 civilians in Raqqa, Syria on 3 May 2019."
HOMS = "On 4 May 2019 shelling in Homs, Syria killed three people."
TALLY = "Since the campaign began, 2,310 civilians have been killed in Syria, a monitor said."
BY = ("--by", "A. Reviewer", "--reason", "read both reports")


def line(name: str, text: str, **fields: str) -> str:
    return json.dumps({"id": name, "text": text, "published": "2019-05-05", **fields}) + "\n"


@pytest.fixture
def desk(run: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """The program, once a workspace called desk holds four reports."""
    reports = line("raqqa", RAQQA, publisher="First Outlet") + line("homs", HOMS) + line("tally", TALLY)
    (tmp_path / "reports.jsonl").write_text(reports + line("later", LATER, publisher="Second Outlet"))
    assert run("record", "reports.jsonl", "-w", "desk").code == 0
    return run


def incidents(run: Callable[..., Any]) -> dict[str, Any]:
    """The incidents of the workspace by code."""
    out: str = run("record", "reports.jsonl", "-w", "desk", "--json").out
    return {found["code"]: found for found in map(json.loads, out.splitlines())}


# ------------------------------------------------------------------ record


def test_record_shows_incidents_totals_and_where_to_look(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "reports.jsonl").write_text(line("raqqa", RAQQA) + line("tally", TALLY))
    ran = run("record", "reports.jsonl", "-w", "desk")
    assert ran.code == 0
    assert re.search(r"^SY190503a +2019-05-03 +Raqqa, SY +41 +30 ", ran.out, re.M)
    assert re.search(r"^T-[0-9a-f]{6} .*2,310 civilians killed", ran.out, re.M)
    assert "2 reports taken in, 2 new" in ran.out
    assert "civcas explain SY190503a killed -w desk" in ran.out


def test_the_same_command_again_changes_nothing_and_says_so(desk: Callable[..., Any]) -> None:
    before = incidents(desk)
    ran = desk("record", "reports.jsonl", "-w", "desk")
    assert ran.code == 0
    assert "Nothing has changed" in ran.out
    assert incidents(desk) == before


def test_a_workspace_is_named_by_the_environment_too(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIVCAS_WORKSPACE", str(tmp_path / "elsewhere"))
    (tmp_path / "report.txt").write_text(RAQQA)
    assert run("collect", "report.txt").code == 0
    assert (tmp_path / "elsewhere" / "archive").is_dir()


def test_what_was_collected_is_read_by_the_next_record(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text(RAQQA)
    assert "1 report taken in, 1 new in desk." in run("collect", "report.txt", "-w", "desk").out
    ran = run("record", "report.txt", "-w", "desk")
    assert "SY190503a" in ran.out
    assert "0 new" in ran.out


def test_one_text_under_two_ids_is_stored_once_and_both_answer(run: Callable[..., Any], tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "report.txt").write_text(RAQQA)
    ran = run("record", "one", "two", "-w", "desk")
    assert "1 new, 1 further capture of earlier ones" in ran.out
    assert "1 (1 origin)" in ran.out


def test_problems_are_named_after_the_table_and_the_rest_is_recorded(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "reports.jsonl").write_text("[]\n" + line("raqqa", RAQQA))
    ran = run("record", "reports.jsonl", "missing.pdf", "-w", "desk")
    assert ran.code == 1
    assert "SY190503a" in ran.out
    assert "reports.jsonl, line 1: " in ran.err
    assert "missing.pdf: " in ran.err


@pytest.mark.parametrize("verb", ["record", "collect"])
def test_nothing_readable_is_2_and_makes_no_workspace(run: Callable[..., Any], tmp_path: Path, verb: str) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    ran = run(verb, "missing.pdf", "broken.pdf", "-w", "desk")
    assert ran.code == 2
    assert ran.out == "Nothing could be read, and no workspace was made in desk.\n"
    assert "missing.pdf: there is no such file" in ran.err
    assert "broken.pdf: " in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["broken.pdf"]


def test_nothing_readable_leaves_a_folder_that_was_there(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "project.toml").write_text('name = "Ours"\n')
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    assert run("record", "broken.pdf", "-w", "desk").code == 2
    assert [path.name for path in (tmp_path / "desk").iterdir()] == ["project.toml"]


def test_nothing_readable_leaves_the_record_as_it_was(desk: Callable[..., Any]) -> None:
    before = incidents(desk)
    ran = desk("record", "missing.pdf", "-w", "desk")
    assert ran.code == 2
    assert ran.out == "Nothing could be read: the record in desk is as it was.\n"
    assert incidents(desk) == before


def test_the_first_refusals_are_stored_once_a_report_follows(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "reports.jsonl").write_text("[]\n" + line("raqqa", RAQQA))
    assert run("record", "missing.pdf", "reports.jsonl", "-w", "desk").code == 1
    with open_store(tmp_path / "desk", create=False) as store:
        assert [problem.source for problem in store.problems()] == ["missing.pdf", "reports.jsonl"]


def test_the_incident_of_most_sources_is_the_one_to_look_at(run: Callable[..., Any], tmp_path: Path) -> None:
    early = line("homs", HOMS.replace("4 May", "1 May"))
    both = line("raqqa", RAQQA, publisher="First Outlet") + line("later", LATER, publisher="Second Outlet")
    (tmp_path / "reports.jsonl").write_text(early + both)
    told = run("record", "reports.jsonl", "-w", "desk").out
    assert "SY190501a" in told
    assert "civcas explain SY190503a killed" in told


def test_what_is_doubtful_of_a_report_is_told_and_explained_beside_it(run: Callable[..., Any], tmp_path: Path) -> None:
    text = f"{RAQQA} \u202ene\u202c"
    reports = line("a", text) + line("a", HOMS)
    (tmp_path / "reports.jsonl").write_text(reports)
    collected = run("collect", "reports.jsonl", "-w", "collected")
    recorded = run("record", "reports.jsonl", "-w", "desk")
    again = run("record", "reports.jsonl", "-w", "desk")
    for ran in (collected, recorded, again):
        assert ran.code == 0
        assert "note: reports.jsonl, line 1: holds characters that reverse text: U+202C, U+202E" in ran.err
        assert "note: reports.jsonl, line 2: the id 'a' was given to another text before: this one is a@" in ran.err
    explained = run("explain", "SY190503a", "killed", "-w", "desk").out
    assert "    note: holds characters that reverse text: U+202C, U+202E\n" in explained
    assert "note: the id 'a' was given" in run("explain", "SY190504a", "killed", "-w", "desk").out


def test_hidden_characters_of_a_report_reach_no_terminal(run: Callable[..., Any], tmp_path: Path) -> None:
    text = "On 3 May 2019 an airstrike in Raqqa, Syria killed 12 civilians\u202e\x1b[31m."
    (tmp_path / "reports.jsonl").write_text(line("evil\x1b[31m\u202e", text))
    told = run("record", "reports.jsonl", "-w", "desk")
    code = re.search(r"SY\d+\w", told.out)
    assert code
    explained = run("explain", code[0], "-w", "desk")
    for ran in (told, explained):
        assert not re.search("[\x1b\u202e]", ran.out + ran.err)
    assert "‹U+202E›" in explained.out


# ----------------------------------------------------------------- explain


def test_a_figure_is_explained_by_rule_quote_and_report(desk: Callable[..., Any]) -> None:
    ran = desk("explain", "SY190503a", "killed.civilians.min", "-w", "desk")
    assert ran.code == 0
    assert "killed.civilians.min = 41" in ran.out
    assert "rule 3.2.1: " in ran.out
    assert "“more than 40 civilians” reads as 41 or more (rule 3.1.9" in ran.out
    assert "document raqqa, First Outlet, 2019-05-05" in ran.out
    assert re.search(r"SHA-256 [0-9a-f]{64}", ran.out)


def test_a_field_takes_in_what_is_below_it(desk: Callable[..., Any]) -> None:
    found = desk("explain", "SY190503a", "killed", "-w", "desk", "--json").out
    fields = [json.loads(row)["field"] for row in found.splitlines()]
    assert "killed.civilians.min" in fields
    assert all(field.startswith("killed.") for field in fields)


@pytest.mark.parametrize("field", ["when", "where", "grade", "strike_status", "belligerents", "strike_type", "injured"])
def test_every_field_can_be_explained(desk: Callable[..., Any], field: str) -> None:
    ran = desk("explain", "SY190503a", field, "-w", "desk")
    assert ran.code == 0
    assert f"\n{field}" in ran.out


def test_a_total_is_explained_by_its_own_code(desk: Callable[..., Any]) -> None:
    shown = desk("record", "reports.jsonl", "-w", "desk").out
    code = re.search(r"T-[0-9a-f]{6}", shown)
    assert code
    ran = desk("explain", code[0], "-w", "desk")
    assert "2,310 civilians killed" in ran.out
    assert "“2,310 civilians”" in ran.out
    assert "document tally" in ran.out


def test_unknown_codes_and_fields_are_told(desk: Callable[..., Any]) -> None:
    assert desk("explain", "SY990101z", "-w", "desk").code == 2
    ran = desk("explain", "SY190503a", "weather", "-w", "desk")
    assert ran.code == 2
    assert "killed" in ran.err


def test_no_workspace_is_made_to_explain(run: Callable[..., Any], tmp_path: Path) -> None:
    ran = run("explain", "SY190503a", "-w", "nowhere")
    assert ran.code == 2
    assert "nowhere" in ran.err
    assert not (tmp_path / "nowhere").exists()


# --------------------------------------------------------------- decisions


def test_what_is_decided_the_same_becomes_one_and_stays_so(desk: Callable[..., Any]) -> None:
    assert incidents(desk).keys() == {"SY190503a", "SY190504a"}
    assert desk("decide", "same", "SY190503a", "SY190504a", *BY, "-w", "desk").code == 0
    joined = incidents(desk)
    assert list(joined) == ["SY190503a"]
    assert set(joined["SY190503a"]["documents"]) == {"raqqa", "later", "homs"}
    assert desk("explain", "SY190504a", "-w", "desk").out.startswith("SY190503a: ")
    assert incidents(desk) == joined


def test_what_is_decided_not_the_same_comes_apart(desk: Callable[..., Any]) -> None:
    assert desk("decide", "not-same", "raqqa", "later", *BY, "-w", "desk").code == 0
    apart = [set(found["documents"]) for found in incidents(desk).values()]
    assert {"raqqa"} in apart
    assert {"later"} in apart


def test_one_incident_is_not_said_to_be_another_than_itself(desk: Callable[..., Any]) -> None:
    assert desk("merge", "SY190503a", "SY190504a", *BY, "-w", "desk").code == 0
    ran = desk("decide", "not-same", "SY190503a", "SY190504a", *BY, "-w", "desk")
    assert ran.code == 2
    assert "both are one incident now: SY190503a; give the documents or accounts" in ran.err
    assert all(re.search(rf"[0-9a-f]+  of {name}: ", ran.err) for name in ("raqqa", "homs", "later"))
    assert desk("decide", "not-same", "raqqa", "homs", *BY, "-w", "desk").code == 0


def test_incidents_are_merged_and_split_again(desk: Callable[..., Any]) -> None:
    assert desk("merge", "SY190503a", "SY190504a", *BY, "-w", "desk").code == 0
    assert len(incidents(desk)) == 1
    assert desk("split", "SY190503a", "homs", *BY, "-w", "desk").code == 0
    assert {"homs"} in [set(found["documents"]) for found in incidents(desk).values()]


def test_a_decision_needs_who_and_why(desk: Callable[..., Any]) -> None:
    assert desk("decide", "same", "SY190503a", "SY190504a", "-w", "desk").code == 2
    assert desk("publish", "SY190503a", "--by", " ", "--reason", "because", "-w", "desk").code == 2


def test_a_decision_about_nothing_is_refused(desk: Callable[..., Any]) -> None:
    ran = desk("decide", "same", "SY190503a", "SY990101z", *BY, "-w", "desk")
    assert ran.code == 2
    assert "SY990101z" in ran.err


def test_a_report_without_an_event_cannot_be_named_in_its_place(desk: Callable[..., Any]) -> None:
    ran = desk("decide", "same", "raqqa", "tally", *BY, "-w", "desk")
    assert ran.code == 2
    assert "no events" in ran.err


def test_publishing_and_withdrawing_are_in_the_log(desk: Callable[..., Any]) -> None:
    assert desk("publish", "SY190503a", *BY, "-w", "desk").code == 0
    assert "SY190503a\n" not in desk("record", "reports.jsonl", "-w", "desk").out
    assert re.search(r"SY190503a .*\npublic ", desk("record", "reports.jsonl", "-w", "desk").out)
    assert desk("withdraw", "SY190503a", *BY, "-w", "desk").code == 0
    assert desk("withdraw", "SY190503a", *BY, "-w", "desk").code == 2
    log = desk("log", "-w", "desk").out
    assert "A. Reviewer: publish SY190503a, because: read both reports" in log
    assert "A. Reviewer: withdraw SY190503a, because: read both reports" in log
    assert re.search(r"^head 2:[0-9a-f]{64}$", log, re.M)


def test_the_log_is_exported_line_by_line(desk: Callable[..., Any]) -> None:
    desk("publish", "SY190503a", *BY, "-w", "desk")
    ran = desk("log", "-w", "desk", "--json")
    assert [json.loads(row)["number"] for row in ran.out.splitlines()] == [1]
    assert "head 1:" in ran.err


# ----------------------------------------------------------------- keeping


def test_a_workspace_that_holds_is_said_to_hold(desk: Callable[..., Any]) -> None:
    ran = desk("verify", "desk")
    assert ran.code == 0
    assert "desk holds" in ran.out


def test_an_altered_byte_is_found(desk: Callable[..., Any], tmp_path: Path) -> None:
    kept = next(path for path in (tmp_path / "desk" / "archive").rglob("*") if path.is_file())
    kept.chmod(0o644)
    kept.write_bytes(kept.read_bytes() + b" ")
    ran = desk("verify", "-w", "desk")
    assert ran.code == 1
    assert kept.name in ran.out


def test_a_log_that_was_cut_off_shows_against_a_noted_head(desk: Callable[..., Any]) -> None:
    ran = desk("verify", "desk", "--head", f"7:{'0' * 64}")
    assert ran.code == 1
    assert "cut off" in ran.out
    assert desk("verify", "desk", "--head", "seven").code == 2


def test_a_backup_comes_back_as_it_was(desk: Callable[..., Any]) -> None:
    desk("publish", "SY190503a", *BY, "-w", "desk")
    assert desk("backup", "desk.zip", "-w", "desk").code == 0
    assert desk("restore", "desk.zip", "-w", "again").code == 0
    again, there = desk("log", "-w", "again").out, desk("log", "-w", "desk").out
    assert again == there
    assert desk("restore", "desk.zip", "-w", "again").code == 2


def test_an_added_place_list_places_what_was_unknown(run: Callable[..., Any], tmp_path: Path) -> None:
    text = "On 3 May 2019 an airstrike in the village of Qarbukhtan killed 4 people."
    (tmp_path / "reports.jsonl").write_text(line("village", text))
    run("record", "reports.jsonl", "-w", "desk")
    (before,) = incidents(run).values()
    assert before["where"]["lat"] is None
    (tmp_path / "places.csv").write_text("name,lat,lon,country\nQarbukhtan,35.1,38.2,SY\nNowhere,none,38.2,SY\n")
    added = run("gazetteer", "add", "places.csv", "-w", "desk")
    assert added.code == 1
    assert "1 place added to desk" in added.out
    assert "places.csv, line 3" in added.err
    (after,) = incidents(run).values()
    assert (after["where"]["lat"], after["where"]["lon"], after["where"]["country"]) == (35.1, 38.2, "SY")


# ------------------------------------------------------------------ review


def test_review_lists_what_may_be_one_with_the_commands_that_settle_it(run: Callable[..., Any], tmp_path: Path) -> None:
    first = line("first", RAQQA, publisher="First Outlet")
    second = line(
        "second", "A drone strike on Tuesday hit a market in Raqqa, Syria; nine people died.", publisher="Second Outlet"
    )
    (tmp_path / "reports.jsonl").write_text(first + second)
    assert run("record", "reports.jsonl", "-w", "desk").code == 0
    found = [json.loads(each) for each in run("review", "--json", "-w", "desk").out.splitlines()]
    ran = run("review", "-w", "desk")
    assert ran.code == 0
    assert f"1. {found[0]['left']} and {found[0]['right']}: 9 people counted twice if they are one" in ran.out
    assert "first: “" in ran.out
    assert "period: 3 days apart" in ran.out
    settle = f"decide not-same {found[0]['left']} {found[0]['right']}"
    assert settle in ran.out
    assert run(*settle.split(), *BY, "-w", "desk").code == 0
    assert "No pair of incidents is in doubt." in run("review", "-w", "desk").out
