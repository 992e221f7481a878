"""Whether two names, one of them of a place that no gazetteer knows, can be of one place, in whatever spelling."""

from __future__ import annotations

import functools

from rapidfuzz.distance import JaroWinkler, Levenshtein

from civcas.core.match.columns import Columns
from civcas.core.placenames import fold_name, romanised, skeleton

ALIKE = 0.85  # Jaro-Winkler of two romanisations; lower than for people, for a wrong yes only says nothing
ALIKE_SOUNDS = 0.66  # share of consonants in common, across scripts
TELLING = 3  # letters; shorter words of a name are no name


def unlike(left: Columns, right: Columns) -> bool:
    """Whether the accounts name two places: one place without coordinates, whose name stands nowhere in the other
    account, neither among its places nor in its words."""
    if not left.places or not right.places:
        return False
    return (not left.located and _nowhere(left, right)) or (not right.located and _nowhere(right, left))


def _nowhere(row: Columns, other: Columns) -> bool:
    mine, theirs = (row.places[0], *row.areas), (*other.places, *other.areas)
    if not all(_readable(name) for name in (row.places[0], other.places[0])):
        return False
    if any(one_place(a, b) for a in mine for b in theirs):
        return False
    return other.said.isdisjoint(_words(row.places[0])) and row.said.isdisjoint(_words(other.places[0]))


@functools.lru_cache(maxsize=100_000)
def one_place(left: str, right: str) -> bool:
    """Whether two place names can be of one place, or one of a place in the other: alike as a whole or in a word."""
    if same_name(left, right):
        return True
    return any(same_name(a, b) for a in _words(left) for b in _words(right))


@functools.lru_cache(maxsize=200_000)
def same_name(left: str, right: str) -> bool:
    a, b = fold_name(left), fold_name(right)
    if a == b:
        return True
    if a.isascii() == b.isascii():
        return JaroWinkler.similarity(romanised(a), romanised(b)) >= ALIKE
    return Levenshtein.normalized_similarity(skeleton(a), skeleton(b)) >= ALIKE_SOUNDS


def _words(name: str) -> list[str]:
    return [word for word in name.split() if len(word) >= TELLING]


def _readable(name: str) -> bool:
    """Whether the name's script is one whose sounds are known, so that it can be held against another's."""
    return bool(skeleton(fold_name(name)))
