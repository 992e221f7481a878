"""What contradicts itself in a record or a dataset (domain 3.8): found and told, never mended and never in the way."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, get_args

from rapidfuzz.distance import OSA

from civcas.core.datasets.entries import Entry, Named, Side
from civcas.core.placenames import fold_name
from civcas.core.records import Anchor, Assessment, Decision, Grade, Range, Record, StrikeStatus

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
PARTS = ("children", "women", "men")
EARLIEST = datetime.date(1900, 1, 1)
SLIP = 4  # times as many incidents bear the right spelling as the slip: 61 spellings of Syria's 14 governorates were so
SHORT = 5  # letters; of a name that short one letter tells two places apart less often than two

KINDS: Mapping[str, tuple[Severity, str]] = {
    "min_above_max": ("error", "a minimum above its maximum"),
    "negative": ("error", "a number of people below nobody"),
    "parts_above_min": ("warning", "children, women and men together above the minimum of all"),
    "parts_above_max": ("warning", "children, women and men together above the maximum of all"),
    "parts_without_total": ("note", "children, women or men counted, and all of them not"),
    "named_above_max": ("warning", "more people named than the maximum"),
    "conceded_min_above_max": ("error", "a party's concession with a minimum above its maximum"),
    "code_twice": ("error", "a code given to two incidents"),
    "id_twice": ("error", "an id given to two incidents"),
    "two_grades": ("error", "more than one grade"),
    "unknown_grade": ("warning", "a grade that is none of the field's"),
    "unknown_strike_status": ("warning", "a strike status that is none of the field's"),
    "no_date": ("warning", "no date"),
    "ends_before_start": ("error", "an end before the start"),
    "date_in_future": ("error", "a date that is still to come"),
    "date_too_early": ("error", "a date before 1900"),
    "no_place": ("note", "neither a place nor coordinates"),
    "off_the_globe": ("error", "coordinates that are not on the globe"),
    "half_a_point": ("error", "a latitude without a longitude, or the other way round"),
    "nowhere": ("warning", "coordinates of 0, 0: a blank that became a number"),
    "area_is_number": ("error", "a number where a province stands"),
    "area_misspelt": ("warning", "a province whose name is one slip away from one that many bear"),
    "party_twice": ("warning", "a party named twice: totals over parties count its dead twice"),
    "decision_without_subject": ("warning", "a decision whose subject is no longer read; it stays in force"),
}
"""Each kind with its severity and what it is."""


class Finding(Record, frozen=True, kw_only=True):
    """One contradiction: its kind, how grave it is, which incident bears it and what stands there."""

    kind: str
    severity: Severity
    subject: str  # code or id of the incident, or id of the decision
    message: str
    field: str | None = None
    rule: str = "3.8"
    source: str | None = None  # file or dataset; None for the record itself
    line: int | None = None


def found(kind: str, subject: str, message: str, *, field: str | None = None) -> Finding:
    return Finding(kind=kind, severity=KINDS[kind][0], subject=subject, message=message, field=field)


def lint(entries: Sequence[Entry], *, today: datetime.date | None = None) -> Iterator[tuple[int, Finding]]:
    """Every finding with the place of its entry in the sequence, in that order."""
    told = _twice(entries)
    for place, finding in _areas(entries):
        told[place].append(finding)
    for place, entry in enumerate(entries):
        for check in CHECKS:
            yield from ((place, finding) for finding in check(entry))
        if today is not None:
            yield from ((place, finding) for finding in _future(entry, today))
        yield from ((place, finding) for finding in told.get(place, ()))


# ------------------------------------------------------------------ one incident


def _ranges(entry: Entry) -> Iterator[Finding]:
    for kind, groups in (("killed", entry.killed), ("injured", entry.injured)):
        for group, r in groups.items():
            field = f"{kind}.{group}"
            if _crossed(r):
                yield found("min_above_max", entry.label, f"minimum {r.min} above maximum {r.max}", field=field)
            if min(r.min or 0, r.max or 0) < 0:
                yield found("negative", entry.label, f"{r.min} to {r.max}", field=field)


def _crossed(r: Range) -> bool:
    return r.min is not None and r.max is not None and r.min > r.max


def _parts(entry: Entry) -> Iterator[Finding]:
    for kind, groups in (("killed", entry.killed), ("injured", entry.injured)):
        total = _total(groups)
        parts = [groups[part] for part in PARTS if part in groups]
        low, high = sum(r.min or 0 for r in parts), sum(r.max or 0 for r in parts)
        field = f"{kind}.civilians"
        if total == Range() and (low or high):
            yield found("parts_without_total", entry.label, f"{_named(groups)} and no total", field=field)
        if total.min is not None and low > max(total.min, 0):
            message = f"{_named(groups, 'min')} are {low}, above the minimum of {total.min}"
            yield found("parts_above_min", entry.label, message, field=f"{field}.min")
        if total.max is not None and high > total.max:
            message = f"{_named(groups, 'max')} are {high}, above the maximum of {total.max}"
            yield found("parts_above_max", entry.label, message, field=f"{field}.max")


def _total(groups: Mapping[str, Range]) -> Range:
    return groups.get("civilians") or groups.get("people") or Range()


def _named(groups: Mapping[str, Range], end: str = "max") -> str:
    told = ((part, getattr(groups.get(part, Range()), end)) for part in PARTS)
    return ", ".join(f"{number} {part}" for part, number in told if number)


def _people(entry: Entry) -> Iterator[Finding]:
    for kind, groups in (("killed", entry.killed), ("injured", entry.injured)):
        named = sum(victim.outcome == kind for victim in entry.victims)
        most = _total(groups).max
        if most is not None and named > most:
            message = f"{named} people are named as {kind}, the maximum is {most}"
            yield found("named_above_max", entry.label, message, field=f"{kind}.civilians.max")


def _concessions(entry: Entry) -> Iterator[Finding]:
    for side in entry.sides:
        for kind, r in (("killed", side.conceded_killed), ("injured", side.conceded_injured)):
            if _crossed(r):
                message = f"{side.name} concedes {r.min} to {r.max} {kind}"
                yield found("conceded_min_above_max", entry.label, message, field="belligerents")


def _sides(entry: Entry) -> Iterator[Finding]:
    for name, times in Counter(side.name for side in entry.sides).items():
        if times > 1:
            yield found("party_twice", entry.label, f"{name} is named {times} times", field="belligerents")


def _grades(entry: Entry) -> Iterator[Finding]:
    if len(entry.grades) > 1:
        yield found("two_grades", entry.label, f"graded {' and '.join(entry.grades)}", field="grade")
    for grade in entry.grades:
        if grade not in get_args(Grade):
            yield found("unknown_grade", entry.label, f"{grade!r} is no grade", field="grade")
    if entry.strike_status is not None and entry.strike_status not in get_args(StrikeStatus):
        message = f"{entry.strike_status!r} is no strike status"
        yield found("unknown_strike_status", entry.label, message, field="strike_status")


def _days(entry: Entry) -> Iterator[Finding]:
    if entry.start is None:
        yield found("no_date", entry.label, "no date is given", field="when")
        return
    if entry.end is not None and entry.end < entry.start:
        yield found("ends_before_start", entry.label, f"from {entry.start} to {entry.end}", field="when")
    if entry.start < EARLIEST:
        yield found("date_too_early", entry.label, f"on {entry.start}", field="when")


def _future(entry: Entry, today: datetime.date) -> Iterator[Finding]:
    if entry.start is not None and entry.start > today:
        yield found("date_in_future", entry.label, f"on {entry.start}", field="when")


def _place(entry: Entry) -> Iterator[Finding]:
    if entry.lat is None and entry.lon is None:
        if not entry.name and not entry.names and not entry.admin1:
            yield found("no_place", entry.label, "no place is given", field="where")
    elif entry.lat is None or entry.lon is None:
        yield found("half_a_point", entry.label, f"latitude {entry.lat}, longitude {entry.lon}", field="where")
    elif not entry.placed:
        yield found("off_the_globe", entry.label, f"latitude {entry.lat:g}, longitude {entry.lon}", field="where")
    elif entry.lat == entry.lon == 0:
        yield found("nowhere", entry.label, "latitude 0, longitude 0", field="where")


CHECKS: tuple[Callable[[Entry], Iterator[Finding]], ...] = (
    _ranges, _parts, _people, _concessions, _sides, _grades, _days, _place,
)  # fmt: skip


# ------------------------------------------------------------------ all of them together


def _twice(entries: Sequence[Entry]) -> dict[int, list[Finding]]:
    """Codes and ids that two incidents bear; told at each but the first."""
    told: dict[int, list[Finding]] = defaultdict(list)
    for kind, name in (("code_twice", "code"), ("id_twice", "id")):
        first: dict[str, int] = {}
        for place, entry in enumerate(entries):
            given = getattr(entry, name)
            if given is None:
                continue
            if given in first:
                message = f"the {name} {given!r} stands at incident {first[given] + 1} and at incident {place + 1}"
                told[place].append(found(kind, entry.label, message, field=name))
            first.setdefault(given, place)
    return told


def _areas(entries: Sequence[Entry]) -> Iterator[tuple[int, Finding]]:
    """Provinces that are numbers, or one slip away from a name that many more incidents of the country bear."""
    spread = Counter((entry.country, entry.admin1) for entry in entries if entry.admin1)
    meant = {key: _meant(key, spread) for key in spread}
    for place, entry in enumerate(entries):
        if not entry.admin1:
            continue
        if _is_number(entry.admin1):
            message = f"{entry.admin1!r} stands for a province"
            yield place, found("area_is_number", entry.label, message, field="where")
        elif right := meant[entry.country, entry.admin1]:
            message = f"{entry.admin1!r} may be a slip for {right!r}"
            yield place, found("area_misspelt", entry.label, message, field="where")


def _is_number(name: str) -> bool:
    try:
        float(name)
    except ValueError:
        return False
    return True


def _meant(key: tuple[str | None, str], spread: Mapping[tuple[str | None, str], int]) -> str | None:
    country, name = key
    folded = fold_name(name)
    if not folded:
        return None
    most = 1 if len(folded) <= SHORT else 2
    near = [
        (OSA.distance(folded, fold_name(other)), -times, other)
        for (there, other), times in spread.items()
        if there == country and other != name and times >= SLIP * spread[key]
    ]
    close = min((n for n in near if n[0] <= most), default=None)
    return close[2] if close else None


# ------------------------------------------------------------------ the record itself


def of_assessment(assessment: Assessment) -> Entry:
    """An incident of the record in the terms that are checked."""
    when, where = assessment.when, assessment.where
    return Entry(
        id=assessment.code,
        code=assessment.code,
        start=when.start if when else None,
        end=when.end if when else None,
        name=where.name if where else None,
        admin1=where.admin1 if where else None,
        country=where.country if where else None,
        lat=where.lat if where else None,
        lon=where.lon if where else None,
        level=where.precision if where else None,
        radius_km=where.radius_km if where else None,
        killed=assessment.killed,
        injured=assessment.injured,
        grades=(assessment.grade,) if assessment.grade else (),
        strike_status=assessment.strike_status,
        sides=tuple(Side(name=b.name, attribution=b.attribution, position=b.position) for b in assessment.belligerents),
        strike_type=assessment.strike_type,
        infrastructure=assessment.infrastructure,
        causes=assessment.causes,
        victims=tuple(
            Named(name=v.name, age=v.age, gender=v.gender, outcome=v.outcome) for v in assessment.victims
        ),
        sources=assessment.sources,
    )  # fmt: skip


Spans = Mapping[str, Sequence[tuple[int, int]]]  # document -> where its claims stand now


def lost(decisions: Iterable[Decision], spans: Spans, codes: Iterable[str]) -> Iterator[Finding]:
    """The decisions a subject of which is no longer read: no claim stands where it names one, or its code leads
    nowhere. They stay in force."""
    known = set(codes)
    for decision in decisions:
        gone = [anchor for anchor in decision.subjects if not _stands(anchor, spans, known)]
        if gone:
            what, about = decision.verb.replace("_", " "), ", ".join(map(_where, gone))
            message = f"{what} by {decision.actor}: {about} is no longer read"
            yield found("decision_without_subject", decision.id[:12], message)


def _stands(anchor: Anchor, spans: Spans, codes: set[str]) -> bool:
    if anchor.code is not None:
        return anchor.code in codes
    if anchor.document is None or not anchor.spans:
        return True
    now = spans.get(anchor.document, ())
    return any(a < d and c < b for a, b in anchor.spans for c, d in now)


def _where(anchor: Anchor) -> str:
    if anchor.code is not None:
        return anchor.code
    return f"{anchor.document} at {anchor.spans[0][0]}-{anchor.spans[-1][1]}"
