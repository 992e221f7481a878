"""What a language pack makes of a word wherever it stands. Words come again: each is looked up once a process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from civcas.core.language import PUNCTUATION, Entry, LanguagePack

LONGEST_WORD = 40  # letters; no word with its particles is longer, and a string of particles would nest as deep
REMEMBERED = 100_000  # words kept of each kind: a bound on memory over a long run (some 40 MB), not a measured best
PACKS = 16  # for which words are kept: a process reads with the packs of one project
Pieces = tuple[tuple[str, str | None], ...]


class Word(msgspec.Struct, frozen=True, gc=False):
    """A word or a piece of one: its key in the lexicon, its tag where no phrase takes it in, the phrases it opens."""

    text: str
    key: str
    glued: bool  # a particle written as one with the word after it
    capital: bool
    definite: bool  # bears the article
    last: str  # its last letter as written
    forms: tuple[str, ...]  # its key, and what is left of it without an ending
    varied: bool  # may go on with a phrase by another form than its key
    phrases: Mapping[str | None, tuple[Entry, ...]] | None  # by their second word
    tag: str
    letter: str
    attributes: Mapping[str, Any]

    def fits(self, entry: Entry) -> bool:
        """Whether an entry may begin with this word, by its capital, article and spelling."""
        return _fits(entry, self.capital, self.definite, self.last)


Run = tuple[tuple[int, Word], ...]  # the words of a run of letters and marks, and where in it each begins


class Words:
    """The words that one pack has met."""

    def __init__(self, pack: LanguagePack) -> None:
        self.pack = pack
        self.runs: dict[str | tuple[str, str], Run] = {}  # what stands between two spaces, by how it is written
        self._pieces: dict[str, Pieces] = {}
        self._words: dict[tuple[str, str | None, bool, str, bool], Word] = {}

    def keep(self, written: str | tuple[str, str], run: Run) -> None:
        """Keeps the words of a run for the next time it is met."""
        _bound(self.runs)
        self.runs[written] = run

    def pieces(self, text: str) -> Pieces:
        """The parts of a word, each with its tag where it is a glued particle of the pack."""
        found = self._pieces.get(text)
        if found is None:
            _bound(self._pieces)
            found = self._pieces[text] = tuple(_split(text, self.pack))
        return found

    def word(self, text: str, glued: str | None, written: str, *, hashed: bool) -> Word:
        """The word for a piece as it was written, `hashed` where it stands in a hashtag."""
        key = (text, glued, _capital(written), written[-1], hashed)
        found = self._words.get(key)
        if found is None:
            _bound(self._words)
            found = self._words[key] = _word(text, glued, written, self.pack, hashed=hashed)
        return found


_words: dict[int, Words] = {}


def words_of(pack: LanguagePack) -> Words:
    """The words met with the pack in this process."""
    known = _words.get(id(pack))
    if known is None or known.pack is not pack:
        if len(_words) >= PACKS:
            _words.clear()
        known = _words[id(pack)] = Words(pack)
    return known


def _bound(kept: dict[Any, Any]) -> None:
    if len(kept) >= REMEMBERED:
        kept.clear()


def forms_of(key: str, pack: LanguagePack) -> tuple[str, ...]:
    """The key, and what is left of it without an ending."""
    return (key, *(key[: -len(e)] for e in pack.endings if key.endswith(e)))


def _fits(entry: Entry, capital: bool, definite: bool, last: str) -> bool:
    if entry.cased and not capital:
        return False
    return entry.definite in (None, definite) and entry.ends in (None, last)


def _capital(word: str) -> bool:
    """Whether the word begins with a capital, or does after a particle: "al-Qasim"."""
    return word[0].isupper() or ("-" in word and word[word.index("-") + 1 :][:1].isupper())


def _word(text: str, glued: str | None, written: str, pack: LanguagePack, *, hashed: bool) -> Word:
    key = text if glued else pack.known(text) or pack.key(text)
    capital, definite, last = _capital(written), text.startswith(pack.article), written[-1]
    following = None if glued else pack.lexicon.get(key)
    alone = (following or {}).get(None, ())
    entry = next((e for e in alone if _fits(e, capital, definite, last)), None)
    tag, attributes = (entry.tag, entry.attributes) if entry else _plain(text, glued, pack, capital, hashed)
    forms = forms_of(key, pack)
    several = following is not None and len(following) > (None in following)
    return Word(
        text=text,
        key=key,
        glued=glued is not None,
        capital=capital,
        definite=definite,
        last=last,
        forms=forms,
        varied=glued is not None or len(forms) > 1,
        phrases=following if several else None,
        tag=tag,
        letter=pack.letters[tag],
        attributes=attributes,
    )


def _plain(
    text: str, glued: str | None, pack: LanguagePack, capital: bool, hashed: bool
) -> tuple[str, Mapping[str, Any]]:
    """The tag and attributes of what the lexicon lacks."""
    if glued:
        return glued, {}
    if text[0].isdigit():
        number = number_of(text)
        return "NUM" if isinstance(number, int) else "DECIMAL", {"value": number}
    if text in PUNCTUATION:
        return PUNCTUATION[text], {}
    if not text[0].isalpha():
        return "MARK", {}
    if pack.capitals:
        return "CAP" if capital else "WORD", {}
    if hashed:
        return "HASHWORD", {}
    return next((tag for form, tag in pack.shapes if form.match(text)), "WORD"), {}


def number_of(text: str) -> int | float:
    """The number that digits with separators stand for: "2,715" is 2715, "1.5" is 1.5, "1.500" is 1500."""
    if re.fullmatch(r"\d+", text):
        return int(text[:15])
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", text):
        return int(re.sub(r"[.,]", "", text)[:15])
    text = text[:30]
    return float(re.sub(r"[.,]", ".", text, count=1).replace(",", "").split(".")[0] + "." + re.split(r"[.,]", text)[1])


SHORTEST = 3  # letters of each of two words that lost the space between them


def _glued(text: str, pack: LanguagePack) -> list[tuple[str, str | None]]:
    """Two words that lost the space between them, the second one that tells of harm: posts lose line breaks. None
    where the language is written with capitals, which show such breaks."""
    if pack.capitals:
        return []
    for at in range(SHORTEST, len(text) - SHORTEST + 1):
        first, second = text[:at], text[at:]
        if second in pack.lexicon and _alone(pack.key(first), pack) and _tells(second, pack):
            return [(first, None), (second, None)]
    return []


def _alone(key: str, pack: LanguagePack) -> bool:
    return None in pack.lexicon.get(key, ())


def _tells(word: str, pack: LanguagePack) -> bool:
    """Whether a word is by itself one of those without which no account is made, or an attack of any kind."""
    return any(e.tag in pack.triggers or e.tag == "BOMBING" for e in pack.lexicon[word].get(None, ()))


def _split(text: str, pack: LanguagePack) -> list[tuple[str, str | None]]:
    if len(text) < 3 or len(text) > LONGEST_WORD or pack.known(text):
        return [(text, None)]
    for prefix, tag in pack.prefixes:
        rest = text[len(prefix) :]
        if text.startswith(prefix) and len(rest) >= 2:
            if pack.known(rest) or rest[0].isdigit():
                return [(prefix, tag), (rest, None)]
            inner = _split(rest, pack) if len(rest) >= 3 else [(rest, None)]
            if len(inner) > 1:
                return [(prefix, tag), *inner]
    for prefix, tag in pack.prefixes:
        if prefix in pack.loose and text.startswith(prefix) and len(text) >= len(prefix) + 4:
            return [(prefix, tag), *_split(text[len(prefix) :], pack)]
    if joined := _glued(text, pack):
        return joined
    if "-" in text:
        head, _, tail = text.partition("-")
        if "-" in tail and pack.known(head) and pack.known(tail):  # "seven-year-old"
            return [(head, None), ("-", "DASH"), (tail, None)]
        parts = text.split("-")
        if all(pack.key(p) in pack.lexicon for p in parts if p):
            split: list[tuple[str, str | None]] = []
            for n, part in enumerate(parts):
                split += [("-", "DASH")] if n else []
                split += [(part, None)] if part else []
            return split
    return [(text, None)]
