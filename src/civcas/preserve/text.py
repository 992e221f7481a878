"""Bytes into text: encodings found and named, and text that any database can keep."""

from __future__ import annotations

import codecs
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from charset_normalizer import from_bytes

from civcas.core.visible import reversing

_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Weighed by _unlikely before the detector is asked, which takes short Arabic for Cyrillic and French for Czech.
_LATIN = ["cp1252", "cp1254", "cp1250"]
_OTHER = ["cp1256", "cp1251", "iso8859_6", "koi8_r", "cp1255", "cp1253"]
_SAMPLE = 1 << 18
_PIECE = 1 << 16
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


class Read(NamedTuple):
    """Text with the warnings that go with it."""

    text: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, declared: str | None = None) -> Read:
    """The bytes as text, by their mark, as UTF-8, as declared, or in an encoding found in them (then warned of)."""
    if marked := marked_encoding(data):
        return _repaired(data[len(marked[0]) :], marked[1])
    if wide := _unmarked_wide(data):
        return _repaired(data, wide)
    try:
        return Read(data.decode())
    except UnicodeDecodeError:
        pass
    if declared and _mostly_not_utf8(data):
        try:
            return Read(data.decode(declared))
        except (LookupError, UnicodeError, ValueError):
            pass
    return _by_line(data)


def marked_encoding(data: bytes) -> tuple[bytes, str] | None:
    """The byte order mark the data begins with and the encoding it stands for."""
    return next((pair for pair in _MARKS if data.startswith(pair[0])), None)


def storable(text: str) -> Read:
    """The text as any database can keep it, at unchanged offsets, with what was found in it.

    NUL and lone surrogates, which PostgreSQL and UTF-8 cannot hold, become U+FFFD; characters that
    reverse text stay.
    """
    warnings = []
    if nuls := text.count("\0"):
        text = text.replace("\0", "\ufffd")
        warnings.append(f"{_times(nuls, 'NUL character')} kept as U+FFFD")
    if not encodable(text):
        text, lone = re.subn("[\ud800-\udfff]", "\ufffd", text)
        warnings.append(f"{_times(lone, 'half of a surrogate pair', 'halves of surrogate pairs')} kept as U+FFFD")
    if found := reversing(text):
        warnings.append(f"holds characters that reverse text: {', '.join(found)}")
    return Read(text, tuple(warnings))


def encodable(text: str) -> bool:
    """Whether the text can be written as UTF-8: whether it holds no lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_binary(data: bytes) -> bool:
    """Whether these bytes are no text in any encoding: too many of them are controls no text has."""
    sample = data[:65536]
    if not sample or marked_encoding(sample) or _unmarked_wide(sample):
        return False
    controls = sum(map(sample.count, (bytes([c]) for c in (*range(9), *range(14, 27), *range(28, 32), 127))))
    return controls > max(8, len(sample) // 50)


def _repaired(data: bytes, encoding: str) -> Read:
    try:
        return Read(data.decode(encoding))
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        return Read(text, (f"some bytes are no {encoding.upper()}: kept as U+FFFD",))


def _unmarked_wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of Latin text is zero, and hardly any of the others."""
    sample = data[:4096]
    if len(sample) < 8 or len(data) % 2:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.4 and odd < half * 0.05 else None


def _by_line(data: bytes) -> Read:
    """Each line as UTF-8 where it is, else as damaged UTF-8 or in the one other encoding of the rest."""
    parts = list(_classed(data))
    foreign = [part for part, kind in parts if kind == "foreign"]
    damaged = sum(kind == "damaged" for _, kind in parts)
    encoding = detect(foreign) if foreign else "utf-8"
    text = "".join(part.decode(encoding if kind == "foreign" else "utf-8", "replace") for part, kind in parts)
    warnings = []
    if foreign:
        number = sum(part.count(b"\n") or 1 for part in foreign)
        whole = len(foreign) == len(parts)
        where = "" if whole else f"{_times(number, 'line')} of {data.count(10) + 1} "
        warnings.append(f"{where}read as {encoding}, found from the bytes: no encoding was given and it is no UTF-8")
    if damaged:
        warnings.append(f"damaged UTF-8 in {_times(damaged, 'line')}: kept as U+FFFD")
    return Read(text, tuple(warnings))


def _classed(data: bytes) -> Iterator[tuple[bytes, str]]:
    """Pieces of whole lines, each "utf-8", "damaged" UTF-8 or "foreign"; line by line only where it must be."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start + _PIECE) + 1 or len(data)
        piece = data[start:end]
        if _is_utf8(piece):
            yield piece, "utf-8"
        elif not _UTF8.search(piece):
            yield piece, "foreign"
        else:
            for line in piece.splitlines(keepends=True) if b"\n" not in piece else _LINE.findall(piece):
                yield line, "utf-8" if _is_utf8(line) else "foreign" if _mostly_not_utf8(line) else "damaged"
        start = end


def detect(pieces: Iterable[bytes]) -> str:
    """The encoding that bytes which are no UTF-8 are most likely written in."""
    sample = b"\n".join(pieces)[:_SAMPLE]
    mixed = len(re.findall(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]", sample))
    apart = len(re.findall(rb"[\x80-\xff]{3,}", sample))
    candidates = _LATIN if mixed >= apart else _OTHER
    faults = {encoding: _unlikely(sample[:8192], encoding) for encoding in candidates}
    likely = [encoding for encoding in candidates if faults[encoding] == min(faults.values())]
    if len(likely) == 1 or candidates is _LATIN:
        return likely[0]
    best = from_bytes(sample, cp_isolation=likely, enable_fallback=False).best()
    return best.encoding if best and best.encoding in likely else likely[0]


def _unlikely(sample: bytes, encoding: str) -> int:
    """How often the bytes, so decoded, break what words look like: one script, no capital within, no sign within."""
    text = sample.decode(encoding, "replace")
    faults = text.count("\ufffd")
    faults += len(re.findall(r"[^\W\d_][\x80-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7\u2020-\u203a][^\W\d_]", text))
    if encoding == "cp1252":
        faults += len(re.findall("[ðþýÐÞÝ]", text))  # where Turkish has its own letters
    for left, right in itertools.pairwise(text):
        if left.isalpha() and right.isalpha():
            faults += _script(left) != _script(right) or right.isupper()
    return faults


def _script(letter: str) -> int:
    """A number for the alphabet of a letter: those that one-byte encodings hold."""
    return sum(ord(letter) >= start for start in (0x370, 0x400, 0x590, 0x600, 0x700))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _mostly_not_utf8(data: bytes) -> bool:
    """Whether the bytes above 127 are better explained by another encoding than by damage to UTF-8."""
    sample = data[: 4 * _SAMPLE]
    high = len(sample) - len(sample.translate(None, delete=bytes(range(0xC0, 0x100))))
    return len(_UTF8.findall(sample)) < max(1, high / 2)


def _times(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
