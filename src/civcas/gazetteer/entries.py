"""What goes into an index: one entry per place, whichever source it comes from."""

from __future__ import annotations

import re
import unicodedata

import msgspec


class Fault(ValueError):
    """What is wrong with a row, said to a person."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A place with all its names; `kind` is a GeoNames feature code."""

    gazetteer_id: str
    name: str
    lat: float
    lon: float
    kind: str = "PPL"
    country: str | None = None
    admin1: str | None = None
    admin2: str | None = None
    population: int | None = None
    radius_km: float | None = None
    names: tuple[str, ...] = ()
    centroid: bool = False  # the point is the middle of an area that the source draws or names


_GENERIC = r"governorate|province|oblast|region|state|wilayat|district|popularate|prefecture|municipality|county"
_TAIL = re.compile(rf"(.+?) (?:{_GENERIC})", re.IGNORECASE)
_HEAD = re.compile(rf"(?:the )?(?:{_GENERIC}) of (.+)", re.IGNORECASE)


def bare_region(name: str) -> str | None:
    """ "Aleppo" of "Aleppo Governorate" and of "Governorate of Aleppo"; None where the name says no such thing."""
    told = _TAIL.fullmatch(name) or _HEAD.fullmatch(name)
    return told[1] if told else None


def common_region(name: str, names: tuple[str, ...]) -> str:
    """The common English name of a province: the one its English official name is made of, else its own, unmarked."""
    bare = [
        region
        for other in names
        if other.isascii() and (region := bare_region(other)) and not region.startswith("The ")
    ]
    alone = [region for region in bare if region in names]
    return (alone or bare or [plain_latin(bare_region(name) or name)])[0]


def plain_latin(name: str) -> str:
    """The name without the marks of scientific transliteration: Al Ḩasakah is Al Hasakah."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return bare.translate({ord(mark): None for mark in "‘’ʻʼ`´"}).strip()


def is_name(name: str) -> bool:
    """Leaves out what GeoNames mixes in: machine transliterations in small letters ("hlb"), airport codes ("ALP")."""
    if not name.isascii():
        return True
    return name != name.lower() and not (name.isupper() and len(name) < 5)


def point_of(lat: str, lon: str) -> tuple[float, float]:
    """Degrees north and east out of two cells; raises Fault where they are none, or not on the globe."""
    try:
        north, east = float(lat), float(lon)
    except ValueError:
        raise Fault(
            f"{lat or 'nothing'}, {lon or 'nothing'} are no coordinates (columns lat and lon, in degrees)"
        ) from None
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise Fault(f"{lat}, {lon} is not on the globe")
    return north, east


def people_of(cell: str) -> int | None:
    """A number of people; None where it is not said, which GeoNames writes as 0."""
    return int(cell) or None if cell.isascii() and cell.isdigit() and len(cell) < 11 else None
