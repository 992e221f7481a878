"""What a word that two texts share says for one event: much where few texts use it. From words.toml alone, so that a
pair of accounts counts for the same whatever else the archive holds."""

from __future__ import annotations

import functools
import importlib.resources
import math
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from civcas.core.extract.text import fold_words
from civcas.core.records import Record

TOKENS = 256  # of an account, the weightiest: what a long article says besides is said by all
AGAIN = ((2, 1.87), (4, 2.8), (8, 3.9))
"""From so many times on, a word counts for so much more: the squares of (1 + log n) in steps, so that what two texts
share is a set of tokens and its worth a sum."""
PER_UNIT = 1000  # the worth of a token is kept in thousandths, the same here and in SQL
LEAST = 1000 * PER_UNIT
"""What a text counts for at least, fifteen rare words, where its likeness to others is asked: of a line that says only
what all reports say, sharing half is sharing nothing."""
_ARABIC_PREFIXES = ("وال", "فال", "بال", "كال", "لل", "ال")


class Usage(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """words.toml as a record."""

    version: int
    rare: float
    shares: dict[str, float]
    words: dict[str, dict[str, str]]  # language, band, words


@functools.cache
def usage() -> Usage:
    """The words that ship with civcas."""
    file = importlib.resources.files("civcas.core.match").joinpath("words.toml")
    return msgspec.toml.decode(file.read_text(encoding="utf-8"), type=Usage)


@functools.cache
def _shares() -> Mapping[str, float]:
    found: dict[str, float] = {}
    for bands in usage().words.values():
        for band, words in bands.items():
            share = usage().shares[band]
            for word in map(stem, fold_words(words).split()):
                found[word] = max(found.get(word, 0.0), share)
    return found


def common(word: str) -> bool:
    """Whether it is one of the words that many texts use."""
    return word in _shares()


@functools.lru_cache(maxsize=200_000)
def worth(token: str) -> int:
    """Of a word, or of a word said so many times: the square of the logarithm of its share, in thousandths."""
    word, _, times = token.partition(" ")
    square = math.log(_shares().get(word, usage().rare)) ** 2 * PER_UNIT
    return round(square * dict(AGAIN)[int(times)] if times else square)


def tokens(words: Sequence[str]) -> frozenset[str]:
    """The words that say anything, and each again for the second, fourth and eighth time it stands there; of very
    many the weightiest."""
    counted = Counter(word for word in words if worth(word))
    again = (f"{word} {times}" for word, n in counted.items() if n > 1 for times, _ in AGAIN if n >= times)
    found = frozenset(counted) | frozenset(again)
    if len(found) <= TOKENS:
        return found
    return frozenset(sorted(found, key=lambda token: (-worth(token), token))[:TOKENS])


def total(found: frozenset[str]) -> int:
    """What the tokens are worth together."""
    return sum(map(worth, found))


def loudest(found: frozenset[str]) -> list[str]:
    """The words behind the tokens, those that are worth most first; of equals the longer ones, which are rarer."""
    value: Counter[str] = Counter()
    for token in found:
        value[token.partition(" ")[0]] += worth(token)
    return sorted(value, key=lambda word: (-value[word], -len(word), word))


def stem(word: str) -> str:
    """The word without the clitics that Arabic glues to its front, so that one noun is one word."""
    if word.isascii():
        return word
    for prefix in _ARABIC_PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            return word[len(prefix) :]
    if len(word) > 4 and word[0] in "وب":
        return word[1:]
    return word
