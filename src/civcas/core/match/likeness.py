"""How like two texts are: rare words they share, and runs of words that one copied from the other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from civcas.core.match.columns import Columns

RARE = 12  # words of an account that may bring it together with another
TOKENS = 256  # of an account, the weightiest: what a long article says besides is said by all
AGAIN = ((2, 1.87), (4, 2.8), (8, 3.9))
"""From so many times on, a word counts for so much more: the squares of (1 + log n) in steps, so that what two texts
share is a set of tokens and its worth a sum."""
PER_UNIT = 1000  # the worth of a token is kept in thousandths, the same here and in SQL


class Likeness:
    """Weights of words over a set of accounts: a word that few accounts use counts for more (TF-IDF)."""

    def __init__(self, rows: Sequence[Columns]) -> None:
        spread: Counter[str] = Counter()
        for row in rows:
            spread.update(set(row.words))
        self._spread = spread
        self._worth: dict[str, int] = {}
        for word, n in spread.items():
            square = math.log((1 + len(rows)) / n) ** 2 * PER_UNIT
            self._worth[word] = round(square)
            self._worth |= {_again(word, times): round(square * more) for times, more in AGAIN}
        self._tokens = {row.id: self._weightiest(_tokens(row.words)) for row in rows}
        self._length = {row.id: math.sqrt(self._sum(self._tokens[row.id])) or 1.0 for row in rows}

    def _weightiest(self, tokens: frozenset[str]) -> frozenset[str]:
        if len(tokens) <= TOKENS:
            return tokens
        return frozenset(sorted(tokens, key=lambda token: (-self._worth[token], token))[:TOKENS])

    def _sum(self, tokens: frozenset[str]) -> int:
        return sum(map(self._worth.__getitem__, tokens))

    def tokens(self, row: Columns) -> frozenset[str]:
        """The words of the account, and each again for the second, fourth and eighth time it stands there."""
        return self._tokens[row.id]

    def worth(self, token: str) -> int:
        return self._worth[token]

    def length(self, row: Columns) -> float:
        """The root of what the account's tokens are worth together."""
        return self._length[row.id]

    def numbers(self) -> dict[str, int]:
        """A number for every token of the set, the same whatever the order of the accounts."""
        return {token: n for n, token in enumerate(sorted(self._worth))}

    def cosine(self, left: Columns, right: Columns) -> float:
        """0 for no word in common, 1 for the same words as often."""
        shared = self._tokens[left.id] & self._tokens[right.id]
        return self._sum(shared) / (self._length[left.id] * self._length[right.id])

    def shared(self, left: Columns, right: Columns, most: int = 4) -> list[str]:
        """The words that spoke loudest for a likeness."""
        return self._loudest(self._tokens[left.id] & self._tokens[right.id])[:most]

    def rare(self, row: Columns) -> list[str]:
        """The account's weightiest words that at least one other account uses too."""
        return [word for word in self._loudest(self._tokens[row.id]) if self._spread[word] > 1][:RARE]

    def _loudest(self, tokens: frozenset[str]) -> list[str]:
        worth: Counter[str] = Counter()
        for token in tokens:
            worth[token.partition(" ")[0]] += self._worth[token]
        return sorted(worth, key=lambda word: (-worth[word], word))


def _tokens(words: Sequence[str]) -> frozenset[str]:
    counted = Counter(words)
    again = (_again(word, times) for word, n in counted.items() if n > 1 for times, _ in AGAIN if n >= times)
    return frozenset(counted) | frozenset(again)


def _again(word: str, times: int) -> str:
    return f"{word} {times}"


def copied(left: Columns, right: Columns) -> float:
    """The share of the shorter text's runs of words that stand in the other too; 0 for very short texts."""
    return shared(left.shingles, right.shingles)


def shared(left: frozenset[int], right: frozenset[int]) -> float:
    """The same of two texts' runs of words alone."""
    shorter = min(len(left), len(right))
    return len(left & right) / shorter if shorter >= 5 else 0.0
