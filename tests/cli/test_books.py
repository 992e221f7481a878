"""codebook preview and apply on a real workspace. All reports here are invented."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SEVERAL = "On 4 May 2019 shelling in Homs, Syria killed dozens of people."
PLAIN = "On 3 May 2019 an airstrike in Raqqa, Syria killed 40 civilians."
OURS = 'name = "ours"\nversion = "7"\nextends = "default"\n[words.dozens]\nsource = "our rule"\nmin = 24\nmax = 99\n'
BY = ("--by", "An Editor", "--reason", "dozens is 24 with us", "-w", "desk")
CODE = "SY190504a"


@pytest.fixture
def desk(run: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    reports = [{"id": n, "text": t, "published": "2019-05-05"} for n, t in (("homs", SEVERAL), ("raqqa", PLAIN))]
    (tmp_path / "reports.jsonl").write_text("".join(json.dumps(r) + "\n" for r in reports))
    (tmp_path / "ours.toml").write_text(OURS)
    assert run("record", "reports.jsonl", "-w", "desk").code == 0
    return run


def killed(desk: Callable[..., Any], *options: str) -> dict[str, Any]:
    out = desk("incidents", "--json", "-w", "desk", *options).out
    return {i["code"]: i["killed"]["civilians"] for i in map(json.loads, out.splitlines())}


def test_what_would_move_is_shown_and_nothing_is_changed(desk: Callable[..., Any]) -> None:
    before = killed(desk)
    ran = desk("codebook", "preview", "ours.toml", "-w", "desk")
    assert ran.code == 0, ran.err
    assert f"{CODE}  changed" in ran.out
    assert f"killed.civilians.min {before[CODE]['min']} -> 24" in ran.out
    assert "because: the codebook: default" in ran.out
    assert "SY190503a" not in ran.out
    assert f"civilians killed: {24 - before[CODE]['min']:+d} minimum" in ran.out
    assert killed(desk) == before
    assert "head 0:" in desk("log", "-w", "desk").out


def test_what_the_preview_shows_is_what_applying_does(desk: Callable[..., Any]) -> None:
    lines = desk("codebook", "preview", "ours.toml", "--json", "-w", "desk").out.splitlines()
    changed, total = map(json.loads, lines)
    said = {m["field"]: m["after"] for m in changed["moved"]}
    assert total["why"] == {"codebook": 1}
    before = killed(desk)
    ran = desk("codebook", "apply", "ours.toml", *BY)
    assert ran.code == 0, ran.err
    assert "codebook" in desk("log", "-w", "desk").out
    now = killed(desk)
    assert now[CODE] == {"min": said["killed.civilians.min"], "max": said["killed.civilians.max"]}
    assert now[CODE] == {"min": 24, "max": 99}
    assert killed(desk, "--as-of", "0") == before
    assert killed(desk, "--as-of", "1") == now
    told = desk("diff", "0", "1", "-w", "desk").out
    assert "because: the codebook: default" in told
    explained = desk("explain", CODE, "killed.civilians.min", "-w", "desk").out
    assert "our rule: 'dozens' in the codebook ours 7" in explained


def test_a_codebook_in_force_outlives_its_file_and_can_be_taken_back(desk: Callable[..., Any], tmp_path: Path) -> None:
    before = killed(desk)
    assert desk("codebook", "apply", "ours.toml", *BY).code == 0
    (tmp_path / "ours.toml").unlink()
    assert desk("record", "reports.jsonl", "-w", "desk").code == 0
    assert killed(desk)[CODE]["min"] == 24
    assert desk("undo", "1", *BY).code == 0
    assert killed(desk) == before
    assert desk("verify", "desk").code == 0


def test_the_same_one_again_is_no_second_line(desk: Callable[..., Any]) -> None:
    assert desk("codebook", "apply", "ours.toml", *BY).code == 0
    assert desk("codebook", "apply", "ours.toml", *BY).code == 0
    assert "head 1:" in desk("log", "-w", "desk").out
    nothing = desk("codebook", "preview", "ours.toml", "-w", "desk").out
    assert "Nothing moved between codebook ours 7 and codebook ours 7" in nothing


def test_a_codebook_changed_in_the_project_without_a_decision_is_told(desk: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "desk" / "project.toml").write_text(f'version = "1"\ncodebook = "{tmp_path / "ours.toml"}"\n')
    ran = desk("record", "reports.jsonl", "-w", "desk")
    assert "note: " in ran.err
    assert "the codebook is ours 7 now, default" in ran.err
    assert "codebook preview" in ran.err
    assert "codebook" not in desk("record", "reports.jsonl", "-w", "desk").err


@pytest.mark.parametrize("verb", ["preview", "apply"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no codebook is called 'nothing.toml'|nothing.toml: No such file"),
        (b"", "bad.toml: "),
        (b"\xff\xfe", "bad.toml: it is no UTF-8 text"),
        (b'name = "x"\nversion = "1"\n[words.dozens]\nsource = "s"\nmin = 9\nmax = 2\n', "above its maximum"),
        (b'name = "x"\nversion = "1"\nunknown = 3\n', "unknown"),
        (b'name = "x"\nversion = "1"\nextends = "nothing"\n', "no codebook is called 'nothing'"),
    ],
)
def test_what_is_no_codebook_is_named(
    desk: Callable[..., Any], tmp_path: Path, verb: str, content: bytes | None, message: str
) -> None:
    name = "nothing.toml" if content is None else "bad.toml"
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ran = desk("codebook", verb, name, *(BY if verb == "apply" else BY[-2:]))
    assert ran.code == 2
    assert any(part in ran.err for part in message.split("|")), ran.err
    assert "head 0:" in desk("log", "-w", "desk").out


def test_an_empty_workspace_has_nothing_to_move(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("A quiet day.")
    run("collect", "note.txt", "-w", "desk")
    assert "Nothing moved" in run("codebook", "preview", "isaf", "-w", "desk").out
