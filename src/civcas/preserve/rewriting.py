"""A spreadsheet written anew with some cells changed: every other byte of a CSV file, and every other cell of a
workbook, stays as it was."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from civcas.core.errors import BadSource
from civcas.preserve.limits import unfolded
from civcas.preserve.sheets import delimiter_of, headings
from civcas.preserve.text import decode, marked_encoding

Place = tuple[str | None, int, str]  # sheet, line, column
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rewritten(path: Path, changes: Mapping[Place, str], *, name: str) -> bytes:
    """The file's bytes with the cells at these places changed; without changes, the very bytes."""
    data = path.read_bytes()
    if not changes:
        return data
    if data.startswith(b"PK\x03\x04"):
        return _workbook(path, changes, name)
    return _csv(data, {(line, column): value for (_, line, column), value in changes.items()})


# ------------------------------------------------------------------ CSV


def _csv(data: bytes, changes: Mapping[tuple[int, str], str]) -> bytes:
    """Bytes of an encoding that has ASCII in it are taken one by one, so that what is not changed need not even be
    readable."""
    mark = marked_encoding(data)
    wide = mark is not None and mark[1] != "utf-8"
    encoding = mark[1] if mark and wide else _encoding(data)
    start = mark[0] if mark else b""
    body = data[len(start) :]
    text = body.decode(encoding) if wide else body.decode("latin-1")
    delimiter = delimiter_of(decode(data).text)

    def coded(value: str) -> str:
        return value if wide else value.encode(encoding, "replace").decode("latin-1")

    columns: tuple[str, ...] = ()
    out: list[str] = []
    done = 0
    for line, cells in records(text, delimiter):
        values = [unquoted(text[s:e]) for s, e in cells]
        if not any(v.strip() for v in values):
            continue
        if not columns:
            read = values if wide else [v.encode("latin-1").decode(encoding, "replace") for v in values]
            columns = headings(read)
            continue
        for column, (s, e) in zip(columns, cells, strict=False):
            value = changes.get((line, column))
            if value is not None:
                out += [text[done:s], coded(_quoted(value, text[s:e], delimiter))]
                done = e
    written = "".join([*out, text[done:]])
    return start + (written.encode(encoding) if wide else written.encode("latin-1"))


def _encoding(data: bytes) -> str:
    try:
        data.decode()
        return "utf-8"
    except UnicodeDecodeError:
        found = [w for w in decode(data).warnings if w.startswith("read as ")]
        return found[0].removeprefix("read as ").partition(",")[0] if found else "utf-8"


def records(text: str, delimiter: str) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """The records of a CSV text: the line each begins on, and from where to where its cells stand, quotes included.
    They part where Python's csv module parts them."""
    at, line = 0, 1
    while at < len(text):
        cells: list[tuple[int, int]] = []
        first = line
        while True:
            begin = at
            at, breaks = _cell_end(text, at, delimiter)
            line += breaks
            cells.append((begin, at))
            if at < len(text) and text[at] == delimiter:
                at += 1
                continue
            break
        yield first, cells
        if text.startswith("\r\n", at):
            at += 2
        elif at < len(text):
            at += 1
        line += 1


def _cell_end(text: str, at: int, delimiter: str) -> tuple[int, int]:
    """Where the cell ends that begins here, and how many lines end inside its quotes."""
    breaks = 0
    if at < len(text) and text[at] == '"':
        at += 1
        while at < len(text):
            if text[at] == '"':
                if not text.startswith('""', at):
                    at += 1
                    break
                at += 1
            elif text[at] == "\n" or (text[at] == "\r" and not text.startswith("\r\n", at)):
                breaks += 1
            at += 1
    while at < len(text) and text[at] != delimiter and text[at] not in "\r\n":
        at += 1
    return at, breaks


def unquoted(raw: str) -> str:
    """What a cell says, its quotes taken off."""
    if not raw.startswith('"'):
        return raw
    inner, end = [], 1
    while end < len(raw):
        if raw[end] == '"':
            if raw[end : end + 2] != '""':
                break
            end += 1
        inner.append(raw[end])
        end += 1
    return "".join(inner) + raw[end + 1 :]


def _quoted(value: str, before: str, delimiter: str) -> str:
    """The value as a cell: shielded where a program would take it for a formula and the old one was none."""
    if value.startswith(FORMULA) and not unquoted(before).startswith(FORMULA):
        value = f"'{value}"
    if before.startswith('"') or any(c in value for c in (delimiter, '"', "\n", "\r")):
        doubled = value.replace('"', '""')
        return f'"{doubled}"'
    return value


# ------------------------------------------------------------------ workbooks


def _workbook(path: Path, changes: Mapping[Place, str], name: str) -> bytes:
    import openpyxl  # takes half a second

    try:
        book = openpyxl.load_workbook(unfolded(path))
        for sheet in book.worksheets:
            wanted = {(line, column): v for (title, line, column), v in changes.items() if title == sheet.title}
            if wanted:
                _sheet(sheet, wanted)
        out = io.BytesIO()
        book.save(out)
    except BadSource as fault:
        raise BadSource(f"{name} {fault}") from fault
    except Exception as fault:  # as many kinds as there are ways to damage a workbook
        raise BadSource(f"{name} cannot be written anew: {fault}") from fault
    return out.getvalue()


def _sheet(sheet: object, wanted: Mapping[tuple[int, str], str]) -> None:
    columns: tuple[str, ...] = ()
    for number, row in enumerate(sheet.iter_rows(), 1):  # type: ignore[attr-defined]
        if not any(c.value is not None and str(c.value).strip() for c in row):
            continue
        if not columns:
            columns = headings([c.value for c in row])
            continue
        for column, cell in zip(columns, row, strict=False):
            value = wanted.get((number, column))
            if value is None:
                continue
            cell.value = int(value) if value.isdecimal() else value or None
            if isinstance(cell.value, str):
                cell.data_type = "s"  # words, never a formula
