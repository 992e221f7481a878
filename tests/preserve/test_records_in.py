"""JSON lines and tables: every sound record is read, every faulty one named by its line."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.preserve.made import ARABIC, REPORT, gather, gather_bytes, workbook

from civcas.preserve.readers.fields import moment


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


FULL = {
    "id": "a-1",
    "text": REPORT,
    "title": "A sample",
    "published": "2024-04-30",
    "captured": "2024-05-01T09:00:00Z",
    "publisher": "Sample Outlet",
    "url": "https://outlet.example/a",
    "language": "en-GB",
}


def test_all_fields_of_a_line_are_kept(tmp_path: Path) -> None:
    document = gather_bytes("in.jsonl", lines(FULL), tmp_path).document
    got = {name: getattr(document, name) for name in FULL}
    assert got == FULL | {"language": "en", "captured": "2024-05-01T09:00:00+00:00"}
    assert document.reader is not None
    assert document.reader.startswith("jsonl/civcas-")
    assert document.warnings == ()


def test_one_report_under_two_ids_has_one_digest_and_two_outlets_have_two(tmp_path: Path) -> None:
    again = FULL | {"id": "b-7", "captured": "2024-04-30"}
    other = FULL | {"id": "c", "publisher": "Another Outlet"}
    found = gather_bytes("in.jsonl", lines(FULL, again, other), tmp_path)
    first, second, third = found.documents
    assert first.sha256 == second.sha256 != third.sha256
    assert [one.capture.given_id for one in found.captured] == ["a-1", "b-7", "c"]
    own = json.loads(found.archive.get(first.sha256 or ""))
    assert own == {name: value for name, value in FULL.items() if name not in ("id", "captured")}


def test_container_is_archived_as_well_and_named_by_the_capture(tmp_path: Path) -> None:
    data = lines(FULL)
    found = gather_bytes("in.jsonl", data, tmp_path)
    container = found.captured[0].capture.container
    assert container == hashlib.sha256(data).hexdigest()
    assert found.archive.get(container) == data


def test_report_without_an_id_goes_by_its_bytes(tmp_path: Path) -> None:
    one, two = gather_bytes("in.jsonl", lines({"text": REPORT}, {"text": REPORT, "title": " "}), tmp_path).captured
    assert one.document.id == two.document.id
    assert one.document.sha256 is not None
    assert one.document.sha256.startswith(one.document.id)
    assert one.capture.given_id is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'["a list"]', "no JSON object but a list"),
        (b'"a text"', "no JSON object but a text"),
        (b"12", "no JSON object but a number"),
        (b"null", "no JSON object but null"),
        (b"{broken", "is no JSON"),
        (b'{"text": "a", "text": "b"}', "'text' twice"),
        (b'{"text": NaN}', "no number"),
        (b'{"title": "no text"}', "has no field 'text'"),
        (b'{"text": "  "}', "has no text"),
        (b'{"text": 5}', "'text' is a number, not text"),
        (b'{"text": "a", "title": ["b"]}', "'title' is a list, not text"),
        (b'{"text": "a", "published": 2017}', "'published' is a number, not text"),
        (b'{"text": "a", "publisher": {"name": "b"}}', "'publisher' is an object, not text"),
        (b'{"text": "a", "url": true}', "'url' is true or false, not text"),
        (b'{"text": "a", "media": "b.jpg"}', "'media' is no list of media"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"text": ' + b"9" * 5000 + b"}", "is no JSON"),
        (b"\xff\xfe\x00broken", "is no JSON"),
    ],
)
def test_faulty_line_is_named_and_the_others_are_read(tmp_path: Path, line: bytes, message: str) -> None:
    found = gather_bytes("in.jsonl", lines(FULL) + b"\n" + line + b"\n" + lines({"text": ARABIC}), tmp_path)
    assert [document.text for document in found.documents] == [REPORT, ARABIC]
    assert found.problem.line == 3
    assert found.problem.source.endswith("in.jsonl")
    assert message in found.problem.message


def test_unknown_fields_are_named_once(tmp_path: Path) -> None:
    records = [{"text": f"{REPORT} {n}", "likes": n, "reader": "x", "media": []} for n in range(3)]
    found = gather_bytes("in.jsonl", lines(*records), tmp_path)
    assert len(found.documents) == 3
    assert [notice.message for notice in found.notices] == ["fields that are not known here and were ignored: 'likes'"]


def test_line_of_another_encoding_is_read_and_said(tmp_path: Path) -> None:
    strange = json.dumps({"text": ARABIC}, ensure_ascii=False).encode("cp1256") + b"\n"
    found = gather_bytes("in.jsonl", lines({"text": ARABIC, "title": "a"}) + strange, tmp_path)
    assert [document.text for document in found.documents] == [ARABIC, ARABIC]
    assert ["cp1256" in " ".join(document.warnings) for document in found.documents] == [False, True]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_marked_encodings_of_json_lines(tmp_path: Path, encoding: str) -> None:
    data = lines({"text": ARABIC}, {"text": REPORT}).decode().encode(encoding)
    assert [one.text for one in gather_bytes("in.jsonl", data, tmp_path).documents] == [ARABIC, REPORT]


@pytest.mark.parametrize("indent", [None, 1])
def test_list_of_records_in_json(tmp_path: Path, indent: int | None) -> None:
    data = json.dumps([FULL, 5, {"text": ARABIC}], indent=indent).encode()
    found = gather_bytes("in.json", data, tmp_path)
    assert [document.text for document in found.documents] == [REPORT, ARABIC]
    assert "no JSON object but a number" in found.problem.message
    assert found.problem.line == (1 if indent is None else 12)


def test_list_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    data = json.dumps([FULL, {"text": ARABIC}], indent=1).encode()[:-12]
    found = gather_bytes("in.json", data, tmp_path)
    assert [document.text for document in found.documents] == [REPORT]
    assert "is no JSON" in found.problem.message
    closed = gather_bytes("two.json", b"[\n" + lines(FULL), tmp_path)
    assert [document.text for document in closed.documents] == [REPORT]
    assert "not closed" in closed.problem.message


def test_one_object_over_many_lines(tmp_path: Path) -> None:
    assert gather_bytes("in.json", json.dumps(FULL, indent=2).encode(), tmp_path).document.id == "a-1"


def test_lone_surrogates_and_nul_of_json_escapes_become_storable(tmp_path: Path) -> None:
    data = b'{"text": "1\\u00002\\ud8003", "title": "\\udfff", "id": "\\ud800"}\n'
    document = gather_bytes("in.jsonl", data, tmp_path).document
    assert (document.text, document.title, document.id) == ("1\ufffd2\ufffd3", "\ufffd", "\ufffd")
    assert len(document.warnings) == 2


def test_date_that_is_none_is_left_out_and_said(tmp_path: Path) -> None:
    document = gather_bytes("in.jsonl", lines({"text": REPORT, "published": "yesterday"}), tmp_path).document
    assert document.published is None
    assert document.warnings == ("published 'yesterday' is no day and no RFC 3339 time: left out",)


@pytest.mark.parametrize(
    ("published", "captured", "warned"),
    [
        ("2024-05-02", "2024-05-01", True),
        ("2024-05-01", "2024-05-01", False),
        ("2024-05-01T10:00:00Z", "2024-05-01T09:00:00Z", True),
        ("2024-05-02T01:00:00+03:00", "2024-05-01T23:00:00Z", False),
        ("2024-05-02", None, True),
        ("2024-05-01", None, False),
    ],
)
def test_report_published_after_it_was_seen_is_kept_and_warned_of(
    tmp_path: Path, published: str, captured: str | None, warned: bool
) -> None:
    record = {"text": REPORT, "published": published, "captured": captured}
    document = gather_bytes("in.jsonl", lines(record), tmp_path).document
    assert document.published is not None
    assert any("is later than captured" in warning for warning in document.warnings) is warned


def test_captured_is_the_time_of_collecting_where_none_is_given(tmp_path: Path) -> None:
    east = datetime.datetime(2024, 5, 1, 2, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=3)))
    found = gather_bytes("in.jsonl", lines({"text": REPORT}), tmp_path, at=east, by="desk")
    assert found.document.captured == "2024-04-30T23:00:00+00:00"
    capture = found.captured[0].capture
    assert (capture.at, capture.by, capture.method, capture.line) == (east, "desk", "file", 1)
    assert capture.at is not None
    assert capture.at.utcoffset() == datetime.timedelta(0)


@pytest.mark.parametrize(
    ("given_as", "kept"),
    [
        ("2017-03-16", "2017-03-16"),
        ("2017/03/16", "2017-03-16"),
        ("2017-03-16T18:55:00Z", "2017-03-16T18:55:00+00:00"),
        ("2017-03-16 18:55:00+03:00", "2017-03-16T18:55:00+03:00"),
        ("2017-03-16T18:55:00", "2017-03-16"),
        ("Thu, 16 Mar 2017 18:55:00 +0300", "2017-03-16T18:55:00+03:00"),
        ("2017-02-30", None),
        ("16/03/2017", None),
        ("2017", None),
        ("2017-03", None),
        ("", None),
        ("0000-00-00T00:00:00Z", None),
    ],
)
def test_days_and_times(given_as: str, kept: str | None) -> None:
    assert moment(given_as) == kept


@settings(deadline=None)
@given(st.text(max_size=40) | st.from_regex(r"\d{4}-\d\d-\d\d.{0,20}"))
def test_no_date_is_ever_made_up_or_breaks_reading(given_as: str) -> None:
    found = moment(given_as)
    assert found is None or datetime.datetime.fromisoformat(found).year > 0


ROWS = [
    ["ID", "Text", "Published", "Notes"],
    ["r1", REPORT, "2024-04-30", "x"],
    ["r2", "", "", ""],
    ["r3", ARABIC, "", ""],
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_by_column_names(tmp_path: Path, delimiter: str) -> None:
    quoted = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in ROWS)
    found = gather_bytes("in.csv", quoted.encode("utf-8-sig"), tmp_path)
    assert [(one.id, one.text, one.published) for one in found.documents] == [
        ("r1", REPORT, "2024-04-30"),
        ("r3", ARABIC, None),
    ]
    assert (found.problem.line, found.problem.message) == (3, "row 3 has no text")
    assert [notice.message for notice in found.notices] == ["fields that are not known here and were ignored: 'Notes'"]


def test_row_and_line_of_json_with_the_same_fields_are_one_report(tmp_path: Path) -> None:
    row = gather_bytes("in.csv", f'text,title\n"{REPORT}",T\n'.encode(), tmp_path).document
    line = gather_bytes("in.jsonl", lines({"title": "T", "text": REPORT, "id": "x"}), tmp_path).document
    assert row.sha256 == line.sha256


def test_csv_cells_keep_their_line_breaks_and_any_length(tmp_path: Path) -> None:
    long = "a b\r\n" * 40_000
    found = gather_bytes("in.csv", f'text,title\r\n"{long}",T\r\nNine killed,U\r\n'.encode(), tmp_path)
    assert [one.text for one in found.documents] == [long, "Nine killed"]


def test_columns_are_named_by_a_mapping(tmp_path: Path) -> None:
    data = b"story,when,text\nNine killed,2024-04-30,not this\n"
    columns = {"text": "story", "published": "When"}
    document = gather_bytes("in.csv", data, tmp_path, columns=columns).document
    assert (document.text, document.published) == ("Nine killed", "2024-04-30")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({}, "has no column 'text'; its columns are: 'story', 'when'. Say which it is with --columns text=NAME"),
        ({"text": "tale"}, "has no column 'tale'"),
        ({"text": "story", "place": "when"}, "'place', which is no field of a report"),
    ],
)
def test_table_whose_columns_are_not_known_says_which_it_has(
    tmp_path: Path, columns: dict[str, str], message: str
) -> None:
    found = gather_bytes("in.csv", b"story,when\na,b\n", tmp_path, columns=columns)
    assert message in found.problem.message


def test_workbook_rows_of_all_sheets(tmp_path: Path) -> None:
    first: list[list[Any]] = [[], *ROWS[:2], [None, None, None, None], [7, ARABIC, datetime.date(2024, 4, 1), None]]
    second: list[list[Any]] = [
        ["text", "captured"],
        [REPORT + " Again.", datetime.datetime.fromisoformat("2024-04-02T09:30")],
    ]
    found = gather_bytes("in.xlsx", workbook(first, second, []), tmp_path)
    assert [(one.id, one.published) for one in found.documents[:2]] == [("r1", "2024-04-30"), ("7", "2024-04-01")]
    assert found.documents[2].captured == "2024-04-02"
    assert found.problems == []
    assert found.captured[1].capture.line == 5
    assert found.documents[0].reader is not None
    assert found.documents[0].reader.startswith("xlsx/openpyxl-")


@pytest.mark.parametrize(
    ("data", "text"), [(b'\n {"text": "a report"}\n', "a report"), (b"[ plain ] words", "[ plain ] words")]
)
def test_standard_input_is_json_lines_or_plain_text(tmp_path: Path, data: bytes, text: str) -> None:
    found = gather("-", folder=tmp_path, stdin=io.BytesIO(data))
    assert found.document.text == text
    assert found.captured[0].capture.method == "stdin"


@pytest.mark.parametrize("first", [b"[1]", b"[]", b' [ {"text": 5} ] '])
def test_standard_input_that_begins_with_a_list_is_json_lines_with_a_faulty_line(tmp_path: Path, first: bytes) -> None:
    found = gather("-", folder=tmp_path, stdin=io.BytesIO(first + b'\n{"text": "a report"}\n'))
    assert [d.text for d in found.documents] == ["a report"]
    assert found.problem.line == 1


def test_a_list_alone_on_standard_input_is_json_lines(tmp_path: Path) -> None:
    assert "no JSON object" in gather("-", folder=tmp_path, stdin=io.BytesIO(b"[1]\n")).problem.message


def test_a_text_on_standard_input_that_begins_with_a_bracket_is_text(tmp_path: Path) -> None:
    text = "[1] A note.\nThe report itself."
    assert gather("-", folder=tmp_path, stdin=io.BytesIO(text.encode())).document.text == text
