"""What a reader is given and what it gives: a source of archived bytes in, its parts out."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from civcas import __version__
from civcas.core.records import Media, Record


class Source(Record, frozen=True, kw_only=True):
    """Archived bytes to be read: where they lie, and what is known of them from outside."""

    name: str  # as the user named it; a member of a container is "mail.eml: letter.pdf"
    path: Path  # in the archive
    sha256: str
    size: int
    columns: Mapping[str, str] = {}  # field of a report -> column of a table
    charset: str | None = None
    url: str | None = None
    captured: str | None = None
    container: str | None = None  # sha256 of the file that these bytes were in


class Report(Record, frozen=True, kw_only=True):
    """A report as read, its text not yet made storable; `own` are its bytes where it is part of a larger file."""

    text: str
    reader: str
    id: str | None = None
    title: str | None = None
    published: str | None = None
    captured: str | None = None
    publisher: str | None = None
    url: str | None = None
    language: str | None = None
    own: bytes | None = None
    line: int | None = None
    pictures: tuple[Picture, ...] = ()  # media inside the same file
    media: tuple[Media, ...] = ()  # media that the report names
    warnings: tuple[str, ...] = ()


class Picture(Record, frozen=True, kw_only=True):
    """Bytes of an image, video or recording that belongs to a report."""

    name: str
    data: bytes


class Attachment(Record, frozen=True, kw_only=True):
    """A file inside a file, to be read as one of its own kind."""

    name: str
    data: bytes
    media_type: str | None = None
    charset: str | None = None
    url: str | None = None
    captured: str | None = None


class Refusal(Record, frozen=True, kw_only=True):
    """What a reader could not read, or a notice of what it left aside."""

    message: str
    line: int | None = None
    notice: bool = False


class Run(Record, frozen=True, kw_only=True):
    """What one collecting does with every file: when it is, who does it, which columns a table has."""

    at: datetime.datetime
    by: str | None = None
    columns: Mapping[str, str] = {}


Part = Report | Attachment | Refusal
Reader = Callable[[Source], Iterator[Part]]

OWN = f"civcas-{__version__}"
"""The version that readers without a library of their own go by."""
