"""The cells of a row as an entry, by a column map; each cell that does not hold what it should is named."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from civcas.core.codebook import Codebook
from civcas.core.datasets import cells
from civcas.core.datasets.cells import BadCell
from civcas.core.datasets.entries import Entry, Named, Side
from civcas.core.datasets.formats import HARM, Each, Format, Place
from civcas.core.records import Range, Record
from civcas.core.values import Period

K = TypeVar("K")
Row = Mapping[str, Any]  # column -> what stands in its cell


class Fault(Record, frozen=True, kw_only=True):
    """A cell that could not be read."""

    field: str
    column: str
    message: str


class Read(Record, frozen=True, kw_only=True):
    """An entry with the cells that it had to leave out."""

    entry: Entry
    faults: tuple[Fault, ...] = ()


def entry_of(row: Row, format_: Format, codebook: Codebook, *, fallback: str) -> Read:
    """The entry of a row; what stands in a faulty cell is unknown. `fallback` is its id where none is given."""
    reader = _Row(row, format_, codebook)
    code, id_ = reader.text("code"), reader.text("id")
    killed, injured = (reader.harm(kind) for kind in HARM)
    start, end = reader.days()
    precision = reader.place_precision()
    entry = Entry(
        id=id_ or code or fallback,
        code=code or None,
        start=start,
        end=end,
        name=reader.text("place") or None,
        names=reader.listed("names"),
        admin1=reader.text("admin1") or None,
        admin2=reader.text("admin2") or None,
        country=reader.text("country") or None,
        lat=reader.number("lat"),
        lon=reader.number("lon"),
        level=precision.level,
        radius_km=precision.radius_km,
        killed=killed,
        injured=injured,
        grades=reader.slugs("grade"),
        strike_status=next(iter(reader.slugs("strike_status")), None),
        sides=reader.sides(),
        strike_type=reader.slugs("strike_type"),
        infrastructure=reader.slugs("infrastructure"),
        causes=reader.listed("causes"),
        victims=reader.victims(),
        sources=reader.whole("sources"),
        notes=reader.text("notes") or None,
        url=reader.text("url") or None,
    )
    return Read(entry=entry, faults=tuple(reader.faults))


class _Row:
    """One row being read; collects what is wrong with it."""

    def __init__(self, row: Row, format_: Format, codebook: Codebook) -> None:
        self._row, self._format, self._codebook = row, format_, codebook
        self.faults: list[Fault] = []

    def cell(self, field: str) -> tuple[str, Any]:
        """The first cell of the field that is not blank, with its column."""
        spec = self._format.cells(field)
        for column in spec.columns if spec else ():
            if cells.known(self._row.get(column)):
                return column, self._row[column]
        return "", None

    def text(self, field: str) -> str:
        _, cell = self.cell(field)
        said = cells.known(cell)
        return self._format.values.get(field, {}).get(said, said)

    def fault(self, field: str, column: str, fault: BadCell) -> None:
        self.faults.append(Fault(field=field, column=column, message=str(fault)))

    def number(self, field: str) -> float | None:
        column, cell = self.cell(field)
        try:
            return cells.number(cell)
        except BadCell as fault:
            self.fault(field, column, fault)
            return None

    def whole(self, field: str) -> int | None:
        spec = self._format.cells(field)
        columns = spec.columns if spec else ()
        found = [(column, self._row.get(column)) for column in columns] if spec and spec.sum else [self.cell(field)]
        total: int | None = None
        for column, cell in found:
            try:
                more = cells.whole(cell)
            except BadCell as fault:
                self.fault(field, column, fault)
                return None
            total = total if more is None else (total or 0) + more
        return total

    # -------------------------------------------------------------- harm

    def harm(self, kind: str) -> dict[str, Range]:
        """The ranges by group: one cell with a range or words, or a cell for each end. No group is civilians."""
        prefix = f"{kind}."
        named = [f for f in self._format.columns if f == kind or f.startswith(prefix)]
        groups = dict.fromkeys(_group(f.removeprefix(kind).removeprefix(".")) for f in named)
        found = {group: self._range(kind, group) for group in groups}
        return {group: r for group, r in found.items() if (r.min, r.max) != (None, None)}

    def _range(self, kind: str, group: str) -> Range:
        low = high = None
        names = [f"{kind}.{group}", *([kind] if group == "civilians" else [])]
        for name in names:
            if name in self._format.columns:
                column, cell = self.cell(name)
                spec = self._format.cells(name)
                try:
                    if spec and spec.sum:
                        low = high = self.whole(name)
                    else:
                        count = cells.people(cell, self._codebook)
                        low, high = count.min, count.max
                except BadCell as fault:
                    self.fault(name, column, fault)
            if f"{name}.min" in self._format.columns:
                low = self._end(f"{name}.min", low)
            if f"{name}.max" in self._format.columns:
                high = self._end(f"{name}.max", high)
        return Range(min=low, max=high)

    def _end(self, name: str, before: int | None) -> int | None:
        found = self.whole(name)
        return before if found is None else found

    # -------------------------------------------------------------- when and where

    def days(self) -> tuple[Any, Any]:
        """The first and the last day, as given: the last may stand before the first."""
        first, last = self._period("date"), self._period("date_end")
        if first is None:
            return (last.start, None) if last else (None, None)
        start, end = first.start, last.end if last else first.end
        about = self._format.date_precision.get(self.text("date_precision"))
        if about is not None and start == end:
            ordinal = start.toordinal()
            start, end = (type(start).fromordinal(n) for n in (ordinal - about.before, ordinal + about.after))
        return start, None if end == start else end

    def _period(self, field: str) -> Period | None:
        column, cell = self.cell(field)
        try:
            return cells.days(cell, self._format.dates)
        except BadCell as fault:
            self.fault(field, column, fault)
            return None

    def place_precision(self) -> Place:
        return self._format.places.get(self.text("precision"), self._format.place)

    # -------------------------------------------------------------- lists

    def listed(self, field: str) -> tuple[str, ...]:
        """The values of all columns of the field, each once."""
        spec = self._format.cells(field)
        if spec is None:
            return ()
        parted = [p for column in spec.columns for p in _parts(self._row.get(column), spec.separator or self._sep())]
        translated = self._format.values.get(field, {})
        return tuple(filter(None, dict.fromkeys(translated.get(p, p) for p in parted)))

    def _sep(self) -> str:
        return self._format.separator

    def slugs(self, field: str) -> tuple[str, ...]:
        return tuple(s for s in dict.fromkeys(map(slug, self.listed(field))) if s and s != "unknown")

    def sides(self) -> tuple[Side, ...]:
        each = self._format.rows.get("belligerents")
        found = [_side(row, each) for row in self._rows(each)] if each else []
        named = [side for side in found if side is not None]
        known = {side.name for side in named}
        return (*named, *(Side(name=name) for name in self.listed("belligerents") if name not in known))

    def victims(self) -> tuple[Named, ...]:
        each = self._format.rows.get("victims")
        told = [_victim(row, each) for row in self._rows(each)] if each else []
        return (*(v for v in told if v), *map(_person, self.listed("victims")))

    def _rows(self, each: Each) -> Sequence[Row]:
        given = self._row.get(each.column)
        if isinstance(given, str) and given.lstrip().startswith("["):  # a list written into a cell of a CSV file
            try:
                given = msgspec.json.decode(given)
            except msgspec.DecodeError as fault:
                self.fault(each.column, each.column, BadCell(f"is no JSON list: {fault}"))
        return [row for row in given if isinstance(row, Mapping)] if isinstance(given, list) else []


def _group(rest: str) -> str:
    group = rest.removesuffix("min").removesuffix("max").rstrip(".")
    return group or "civilians"


def _parts(cell: Any, separator: str) -> list[str]:
    if isinstance(cell, list):
        return [said for one in cell if isinstance(one, str | int) and (said := cells.known(one))]
    said = cells.known(cell)
    return [part for part in (one.strip() for one in said.split(separator)) if part] if said else []


_SLUG = re.compile(r"[^\w]+")


def slug(words: str) -> str:
    return _SLUG.sub("_", words.casefold()).strip("_")


_AGE = re.compile(r"(.*?)[\s,]*\(\s*(?:aged?\s*)?(\d{1,3})\s*\)")


def _person(cell: str) -> Named:
    """A name in a cell of names, as "Sami Tallawi" or "Sami Tallawi (9)"."""
    told = _AGE.fullmatch(cell)
    return Named(name=told[1].strip(), age=float(told[2])) if told and told[1].strip() else Named(name=cell)


def _victim(row: Row, each: Each) -> Named | None:
    said = {field: _plain(row.get(column)) for field, column in each.fields.items()}
    name, other = said.get("name", ""), said.get("other_name", "")
    if not (name or other):
        return None
    return Named(
        name=name or other,
        other_name=other if name and other else None,
        age=_age(said.get("age", "")),
        gender=_kind(said.get("gender", ""), cells.ways().genders),
        outcome=_kind(said.get("outcome", ""), cells.ways().outcomes),
        disputed=said.get("disputed", "").casefold() in ("true", "yes", "1"),
    )


def _kind(said: str, kinds: Mapping[K, Sequence[str]]) -> K | None:
    return next((kind for kind, forms in kinds.items() if said.casefold() in forms), None)


def _plain(value: Any) -> str:
    """The words or number that stand there; "" for anything else that JSON may hold."""
    return cells.known(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _age(said: str) -> float | None:
    try:
        age = float(said)
    except ValueError:
        return None
    return age if 0 <= age <= 130 else None


def _side(row: Row, each: Each) -> Side | None:
    said = {field: row.get(column) for field, column in each.fields.items()}
    name, attribution = _plain(said.get("name")), _plain(said.get("attribution"))

    def people(field: str) -> int | None:
        value = said.get(field)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    return Side(
        name=name,
        attribution=attribution if attribution in ("known", "suspected") else None,  # type: ignore[arg-type]
        position=_plain(said.get("position")) or None,
        conceded_killed=Range(min=people("conceded_killed_min"), max=people("conceded_killed_max")),
        conceded_injured=Range(min=people("conceded_injured_min"), max=people("conceded_injured_max")),
    ) if name else None  # fmt: skip
