"""Files of each kind are read with what they say of themselves; a kind is what the bytes are."""

from __future__ import annotations

import importlib.metadata
from email.message import EmailMessage
from pathlib import Path

import pytest
from tests.preserve.made import (
    ARABIC,
    JPEG,
    PNG,
    REPORT,
    gather_bytes,
    letter,
    member,
    page,
    pdf,
    repacked,
    web_archive,
    word,
    workbook,
)

from civcas.core.records import Document
from civcas.preserve import READERS
from civcas.preserve.readers.html import body_text
from civcas.preserve.readers.pdf import numbers_differ


def read(name: str, data: bytes | str, folder: Path) -> Document:
    found = gather_bytes(name, data if isinstance(data, bytes) else data.encode(), folder)
    assert found.problems == []
    return found.document


def test_plain_text_is_untouched(tmp_path: Path) -> None:
    text = f"  {REPORT}\r\n\r\n{REPORT}\t\n"
    document = read("a.txt", text, tmp_path)
    assert document.text == text
    assert (document.title, document.published, document.publisher) == (None, None, None)
    assert document.language == "en"


def test_markdown_keeps_its_marks_and_gives_its_heading(tmp_path: Path) -> None:
    text = f"\n# A *sample* #\n\n{REPORT}\n"
    document = read("a.md", text, tmp_path)
    assert (document.text, document.title) == (text, "A *sample*")


def test_page_gives_main_text_and_what_its_markup_states(tmp_path: Path) -> None:
    head = (
        '<meta property="og:site_name" content="Sample Outlet">'
        '<meta property="article:published_time" content="2024-04-30T08:00:00Z">'
        '<link rel="canonical" href="https://outlet.example/a">'
    )
    body = f"<article><h1>Market hit</h1><p>{REPORT}</p><p>{REPORT} It was noon.</p></article><footer>Cookies</footer>"
    document = read("a.html", page(body, head=head), tmp_path)
    assert f"{REPORT}\n{REPORT} It was noon." in document.text
    assert "Cookies" not in document.text
    assert (document.title, document.published) == ("Market hit", "2024-04-30")
    assert (document.publisher, document.url) == ("Sample Outlet", "https://outlet.example/a")
    assert document.reader == f"html/trafilatura-{importlib.metadata.version('trafilatura')}"


def test_date_of_a_page_is_never_guessed_from_its_words(tmp_path: Path) -> None:
    document = read(
        "a.html", page(f"<article><p>{REPORT} It was the worst day since 3 March 2019.</p></article>"), tmp_path
    )
    assert document.published is None


def test_date_of_a_page_may_lie_after_the_day_of_reading(tmp_path: Path) -> None:
    head = '<meta property="article:published_time" content="2031-03-17T08:00:00Z">'
    document = read("a.html", page(f"<article><p>{REPORT}</p></article>", head=head), tmp_path)
    assert document.published == "2031-03-17"
    assert any("is later than captured" in warning for warning in document.warnings)


def test_page_without_main_text_gives_the_whole_body(tmp_path: Path) -> None:
    crowded = page("<b>Killed:</b> 5<br>Injured: 9" + "<script>x()</script><style>y</style>" + "<i></i>" * 100_001)
    document = read("a.html", crowded, tmp_path)
    assert document.text == "Killed: 5\nInjured: 9"
    assert document.title == "A sample"
    assert any("the whole of it is kept" in warning for warning in document.warnings)


def test_words_under_endless_tags_are_not_lost(tmp_path: Path) -> None:
    deep = page(f"<p>{REPORT}</p>" + "<div>" * 5000 + "<p>Last words of the report.</p>")
    document = read("a.html", deep, tmp_path)
    assert REPORT in document.text
    assert "Last words" in document.text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a <b>b</b>c</p><p>d</p>", "a bc\nd"),
        ("<table><tr><td>killed</td><td>5</td></tr></table>", "killed\n5"),
        ("<ul><li>one<li>two</ul>&amp;", "one\ntwo\n&"),
        ("<script>a</script><noscript>b</noscript>c<!-- d -->e", "ce"),
        ("", ""),
    ],
)
def test_body_text(html: str, text: str) -> None:
    assert body_text(html) == text


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1256"])
def test_page_in_its_declared_encoding(tmp_path: Path, encoding: str) -> None:
    html = page(f"<article><p>{ARABIC}</p></article>", head=f'<meta charset="{encoding}">', language="ar-SY")
    document = read("a.html", html.encode(encoding), tmp_path)
    assert document.text == ARABIC
    assert document.language == "ar"
    assert document.warnings == ()


def test_pdf_text_by_page(tmp_path: Path) -> None:
    document = read("a.pdf", pdf("Five people were killed.", "Nine were injured."), tmp_path)
    assert document.text == "Five people were killed.\n\nNine were injured."
    assert document.title == "A sample"
    assert document.reader == f"pdf/pypdfium2-{importlib.metadata.version('pypdfium2')}"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pdf("a", encrypted=True), "encrypted PDF"),
        (b"%PDF-1.7\nbroken", "broken PDF"),
        (pdf("")[:-300], "PDF|holds no text"),
        (pdf("", ""), "holds no text on its 2 pages"),
    ],
)
def test_pdf_that_gives_no_text_says_why(tmp_path: Path, data: bytes, message: str) -> None:
    assert any(part in gather_bytes("a.pdf", data, tmp_path).problem.message for part in message.split("|"))


def test_numbers_that_two_readers_of_a_pdf_differ_on_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    second = tmp_path / "bin" / "pdftotext"
    second.parent.mkdir()
    second.write_text("#!/bin/sh\necho 'On 3 May, 83 people were killed.'\n")
    second.chmod(0o755)
    monkeypatch.setenv("PATH", f"{second.parent}:/usr/bin:/bin")
    document = read("a.pdf", pdf("On 3 May, 38 people were killed."), tmp_path)
    assert document.text == "On 3 May, 38 people were killed."
    assert document.warnings == ("pdfium and pdftotext read different numbers, look at the page itself: 38 / 83",)
    assert read("b.pdf", pdf("83 people; 3 May"), tmp_path).warnings == ()


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("38 killed", None, False),
        ("38 killed, 4 hurt", "4 hurt 38 killed", False),
        ("38", "83", True),
        ("٣٨", "٨٣", True),
        ("38 38", "38", True),
    ],
)
def test_numbers_are_held_against_each_other(one: str, other: str | None, differ: bool) -> None:
    assert bool(numbers_differ(one, other)) is differ


def test_word_document_with_table_and_title(tmp_path: Path) -> None:
    data = word(REPORT, ARABIC, table=[["Name", "Age"], ["A sample name", "9"]], title="Monthly sample")
    document = read("a.docx", data, tmp_path)
    assert document.text.rstrip() == f"{REPORT}\nName\tAge\nA sample name\t9\n{ARABIC}"
    assert document.title == "Monthly sample"


def test_word_document_keeps_tracked_insertions_and_drops_deletions(tmp_path: Path) -> None:
    plain = word("Toll: ")
    run = b"<w:r><w:t>%s</w:t></w:r>"
    tracked = (
        b'<w:ins w:id="1" w:author="a">' + run % b"five" + b"</w:ins>"
        b'<w:del w:id="2" w:author="a"><w:r><w:delText>nine</w:delText></w:r></w:del>'
    )
    body = member(plain, "word/document.xml").replace(b"</w:p>", tracked + b"</w:p>", 1)
    assert read("a.docx", repacked(plain, {"word/document.xml": body}), tmp_path).text.strip() == "Toll: five"


def test_pictures_inside_a_word_document_are_its_media(tmp_path: Path) -> None:
    document = read("a.docx", repacked(word(REPORT), {"word/media/image1.png": PNG}), tmp_path)
    assert [(media.name, media.kind) for media in document.media] == [("image1.png", "image")]


def test_mail_with_headers_and_files(tmp_path: Path) -> None:
    mail = letter(REPORT, html=f"<p>{ARABIC}</p>", Subject="Sample =?utf-8?b?2YLYtdmB?=")
    mail.add_attachment(JPEG, maintype="image", subtype="jpeg", filename="street.jpg")
    mail.add_attachment(pdf("Nine people were killed."), maintype="application", subtype="pdf", filename="list.pdf")
    found = gather_bytes("a.eml", mail.as_bytes(), tmp_path)
    body, attached = found.documents
    assert body.text.strip() == REPORT
    assert (body.title, body.publisher) == ("Sample قصف", "Sample Desk")
    assert body.published == "2024-04-30T08:00:00+03:00"
    assert [(media.name, media.kind) for media in body.media] == [("street.jpg", "image")]
    assert found.archive.get(body.media[0].sha256 or "") == JPEG
    assert attached.text == "Nine people were killed."
    capture = found.captured[1].capture
    assert capture.source.endswith("a.eml: list.pdf")
    assert (capture.method, capture.container) == ("mail", body.sha256)


def test_mail_of_a_page_alone_is_read_as_one(tmp_path: Path) -> None:
    document = read("a.eml", letter(None, html=page(f"<p>{REPORT}</p>")).as_bytes(), tmp_path)
    assert REPORT in document.text
    assert "<p>" not in document.text


def test_mail_in_an_old_encoding(tmp_path: Path) -> None:
    kind = b"Content-Type: text/plain; charset=windows-1256\r\nContent-Transfer-Encoding: 8bit\r\n"
    head = b"From: a@sample.example\r\n" + kind + b"\r\n"
    assert read("a.eml", head + ARABIC.encode("cp1256"), tmp_path).text == ARABIC


def test_forwarded_mail_is_a_report_of_its_own(tmp_path: Path) -> None:
    mail = letter("See below.")
    inner: EmailMessage = letter(REPORT, Subject="Inner")
    mail.add_attachment(inner)
    found = gather_bytes("a.eml", mail.as_bytes(), tmp_path)
    assert [(one.text.strip(), one.title) for one in found.documents] == [("See below.", None), (REPORT, "Inner")]


def test_mail_with_a_date_that_is_none(tmp_path: Path) -> None:
    raw = b"From: a@sample.example\r\nDate: long ago\r\n\r\n" + REPORT.encode()
    document = read("a.eml", raw, tmp_path)
    assert document.published is None
    assert "'long ago' is no day" in document.warnings[0]


@pytest.mark.parametrize("packed", [True, False])
def test_web_archive_gives_its_pages_with_url_and_date(tmp_path: Path, packed: bool) -> None:
    data = web_archive(
        ("https://outlet.example/1", "text/html; charset=utf-8", page(f"<article><p>{REPORT}</p></article>").encode()),
        ("https://outlet.example/2", "text/plain; charset=windows-1256", ARABIC.encode("cp1256")),
        ("https://outlet.example/s.css", "text/css", b"p {}"),
        ("https://outlet.example/list.php", "application/pdf", pdf("Nine people were killed.")),
        packed=packed,
    )
    found = gather_bytes("a.warc.gz" if packed else "a.warc", data, tmp_path)
    assert [one.text for one in found.documents] == [REPORT, ARABIC, "Nine people were killed."]
    assert [one.url for one in found.documents] == [f"https://outlet.example/{n}" for n in ("1", "2", "list.php")]
    assert {one.captured for one in found.documents} == {"2024-04-20T10:00:00+00:00"}
    assert [notice.message for notice in found.notices] == [
        "records that are no reports were left in the archive: 1 text/css"
    ]
    assert found.problems == []


def test_web_archive_of_errors_gives_no_reports(tmp_path: Path) -> None:
    data = web_archive(("https://outlet.example/1", "text/html", page(REPORT).encode()), status="404 Not Found")
    found = gather_bytes("a.warc.gz", data, tmp_path)
    assert found.documents == []
    assert "1 answers with status 404" in found.notices[0].message


def test_web_archive_that_was_cut_off_gives_what_came_before(tmp_path: Path) -> None:
    whole = web_archive(*((f"https://outlet.example/{n}", "text/plain", f"{REPORT} {n}".encode()) for n in range(3)))
    found = gather_bytes("a.warc.gz", whole[:-60], tmp_path)
    assert [one.text for one in found.documents] == [f"{REPORT} 0", f"{REPORT} 1"]
    assert "cut off" in found.problem.message


def test_record_that_was_cut_off_is_never_read_as_whole(tmp_path: Path) -> None:
    whole = web_archive(
        *((f"https://outlet.example/{n}", "text/plain", f"{REPORT} {n}".encode()) for n in range(2)), packed=False
    )
    found = gather_bytes("a.warc", whole[:-40], tmp_path)
    assert [one.text for one in found.documents] == [f"{REPORT} 0"]
    assert "record 2 (https://outlet.example/1) was cut off" in found.problem.message


def test_record_longer_than_it_states_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = web_archive(("https://outlet.example/1", "text/plain", REPORT.encode()), packed=False)
    found = gather_bytes("a.warc", whole.replace(b" said.", b" said. And more."), tmp_path)
    assert len(found.documents) == 1
    assert "states fewer bytes than it has" in found.notices[0].message
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("name", "data", "reader"),
    [
        ("a.txt", pdf("Five killed."), "pdf"),
        ("a.pdf", word(REPORT), "docx"),
        ("a.docx", workbook([["text"], [REPORT]]), "xlsx"),
        ("a.csv", web_archive(("https://o.example/", "text/plain", REPORT.encode())), "text"),
        ("a.pdf", page(f"<p>{REPORT}</p>").encode(), "html"),
    ],
)
def test_name_that_lies_is_not_believed_and_said(tmp_path: Path, name: str, data: bytes, reader: str) -> None:
    document = gather_bytes(name, data, tmp_path).document
    assert document.reader is not None
    assert document.reader.startswith(reader)
    assert reader == "text" or any(f"named {Path(name).suffix} but its bytes are" in w for w in document.warnings)


@pytest.mark.parametrize(
    ("data", "reader"),
    [
        (REPORT.encode(), "text"),
        (page(f"<p>{REPORT}</p>").encode(), "html"),
        (b'{"text": "a report"}\n', "jsonl"),
        (b'[\n {"text": "a report"}]', "jsonl"),
        (letter().as_bytes(), "mail"),
        (pdf("Five killed."), "pdf"),
        (word(REPORT), "docx"),
    ],
)
def test_file_without_a_suffix_is_known_by_its_bytes(tmp_path: Path, data: bytes, reader: str) -> None:
    document = gather_bytes("report", data, tmp_path).document
    assert document.reader is not None
    assert document.reader.startswith(reader)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n", "holds no text"),
        ("a.csv", b"text,title\n", "holds no reports"),
        ("a.jsonl", b"\n\n", "holds no reports"),
        ("a.json", b"[]", "holds no reports"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old or an encrypted Office file"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old or an encrypted Office file"),
        ("a.rtf", rb"{\rtf1 words}", "RTF"),
        ("a.zip", repacked(word(REPORT), {})[:100], "broken zip"),
        ("a.docx", b"no zip at all", "is broken"),
        ("a.xlsx", b"no zip at all", "is broken"),
        ("a.bin", b"\x7fELF" + bytes(500), "no text"),
        ("a.gz", b"\x1f\x8b\x08broken", "broken gzip"),
        ("a.warc", b"no records here", "broken or refused"),
    ],
)
def test_file_that_cannot_be_read_is_named_and_kept(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    found = gather_bytes(name, data, tmp_path)
    assert found.documents == []
    assert message in found.problem.message
    assert found.problem.source.endswith(name)
    assert found.problem.sha256 is not None
    assert found.archive.get(found.problem.sha256) == data


def test_every_reader_is_called_by_a_lower_case_suffix() -> None:
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in READERS)
    assert {
        ".txt",
        ".md",
        ".html",
        ".htm",
        ".pdf",
        ".docx",
        ".eml",
        ".jsonl",
        ".json",
        ".csv",
        ".xlsx",
        ".warc",
        ".warc.gz",
    } <= set(READERS)


@pytest.mark.parametrize("suffix", [".TXT", ".Md", ".HTML"])
def test_suffix_in_capitals(tmp_path: Path, suffix: str) -> None:
    assert REPORT in read(f"a{suffix}", REPORT, tmp_path).text


def test_a_file_of_an_unknown_kind_is_read_as_what_it_looks_like_with_a_notice(tmp_path: Path) -> None:
    found = gather_bytes("a.unknown", REPORT.encode(), tmp_path)
    assert found.document.text == REPORT
    assert found.problems == []
    assert [n.message for n in found.notices] == [".unknown is no kind of file known here: read as .txt"]
    assert gather_bytes("README", REPORT.encode(), tmp_path).notices == []
