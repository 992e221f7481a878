"""How two accounts agree or differ on one thing: a level with a name, and the values that spoke.

A level is all that the model knows of a pair, so that the same model can be asked from SQL (civcas.linkage) and from
here. The docstrings are the public explanation of a feature. A comparison that has nothing to say returns None.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from typing import NamedTuple

from rapidfuzz.distance import JaroWinkler

from civcas.core.match.columns import UNDATED, Columns
from civcas.core.match.likeness import copied, cosine, shared
from civcas.core.match.names import ALIKE, same_person
from civcas.core.match.placelikeness import unlike
from civcas.core.values import Count, kilometres

GAPS = (
    ("same days", 0), ("one day", 1), ("two days", 2), ("days", 4), ("a week", 7), ("a fortnight", 15),
    ("a month", 30), ("a season", 90), ("longer", 10**9),
)  # fmt: skip
NEAR_KM = 6.0
DISTANCES = (
    ("same", 1.5), ("near", NEAR_KM), ("close", 10.0), ("region", 40.0), ("far", 150.0), ("elsewhere", math.inf),
)  # fmt: skip
MENTIONED_KM = 3.0
COPY = 0.6  # share of a text's runs of words: copies tell of one event, however a place was read
AREA_KM = 15.0  # a radius from here on is an area, not a place
SHORT, MIDDLING = 25, 70  # different words of a post of a line or two, and of a paragraph
LIKENESS = (0.5, 0.35, 0.25, 0.18, 0.13, 0.09, 0.06, 0.04, 0.0)
COPIED = (0.6, 0.3, 0.15)
MANY, SOME = 20, 4  # people; two equal tolls of one or two agree by chance, of twenty seldom


class Level(NamedTuple):
    """A level by its name in the model, and what the case shows."""

    name: str
    detail: str


Compare = Callable[[Columns, Columns], Level | None]


def period(left: Columns, right: Columns) -> Level | None:
    """How many days lie between the periods. An account that gives no date can tell of an event at most as late
    as its report was out, and seldom of one more than a few days before; it then weighs less either way. Two texts
    that each name one day of the calendar, more than a day apart, never tell of one event."""
    if left.first is None or right.first is None or left.last is None or right.last is None:
        return None
    gap = max(left.first - right.last, right.first - left.last, 0)
    shown = "same days" if gap == 0 else f"{gap} days apart"
    detail = f"{shown}: {_days(left)} and {_days(right)}"
    if gap > 1 and left.exact and right.exact:
        return Level("two calendar days", detail)
    return Level(f"{_dated(left, right)}: {next(name for name, days in GAPS if gap <= days)}", detail)


def _dated(left: Columns, right: Columns) -> str:
    """How the pair is dated: as the worse of the two is."""
    certainties = {left.certainty, right.certainty}
    if "wide" in certainties:
        return "wide"
    if certainties == {"stated"}:
        return "stated"
    return "assumed" if certainties.isdisjoint(UNDATED) else "seen"


def _days(row: Columns) -> str:
    assert row.first is not None
    assert row.last is not None
    first, last = (datetime.date.fromordinal(n).isoformat() for n in (row.first, row.last))
    return (first if first == last else f"{first}/{last}") + (
        " (by the report's date)" if row.certainty in ("assumed", *UNDATED) else ""
    )


def place(left: Columns, right: Columns) -> Level | None:
    """How far apart the main places are, beyond the radius within which each is true; names spelt alike where
    a place has no coordinates. A name that the other account knows in no spelling speaks loudly against one event,
    unless one text is a copy of the other."""
    if left.points and right.points:
        return _distance(left, right)
    if left.places and right.places and JaroWinkler.similarity(left.places[0], right.places[0]) >= ALIKE:
        return Level("name", f"{left.places[0]} and {right.places[0]} are spelt alike")
    if unlike(left, right) and copied(left, right) < COPY:
        return Level("unlike", f"{left.places[0]} and {right.places[0]} are names of two places")
    return None


def _distance(left: Columns, right: Columns) -> Level:
    (lat, lon, radius), (other_lat, other_lon, other_radius) = left.points[0], right.points[0]
    apart = kilometres(lat, lon, other_lat, other_lon)
    shown = f"{apart:.0f} km apart" if apart >= 1 else "the same place"
    if max(radius, other_radius) >= AREA_KM:
        shown += f", one of them an area of {max(radius, other_radius):.0f} km"
        return Level("around" if apart <= radius + other_radius + NEAR_KM else "outside", shown)
    level = next(name for name, km in DISTANCES if apart <= km)
    if level in ("region", "far", "elsewhere") and _mentioned(left, right):
        level = "named in the region" if level == "region" else "named far off"
        shown += ", but the place of one is named in the other account too"
    return Level(level, shown)


def _mentioned(left: Columns, right: Columns) -> bool:
    """Whether a fine main place of one is among the other's places."""
    return any(
        a.points
        and a.points[0][2] < AREA_KM
        and any(kilometres(*a.points[0][:2], *p[:2]) <= MENTIONED_KM for p in b.points[1:])
        for a, b in ((left, right), (right, left))
    )


def killed(left: Columns, right: Columns) -> Level | None:
    """Whether the tolls of the dead are the same, can be, or differ; a high toll that is the same says more."""
    return _figures(left.killed, right.killed)


def injured(left: Columns, right: Columns) -> Level | None:
    """Whether the tolls of the injured are the same, can be the same, or differ."""
    return _figures(left.injured, right.injured)


def _figures(left: Count, right: Count) -> Level | None:
    if not left.known or not right.known:
        return None
    shown = f"{_range(left)} against {_range(right)}"
    if left.min == right.min and left.min and left.min > 0:
        return Level("same, many" if left.min >= MANY else "same" if left.min >= SOME else "same, few", shown)
    if left.overlaps(right):
        return Level("overlap", shown)
    low, high = sorted(max(c.min or 0, c.max or 0) for c in (left, right))
    return Level("close" if high <= 2 * low or high - low <= 2 else "other", shown)


def _range(count: Count) -> str:
    if count.min == count.max:
        return str(count.min)
    return f"{'' if count.min is None else count.min}-{'' if count.max is None else count.max}"


def belligerents(left: Columns, right: Columns) -> Level | None:
    """Whether the same belligerent is named; reports of one event often blame different ones, so it weighs little."""
    return _sets(left.parties, right.parties)


def strike_type(left: Columns, right: Columns) -> Level | None:
    """Whether the same kind of strike is told."""
    return _sets(left.strikes, right.strikes)


def infrastructure(left: Columns, right: Columns) -> Level | None:
    """Whether the same kind of place was hit: a mosque, a school, a market."""
    return _sets(left.sites, right.sites)


def _sets(left: frozenset[str], right: frozenset[str]) -> Level | None:
    if not left or not right:
        return None
    both = sorted(left & right)
    if both:
        return Level("shared", f"{', '.join(both)} in both")
    return Level("disjoint", f"{', '.join(sorted(left))} against {', '.join(sorted(right))}")


def victims(left: Columns, right: Columns) -> Level | None:
    """Whether a victim is named in both, in whatever spelling, or several are named and none in common."""
    if not left.victims or not right.victims:
        return None
    named = [(a, b) for a in left.victims for b in right.victims if same_person(a, b)]
    if named:
        who = " ".join(sorted(min(named, key=lambda pair: sorted(pair[0]))[0]))
        return Level("named", f"{who} is named in both")
    family = sorted(
        {t for a in left.victims for t in a if len(a) > 1} & {t for b in right.victims for t in b if len(b) > 1}
    )
    if len(family) > 1 or (family and min(len(left.victims), len(right.victims)) > 1):
        return Level("family", f"{', '.join(family)} among the names of both")
    return Level("others", "nobody named in both") if min(len(left.victims), len(right.victims)) > 1 else None


def words(left: Columns, right: Columns) -> Level | None:
    """How many rare words the two texts share, against how many they do not: of two long texts this says more than
    of two lines, and of texts in two languages nothing."""
    if not left.tokens or not right.tokens or (left.language and right.language and left.language != right.language):
        return None
    value = cosine(left, right)
    shorter = min(left.distinct, right.distinct)
    length = "short" if shorter < SHORT else "middling" if shorter < MIDDLING else "long"
    least = next(each for each in LIKENESS if value >= each)
    both = shared(left, right) if least else []
    return Level(f"{length}: {least:.2f}", f"likeness {value:.2f}" + (f" ({', '.join(both)})" if both else ""))


def text(left: Columns, right: Columns) -> Level | None:
    """How much of one text stands word for word in the other, as in copies and syndicated reports."""
    value = copied(left, right)
    least = next((each for each in COPIED if value >= each), None)
    return None if least is None else Level(f"{least:.2f}", f"{value:.0%} word for word")


COMPARISONS: tuple[Compare, ...] = (
    period, place, killed, injured, belligerents, strike_type, infrastructure, victims, words, text,
)  # fmt: skip


def levels(left: Columns, right: Columns) -> dict[str, Level]:
    """By the name of the comparison, the level of each that has something to say."""
    found = {compare.__name__: compare(left, right) for compare in COMPARISONS}
    return {name: level for name, level in found.items() if level is not None}
