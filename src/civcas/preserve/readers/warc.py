"""Web archives (WARC, packed or not): each page, text or document in them as a file of its own."""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from civcas.core.errors import BadSource
from civcas.preserve.limits import Gunzip
from civcas.preserve.parts import Attachment, Part, Refusal, Source

RECORD = 128 << 20
"""Bytes of one record, unpacked; more is refused (its compression inside HTTP may be a bomb of its own)."""
READ = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "message/rfc822": ".eml",
}
_TYPES = ("response", "resource", "conversion")


def read_warc(source: Source) -> Iterator[Part]:
    """Each record that holds a text as a file with the record's url and date; the others are counted and named."""
    aside: Counter[str] = Counter()
    number = 0
    with source.path.open("rb") as packed:
        try:
            for number, (record, doubt) in enumerate(_records(packed), 1):
                if doubt:
                    yield Refusal(message=f"record {number - 1} {doubt}", line=number - 1, notice=True)
                if record is None or record.rec_type not in _TYPES:
                    continue
                found = _attachment(record, number)
                if isinstance(found, str):
                    aside[found] += 1
                else:
                    yield found
        except (ArchiveLoadFailed, BadSource, ValueError, EOFError) as fault:
            read = f"{number} records before it were read" if number else "nothing in it could be read"
            yield Refusal(message=f"is broken or refused after record {number}: {fault} ({read})", line=number or None)
            return
    if aside:
        counted = ", ".join(f"{count} {kind}" for kind, count in aside.most_common(12))
        yield Refusal(message=f"records that are no reports were left in the archive: {counted}", notice=True)


def _records(packed: BinaryIO) -> Iterator[tuple[Any, str]]:
    """Each record, with what the library has to say of the one before it (it says so on standard error)."""
    records = ArchiveIterator(_unpacked(packed))
    while True:
        with contextlib.redirect_stderr(io.StringIO()) as said:
            record = _next(records)
        doubt = "states fewer bytes than it has" if "not followed by newline" in said.getvalue() else ""
        if record is not None or doubt:
            yield record, doubt
        if record is None:
            return


def _next(records: Any) -> Any:
    try:
        return next(records, None)
    except (ArchiveLoadFailed, BadSource):
        raise
    except Exception as fault:  # on a malformed head the library breaks in many ways
        raise BadSource(f"the head of a record is malformed ({fault})") from fault


class _LeftOut(BadSource):
    """One record that is not read; those after it are."""


def _unpacked(packed: BinaryIO) -> BinaryIO | Gunzip:
    head = packed.read(2)
    packed.seek(0)
    return Gunzip(packed) if head == b"\x1f\x8b" else packed


def _attachment(record: Any, number: int) -> Attachment | Refusal | str:
    """The record as a file to be read, or the kind of what was left aside."""
    headers = record.http_headers
    url = record.rec_headers.get_header("WARC-Target-URI")
    stated = (headers or record.rec_headers).get_header("Content-Type") or ""
    kind, _, rest = stated.partition(";")
    kind = kind.strip().lower()
    status = headers.get_statuscode() if headers else "200"
    if kind not in READ:
        return kind[:60] or "without a type"
    if status != "200":
        return f"answers with status {status[:10]}"
    try:
        data = _content(record)
    except _LeftOut as fault:
        return Refusal(message=f"record {number} ({url}) {fault}", line=number)
    charset = rest.lower().partition("charset=")[2].strip(" \"';") or None
    return Attachment(
        name=url or f"record {number}",
        data=data,
        media_type=kind,
        charset=charset,
        url=url,
        captured=record.rec_headers.get_header("WARC-Date"),
    )


def _content(record: Any) -> bytes:
    stream = record.content_stream()
    data = bytearray()
    while chunk := stream.read(1 << 16):
        data += chunk
        if len(data) > RECORD:
            raise _LeftOut(f"unfolds to more than {RECORD >> 20} MB: left out")
    if getattr(record.raw_stream, "limit", 0):  # bytes that the record states and the file no longer has
        raise _LeftOut("was cut off: left out")
    return bytes(data)
