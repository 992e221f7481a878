"""Place lists in the forms people have them: GeoNames dumps, p-code tables and boundaries, plain tables.

Every line gives a place or a problem that names it; one faulty line never costs the others.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal, TypeAlias

from msgspec.structs import replace

from civcas.core.records import Problem
from civcas.gazetteer import features, geonames
from civcas.gazetteer.columns import COLUMNS, entry_of_row, is_pcodes
from civcas.gazetteer.entries import Entry, Fault
from civcas.gazetteer.lines import LONGEST, Numbered, lines_of

Form: TypeAlias = Literal["geonames", "pcodes", "geojson", "table"]
_State: TypeAlias = Literal["open", "lost"]
Places: TypeAlias = Iterator[tuple[int | None, Entry] | Problem]

_OPEN = 100  # lines that a quoted cell may run over before it counts as never closed
csv.field_size_limit(LONGEST)


@dataclass(frozen=True)
class Listing:
    """A place list: its form, and its places by line with what is wrong between them."""

    form: Form
    places: Places


def open_listing(path: Path, regions: Mapping[str, str], columns: Mapping[str, str]) -> Listing:
    """The list in the file; `regions` names provinces by GeoNames code, `columns` says which hold what."""
    if path.suffix.lower() in (".geojson", ".json"):
        return Listing("geojson", _features(path, regions, columns))
    lines = lines_of(path)
    faults: list[Problem] = []
    for item in lines:
        if isinstance(item, tuple):
            return _table_or_dump(path, item, lines, faults, regions, columns)
        faults.append(item)
    return Listing("table", iter(faults))


def _table_or_dump(
    path: Path, first: tuple[int, str], lines: Numbered, faults: list[Problem], regions: Mapping[str, str],
    columns: Mapping[str, str],
) -> Listing:  # fmt: skip
    if geonames.is_dump(first[1]) and not columns:
        return Listing("geonames", chain(faults, geonames.places_of(chain([first], lines), path, regions)))
    if geonames.is_alternates(first[1]):
        message = "a table of GeoNames' alternate names and no list of places: give it with --alternate-names"
        return Listing("geonames", iter([*faults, Problem(source=str(path), message=message)]))
    delimiter = max("\t,;|", key=first[1].count)
    header = [cell.strip() for cell in next(csv.reader([first[1]], delimiter=delimiter))]
    lacking = [column for column in columns.values() if column.casefold() not in {cell.casefold() for cell in header}]
    if lacking:
        message = f"there is no column {', '.join(lacking)}; the columns are {', '.join(header)}"
        return Listing("table", iter([*faults, Problem(source=str(path), line=first[0], message=message)]))
    form: Form = "pcodes" if is_pcodes(header) and not columns else "table"
    return Listing(form, chain(faults, _table(path, header, delimiter, lines, regions, columns)))


def _table(
    path: Path, header: list[str], delimiter: str, lines: Numbered, regions: Mapping[str, str],
    columns: Mapping[str, str],
) -> Places:  # fmt: skip
    for item in _rows(path, delimiter, lines):
        if isinstance(item, Problem):
            yield item
            continue
        number, cells = item
        if any(cells):
            try:
                row = dict(zip(header, cells, strict=False))
                yield number, entry_of_row(row, path.stem, number, regions, columns)
            except Fault as fault:
                yield Problem(source=str(path), line=number, message=str(fault))


def _rows(path: Path, delimiter: str, lines: Numbered) -> Iterator[tuple[int, list[str]] | Problem]:
    """The rows of a table. A quoted cell may run over lines; its row goes by the line it begins in."""
    again: deque[tuple[int, str]] = deque()
    held: list[tuple[int, str]] = []
    while True:
        item = again.popleft() if again else next(lines, None)
        if isinstance(item, Problem):
            yield item
            continue
        held += [item] if item else []
        if not held:
            return
        try:
            cells = _cells([text for _, text in held], delimiter)
        except csv.Error as fault:
            yield Problem(source=str(path), line=held[0][0], message=f"no row of a table: {fault}")
            held = []
            continue
        if cells == "open" and item and len(held) < _OPEN:
            continue
        if isinstance(cells, str):
            message = "a quotation mark that opens here is never closed"
            yield Problem(source=str(path), line=held[0][0], message=message)
            again.extendleft(reversed(held[1:]))
        else:
            yield held[0][0], cells
        held = []


def _cells(lines: Sequence[str], delimiter: str) -> list[str] | _State:
    """The cells of a row that stands in these lines; else whether more lines may close its quotation mark."""
    text = "\n".join(lines)
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), [])
    except csv.Error as fault:
        if "unexpected end of data" in str(fault):
            return "open"
        if len(lines) > 1:
            return "lost"  # what looks like its end stands in the midst of another cell
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])


def _features(path: Path, regions: Mapping[str, str], columns: Mapping[str, str]) -> Places:
    """The places of a GeoJSON file. A feature has no line of its own: it is told by its place in the collection."""
    try:
        rows = features.rows_of(path)
    except Fault as fault:
        yield Problem(source=str(path), message=str(fault))
        return
    for number, row, drawn in rows:
        try:
            if isinstance(row, str):
                raise Fault(row)
            entry = entry_of_row(row, path.stem, number, regions, columns)
            yield None, replace(entry, centroid=drawn or entry.centroid)
        except Fault as fault:
            yield Problem(source=str(path), message=f"feature {number}: {fault}")


FIELDS = tuple(COLUMNS)
"""What --columns may declare."""
