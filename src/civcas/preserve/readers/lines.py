"""JSON lines of reports (DESIGN: {"id","text","title","published","captured","publisher","url","language"})."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from civcas.core.errors import BadSource
from civcas.preserve.parts import OWN, Part, Refusal, Report, Source
from civcas.preserve.readers.fields import DERIVED, FIELDS, report_of
from civcas.preserve.text import Read, decode, marked_encoding

READER = f"jsonl/{OWN}"
LONGEST = 512 << 20
"""Bytes of one line; a longer one is refused without being held in memory."""
WHOLE = 256 << 20
"""Bytes of a JSON file that is one list or one object over many lines, and so must be read at once."""


def read_lines(source: Source) -> Iterator[Part]:
    """A report a line; a file that is one list of objects, or one object over many lines, is read as well."""
    with source.path.open("rb") as stream:
        head = stream.read(4096)
        stream.seek(0)
        mark = marked_encoding(head)
        if mark and mark[1] != "utf-8":
            text, _ = decode(stream.read())
            stream = io.BytesIO(text.encode("utf-8", "surrogatepass"))  # type: ignore[assignment]
            head = stream.read(4096)
            stream.seek(0)
        first = stream.readline(WHOLE)
        stream.seek(0)
        if source.size > WHOLE or not (items := _is_one_value(first, more=source.size > len(first))):
            yield from reports(_parsed(stream))
        else:
            yield from reports(_items(decode(stream.read()).text, listed=items == "list"))


def _is_one_value(first: bytes, *, more: bool) -> str | None:
    """Whether a file is a "list" or an "object" written over its lines, by its first one; None where it is lines."""
    start = first.removeprefix(b"\xef\xbb\xbf").strip()
    if start.startswith(b"["):
        try:
            _loads(decode(start).text)
        except BadSource:
            return "list"
        return None if more else "list"
    return "object" if start == b"{" else None


def _items(text: str, *, listed: bool) -> Iterator[tuple[int, Any, tuple[str, ...]]]:
    """The records of a list (or the one record there is), up to where it breaks off, each with its line."""
    at = len(text) - len(text.lstrip()) + listed
    line, counted = 1, 0
    while True:
        at = _GAP.match(text, at).end()  # type: ignore[union-attr]  # it matches no characters as well
        line, counted = line + text.count("\n", counted, at), at
        if at >= len(text) or text[at] == "]":
            if listed and at >= len(text):
                yield line, BadSource("breaks off: the list is not closed"), ()
            return
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError, BadSource) as fault:
            yield line, _no_json(fault), ()
            return
        yield line, value, ()


def _parsed(stream: BinaryIO) -> Iterator[tuple[int, Any, tuple[str, ...]]]:
    """Each line's number, its value (or the BadSource that says why there is none), and its warnings."""
    number = 0
    while line := stream.readline(LONGEST):
        number += 1
        if not line.endswith(b"\n") and len(line) == LONGEST:
            while (rest := stream.readline(1 << 20)) and not rest.endswith(b"\n"):
                pass
            yield number, BadSource(f"is longer than {LONGEST >> 20} MB"), ()
            continue
        if not line.strip(b" \t\r\n\xef\xbb\xbf"):
            continue
        text, warnings = _text(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
        try:
            yield number, _loads(text), warnings
        except BadSource as fault:
            yield number, fault, ()


def _text(line: bytes) -> Read:
    try:
        return Read(line.decode())
    except UnicodeDecodeError:
        return decode(line)


def _loads(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_no_constant)
    except (ValueError, RecursionError) as fault:
        raise _no_json(fault) from None


def _no_json(fault: Exception) -> BadSource:
    if isinstance(fault, BadSource):
        return fault
    if isinstance(fault, RecursionError):
        return BadSource("is nested too deep to be a report")
    where = f"{fault.msg} at character {fault.colno}" if isinstance(fault, json.JSONDecodeError) else str(fault)
    return BadSource(f"is no JSON: {where}")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise BadSource(f"has the field {double[:80]!r} twice")
    return record


def _no_constant(name: str) -> Any:
    raise BadSource(f"is no JSON: {name} is no number")


_DECODER = json.JSONDecoder(object_pairs_hook=_without_doubles, parse_constant=_no_constant)
_GAP = re.compile(r"[\s,]*")


def reports(values: Iterable[tuple[int, Any, tuple[str, ...]]]) -> Iterator[Report | Refusal]:
    """Each value as a report or the refusal of its line; fields that are not known are named once, at the end."""
    unknown: dict[str, int] = {}
    for number, value, warnings in values:
        if isinstance(value, BadSource):
            yield Refusal(message=str(value), line=number)
            continue
        try:
            if not isinstance(value, dict):
                raise BadSource(f"is no JSON object but {_kind(value)}")
            yield report_of(value, reader=READER, line=number, warnings=warnings)
        except BadSource as fault:
            yield Refusal(message=str(fault), line=number)
            continue
        for name in value:
            if name not in FIELDS and name not in DERIVED and name != "media" and len(unknown) < 1000:
                unknown.setdefault(name, number)
    if unknown:
        yield ignored(unknown)


def ignored(unknown: dict[str, int]) -> Refusal:
    """The one notice that names the fields nothing was done with."""
    names = ", ".join(repr(name[:60]) for name in list(unknown)[:20]) + (" and more" if len(unknown) > 20 else "")
    return Refusal(message=f"fields that are not known here and were ignored: {names}", notice=True)


def _kind(value: Any) -> str:
    return {list: "a list", str: "a text", bool: "true or false", type(None): "null"}.get(type(value), "a number")
