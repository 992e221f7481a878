"""A sentence as units: each a token, phrase or chunk with one tag; their letters form the string that rules match."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from civcas.core.extract.text import TOKEN, Folded
from civcas.core.language import PUNCTUATION, Entry, LanguagePack, Rule


class Unit(msgspec.Struct):
    """A stretch of the folded text with its tag and what is known of it."""

    tag: str
    start: int
    end: int
    text: str
    attributes: Mapping[str, Any]
    parts: Mapping[str, tuple[Unit, ...]] = {}


class Token(msgspec.Struct):
    start: int
    end: int
    text: str
    key: str
    capital: bool
    tag: str | None = None  # set where the token is a glued particle
    hashed: bool = False  # stands in a hashtag
    last: str = ""  # its last letter as written


LONGEST_WORD = 40  # letters; no word with its particles is longer, and a string of particles would nest as deep


def tokens(folded: Folded, start: int, end: int, pack: LanguagePack, original: str) -> list[Token]:
    """The tokens of a sentence, glued particles split off where what remains is a word of the pack."""
    found: list[Token] = []
    hashtag = -1  # where a hashtag or a part of it has just ended
    for match in TOKEN.finditer(folded.text, start, end):
        text, at = match.group(), match.start()
        if text == "." and found and found[-1].end == at and found[-1].text in pack.abbreviations:
            continue  # "Nov. 20" is the same date as "Nov 20"
        if text in "#@":
            hashtag = match.end() if text == "#" else -1
            continue
        hashed = at == hashtag or (at == hashtag + 1 and folded.text[hashtag] == "_")
        hashtag = match.end() if hashed else -1
        offset = at
        for piece, tag in pieces_of(text, pack):
            capital = _capital(original[folded.at[offset] : folded.at[offset + len(piece) - 1] + 1])
            key = piece if tag else pack.known(piece) or pack.key(piece)
            last = original[folded.at[offset + len(piece) - 1]]
            found.append(Token(offset, offset + len(piece), piece, key, capital, tag, hashed, last))
            offset += len(piece)
    return found


def _capital(word: str) -> bool:
    """Whether the word begins with a capital, or does after a particle: "al-Qasim"."""
    return word[0].isupper() or ("-" in word and word[word.index("-") + 1 :][:1].isupper())


_pieces_cache: dict[tuple[int, str], tuple[tuple[str, str | None], ...]] = {}


def pieces_of(text: str, pack: LanguagePack) -> tuple[tuple[str, str | None], ...]:
    """The parts of a word, each with its tag where it is a glued particle of the pack."""
    cached = _pieces_cache.get((id(pack), text))
    if cached is None:
        if len(_pieces_cache) > 200_000:  # a bound on memory over a long run, not a measured best
            _pieces_cache.clear()
        cached = _pieces_cache[id(pack), text] = tuple(_split(text, pack))
    return cached


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


def tag(found: list[Token], pack: LanguagePack) -> list[Unit]:
    """The tokens as units, the longest phrase of the lexicon first."""
    units: list[Unit] = []
    at = 0
    while at < len(found):
        token = found[at]
        entry, size = (None, 0) if token.tag else _phrase(found, at, pack)
        if entry is not None:
            text = " ".join(t.text for t in found[at : at + size])
            units.append(Unit(entry.tag, token.start, found[at + size - 1].end, text, entry.attributes))
            at += size
            continue
        units.append(_plain(token, pack))
        at += 1
    return units


def _phrase(found: list[Token], at: int, pack: LanguagePack) -> tuple[Entry | None, int]:
    """The longest entry that starts at a token, and how many tokens it takes."""
    following = pack.lexicon.get(found[at].key)
    if following is None:
        return None, 0
    candidates = list(following.get(None, ()))
    if at + 1 < len(found) and len(following) > (None in following):
        candidates[:0] = [e for key in _forms(_key(found, at + 1, pack)[0], pack) for e in following.get(key, ())]
    for entry in candidates:
        if entry.cased and not found[at].capital:
            continue
        if entry.ends is not None and entry.ends != found[at].last:
            continue
        if entry.definite is not None and entry.definite != found[at].text.startswith(pack.article):
            continue
        end = at + 1
        for word in entry.tokens[1:]:
            key, size = _key(found, end, pack) if end < len(found) else (None, 0)
            if key is None or word not in _forms(key, pack):
                break
            end += size
        else:
            return entry, end - at
    return None, 0


def _forms(key: str, pack: LanguagePack) -> tuple[str, ...]:
    """The key, and what is left of it without an ending."""
    return (key, *(key[: -len(e)] for e in pack.endings if key.endswith(e)))


def _key(found: list[Token], at: int, pack: LanguagePack) -> tuple[str, int]:
    """The key of a word within a phrase, and its number of tokens: a particle is part of its word again there."""
    if found[at].tag and at + 1 < len(found) and found[at + 1].start == found[at].end:
        return pack.key(found[at].text + found[at + 1].text), 2
    return found[at].key, 1


def _word(found: list[Token], at: int, pack: LanguagePack) -> tuple[str, int]:
    """The key of the word at a token and how many tokens it takes: a phrase holds a word with its glued
    particle (رميا بالرصاص), and an empty key where the sentence has ended."""
    if at >= len(found):
        return "", 0
    if found[at].tag and at + 1 < len(found):
        return pack.key(found[at].text + found[at + 1].text), 2
    return found[at].key, 1


def _plain(token: Token, pack: LanguagePack) -> Unit:
    text = token.text
    if token.tag:
        kind, attributes = token.tag, {}
    elif text[0].isdigit():
        number = number_of(text)
        kind = "NUM" if isinstance(number, int) else "DECIMAL"
        attributes = {"value": number}
    elif text in PUNCTUATION:
        kind, attributes = PUNCTUATION[text], {}
    elif not text[0].isalpha():
        kind, attributes = "MARK", {}
    else:
        kind, attributes = _unknown(token, pack), {}
    return Unit(kind, token.start, token.end, text, attributes)


def _unknown(token: Token, pack: LanguagePack) -> str:
    """The tag of a word that the lexicon lacks."""
    if pack.capitals:
        return "CAP" if token.capital else "WORD"
    if token.hashed:
        return "HASHWORD"
    return next((tag for form, tag in pack.shapes if form.match(token.text)), "WORD")


def number_of(text: str) -> int | float:
    """The number that digits with separators stand for: "2,715" is 2715, "1.5" is 1.5, "1.500" is 1500."""
    if re.fullmatch(r"\d+", text):
        return int(text[:15])
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", text):
        return int(re.sub(r"[.,]", "", text)[:15])
    text = text[:30]
    return float(re.sub(r"[.,]", ".", text, count=1).replace(",", "").split(".")[0] + "." + re.split(r"[.,]", text)[1])


def letters(units: Iterable[Unit], pack: LanguagePack) -> str:
    """The units' tags as the string that rules are matched against."""
    return "".join([pack.letters[u.tag] for u in units])


Parts = Mapping[str, tuple[Unit, ...]]
Maker = Callable[[Parts, Mapping[str, Any]], Mapping[str, Any] | None]


def join(units: list[Unit], string: str, rule: Rule, pack: LanguagePack, make: Maker) -> tuple[list[Unit], str]:
    """The units and their string, each stretch that the rule matches joined into one; `make` gives its attributes
    or declines."""
    if rule.needs and not any(letter in string for letter in rule.needs):
        return units, string
    out: list[Unit] = []
    at = position = 0
    while found := rule.pattern.search(string, position):
        start, end = found.span()
        if end == start:
            position = end + 1
            continue
        parts = groups(found, units)
        attributes = make(parts, rule.attributes)
        if attributes is None:
            position = start + 1
            continue
        out += units[at:start]
        joined = units[start:end]
        out.append(
            Unit(rule.make, joined[0].start, joined[-1].end, " ".join(u.text for u in joined), attributes, parts)
        )
        at = position = end
    if not at:
        return units, string
    out += units[at:]
    return out, letters(out, pack)


def groups(found: re.Match[str], units: list[Unit]) -> dict[str, tuple[Unit, ...]]:
    """The units of each named group that took part in the match."""
    return {name: tuple(units[slice(*found.span(name))]) for name, text in found.groupdict().items() if text}
