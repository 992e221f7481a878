"""Which column holds what: a format or a desk's column map, a TOML file read into a record."""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections.abc import Collection, Mapping
from typing import get_args

import msgspec

from civcas.core.datasets.cells import Order
from civcas.core.errors import BadPack
from civcas.core.records import Group, Record

HARM = ("killed", "injured")
SINGLE = (
    "id", "code", "date", "date_end", "date_precision", "place", "admin1", "admin2", "country", "lat", "lon",
    "precision", "strike_status", "sources", "notes", "url",
)  # fmt: skip
LISTS = ("names", "grade", "strike_type", "infrastructure", "causes", "belligerents", "victims")


class Cells(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Columns of one field: the first that is not blank is taken, of a list or with `sum` all of them."""

    columns: tuple[str, ...]
    sum: bool = False
    separator: str | None = None  # of several values in one cell


class Around(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many days before and after the day given the event may have been."""

    before: int = 0
    after: int = 0


class Place(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a word or number for the precision of a place means."""

    level: str | None = None
    radius_km: float | None = None


class Each(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column that holds rows of its own (JSON): under which name each field stands in them."""

    column: str
    fields: dict[str, str]


class Format(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column map. `columns` maps fields (`date`, `killed.children.min`...) to columns of the table."""

    name: str = "own"
    title: str | None = None
    credit: str | None = None
    licence: str | None = None
    telling: tuple[str, ...] = ()  # columns by which a file of this format is known
    dates: Order | None = None
    separator: str = ";"
    sheet: str | None = None  # of a workbook; without it, every sheet
    columns: dict[str, str | tuple[str, ...] | Cells] = {}
    rows: dict[str, Each] = {}
    values: dict[str, dict[str, str]] = {}  # field -> value as given -> ours
    date_precision: dict[str, Around] = {}
    places: dict[str, Place] = {}
    place: Place = Place()  # where the precision is not said

    def cells(self, field: str) -> Cells | None:
        given = self.columns.get(field)
        if given is None:
            return None
        if isinstance(given, Cells):
            return given
        return Cells(columns=(given,) if isinstance(given, str) else given)

    @property
    def used(self) -> frozenset[str]:
        """Every column that the map names."""
        found = {c for field in self.columns for c in (self.cells(field) or Cells(columns=())).columns}
        return frozenset(found | {each.column for each in self.rows.values()})


def fields() -> tuple[str, ...]:
    """Every field that a column can hold."""
    groups = get_args(Group)
    harm = [f"{kind}{end}" for kind in HARM for end in ("", ".min", ".max")]
    harm += [f"{kind}.{group}{end}" for kind in HARM for group in groups for end in ("", ".min", ".max")]
    return (*SINGLE, *LISTS, *harm)


def read_format(text: str, *, source: str) -> Format:
    """The format that a TOML text states; raises BadPack naming the source and the fault."""
    try:
        found = msgspec.toml.decode(text, type=Format)
    except msgspec.DecodeError as fault:
        raise BadPack(f"{source}: {fault}") from fault
    known = set(fields())
    for field in (*found.columns, *found.values):
        if field not in known:
            raise BadPack(f"{source}: {field!r} is no field; it is one of {', '.join(_short())}")
    for each in found.rows:
        if each not in ("belligerents", "victims"):
            raise BadPack(f"{source}: only belligerents and victims have rows of their own, not {each!r}")
    return found


def _short() -> tuple[str, ...]:
    return (*SINGLE, *LISTS, "killed, killed.GROUP, killed.GROUP.min, killed.GROUP.max", "injured...")


@functools.cache
def formats() -> Mapping[str, Format]:
    """The formats that ship with civcas, by name."""
    folder = importlib.resources.files("civcas.core.datasets").joinpath("formats")
    entries = sorted((e for e in folder.iterdir() if e.name.endswith(".toml")), key=lambda e: e.name)
    read = [read_format(e.read_text(encoding="utf-8"), source=f"format {e.name}") for e in entries]
    return {found.name: found for found in read}


def named_format(name: str) -> Format:
    found = formats().get(name)
    if found is None:
        raise BadPack(f"no format is called {name!r}; those that ship are {', '.join(formats())}")
    return found


def recognised(columns: Collection[str]) -> Format | None:
    """The format whose telling columns all stand there."""
    there = {column.casefold() for column in columns}
    return next((f for f in formats().values() if f.telling and there.issuperset(f.telling)), None)


# ------------------------------------------------------------------ a guess

_GUESSES: dict[str, str] = {
    "code": r"(incident |reference |unique )*(code|ref|reference|id|no|number|nr)s?",
    "date": r"(incident |event )?(start )?(date|day)( of (event|incident|strike))?|date start|when",
    "date_end": r"(incident |event )?(date end|end date|end)",
    "place": r"(location|place|town|village|city|where|site)( name)?",
    "admin1": r"governorate|province|region|state|admin ?1|adm ?1",
    "admin2": r"district|admin ?2|adm ?2",
    "country": r"country",
    "lat": r"lat(itude)?|y",
    "lon": r"lon(g|gitude)?|lng|x",
    "killed.min": r"(civilians? )?(killed|deaths?|dead|fatalities)( civilians?)? (min(imum)?|low(est)?)",
    "killed.max": r"(civilians? )?(killed|deaths?|dead|fatalities)( civilians?)? (max(imum)?|high(est)?)",
    "killed": r"(civilians? )?(killed|deaths?|dead|fatalities)( civilians?)?",
    "injured.min": r"(civilians? )?(injured|wounded|injuries)( civilians?)? (min(imum)?|low(est)?)",
    "injured.max": r"(civilians? )?(injured|wounded|injuries)( civilians?)? (max(imum)?|high(est)?)",
    "injured": r"(civilians? )?(injured|wounded|injuries)( civilians?)?",
    "killed.children": r"children( killed)?|killed children|child deaths",
    "killed.women": r"women( killed)?|killed women",
    "killed.men": r"men( killed)?|killed men",
    "killed.belligerents": r"(fighters|militants|combatants|belligerents)( killed)?",
    "injured.children": r"children (injured|wounded)|injured children",
    "injured.women": r"women (injured|wounded)|injured women",
    "belligerents": r"(alleged |suspected )?(belligerents?|perpetrators?|attribut(ed to|ion)|actors?|part(y|ies))",
    "grade": r"grad(e|ing)|assessment|civilian harm status|status|confidence",
    "strike_status": r"strike status",
    "strike_type": r"(strike|attack|event) type|type( of (strike|attack))?|weapon",
    "infrastructure": r"infrastructure|target( type)?",
    "victims": r"victims?|names?( of (the )?victims?)?",
    "sources": r"(number of )?sources",
    "notes": r"notes?|description|summary|narrative|comments?",
    "url": r"url|link|source url",
}


def guess(columns: Collection[str]) -> dict[str, str]:
    """For each field the column whose heading says so; a proposal for a person to look at."""
    found: dict[str, str] = {}
    for column in columns:
        plain = " ".join(re.findall(r"[^\W_]+", column.casefold()))
        field = next((f for f, words in _GUESSES.items() if f not in found and re.fullmatch(words, plain)), None)
        if field is not None:
            found[field] = column
    return found
