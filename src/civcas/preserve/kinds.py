"""What kind of file some bytes are: by their name, unless the bytes themselves say otherwise."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from typing import Literal, NamedTuple

from civcas.core.errors import BadSource
from civcas.preserve.readers import READERS

MediaKind = Literal["image", "video", "audio", "other"]
MEDIA: dict[str, MediaKind] = {
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".avif", ".tif", ".tiff", ".bmp"), "image"),
    **dict.fromkeys((".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".3gp", ".mpg", ".mpeg"), "video"),
    **dict.fromkeys((".mp3", ".ogg", ".oga", ".opus", ".wav", ".m4a", ".aac", ".flac", ".amr"), "audio"),
}
HEAD = 4096

_MAGIC = tuple((re.compile(pattern, re.DOTALL), suffix) for pattern, suffix in (
    (rb"WARC/\d", ".warc"),
    (rb"\xff\xd8\xff", ".jpg"),
    (rb"\x89PNG\r\n\x1a\n", ".png"),
    (rb"GIF8[79]a", ".gif"),
    (rb"RIFF....WEBP", ".webp"),
    (rb"RIFF....WAVE", ".wav"),
    (rb"RIFF....AVI ", ".avi"),
    (rb"\0...ftypqt", ".mov"),
    (rb"\0...ftypM4A", ".m4a"),
    (rb"\0...ftyphei", ".heic"),
    (rb"\0...ftypavif", ".avif"),
    (rb"\0...ftyp", ".mp4"),
    (rb"ID3[\x02-\x04]", ".mp3"),
    (rb"OggS\0", ".ogg"),
    (rb"fLaC\0", ".flac"),
    (rb"\x1aE\xdf\xa3", ".mkv"),
))  # fmt: skip
_REFUSED = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old or an encrypted Office file: save it anew as .docx or .xlsx"),
    (b"{\\rtf", "is an RTF file, which is not read: save it as .docx or .txt"),
    (b"7z\xbc\xaf\x27\x1c", "is a packed file: unpack it and give the folder"),
    (b"Rar!\x1a\x07", "is a packed file: unpack it and give the folder"),
    (b"SQLite format 3\0", "is a database, which is not read"),
)  # fmt: skip
_MAIL = re.compile(
    rb"(?:From |(?:return-path|received|delivered-to|message-id|mime-version|from|to|subject|date|x-[\w-]+):[ \t])",
    re.IGNORECASE,
)
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_LINES = re.compile(rb"\s*(?:\{|\[\s*\{|\[[^\r\n]*\]\s*(?:[\r\n]\s*\{|\Z))")
_SAME = {".text": ".txt", ".htm": ".html", ".xhtml": ".html", ".xlsm": ".xlsx", ".warc": ".warc.gz"}
_PACKED = (".pdf", ".docx", ".xlsx", ".xlsm", ".warc", ".warc.gz")


class Kind(NamedTuple):
    """A suffix of READERS or MEDIA, the warning where the name said another, the notice where it said nothing known."""

    suffix: str
    warning: str | None = None
    notice: str | None = None


def suffix_of(name: str) -> str:
    """The suffix that a name's kind is looked up by, in lower case; .warc.gz is one."""
    lower = name.lower()
    return ".warc.gz" if lower.endswith(".warc.gz") else Path(lower).suffix


def kind_of(name: str, path: Path) -> Kind:
    """The kind of the bytes at the path; raises BadSource where nothing here reads such bytes."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head:
        raise BadSource("is empty")
    said = suffix_of(name)
    found = _by_magic(head, path)
    if found is None and said in _PACKED and _PAGE.match(head):
        found = ".html"  # a page saying that the file is not to be had, saved under its name
    if found is not None:
        lies = said and _SAME.get(said, said) != _SAME.get(found, found) and not (said in MEDIA and found in MEDIA)
        return Kind(found, f"named {said[:20]} but its bytes are {found}: read as that" if lies else None)
    if said in READERS or said in MEDIA:
        return Kind(said)
    found = _by_words(head)
    return Kind(found, notice=f"{said[:20]} is no kind of file known here: read as {found}" if said else None)


def kind_of_stdin(path: Path) -> Kind:
    """JSON lines where the first line begins with { or another begins so after a list, else plain text, unless it is
    plainly a file."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head:
        raise BadSource("is empty")
    if found := _by_magic(head, path):
        return Kind(found)
    letters = head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    return Kind(".jsonl" if _LINES.match(letters) else ".txt")


def media_kind(name: str, data: bytes = b"") -> MediaKind:
    """Image, video or audio by the bytes, else by the name."""
    found = next((suffix for magic, suffix in _MAGIC if magic.match(data)), "")
    return MEDIA.get(found) or MEDIA.get(suffix_of(name)) or "other"


def _by_magic(head: bytes, path: Path) -> str | None:
    """The suffix that the bytes prove, None where they might be any text."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"%PDF-"):
        return ".pdf"
    if head.startswith(b"PK\x03\x04"):
        return _inside_zip(path)
    if head.startswith(b"\x1f\x8b"):
        return _inside_gzip(head)
    for magic, message in _REFUSED:
        if head.startswith(magic):
            raise BadSource(message)
    return next((suffix for magic, suffix in _MAGIC if magic.match(head)), None)


def _inside_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise BadSource(f"is a broken zip file (as .docx and .xlsx are): {fault}") from fault
    if "word/document.xml" in names:
        return ".docx"
    if "xl/workbook.xml" in names:
        return ".xlsx"
    raise BadSource("is a zip file that is no Word document and no workbook: unpack it and give the folder")


def _inside_gzip(head: bytes) -> str:
    try:
        start = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, 64)
    except zlib.error as fault:
        raise BadSource(f"is a broken gzip file: {fault}") from fault
    if start.startswith(b"WARC/"):
        return ".warc.gz"
    raise BadSource("is a gzip file that is no web archive: unpack it and give what was in it")


def _by_words(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _PAGE.match(head):
        return ".html"
    if re.match(rb"\[?\s*\{\s*[\"}]", start):
        return ".jsonl"
    return ".eml" if _MAIL.match(start) else ".txt"
