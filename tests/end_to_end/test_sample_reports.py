"""`civcas demo` over the invented sample reports: the incidents that expected.json states, published where settled."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from civcas.cli import main
from civcas.store import open_store

EXAMPLES = Path(__file__).parents[2] / "examples"
EXPECTED: dict[str, Any] = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))
UNKNOWN = {"min": None, "max": None}
STATED = {one["key"]: one for one in EXPECTED["incidents"]}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "workspace"
    assert main(["demo", "-w", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def incident(workspace: Path) -> Callable[[str], dict[str, Any]]:
    """The incident that most of the reports of an expected one were joined to."""
    with open_store(workspace, create=False) as store:
        names = {c.document: c.given_id or Path(c.source).stem for c in store.captures()}
        found = [
            {"reports": {names[d] for d in a.documents}, **json.loads(msgspec.json.encode(a))}
            for a in store.assessments()
        ]

    @cache
    def named(key: str) -> dict[str, Any]:
        wanted = set(STATED[key]["documents"])
        return max(found, key=lambda one: len(wanted & one["reports"]))

    return named


@pytest.mark.parametrize("key", STATED)
def test_an_incident_is_of_its_day_and_joins_only_its_own_reports(
    incident: Callable[[str], dict[str, Any]], key: str
) -> None:
    found, stated = incident(key), STATED[key]
    assert found["reports"] <= set(stated["documents"])
    assert found["when"]["start"] == found["when"]["end"] == stated["date"]


@pytest.mark.parametrize("key", STATED)
def test_the_injured_are_counted_as_the_rules_say(incident: Callable[[str], dict[str, Any]], key: str) -> None:
    found = incident(key)["injured"]
    for group, stated in STATED[key].get("injured", {}).items():
        assert found.get(group, UNKNOWN) == stated, group


@pytest.mark.parametrize(
    "key",
    [
        "markadah", "darkush", "tall-abyad", "jarabulus", "hawijah", "hays", "sderot", "lebedyn", "khartsyzk", "rahad",
    ],
)  # fmt: skip
def test_the_killed_are_counted_as_the_rules_say(incident: Callable[[str], dict[str, Any]], key: str) -> None:
    found = incident(key)["killed"]
    for group, stated in STATED[key].get("killed", {}).items():
        assert found.get(group, UNKNOWN) == stated, group


def test_what_is_settled_is_public_and_nothing_else(workspace: Path) -> None:
    with open_store(workspace, create=False) as store:
        settled = {a.code for a in store.assessments() if a.grade in ("confirmed", "fair")}
        assert store.published() == settled
    assert len(settled) >= 6


def test_the_irrelevant_report_tells_of_nothing(workspace: Path) -> None:
    with open_store(workspace, create=False) as store:
        assert list(store.accounts(EXPECTED["irrelevant"])) == []


def test_run_again_it_changes_nothing(workspace: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["demo", "-w", str(workspace)]) == 0
    assert "Nothing has changed" in capsysbinary.readouterr().out.decode()
    with open_store(workspace, create=False) as store:
        number = store.head().number
        assert number == len(store.published())


def test_the_result_does_not_depend_on_where_the_reports_lie(workspace: Path, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "reports", tmp_path / "elsewhere")
    assert main(["record", str(tmp_path / "elsewhere"), "-w", str(tmp_path / "desk")]) == 0
    with open_store(workspace, create=False) as demo, open_store(tmp_path / "desk", create=False) as desk:
        assert [a.code for a in demo.assessments()] == [a.code for a in desk.assessments()]
        assert [a.killed for a in demo.assessments()] == [a.killed for a in desk.assessments()]
