"""Whether a text may tell of harm at all: one search over its bytes, so that bulk reading skips the rest unread.

It errs on one side only. A text is let through when it holds, in any spelling, a word or phrase without which no
rule of the pack makes an account (`triggers` in its terms.toml); what it turns away, the full reader finds nothing in.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Set

from ahocorasick_rs import BytesAhoCorasick, Implementation

from civcas.core.errors import BadPack
from civcas.core.extract.text import WORD_END, fold_words
from civcas.core.extract.words import forms_of, words_of
from civcas.core.language import Entry, LanguagePack

# What folding changes inside a word: marks and the tatweel, hamza carriers, dotless ya, ta marbuta, Persian forms and
# dashes.
_MARKS = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06e4\u06e7-\u06ed\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\u00ad\ufe00-\ufe0f]"
)
_LETTERS = tuple(zip("أإآٱىةیکہؤئ’‘ʼʻ–—‐‑−", "اااايهيكهوي''''-----", strict=True))
# Accents, ligatures, styled and enclosed letters, odd spaces, marks and digits of other scripts: a text that holds one
# is folded whole. In both scripts they are rare.
_COMPOSED = (
    "\u0080-\u009f\u00a8\u00aa\u00af\u00b2-\u00ba\u00c0-\u024f\u02b0-\u02b8\u02d8-\u02e4\u0300-\u05ff\u0600-\u0605\u061c\u0675-\u0678"
    "\u06c0\u06c2\u06d3\u070f-\u1fff\u2000-\u200a\u202f\u205f-\u2071\u207f-\u209c\u20a8\u20d0-\u218f\u2460-\u24ff"
    "\u2017\u203e\u2c00-\ufdff\ufe20-\uffff"
)
_BEYOND = re.compile("[^\0-\uffff]")  # mostly emoji, which are no letters
_STYLED = re.compile("[\U00010000-\U0001efff\U0001f100-\U0001f1e5\U0001f200-\U0001f2ff\U0001fbf0-\U0010ffff]")
_SPACED = re.compile(
    "[^\0-\x7f\u00c0-\u024f\u0370-\u05ea\u0621-\u064a\u066e-\u06d3\u0900-\u1fff\u3000-\ufdff\ufe70-\uffff]+"
)
_GAPS = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ\n\r\t\x0b\x0c\x1c\x1d\x1e\x1f#@_", b"abcdefghijklmnopqrstuvwxyz" + b" " * 12
)
_BARE = _GAPS[:128] + b" " * 128  # where all triggers are of ASCII letters, what is none stands between words
_MARKED = bytes(n if n > 127 or bytes([n]).isalpha() else 32 for n in range(256))  # so do marks and figures
_LATIN = r"[A-Za-z](?<=[\u0621-\u064a].)(?=[\u0621-\u064a])"  # LATIN_INSIDE of text.py, from the rarer letter
REMEMBERED = 100_000  # judgements on words kept: a bound on memory, not a measured best
WORDS = 4  # of a phrase that are searched for: with articles and endings the ways to write them double with each


class Prefilter:
    """The triggers of several packs, searched for in one pass."""

    def __init__(self, packs: Iterable[LanguagePack]) -> None:
        self._packs = tuple(packs)
        self._told: dict[tuple[int, bytes], bool] = {}
        wanted: dict[bytes, set[str] | None] = {}  # None: there when found, else where a word has such a key
        for pack in self._packs:
            if not pack.triggers:
                raise BadPack(f"the {pack.tag} pack names no triggers, so nothing could be left unread")
            for entry in _triggers(pack):
                for spelling in _spellings(entry, pack):
                    keys = wanted.setdefault(spelling, set())
                    if len(entry.tokens) > 1 or not _glued(pack):
                        wanted[spelling] = None
                    elif keys is not None:
                        keys.add(entry.tokens[0])
        self._wanted = [*wanted.values()]
        self._search = BytesAhoCorasick([*wanted], implementation=Implementation.DFA)
        self._bare = all(spelling.isascii() for spelling in wanted)
        broken = [pattern.pattern for pack in self._packs for pattern in pack.erase]
        self._strange = _any_of([*broken, _LATIN] if broken else [])

    def may_tell(self, text: str) -> bool:
        """Whether the text holds a trigger, or a spelling broken up so that it might."""
        plain = text
        if not text.isascii():
            strange = self._strange.search(text)
            if strange and any(found.lastgroup != "composed" for found in self._strange.finditer(text)):
                return True
            if strange or (_BEYOND.search(text) and _STYLED.search(text)):
                plain = fold_words(text)
            plain = _MARKS.sub("", plain) if self._bare else _unmarked(plain)
        raw = _spaced(plain, _BARE if self._bare else _GAPS)
        found = self._search.find_matches_as_indexes(raw, overlapping=True)
        return any(self._stands(raw, *match) for match in found)

    def _stands(self, raw: bytes, which: int, start: int, end: int) -> bool:
        """Whether what was found is the pack's word, and no part of another ("hit" in "white")."""
        keys = self._wanted[which]
        if keys is None:
            return True
        word = raw[raw.rfind(b" ", 0, start) + 1 : end - 1]
        told = self._told.get((which, word))
        if told is None:
            if len(self._told) >= REMEMBERED:
                self._told.clear()
            written = word.decode("utf-8", "replace")
            told = self._told[which, word] = any(_is(written, keys, pack) for pack in self._packs)
        return told


def _is(word: str, keys: Set[str], pack: LanguagePack) -> bool:
    """Whether the word or a piece of it has one of the keys, without its article or an ending."""
    if any(key.startswith("ا") and word.endswith(key) for key in keys):
        return True  # after a lost space, an alif with its hamza
    pieces = (word, *(piece for piece, _ in words_of(pack).pieces(word)))
    return any(not keys.isdisjoint(forms_of(pack.key(piece), pack)) for piece in pieces)


def _glued(pack: LanguagePack) -> bool:
    """Whether other words may be written as one with the word after them."""
    return bool(pack.prefixes or pack.article)


def _triggers(pack: LanguagePack) -> Iterator[Entry]:
    for following in pack.lexicon.values():
        for entries in following.values():
            yield from (entry for entry in entries if entry.tag in pack.triggers)


def _spellings(entry: Entry, pack: LanguagePack) -> Iterator[bytes]:
    """The ways in which an entry stands in a text of words and single spaces, to the end of its last word; what is
    glued to its first is left open."""
    spaced = (b" ".join(_spaced(token).split()) for token in entry.tokens[:WORDS])
    tokens = list(itertools.takewhile(bool, spaced))  # to the first that is a mark or a figure
    if not tokens:
        raise BadPack(f"the {pack.tag} pack has a trigger without letters: {' '.join(entry.tokens)}")
    articles = [b"", *(article.encode() for article in pack.article)]
    endings = [b"", *(_spaced(ending)[1:].rstrip() for ending in pack.endings)]
    for glued in itertools.product(articles, repeat=len(tokens) - 1):
        for ends in itertools.product(endings, repeat=len(tokens)):
            words = (article + token + end for article, token, end in zip((b"", *glued), tokens, ends, strict=True))
            spelt = (b"" if _glued(pack) else b" ") + b" ".join(words) + b" "
            yield spelt
            if not pack.abbreviations.isdisjoint(entry.tokens[:-1]):
                yield spelt.replace(b" ", b"  ").strip() + b" "  # their dots leave a second space


def _spaced(plain: str, gaps: bytes = _GAPS) -> bytes:
    """The text in small letters, with one space for a gap between two words, for each mark, and at both ends."""
    raw = b" %b " % plain.encode("utf-8", "surrogatepass").translate(gaps)
    while b"  " in raw:
        raw = raw.replace(b"  ", b" ")
    return raw.translate(_MARKED)


_FIRST = re.compile(r"\[(?P<choice>[^\]\\^][^\]\\]*)\](?![*+?{])|\\?(?P<mark>[^\w\s\\\[\](){}|^$*+?])(?![*+?{])")
_NESTED = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]|\((?:\\.|\[(?:\\.|[^\]\\])+\]|[^()\\\[])*\)")


def _any_of(broken: Iterable[str]) -> re.Pattern[str]:
    """The patterns of broken spellings (group `broken`) and letters that only folding makes plain, as one pattern that
    runs to the letters that either begins with."""
    firsts, rests, others = [_COMPOSED], [], []
    for pattern in broken:
        first = _FIRST.match(pattern)
        if first is None or _is_choice(pattern):
            others.append(f"(?:{pattern})")
            continue
        letters = re.sub(r"-$", r"\\-", first["choice"]) if first["choice"] else re.escape(first["mark"])
        firsts.append(letters)
        rests.append(f"(?<=[{letters}])(?:{pattern[first.end() :]})")
    whole = f"[{''.join(firsts)}](?:{'|'.join([*rests, f'(?P<composed>(?<=[{_COMPOSED}]))'])})"
    return re.compile("|".join([whole, *others]))


def _is_choice(pattern: str) -> bool:
    """Whether a "|" stands outside all brackets."""
    while (shorter := _NESTED.sub("", pattern)) != pattern:
        pattern = shorter
    return "|" in pattern


def _unmarked(text: str) -> str:
    plain = WORD_END.sub(r"\g<0> ", _MARKS.sub("", text))
    for written, folded in _LETTERS:  # a chain of replacements is four times as fast as one translation
        plain = plain.replace(written, folded)
    return _SPACED.sub(" ", plain)
