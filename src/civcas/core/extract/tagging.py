"""A sentence as units: each a token, phrase or chunk with one tag; their letters form the string that rules match."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from civcas.core.extract.text import TOKEN, Folded
from civcas.core.extract.words import Word, Words, forms_of, words_of
from civcas.core.language import Entry, LanguagePack
from civcas.core.rules import Rule


class Unit(msgspec.Struct, gc=False):
    """A stretch of the folded text with its tag and what is known of it."""

    tag: str
    start: int
    end: int
    text: str
    attributes: Mapping[str, Any]
    parts: Mapping[str, tuple[Unit, ...]] = {}


Token = tuple[int, Word]  # where it starts in the folded text, and what it is
_NO_PARTS: Mapping[str, tuple[Unit, ...]] = {}


def tokens(folded: Folded, start: int, end: int, pack: LanguagePack, original: str) -> list[Token]:
    """The tokens of a sentence, glued particles split off where what remains is a word of the pack."""
    found: list[Token] = []
    words, at_of = words_of(pack), folded.at
    known, even = words.runs, isinstance(at_of, range)
    at, put = start, found.append
    hashed = False  # whether the run before is a hashtag that names something
    for run in folded.text[start:end].split(" "):
        if run:
            end = at + len(run)
            # A text of plain letters folds letter by letter: then a run is known by how it was written alone.
            key = original[at:end] if even else (run, original[at_of[at] : at_of[end - 1] + 1])
            if key in known:
                read = known[key]
            else:
                read = tuple((token - at, word) for token, word in _tokens(folded, at, end, words, original))
                words.keep(key, read)
            names = pack.capitals and run[0] == "#" and bool(read) and read[0][1].tag == "CAP"
            if names and hashed:  # "#Deirhalfa #Northland" are two names
                put((at, words.word("#", None, "#", hashed=False)))
            hashed = names and read[-1][1].tag == "CAP"
            for offset, word in read:
                put((at + offset, word))
            at = end
        at += 1
    return found


def _tokens(folded: Folded, start: int, end: int, words: Words, original: str) -> list[Token]:
    """The tokens of a run of letters and marks without a space."""
    found: list[Token] = []
    hashtag = -1  # where a hashtag or a part of it has just ended
    for match in TOKEN.finditer(folded.text, start, end):
        text, at = match.group(), match.start()
        if text == "." and found and _shortened(found[-1], at, words.pack):
            continue  # "Nov. 20" is the same date as "Nov 20"
        if text in "#@":
            hashtag = match.end() if text == "#" else -1
            continue
        hashed = at == hashtag or (at == hashtag + 1 and folded.text[hashtag] == "_")
        hashtag = match.end() if hashed else -1
        for piece, glued in words.pieces(text):
            written = original[folded.at[at] : folded.at[at + len(piece) - 1] + 1]
            found.append((at, words.word(piece, glued, written, hashed=hashed)))
            at += len(piece)
    return found


def _shortened(token: Token, end: int, pack: LanguagePack) -> bool:
    return token[1].text in pack.abbreviations and token[0] + len(token[1].text) == end


def tag(found: list[Token], pack: LanguagePack) -> tuple[list[Unit], str]:
    """The tokens as units, the longest phrase of the lexicon first, and their tags' letters."""
    units: list[Unit] = []
    string: list[str] = []
    put, spell, last, taken = units.append, string.append, len(found) - 1, 0
    for at, (start, word) in enumerate(found):
        if at < taken:  # by a phrase
            continue
        phrases, text = word.phrases, word.text
        if phrases is not None and at < last:
            second = found[at + 1][1]
            if second.varied or second.key in phrases:
                entry, used = _phrase(found, at, phrases, pack)
                if entry is not None:
                    taken = at + used
                    end, word = found[taken - 1]
                    text = " ".join([w.text for _, w in found[at:taken]])
                    put(Unit(entry.tag, start, end + len(word.text), text, entry.attributes, _NO_PARTS))
                    spell(pack.letters[entry.tag])
                    continue
        put(Unit(word.tag, start, start + len(text), text, word.attributes, _NO_PARTS))
        spell(word.letter)
    return units, "".join(string)


def _phrase(
    found: list[Token], at: int, phrases: Mapping[str | None, tuple[Entry, ...]], pack: LanguagePack
) -> tuple[Entry | None, int]:
    """The longest entry of several words that starts at a token, and how many tokens it takes."""
    first = found[at][1]
    seconds, size = _forms(found, at + 1, pack)
    for second in seconds:
        for entry in phrases.get(second, ()):
            if not first.fits(entry):
                continue
            end = at + 1 + size
            for nth in range(2, len(entry.tokens)):
                if end >= len(found):
                    break
                forms, more = _forms(found, end, pack)
                if entry.tokens[nth] not in forms:
                    break
                end += more
            else:
                return entry, end - at
    return None, 0


def _forms(found: list[Token], at: int, pack: LanguagePack) -> tuple[tuple[str, ...], int]:
    """The keys of a word within a phrase, and its number of tokens: a particle is part of its word again there."""
    start, word = found[at]
    if word.glued and at + 1 < len(found) and found[at + 1][0] == start + len(word.text):
        return forms_of(pack.key(word.text + found[at + 1][1].text), pack), 2
    return word.forms, 1


def letters(units: Iterable[Unit], pack: LanguagePack) -> str:
    """The units' tags as the string that rules are matched against."""
    return "".join([pack.letters[u.tag] for u in units])


Parts = Mapping[str, tuple[Unit, ...]]
Maker = Callable[[Parts, Mapping[str, Any]], Mapping[str, Any] | None]


def join(
    units: list[Unit], string: str, found: re.Match[str] | None, rule: Rule, letter: str, make: Maker
) -> tuple[list[Unit], str]:
    """The units and their string, each stretch that the rule matches, from the first one found on, joined into one of
    that letter; `make` gives its attributes or declines."""
    if rule.needs and not any(needed in string for needed in rule.needs):
        return units, string
    out: list[Unit] = []
    spelt: list[str] = []
    at = position = 0
    while found:
        start, end = found.span()
        if end > start:
            parts = groups(found, units)
            attributes = make(parts, rule.attributes)
            position = start + 1
            if attributes is not None:
                joined = units[start:end]
                text = " ".join([u.text for u in joined])
                out += units[at:start]
                out.append(Unit(rule.make, joined[0].start, joined[-1].end, text, attributes, parts))
                spelt += (string[at:start], letter)
                at = position = end
        else:
            position = end + 1
        found = rule.pattern.search(string, position)
    if not at:
        return units, string
    out += units[at:]
    spelt.append(string[at:])
    return out, "".join(spelt)


def groups(found: re.Match[str], units: list[Unit]) -> dict[str, tuple[Unit, ...]]:
    """The units of each named group that took part in the match."""
    parts = {}
    spans = found.regs
    for name, number in found.re.groupindex.items():
        start, end = spans[number]
        if start < end:
            parts[name] = tuple(units[start:end])
    return parts
