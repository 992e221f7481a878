"""What kind of place a name or an entry is: its level, its radius, the words that say so, and moves from it."""

from __future__ import annotations

import functools
import importlib.resources
import math
import tomllib
from collections.abc import Sequence

import msgspec

CENTROIDS = {"country", "sea", "province_governorate", "district", "subdistrict", "city", "town", "village"}
"""Levels whose point is generic: the middle of a settlement or area, not where a strike hit (domain 2.9, 3.7)."""

SPELT_OTHERWISE = "spelt otherwise"
UNLISTED = "no gazetteer entry of that name"  # begins the reason of a place that is only named
"""The reason given where an entry's name is the one in the text only in another spelling or by its sound."""

_GLUED = "وفبلك"  # and, so, in, to, as: written as one with the Arabic word after them
_CITY, _TOWN = 50_000, 5_000  # residents from which a settlement whose kind is not said counts as one


class PlaceKind(msgspec.Struct, frozen=True):
    codes: tuple[str, ...]
    level: str
    radius_km: float
    before: tuple[str, ...]
    after: tuple[str, ...]


@functools.cache
def place_kinds() -> dict[str, PlaceKind]:
    """The kinds of placekinds.toml by name."""
    text = importlib.resources.files("civcas.core").joinpath("placekinds.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text)["kind"], dict[str, PlaceKind])


@functools.cache
def compound_heads() -> frozenset[str]:
    """Words that begin many names and alone are none: hill, spring, monastery, father of."""
    text = importlib.resources.files("civcas.core").joinpath("placekinds.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)["heads"])


@functools.cache
def _words() -> tuple[dict[str, str], dict[str, str]]:
    before = {word: name for name, kind in place_kinds().items() for word in kind.before}
    after = {word: name for name, kind in place_kinds().items() for word in kind.after}
    return before, after


@functools.cache
def _kind_of_code() -> dict[str, str]:
    order = (
        "country",
        "governorate",
        "district",
        "subdistrict",
        "neighbourhood",
        "camp",
        "sea",
        "area",
        "street",
        "landmark",
    )
    return {code: name for name in reversed(order) for code in place_kinds()[name].codes}


def kind_named(word: str | None) -> str | None:
    """The kind that a report's own word stands for: "quarter" and "حي" are a neighbourhood."""
    if word is None:
        return None
    before, after = _words()
    plain = word.casefold().strip()
    if plain in place_kinds():
        return plain
    return after.get(plain) or before.get(plain) or before.get(f"{plain} of")


def kind_behind(word: str) -> str | None:
    """The kind that the word behind a name says: "Hospital" makes it a landmark."""
    return _words()[1].get(word.casefold())


def kind_before(words: Sequence[str]) -> str | None:
    """The kind that the last words before a name say: "the village of", "في قرية"."""
    before, _ = _words()
    for size in (2, 1):
        head = " ".join(words[-size:]).casefold()
        if found := _headed(head, before):
            return found
    return None


def _headed(head: str, before: dict[str, str]) -> str | None:
    """The kind that a word says with up to two particles before it, taken off one at a time: "ببلدة" is "بلدة"."""
    for glued in range(3):
        if found := before.get(head[glued:]):
            return found
        if head[glued : glued + 1] not in _GLUED:
            break
    return None


def split_kind(name: str) -> tuple[str, str | None]:
    """The name without the words before or behind it that say its kind, and that kind."""
    before, after = _words()
    words = name.split()
    for size in (2, 1):
        if len(words) <= size:
            continue
        head, tail = " ".join(words[:size]).casefold(), " ".join(words[-size:]).casefold()
        found = _headed(head, before)
        if found:
            return " ".join(words[size:]), found
        if tail in after:
            return " ".join(words[:-size]), after[tail]
    return name, None


def kind_of(code: str, population: int | None) -> str:
    """The kind of a gazetteer entry, of settlements by their size; one of unknown size counts as a village."""
    named = _kind_of_code().get(code)
    if named:
        return named
    if code in ("PPLC", "PPLA") or (population or 0) >= _CITY:
        return "city"
    return "town" if code == "PPLA2" or (population or 0) >= _TOWN else "village"


def answers(kind: str, code: str) -> bool:
    """Whether an entry of the GeoNames code can be what a report calls by the kind."""
    return code in place_kinds()[kind].codes


def radius_of(kind: str, population: int | None) -> float:
    """How far from its point the kind of place reaches, in kilometres; cities grow with their people."""
    if kind == "city" and population:
        return round(
            min(15.0, max(4.0, 2.0 * math.log10(population / 1000))), 1
        )  # 100,000: 4 km, a million: 6 km, 10: 8 km
    return place_kinds()[kind].radius_km


_WITHIN = (
    (0.002, "within_1m"),  # the ten digits of a grid reference
    (0.02, "exact_location_other"),  # four decimals of a degree, or a second
    (0.2, "within_100m"),  # six digits of the grid, three decimals
    (2.0, "neighbourhood_area"),
    (10.0, "subdistrict"),
    (30.0, "district"),
)


def level_within(radius_km: float) -> str:
    """Airwars' level of a point whose radius is all that is known of it: coordinates by their digits (domain 2.9)."""
    return next((level for reach, level in _WITHIN if radius_km <= reach), "province_governorate")


_FINENESS = {"country": 0, "sea": 0, "province_governorate": 1, "district": 2, "subdistrict": 2, "city": 3}
FINE = 4


def fineness(level: str | None, radius_km: float | None) -> int:
    """How closely a level tells a place, FINE from a town on; one of no known level is as its radius."""
    if level is None:
        return FINE if radius_km is not None and radius_km <= 3 else FINE - 1
    return _FINENESS.get(level, FINE)


_REFERENCE = ("near", "toward", "off")
_UCDP_KNOWN_KM = 25.0  # "within about 25 km of a known point" (domain 3.7)
_UCDP = {"country": 6, "sea": 7, "province_governorate": 4, "district": 3, "subdistrict": 3}


def ucdp_where_prec(level: str | None, radius_km: float | None, relation: str | None = None) -> int | None:
    """UCDP GED's `where_prec` of a place (domain 3.7): 1 exact, 2 near a known point, 3 and 4 second and first order
    areas, 5 a line, 6 country, 7 international water; None where the place has no point."""
    if level is None or radius_km is None:
        return None
    if level in ("country", "sea"):
        return _UCDP[level]
    if relation == "between":
        return 5
    if relation in _REFERENCE or relation == "coordinates" and level in _UCDP:
        return 2 if radius_km <= _UCDP_KNOWN_KM else _UCDP.get(level, 3)
    return _UCDP.get(level, 1)


# ---------------------------------------------------------------- moves

_POINTS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
_KM_A_DEGREE = 111.195


def degrees(bearing: str) -> float | None:
    """The compass bearing in degrees: "south-west", "southwest" and "SW" are 225."""
    plain = bearing.casefold().replace("ern", "").replace(" ", "").replace("-", "")
    for number, point in enumerate(_POINTS):
        whole = point.replace("-", "")
        if plain in (whole, "".join(part[0] for part in point.split("-"))):
            return number * 45.0
    return None


def moved(lat: float, lon: float, *, km: float, bearing: float) -> tuple[float, float]:
    """The point so many kilometres away, the way the bearing in degrees says."""
    north, east = km * math.cos(math.radians(bearing)), km * math.sin(math.radians(bearing))
    there = max(-90.0, min(90.0, lat + north / _KM_A_DEGREE))
    across = lon + east / (_KM_A_DEGREE * max(0.01, math.cos(math.radians((lat + there) / 2))))
    return round(there, 5), round((across + 180) % 360 - 180, 5)
