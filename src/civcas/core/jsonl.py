"""JSON lines in and out: one record a line, a fault named by its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from civcas.core.errors import BadSource

T = TypeVar("T")


def encode(record: object) -> bytes:
    """The record as one line of JSON, keys in the order of the record, with its newline."""
    return msgspec.json.encode(record) + b"\n"


def decode(lines: Iterable[bytes | str], kind: type[T], *, source: str) -> Iterator[T | BadSource]:
    """Each line as a record of the kind, or the BadSource that says why it is none; blank lines are passed over."""
    decoder = msgspec.json.Decoder(kind)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError) as fault:
            yield BadSource(f"{source}, line {number}: {fault}")
