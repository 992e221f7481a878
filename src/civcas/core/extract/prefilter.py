"""Whether a text may tell of harm at all: one search over the raw text, so that bulk reading skips the rest unread.

It errs on one side only. A text is let through when it holds, in any spelling, a word or phrase without which no
rule of the pack makes an account (`triggers` in its terms.toml); what it turns away, the full reader finds nothing in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ahocorasick_rs import AhoCorasick

from civcas.core.errors import BadPack
from civcas.core.extract.text import LATIN_INSIDE, fold_words
from civcas.core.extract.words import words_of
from civcas.core.language import Entry, LanguagePack

# What folding changes inside a word: marks and the tatweel, hamza carriers, dotless ya, ta marbuta, Persian forms.
_MARKS = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\u00ad]"
)
_LETTERS = tuple(zip("أإآٱىةیکہؤئ’‘ʼʻ", "اااايهيكهوي''''", strict=True))
_GAPS = "\n\r\t\u00a0#@_"  # what a phrase may hold between its words, besides a space
# Accents, ligatures, full-width and styled letters, odd spaces: rare in both scripts: such a text is folded whole.
_COMPOSED = re.compile(
    "[\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff\u2000-\u200a\u202f\u205f\u3000\ufb50-\ufdff\ufe70-\ufeff\uff00-\uffef\U0001d400-\U0001d7ff]"
)
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


class Prefilter:
    """The triggers of several packs, searched for in one pass."""

    def __init__(self, packs: Iterable[LanguagePack]) -> None:
        self._packs = tuple(packs)
        self._phrases: list[str] = []  # what is searched for
        self._wanted: list[tuple[LanguagePack, str]] = []  # of each: its pack, and the key its word must have
        self._told: dict[tuple[int, str], bool] = {}
        for pack in self._packs:
            if not pack.triggers:
                raise BadPack(f"the {pack.tag} pack names no triggers, so nothing could be left unread")
            for searched, key in sorted(set(_searched(pack))):
                self._phrases.append(searched)
                self._wanted.append((pack, key))
        self._search = AhoCorasick(self._phrases)
        broken = [pattern.pattern for pack in self._packs for pattern in (*pack.erase, LATIN_INSIDE) if pack.erase]
        self._broken = re.compile("|".join(f"(?:{form})" for form in broken)) if broken else None

    def may_tell(self, text: str) -> bool:
        """Whether the text holds a trigger, or a spelling broken up so that it might."""
        plain = text
        if not text.isascii():
            if self._broken is not None and self._broken.search(text):
                return True
            plain = fold_words(text) if _COMPOSED.search(text) else _unmarked(text)
        for gap in _GAPS:
            plain = plain.replace(gap, " ")
        while "  " in plain:
            plain = plain.replace("  ", " ")
        plain = plain.lower()
        found = self._search.find_matches_as_indexes(plain, overlapping=True)
        return any(self._stands(plain, *match) for match in found)

    def _stands(self, plain: str, which: int, start: int, end: int) -> bool:
        """Whether what was found is the pack's word, and no part of another ("hit" in "white")."""
        pack, key = self._wanted[which]
        if not key:
            return not (plain[start - 1 : start].isalpha() or plain[end : end + 1].isalpha())
        while start and (plain[start - 1].isalpha() or plain[start - 1] in "'-"):
            start -= 1
        word = _WORD.search(plain, start)
        if word is None:
            return False
        told = self._told.get((which, word.group()))
        if told is None:
            pieces = (word.group(), *(piece for piece, _ in words_of(pack).pieces(word.group())))
            lost = key.startswith("ا") and word.group().endswith(key)  # after a lost space, an alif with its hamza
            told = lost or any(key in _forms(piece, pack) for piece in pieces)
            self._told[which, word.group()] = told
        return told


def _forms(word: str, pack: LanguagePack) -> Iterator[str]:
    """The keys a word may have: without its article, and without an ending."""
    key = pack.key(word)
    yield key
    yield from (key[: -len(ending)] for ending in pack.endings if key.endswith(ending))


def _unmarked(text: str) -> str:
    plain = _MARKS.sub("", text)
    for written, folded in _LETTERS:  # a chain of replacements is four times as fast as one translation
        plain = plain.replace(written, folded)
    return plain


def _searched(pack: LanguagePack) -> Iterator[tuple[str, str]]:
    """What to search for, and the key that the word found must have: whole phrases where words stand as the
    lexicon has them; where particles are glued to words, the longest word of each phrase."""
    glued = bool(pack.prefixes or pack.article or pack.endings)
    for following in pack.lexicon.values():
        for entries in following.values():
            for entry in entries:
                if entry.tag in pack.triggers:
                    yield _longest(entry) if glued else (" ".join(entry.tokens), "")


def _longest(entry: Entry) -> tuple[str, str]:
    word = max(entry.tokens, key=len)
    return word, word
