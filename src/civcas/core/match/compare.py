"""Two accounts held against each other: what spoke and how loudly, as weights of the model in bits."""

from __future__ import annotations

import functools
import importlib.resources
import math
from collections.abc import Mapping
from typing import Any

import msgspec

from civcas.core.match.columns import UNDATED, Columns
from civcas.core.match.levels import COMPARISONS, Level, levels
from civcas.core.records import Comparison, Feature, Record

TELLING = ("killed", "injured", "victims", "text")
A_LINE = 15  # different words; of a text that short the likeness of words settles nothing


class Weights(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """weights.toml as a record: for each comparison the weight of its levels, and what sums of them mean."""

    version: str
    learnt: str  # from what, and when
    same: float  # a mean over the pairs of two groups from here on joins them
    unsure: float  # between this and `same` a person is asked
    impossible: float  # no group holds two accounts that speak so strongly against each other
    strangers: float  # what two accounts that nothing brought together count for
    undated_telling: float
    undated_words: float
    levels: dict[str, dict[str, float]]

    def of(self, comparison: str, level: str) -> float:
        return self.levels[comparison][level]

    @property
    def undated_at_most(self) -> float:
        return self.same - 0.1


@functools.cache
def default_weights() -> Weights:
    """The weights that ship with civcas."""
    file = importlib.resources.files("civcas.core.match").joinpath("weights.toml")
    return msgspec.toml.decode(file.read_text(encoding="utf-8"), type=Weights)


def compare(left: Columns, right: Columns, weights: Weights) -> Comparison:
    """Everything that speaks for and against one event, loudest first; the score is the sum of the weights."""
    if right.id < left.id:
        left, right = right, left
    told = levels(left, right)
    found = [
        Feature(name=name.replace("_", " "), detail=level.detail, weight=weights.of(name, level.name))
        for name, level in told.items()
    ]
    over = undated(left, right, told, weights)
    if over is not None:
        found.append(Feature(name="undated", detail="alike in neither figures, names nor words", weight=over))
    score = round(math.fsum(f.weight for f in found), 2)
    verdict: Any = "same" if score >= weights.same else "unsure" if score >= weights.unsure else "not_same"
    features = tuple(sorted(found, key=lambda f: (-abs(f.weight), f.name)))
    return Comparison(left=left.id, right=right.id, score=score, features=features, verdict=verdict)


def undated(left: Columns, right: Columns, told: Mapping[str, Level], weights: Weights) -> float | None:
    """Where at least one account is dated neither by its text nor by when its report came out, nor seen just after
    the other's days, the same place is not enough: without a figure, a name or a good part of the words in common,
    the pair stays in doubt."""
    loose = [row for row in (left, right) if row.certainty in UNDATED]
    if not loose or (len(loose) == 1 and _meet(left, right)):
        return None
    spoke = {name: weights.of(name, level.name) for name, level in told.items()}
    if any(spoke.get(name, 0) >= weights.undated_telling for name in TELLING):
        return None
    if min(left.distinct, right.distinct) >= A_LINE and spoke.get("words", 0) >= weights.undated_words:
        return None
    over = round(weights.undated_at_most - math.fsum(spoke.values()), 2)
    return over if over < 0 else None


def _meet(left: Columns, right: Columns) -> bool:
    if left.first is None or right.first is None or left.last is None or right.last is None:
        return False
    return left.first <= right.last and right.first <= left.last


def explanations() -> dict[str, str]:
    """The public explanation of every feature, by its name."""
    return {each.__name__: " ".join((each.__doc__ or "").split()) for each in (*COMPARISONS, undated)}
