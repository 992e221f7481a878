"""Files as people have them to numbered lines: plain or zipped, whole or cut off, in whichever encoding.

A line that cannot be read is a problem that names it; no line, and no zip, is let grow beyond measure.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, AnyStr, TypeAlias

from civcas.core.records import Problem

Numbered: TypeAlias = Iterator[tuple[int, str] | Problem]

LONGEST = 4_000_000  # bytes of a line: GeoNames' longest has some 20,000, a drawn boundary in a table a few million
_RATIO = 200  # place lists pack some 4 to 50 times; a bomb 1,000 times
_SMALL = 64 << 20  # bytes below which no zip is suspect
_BLOCK = 1 << 16
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def lines_of(path: Path) -> Numbered:
    """The lines of a text, or of the largest table in a zip, by number; blank ones are left out."""
    if path.suffix.lower() == ".zip":
        yield from _decoded(path, _unzipped(path))
        return
    with path.open("rb") as raw:
        if raw.read(2) not in _MARKS:
            raw.seek(0)
            yield from _decoded(path, _split(path, raw, b"\n"))
            return
    with path.open(encoding="utf-16", errors="replace", newline="\n") as text:
        for item in _split(path, text, "\n"):
            if isinstance(item, Problem) or item[1].strip():
                yield item if isinstance(item, Problem) else (item[0], item[1].rstrip("\r\n"))


def _split(path: Path, stream: IO[AnyStr], end: AnyStr) -> Iterator[tuple[int, AnyStr] | Problem]:
    number = 0
    while line := stream.readline(LONGEST):
        number += 1
        if len(line) < LONGEST or line.endswith(end):
            yield number, line
            continue
        while line and not line.endswith(end):
            line = stream.readline(LONGEST)
        yield Problem(source=str(path), line=number, message=f"the line is longer than {LONGEST:,} characters")


def _decoded(path: Path, lines: Iterator[tuple[int, bytes] | Problem]) -> Numbered:
    for item in lines:
        if isinstance(item, Problem):
            yield item
            continue
        number, line = item
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as fault:
            yield Problem(
                source=str(path),
                line=number,
                message=f"not UTF-8 (byte {fault.start + 1} of the line): save the file as UTF-8",
            )
            continue
        if "\0" in text:
            yield Problem(source=str(path), line=number, message="no text (it holds null characters)")
        elif text and not text.isspace():
            yield number, text


# ------------------------------------------------------------------ zips


class _Unfolding(io.RawIOBase):
    """Bytes that come out of a zip, counted: more than a list packs to is a bomb."""

    def __init__(self, packed: int) -> None:
        self._most = max(_SMALL, _RATIO * packed)
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: bytearray | memoryview) -> int:  # type: ignore[override]
        block = self.block(len(into))
        self._given += len(block)
        if self._given > self._most:
            raise zipfile.BadZipFile(f"it unfolds to more than {self._most >> 20:,} MB, as no place list does")
        into[: len(block)] = block
        return len(block)

    def block(self, size: int) -> bytes:
        raise NotImplementedError


class _Member(_Unfolding):
    """A member that the zip's list of contents names."""

    def __init__(self, stream: IO[bytes], packed: int) -> None:
        super().__init__(packed)
        self._stream = stream

    def block(self, size: int) -> bytes:
        return self._stream.read(size)


class _Rest(_Unfolding):
    """A member of a zip that breaks off: its list of contents stood at the end and is lost."""

    def __init__(self, raw: IO[bytes], packed: int) -> None:
        super().__init__(packed)
        self._raw = raw
        self._inflate = zlib.decompressobj(-15)

    def block(self, size: int) -> bytes:
        while not self._inflate.eof:
            packed = self._inflate.unconsumed_tail or self._raw.read(_BLOCK)
            if not packed:
                raise EOFError("it ends before its end")
            if block := self._inflate.decompress(packed, size):
                return block
        return b""


def _is_table(name: str) -> bool:
    return name.lower().endswith((".txt", ".csv", ".tsv")) and "readme" not in name.lower()


def _unzipped(path: Path) -> Iterator[tuple[int, bytes] | Problem]:
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as fault:
        yield from _salvaged(path, fault)
        return
    with archive:
        tables = [info for info in archive.infolist() if _is_table(info.filename)]
        if not tables:
            yield Problem(source=str(path), message="the zip holds no .txt, .csv or .tsv")
            return
        largest = max(tables, key=lambda info: info.file_size)
        try:
            with archive.open(largest) as stream:
                yield from _told(path, _Member(stream, largest.compress_size))
        except _BROKEN as fault:
            yield _cut_off(path, fault)


def _salvaged(path: Path, fault: Exception) -> Iterator[tuple[int, bytes] | Problem]:
    """The whole lines of the first table in a zip whose list of contents cannot be read."""
    with path.open("rb") as raw:
        if _find_table(raw):
            yield from _told(path, _Rest(raw, path.stat().st_size), fault)
        else:
            yield _cut_off(path, fault)


def _told(path: Path, member: _Unfolding, fault: Exception | None = None) -> Iterator[tuple[int, bytes] | Problem]:
    """The whole lines of a member; of one that breaks, those before, and a problem that names the line."""
    number = 0
    try:
        for item in _split(path, io.BufferedReader(member, _BLOCK), b"\n"):
            yield item
            number = item[0] if isinstance(item, tuple) else item.line or number
    except _BROKEN as met:
        fault = met
    if fault:
        yield _cut_off(path, fault, number)


def _cut_off(path: Path, fault: Exception, number: int = 0) -> Problem:
    before = "the line before that is" if number == 1 else f"the {number:,} lines before that are"
    read = f"; {before} read" if number else ""
    return Problem(source=str(path), line=number or None, message=f"the zip is broken or cut off ({fault}){read}")


def _find_table(raw: IO[bytes]) -> bool:
    """Goes to the packed bytes of the first table, header by header; whether there is one."""
    while (header := raw.read(30))[:4] == b"PK\x03\x04" and len(header) == 30:
        method, streamed = int.from_bytes(header[8:10], "little"), header[6] & 8
        packed = int.from_bytes(header[18:22], "little")
        name = raw.read(int.from_bytes(header[26:28], "little")).decode("utf-8", "replace")
        raw.seek(int.from_bytes(header[28:30], "little"), 1)
        if method == zipfile.ZIP_DEFLATED and _is_table(name):
            return True
        if streamed and method == zipfile.ZIP_DEFLATED:
            _pass(raw)
        else:
            raw.seek(packed, 1)
    return False


def _pass(raw: IO[bytes]) -> None:
    """Goes behind a member whose packed size stands behind it."""
    inflate = zlib.decompressobj(-15)
    try:
        while not inflate.eof and (packed := inflate.unconsumed_tail or raw.read(_BLOCK)):
            inflate.decompress(packed, _BLOCK)
    except zlib.error:
        return
    raw.seek(-len(inflate.unused_data), 1)
    raw.seek(12 if raw.read(4) == b"PK\x07\x08" else 8, 1)
