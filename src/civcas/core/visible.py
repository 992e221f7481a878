"""Untrusted text made safe to print: what hides, reverses or commands is shown by its code point."""

from __future__ import annotations

import re

REVERSING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
"""The characters that change the direction in which their neighbours are shown."""

# C0 and C1 controls (a terminal obeys them), DEL, the reversing characters, what has no width or breaks
# a line unseen, tag characters, and lone surrogates (which no stream can encode). The joiners U+200C and
# U+200D stay: Persian, Arabic and emoji are written with them.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str, *, one_line: bool = False) -> str:
    """The text with every hidden, reversing or commanding character shown like ‹U+202E›.

    With one_line, line breaks and tabs are shown so too, for a cell of a table or a log line.
    """
    shown = _HIDDEN.sub(_code_point, text)
    return re.sub("[\n\t]", _code_point, shown) if one_line else shown


def reversing(text: str) -> tuple[str, ...]:
    """The code points in the text that reverse it, as U+202E, each once."""
    return tuple(f"U+{ord(c):04X}" for c in REVERSING if c in text)  # one fast search each: text may have 50 MB


def _code_point(match: re.Match[str]) -> str:
    return f"‹U+{ord(match[0]):04X}›"
