"""The columns of an account as one flat line, as SQL compares them: what the store keeps of each account.

Everything that SQL cannot say well is worked out here, once for each account: keys of blocks, spellings of names as
letters and as consonants, words as numbers with their worth. A line follows from its account alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

import msgspec

from civcas.core.match.blocks import keys, mark
from civcas.core.match.columns import Columns, columns
from civcas.core.match.names import consonants
from civcas.core.match.placelikeness import TELLING
from civcas.core.match.worth import usage, worth
from civcas.core.placenames import fold_name, romanised, skeleton
from civcas.core.records import Account

LAYOUT = 1  # of the line; another number, like another list of words, has every line made anew
WORTH_BITS = 32  # a token is its worth above so many bits and its number below, so that a sum needs no look-up
MOST = 2_000_000_000  # people: what a column of 32 bits holds
CERTAINTY = {"stated": 0, "wide": 1, "assumed": 2, "seen": 3, "unknown": 3}

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789 -'")
_SPARE = [chr(n) for n in range(33, 127) if chr(n) not in _PLAIN and chr(n) not in '"\\']


class Point(msgspec.Struct, frozen=True):
    lat: float
    lon: float


class Form(msgspec.Struct, frozen=True):
    """A name of a place in the spellings that are compared."""

    folded: str
    letters: str
    sounds: str
    latin: bool


class Word(msgspec.Struct, frozen=True):
    """A word of a person's name in the spellings that are compared."""

    letters: str
    sounds: str


class Flat(msgspec.Struct, frozen=True):
    """One line. Words, tokens and runs of words stand as numbers that are the same in every process."""

    mark: int
    document: int
    keys: list[int]
    first: int | None
    last: int | None
    certainty: int
    exact: bool
    lat: float | None
    lon: float | None
    radius: float | None
    others: list[Point]
    place: str | None
    located: bool
    readable: bool
    main_names: list[Form]
    main_words: list[Form]
    all_names: list[Form]
    all_words: list[Form]
    place_words: list[int]
    said: list[int]
    killed_min: int | None
    killed_max: int | None
    injured_min: int | None
    injured_max: int | None
    parties: list[str]
    strikes: list[str]
    sites: list[str]
    victims: list[list[Word]]
    families: list[str]
    language: str | None
    distinct_words: int
    tokens: list[int]
    length: float
    shingles: list[int]


def manner() -> str:
    """By what the lines are made: another manner makes them anew."""
    return f"{LAYOUT}.{usage().version}"


def line_of(account: Account) -> bytes:
    """The account's line as JSON."""
    return msgspec.json.encode(flat(columns(account)))


def flat(row: Columns) -> Flat:
    lat, lon, radius = row.points[0] if row.points else (None, None, None)
    main, every = row.places[:1], (*row.places, *row.areas)
    return Flat(
        mark=mark(row.id),
        document=mark(row.document),
        keys=sorted(keys(row)),
        first=row.first,
        last=row.last,
        certainty=CERTAINTY[row.certainty],
        exact=row.exact,
        lat=lat,
        lon=lon,
        radius=radius,
        others=[Point(p[0], p[1]) for p in row.points[1:]],
        place=one_byte(main[0]) if main else None,
        located=row.located,
        readable=bool(main) and bool(skeleton(fold_name(main[0]))),
        main_names=[_form(name) for name in (*main, *row.areas)],
        main_words=[_form(w) for name in (*main, *row.areas) for w in _words(name)],
        all_names=[_form(name) for name in every],
        all_words=[_form(w) for name in every for w in _words(name)],
        place_words=_numbers(w for name in main for w in _words(name)),
        said=_numbers(row.said),
        killed_min=_capped(row.killed.min),
        killed_max=_capped(row.killed.max),
        injured_min=_capped(row.injured.min),
        injured_max=_capped(row.injured.max),
        parties=sorted(row.parties),
        strikes=sorted(row.strikes),
        sites=sorted(row.sites),
        victims=[[Word(one_byte(w), consonants(w)) for w in sorted(who)] for who in row.victims],
        families=sorted({w for who in row.victims if len(who) > 1 for w in who}),
        language=row.language,
        distinct_words=row.distinct,
        tokens=sorted((worth(t) << WORTH_BITS | number(t) for t in row.tokens), key=_number_in),
        length=row.length,
        shingles=sorted(row.shingles),
    )


def _capped(count: int | None) -> int | None:
    return None if count is None else min(count, MOST)


def number(word: str) -> int:
    return zlib.crc32(word.encode())


def _number_in(token: int) -> int:
    return token & ((1 << WORTH_BITS) - 1)


def _numbers(words: Iterable[str]) -> list[int]:
    return sorted(map(number, words))


def one_byte(word: str) -> str:
    """The word with a byte for every letter, for DuckDB counts bytes where it compares spellings: letters that are
    neighbours in Unicode, as those of one script are, get different ones."""
    return "".join(c if c in _PLAIN else _SPARE[ord(c) % len(_SPARE)] for c in word)


def _words(name: str) -> Sequence[str]:
    return [word for word in name.split() if len(word) >= TELLING]


def _form(name: str) -> Form:
    folded = fold_name(name)
    return Form(folded, one_byte(romanised(folded)), skeleton(folded), folded.isascii())
