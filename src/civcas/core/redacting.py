"""A person's name taken out of a text, its length kept, so that all other offsets stay what they are."""

from __future__ import annotations

import re
from collections.abc import Iterable

BLOCK = "█"
LEAST = 2  # letters of a name: what is shorter stands in every text
_ARABIC = re.compile("[\u0600-\u06ff]")
_MARKS = "[\u064b-\u065f\u0640\u0670]*"  # vowel signs and stretching


def redactor(names: Iterable[str]) -> re.Pattern[str]:
    """What finds any of the names, whatever the case, the white space between their words, and the vowel signs.

    A Latin name is found as words of its own; an Arabic one also behind the particles that are written onto it.
    Raises ValueError for what is no name.
    """
    given = sorted({" ".join(name.split()) for name in names}, key=lambda n: (-len(n), n))
    if not given or any(sum(c.isalpha() for c in name) < LEAST for name in given):
        raise ValueError(f"a name has at least {LEAST} letters")
    return re.compile("|".join(map(_form, given)), re.IGNORECASE)


def _form(name: str) -> str:
    words = r"\s+".join("".join(_letter(c) for c in word) for word in name.split())
    return rf"{words}(?!\w)" if _ARABIC.search(name) else rf"(?<!\w){words}(?!\w)"


def _letter(letter: str) -> str:
    return re.escape(letter) + (_MARKS if _ARABIC.match(letter) else "")


def redacted(text: str, names: re.Pattern[str]) -> str:
    """The text with a block for each character of the names, white space between their words left as it is."""
    return names.sub(lambda found: re.sub(r"\S", BLOCK, found.group()), text)
