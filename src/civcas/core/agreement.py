"""How far coders agree on a sample: Krippendorff's alpha for each field, with an interval from resampled units.

Alpha is 1 for perfect agreement and 0 for what chance would give (Krippendorff, Computing Krippendorff's
Alpha-Reliability, 2011). A value that one coder leaves unknown is missing, never a disagreement; how often that is so
is told beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from civcas.core.datasets.entries import Entry
from civcas.core.placenames import fold_name
from civcas.core.records import Range, Record

Level = Literal["nominal", "ordinal", "interval", "ratio"]
Value = Hashable
Draw = Callable[[int, int], Sequence[int]]  # how many there are, how many to draw with return -> their numbers
Unit = tuple[Value, ...]  # the values that coders gave one unit, those who gave none left out
INTERVAL = 0.95


class Agreement(Record, frozen=True, kw_only=True):
    """How far coders agree on one field. `alpha` is None where no unit has two values, or all values are one."""

    field: str
    level: Level
    alpha: float | None
    low: float | None  # of the interval that holds 95 % of the alphas of resampled units
    high: float | None
    units: int  # that two coders or more gave a value
    values: int  # in those units
    half_known: int  # units that some coders gave a value and others left unknown
    same: int  # units whose values are all one


def alpha(units: Iterable[Unit], level: Level) -> float | None:
    """Krippendorff's alpha; None where there is nothing to compare, or no variation at all."""
    return _alpha(Counter(tuple(sorted(unit, key=repr)) for unit in units if len(unit) > 1), level)


def _alpha(patterns: Mapping[Unit, int], level: Level) -> float | None:
    """Of units given as sets of values with how often each set occurs."""
    together: Counter[tuple[Value, Value]] = Counter()
    for unit, times in patterns.items():
        weight = times / (len(unit) - 1)
        for n, one in enumerate(unit):
            for m, other in enumerate(unit):
                if n != m and one != other:
                    together[one, other] += weight  # type: ignore[assignment]
    often: Counter[Value] = Counter()
    for unit, times in patterns.items():
        for value in unit:
            often[value] += times
    distance = _distance(level, often)
    total = sum(often.values())
    values = list(often)
    expected = sum(often[a] * often[b] * distance(a, b) for a in values for b in values if a != b)
    if not expected:
        return None
    observed = sum(weight * distance(a, b) for (a, b), weight in together.items())
    return 1 - (total - 1) * observed / expected


def _distance(level: Level, often: Mapping[Value, int]) -> Callable[[Value, Value], float]:
    """The squared difference of two values at a level of measurement."""
    if level == "ordinal":
        return _by_rank(often)

    def between(left: Value, right: Value) -> float:
        if level == "nominal":
            return float(left != right)
        a, b = float(left), float(right)  # type: ignore[arg-type]
        if level == "interval":
            return (a - b) ** 2
        return ((a - b) / (a + b)) ** 2 if a + b else 0.0

    return between


def _by_rank(often: Mapping[Value, int]) -> Callable[[Value, Value], float]:
    """Of two ranks: how many values lie between them, half of their own counted."""
    below: dict[Value, float] = {}
    run = 0.0
    for value in sorted(often):  # type: ignore[type-var]
        below[value] = run + often[value] / 2
        run += often[value]
    return lambda left, right: (below[left] - below[right]) ** 2


def interval(
    units: Sequence[Unit], level: Level, *, draw: Draw, resamples: int, share: float = INTERVAL
) -> tuple[float, float] | None:
    """Between which alphas lie that share of the samples drawn from the units with return; None where they have
    none."""
    told = [tuple(sorted(unit, key=repr)) for unit in units if len(unit) > 1]
    if not told:
        return None
    drawn = (_alpha(Counter(told[n] for n in draw(len(told), len(told))), level) for _ in range(resamples))
    found = sorted(a for a in drawn if a is not None)
    if not found:
        return None
    outside = (1 - share) / 2
    last = len(found) - 1
    return found[round(outside * last)], found[round((1 - outside) * last)]


# ------------------------------------------------------------------ fields of incidents

Reading = Callable[[Entry], Value]
FIELDS: Mapping[str, tuple[Level, Reading]] = {
    "date": ("interval", lambda e: e.start.toordinal() if e.start else None),
    "place": ("nominal", lambda e: fold_name(e.name) if e.name else None),
    "latitude": ("interval", lambda e: e.lat),
    "longitude": ("interval", lambda e: e.lon),
    "grade": ("nominal", lambda e: "+".join(sorted(e.grades)) or None),
    "strike_status": ("nominal", lambda e: e.strike_status),
    "strike_type": ("nominal", lambda e: "+".join(sorted(e.strike_type)) or None),
    "infrastructure": ("nominal", lambda e: "+".join(sorted(e.infrastructure)) or None),
    "belligerents": ("nominal", lambda e: "+".join(sorted({s.name.casefold() for s in e.sides})) or None),
    "victims": ("ratio", lambda e: len(e.victims) or None),
}
"""What is compared beside the figures, at which level; a list of terms is one value, whatever its order."""


def agreements(coders: Sequence[Mapping[str, Entry]], *, draw: Draw, resamples: int = 1000) -> Iterator[Agreement]:
    """For each field that anybody gave, how far the coders agree; a coder is their entries by unit."""
    units = sorted({unit for coder in coders for unit in coder})
    for field, (level, reading) in {**_figures(coders), **FIELDS}.items():
        given = [[reading(coder[unit]) for coder in coders if unit in coder] for unit in units]
        told = [tuple(v for v in values if v is not None) for values in given]
        if not any(told):
            continue
        paired = [unit for unit in told if len(unit) > 1]
        bounds = interval(paired, level, draw=draw, resamples=resamples)
        yield Agreement(
            field=field, level=level, alpha=alpha(paired, level), low=bounds[0] if bounds else None,
            high=bounds[1] if bounds else None, units=len(paired), values=sum(map(len, paired)),
            half_known=sum(0 < len(known) < len(values) for known, values in zip(told, given, strict=True)),
            same=sum(len(set(unit)) == 1 for unit in paired),
        )  # fmt: skip


def _figures(coders: Sequence[Mapping[str, Entry]]) -> dict[str, tuple[Level, Reading]]:
    """Both ends of the range of every group that anybody counted, as ratios."""
    groups = {
        (kind, group)
        for coder in coders
        for entry in coder.values()
        for kind, harm in (("killed", entry.killed), ("injured", entry.injured))
        for group in harm
    }
    ordered = sorted(groups, key=lambda g: (g[0] != "killed", g[1] != "civilians", g))
    return {
        f"{kind}.{group}.{end}": ("ratio", _end(kind, group, end)) for kind, group in ordered for end in ("min", "max")
    }


def _end(kind: str, group: str, end: str) -> Reading:
    def reading(entry: Entry) -> Value:
        found: Range = getattr(entry, kind).get(group, Range())
        value: int | None = getattr(found, end)
        return value

    return reading
