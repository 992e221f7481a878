"""Rows of a table with their headings, whatever file it is in: CSV, an Excel workbook, or JSON lines."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from civcas.core.errors import BadSource
from civcas.core.records import Problem, Record
from civcas.preserve.limits import unfolded
from civcas.preserve.text import decode, is_binary

HEADER_BYTES = 1 << 16
_ZIP = b"PK\x03\x04"


class Line(Record, frozen=True, kw_only=True):
    """One row: what stands in its cells by the headings, and where it stands."""

    number: int
    cells: dict[str, Any]
    sheet: str | None = None
    columns: tuple[str, ...] = ()  # the headings in their order; JSON lines have none

    def cell(self, column: str) -> str:
        """Where the cell stands, in the words of a spreadsheet: B7."""
        if column not in self.columns:
            return f"{column!r}"
        return f"{letters(self.columns.index(column))}{self.number}"


def letters(place: int) -> str:
    """A, B ... Z, AA: what a spreadsheet calls its columns; the first is 0."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def lines_of(path: Path, *, name: str, sheet: str | None = None) -> Iterator[Line | Problem]:
    """The rows of the file, and what of it could not be read; raises BadSource where it is no table at all."""
    try:
        with path.open("rb") as stream:
            start = stream.read(HEADER_BYTES)
    except OSError as fault:
        raise BadSource(f"{name}: {fault.strerror or fault}") from fault
    if not start.strip():
        raise BadSource(f"{name} is empty")
    if start.startswith(_ZIP):
        yield from _workbook(path, name, sheet)
        return
    if is_binary(start):
        raise BadSource(f"{name} is no table: its bytes are no text (it takes CSV, .xlsx and JSON lines)")
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        yield from _json_lines(path, name)
    else:
        yield from _csv(path, name)


def _json_lines(path: Path, name: str) -> Iterator[Line | Problem]:
    decoder = msgspec.json.Decoder(dict[str, Any])
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            line = line.lstrip(b"\xef\xbb\xbf") if number == 1 else line
            if not line.strip():
                continue
            try:
                yield Line(number=number, cells=decoder.decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError) as fault:
                yield Problem(source=name, line=number, message=str(fault))


def _csv(path: Path, name: str) -> Iterator[Line | Problem]:
    text, doubts = decode(path.read_bytes())
    for doubt in doubts:
        yield Problem(source=name, message=doubt, notice=True)
    csv.field_size_limit(sys.maxsize)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    yield from _tabled(_numbered(rows, name), name, None)


def delimiter_of(text: str) -> str:
    """What parts the headings: comma, semicolon, tab or bar."""
    header = text[:HEADER_BYTES].lstrip("\n\r").partition("\n")[0]
    return max(",;\t|", key=header.count)


def _numbered(rows: Any, name: str) -> Iterator[tuple[int, Sequence[Any]] | Problem]:
    at = 0
    try:
        for row in rows:
            yield at + 1, row  # where the row begins: a cell may hold line breaks
            at = rows.line_num
    except csv.Error as fault:
        yield Problem(source=name, line=at + 1, message=f"is no table from here on: {fault}")


def _workbook(path: Path, name: str, wanted: str | None) -> Iterator[Line | Problem]:
    import openpyxl  # takes half a second

    try:
        copy = unfolded(path, lambda member: member.endswith((".xml", ".rels")))
        book = openpyxl.load_workbook(copy, read_only=True, data_only=True)
    except BadSource as fault:
        raise BadSource(f"{name} {fault}") from fault
    except Exception as fault:  # as many kinds as there are ways to damage a workbook
        raise BadSource(f"{name} is a broken workbook: {fault}") from fault
    sheets = [s for s in book.worksheets if wanted in (None, s.title)]
    if not sheets:
        there = ", ".join(repr(s.title) for s in book.worksheets)
        raise BadSource(f"{name} has no sheet {wanted!r}; its sheets are {there}")
    for sheet in sheets:
        sheet.reset_dimensions()  # a stated size may lie
        rows = ((n, row) for n, row in enumerate(sheet.iter_rows(values_only=True), 1))
        try:
            yield from _tabled(rows, name, sheet.title)
        except BadSource:
            raise
        except Exception as fault:
            raise BadSource(f"{name}, sheet {sheet.title!r} is broken: {fault}") from fault


def _tabled(
    rows: Iterator[tuple[int, Sequence[Any]] | Problem], name: str, sheet: str | None
) -> Iterator[Line | Problem]:
    """The rows under their headings, which stand in the first row that is not empty."""
    columns: tuple[str, ...] = ()
    for found in rows:
        if isinstance(found, Problem):
            yield found
            continue
        number, row = found
        if not any(_filled(cell) for cell in row):
            continue
        if not columns:
            columns = headings(row)
            continue
        yield Line(number=number, cells=dict(zip(columns, row, strict=False)), sheet=sheet, columns=columns)
        if len(row) > len(columns) and any(_filled(cell) for cell in row[len(columns) :]):
            message = f"has {len(row)} cells under {len(columns)} headings: those beyond were left out"
            yield Problem(source=name, line=number, message=message, notice=True)


def headings(row: Sequence[Any]) -> tuple[str, ...]:
    """The names of the columns; of two of one name the second is "NAME (2)", and an empty one goes by its letter."""
    found: list[str] = []
    for place, cell in enumerate(row):
        plain = " ".join(str(cell).split()) if _filled(cell) else f"column {letters(place)}"
        times = 1
        heading = plain
        while heading in found:
            times += 1
            heading = f"{plain} ({times})"
        found.append(heading)
    return tuple(found)


def _filled(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))
