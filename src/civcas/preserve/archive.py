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

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.durable = durable  # waits for the disk; a folder that is thrown away afterwards need not

    def put(self, source: BinaryIO | bytes) -> str:
        """The digest of the bytes, once they are safe on disk; a fault of reading the source is left to the caller."""
        stream = io.BytesIO(source) if isinstance(source, bytes) else source
        with self._incoming() as incoming:
            part = incoming / secrets.token_hex(16)
            try:
                digest = self._write(stream, part)
                if not self._holds(digest):
                    with self._writing():
                        self._settle(part, digest, sync=self.durable)
            finally:
                part.unlink(missing_ok=True)
        return digest

    def put_many(self, pieces: Sequence[bytes]) -> list[str]:
        """The digests of many small pieces, all safe on disk: one wait for the disk instead of several for each."""
        digests = [hashlib.sha256(data).hexdigest() for data in pieces]
        fresh = {digest: data for digest, data in zip(digests, pieces, strict=True) if not self._holds(digest)}
        if not fresh:
            return digests
        with self._incoming() as incoming, self._writing():
            try:
                for digest, data in fresh.items():
                    with (incoming / digest).open("wb") as part:
                        part.write(data)
                        os.fchmod(part.fileno(), 0o444)
                self._sync_all()
                for digest in fresh:
                    self._settle(incoming / digest, digest, sync=False)
                self._sync_all()
            finally:
                for digest in fresh:
                    (incoming / digest).unlink(missing_ok=True)
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
        """How many pieces of writers that died were cleared away; none while anyone is writing."""
        incoming = self.folder / "incoming"
        try:
            with _locked(incoming, fcntl.LOCK_EX | fcntl.LOCK_NB):
                left = list(incoming.iterdir())
                for path in left:
                    path.unlink()
                return len(left)
        except OSError:  # a living writer holds the folder, or there is none yet
            return 0

    @contextmanager
    def _incoming(self) -> Iterator[Path]:
        """Where pieces lie until they are whole; held against a sweep."""
        incoming = self.folder / "incoming"
        with self._writing():
            incoming.mkdir(parents=True, exist_ok=True)
        with _locked(incoming, fcntl.LOCK_SH):
            yield incoming

    def _write(self, stream: BinaryIO, part: Path) -> str:
        seen = hashlib.sha256()
        with self._writing():
            out = part.open("xb")
        with out:
            while chunk := stream.read(CHUNK):
                seen.update(chunk)
                with self._writing():
                    out.write(chunk)
            with self._writing():
                out.flush()
                os.fchmod(out.fileno(), 0o444)
                if self.durable:
                    os.fsync(out.fileno())
        return seen.hexdigest()

    def _settle(self, part: Path, digest: str, *, sync: bool) -> None:
        """Puts a whole piece in its place; a rename shows either all of it or nothing."""
        place = self.path(digest)
        try:
            part.rename(place)
        except FileNotFoundError:
            place.parent.mkdir(parents=True, exist_ok=True)
            part.rename(place)
        if sync:
            for folder in (place.parent, place.parent.parent, self.folder):
                _sync(folder)

    def _sync_all(self) -> None:
        if self.durable:
            os.sync()

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


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    entry = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(entry, how)
        yield
    finally:
        os.close(entry)


def _sync(folder: Path) -> None:
    entry = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)
