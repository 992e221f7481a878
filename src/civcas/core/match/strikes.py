"""Which declared strike an allegation may tell of: reports of parties ranked by day, distance, party and target.

A party's daily report names several strikes, each with its place and often its own day, and seldom the year. So it is
cut into its places, each with the days told last before it, and the best of them speaks for the report.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence

from civcas.core.errors import BadSource
from civcas.core.match.origins import parties_of
from civcas.core.project import Project
from civcas.core.records import Assessment, Claim, DateValue, Document, Feature, Figure, Person, Record, Term, Where
from civcas.core.values import Period, kilometres

# Bits: how much more often a level holds of the report that coders matched to an incident than of another one, over
# half of 398 reports that Airwars holds beside its incidents in Syria (bench/strikes.py); rounded.
DAYS = ((0, 9.5, 7.0), (1, 5.0, 3.5), (2, 2.0, 1.0), (10, 0.0, -0.5))  # gap up to, with a year, without one
OTHER_DAYS, NO_DAY = -4.5, -1.0
DISTANCES = ((5.0, 3.0), (15.0, 2.5), (30.0, 2.2), (60.0, 1.5), (120.0, -0.7))
ELSEWHERE, NO_PLACE = -2.5, -2.0
WIDE_KM = 120.0  # the radius of a country: such a place says nothing of where
SAME_PARTY, OTHER_PARTY = 1.0, -2.0
SAME_TARGET = 1.0
STRUCK = ("strike_type", "infrastructure", "munition", "belligerent")
LONGEST_DAYS = 10  # a longer period is that of a campaign
SHOWN_FROM = 0.0
AS_IF = ("2016-12-31", "2014-07-01")
"""Two days on which a report without a date is read as if it came out: what it dates alike on both is a day of some
year, and what moves with them ("yesterday") says nothing. The first is at the end of a leap year."""


class Day(Record, frozen=True, kw_only=True):
    """A stretch of days that a report names; `yearless` where only their month and day are known."""

    start: datetime.date
    end: datetime.date
    at: int  # offset in the text
    yearless: bool = False

    def gap(self, when: Period) -> int:
        """Days between it and the period, in the year that brings them nearest where it has none."""
        if not self.yearless:
            return when.distance(Period.between(self.start, self.end))
        years = range(when.start.year - 1, when.end.year + 2)
        return min(when.distance(_in_year(self.start, self.end, year)) for year in years)


class Named(Record, frozen=True, kw_only=True):
    """A place that a report names, with the days it gives for it."""

    where: Where
    quote: str
    days: tuple[Day, ...] = ()


class Declaration(Record, frozen=True, kw_only=True):
    """A report of strikes as it is compared."""

    document: str
    parties: tuple[str, ...] = ()
    places: tuple[Named, ...] = ()
    days: tuple[Day, ...] = ()
    targets: frozenset[str] = frozenset()


class Match(Record, frozen=True, kw_only=True):
    """A declared strike that may be the one, with what speaks for and against it."""

    document: str
    score: float
    features: tuple[Feature, ...]
    parties: tuple[str, ...] = ()
    place: Where | None = None
    quote: str | None = None
    edtf: str | None = None
    decided: bool | None = None  # whether a person said that it is the strike, or is not


def _in_year(start: datetime.date, end: datetime.date, year: int) -> Period:
    first = _moved(start, year)
    last = _moved(end, year + (end.year - start.year))
    return Period.between(first, max(first, last))


def _moved(day: datetime.date, year: int) -> datetime.date:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return day.replace(year=year, day=28)


# ------------------------------------------------------------------ reading


def declares(document: Document, claims: Sequence[Claim], project: Project) -> bool:
    """Whether the report may be a party's own on its strikes: the party publishes it, speaks in it, or counts them;
    or it tells what was struck and of no harm to civilians, as such reports do."""
    if parties_of(document.publisher, project):
        return True
    if any(c.kind == "declared" or (c.kind != "statement" and parties_of(c.speaker, project)) for c in claims):
        return True
    harmed = any(isinstance(c.value, Figure | Person) and _civilian(c.value.group) for c in claims)
    return not harmed and any(c.kind in STRUCK for c in claims) and any(c.kind == "place" for c in claims)


def _civilian(group: str) -> bool:
    return group not in ("belligerents", "member_of_armed_forces")


def report_of(
    document: Document, claims: Sequence[Claim], places: Mapping[str, Where], project: Project,
    again: Sequence[Claim] | None = None,
) -> Declaration:  # fmt: skip
    """The report as it is compared. `again` are the claims of a report without a date, read as if it came out on
    another day than for `claims`."""
    days = tuple(sorted(_days(claims, again), key=lambda d: (d.at, d.start)))
    named = tuple(
        Named(where=places[c.id], quote=c.span.quote, days=_days_of(c, days)) for c in claims if c.id in places
    )
    speaking = {n for c in claims for n in parties_of(c.speaker, project)}
    return Declaration(
        document=document.id,
        parties=parties_of(document.publisher, project) or tuple(sorted(speaking)),
        places=named,
        days=days,
        targets=frozenset(c.value.slug for c in claims if c.kind == "infrastructure" and isinstance(c.value, Term)),
    )


def _days(claims: Iterable[Claim], again: Iterable[Claim] | None) -> Iterable[Day]:
    """The days that the report names. Those that follow from its own date alone are left out where it has none."""
    moved = None if again is None else {_key(c, c.value) for c in again if isinstance(c.value, DateValue)}
    for claim in claims:
        value = claim.value
        if not isinstance(value, DateValue) or (moved is not None and _key(claim, value) not in moved):
            continue
        try:
            period = Period.parse(value.edtf)
        except BadSource:
            continue
        if period.days <= LONGEST_DAYS:
            yearless = moved is not None and value.relative
            yield Day(start=period.start, end=period.end, at=claim.span.start, yearless=yearless)


def _key(claim: Claim, value: DateValue) -> tuple[int, int, str]:
    """What two readings have in common where only the year was guessed."""
    said = "/".join(part[4:] for part in value.edtf.split("/")) if value.relative else value.edtf
    return claim.span.start, claim.span.end, said


def _days_of(place: Claim, days: Sequence[Day]) -> tuple[Day, ...]:
    """The days told last before the place; the first of the report where none was told yet."""
    before = [day for day in days if day.at <= place.span.start]
    return (before[-1],) if before else tuple(days[:1])


# ------------------------------------------------------------------ ranking


def ranked(
    found: Assessment, reports: Iterable[Declaration], *, decided: Mapping[str, bool] | None = None
) -> list[Match]:
    """The reports that may declare the strike of the incident, likeliest first; those that people settled always."""
    settled = decided or {}
    matches = [_matched(found, report, settled.get(report.document)) for report in reports]
    shown = [m for m in matches if m.score > SHOWN_FROM or m.decided is not None]
    return sorted(shown, key=lambda m: (m.decided is not True, m.decided is False, -m.score, m.document))


def _matched(found: Assessment, report: Declaration, decided: bool | None) -> Match:
    options = [_placed(found, named) for named in report.places if (named.where.radius_km or 0) <= WIDE_KM]
    if not options:
        options.append(([_dated(found, report.days), Feature(name="place", detail="no place", weight=NO_PLACE)], None))
    features, named = max(options, key=lambda option: sum(f.weight for f in option[0]))
    features = [*features, *filter(None, (_party(found, report), _target(found, report)))]
    told = _nearest(found, named.days if named else report.days)
    return Match(
        document=report.document,
        score=round(sum(f.weight for f in features), 1),
        features=tuple(features),
        parties=report.parties,
        place=named.where if named else None,
        quote=named.quote if named else None,
        edtf=_edtf(told) if told and not told.yearless else None,
        decided=decided,
    )


def _placed(found: Assessment, named: Named) -> tuple[list[Feature], Named | None]:
    return [_dated(found, named.days), _distance(found.where, named)], named


def _dated(found: Assessment, days: Sequence[Day]) -> Feature:
    nearest = _nearest(found, days)
    if found.when is None or nearest is None:
        return Feature(name="day", detail="no day", weight=NO_DAY)
    gap = nearest.gap(found.when)
    told = f"{nearest.start:%d %B}" if nearest.yearless else str(nearest.start)
    detail = f"{'the same days' if not gap else f'{gap} days apart'} ({told}{', no year' if nearest.yearless else ''})"
    for most, with_year, without in DAYS:
        if gap <= most:
            return Feature(name="day", detail=detail, weight=without if nearest.yearless else with_year)
    return Feature(name="day", detail=detail, weight=OTHER_DAYS)


def _nearest(found: Assessment, days: Sequence[Day]) -> Day | None:
    when = found.when
    return min(days, key=lambda d: (d.gap(when), d.yearless, d.at), default=None) if when else None


def _edtf(day: Day) -> str:
    return Period.between(day.start, day.end).edtf


def _distance(where: Where | None, named: Named) -> Feature:
    other = named.where
    if where is None or where.lat is None or where.lon is None or other.lat is None or other.lon is None:
        return Feature(name="place", detail=f"{other.name}: where it is is not known", weight=NO_PLACE)
    apart = kilometres(where.lat, where.lon, other.lat, other.lon)
    detail = f"{other.name}, {apart:.0f} km away"
    return Feature(
        name="place", detail=detail, weight=next((bits for most, bits in DISTANCES if apart <= most), ELSEWHERE)
    )


def _party(found: Assessment, report: Declaration) -> Feature | None:
    """Whether somebody who is named for the strike declares it."""
    named = {b.name for b in found.belligerents}
    if not named or not report.parties:
        return None
    both = sorted(named & set(report.parties))
    if both:
        return Feature(name="party", detail=f"{', '.join(both)} in both", weight=SAME_PARTY)
    return Feature(name="party", detail=", ".join(report.parties), weight=OTHER_PARTY)


def _target(found: Assessment, report: Declaration) -> Feature | None:
    both = sorted(set(found.infrastructure) & report.targets)
    return Feature(name="target", detail=f"{', '.join(both)} in both", weight=SAME_TARGET) if both else None
