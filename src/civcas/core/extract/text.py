"""A search form of the text with a map back to the original offsets; sentences and tokens over it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

import msgspec

# Letters that NFKD leaves apart though writers mix them freely: dotless ya, ta marbuta, Persian forms
# of ya and kaf; typographic quotes and dashes; the tatweel, which only stretches a word.
_ALIKE = {
    "ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك", "ہ": "ه", "ٱ": "ا", "ـ": "",
    "‘": "'", "’": "'", "ʼ": "'", "ʻ": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "،": ",", "؛": ";", "؟": "?", "٫": ".", "٬": ",", "٪": "%",
}  # fmt: skip
_BREAKS = frozenset("\x0b\x0c\x1c\x1d\x1e\x1f\x85")  # controls that part words; the others stand within one
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_cache: dict[str, str] = {}


def _fold_character(character: str) -> str:
    if character in _ALIKE:
        return _ALIKE[character]
    if character.isascii() and not _CONTROL.match(character):
        return character.lower()
    if character in _BREAKS:
        return " "
    kept = []
    for part in unicodedata.normalize("NFKD", character):
        category = unicodedata.category(part)
        if category in ("Mn", "Cf", "Cc", "Me"):
            continue
        digit = unicodedata.decimal(part, None)
        kept.append(str(digit) if digit is not None else " " if category == "Zs" else _ALIKE.get(part, part.lower()))
    return "".join(kept)


# Ta marbuta and alif maqsura end a word: a letter after one shows a lost space or line break.
# An alif with its hamza below begins one, after no more than a particle and the article.
# A letter stands first so that the search may run to it at once.
WORD_END = re.compile(
    r"[\u0621-\u064a](?:(?<=[\u0629\u0649])(?=[\u0622-\u0628\u062a-\u063a\u0641-\u0648])"
    r"|(?=\u0625)(?<=[\u0621-\u064a]{4})(?<![\u0648\u0641\u0628\u0643\u0644\u0627]{3}.))"
)

# A Latin letter amid Arabic ones stands for the letter it sounds like: a spelling broken up to pass moderation.
LATIN_INSIDE = re.compile(r"[\u0621-\u064a][A-Za-z](?=[\u0621-\u064a])")
_SOUNDS = dict(zip("abcdefghijklmnopqrstuvwxyz", "ابكديفجهيجكلمنوبقرستوفوكيز", strict=True))


class Folded(msgspec.Struct, frozen=True):
    """A text in search form. `at[i]` is the original offset of its character i; one more stands for the end."""

    text: str
    at: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original offsets of the folded stretch start:end."""
        return self.at[start], self.at[end - 1] + 1


def fold(text: str, erase: Sequence[re.Pattern[str]] = ()) -> Folded:
    """The text lower-cased, without marks, digits as ASCII, alike letters made one; `erase` names
    stretches (broken spellings) that are left out."""
    if text.isascii() and not _CONTROL.search(text):
        return Folded(text=text.lower(), at=range(len(text) + 1))
    changes = [(*found.span(), "") for pattern in erase for found in pattern.finditer(text)]
    changes += [(found.end(), found.end(), " ") for found in WORD_END.finditer(text)]
    plain = LATIN_INSIDE.sub(lambda found: found.group()[0] + _SOUNDS[found.group()[1].lower()], text)
    for character in set(plain):
        folded = _cache.get(character)
        if folded is None:
            folded = _cache[character] = _fold_character(character)
        if len(folded) != 1:
            changes += [(at, at + 1, folded) for at in _places(plain, character)]
        elif folded != character and (not character.isascii() or _CONTROL.match(character)):
            plain = plain.replace(character, folded)
    if not changes:
        return Folded(text=plain.lower(), at=range(len(text) + 1))
    return _changed(plain, sorted(changes))


def _places(text: str, character: str) -> Iterator[int]:
    at = text.find(character)
    while at >= 0:
        yield at
        at = text.find(character, at + 1)


def _changed(plain: str, changes: Sequence[tuple[int, int, str]]) -> Folded:
    """The text with other letters in the stretches named; what lies in a stretch left out is left out with it."""
    out: list[str] = []
    at: list[int] = []
    position = 0
    for start, end, put in changes:
        if start < position or (start == end == position):
            position = max(position, end)
            continue
        out += (plain[position:start], put)
        at += range(position, start)
        at += [min(start, end - 1)] * len(put)  # a space put in stands for the letter before it
        position = end
    out.append(plain[position:])
    at += range(position, len(plain) + 1)
    return Folded(text="".join(out).lower(), at=at)


def fold_words(text: str) -> str:
    """The text in search form, where no way back to its offsets is needed."""
    return fold(text).text


# A stop ends a sentence where a space follows; in Arabic script, whose posts lose their spaces, a letter too.
# Its first letter stands alone so that the search may run to it at once.
_END = re.compile(
    r"[.!?…。\n\u2022●▪■◾🔴🔻🔺🔸🔹⚡🚨✅❗❌⭕📌📍⛔](?:(?<=[.!?…。])[.!?…。]*[\"')\]]*(?=\s|$)"
    r"|(?<=[\u0621-\u064a\"')][.!?])[.!?]*(?=[\u0621-\u064a])|(?<=\n)\n*|(?<![.!?…。\n]))"
)


LONGEST = 2000  # characters read as one sentence: the time of the rules grows with the square of it


def sentences(folded: Folded, abbreviations: frozenset[str], original: str | None = None) -> Iterator[tuple[int, int]]:
    """(start, end) of each sentence in the folded text; a line break ends one, an abbreviation's dot does not,
    nor does the break of a wrapped line, which goes on with a small letter in the original. One that never ends is
    read in stretches of at most LONGEST characters."""
    for start, end in _ended(folded, abbreviations, original):
        while end - start > LONGEST:
            cut = max(folded.text.rfind(mark, start + LONGEST // 2, start + LONGEST) for mark in ";, ") + 1
            cut = cut or start + LONGEST
            yield start, cut
            start = cut
        if folded.text[start:end].strip():
            yield start, end


def _ended(folded: Folded, abbreviations: frozenset[str], original: str | None) -> Iterator[tuple[int, int]]:
    text, start = folded.text, 0
    for found in _END.finditer(text):
        if found.group()[0] == "." and _abbreviated(text, start, found.start(), abbreviations):
            continue
        if found.group() == "." and _ITEM.fullmatch(text, start, found.start()):
            continue
        if original and found.group() == "\n" and _wrapped(original, folded.at[found.start()]):
            continue
        if text[start : found.end()].strip():
            yield start, found.end()
        start = found.end()
    if text[start:].strip():
        yield start, len(text)


_ITEM = re.compile(r"\W*\d{1,2}")  # the number of a list's item


_WRAP = re.compile(r"[^\s.!?:;…]\s*\n[ \t\r]*(\w)")


def _wrapped(original: str, at: int) -> bool:
    """Whether the line break at the offset only wraps a line."""
    start = len(original[max(0, at - 80) : at].rstrip()) + max(0, at - 80)  # a wider gap wraps no line
    found = _WRAP.match(original, max(0, start - 1), at + 80)
    return found is not None and found[1].islower()


_LAST_WORD = re.compile(r"[^\s(\"']*$")


def _abbreviated(text: str, start: int, dot: int, abbreviations: frozenset[str]) -> bool:
    found = _LAST_WORD.search(text, max(start, dot - 12), dot)
    word = found.group() if found else ""
    if word in abbreviations or (len(word) == 1 and word.isalpha() and word.isascii()):
        return True
    return "." in word and all(len(part) <= 1 for part in word.split("."))


TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]\.(?:[^\W\d_]\.)+|[^\W\d_]+(?:['-][^\W\d_]+)*|[^\w\s]")
