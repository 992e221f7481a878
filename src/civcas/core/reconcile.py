"""Which incidents of a dataset ours are: record held against record by the matching's own comparison of columns.

A dataset lists several incidents of a day and town where a record may have one, so the likeliest is taken only where
it stands out; otherwise all that it may be are listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from civcas.core.datasets.entries import Entry
from civcas.core.datasets.placing import placed
from civcas.core.match.blocks import near_keys
from civcas.core.match.columns import Columns, columns
from civcas.core.match.compare import Weights, compare, default_weights
from civcas.core.placereading import Lookup
from civcas.core.project import Project
from civcas.core.records import (
    Account,
    Assessment,
    Belligerent,
    Comparison,
    Feature,
    Group,
    Harm,
    HarmKind,
    Incident,
    Range,
    Record,
    When,
    Where,
)
from civcas.core.values import kilometres

Verdict = Literal["same", "ambiguous", "only_here", "only_there"]
VERDICTS: tuple[Verdict, ...] = ("same", "ambiguous", "only_here", "only_there")
MARGIN = 2.0  # bits: one that is four times as likely as the next stands out
AGAIN = (
    4.0  # bits: a second incident of ours is one of theirs too if it is not sixteen times less likely than the first
)
FAR_KM = 40.0  # beyond, an event is of another region (match.levels): a day and a toll in common do not settle it
NEAR_DAYS = 10  # beyond, no block brings two together (match.blocks)


class Summary(Record, frozen=True, kw_only=True):
    """What a person looks at first of either side's incident."""

    code: str
    id: str | None = None
    when: When | None = None
    where: Where | None = None
    killed: Range = Range()
    injured: Range = Range()


class Candidate(Record, frozen=True, kw_only=True):
    """An incident of the other side with what speaks for and against it, in bits, loudest first."""

    incident: Summary
    score: float
    features: tuple[Feature, ...] = ()


class Reconciled(Record, frozen=True, kw_only=True):
    """What became of one incident of ours, or of one of theirs that none of ours is."""

    verdict: Verdict
    dataset: str
    ours: Summary | None = None
    theirs: Summary | None = None
    candidates: tuple[Candidate, ...] = ()  # same: those it is; ambiguous: those it may be; else the nearest, if any


class Ours(Record, frozen=True, kw_only=True):
    """An incident of the record, assessed, with the accounts that it was assessed from."""

    assessment: Assessment
    incident: Incident


def reconcile(
    ours: Sequence[Ours], entries: Iterable[Entry], dataset: str, project: Project, *,
    lookup: Lookup | None = None, weights: Weights | None = None, advance: Callable[[int], None] = lambda _: None,
) -> list[Reconciled]:  # fmt: skip
    """A line for each of our incidents, then one for each of theirs that none of ours is or may be. `lookup` places
    what they name without coordinates."""
    weights = weights or default_weights()
    mine = {o.assessment.code: o for o in ours}
    rows = {code: columns(account_of(o, project)) for code, o in mine.items()}
    theirs: dict[str, Entry] = {}
    scores = _Scores(weights)
    index = _Index(rows.values())
    for place, entry in enumerate(entries):
        key = f"{place}"
        theirs[key] = entry
        if index.may_meet(entry):
            row = columns(_account_of_entry(key, placed(entry, lookup) if lookup else entry, project))
            for code in index.mates(row):
                scores.add(code, key, rows[code], row)
        advance(1)
    found = _Links(scores, {c: _range(o.assessment.killed) for c, o in mine.items()}, theirs, weights)
    lines = [_line_of_ours(dataset, o, found, scores, theirs) for o in ours]
    taken = found.theirs()
    others = (key for key in theirs if key not in taken)
    return [*lines, *(_line_of_theirs(dataset, key, theirs, scores, mine) for key in others)]


# ------------------------------------------------------------------ both sides in one shape


def account_of(ours: Ours, project: Project) -> Account:
    """The incident as one account: what it was assessed to be, with every place that its reports name."""
    told, members = ours.assessment, ours.incident.members
    return Account(
        id=f"0 {told.code}",
        document=f"0 {told.code}",
        kind="incident",
        when=told.when,
        where=told.where,
        harm=tuple(h for kind in _KINDS for h in _harm(kind, getattr(told, kind))),
        belligerents=_parties((b.name for b in told.belligerents), project),
        strike_type=told.strike_type,
        infrastructure=told.infrastructure,
        victims=told.victims,
        published=min((a.published for a in members if a.published), default=None),
        captured=min((a.captured for a in members if a.captured), default=None),
        places=tuple(dict.fromkeys(place for a in members for place in a.places)),
        words=tuple(word for a in members for word in a.words),
    )


_KINDS: tuple[HarmKind, ...] = ("killed", "injured")


def _account_of_entry(key: str, entry: Entry, project: Project) -> Account:
    """The entry as an account; a party goes by the name that the project gives it."""
    strikes, sites = entry.terms()
    places = entry.where()
    return Account(
        id=f"1 {key}",
        document=f"1 {key}",
        kind="incident",
        when=entry.when(),
        where=places[0] if places else None,
        places=places[1:],
        harm=tuple(h for kind in _KINDS for h in _harm(kind, getattr(entry, kind))),
        belligerents=_parties((side.name for side in entry.sides), project),
        strike_type=strikes,
        infrastructure=sites,
        victims=entry.people(),
    )


def _parties(names: Iterable[str], project: Project) -> tuple[Belligerent, ...]:
    """The parties as the project names them, and the coalitions they belong to: one may name the one, one the other."""
    found: dict[str, None] = {}
    for name in names:
        party = project.party(name)
        found.update(dict.fromkeys((party.name, *party.part_of) if party else (name,)))
    return tuple(Belligerent(name=name) for name in found)


def _harm(kind: HarmKind, groups: Mapping[str, Range]) -> Iterator[Harm]:
    """The whole toll; the wrong way round, as some entries have it, its ends change places."""
    group: Group
    for group in ("civilians", "people"):
        told = groups.get(group, Range())
        ends = sorted(n for n in (told.min, told.max) if n is not None)
        if len(ends) == 2:
            yield Harm(kind=kind, group=group, min=max(ends[0], 0), max=max(ends[1], 0))
        elif ends:
            yield Harm(kind=kind, group=group, min=told.min, max=told.max)


# ------------------------------------------------------------------ which are compared


class _Index:
    """Our incidents by what brings others to them: days and places."""

    def __init__(self, rows: Iterable[Columns]) -> None:
        self._codes: dict[int, list[str]] = defaultdict(list)
        self._days: set[int] = set()
        for row in rows:
            for key in sorted(near_keys(row)):
                self._codes[key].append(row.id[2:])
            if row.first is not None and row.last is not None:
                self._days.update(range(row.first - NEAR_DAYS, row.last + NEAR_DAYS + 1))

    def may_meet(self, entry: Entry) -> bool:
        """Whether anything of ours lies near the entry in time."""
        if entry.start is None:
            return False
        first = entry.start.toordinal()
        last = (entry.end or entry.start).toordinal()
        return first in self._days or last in self._days or any(day in self._days for day in range(first, last))

    def mates(self, row: Columns) -> list[str]:
        return sorted({code for key in near_keys(row) for code in self._codes.get(key, ())})


class _Scores:
    """The comparisons of pairs that may be one, from either side, the likeliest first."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._of_ours: dict[str, dict[str, Comparison]] = defaultdict(dict)
        self._of_theirs: dict[str, dict[str, Comparison]] = defaultdict(dict)
        self._far: set[tuple[str, str]] = set()

    def add(self, code: str, key: str, left: Columns, right: Columns) -> None:
        comparison = compare(left, right, self._weights)
        if comparison.score >= self._weights.unsure:
            if _apart(left, right) > FAR_KM:
                self._far.add((code, key))
            self._of_ours[code][key] = comparison
            self._of_theirs[key][code] = comparison

    def far(self, code: str, key: str) -> bool:
        """Whether the two happened in different regions, whatever else they share."""
        return (code, key) in self._far

    def of_ours(self, code: str) -> list[tuple[str, Comparison]]:
        return _ranked(self._of_ours.get(code, {}))

    def of_theirs(self, key: str) -> list[tuple[str, Comparison]]:
        return _ranked(self._of_theirs.get(key, {}))


def _apart(left: Columns, right: Columns) -> float:
    """Kilometres between the main places, beyond the radius of either; 0 where one has no coordinates."""
    if not left.points or not right.points:
        return 0.0
    (lat, lon, radius), (other_lat, other_lon, other_radius) = left.points[0], right.points[0]
    return kilometres(lat, lon, other_lat, other_lon) - radius - other_radius


def _ranked(found: Mapping[str, Comparison]) -> list[tuple[str, Comparison]]:
    return sorted(found.items(), key=lambda item: (-item[1].score, item[0]))


# ------------------------------------------------------------------ which are one


class _Links:
    """For each of our incidents, those of theirs that it is, or may be."""

    def __init__(
        self, scores: _Scores, tolls: Mapping[str, Range], theirs: Mapping[str, Entry], weights: Weights
    ) -> None:
        self.same: dict[str, list[str]] = {}
        self.maybe: dict[str, list[str]] = {}
        for code in tolls:
            ranked = [(key, c.score) for key, c in scores.of_ours(code) if c.score >= weights.same]
            near = [key for key, score in ranked if score > ranked[0][1] - MARGIN]
            if not near:
                continue
            if len(near) > 1 and not _add_up(tolls[code], [_range(theirs[key].killed) for key in near]):
                self.maybe[code] = near
            elif all(_first(code, key, scores) and not scores.far(code, key) for key in near):
                self.same[code] = near
            else:
                self.maybe[code] = near

    def theirs(self) -> frozenset[str]:
        """Those of theirs that one of ours is or may be."""
        return frozenset(key for found in (self.same, self.maybe) for keys in found.values() for key in keys)


def _first(code: str, key: str, scores: _Scores) -> bool:
    """Whether the entry is no other incident of ours far more likely."""
    ranked = scores.of_theirs(key)
    mine = next(c.score for other, c in ranked if other == code)
    return mine > ranked[0][1].score - AGAIN


def _range(groups: Mapping[str, Range]) -> Range:
    return groups.get("civilians") or groups.get("people") or Range()


def _add_up(whole: Range, parts: Sequence[Range]) -> bool:
    """Whether the dead of several together are ours, and those of none alone: one incident here, several there."""
    if whole.min is None or any(part.min is None or part.max is None for part in parts):
        return False
    low, high = sum(p.min or 0 for p in parts), sum(p.max or 0 for p in parts)
    alone = any((p.min or 0) <= whole.min <= (p.max or 0) for p in parts)
    return low <= whole.min <= high and not alone


# ------------------------------------------------------------------ lines


def _line_of_ours(dataset: str, ours: Ours, found: _Links, scores: _Scores, theirs: Mapping[str, Entry]) -> Reconciled:
    code = ours.assessment.code
    ranked = scores.of_ours(code)
    verdict: Verdict = "same" if code in found.same else "ambiguous" if code in found.maybe else "only_here"
    wanted = found.same.get(code) or found.maybe.get(code)
    shown = [(key, c) for key, c in ranked if key in wanted] if wanted else ranked[:1]
    candidates = tuple(_candidate(_of_entry(theirs[key]), c) for key, c in shown)
    return Reconciled(verdict=verdict, dataset=dataset, ours=_of_ours(ours.assessment), candidates=candidates)


def _line_of_theirs(
    dataset: str, key: str, theirs: Mapping[str, Entry], scores: _Scores, mine: Mapping[str, Ours]
) -> Reconciled:
    nearest = tuple(_candidate(_of_ours(mine[code].assessment), c) for code, c in scores.of_theirs(key)[:1])
    return Reconciled(verdict="only_there", dataset=dataset, theirs=_of_entry(theirs[key]), candidates=nearest)


def _candidate(incident: Summary, comparison: Comparison) -> Candidate:
    return Candidate(incident=incident, score=comparison.score, features=comparison.features)


def _of_ours(told: Assessment) -> Summary:
    return Summary(
        code=told.code, when=told.when, where=told.where, killed=_range(told.killed), injured=_range(told.injured)
    )


def _of_entry(entry: Entry) -> Summary:
    places = entry.where()
    return Summary(
        code=entry.label, id=entry.id, when=entry.when(), where=places[0] if places else None,
        killed=_range(entry.killed), injured=_range(entry.injured),
    )  # fmt: skip
