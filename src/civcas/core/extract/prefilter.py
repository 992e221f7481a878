"""Whether a text may tell of harm at all: one search over its bytes, so that bulk reading skips the rest unread.

It errs on one side only. A text is let through when it holds, in any spelling, a word or phrase without which no
rule of the pack makes an account (`triggers` in its terms.toml); what it turns away, the full reader finds nothing in.
"""

from __future__ import annotations

import codecs
import functools
import itertools
import re
import string
from collections.abc import Iterable, Iterator, Set

from ahocorasick_rs import BytesAhoCorasick, Implementation

from civcas.core.errors import BadPack
from civcas.core.extract.text import fold_words
from civcas.core.extract.words import LONGEST_WORD, forms_of, words_of
from civcas.core.language import Entry, LanguagePack

# Beside the letters of the packs: their other forms, marks and figures, letters of names. What is of neither is folded
# apart, which is slow.
_COMMON = (
    "أإآٱىةیکہؤئًٌٍَُِّْٰـ\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u00ad\ufe0f\u00a0،؛؟٪٫٬٠١٢٣٤٥٦٧٨٩"
    "’‘“”«»–—‐‑…•ıİşŞğçüÜöÖûÎîâéèáíóúàêëïäñāīūʿʾšćčž″×·"
    "ءابتثجحخدذرزسشصضطظعغفقكلمنهوي"
)
_ROOM = 128  # letters beyond ASCII in a code of one byte a letter
_LATIN = r"[A-Za-z](?<=[\u0621-\u064a].)(?=[\u0621-\u064a])"  # LATIN_INSIDE of text.py, from the rarer letter
# WORD_END of text.py from the rarer letters, each by itself: a search for one letter is ten times as fast.
_BEGINS = re.compile(r"\u0625(?<=[\u0621-\u064a]{4}.)(?<![\u0648\u0641\u0628\u0643\u0644\u0627]{3}..)")
_ENDS = tuple(re.compile(f"{last}(?=[\u0622-\u0628\u062a-\u063a\u0641-\u0648])") for last in "\u0629\u0649")
_GAP = re.compile(b"  +")
REMEMBERED = 100_000  # judgements on words kept: a bound on memory, not a measured best
WORDS = 4  # of a phrase that are searched for: with articles and endings the ways to write them double with each


class _Code:
    """A code of one byte a letter, in which letters that are read alike are one and all else is a space."""

    def __init__(self, letters: Set[str]) -> None:
        beyond = sorted(letter for letter in letters if letter.isalpha() and not letter.isascii())
        if len(beyond) > _ROOM:
            raise BadPack(f"the packs are written with {len(beyond)} letters beyond ASCII, more than {_ROOM}")
        written = [*beyond, *(letter.upper() for letter in beyond), *_COMMON]
        single = [each for each in dict.fromkeys(written) if len(_folded(each)) < 2 or not _folded(each).isalpha()]
        known = "".join(single[:_ROOM])
        self._letters = ("".join(map(chr, range(_ROOM))) + known).ljust(256, "\ufffe")
        self._map = codecs.charmap_build(self._letters)
        self._unknown = re.compile(f"[^\0-\x7f{re.escape(known)}]{{1,{LONGEST_WORD}}}")
        folded = [_folded(letter) for letter in self._letters]
        alike = {*beyond, *string.ascii_lowercase}
        self._deleted = bytes(n for n, letter in enumerate(folded) if not letter)
        self._table = bytes(self._letters.index(letter) if letter in alike else 32 for letter in folded)
        self._arabic = "\u0627" in letters

    def spell(self, text: str) -> bytes:
        """The letters of the text, and a space for each other character."""
        if text.isascii():
            return text.encode().translate(self._table, self._deleted)
        if self._arabic:
            text = word_ends(text)
        raw, _ = codecs.charmap_encode(text, "ignore", self._map)
        if len(raw) < len(text):
            text = self._unknown.sub(lambda found: _folded(found[0]), text)
            raw, _ = codecs.charmap_encode(text, "replace", self._map)
        return raw.translate(self._table, self._deleted)

    def words(self, text: str) -> bytes:
        """The words of the text with one space before, between and after them."""
        return _single(b" %b " % self.spell(text))

    def written(self, raw: bytes) -> str:
        """What was spelt so, in search form."""
        return codecs.charmap_decode(raw, "replace", self._letters)[0]


class Prefilter:
    """The triggers of several packs, searched for in one pass."""

    def __init__(self, packs: Iterable[LanguagePack]) -> None:
        self._packs = tuple(packs)
        self._told: dict[tuple[int, bytes], bool] = {}
        triggers = [(entry, pack) for pack in self._packs for entry in _triggers(pack)]
        self._code = _Code({letter for pack in self._packs for letter in _letters(pack)})
        wanted: dict[bytes, set[str] | None] = {}  # None: there when found, else where a word has such a key
        for entry, pack in triggers:
            for spelling in _spellings(entry, pack, self._code):
                keys = wanted.setdefault(spelling, set())
                if len(entry.tokens) > 1 or not _glued(pack):
                    wanted[spelling] = None
                elif keys is not None:
                    keys.add(entry.tokens[0])
        self._wanted = [*wanted.values()]
        self._search = BytesAhoCorasick([*wanted], implementation=Implementation.DFA)
        broken = [pattern.pattern for pack in self._packs for pattern in pack.erase]
        self._broken = _any_of([*broken, _LATIN]) if broken else []

    def may_tell(self, text: str) -> bool:
        """Whether the text holds a trigger, or a spelling broken up so that it might."""
        if not text.isascii() and any(broken.search(text) for broken in self._broken):
            return True
        raw = self._code.words(text)
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
            written = self._code.written(word)
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
    if not pack.triggers:
        raise BadPack(f"the {pack.tag} pack names no triggers, so nothing could be left unread")
    for following in pack.lexicon.values():
        for entries in following.values():
            yield from (entry for entry in entries if entry.tag in pack.triggers)


def _letters(pack: LanguagePack) -> Iterator[str]:
    """Of all words, not of the triggers alone: a word is told apart only where all its letters are known."""
    yield from itertools.chain(*pack.lexicon, *pack.article, *pack.endings, *(prefix for prefix, _ in pack.prefixes))
    for following in pack.lexicon.values():
        for entries in following.values():
            yield from itertools.chain(*(token for entry in entries for token in entry.tokens))


def _spellings(entry: Entry, pack: LanguagePack, code: _Code) -> Iterator[bytes]:
    """The ways in which an entry stands in a text of words and single spaces, to the end of its last word; what is
    glued to its first is left open."""
    tokens = list(itertools.takewhile(bool, map(bytes.strip, map(code.words, entry.tokens[:WORDS]))))  # or to a mark
    if not tokens:
        raise BadPack(f"the {pack.tag} pack has a trigger without letters: {' '.join(entry.tokens)}")
    articles = [b"", *map(code.spell, pack.article)]
    endings = [b"", *map(code.spell, pack.endings)]
    last = [ending for ending in endings if ending[:1] != b" "]  # one set apart stands after what is found without it
    for glued in itertools.product(articles, repeat=len(tokens) - 1):
        for ends in itertools.product(*[endings] * (len(tokens) - 1), last):
            words = (article + token + end for article, token, end in zip((b"", *glued), tokens, ends, strict=True))
            yield (b"" if _glued(pack) else b" ") + _single(b" ".join(words) + b" ")


def _single(raw: bytes) -> bytes:
    """The text with one space for each gap."""
    return _GAP.sub(b" ", raw)


@functools.lru_cache(REMEMBERED)
def _folded(letters: str) -> str:
    return fold_words(letters)


def word_ends(text: str) -> str:
    """The text with a space where WORD_END of text.py finds that one was lost."""
    text = _BEGINS.sub(r" \g<0>", text)
    for end in _ENDS:
        text = end.sub(r"\g<0> ", text)
    return text


_FIRST = re.compile(r"\[(?P<choice>[^\]\\^][^\]\\]*)\](?![*+?{])|\\?(?P<mark>[^\w\s\\\[\](){}|^$*+?])(?![*+?{])")
_NESTED = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]|\((?:\\.|\[(?:\\.|[^\]\\])+\]|[^()\\\[])*\)")


def _any_of(broken: Iterable[str]) -> list[re.Pattern[str]]:
    """The patterns, those that begin with a mark or a choice of some as one that runs to these."""
    firsts, rests, others = [], [], []
    for pattern in broken:
        first = _FIRST.match(pattern)
        if first is None or _is_choice(pattern):
            others.append(pattern)
            continue
        letters = re.sub(r"-$", r"\\-", first["choice"]) if first["choice"] else re.escape(first["mark"])
        firsts.append(letters)
        rests.append(f"(?<=[{letters}])(?:{pattern[first.end() :]})")
    whole = [f"[{''.join(firsts)}](?:{'|'.join(rests)})"] if rests else []
    return [re.compile(pattern) for pattern in [*others, *whole]]


def _is_choice(pattern: str) -> bool:
    """Whether a "|" stands outside all brackets."""
    while (shorter := _NESTED.sub("", pattern)) != pattern:
        pattern = shorter
    return "|" in pattern
