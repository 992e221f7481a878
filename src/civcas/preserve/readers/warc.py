"""Web archives (WARC, packed or not): each page, text or document in them as a file of its own."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO

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
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    aside: Counter[str] = Counter()
    number = 0
    with source.path.open("rb") as packed:
        try:
            for number, record in enumerate(ArchiveIterator(_unpacked(packed), no_record_parse=False), 1):
                if record.rec_type not in _TYPES:
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
    if not number:
        raise BadSource("holds no records")


def _unpacked(packed: BinaryIO) -> BinaryIO:
    head = packed.read(2)
    packed.seek(0)
    return io.BufferedReader(Gunzip(packed), 1 << 16) if head == b"\x1f\x8b" else packed


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
    data = _content(record)
    if data is None:
        return Refusal(message=f"record {number} ({url}) unfolds to more than {RECORD >> 20} MB: left out", line=number)
    charset = rest.lower().partition("charset=")[2].strip(" \"';") or None
    return Attachment(
        name=url or f"record {number}",
        data=data,
        media_type=kind,
        charset=charset,
        url=url,
        captured=record.rec_headers.get_header("WARC-Date"),
    )


def _content(record: Any) -> bytes | None:
    stream = record.content_stream()
    data = bytearray()
    while chunk := stream.read(1 << 16):
        data += chunk
        if len(data) > RECORD:
            return None
    return bytes(data)
