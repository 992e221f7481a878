"""A row of a desk's own spreadsheet as a report: its cells as text, what they claim, and the account they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from civcas.core.codebook import Codebook, range_of
from civcas.core.datasets import cells
from civcas.core.datasets.cells import BadCell
from civcas.core.datasets.entries import Entry
from civcas.core.datasets.formats import HARM, Format
from civcas.core.records import (
    Account,
    Anchor,
    Belligerent,
    Claim,
    ClaimKind,
    DateValue,
    DecisionVerb,
    Document,
    Figure,
    Grade,
    Group,
    Harm,
    HarmKind,
    Party,
    Person,
    PlaceName,
    Range,
    Record,
    Span,
    StrikeStatus,
    Term,
    Value,
    Victim,
    When,
    Where,
    digest,
)
from civcas.core.terms import with_parents

Spans = Mapping[str, tuple[int, int]]  # column -> where its cell stands in the row's text


class Row(Record, frozen=True, kw_only=True):
    """A row as text, a cell a line under its heading, with where each cell stands."""

    text: str
    spans: dict[str, tuple[int, int]]


class Proposal(Record, frozen=True, kw_only=True):
    """A decision that a spreadsheet holds, not yet taken."""

    verb: DecisionVerb
    subjects: tuple[Anchor, ...]
    reason: str
    value: dict[str, Any] = {}


def row_of(given: Mapping[str, Any], columns: Sequence[str]) -> Row:
    """The row's cells that are not blank, in the order of the columns."""
    text, spans = "", {}
    for column in columns:
        cell = given.get(column)
        said = cell if isinstance(cell, str) else cells.words(cell)
        if not said.strip():
            continue
        start = len(text) + len(column) + 2
        text += f"{column}: {said}\n"
        spans[column] = (start, start + len(said))
    return Row(text=text, spans=spans)


def account_of(
    document: Document, entry: Entry, row: Mapping[str, Any], spans: Spans, format_: Format, codebook: Codebook,
    *, origin: str,
) -> Account:  # fmt: skip
    """What the row says of its incident, with a claim for each cell that says it."""
    told = _Told(document, row, spans, format_, codebook, origin)
    figures = [told.figure(kind, group) for kind in _KINDS for group in getattr(entry, kind)]
    whole = {kind for kind in _KINDS if {"civilians", "people"} & set(getattr(entry, kind))}
    harm = [_harm(claim, codebook, whole) for claim in figures if claim is not None]
    when, where = entry.when(), entry.where()
    dated = told.claim("date", "date", DateValue(edtf=when.edtf)) if when else None
    named = told.claim("place", "place", PlaceName(name=where[0].name)) if where else None
    parties = [told.claim("belligerents", "belligerent", Party(name=side.name)) for side in entry.sides]
    people = [
        told.claim("victims", "victim", Person(name=v.name, age=v.age, gender=v.gender, outcome=v.outcome or "killed"))
        for v in entry.victims
    ]
    claims = [c for c in (*figures, dated, named, *parties, *people, *told.terms(entry)) if c is not None]
    unique = {claim.id: claim for claim in claims}
    return Account(
        id=digest(document.id, "incident", sorted({(c.span.start, c.span.end) for c in unique.values()})),
        document=document.id,
        kind="incident",
        when=_dated(when, dated) if when else None,
        where=_claimed(where[0], named) if where else None,
        harm=tuple(harm),
        belligerents=tuple(
            Belligerent(name=side.name, attribution=side.attribution or "suspected", claims=(c.id,) if c else ())
            for side, c in zip(entry.sides, parties, strict=True)
        ),
        strike_type=with_parents(entry.strike_type),
        infrastructure=with_parents(entry.infrastructure),
        victims=tuple(
            Victim(name=v.name, age=v.age, gender=v.gender, outcome=v.outcome or "killed", claims=(c.id,) if c else ())
            for v, c in zip(entry.victims, people, strict=True)
        ),
        claims=tuple(unique.values()),
        captured=document.captured,
        language=document.language,
        places=tuple(w for w in where if w.lat is not None),
    )  # fmt: skip


_KINDS: tuple[HarmKind, ...] = ("killed", "injured")


def _dated(when: When, claim: Claim | None) -> When:
    return When.of(when, quote=claim.span.quote, claim=claim.id) if claim else when


def _claimed(where: Where, claim: Claim | None) -> Where:
    said = {"quote": claim.span.quote, "claim": claim.id} if claim else {}
    return Where(**{f: getattr(where, f) for f in where.__struct_fields__} | said)


def _harm(claim: Claim, codebook: Codebook, whole: set[HarmKind]) -> Harm:
    assert isinstance(claim.value, Figure)
    count = range_of(claim.value, codebook)
    kind: HarmKind = "killed" if claim.kind == "killed" else "injured"
    group = claim.value.group
    part = kind in whole and group in ("children", "women", "men")
    return Harm(
        kind=kind, group=group, min=count.min, max=count.max, claims=(claim.id,), hedged=count.hedged, part=part
    )


class _Told:
    """The claims of one row."""

    def __init__(
        self, document: Document, row: Mapping[str, Any], spans: Spans, format_: Format, codebook: Codebook, origin: str
    ) -> None:
        self._document, self._row, self._spans, self._format = document, row, spans, format_
        self._codebook, self._origin = codebook, origin

    def column(self, field: str) -> str | None:
        """The first column of the field that has something in it."""
        spec = self._format.cells(field)
        return next((c for c in (spec.columns if spec else ()) if c in self._spans), None)

    def claim(self, field: str, kind: ClaimKind, value: Value) -> Claim | None:
        column = self.column(field)
        if column is None:
            return None
        span = Span.of(self._document.text, *self._spans[column])
        return Claim.make(document=self._document.id, kind=kind, value=value, span=span, origin=self._origin)

    def figure(self, kind: HarmKind, group: str) -> Claim | None:
        """The claim of a range in one cell, or of its ends in two: it stands where the first of them does."""
        assert group in get_args(Group)
        named: Group = group  # type: ignore[assignment]
        names = [f"{kind}.{group}", *([kind] if group == "civilians" else [])]
        for name in names:
            column = self.column(name)
            if column is not None:
                try:
                    figure = cells.figure_of(self._row[column], self._codebook)
                except BadCell:
                    return None  # told when the row was read
                return self.claim(name, kind, _of(figure, named)) if figure else None
        for name in names:
            low, high = self._end(f"{name}.min"), self._end(f"{name}.max")
            value = _between(low, high, named)
            if value is not None:
                return self.claim(f"{name}.min" if low is not None else f"{name}.max", kind, value)
        return None

    def _end(self, name: str) -> int | None:
        column = self.column(name)
        try:
            return cells.whole(self._row[column]) if column else None
        except BadCell:
            return None

    def terms(self, entry: Entry) -> Iterator[Claim | None]:
        listed: tuple[tuple[str, ClaimKind, Sequence[str]], ...] = (
            ("strike_type", "strike_type", entry.strike_type),
            ("infrastructure", "infrastructure", entry.infrastructure),
            ("grade", "grade", [g for g in entry.grades if g in get_args(Grade)]),
            (
                "strike_status",
                "strike_status",
                [s for s in (entry.strike_status,) if s in get_args(StrikeStatus) and s],
            ),
        )
        for field, kind, slugs in listed:
            for slug in slugs:
                yield self.claim(field, kind, Term(slug=slug))


def _of(figure: Figure, group: Group) -> Figure:
    return Figure(group=group, number=figure.number, upper=figure.upper, bound=figure.bound, word=figure.word)


def _between(low: int | None, high: int | None, group: Group) -> Figure | None:
    if low is None and high is None:
        return None
    if low is None or high is None:
        return Figure(group=group, number=low if high is None else high, bound="at_least" if high is None else "up_to")
    if low == high:
        return Figure(group=group, number=low)
    return Figure(group=group, number=min(low, high), upper=max(low, high), bound="between")


# ------------------------------------------------------------------ what the desk settled


def settled(entry: Entry) -> dict[str, Any]:
    """What the row says of the fields that a person can set: the ends of ranges, the grade, the strike status."""
    said: dict[str, Any] = {}
    for kind in HARM:
        for group, r in getattr(entry, kind).items():
            if r.min is not None and r.max is not None and r.min > r.max:
                continue
            name = "civilians" if group == "people" else group
            said |= {f"{kind}.{name}.{end}": n for end, n in (("max", r.max), ("min", r.min)) if n is not None}
    if len(entry.grades) == 1 and entry.grades[0] in get_args(Grade):
        said["grade"] = entry.grades[0]
    if entry.strike_status in get_args(StrikeStatus):
        said["strike_status"] = entry.strike_status
    return said


def columns_of(field: str, format_: Format) -> tuple[str, ...]:
    """The columns that hold a field that can be set: of a range in one cell, the same for both of its ends."""
    name, _, rest = field.partition(".")
    group, _, end = rest.partition(".")
    names = [field] if not rest else [f"{name}.{group}.{end}", f"{name}.{group}"]
    if rest and group == "civilians":
        names += [f"{name}.{end}", name, f"{name}.people.{end}", f"{name}.people"]
    found = next((spec for n in names if (spec := format_.cells(n)) and not spec.sum), None)
    return found.columns if found else ()


def settable(format_: Format) -> tuple[str, ...]:
    """The fields that a person can set and that the map has a column for."""
    groups = get_args(Group)
    harm = [f"{kind}.{group}.{end}" for kind in HARM for group in groups for end in ("min", "max") if group != "people"]
    return tuple(f for f in (*harm, "grade", "strike_status") if columns_of(f, format_))


def one_cell(field: str, format_: Format) -> bool:
    """Whether the field's column holds a whole range."""
    name, _, rest = field.partition(".")
    group = rest.partition(".")[0]
    names = [f"{name}.{group}", *([name, f"{name}.people"] if group == "civilians" else [])]
    return any(
        set(columns_of(field, format_)) == set(spec.columns) for n in names if rest and (spec := format_.cells(n))
    )


def written(low: Any, high: Any, *, dash: str = "-") -> str:
    """A range as a cell."""
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f"at least {low}" if high is None else f"up to {high}"
    return str(low) if low == high else f"{low}{dash}{high}"


def word_of(slug: str | None, field: str, format_: Format, seen: Sequence[str]) -> str:
    """The desk's own word for a grade or status: as its map has it, else as other rows write it, else the field's."""
    if slug is None:
        return ""
    mapped = {ours: theirs for theirs, ours in format_.values.get(field, {}).items()}
    plain = slug.replace("_", " ")
    return mapped.get(slug) or mapped.get(plain) or next(
        (word for word in seen if word.casefold() == plain), plain.capitalize()
    )  # fmt: skip


def ends(groups: Mapping[str, Range], group: str) -> tuple[int | None, int | None]:
    found = groups.get(group, Range())
    return found.min, found.max
