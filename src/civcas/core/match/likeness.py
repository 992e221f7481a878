"""How like two texts are: rare words they share, and runs of words that one copied from the other."""

from __future__ import annotations

from civcas.core.match.columns import Columns
from civcas.core.match.worth import common, loudest, total

FEWEST = 5  # runs of words; of a shorter text none is a copy
RARE = 32  # words of an account that may bring it together with another


def cosine(left: Columns, right: Columns) -> float:
    """0 for no word in common, 1 for the same words as often; a rare word counts for more."""
    return total(left.tokens & right.tokens) / (left.length * right.length)


def shared(left: Columns, right: Columns, most: int = 4) -> list[str]:
    """The words that spoke loudest for a likeness."""
    return loudest(left.tokens & right.tokens)[:most]


def rare(row: Columns) -> list[str]:
    """The account's weightiest words, but none that many texts use."""
    words = {token.partition(" ")[0] for token in row.tokens}
    return sorted((word for word in words if not common(word)), key=lambda word: (-len(word), word))[:RARE]


def copied(left: Columns, right: Columns) -> float:
    """The share of the shorter text's runs of words that stand in the other too; 0 for very short texts."""
    return in_common(left.shingles, right.shingles)


def in_common(left: frozenset[int], right: frozenset[int]) -> float:
    """The share of the fewer runs of words that stand among the others too; 0 of fewer than five."""
    shorter = min(len(left), len(right))
    return len(left & right) / shorter if shorter >= FEWEST else 0.0
