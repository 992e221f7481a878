"""What cannot be read is named, the exit code says so, and everything readable is recorded all the same."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from civcas.cli import main
from civcas.store import open_store

STRIKE = "On {day} May 2019 an airstrike in {town}, Syria killed {day} civilians."
TOWNS = {3: "Raqqa", 12: "Homs", 20: "Idlib"}


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Record = Callable[..., Ran]


@pytest.fixture
def record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., Ran]:
    """Records the inputs, which lie in the current folder."""
    monkeypatch.chdir(tmp_path)

    def call(*inputs: str) -> Ran:
        code = main(["record", *inputs, "-w", "desk"])
        out, err = capsysbinary.readouterr()
        return Ran(code, out.decode(), err.decode())

    return call


def strike(day: int) -> str:
    return STRIKE.format(day=day, town=TOWNS[day])


def line(day: int) -> str:
    return json.dumps({"id": f"day-{day}", "text": strike(day), "published": f"2019-05-{day + 1:02}"}) + "\n"


def stored() -> list[str]:
    with open_store(Path("desk"), create=False) as store:
        return [problem.source for problem in store.problems()]


def bomb(name: str, member: str) -> None:
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr(member, bytes(64_000_000))


def test_a_missing_file(record: Record) -> None:
    Path("good.jsonl").write_text(line(3))
    ran = record("good.jsonl", "missing.txt")
    assert ran.code == 1
    assert "missing.txt: there is no such file" in ran.err
    assert "SY190503a" in ran.out
    assert record("missing.txt").code == 2


def test_a_broken_pdf(record: Record) -> None:
    Path("good.jsonl").write_text(line(3))
    Path("broken.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    ran = record("broken.pdf", "good.jsonl")
    assert ran.code == 1
    assert "broken.pdf: " in ran.err
    assert "SY190503a" in ran.out
    assert stored() == ["broken.pdf"]


def test_json_lines_that_are_no_objects_or_no_json(record: Record) -> None:
    Path("mixed.jsonl").write_text(line(3) + "[1, 2]\n" + '"words"\n' + "{broken\n" + line(12))
    ran = record("mixed.jsonl")
    assert ran.code == 1
    for number in (2, 3, 4):
        assert f"mixed.jsonl, line {number}: " in ran.err
    assert "SY190503a" in ran.out
    assert "SY190512a" in ran.out


def test_mixed_encodings(record: Record) -> None:
    text = "On 3 May 2019 an airstrike in Raqqa, Syria killed 3 civilians near the café.\n"
    Path("latin.txt").write_bytes(text.encode("cp1252"))
    Path("both.txt").write_bytes(text.replace("3", "4").encode("cp1252") + "قتل مدني في حمص\n".encode())
    Path("wide.txt").write_bytes(text.replace("3", "6").encode("utf-16"))
    ran = record("latin.txt", "both.txt", "wide.txt")
    assert ran.code == 0
    assert "3 reports taken in, 3 new" in ran.out
    with open_store(Path("desk"), create=False) as store:
        texts = [document.text for document in store.documents()]
    assert all("café" in text for text in texts)
    assert sum("قتل مدني في حمص" in text for text in texts) == 1


@pytest.mark.parametrize(("name", "member"), [("bomb.docx", "word/document.xml"), ("bomb.xlsx", "xl/workbook.xml")])
def test_a_zip_bomb_is_not_unfolded(record: Record, name: str, member: str) -> None:
    Path("good.jsonl").write_text(line(3))
    bomb(name, member)
    ran = record(name, "good.jsonl")
    assert ran.code == 1
    assert f"{name}: is packed like a zip bomb" in ran.err
    assert "SY190503a" in ran.out


def test_all_of_it_in_one_folder(record: Record) -> None:
    Path("reports").mkdir()
    Path("reports/good.jsonl").write_text(line(3) + "null\n" + line(20))
    Path("reports/broken.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    Path("reports/empty.txt").write_bytes(b"")
    ran = record("reports")
    assert ran.code == 1
    for told in ("reports/good.jsonl, line 2: ", "reports/broken.pdf: ", "reports/empty.txt: "):
        assert told in ran.err
    assert "SY190503a" in ran.out
    assert "SY190520a" in ran.out


def test_the_same_problems_again_are_told_again_and_stored_once(record: Record) -> None:
    Path("mixed.jsonl").write_text(line(3) + "[1, 2]\n")
    first, second = record("mixed.jsonl"), record("mixed.jsonl")
    assert first.err == second.err
    assert "Nothing has changed" in second.out
    assert stored() == ["mixed.jsonl"]


def test_characters_that_reverse_text_are_kept_and_warned_of(record: Record) -> None:
    text = strike(3) + " \u202eneddih\u202c"
    Path("report.txt").write_text(text, encoding="utf-8")
    assert record("report.txt").code == 0
    with open_store(Path("desk"), create=False) as store:
        (document,) = store.documents()
    assert document.text == text
    assert any("U+202E" in warning for warning in document.warnings)
