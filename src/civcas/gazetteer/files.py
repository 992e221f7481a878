"""Place lists in the forms people have them: GeoNames dumps, p-code tables and boundaries, plain tables.

Every line gives a place or a problem that names it; one faulty line never costs the others.
"""

from __future__ import annotations

import csv
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from civcas.core.records import Problem
from civcas.gazetteer.columns import Fault, entry_of_geonames, entry_of_row, rows_of_features
from civcas.gazetteer.entries import Entry

Numbered: TypeAlias = Iterator[tuple[int, str] | Problem]

_GEONAMES_COLUMNS = 19
_TOLD = 100  # faults told one by one; of more, only how many
csv.field_size_limit(10_000_000)  # GeoNames gives some places thousands of names, a boundary a long line


def read_places(path: Path, regions: Mapping[str, str]) -> Iterator[Entry | Problem]:
    """The places of the file and its faults in the order of its lines; `regions` names admin1 by GeoNames code."""
    seen: set[str] = set()
    told = 0
    for item in _items(path, regions):
        if isinstance(item, tuple):
            line, entry = item
            if entry.gazetteer_id not in seen:
                seen.add(entry.gazetteer_id)
                yield entry
                continue
            item = Problem(
                source=str(path),
                line=line,
                message=f"the id {entry.gazetteer_id} stands in the file twice; the first is kept",
            )
        told += 1
        if told <= _TOLD:
            yield item
    if told > _TOLD:
        yield Problem(source=str(path), message=f"{told - _TOLD} more lines could not be read")


def _items(path: Path, regions: Mapping[str, str]) -> Iterator[tuple[int, Entry] | Problem]:
    if path.suffix.lower() in (".geojson", ".json"):
        yield from _features(path, regions)
        return
    lines = _lines(path)
    first = next(lines, None)
    while isinstance(first, Problem):
        yield first
        first = next(lines, None)
    if first is None:
        return
    if first[1].count("\t") == _GEONAMES_COLUMNS - 1:
        yield from _geonames(path, first, lines, regions)
    else:
        yield from _table(path, first, lines, regions)


def _geonames(
    path: Path, first: tuple[int, str], lines: Numbered, regions: Mapping[str, str]
) -> Iterator[tuple[int, Entry] | Problem]:
    yield from _geonames_line(path, *first, regions)
    for item in lines:
        if isinstance(item, Problem):
            yield item
        else:
            yield from _geonames_line(path, *item, regions)


def _geonames_line(
    path: Path, number: int, line: str, regions: Mapping[str, str]
) -> Iterator[tuple[int, Entry] | Problem]:
    cells = line.split("\t")
    try:
        if len(cells) != _GEONAMES_COLUMNS:
            raise Fault(f"{len(cells)} columns where a GeoNames dump has {_GEONAMES_COLUMNS}")
        entry = entry_of_geonames(cells, path.stem, regions)
        if entry is not None:
            yield number, entry
    except Fault as fault:
        yield Problem(source=str(path), line=number, message=str(fault))


def _table(
    path: Path, first: tuple[int, str], lines: Numbered, regions: Mapping[str, str]
) -> Iterator[tuple[int, Entry] | Problem]:
    """A table with a header line. A quoted cell may run over lines; its row goes by the line it begins in."""
    delimiter = max("\t,;|", key=first[1].count)
    header = [cell.strip() for cell in next(csv.reader([first[1]], delimiter=delimiter))]
    pending, begun = "", 0
    for item in lines:
        if isinstance(item, Problem):
            yield item
            continue
        number, line = item
        pending, begun = (f"{pending}\n{line}", begun) if pending else (line, number)
        if pending.count('"') % 2 and len(pending) < 100_000:
            continue
        cells, pending = next(csv.reader([pending], delimiter=delimiter), []), ""
        if any(cells):
            yield _row(path, begun, dict(zip(header, cells, strict=False)), regions)
    if pending:
        yield Problem(source=str(path), line=begun, message="a quotation mark that opens here is never closed")


def _row(path: Path, number: int, row: Mapping[str, str], regions: Mapping[str, str]) -> tuple[int, Entry] | Problem:
    try:
        return number, entry_of_row(row, path.stem, number, regions)
    except Fault as fault:
        return Problem(source=str(path), line=number, message=str(fault))


def _features(path: Path, regions: Mapping[str, str]) -> Iterator[tuple[int, Entry] | Problem]:
    try:
        collection = json.loads(path.read_bytes())
        features = rows_of_features(collection)
    except (ValueError, Fault, RecursionError) as fault:
        yield Problem(source=str(path), line=getattr(fault, "lineno", None), message=f"no GeoJSON: {fault}")
        return
    for number, row in features:
        item = (
            _row(path, number, row, regions)
            if isinstance(row, dict)
            else Problem(source=str(path), line=number, message=str(row))
        )
        # A feature has no line of its own: it is told by its place in the collection.
        if isinstance(item, Problem):
            item = Problem(source=str(path), message=f"feature {number}: {item.message}")
        yield item


# ------------------------------------------------------------------ bytes to lines


def _lines(path: Path) -> Numbered:
    """The lines of a text or of the largest text in a zip, by number; one that is not UTF-8 is a problem."""
    if path.suffix.lower() == ".zip":
        yield from _decoded(path, _unzipped(path))
        return
    with path.open("rb") as raw:
        if raw.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            raw.seek(0)
            yield from enumerate(raw.read().decode("utf-16", "replace").splitlines(), 1)
            return
        raw.seek(0)
        yield from _decoded(path, raw)


def _decoded(path: Path, lines: Iterator[bytes | Problem]) -> Numbered:
    for number, line in enumerate(lines, 1):
        if isinstance(line, Problem):
            yield line
            continue
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as fault:
            yield Problem(
                source=str(path),
                line=number,
                message=f"not UTF-8 (byte {fault.start + 1} of the line): save the file as UTF-8",
            )
            continue
        if text.strip():
            yield number, text


def _unzipped(path: Path) -> Iterator[bytes | Problem]:
    try:
        with zipfile.ZipFile(path) as archive:
            tables = [info for info in archive.infolist() if info.filename.lower().endswith((".txt", ".csv", ".tsv"))]
            tables = [info for info in tables if "readme" not in info.filename.lower()]
            if not tables:
                yield Problem(source=str(path), message="the zip holds no .txt, .csv or .tsv")
                return
            with archive.open(max(tables, key=lambda info: info.file_size)) as lines:
                yield from lines
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as fault:
        yield from _salvaged(path, fault)


def _salvaged(path: Path, fault: Exception) -> Iterator[bytes | Problem]:
    """The whole lines at the start of a zip that breaks off: its list of contents stands at the end and is lost."""
    rest = b""
    number = 0
    with path.open("rb") as raw:
        header = raw.read(30)
        if header[:4] == b"PK\x03\x04" and header[8:10] == b"\x08\x00":
            raw.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
            inflate = zlib.decompressobj(-15)
            while (block := raw.read(65536)) and not inflate.eof:
                try:
                    rest += inflate.decompress(block)
                except zlib.error:
                    break
                *whole, rest = rest.split(b"\n")
                number += len(whole)
                yield from whole
    yield Problem(
        source=str(path),
        line=number or None,
        message=f"the zip is broken or cut off ({fault}); the {number} lines before that are read",
    )
