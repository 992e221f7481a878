"""Records of named fields (JSON lines, tables) into reports: what is known by name is taken, typed and dated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from civcas.core.errors import BadSource
from civcas.core.records import Media
from civcas.preserve.parts import Report

FIELDS = ("text", "title", "published", "captured", "publisher", "url", "language", "id")
DERIVED = ("sha256", "reader", "warnings")
"""Fields of a document written out by civcas itself that are worked out anew on reading."""


def report_of(record: Mapping[str, Any], *, reader: str, line: int | None, warnings: tuple[str, ...] = ()) -> Report:
    """The report that the known fields give; raises BadSource for a wrong type or where there is no text.

    Its own bytes are the canonical JSON of those fields without `id` and `captured`, so that one report
    under two ids, or from a table and from JSON lines, is one.
    """
    fields: dict[str, str] = {}
    for name in FIELDS:
        value = record.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and name == "id":
            value = str(value)
        if value is not None and not isinstance(value, str):
            raise BadSource(f"the field {name!r} is {_named(value)}, not text")
        if value and (value.strip() or name == "text"):
            fields[name] = value if name == "text" else value.strip()
    if not fields.get("text", "").strip():
        raise BadSource("has no text" if "text" in record else "has no field 'text'")
    media = _media(record.get("media"))
    own = canonical({**{k: v for k, v in fields.items() if k not in ("id", "captured")}, **_media_field(media)})
    return Report(**fields, own=own, reader=reader, line=line, media=media, warnings=warnings)  # type: ignore[arg-type]


def canonical(record: Mapping[str, Any]) -> bytes:
    """The record as JSON with sorted keys and no spaces: equal records, equal bytes."""
    try:
        return json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # lone surrogates: only their escapes are bytes
        return json.dumps(record, sort_keys=True, separators=(",", ":")).encode()


def _media(value: Any) -> tuple[Media, ...]:
    if value is None:
        return ()
    try:
        return msgspec.convert(value, tuple[Media, ...])
    except msgspec.ValidationError as fault:
        raise BadSource(f"the field 'media' is no list of media: {fault}") from fault


def _media_field(media: tuple[Media, ...]) -> dict[str, Any]:
    return {"media": msgspec.to_builtins(media)} if media else {}


def _named(value: Any) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(value), type(value).__name__)


def moment(given: str) -> str | None:
    """The day, or the RFC 3339 time, that is meant, None where it is neither.

    A time without its zone is kept as its day: which moment it was is not known.
    """
    try:
        if len(given) == 10:
            return date.fromisoformat(given.replace("/", "-")).isoformat()
        if given[:4].isdigit() and len(given) > 10:
            parsed = datetime.fromisoformat(given.replace("/", "-", 2))
        else:
            parsed = parsedate_to_datetime(given)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return parsed.date().isoformat() if parsed.tzinfo is None else parsed.isoformat()
