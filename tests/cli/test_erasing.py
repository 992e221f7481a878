"""erase on a real workspace: nothing of it is left in any file, and everything verifies. All names are invented."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from civcas.store import open_store

NAME = "Marwan Qasimzadeh"
FIRST = (
    f"On 3 May 2019 an airstrike in Raqqa, Syria killed 40 civilians, among them {NAME}, 34. Witness words: zebrafinch."
)
SECOND = "Residents said an airstrike killed 45 civilians in Raqqa, Syria on 3 May 2019."
ARABIC = "قتل مروان القاسمي، ٣٤ عاما، في غارة جوية على الرقة في 3 أيار 2019."
BY = ("--by", "An Admin", "--reason", "the family asked", "-w", "desk", "--yes")


def report(name: str, text: str, **fields: str) -> str:
    return json.dumps({"id": name, "text": text, "published": "2019-05-05", **fields}, ensure_ascii=False) + "\n"


@pytest.fixture
def desk(run: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """Two reports in one file, one in Arabic; a decision whose reason names somebody; a correction about a claim."""
    both = report("first", FIRST, title=f"{NAME} killed", publisher="First Outlet") + report("second", SECOND)
    (tmp_path / "reports.jsonl").write_text(both)
    (tmp_path / f"about {NAME}.txt").write_text(f"{FIRST}\n\nAnother copy, with pelican in it.")
    (tmp_path / "arabic.txt").write_text(ARABIC)
    assert run("record", "reports.jsonl", f"about {NAME}.txt", "arabic.txt", "-w", "desk").code == 0
    return run


def left(folder: Path, *words: str) -> list[tuple[str, str]]:
    """The files in which any of the words stands, in any encoding that civcas writes."""
    found = []
    for path in sorted(folder.rglob("*")):
        data = path.read_bytes() if path.is_file() else b""
        for word in words:
            forms = {word, json.dumps(word)[1:-1], word.lower()}
            if any(form.encode() in data for form in forms):
                found.append((path.name, word))
    return found


def text_of(desk: Callable[..., Any], id_: str) -> str:
    with open_store(Path("desk"), create=False) as store:
        document = store.document(id_)
        return "" if document is None else document.text


def test_nothing_is_left_of_a_document(desk: Callable[..., Any], tmp_path: Path) -> None:
    assert left(tmp_path / "desk", "zebrafinch")
    copy = next(d for d in _ids() if d not in ("first", "second"))
    assert desk("override", "SY190503a", "grade", "fair", *BY[:-1]).code == 0
    ran = desk("erase", "first", copy, *BY)
    assert ran.code == 0, ran.err
    assert "Backups" in ran.out
    assert left(tmp_path / "desk", "zebrafinch", "pelican", NAME, "Qasimzadeh") == []
    verified = desk("verify", "desk")
    assert (verified.code, verified.out.count("holds")) == (0, 1), verified.out
    assert text_of(desk, "first") == ""
    (found,) = [json.loads(line) for line in desk("incidents", "--json", "-w", "desk").out.splitlines()][:1]
    assert found["killed"]["civilians"] == {"min": 45, "max": 45}
    assert desk("backup", tmp_path / "after.zip", "-w", "desk").code == 0
    assert desk("restore", tmp_path / "after.zip", "-w", "again").code == 0


def _ids() -> list[str]:
    with open_store(Path("desk"), create=False) as store:
        return [d.id for d in store.documents() if "Raqqa" in d.text]


def test_only_a_name_is_taken_out_and_the_figures_stay(desk: Callable[..., Any], tmp_path: Path) -> None:
    before = json.loads(
        desk("explain", "SY190503a", "killed.civilians.min", "--json", "-w", "desk").out.splitlines()[0]
    )
    ran = desk("erase", "first", "--person", NAME, *BY)
    assert ran.code == 0, ran.err
    assert "The name still stands in: " in ran.out
    copy = next(d for d in _ids() if d not in ("first", "second"))
    assert copy in ran.out
    assert desk("erase", copy, "--person", NAME.lower(), *BY).code == 0
    assert left(tmp_path / "desk", NAME, "Qasimzadeh", "Marwan") == []
    text = text_of(desk, "first")
    assert "among them ██████ ██████████, 34" in text
    assert len(text) == len(FIRST)
    assert desk("verify", "desk").code == 0
    after = json.loads(desk("explain", "SY190503a", "killed.civilians.min", "--json", "-w", "desk").out.splitlines()[0])
    assert after["value"] == before["value"]


def test_an_arabic_name_is_found_with_its_vowel_signs_and_particles(desk: Callable[..., Any], tmp_path: Path) -> None:
    id_ = _arabic()
    assert desk("erase", id_, "--person", "مروان القاسمي", *BY).code == 0
    assert left(tmp_path / "desk", "القاسمي") == []
    assert desk("verify", "desk").code == 0


def _arabic() -> str:
    with open_store(Path("desk"), create=False) as store:
        return next(d.id for d in store.documents() if "قتل" in d.text)


def test_what_was_erased_is_not_taken_in_again(desk: Callable[..., Any], tmp_path: Path) -> None:
    assert desk("erase", "first", *BY).code == 0
    ran = desk("record", "reports.jsonl", "-w", "desk")
    assert ran.code == 1
    assert "was erased from this record (line 1 of the log)" in ran.err
    assert text_of(desk, "first") == ""
    copy = next(d for d in _ids() if d != "second")
    assert desk("erase", copy, *BY).code == 0
    assert left(tmp_path / "desk", "zebrafinch") == []
    assert desk("verify", "desk").code == 0


def test_bytes_that_an_erasing_left_behind_are_told_and_cleared(desk: Callable[..., Any], tmp_path: Path) -> None:
    with open_store(tmp_path / "desk", create=False) as store:
        document = store.document("second")
        assert document is not None
        assert document.sha256 is not None
        digest = document.sha256
    path = tmp_path / "desk" / "archive" / digest[:2] / digest[2:4] / digest
    data = path.read_bytes()
    assert desk("erase", "second", *BY).code == 0
    assert not path.exists()
    path.write_bytes(data)
    ran = desk("verify", "desk")
    assert ran.code == 1
    assert "lies in the archive though line 1 of the log says that it was erased" in ran.out
    desk("record", "arabic.txt", "-w", "desk")
    assert desk("verify", "desk").code == 0


def test_what_was_altered_elsewhere_still_shows_after_an_erasing(desk: Callable[..., Any], tmp_path: Path) -> None:
    """An erasing seals anew its own rows alone: it cannot be used to cover up another change."""
    connection = sqlite3.connect(tmp_path / "desk" / "civcas.sqlite3")
    moved = "UPDATE store_capturerow SET body = replace(body, 'reports.jsonl', 'elsewhere.jsonl')"
    connection.execute(f"{moved} WHERE document_id = 'second'")
    connection.commit()
    connection.close()
    assert "capture of document 'second' was altered" in desk("verify", "desk").out
    assert desk("erase", "first", *BY).code == 0
    assert "capture of document 'second' was altered" in desk("verify", "desk").out


def test_a_line_of_the_log_is_erased_and_its_decision_still_stands(desk: Callable[..., Any], tmp_path: Path) -> None:
    assert desk("exclude", "second", "--by", "A", "--reason", "told by turaco", "-w", "desk").code == 0
    assert left(tmp_path / "desk", "turaco")
    assert desk("erase", "--line", "1", *BY).code == 0
    assert left(tmp_path / "desk", "turaco") == []
    assert desk("verify", "desk").code == 0
    assert "(erased)" in desk("log", "-w", "desk").out
    assert "45" not in desk("explain", "SY190503a", "killed.civilians.max", "-w", "desk").out.splitlines()[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name a document, or a line"),
        (("nothing",), "there is no document 'nothing'"),
        (("first", "nothing"), "nothing was erased"),
        (("--line", "9"), "line 9 of the log is not there"),
        (("--line", "0"), "not in the range"),
        (("--person", NAME), "--person needs the documents"),
        (("first", "--person", "Nobody Atall"), "no such name stands in document 'first'"),
        (("first", "--person", "."), "a name has at least 2 letters"),
        (("first", "--person", ""), "a name has at least 2 letters"),
        (("first", "--person", "the family"), "the reason holds the name"),
    ],
)
def test_bad_input_erases_nothing(desk: Callable[..., Any], tmp_path: Path, arguments: Any, message: str) -> None:
    ran = desk("erase", *arguments, *BY)
    assert (ran.code, message in ran.err) == (2, True), ran.err
    assert left(tmp_path / "desk", "zebrafinch")
    assert "head 0:" in desk("log", "-w", "desk").out


def test_it_asks_before_it_erases(desk: Callable[..., Any], tmp_path: Path) -> None:
    assert desk("erase", "first", *BY[:-1], stdin=b"n\n").code == 130
    assert text_of(desk, "first") == FIRST
    assert desk("erase", "first", *BY[:-1], stdin=b"y\n").code == 0
    assert text_of(desk, "first") == ""
