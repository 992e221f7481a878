"""The archive of a workspace: bytes kept under their SHA-256, written whole or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

from civcas.core.errors import BadStore
from civcas.core.records import Record

CHUNK = 1 << 20
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Fault(Record, frozen=True, kw_only=True):
    """Bytes of the archive that do not hold."""

    digest: str
    kind: Literal["missing", "altered", "foreign"]
    path: str

    def __str__(self) -> str:
        said = {
            "missing": "is missing from the archive",
            "altered": "is no longer what was archived: its bytes give another SHA-256",
            "foreign": "lies in the archive but was not put there by it",
        }
        return f"{self.digest} {said[self.kind]} ({self.path})"


class Archive:
    """Bytes by their SHA-256 in folder/aa/bb/; what is being written lies in folder/incoming/ until it is whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, source: BinaryIO | bytes) -> str:
        """The digest of the bytes, once they are safe on disk; a fault of reading the source is left to the caller."""
        stream = io.BytesIO(source) if isinstance(source, bytes) else source
        with self._writing():
            part = self._create()
        seen = hashlib.sha256()
        try:
            with part:
                while chunk := stream.read(CHUNK):
                    seen.update(chunk)
                    with self._writing():
                        part.write(chunk)
                digest = seen.hexdigest()
                with self._writing():
                    part.flush()
                    os.fchmod(part.fileno(), 0o444)
                    os.fsync(part.fileno())
                    for folder in self._settle(Path(part.name), digest):
                        _sync(folder)
        finally:
            Path(part.name).unlink(missing_ok=True)
        return digest

    def put_many(self, reports: Sequence[bytes]) -> list[str]:
        """The digests of many small pieces, all safe on disk: one wait for the disk instead of several for each."""
        digests = [hashlib.sha256(data).hexdigest() for data in reports]
        fresh = {digest: data for digest, data in zip(digests, reports, strict=True) if not self._holds(digest)}
        parts: dict[str, Path] = {}
        try:
            with self._writing():
                for digest, data in fresh.items():
                    with self._create() as part:
                        parts[digest] = Path(part.name)
                        part.write(data)
                        os.fchmod(part.fileno(), 0o444)
                if parts:
                    os.sync()
                for digest, path in parts.items():
                    self._settle(path, digest)
                if parts:
                    os.sync()
        finally:
            for path in parts.values():
                path.unlink(missing_ok=True)
        return digests

    def path(self, digest: str) -> Path:
        """Where the bytes lie, or would lie; raises BadStore for what is no SHA-256 (so no name leads elsewhere)."""
        if not _DIGEST.fullmatch(digest):
            raise BadStore(f"{digest[:80]!r} is no SHA-256 in hexadecimal digits")
        return self.folder / digest[:2] / digest[2:4] / digest

    def __contains__(self, digest: str) -> bool:
        return self.path(digest).is_file()

    def get(self, digest: str) -> bytes:
        """The bytes; raises BadStore where they are missing or no longer give their digest."""
        try:
            data = self.path(digest).read_bytes()
        except FileNotFoundError:
            raise BadStore(f"{digest} is missing from the archive {self.folder}") from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise BadStore(f"{digest} in the archive {self.folder} was altered: `civcas verify` lists what holds")
        return data

    def verify(self, expected: Iterable[str] = ()) -> Iterator[Fault]:
        """What does not hold: every stored file is read and hashed, and every expected digest looked for."""
        for path in sorted(self._files()):
            name = path.name
            if path.parent == self.folder / "altered":
                yield Fault(digest=name[:64], kind="altered", path=str(path))
            elif not _DIGEST.fullmatch(name) or path != self.path(name) or path.is_symlink():
                yield Fault(digest=name, kind="foreign", path=str(path))
            elif digest_of(path) != name:
                yield Fault(digest=name, kind="altered", path=str(path))
        for digest in expected:
            if digest not in self:
                yield Fault(digest=digest, kind="missing", path=str(self.path(digest)))

    def erase(self, digest: str) -> bool:
        """Whether there were bytes to erase; the tombstone that permits it is the store's to write."""
        path = self.path(digest)
        with self._writing():
            aside = list((self.folder / "altered").glob(f"{digest}-*"))
            held = [found for found in (path, *aside) if found.is_file()]
            for found in held:
                found.unlink()
                _sync(found.parent)
        return bool(held)

    def sweep(self) -> int:
        """How many pieces of writers that died were cleared away; one still being written is locked and stays."""
        cleared = 0
        for path in sorted((self.folder / "incoming").glob("*")):
            try:
                with path.open("rb") as part:
                    fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink(missing_ok=True)
                    cleared += 1
            except OSError:  # locked by a living writer, or settled meanwhile
                continue
        return cleared

    def _create(self) -> BinaryIO:
        incoming = self.folder / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        while True:
            part = (incoming / secrets.token_hex(16)).open("xb")
            fcntl.flock(part, fcntl.LOCK_EX)
            if os.fstat(part.fileno()).st_nlink:  # a sweep may have come between the two calls
                return part
            part.close()

    def _settle(self, part: Path, digest: str) -> list[Path]:
        """The folders whose entries changed by the whole piece taking its place."""
        place = self.path(digest)
        if self._holds(digest):
            return []
        made = [place.parent]
        for folder in (place.parent, place.parent.parent):
            if not folder.exists():
                made.append(folder.parent)
        place.parent.mkdir(parents=True, exist_ok=True)
        part.rename(place)
        return made

    def _holds(self, digest: str) -> bool:
        """Whether the right bytes lie in place; altered ones are moved aside, since verify must still show them."""
        place = self.path(digest)
        if not place.exists():
            return False
        if digest_of(place) == digest:
            return True
        aside = self.folder / "altered"
        with self._writing():
            aside.mkdir(exist_ok=True)
            place.rename(aside / f"{digest}-{secrets.token_hex(4)}")
        return False

    def _files(self) -> Iterator[Path]:
        for folder, folders, names in os.walk(self.folder):
            if Path(folder) == self.folder and "incoming" in folders:
                folders.remove("incoming")
            for name in names:
                yield Path(folder) / name

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A disk that is full or read-only stops the run: it is no fault of the input."""
        try:
            yield
        except OSError as fault:
            raise BadStore(f"the archive {self.folder} cannot be written: {fault.strerror or fault}") from fault


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    entry = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)
