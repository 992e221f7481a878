"""The sample reports say that they are invented, and expected.json speaks of reports that exist."""

from __future__ import annotations

import csv
import datetime
import email
import email.policy
import html
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from civcas.core.project import default_project

EXAMPLES = Path(__file__).parents[2] / "examples"
MARKS = ("[Constructed sample – invented event]", "[عيّنة مصنوعة – حدث متخيَّل]")
EXPECTED: dict[str, Any] = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))
INCIDENTS: list[dict[str, Any]] = EXPECTED["incidents"]


def _plain(file: Path) -> str:
    if file.suffix == ".eml":
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        return f"{message['From']}\n{message['Date']}\n{message.get_content()}"
    content = file.read_text(encoding="utf-8")
    return html.unescape(re.sub(r"<[^>]+>", " ", content)) if file.suffix == ".html" else content


@cache
def reports() -> list[dict[str, str]]:
    """Every report of the folder; one that is a whole file has the name of the file as its id."""
    found: list[dict[str, str]] = []
    for file in sorted((EXAMPLES / "reports").iterdir()):
        if file.suffix == ".jsonl":
            rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        elif file.suffix == ".csv":
            with file.open(encoding="utf-8", newline="") as table:
                rows = list(csv.DictReader(table))
        else:
            rows = [{"id": file.stem, "text": _plain(file)}]
        found += [{**row, "file": f"reports/{file.name}"} for row in rows]
    return found


@cache
def by_id() -> dict[str, dict[str, str]]:
    return {report["id"]: report for report in reports()}


def test_every_report_is_marked_as_constructed() -> None:
    assert [r["id"] for r in reports() if not any(mark in r["text"] for mark in MARKS)] == []


def test_every_outlet_and_address_is_marked_as_constructed() -> None:
    tables = [r for r in reports() if "publisher" in r]
    assert tables
    for report in tables:
        assert report["publisher"].endswith(("(constructed)", "(عيّنة مصنوعة)")), report["id"]
        assert re.fullmatch(r"https://[a-z-]+\.(example\.org|invalid)/[a-z-]+", report["url"]), report["id"]
    for report in reports():
        if "publisher" not in report:
            assert "(constructed" in report["text"] or "(عيّنة مصنوعة)" in report["text"], report["id"]


def test_ids_are_unique_and_all_known_to_expected() -> None:
    assert [name for name, times in Counter(r["id"] for r in reports()).items() if times > 1] == []
    assert {r["id"]: r["file"] for r in reports()} == {k: d["file"] for k, d in EXPECTED["documents"].items()}


def test_every_report_has_one_place_in_expected() -> None:
    told = [document for incident in INCIDENTS for document in incident["documents"]]
    assert len(told) == len(set(told))
    totals = {entry["document"] for entry in EXPECTED["tallies"] + EXPECTED["strikes"]}
    apart = totals | set(EXPECTED["irrelevant"])
    assert not apart & set(told)
    assert apart | set(told) == set(by_id())


def test_languages() -> None:
    counts = Counter(document["language"] for document in EXPECTED["documents"].values())
    assert counts["en"] >= 14
    assert counts["ar"] >= 9
    for report in reports():
        arabic = len(re.findall(r"[\u0600-\u06ff]", report["text"])) > len(re.findall(r"[A-Za-z]", report["text"]))
        assert EXPECTED["documents"][report["id"]]["language"] == ("ar" if arabic else "en"), report["id"]
        assert report.get("language") in (None, EXPECTED["documents"][report["id"]]["language"])


def test_reports_are_short() -> None:
    assert {r["id"]: len(r["text"].split()) for r in reports() if not 60 <= len(r["text"].split()) <= 190} == {}


def test_belligerents_are_parties_of_the_default_project_and_of_all_sides() -> None:
    accused = {party for incident in INCIDENTS for party in incident["belligerents"]}
    assert len(accused) >= 12
    assert accused <= {party.name for party in default_project().parties}
    for incident in INCIDENTS:
        assert set(incident["positions"]) <= set(incident["belligerents"]), incident["key"]


def test_incidents_are_told_by_several_sources_in_both_languages() -> None:
    many = [i for i in INCIDENTS if len(i["documents"]) >= 3]
    both = [i for i in many if {EXPECTED["documents"][d]["language"] for d in i["documents"]} == {"ar", "en"}]
    assert len(both) >= 5


@pytest.mark.parametrize("incident", INCIDENTS, ids=lambda incident: incident["key"])
def test_expected_incident_holds_together(incident: dict[str, Any]) -> None:
    day = datetime.date.fromisoformat(incident["date"])
    for document in incident["documents"]:
        published = by_id()[document].get("published")
        assert published is None or datetime.date.fromisoformat(published) >= day
    for kind in ("killed", "injured", "missing"):
        ranges = incident.get(kind, {})
        for bounds in ranges.values():
            assert (bounds["min"] is None) == (bounds["max"] is None)
            assert bounds["min"] is None or 0 <= bounds["min"] <= bounds["max"]
        civilians = ranges.get("civilians")
        for part in ("children", "women"):
            if civilians and civilians["max"] is not None and part in ranges:
                assert ranges[part]["max"] <= civilians["max"]
    named = sum(victim["outcome"] == "killed" for victim in incident["victims"])
    assert named <= (incident["killed"]["civilians"]["min"] or 0), "names raise the minimum (domain 3.2.2)"


@pytest.mark.parametrize("incident", INCIDENTS, ids=lambda incident: incident["key"])
def test_named_victims_stand_in_the_reports(incident: dict[str, Any]) -> None:
    texts = " ".join(" ".join(by_id()[document]["text"].split()) for document in incident["documents"])
    for victim in incident["victims"]:
        for name in victim["names"]:
            assert name in texts
        assert str(victim["age"]) in texts


def test_syndicated_copies_are_the_same_text_at_two_outlets() -> None:
    for first, second in EXPECTED["syndicated"]:
        assert by_id()[first]["text"] == by_id()[second]["text"]
        assert by_id()[first]["publisher"] != by_id()[second]["publisher"]


def test_readme_tells_of_every_incident_and_report() -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    rows = [line for line in readme.splitlines() if line.startswith("| ")]
    for incident in INCIDENTS:
        assert any(
            row.startswith(f"| {incident['place']}, {incident['country']} | {incident['date']} |")
            and all(f"`{document}`" in row for document in incident["documents"])
            and all(party in row for party in incident["belligerents"])
            for row in rows
        ), incident["key"]
    for apart in (*EXPECTED["irrelevant"], *(entry["document"] for entry in EXPECTED["tallies"] + EXPECTED["strikes"])):
        assert f"`{apart}`" in readme
