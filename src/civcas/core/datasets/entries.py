"""An incident as a dataset or a spreadsheet gives it: what stands there, sound or not."""

from __future__ import annotations

import datetime
from typing import Any, Literal

from civcas.core.records import Attribution, Gender, Range, Record, Victim, When, Where
from civcas.core.terms import with_parents
from civcas.core.values import Period


class Side(Record, frozen=True, kw_only=True):
    """A party that an entry names, with what it conceded."""

    name: str
    attribution: Attribution | None = None
    position: str | None = None
    conceded_killed: Range = Range()
    conceded_injured: Range = Range()


class Named(Record, frozen=True, kw_only=True):
    """A person that an entry names."""

    name: str
    other_name: str | None = None
    age: float | None = None
    gender: Gender | None = None
    outcome: Literal["killed", "injured", "missing", "detained"] | None = None
    disputed: bool = False  # whether the person was a civilian is disputed


class Entry(Record, frozen=True, kw_only=True, omit_defaults=True):  # so that a later field makes no new version
    """One incident of a dataset. Numbers stand as given, also such as cannot be: the linter tells of them."""

    id: str
    code: str | None = None
    start: datetime.date | None = None
    end: datetime.date | None = None
    name: str | None = None
    names: tuple[str, ...] = ()  # further names of the place, in other scripts
    admin1: str | None = None
    admin2: str | None = None
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    level: str | None = None  # one of Airwars' levels (domain 2.9)
    radius_km: float | None = None
    killed: dict[str, Range] = {}
    injured: dict[str, Range] = {}
    grades: tuple[str, ...] = ()  # as given: a faulty record may bear two
    strike_status: str | None = None
    sides: tuple[Side, ...] = ()
    strike_type: tuple[str, ...] = ()
    infrastructure: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    victims: tuple[Named, ...] = ()
    sources: int | None = None
    notes: str | None = None
    url: str | None = None
    sheet: str | None = None  # of a desk's own spreadsheet: where the row stands, and what was made of it
    line: int | None = None
    account: str | None = None
    baseline: dict[str, Any] = {}  # what the record said of it once it was taken in

    @property
    def label(self) -> str:
        """What a person knows it by."""
        return self.code or self.id

    @property
    def placed(self) -> bool:
        """Whether its coordinates lie on the globe."""
        return self.lat is not None and self.lon is not None and abs(self.lat) <= 90 and abs(self.lon) <= 180

    def when(self) -> When | None:
        """Its days; None where it gives none, or an end before the start."""
        if self.start is None:
            return None
        end = self.end or self.start
        return When.of(Period.between(self.start, end)) if self.start <= end else None

    def where(self) -> tuple[Where, ...]:
        """Its place under each of its names, the one with coordinates first."""
        if self.name is None and not self.names:
            return (self._point(self.admin1 or "unnamed place"),) if self.placed else ()
        first, *others = [n for n in (self.name, *self.names) if n]
        return (self._point(first), *(Where(name=other) for other in others))

    def _point(self, name: str) -> Where:
        country = self.country if self.country and len(self.country) == 2 else None
        if not self.placed:
            return Where(name=name, admin1=self.admin1, country=country)
        return Where(
            name=name, admin1=self.admin1, country=country, lat=self.lat, lon=self.lon,
            radius_km=self.radius_km, precision=self.level,
        )  # fmt: skip

    def terms(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Strike types and kinds of place struck, with the broader terms."""
        return with_parents(self.strike_type), with_parents(self.infrastructure)

    def people(self) -> tuple[Victim, ...]:
        """Its people under each of their names."""
        return tuple(
            Victim(name=name, age=v.age, gender=v.gender, outcome=v.outcome or "killed")
            for v in self.victims
            for name in (v.name, v.other_name)
            if name
        )


class Dataset(Record, frozen=True, kw_only=True):
    """A published dataset, or a desk's spreadsheet, in one version as it was taken in."""

    name: str
    version: int
    format: str
    source: str  # file, as the user named it
    sha256: str
    at: datetime.datetime
    by: str | None = None
    title: str | None = None
    credit: str | None = None
    licence: str | None = None
    publishable: bool = False
    entries: int = 0
    refused: int = 0
    columns: str | None = None  # the column map of a desk's own spreadsheet (TOML)
