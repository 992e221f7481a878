"""How like two texts are: rare words they share, and runs of words that one copied from the other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from civcas.core.match.columns import Columns

RARE = 12  # words of an account that may bring it together with another


class Likeness:
    """Weights of words over a set of accounts: a word that few accounts use counts for more (TF-IDF)."""

    def __init__(self, rows: Sequence[Columns]) -> None:
        spread: Counter[str] = Counter()
        for row in rows:
            spread.update(set(row.words))
        self._rarity = {word: math.log((1 + len(rows)) / n) for word, n in spread.items()}
        self._spread = spread
        self._vectors: Mapping[str, dict[str, float]] = {row.id: self._vector(row.words) for row in rows}

    def _vector(self, words: Sequence[str]) -> dict[str, float]:
        weights = {w: (1 + math.log(n)) * self._rarity[w] for w, n in Counter(words).items()}
        length = math.sqrt(sum(v * v for v in weights.values())) or 1.0
        return {word: weight / length for word, weight in weights.items()}

    def cosine(self, left: Columns, right: Columns) -> float:
        """0 for no word in common, 1 for the same words as often."""
        a, b = self._vectors[left.id], self._vectors[right.id]
        if len(b) < len(a):
            a, b = b, a
        return sum(weight * b[word] for word, weight in a.items() if word in b)

    def shared(self, left: Columns, right: Columns, most: int = 4) -> list[str]:
        """The words that spoke loudest for a likeness."""
        a, b = self._vectors[left.id], self._vectors[right.id]
        return sorted(a.keys() & b.keys(), key=lambda w: (-a[w] * b[w], w))[:most]

    def rare(self, row: Columns) -> list[str]:
        """The account's weightiest words that at least one other account uses too."""
        vector = self._vectors[row.id]
        return sorted((w for w in vector if self._spread[w] > 1), key=lambda w: (-vector[w], w))[:RARE]


def copied(left: Columns, right: Columns) -> float:
    """The share of the shorter text's runs of words that stand in the other too; 0 for very short texts."""
    shorter = min(len(left.shingles), len(right.shingles))
    return len(left.shingles & right.shingles) / shorter if shorter >= 5 else 0.0
