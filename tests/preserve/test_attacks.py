"""Hostile files: each is refused by name, quickly, and what lies beside it is still read."""

from __future__ import annotations

import gzip
import io
import os
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.preserve.made import (
    ARABIC,
    REPORT,
    Gathered,
    gather,
    gather_bytes,
    letter,
    member,
    pdf,
    repacked,
    warc_record,
    web_archive,
    word,
    workbook,
)

from civcas.core.errors import BadSource
from civcas.preserve import limits
from civcas.preserve.readers import lines, pdf_pages, tables, warc

ZEROS = bytes(16 << 20)
BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "killed killed killed">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>"""


@pytest.fixture(autouse=True)
def _quickly() -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < 60


def beside_a_sound_report(name: str, data: bytes, folder: Path) -> Gathered:
    """What is gathered of a folder with the file and, after it, a report; the report is always read."""
    inbox = folder / "inbox"
    inbox.mkdir()
    (inbox / name).write_bytes(data)
    (inbox / "z.txt").write_text(REPORT)
    found = gather(inbox, folder=folder)
    assert found.documents[-1].text == REPORT
    return found


def refused(name: str, data: bytes, folder: Path) -> str:
    found = beside_a_sound_report(name, data, folder)
    assert len(found.documents) == 1
    assert found.problem.source.endswith(name)
    return found.problem.message


@pytest.mark.parametrize("name", ["word/document.xml", "word/media/a.png", "customXml/item.xml"])
def test_zip_bomb_in_a_word_document(tmp_path: Path, name: str) -> None:
    assert "zip bomb" in refused("a.docx", repacked(word(REPORT), {name: ZEROS}), tmp_path)


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_zip_bomb_in_a_workbook(tmp_path: Path, name: str) -> None:
    assert "zip bomb" in refused("a.xlsx", repacked(workbook([["text"], [REPORT]]), {name: ZEROS}), tmp_path)


def test_zip_of_too_many_members(tmp_path: Path) -> None:
    many = {f"word/media/{n}.xml": b"" for n in range(limits.MEMBERS + 1)}
    assert f"has {limits.MEMBERS + 1 + len(zipfile.ZipFile(io.BytesIO(word(REPORT))).namelist())} members" in refused(
        "a.docx", repacked(word(REPORT), many), tmp_path
    )


@pytest.mark.parametrize("guard", ["directory", "unfolding"])
def test_zip_of_members_too_large_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guard: str) -> None:
    noise = {f"word/media/{n}.bin": os.urandom(300_000) for n in range(4)}
    data = repacked(word(REPORT), noise)
    monkeypatch.setattr(limits, "TOTAL", 1 << 20)
    other = "_inflate" if guard == "directory" else "_check_directory"  # each must hold without the other
    monkeypatch.setattr(limits, other, lambda *_: b"")
    assert "unfold to more than 1 MB" in refused("a.docx", data, tmp_path)


def test_zip_whose_directory_lies_about_its_sizes(tmp_path: Path) -> None:
    """The directory says 100 bytes; the packed member holds 16 MB."""
    name = b"word/media/a.bin"
    data = bytearray(repacked(word(REPORT), {name.decode(): ZEROS}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.rindex(mark, 0, data.index(name, data.index(mark)) if mark == b"PK\x03\x04" else None)
        while name not in data[start : start + 100]:
            start = data.rindex(mark, 0, start)
        struct.pack_into("<I", data, start + at, 100)
    before = time.process_time()
    message = refused("a.docx", bytes(data), tmp_path)
    assert "broken" in message or "zip bomb" in message
    assert time.process_time() - before < 10


@pytest.mark.parametrize("size", [limits.SMALL + 1, 100])
def test_members_are_counted_while_they_unfold(size: int) -> None:
    """Held apart from the directory's own sizes: those may lie."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("a", bytes(size))
    with zipfile.ZipFile(packed) as opened:
        most = size - 1 if size == 100 else 1 << 30
        with pytest.raises(BadSource, match="zip bomb"):
            limits._inflate(opened, opened.infolist()[0], most)


def test_two_members_of_one_name(tmp_path: Path) -> None:
    out = io.BytesIO(word(REPORT))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(out, "a") as packed:
        packed.writestr("word/document.xml", b"<other/>")
    assert "two of its members have one name" in refused("a.docx", out.getvalue(), tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entity_bomb_in_a_word_document(tmp_path: Path, encoding: str) -> None:
    plain = member(word("TOLL"), "word/document.xml").decode()
    body = BOMB.decode() + plain.partition("?>")[2].replace("TOLL", "&c;")
    data = repacked(
        word("TOLL"),
        {
            "word/document.xml": body.replace(' version="1.0"', f' version="1.0" encoding="{encoding}"', 1).encode(
                encoding
            )
        },
    )
    assert "declares entities in word/document.xml" in refused("a.docx", data, tmp_path)


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_entity_bomb_in_a_workbook(tmp_path: Path, name: str) -> None:
    sound = workbook([["text"], [REPORT]])
    body = BOMB + member(sound, name).partition(b"?>")[2].replace(b"text", b"&c;", 1)
    assert f"declares entities in {name}" in refused("a.xlsx", repacked(sound, {name: body}), tmp_path)


def test_file_that_asks_for_another_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("password")
    entity = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'.encode()
    head, _, rest = member(word("TOLL"), "word/document.xml").partition(b"?>")
    data = repacked(word("TOLL"), {"word/document.xml": head + b"?>" + entity + rest.replace(b"TOLL", b"&x;")})
    assert "declares entities" in refused("a.docx", data, tmp_path)


def test_workbook_cell_named_by_a_million_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "UNFOLDED", 100_000)
    monkeypatch.setattr(tables, "RATIO", 1)
    found = beside_a_sound_report(
        "a.xlsx", workbook([["text", "id"], *(["x" * 9000, f"i{n}"] for n in range(100))]), tmp_path
    )
    assert "unfolds to more than 100000 characters" in found.problem.message
    assert len(found.documents) == 11 + 1  # the rows before the limit stay


@pytest.mark.parametrize("stated", [b"A1:XFD1048576", b"A1:A1"])
def test_workbook_that_lies_about_its_size(tmp_path: Path, stated: bytes) -> None:
    """Neither does a false size make it read millions of cells, nor hide rows."""
    sound = workbook([["title", "text"], ["T", REPORT]])
    body = member(sound, "xl/worksheets/sheet1.xml").replace(b'ref="A1:B2"', b'ref="%s"' % stated)
    assert stated in body
    found = beside_a_sound_report("a.xlsx", repacked(sound, {"xl/worksheets/sheet1.xml": body}), tmp_path)
    assert [one.text for one in found.documents] == [REPORT, REPORT]


def test_gzip_bomb_in_a_web_archive(tmp_path: Path) -> None:
    sound = web_archive(("https://o.example/1", "text/plain", ARABIC.encode()))
    bomb = warc_record("https://o.example/2", "text/plain", ZEROS * 5)
    found = beside_a_sound_report("a.warc.gz", sound + bomb, tmp_path)
    assert [one.text for one in found.documents] == [ARABIC, REPORT]
    assert "gzip bomb" in found.problem.message


def test_bomb_behind_the_compression_of_http(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "RECORD", 8 << 20)
    bomb = warc_record("https://o.example/1", "text/plain", gzip.compress(ZEROS), encoding="gzip")
    sound = web_archive(("https://o.example/2", "text/plain", ARABIC.encode()))
    found = beside_a_sound_report("a.warc.gz", bomb + sound, tmp_path)
    assert [one.text for one in found.documents] == [ARABIC, REPORT]
    assert "record 1 (https://o.example/1) unfolds to more than 8 MB" in found.problem.message


def test_gunzip_reads_members_in_a_row_and_counts_over_all() -> None:
    packed = gzip.compress(b"one") + gzip.compress(b"two") + bytes(512)
    assert limits.Gunzip(io.BytesIO(packed)).readall() == b"onetwo"
    many = gzip.compress(bytes(1 << 20)) * 100
    with pytest.raises(BadSource, match="gzip bomb"):
        limits.Gunzip(io.BytesIO(many), small=1 << 20).readall()
    with pytest.raises(BadSource, match="cut off"):
        limits.Gunzip(io.BytesIO(packed[:15])).readall()
    with pytest.raises(BadSource, match="broken gzip"):
        limits.Gunzip(io.BytesIO(gzip.compress(b"one") + b"rubbish")).readall()


@pytest.mark.parametrize("depth", [200, 20_000])
def test_mail_of_endless_parts_in_parts(tmp_path: Path, depth: int) -> None:
    head = b"From: a@sample.example\r\nMIME-Version: 1.0\r\n"
    nest = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    message = refused("a.eml", head + nest + b"Content-Type: text/plain\r\n\r\nwords\r\n", tmp_path)
    assert "nested more than a hundred deep" in message


def test_mails_forwarded_without_end(tmp_path: Path) -> None:
    mail = letter("Innermost.")
    for number in range(9):
        outer = letter(f"Outer {number}.")
        outer.add_attachment(mail)
        mail = outer
    found = beside_a_sound_report("a.eml", mail.as_bytes(), tmp_path)
    assert len(found.documents) == 6 + 1
    assert "more than 5 files deep" in found.problem.message


def test_mail_of_thousands_of_parts(tmp_path: Path) -> None:
    part = b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nx\r\n"
    head = b"From: a@sample.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    assert "more than 1000 parts" in refused("a.eml", head + part * 1001 + b"--b--\r\n", tmp_path)


def test_pdf_that_crashes_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crash = tmp_path / "crash.py"
    crash.write_text("import os; os.abort()")
    monkeypatch.setattr(pdf_pages, "__file__", str(crash))
    assert "its reader broke down on" in refused("a.pdf", pdf("Five killed."), tmp_path)


def test_pdf_that_hangs_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hang = tmp_path / "hang.py"
    hang.write_text("import time; time.sleep(600)")
    monkeypatch.setattr(pdf_pages, "__file__", str(hang))
    monkeypatch.setattr(pdf_pages, "SECONDS", 0.3)
    assert "takes too long" in refused("a.pdf", pdf("Five killed."), tmp_path)


def test_pdf_packed_like_a_bomb(tmp_path: Path) -> None:
    words = b"BT /F1 12 Tf 72 700 Td (Five killed.) Tj ET" + b" " * (100 << 20)
    packed = zlib.compress(words, 9)
    data = pdf("TOLL")
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed) + packed + b"\nendstream"
    start, end = data.index(b"<< /Length"), data.index(b"endstream") + len(b"endstream")
    found = beside_a_sound_report("a.pdf", data[:start] + stream + data[end:], tmp_path)
    assert found.documents[0].text == "Five killed." or found.problems


def test_line_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST", 1 << 20)
    endless = b'{"text": "' + b"a" * (5 << 20) + b'"}\n'
    sound = b'{"text": "a report"}\n'
    found = beside_a_sound_report("a.jsonl", sound + endless + sound, tmp_path)
    assert [one.text for one in found.documents] == ["a report", "a report", REPORT]
    assert (found.problem.line, found.problem.message) == (2, "is longer than 1 MB")


def test_file_too_large_for_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civcas.preserve.capture.WHOLE", 1000)
    assert "is larger than" in refused("a.txt", b"word " * 300, tmp_path)
    found = gather_bytes("b.jsonl", b'{"text": "a report"}\n' * 100, tmp_path)
    assert len(found.documents) == 100


def test_text_of_fifty_megabytes_is_read(tmp_path: Path) -> None:
    text = f"{ARABIC}\n" * (50_000_000 // len(f"{ARABIC}\n".encode()) + 1)
    start = time.process_time()
    assert gather_bytes("a.txt", text.encode(), tmp_path).document.text == text
    assert time.process_time() - start < 10
