"""Counts are ranges, dates are periods, places have a radius; the unknown is None."""

from __future__ import annotations

import calendar
import datetime
import functools
import math
import re
import time

import msgspec
from edtf import EDTFParseException, parse_edtf

from civcas.core.errors import BadSource

EARTH_DIAMETER_KM = 12742.0


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """A range of people; an end that is None is open, both None is unknown (domain 3.2.7)."""

    min: int | None = None
    max: int | None = None
    hedged: bool = False

    def __post_init__(self) -> None:
        if self.min is not None and self.min < 0 or self.max is not None and self.max < 0:
            raise ValueError("a count is never negative")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"a count's minimum {self.min} is above its maximum {self.max}")

    @classmethod
    def exactly(cls, number: int) -> Count:
        return cls(min=number, max=number)

    @property
    def known(self) -> bool:
        """Whether either end is given."""
        return self.min is not None or self.max is not None

    def __add__(self, other: Count) -> Count:
        """The range of both together; an end open in either is open in the sum."""
        low = None if self.min is None or other.min is None else self.min + other.min
        high = None if self.max is None or other.max is None else self.max + other.max
        return Count(min=low, max=high, hedged=self.hedged or other.hedged)

    def overlaps(self, other: Count) -> bool:
        """Whether some number lies in both ranges."""
        low = max(self.min or 0, other.min or 0)
        high = min(math.inf if c.max is None else c.max for c in (self, other))
        return low <= high


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of full days, with the EDTF expression it came from (ISO 8601-2:2019)."""

    start: datetime.date
    end: datetime.date
    edtf: str

    @property
    def days(self) -> int:
        """The number of days covered; a single day is 1."""
        return (self.end - self.start).days + 1

    @classmethod
    def day(cls, day: datetime.date) -> Period:
        return cls(start=day, end=day, edtf=day.isoformat())

    @classmethod
    def between(cls, start: datetime.date, end: datetime.date) -> Period:
        """The days from start to end, both in; raises ValueError where end is before start."""
        if end < start:
            raise ValueError(f"a period cannot end ({end}) before it starts ({start})")
        return cls.day(start) if start == end else cls(start=start, end=end, edtf=f"{start}/{end}")

    @classmethod
    def parse(cls, edtf: str) -> Period:
        """The period that an EDTF expression covers, by its strict bounds; raises BadSource."""
        return _parse(edtf)

    def overlaps(self, other: Period) -> bool:
        return self.start <= other.end and other.start <= self.end

    def distance(self, other: Period) -> int:
        """Days between the nearest ends; 0 where the periods overlap."""
        if self.overlaps(other):
            return 0
        return (other.start - self.end).days if self.end < other.start else (self.start - other.end).days


_PLAIN = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?")


@functools.lru_cache(maxsize=50_000)
def _parse(edtf: str) -> Period:
    plain = _PLAIN.fullmatch(edtf)
    try:
        if plain:  # the common case, without the grammar of the library (some 300 times slower)
            year, month, day = (int(part) if part else None for part in plain.groups())
            assert year is not None
            first, last = month or 1, month or 12
            start = datetime.date(year, first, day or 1)
            return Period(
                start=start, end=datetime.date(year, last, day or calendar.monthrange(year, last)[1]), edtf=edtf
            )
        parsed = parse_edtf(edtf)
        return Period(start=_date(parsed.lower_strict()), end=_date(parsed.upper_strict()), edtf=edtf)
    except (EDTFParseException, ValueError, TypeError, AttributeError, OverflowError) as fault:
        raise BadSource(
            f"{edtf!r} is no date in EDTF (such as 2017-03-16, 2017-03 or 2017-03-16/2017-03-17)"
        ) from fault


def _date(moment: time.struct_time | float) -> datetime.date:
    if not isinstance(moment, time.struct_time):
        raise ValueError("an open end has no day")
    return datetime.date(moment.tm_year, moment.tm_mon, moment.tm_mday)


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A place on the globe in degrees (WGS 84), true to within a radius in kilometres."""

    lat: float
    lon: float
    radius_km: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(f"{self.lat}, {self.lon} is not on the globe")
        if not self.radius_km >= 0:
            raise ValueError(f"a radius of {self.radius_km} km is no radius")

    def distance_km(self, other: Point) -> float:
        """Great-circle kilometres between the two points, radii left aside (haversine)."""
        return kilometres(self.lat, self.lon, other.lat, other.lon)


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle kilometres between two points in degrees (haversine, mean radius 6371 km)."""
    a, b, c, d = map(math.radians, (lat, lon, other_lat, other_lon))
    h = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return EARTH_DIAMETER_KM * math.asin(math.sqrt(min(1.0, h)))
