"""Collecting: folders, media beside reports, names of every sort, and nothing that ever stops it."""

from __future__ import annotations

import io
import os
import shutil
import socket
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.preserve.made import (
    ARABIC,
    AT,
    JPEG,
    PNG,
    REPORT,
    Gathered,
    gather,
    gather_bytes,
    letter,
    member,
    page,
    repacked,
    web_archive,
    word,
    workbook,
)

from civcas.core.errors import BadStore
from civcas.preserve import READERS, Archive, collect
from civcas.preserve.parts import Part, Report, Source


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def names(found: Gathered, inbox: Path) -> list[str]:
    return [str(Path(one.capture.source).relative_to(inbox)) for one in found.captured]


def test_folder_is_walked_in_the_order_of_names_without_hidden_files(inbox: Path, tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.txt", "a/1.txt", ".hidden.txt", ".git/c.txt", "c/d/e.txt"):
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_text(f"{REPORT} {name}")
    found = gather(inbox, folder=tmp_path)
    assert names(found, inbox) == ["a/1.txt", "a/2.txt", "b.txt", "c/d/e.txt"]
    assert found.problems == found.notices == []


def test_links_out_of_a_folder_and_circles_are_not_followed(inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("not yours")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "f.txt").write_text("not yours")
    (inbox / "report.txt").write_text(REPORT)
    (inbox / "out.txt").symlink_to(tmp_path / "outside.txt")
    (inbox / "folder").symlink_to(tmp_path / "elsewhere")
    (inbox / "circle").symlink_to(inbox)
    (inbox / "same.txt").symlink_to(inbox / "report.txt")
    (inbox / "gone.txt").symlink_to(inbox / "nothing")
    found = gather(inbox, folder=tmp_path)
    assert [one.text for one in found.documents] == [REPORT, REPORT]
    assert {Path(notice.source).name for notice in found.notices} == {"out.txt", "folder"}
    assert found.problem.source.endswith("gone.txt")


def test_link_that_the_user_names_is_followed(inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text(REPORT)
    (inbox / "link.txt").symlink_to(tmp_path / "real.txt")
    assert gather(inbox / "link.txt", folder=tmp_path).document.text == REPORT


def test_pipes_and_sockets_in_a_folder_are_not_opened(inbox: Path, tmp_path: Path) -> None:
    (inbox / "report.txt").write_text(REPORT)
    os.mkfifo(inbox / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(inbox)  # the path of a socket may have 108 bytes
        try:
            listening.bind("socket.txt")
        finally:
            os.chdir(here)
        found = gather(inbox, folder=tmp_path)
    assert found.document.text == REPORT
    assert {Path(notice.source).name for notice in found.notices} == {"pipe.txt", "socket.txt"}


def test_workspace_inside_the_folder_is_no_report(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text(REPORT)
    assert len(gather(tmp_path, folder=tmp_path).documents) == 1
    (tmp_path / "workspace" / "notes.txt").write_text("of the workspace")
    again = gather(tmp_path, folder=tmp_path)
    assert again.document.text == REPORT
    assert again.problems == again.notices == []


def test_folder_that_may_not_be_read_is_named(inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("locked", "open"):
        (inbox / name).mkdir()
        (inbox / name / "a.txt").write_text(REPORT)
    scan = os.scandir

    def guarded(path: Path) -> object:  # root may read every folder, so the refusal is made here
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", guarded)
    found = gather(inbox, folder=tmp_path)
    assert found.document.text == REPORT
    assert found.problem.source == str(inbox / "locked")
    assert found.problem.message == "may not be read: permission is denied"


@pytest.mark.parametrize(
    ("name", "message"),
    [("missing.txt", "there is no such file"), ("/dev/null", "is a device"), ("a\0b", "could not be")],
)
def test_what_is_no_file_is_named(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "report.txt").write_text(REPORT)
    found = gather(tmp_path / name, tmp_path / "report.txt", folder=tmp_path)
    assert found.document.text == REPORT
    assert message in found.problem.message


def test_name_that_is_no_utf8(inbox: Path, tmp_path: Path) -> None:
    (inbox / os.fsdecode(b"r\xe9port.txt")).write_text(REPORT)
    found = gather(inbox, folder=tmp_path)
    assert found.captured[0].capture.source.endswith("r\ufffdport.txt")


def test_pipe_that_the_user_names_is_read(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as end:
        end.write(REPORT.encode())
    assert gather(f"/dev/fd/{reading}", folder=tmp_path).document.text == REPORT
    os.close(reading)


def test_same_bytes_twice_are_stored_once_and_captured_twice(inbox: Path, tmp_path: Path) -> None:
    (inbox / "a.txt").write_text(REPORT)
    (inbox / "b.txt").write_text(REPORT)
    found = gather(inbox, inbox / "a.txt", folder=tmp_path)
    assert len({one.id for one in found.documents}) == 1
    assert len(found.captured) == 3
    stored = [path for path in found.archive.folder.rglob("*") if path.is_file()]
    assert len(stored) == 1


MEDIA_CASES = [
    (["a.txt", "b.txt", "a.jpg", "a.mp4"], {"a.txt": ["a.jpg", "a.mp4"], "b.txt": []}, []),
    (["a.txt", "street.jpg", "x.png"], {"a.txt": ["street.jpg", "x.png"]}, []),
    (["a.txt", "b.txt", "street.jpg"], {"a.txt": [], "b.txt": []}, ["street.jpg"]),
    (["rows.csv", "street.jpg"], {"rows.csv": []}, ["street.jpg"]),
    (["a.txt", "rows.csv", "street.jpg"], {"a.txt": [], "rows.csv": []}, ["street.jpg"]),
    (["x/a.txt", "y/a.jpg"], {"x/a.txt": []}, ["a.jpg"]),
    (["street.jpg"], {}, ["street.jpg"]),
    (["A.txt", "a.pdf.jpg", "b.txt"], {"A.txt": [], "b.txt": []}, ["a.pdf.jpg"]),
]


@pytest.mark.parametrize(("files", "attached", "alone"), MEDIA_CASES)
def test_media_go_to_the_report_of_their_name_or_the_only_one(
    inbox: Path, tmp_path: Path, files: list[str], attached: dict[str, list[str]], alone: list[str]
) -> None:
    for name in files:
        (inbox / name).parent.mkdir(exist_ok=True)
        text = f"text\n{name}\n".encode() if name.endswith(".csv") else f"{REPORT} {name}".encode()
        (inbox / name).write_bytes(text if name[-3:] in ("txt", "csv") else JPEG + name.encode())
    found = gather(inbox, folder=tmp_path)
    sources = names(found, inbox)
    got = dict(zip(sources, ([m.name for m in one.media] for one in found.documents), strict=True))
    assert got == attached
    assert [Path(notice.source).name for notice in found.notices] == alone
    for name in files:
        if name.endswith("jpg"):
            assert any(found.archive.get(d) == JPEG + name.encode() for d in stored(found))


def stored(found: Gathered) -> list[str]:
    media = [m.sha256 or "" for one in found.documents for m in one.media]
    return media + [notice.sha256 or "" for notice in found.notices]


def test_files_named_one_by_one_find_their_media_as_well(inbox: Path, tmp_path: Path) -> None:
    (inbox / "a.txt").write_text(REPORT)
    (inbox / "a.png").write_bytes(PNG)
    found = gather(inbox / "a.png", inbox / "a.txt", folder=tmp_path)
    assert [(m.name, m.kind, m.sensitivity) for m in found.document.media] == [("a.png", "image", "graphic")]


def test_bytes_are_archived_before_a_reader_sees_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def watching(source: Source) -> Iterator[Part]:
        seen.append(source.path.is_relative_to(tmp_path / "workspace" / "archive"))
        yield Report(text=source.path.read_text(), reader="watching")
        raise RuntimeError("and then it broke")

    monkeypatch.setitem(READERS, ".txt", watching)
    found = gather_bytes("a.txt", REPORT.encode(), tmp_path)
    assert seen == [True]
    assert found.document.text == REPORT
    assert "RuntimeError: and then it broke" in found.problem.message
    assert found.archive.get(found.problem.sha256 or "") == REPORT.encode()


def test_archive_that_cannot_be_written_stops_the_run(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text(REPORT)
    (tmp_path / "file").write_text("")
    with pytest.raises(BadStore):
        list(collect([tmp_path / "report.txt"], Archive(tmp_path / "file" / "archive"), at=AT))


def test_progress_ends_at_the_whole(inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civcas.preserve.capture.BATCH_BYTES", 1000)
    (inbox / "a.jsonl").write_text('{"text": "a report of some length"}\n' * 100)
    (inbox / "b.txt").write_text(REPORT)
    told: list[tuple[int, int, str]] = []
    gather(inbox, folder=tmp_path, on_progress=lambda done, total, name: told.append((done, total, name)))
    done = [one[0] for one in told]
    assert done == sorted(done)
    assert len(done) > 50
    assert told[-1][:2] == (told[0][1],) * 2
    assert told[-1][2].endswith("b.txt")


def test_empty_standard_input_is_a_problem(tmp_path: Path) -> None:
    assert gather("-", folder=tmp_path, stdin=io.BytesIO(b"")).problem.message == "is empty"


SOUND = {
    ".txt": ARABIC.encode("cp1256"),
    ".html": page(f"<article><p>{REPORT}</p><table><tr><td>5</td></tr></table></article>").encode(),
    ".docx": word(REPORT, table=[["a", "b"]]),
    ".xlsx": workbook([["text"], [REPORT]]),
    ".csv": f'text,title\n"{REPORT}",b\n'.encode(),
    ".jsonl": b'{"text": "a report", "published": "2017-03-16"}\n[{"text": "b"}]\n',
    ".json": b'[{"text": "a report"},\n {"text": "b"}]',
    ".eml": letter(REPORT, html="<p>b</p>", Subject="=?utf-8?b?2YLYtdmB?=").as_bytes(),
    ".warc": web_archive(("https://o.example/", "text/html", page(REPORT).encode()), packed=False),
    ".warc.gz": web_archive(("https://o.example/", "text/html", page(REPORT).encode())),
}


def outcomes_hold(name: str, data: bytes) -> None:
    """Collecting the bytes ends, and every outcome can be stored and printed."""
    folder = Path(tempfile.mkdtemp())
    try:
        found = gather_bytes(name, data, folder)
        assert found.captured or found.problems or found.notices
        for problem in (*found.problems, *found.notices):
            assert problem.source.startswith(str(folder / name))
            (problem.source + problem.message).encode()
            assert "\0" not in problem.message
        for one in found.captured:
            assert one.document.text.strip()
            assert "\0" not in one.document.text
            one.document.text.encode()
            assert found.archive.get(one.document.sha256 or "")
    finally:
        shutil.rmtree(folder)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(SOUND)), st.binary(max_size=400))
def test_no_bytes_ever_raise_out_of_collect(suffix: str, data: bytes) -> None:
    outcomes_hold(f"a{suffix}", data)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_damage_to_a_file_ever_raises_out_of_collect(data: st.DataObject) -> None:
    suffix = data.draw(st.sampled_from(sorted(SOUND)))
    sound = SOUND[suffix]
    if suffix in (".docx", ".xlsx"):  # damage inside: outside, the zip's own check sums find it
        name = data.draw(st.sampled_from(sorted(zipfile.ZipFile(io.BytesIO(sound)).namelist())))
        outcomes_hold(f"a{suffix}", repacked(sound, {name: damaged(data, member(sound, name))}))
    else:
        outcomes_hold(f"a{suffix}", damaged(data, sound))


def damaged(data: st.DataObject, sound: bytes) -> bytes:
    changed = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(changed) - 1)))
        length = data.draw(st.sampled_from([0, 1, 1, 4, 30, 5000]))
        changed[at : at + length] = data.draw(st.binary(max_size=12))
    return bytes(changed)
