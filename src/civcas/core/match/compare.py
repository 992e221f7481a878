"""Two accounts held against each other: small functions, each of which says what spoke and how loudly.

Their docstrings are the public explanation of a feature; `detail` names the values of the case. A feature
that has nothing to say of a pair returns None. Weights are bits and stand in weights.toml.
"""

from __future__ import annotations

import datetime
import functools
import importlib.resources
import math
from collections.abc import Callable
from typing import Any

import msgspec
from rapidfuzz.distance import JaroWinkler

from civcas.core.match.columns import UNDATED, Columns
from civcas.core.match.likeness import Likeness, copied
from civcas.core.match.placelikeness import unlike
from civcas.core.records import Comparison, Feature, Record
from civcas.core.values import Count, kilometres

GAPS = (("same", 0), ("one", 1), ("two", 2), ("week", 7), ("fortnight", 15), ("more", 10**9))
ALIKE = 0.92  # Jaro-Winkler of two spellings of one place or person name
SHORT_WORDS, LONG_WORDS = 15, 100  # different words of a post of a line or two, and of an article
ALIKE_CONSONANTS = 0.85
NEAR_KM = 6.0
DISTANCES = (
    ("same", 1.5), ("near", NEAR_KM), ("close", 10.0), ("region", 40.0), ("far", 150.0), ("else_where", math.inf),
)  # fmt: skip
COPY = 0.6  # share of a text's runs of words: copies tell of one event, however a place was read
AREA_KM = 15.0  # a radius from here on is an area, not a place


class Weights(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """weights.toml as a record."""

    version: str
    same: float
    unsure: float
    impossible: float
    days: dict[str, float]
    assumed: dict[str, float]
    wide: dict[str, float]
    place: dict[str, float]
    killed: dict[str, float]
    injured: dict[str, float]
    belligerents: dict[str, float]
    strike_type: dict[str, float]
    infrastructure: dict[str, float]
    undated: dict[str, float]
    victims: dict[str, float]
    words: dict[str, list[tuple[float, float]]]
    copied: dict[str, list[tuple[float, float]]]


@functools.cache
def default_weights() -> Weights:
    """The weights that ship with civcas."""
    text = importlib.resources.files("civcas.core.match").joinpath("weights.toml").read_text(encoding="utf-8")
    return msgspec.toml.decode(text, type=Weights)


Compare = Callable[[Columns, Columns, Likeness, Weights], Feature | None]


def period(left: Columns, right: Columns, _: Likeness, weights: Weights) -> Feature | None:
    """How many days lie between the periods. An account that gives no date can tell of an event at most as late
    as its report was out, and seldom of one more than a few days before; it then weighs less either way. Two texts
    that each name one day, more than a day apart, never tell of one event."""
    if left.first is None or right.first is None or left.last is None or right.last is None:
        return None
    gap = max(left.first - right.last, right.first - left.last, 0)
    certainties = {left.certainty, right.certainty}
    if "wide" in certainties:
        level = "inside" if gap == 0 else "week" if gap <= 7 else "more"
        weight = weights.wide[level]
    elif gap > 1 and left.exact and right.exact:
        weight = weights.days["apart"]
    else:
        level = next(name for name, days in GAPS if gap <= days)
        weight = (weights.days if certainties == {"stated"} else weights.assumed)[level]
    shown = "same days" if gap == 0 else f"{gap} days apart"
    return Feature(name="period", detail=f"{shown}: {_days(left)} and {_days(right)}", weight=weight)


def _days(row: Columns) -> str:
    assert row.first is not None
    assert row.last is not None
    first, last = (datetime.date.fromordinal(n).isoformat() for n in (row.first, row.last))
    return (first if first == last else f"{first}/{last}") + (
        " (by the report's date)" if row.certainty in ("assumed", *UNDATED) else ""
    )


def place(left: Columns, right: Columns, _: Likeness, weights: Weights) -> Feature | None:
    """How far apart the main places are, beyond the radius within which each is true; names spelt alike where
    a place has no coordinates. A name that the other account knows in no spelling speaks loudly against one event,
    unless one text is a copy of the other."""
    if left.points and right.points:
        level, detail = _distance(left, right)
        return Feature(name="place", detail=detail, weight=weights.place[level])
    if left.places and right.places and JaroWinkler.similarity(left.places[0], right.places[0]) >= ALIKE:
        detail = f"{left.places[0]} and {right.places[0]} are spelt alike"
        return Feature(name="place", detail=detail, weight=weights.place["name"])
    if unlike(left, right) and copied(left, right) < COPY:
        detail = f"{left.places[0]} and {right.places[0]} are names of two places"
        return Feature(name="place", detail=detail, weight=weights.place["unlike"])
    return None


def _distance(left: Columns, right: Columns) -> tuple[str, str]:
    (lat, lon, radius), (other_lat, other_lon, other_radius) = left.points[0], right.points[0]
    apart = kilometres(lat, lon, other_lat, other_lon)
    shown = f"{apart:.0f} km apart" if apart >= 1 else "the same place"
    if max(radius, other_radius) >= AREA_KM:
        shown += f", one of them an area of {max(radius, other_radius):.0f} km"
        return "around" if apart <= radius + other_radius + NEAR_KM else "outside", shown
    level = next(name for name, km in DISTANCES if apart <= km)
    if level in ("region", "far", "else_where") and _mentioned(left, right):
        level = "named_region" if level == "region" else "named_far"
        shown += ", but the place of one is named in the other account too"
    return level, shown


def _mentioned(left: Columns, right: Columns) -> bool:
    """Whether a fine main place of one is among the other's places."""
    return any(
        a.points and a.points[0][2] < AREA_KM and any(kilometres(*a.points[0][:2], *p[:2]) <= 3 for p in b.points[1:])
        for a, b in ((left, right), (right, left))
    )


def killed(left: Columns, right: Columns, _: Likeness, weights: Weights) -> Feature | None:
    """Whether the tolls of the dead are the same, can be, or differ; a high toll that is the same says more."""
    return _figures("killed", left.killed, right.killed, weights.killed)


def injured(left: Columns, right: Columns, _: Likeness, weights: Weights) -> Feature | None:
    """Whether the tolls of the injured are the same, can be the same, or differ."""
    return _figures("injured", left.injured, right.injured, weights.injured)


def _figures(name: str, left: Count, right: Count, table: dict[str, float]) -> Feature | None:
    if not left.known or not right.known:
        return None
    shown = f"{_range(left)} against {_range(right)}"
    if left.min == right.min and left.min and left.min > 0:
        level = "same_many" if left.min >= 20 else "same" if left.min >= 4 else "same_few"
    elif left.overlaps(right):
        level = "overlap"
    else:
        low, high = sorted(max(c.min or 0, c.max or 0) for c in (left, right))
        level = "close" if high <= 2 * low or high - low <= 2 else "other"
    return Feature(name=name, detail=shown, weight=table[level])


def _range(count: Count) -> str:
    if count.min == count.max:
        return str(count.min)
    return f"{'' if count.min is None else count.min}-{'' if count.max is None else count.max}"


def belligerents(left: Columns, right: Columns, _: Likeness, weights: Weights) -> Feature | None:
    """Whether the same belligerent is named; reports of one event often blame different ones, so it weighs little."""
    return _sets("belligerents", left.parties, right.parties, weights.belligerents)


def strike_type(left: Columns, right: Columns, _: Likeness, weights: Weights) -> Feature | None:
    """Whether the same kind of strike is told."""
    return _sets("strike type", left.strikes, right.strikes, weights.strike_type)


def infrastructure(left: Columns, right: Columns, _: Likeness, weights: Weights) -> Feature | None:
    """Whether the same kind of place was hit: a mosque, a school, a market."""
    return _sets("infrastructure", left.sites, right.sites, weights.infrastructure)


def _sets(name: str, left: frozenset[str], right: frozenset[str], table: dict[str, float]) -> Feature | None:
    if not left or not right:
        return None
    both = sorted(left & right)
    if both:
        return Feature(name=name, detail=f"{', '.join(both)} in both", weight=table["shared"])
    return Feature(
        name=name, detail=f"{', '.join(sorted(left))} against {', '.join(sorted(right))}", weight=table["disjoint"]
    )


def victims(left: Columns, right: Columns, _: Likeness, weights: Weights) -> Feature | None:
    """Whether a victim is named in both, in whatever spelling, or several are named and none in common."""
    if not left.victims or not right.victims:
        return None
    named = [(a, b) for a in left.victims for b in right.victims if same_person(a, b)]
    if named:
        who = " ".join(sorted(min(named, key=lambda pair: sorted(pair[0]))[0]))
        return Feature(name="victims", detail=f"{who} is named in both", weight=weights.victims["named"])
    family = sorted(
        {t for a in left.victims for t in a if len(a) > 1} & {t for b in right.victims for t in b if len(b) > 1}
    )
    if len(family) > 1 or (family and min(len(left.victims), len(right.victims)) > 1):
        return Feature(
            name="victims", detail=f"{', '.join(family)} among the names of both", weight=weights.victims["family"]
        )
    if min(len(left.victims), len(right.victims)) > 1:
        return Feature(name="victims", detail="nobody named in both", weight=weights.victims["others"])
    return None


def same_person(left: frozenset[str], right: frozenset[str]) -> bool:
    """Whether two names, as their telling words, can be one person in two spellings: at least two words alike,
    and all of the shorter name but one."""
    if min(len(left), len(right)) < 2:
        return False
    if left <= right or right <= left:
        return True
    shorter, longer = sorted((left, right), key=len)
    alike = sum(any(same_word(a, b) for b in longer) for a in shorter)
    return alike >= max(2, len(shorter) - (len(shorter) > 3))


def same_word(left: str, right: str) -> bool:
    """Whether two words of a name can be one in two spellings: nearly the same letters, or alike with the same
    consonants (Sami and Samy)."""
    likeness = JaroWinkler.similarity(left, right)
    return likeness >= ALIKE or (likeness >= ALIKE_CONSONANTS and _consonants(left) == _consonants(right))


def _consonants(word: str) -> str:
    kept = [c for c in word if c not in "aeiouyاوي"]
    return "".join(c for n, c in enumerate(kept) if n == 0 or c != kept[n - 1])


def words(left: Columns, right: Columns, likeness: Likeness, weights: Weights) -> Feature | None:
    """How many rare words the two texts share, against how many they do not: of two long texts this says more than
    of two lines, and of texts in two languages nothing."""
    if not left.words or not right.words or (left.language and right.language and left.language != right.language):
        return None
    value = likeness.cosine(left, right)
    shorter = min(left.distinct, right.distinct)
    long = min(max((shorter - SHORT_WORDS) / (LONG_WORDS - SHORT_WORDS), 0.0), 1.0)
    brief, full = (next(w for least, w in weights.words[kind] if value >= least) for kind in ("short", "long"))
    weight = round(brief + long * (full - brief), 2)
    shared = likeness.shared(left, right) if weight > 0 else []
    detail = f"likeness {value:.2f}" + (f" ({', '.join(shared)})" if shared else "")
    return Feature(name="words", detail=detail, weight=weight)


def text(left: Columns, right: Columns, _: Likeness, weights: Weights) -> Feature | None:
    """How much of one text stands word for word in the other, as in copies and syndicated reports."""
    value = copied(left, right)
    weight = next((w for least, w in weights.copied["levels"] if value >= least), None)
    return None if weight is None else Feature(name="text", detail=f"{value:.0%} word for word", weight=weight)


FEATURES: tuple[Compare, ...] = (
    period, place, killed, injured, belligerents, strike_type, infrastructure, victims, words, text,
)  # fmt: skip


def compare(left: Columns, right: Columns, likeness: Likeness, weights: Weights) -> Comparison:
    """Everything that speaks for and against one event, loudest first; the score is the sum of the weights."""
    if right.id < left.id:
        left, right = right, left
    found = [f for feature in FEATURES if (f := feature(left, right, likeness, weights)) is not None]
    if (doubt := undated(left, right, found, weights)) is not None:
        found.append(doubt)
    score = math.fsum(f.weight for f in found)
    verdict: Any = "same" if score >= weights.same else "unsure" if score >= weights.unsure else "not_same"
    features = tuple(sorted(found, key=lambda f: (-abs(f.weight), f.name)))
    return Comparison(left=left.id, right=right.id, score=round(score, 2), features=features, verdict=verdict)


def undated(left: Columns, right: Columns, found: list[Feature], weights: Weights) -> Feature | None:
    """Where at least one account is dated neither by its text nor by when its report came out, nor seen just after
    the other's days, the same place is not enough: without a figure, a name or a good part of the words in common,
    the pair stays in doubt."""
    loose = [row for row in (left, right) if row.certainty in UNDATED]
    if not loose or (len(loose) == 1 and _meet(left, right)):
        return None
    told = {f.name: f.weight for f in found}
    if any(told.get(name, 0) >= weights.undated["telling"] for name in ("killed", "injured", "victims", "text")):
        return None
    long = min(left.distinct, right.distinct) >= SHORT_WORDS
    if long and told.get("words", 0) >= weights.undated["words"]:
        return None
    over = weights.undated["at_most"] - math.fsum(f.weight for f in found)
    if over >= 0:
        return None
    return Feature(name="undated", detail="alike in neither figures, names nor words", weight=round(over, 2))


def _meet(left: Columns, right: Columns) -> bool:
    if left.first is None or right.first is None or left.last is None or right.last is None:
        return False
    return left.first <= right.last and right.first <= left.last


def explanations() -> dict[str, str]:
    """The public explanation of every feature, by its name."""
    return {feature.__name__: " ".join((feature.__doc__ or "").split()) for feature in (*FEATURES, undated)}
