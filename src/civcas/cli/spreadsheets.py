"""Rows written as CSV for a spreadsheet program: a cell of others' words is never taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def shielded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet program would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_rows(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Iterable[bytes]:
    """The heading and the rows, each as the bytes of its line; numbers stay numbers, and None is a blank cell."""
    yield _line(columns)
    for row in rows:
        cells = (row.get(column) for column in columns)
        yield _line(["" if c is None else c if isinstance(c, int | float) else shielded(str(c)) for c in cells])


def _line(cells: Sequence[object]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()
