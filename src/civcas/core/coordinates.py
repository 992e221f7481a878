"""Coordinates written in a text, as points with the radius that their digits allow.

Read are decimal degrees, degrees with minutes and seconds, and the military grid (MGRS) from one digit to five. What
is out of range, belongs to no square of the grid or could be something else is no point: nothing is swapped or mended.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator
from typing import NamedTuple

from mgrs import MGRS, core  # GEOTRANS' own conversion, MIT: the published reference, not a series of ours

from civcas.core.values import Point

FINEST_KM = 0.001  # the finest that the grid and Airwars' levels tell; further digits are a program's, not a survey's
_KM_A_DEGREE = 111.195
_TELLING = 4  # decimals from which two bare numbers side by side are coordinates; averages and prices have fewer
_SAID = 2  # decimals enough where a word, a degree sign or the points of the compass say what the numbers are
_BEFORE = 40  # characters before the numbers in which such a word stands

_ALIKE = str.maketrans(
    {
        **{chr(zero + n): str(n) for zero in (0x660, 0x6F0) for n in range(10)},
        "٫": ".", "،": ",", "؛": ";", "º": "°", "˚": "°", "−": "-", "–": "-", "\u00a0": " ", "\u202f": " ",
        "′": "'", "’": "'", "‘": "'", "ʹ": "'", "´": "'", "`": "'", "″": '"', "”": '"', "“": '"',
    }
)  # fmt: skip
_POINTS = {
    "n": "n", "north": "n", "شمالا": "n", "شمالاً": "n", "شمال": "n", "ش": "n",
    "s": "s", "south": "s", "جنوبا": "s", "جنوباً": "s", "جنوب": "s", "ج": "s",
    "e": "e", "east": "e", "شرقا": "e", "شرقاً": "e", "شرق": "e", "ق": "e",
    "w": "w", "west": "w", "غربا": "w", "غرباً": "w", "غرب": "w", "غ": "w",
}  # fmt: skip
_POINT = f"(?:{'|'.join(sorted(_POINTS, key=len, reverse=True))})"


def _angle_pattern(name: str) -> str:
    return rf"""(?:(?P<before_{name}>\b{_POINT})[ ]?)?
        (?P<sign_{name}>[-+])?(?P<degrees_{name}>\d{{1,3}}(?:\.\d+)?)
        (?:[ ]?(?P<mark_{name}>°|deg(?:rees)?\b))?
        (?:[ ]?(?P<minutes_{name}>\d{{1,2}}(?:\.\d+)?)[ ]?'(?!')
           (?:[ ]?(?P<seconds_{name}>\d{{1,2}}(?:\.\d+)?)[ ]?(?:"|''))?)?
        (?!\d|\.\d)(?(before_{name})|(?:[ ]?(?P<after_{name}>{_POINT})(?!\w))?)"""


_LATITUDE = r"(?:\blatitude|\blat|(?:خط|دائرة)\s+(?:ال)?عرض)\b\s*[:=]?\s*"
_LONGITUDE = r"(?:\blongitude|\blong|\blng|\blon|خط\s+(?:ال)?طول)\b\s*[:=]?\s*"
_PAIR = re.compile(
    rf"(?P<lat>{_LATITUDE})?(?<![\d.]){_angle_pattern('a')}"
    rf"(?:[ ]?[,;/&|][ \n]?|[ ]|\n)(?:and[ ]|و[ ]?)?(?P<lon>{_LONGITUDE})?{_angle_pattern('b')}",
    re.VERBOSE | re.IGNORECASE,
)
_SAYS = re.compile(
    r"coordinat|\b(?:gps|lat|geolocat|location|grid)|إحداثي|احداثي|خط العرض|الموقع", re.IGNORECASE
)  # fmt: skip
_ROW = re.compile(r"(?:[,;]? ?-?\d+\.\d{2,}\b)")  # a third such number: a row of figures

_GRID = re.compile(
    r"(?<![A-Za-z0-9])(?P<zone>\d{1,2})(?P<gap> ?)(?P<band>[C-HJ-NP-X]) ?(?P<square>[A-HJ-NP-Z][A-HJ-NP-V]) ?"
    r"(?P<digits>\d \d|\d{2} \d{2}|\d{3} \d{3}|\d{4} \d{4}|\d{5} \d{5}|\d{2,10})(?![A-Za-z0-9])"
)
_WIDE_ZONES = "VX"  # bands in which the grid's zones are not six degrees wide (Norway, Svalbard)
_OVERLAP = 0.6  # degrees past its edge to which a zone's squares are in use

# A decimal comma: with as many digits behind it as no group of thousands has, or before a degree sign.
_COMMA = re.compile(r"(?<![\d.])(?<!\d,)\d{1,3},(?:\d{4,}(?![\d.])|\d+(?= ?°))|(?<=,\d{4},)\d{1,3},\d{4,}(?![\d.])")

# Most texts have none of these: a degree, a grid square, two decimal fractions near each other. The first letter stands
# alone so that the search may run to it at once.
_MAY = re.compile(
    r"[\d°º˚](?:(?<=[°º˚])| ?deg| ?[C-HJ-NP-X] ?[A-HJ-NP-Z][A-HJ-NP-V] ?\d|[.٫]\d+(?s:.{1,200}?)\d[.٫]\d|[,،]\d{4}"
    r"|[,،]\d+ ?°)"
)


class Written(NamedTuple):
    """Where coordinates stand in a text, and the point they give."""

    start: int
    end: int
    point: Point


def written(text: str) -> list[Written]:
    """The coordinates in the text, in its order; none where they are out of range."""
    if not _MAY.search(text):
        return []
    plain = _COMMA.sub(lambda found: found[0].replace(",", "."), text.translate(_ALIKE))
    found = sorted((*_grid(plain), *_pairs(plain)))
    return [one for n, one in enumerate(found) if not n or one.start >= found[n - 1].end]


def parse(text: str) -> Point | None:
    """The point where the text is coordinates and nothing else."""
    found = written(text)
    alone = len(found) == 1 and not (text[: found[0].start] + text[found[0].end :]).strip(" .()[]\n")
    return found[0].point if alone else None


# ----------------------------------------------------------------- degrees


class _Angle(NamedTuple):
    degrees: float
    unit: float  # degrees that one step of its last digit is
    decimals: int
    axis: str | None  # "ns" or "ew" where it is said
    marked: bool  # written with a degree sign


def _pairs(plain: str) -> Iterator[Written]:
    for found in _PAIR.finditer(plain):
        one, other = _angle(found, "a"), _angle(found, "b")
        if one is None or other is None or not _are_coordinates(found, one, other, plain):
            continue
        if one.axis == "ew":
            one, other = other, one
        if abs(one.degrees) <= 90 and abs(other.degrees) <= 180:
            point = _point(one, other)
            start = found.start("before_a") if found["before_a"] else found.start("sign_a")
            start = start if start >= 0 else found.start("degrees_a")
            yield Written(start if not found["lat"] else found.start(), found.end(), point)


def _angle(found: re.Match[str], name: str) -> _Angle | None:
    """The angle of one half of a pair; None where its parts cannot be one."""
    before, sign, degrees, mark, minutes, seconds, after = (
        found[f"{part}_{name}"] for part in ("before", "sign", "degrees", "mark", "minutes", "seconds", "after")
    )
    parts = [part for part in (degrees, minutes, seconds) if part is not None]
    if any("." in part for part in parts[:-1]) or any(float(part) >= 60 for part in parts[1:]):
        return None
    if (before and after) or (sign == "-" and (before or after)) or (minutes and not mark):
        return None
    point = _POINTS[(before or after).lower()] if before or after else None
    size = sum(float(part) / 60**n for n, part in enumerate(parts))
    decimals = len(parts[-1].partition(".")[2])
    return _Angle(
        degrees=-size if sign == "-" or point in ("s", "w") else size,
        unit=10.0**-decimals / 60 ** (len(parts) - 1),
        decimals=decimals if len(parts) == 1 else _TELLING,
        axis={"n": "ns", "s": "ns", "e": "ew", "w": "ew", None: None}[point],
        marked=mark is not None,
    )


def _are_coordinates(found: re.Match[str], one: _Angle, other: _Angle, plain: str) -> bool:
    """Whether two numbers side by side are a latitude and a longitude rather than any two numbers."""
    if (found["lat"] is None) != (found["lon"] is None) or (one.axis is None) != (other.axis is None):
        return False
    if one.axis is not None and one.axis == other.axis:
        return False
    decimals = min(one.decimals, other.decimals)
    if one.marked and other.marked:
        return one.axis is not None or decimals >= _SAID
    if found["lat"]:
        return decimals > 0
    if one.axis:
        return decimals >= _SAID
    if _ROW.match(plain, found.end()) or re.search(r"\d\.\d{2,}[,;]? ?$", plain[: found.start()]):
        return False
    said = _SAYS.search(plain, max(0, found.start() - _BEFORE), found.start())
    return decimals >= (_SAID if said else _TELLING)


def _point(lat: _Angle, lon: _Angle) -> Point:
    north, east = lat.unit / 2 * _KM_A_DEGREE, lon.unit / 2 * _KM_A_DEGREE * math.cos(math.radians(lat.degrees))
    radius = max(FINEST_KM, round(math.hypot(north, east), 4))
    return Point(lat=round(lat.degrees, 7), lon=round(lon.degrees, 7), radius_km=radius)


# -------------------------------------------------------------------- grid


def _grid(plain: str) -> Iterator[Written]:
    for found in _GRID.finditer(plain):
        digits = found["digits"].replace(" ", "")
        size = len(digits) // 2
        if len(digits) % 2:
            continue
        # "3D TV 2010" is no place: spelt with blanks, a reference has a zone of two digits and some of its own.
        spelt = " " in found.group()
        if spelt and (size < 2 or len(found["zone"]) < 2) or len(found["zone"]) < 2 and size < 2:
            continue
        point = _square(int(found["zone"]), found["band"], found["square"], digits[:size], digits[size:])
        if point is not None:
            yield Written(found.start(), found.end(), point)


def _square(zone: int, band: str, square: str, easting: str, northing: str) -> Point | None:
    """The middle of the square that the reference names, with the radius of its corners."""
    size = len(easting)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)  # a latitude that the band does not reach
        try:
            lat, lon = MGRS().toLatLon(f"{zone}{band}{square}{easting}{northing}")  # the middle of the square
        except (core.MGRSError, RuntimeWarning):
            return None
    reach = 3 + (3.5 if band in _WIDE_ZONES else _OVERLAP)
    if abs((lon - (zone * 6 - 183) + 180) % 360 - 180) > reach:
        return None
    radius = max(FINEST_KM, round(math.hypot(1, 1) * 100 / 10**size / 2, 4))
    return Point(lat=round(lat, 6), lon=round(lon, 6), radius_km=radius)
