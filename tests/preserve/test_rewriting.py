"""Some cells of a spreadsheet changed, and every other byte left as it was."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civcas.preserve.rewriting import Place, records, rewritten, unquoted
from civcas.preserve.sheets import Line, lines_of

CELL = st.text(st.sampled_from("ab1 ;,\"'\n\r\tقé=+-@"), max_size=6)
TABLE = st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=2, max_size=6)


def as_csv(rows: list[list[str]], delimiter: str, ending: str, quoting: int) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=ending, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


@given(
    TABLE,
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_records_part_where_the_csv_module_parts_them(
    rows: list[list[str]], delimiter: str, ending: str, quoting: int
) -> None:
    text = as_csv(rows, delimiter, ending, quoting)
    found = [[unquoted(text[s:e]) for s, e in cells] for _, cells in records(text, delimiter)]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    assert [r for r in found if r != [""]] == [r for r in reader if r not in ([], [""])]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=5),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.data(),
)
def test_one_changed_cell_changes_nothing_else(
    tmp_path: Path, rows: list[list[str]], quoting: int, encoding: str, data: st.DataObject
) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(as_csv([["First", "Second", "Third"], *rows], ",", "\r\n", quoting).encode(encoding))
    before = [line for line in lines_of(path, name="sheet.csv") if isinstance(line, Line)]
    assert rewritten(path, {}, name="sheet.csv") == path.read_bytes()
    if not before:
        return
    line = data.draw(st.sampled_from(before))
    value = data.draw(st.sampled_from(["7", "3-5", 'a "b", c', "=1+1", ""]))
    path.write_bytes(rewritten(path, {(None, line.number, "Second"): value}, name="sheet.csv"))
    expected = [dict(one.cells) for one in before]
    formula = str(line.cells["Second"]).startswith(("=", "+", "-", "@", "\t", "\r"))
    expected[before.index(line)]["Second"] = f"'{value}" if value.startswith("=") and not formula else value
    after = [line.cells for line in lines_of(path, name="sheet.csv") if isinstance(line, Line)]
    assert after == [cells for cells in expected if any(said.strip() for said in cells.values())]


def test_bytes_that_are_no_text_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes("Réf,Mort\nA-1,3\nété,4\n".encode("cp1252"))
    changed = rewritten(path, {(None, 2, "Mort"): "5"}, name="sheet.csv")
    assert changed == "Réf,Mort\nA-1,5\nété,4\n".encode("cp1252")


def test_only_a_cell_that_was_no_formula_before_is_shielded(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(b"Ref,Note\nA-1,=1+1\nA-2,words\n")
    changed = rewritten(path, {(None, 2, "Note"): "=2", (None, 3, "Note"): "=2"}, name="sheet.csv")
    assert changed == b"Ref,Note\nA-1,=2\nA-2,'=2\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Incidents"
    for row in (["Ref", "Dead", "Note"], ["A-1", 3, "=1+1"], ["A-2", "3-5", "words"]):
        sheet.append(row)
    cell = sheet["C2"]
    cell.data_type = "s"  # words that look like a formula
    sheet["B2"].number_format = "0.00"
    made.create_sheet("Other")["A1"] = "kept"
    path = tmp_path / "sheet.xlsx"
    made.save(path)
    return path


def test_a_workbook_keeps_its_other_cells(book: Path) -> None:
    assert rewritten(book, {}, name="sheet.xlsx") == book.read_bytes()
    changes: dict[Place, str] = {("Incidents", 2, "Dead"): "7", ("Incidents", 3, "Dead"): "=2"}
    found = openpyxl.load_workbook(io.BytesIO(rewritten(book, changes, name="sheet.xlsx")))
    sheet = found["Incidents"]
    assert [[c.value for c in row] for row in sheet.iter_rows()] == [
        ["Ref", "Dead", "Note"],
        ["A-1", 7, "=1+1"],
        ["A-2", "=2", "words"],
    ]
    assert (sheet["C2"].data_type, sheet["B3"].data_type, sheet["B2"].number_format) == ("s", "s", "0.00")
    assert found["Other"]["A1"].value == "kept"
