"""Guards on packed files: a small file that unfolds into an enormous one is refused before it does."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from civcas.core.errors import BadSource

MEMBERS = 10_000
MEMBER = 256 << 20
TOTAL = 512 << 20
RATIO = 200
"""Text documents pack some 5 to 20 times, spreadsheets of repeated cells up to 100 times; a bomb 1,000 times."""
SMALL = 8 << 20
"""What unfolds to less than this is let be, however well it is packed."""
_CHUNK = 1 << 16
_DECLARATION = re.compile(rb"<\0?!\0?(D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)")


def unfolded(path: Path, wanted: Callable[[str], bool] = lambda _: True) -> io.BytesIO:
    """The wanted members of a zip file as a new, unpacked one; raises BadSource where a guard is hurt.

    The directory of a zip may lie, so sizes are checked in it and counted again while inflating; the
    libraries that read the copy never meet a packed member.
    """
    copy = io.BytesIO()
    try:
        with zipfile.ZipFile(path) as packed, zipfile.ZipFile(copy, "w") as plain:
            members = [member for member in packed.infolist() if wanted(member.filename)]
            _check_directory(packed.infolist(), members)
            total = 0
            for member in members:
                data = _inflate(packed, member, MEMBER)
                total += len(data)
                if total > TOTAL:
                    raise _bomb(f"its members unfold to more than {TOTAL >> 20} MB")
                if member.filename.lower().endswith((".xml", ".rels")) and _DECLARATION.search(data):
                    raise BadSource(f"declares entities in {member.filename}: an attack, no office program writes them")
                plain.writestr(member.filename, data)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as fault:
        locked = isinstance(fault, RuntimeError) and "password" in str(fault)
        raise BadSource("is encrypted" if locked else f"is broken: {fault}") from fault
    copy.seek(0)
    return copy


def _check_directory(every: list[zipfile.ZipInfo], members: list[zipfile.ZipInfo]) -> None:
    if len(every) > MEMBERS:
        raise _bomb(f"it has {len(every)} members")
    if len({member.filename for member in members}) < len(members):
        raise BadSource("is broken: two of its members have one name")
    for member in members:
        if member.file_size > MEMBER or _too_dense(member.file_size, member.compress_size):
            raise _bomb(f"{member.filename} unfolds from {member.compress_size} to {member.file_size} bytes")
    if sum(member.file_size for member in members) > TOTAL:
        raise _bomb(f"its members unfold to more than {TOTAL >> 20} MB")


def _inflate(packed: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    data = bytearray()
    with packed.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            data += chunk
            if len(data) > most or _too_dense(len(data), member.compress_size):
                raise _bomb(f"{member.filename} unfolds from {member.compress_size} to more than {len(data)} bytes")
    return bytes(data)


def _too_dense(size: int, packed: int) -> bool:
    return size > SMALL and size > RATIO * max(packed, 1)


def _bomb(detail: str) -> BadSource:
    return BadSource(f"is packed like a zip bomb and was not unfolded: {detail}")


class Gunzip(io.RawIOBase):
    """The bytes of a gzip file of any number of members; raises BadSource once they outgrow the guards.

    Not to be buffered: a buffer would read on into a fault and lose the sound bytes before it.
    """

    def __init__(self, stream: BinaryIO, *, ratio: int = RATIO, small: int = 64 << 20) -> None:
        self._stream = stream
        self._ratio, self._small = ratio, small
        self._taken = self._given = 0
        self._rest = b""
        self._within = False
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._given

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self._next(len(view))
        view[: len(data)] = data
        self._given += len(data)
        if self._given > self._small and self._given > self._ratio * self._taken:
            raise BadSource(f"is packed like a gzip bomb: {self._taken} bytes unfold to more than {self._given}")
        return len(data)

    def _next(self, most: int) -> bytes:
        while True:
            if self._inflater.eof:
                self._rest = (self._inflater.unused_data or self._rest).lstrip(b"\0")  # padding between members
                self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
            if not self._rest:
                self._rest = self._stream.read(_CHUNK)
                self._taken += len(self._rest)
                if not self._rest and self._within:
                    raise BadSource("is a gzip file that was cut off")
                if not self._rest:
                    return b""
            try:
                data = self._inflater.decompress(self._rest, most)
            except zlib.error as fault:
                raise BadSource(f"is a broken gzip file: {fault}") from fault
            self._rest = self._inflater.unconsumed_tail
            self._within = not self._inflater.eof
            if data:
                return data
