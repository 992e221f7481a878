"""Files of every kind, made in code, and collecting them in one line. All reports are invented."""

from __future__ import annotations

import datetime
import gzip
import io
import zipfile
from collections.abc import Iterable, Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import openpyxl

from civcas.core.records import Captured, Document, Problem
from civcas.preserve import Archive, collect

AT = datetime.datetime(2024, 5, 1, 12, 0, tzinfo=datetime.UTC)
REPORT = "Five people were killed and nine injured in the village of Sample on Monday, residents said."
ARABIC = "قتل خمسة مدنيين وأصيب تسعة آخرون في غارة جوية على سوق البلدة، بحسب سكان."
JPEG = b"\xff\xd8\xff\xe0" + b"sample"
PNG = b"\x89PNG\r\n\x1a\n" + b"sample"


class Gathered:
    """The outcomes of one collecting, parted."""

    def __init__(self, outcomes: Iterable[Captured | Problem], archive: Archive) -> None:
        every = list(outcomes)
        self.captured = [one for one in every if isinstance(one, Captured)]
        self.documents: list[Document] = [one.document for one in self.captured]
        self.problems = [one for one in every if isinstance(one, Problem) and not one.notice]
        self.notices = [one for one in every if isinstance(one, Problem) and one.notice]
        self.archive = archive

    @property
    def document(self) -> Document:
        (one,) = self.documents
        return one

    @property
    def problem(self) -> Problem:
        (one,) = self.problems
        return one


def gather(*inputs: Path | str, folder: Path, **options: Any) -> Gathered:
    """What collecting the inputs gives; the archive lies in the folder's workspace."""
    archive = Archive(folder / "workspace" / "archive", durable=False)
    return Gathered(collect(inputs, archive, at=options.pop("at", AT), **options), archive)


def gather_bytes(name: str, data: bytes, folder: Path, **options: Any) -> Gathered:
    """What collecting one file of these bytes gives."""
    path = folder / name
    path.write_bytes(data)
    return gather(path, folder=folder, **options)


def pdf(*pages: str, encrypted: bool = False) -> bytes:
    """A PDF written by hand, a line of Latin text a page."""
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(len(pages)))
    font = 3 + 2 * len(pages)
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"]
    for number, words in enumerate(pages):
        drawn = f"BT /F1 12 Tf 72 700 Td ({words}) Tj ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {4 + 2 * number} 0 R "
            f"/Resources << /Font << /F1 {font} 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    secret = "00" * 32
    lock = f"<< /Filter /Standard /V 1 /R 2 /O <{secret}> /U <{secret}> /P -4 >>"
    objects.append(lock if encrypted else "<< /Title (A sample) >>")
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    last = f"{len(objects)} 0 R"
    extra = f"/Encrypt {last} /ID [<{'11' * 16}> <{'11' * 16}>]" if encrypted else f"/Info {last}"
    return out + f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {extra} >>\nstartxref\n{start}\n%%EOF".encode()


def word(*paragraphs: str, table: Iterable[Iterable[str]] = (), title: str = "") -> bytes:
    """A Word document with these paragraphs and, after the first of them, this table."""
    document = docx.Document()
    document.core_properties.title = title
    for number, words in enumerate(paragraphs):
        document.add_paragraph(words)
        rows = [list(row) for row in table] if number == 0 else []
        if rows:
            grid = document.add_table(rows=len(rows), cols=len(rows[0]))
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    grid.cell(r, c).text = cell
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def workbook(*sheets: Iterable[Iterable[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet{number + 1}")
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, members: Mapping[str, bytes]) -> bytes:
    """A zip file with some members put in or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in members:
                new.writestr(name, old.read(name))
        for name, content in members.items():
            new.writestr(name, content)
    return out.getvalue()


def member(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return packed.read(name)


def letter(text: str | None = REPORT, *, html: str | None = None, **headers: str) -> EmailMessage:
    mail = EmailMessage()
    stated = {"From": "Sample Desk <desk@sample.example>", "Date": "Tue, 30 Apr 2024 08:00:00 +0300", **headers}
    for name, value in stated.items():
        mail[name] = value
    if text is not None:
        mail.set_content(text)
    if html is not None:
        (mail.add_alternative if text is not None else mail.set_content)(html, subtype="html")
    return mail


def page(body: str, *, head: str = "", language: str = "en") -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><title>A sample</title>{head}</head><body>{body}</body></html>'
    )


def web_archive(*records: tuple[str, str, bytes], packed: bool = True, status: str = "200 OK") -> bytes:
    """A WARC of responses: url, content type, body."""
    return b"".join(warc_record(*record, packed=packed, status=status) for record in records)


def warc_record(
    url: str, kind: str, body: bytes, *, packed: bool = True, status: str = "200 OK", encoding: str = ""
) -> bytes:
    extra = f"Content-Encoding: {encoding}\r\n" if encoding else ""
    answer = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{extra}\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-04-20T10:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    record = head.encode() + answer + b"\r\n\r\n"
    return gzip.compress(record) if packed else record
