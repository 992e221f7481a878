"""The archive gives back what it was given, whole or not at all, and says what no longer holds."""

from __future__ import annotations

import hashlib
import io
import stat
import tempfile
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civcas.core.errors import BadStore
from civcas.preserve import Archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def files(archive: Archive) -> list[Path]:
    return sorted(path for path in archive.folder.rglob("*") if path.is_file())


@settings(deadline=None)  # a busy disk is no fault
@given(st.binary(max_size=5000))
def test_what_is_put_is_what_is_got(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder), durable=False)
        digest = archive.put(data)
        assert digest == hashlib.sha256(data).hexdigest()
        assert archive.get(digest) == data
        assert archive.put_many([data, data]) == [digest, digest]
        assert archive.put(io.BytesIO(data)) == digest
        assert files(archive) == [archive.path(digest)]
        assert list(archive.verify([digest])) == []


@settings(deadline=None)  # a busy disk is no fault
@given(st.lists(st.binary(max_size=50), max_size=20))
def test_many_at_once_are_as_one_by_one(pieces: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder), durable=False)
        assert [archive.get(digest) for digest in archive.put_many(pieces)] == pieces
        assert len(files(archive)) == len(set(pieces))


def test_large_stream_is_kept_whole(archive: Archive) -> None:
    data = bytes(range(256)) * 20_000
    assert archive.get(archive.put(io.BytesIO(data))) == data


def test_stored_files_are_read_only_in_folders_by_digest(archive: Archive) -> None:
    for digest in (archive.put(b"one"), *archive.put_many([b"two"])):
        path = archive.path(digest)
        assert path.relative_to(archive.folder).parts == (digest[:2], digest[2:4], digest)
        assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_stream_that_breaks_off_leaves_nothing_behind(archive: Archive) -> None:
    class Broken(io.RawIOBase):
        calls = 0

        def read(self, size: int = -1, /) -> bytes:
            self.calls += 1
            if self.calls > 1:
                raise OSError("the stick was pulled out")
            return b"half"

    broken: BinaryIO = Broken()  # type: ignore[assignment]
    with pytest.raises(OSError, match="pulled out"):
        archive.put(broken)
    assert files(archive) == []


def test_archive_that_cannot_be_written_is_no_fault_of_the_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(BadStore, match="cannot be written"):
        Archive(tmp_path / "file" / "archive").put(b"report")


def test_verify_names_what_is_altered_missing_or_foreign(archive: Archive) -> None:
    altered, missing, sound = archive.put(b"one"), archive.put(b"two"), archive.put(b"three")
    archive.path(altered).chmod(0o644)
    archive.path(altered).write_bytes(b"0ne")
    archive.path(missing).unlink()
    (archive.folder / "notes.txt").write_text("mine")
    faults = {(fault.digest, fault.kind) for fault in archive.verify([altered, missing, sound])}
    assert faults == {(altered, "altered"), (missing, "missing"), ("notes.txt", "foreign")}


def test_altered_bytes_are_never_given_out(archive: Archive) -> None:
    digest = archive.put(b"one")
    archive.path(digest).chmod(0o644)
    archive.path(digest).write_bytes(b"0ne")
    with pytest.raises(BadStore, match="altered"):
        archive.get(digest)


@pytest.mark.parametrize("many", [True, False])
def test_alteration_still_shows_after_the_bytes_were_put_again(archive: Archive, many: bool) -> None:
    digest = archive.put(b"one")
    archive.path(digest).chmod(0o644)
    archive.path(digest).write_bytes(b"0ne")
    assert (archive.put_many([b"one"])[0] if many else archive.put(b"one")) == digest
    assert archive.get(digest) == b"one"
    assert [(fault.digest, fault.kind) for fault in archive.verify()] == [(digest, "altered")]


def test_erased_bytes_are_gone(archive: Archive) -> None:
    digest = archive.put(b"one")
    assert digest in archive
    assert archive.erase(digest) is True
    assert digest not in archive
    assert archive.erase(digest) is False
    with pytest.raises(BadStore, match="missing"):
        archive.get(digest)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_no_name_leads_out_of_the_archive(archive: Archive, name: str) -> None:
    with pytest.raises(BadStore, match="SHA-256"):
        archive.path(name)


def test_sweep_clears_what_dead_writers_left_and_nothing_of_the_living(archive: Archive) -> None:
    archive.put(b"one")
    left = archive.folder / "incoming" / "dead"
    left.write_bytes(b"hal")
    assert list(archive.verify()) == []  # what was never whole is no fault of the archive

    class Sweeping(io.BytesIO):
        swept = -1

        def read(self, size: int | None = -1, /) -> bytes:
            self.swept = Archive(archive.folder).sweep()
            return super().read(size)

    living = Sweeping(b"two")
    assert archive.get(archive.put(living)) == b"two"
    assert living.swept == 0
    assert archive.sweep() == 1
    assert not left.exists()


def test_archive_that_is_thrown_away_waits_for_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[object] = []
    monkeypatch.setattr("os.sync", lambda: waited.append("all"))
    monkeypatch.setattr("os.fsync", waited.append)
    for durable in (False, True):
        archive = Archive(tmp_path / str(durable), durable=durable)
        archive.put(b"one")
        archive.put_many([b"two"])
        assert bool(waited) is durable
    assert waited.count("all") == 2
