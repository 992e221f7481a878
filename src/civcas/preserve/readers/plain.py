"""Plain text and Markdown: the text untouched, line breaks and all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from civcas.core.errors import BadSource
from civcas.preserve.parts import OWN, Report, Source
from civcas.preserve.text import decode, is_binary

_HEADING = re.compile(r"\A\s*# +(\S[^\n]*)")


def read_text(source: Source) -> Iterator[Report]:
    """The file as one report."""
    text, warnings = _text_of(source)
    yield Report(text=text, reader=f"text/{OWN}", warnings=warnings)


def read_markdown(source: Source) -> Iterator[Report]:
    """The file as one report, its marks left in; a first heading is its title."""
    text, warnings = _text_of(source)
    heading = _HEADING.match(text)
    title = heading[1].strip().rstrip("#").rstrip() if heading else None
    yield Report(text=text, title=title, reader=f"markdown/{OWN}", warnings=warnings)


def _text_of(source: Source) -> tuple[str, tuple[str, ...]]:
    data = source.path.read_bytes()
    if is_binary(data):
        raise BadSource("is no text: its bytes are of no kind that is read here")
    text, warnings = decode(data, source.charset)
    return text, warnings
