"""Tables of reports, a row each: CSV and Excel workbooks, columns known by name or by a mapping."""

from __future__ import annotations

import csv
import io
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from civcas.core.errors import BadSource
from civcas.preserve.limits import RATIO, unfolded
from civcas.preserve.parts import OWN, Part, Refusal, Source
from civcas.preserve.readers.fields import FIELDS, report_of
from civcas.preserve.readers.lines import ignored
from civcas.preserve.text import decode, is_binary

Row = tuple[int, Sequence[str]]
UNFOLDED = 1 << 30
"""Characters that one workbook may give: a cell's text is stored once and may be named by a million cells."""


def read_csv(source: Source) -> Iterator[Part]:
    """A report for each row; the first row names the columns, which commas, semicolons, tabs or bars part."""
    data = source.path.read_bytes()
    if is_binary(data):
        raise BadSource("is no table: its bytes are no text")
    text, doubts = decode(data, source.charset)
    csv.field_size_limit(sys.maxsize)  # the library's own limit of 131,072 characters is a short report
    header = text[:65536].lstrip("\n\r").partition("\n")[0]
    delimiter = max(",;\t|", key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        numbered = ((rows.line_num, row) for row in rows)
        yield from _reports(numbered, source, reader=f"csv/{OWN}", doubts=doubts)
    except csv.Error as fault:
        yield Refusal(message=f"is no table from here on: {fault}", line=rows.line_num)


def read_xlsx(source: Source) -> Iterator[Part]:
    """A report for each row of each sheet; the first row that is not empty names the columns."""
    import openpyxl  # takes half a second

    warnings.filterwarnings("ignore", module=r"openpyxl\..*")  # of parts of a workbook that hold no cells
    copy = unfolded(source.path, lambda name: name.endswith((".xml", ".rels")))
    reader = f"xlsx/openpyxl-{openpyxl.__version__}"
    with _told():
        sheets = openpyxl.load_workbook(copy, read_only=True, data_only=True).worksheets
    for sheet in sheets:
        sheet.reset_dimensions()  # a stated size may lie
        rows = _cells(sheet.iter_rows(values_only=True), most=max(UNFOLDED, RATIO * source.size))
        where = f"sheet {sheet.title!r}" if len(sheets) > 1 else ""
        yield from _reports(rows, source, reader=reader, where=where)


@contextmanager
def _told() -> Iterator[None]:
    """Whatever the library raises, as many things as there are ways to damage a workbook, is one refusal."""
    try:
        yield
    except Exception as fault:
        raise BadSource(f"is a broken workbook: {fault}") from fault


def _cells(rows: Iterable[Sequence[Any]], *, most: int) -> Iterator[Row]:
    given = number = 0
    sound = iter(rows)
    while True:
        with _told():
            row = next(sound, None)
        if row is None:
            return
        number += 1
        cells = [_written(value) for value in row]
        given += sum(map(len, cells))
        if given > most:
            raise BadSource(f"unfolds to more than {most} characters at row {number}: reading stopped there")
        if any(cells):
            yield number, cells


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _reports(
    rows: Iterator[Row], source: Source, *, reader: str, doubts: tuple[str, ...] = (), where: str = ""
) -> Iterator[Part]:
    header = next(((number, row) for number, row in rows if any(cell.strip() for cell in row)), None)
    if header is None:
        yield Refusal(message=" ".join(filter(None, (where, "is empty"))), notice=bool(where))
        return
    names = [cell.strip() for cell in header[1]]
    try:
        places = _places(names, source.columns)
    except BadSource as fault:
        yield Refusal(message=" ".join(filter(None, (where, str(fault)))), line=header[0])
        return
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        cells = {field: row[place] for field, place in places.items() if place < len(row) and row[place].strip()}
        record = {"text": "", **cells}
        try:
            yield report_of(record, reader=reader, line=number, warnings=doubts)
        except BadSource as fault:
            yield Refusal(message=" ".join(filter(None, (where, f"row {number} {fault}"))), line=number)
    unknown = {name: 1 for place, name in enumerate(names) if name and place not in places.values()}
    if unknown:
        yield ignored(unknown)


def _places(names: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """The column of each field; raises BadSource, naming the columns there are, where one cannot be found."""
    if unknown := [field for field in columns if field not in FIELDS]:
        raise BadSource(f"--columns names {unknown[0]!r}, which is no field of a report ({', '.join(FIELDS)})")
    lower = [name.lower() for name in names]
    places = {}
    for field in FIELDS:
        wanted = columns.get(field, field)
        if wanted in names or wanted.lower() in lower:
            places[field] = names.index(wanted) if wanted in names else lower.index(wanted.lower())
        elif field in columns:
            raise BadSource(f"has no column {wanted!r}; its columns are: {_listed(names)}")
    if "text" not in places:
        raise BadSource(
            f"has no column 'text'; its columns are: {_listed(names)}. Say which it is with --columns text=NAME"
        )
    return places


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name[:60]) for name in names[:30] if name) or "none"
