"""Rows of place lists as entries, whatever their columns are called."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from civcas.core.placekinds import place_kinds
from civcas.gazetteer.entries import Entry, bare_region

_KEPT_CLASSES = "PA"  # settlements and areas; of the rest only codes that placekinds.toml knows
_CODES = {code for kind in place_kinds().values() for code in kind.codes}
_LAT = ("lat", "latitude", "y", "point_y", "lat_dd", "ycoord", "center_lat")
_LON = ("lon", "lng", "long", "longitude", "x", "point_x", "lon_dd", "xcoord", "center_lon")
_NAME = ("name", "name_en", "asciiname", "featurename_en", "featurerefname", "placename", "place", "village", "english")
_OTHER = (
    "alternatenames",
    "alternate_names",
    "aliases",
    "spellings",
    "name_ar",
    "arabic",
    "featurename_ar",
    "name_local",
    "name_alt",
)
_ID = ("geonameid", "gazetteer_id", "pcode", "featurepcode", "id", "code")
_KIND = ("kind", "feature_code", "featurecode", "fcode", "type", "class")
_COUNTRY = ("country", "country_code", "countrycode", "iso2", "cc", "admin0pcode", "adm0_pcode")
_ADMIN1 = ("admin1", "adm1_en", "admin1name_en", "adm1_name", "governorate", "province", "state", "region")
_ADMIN2 = ("admin2", "adm2_en", "admin2name_en", "adm2_name", "district")
_POPULATION = ("population", "pop", "pop_total")
_RADIUS = ("radius_km", "radius")
_LEVEL = re.compile(r"adm(?:in)?(\d)(?:name)?_?(?:name_?)?(en|ar|name|pcode|code)")
_PARTS = re.compile(r"[|;,،؛]")


class Fault(ValueError):
    """What is wrong with a row, said to a person."""


def entry_of_geonames(cells: Sequence[str], source: str, regions: Mapping[str, str]) -> Entry | None:
    """The entry of a line of a GeoNames dump; None for what is no place of harm (streams, wells, trees)."""
    number, name, ascii_name, others, lat, lon, feature_class, code, country = cells[:9]
    if feature_class not in _KEPT_CLASSES and code not in _CODES:
        return None
    if not name.strip():
        raise Fault("a place without a name")
    admin1 = cells[10].strip()
    north, east = _point(lat, lon)
    return Entry(
        gazetteer_id=f"{source}:{number}", name=name.strip(), lat=north, lon=east, kind=code or "PPL",
        country=country or None,
        admin1=regions.get(f"{country}.{admin1}") or (admin1 if admin1 and not admin1.isdigit() else None),
        population=_whole(cells[14]), names=tuple(n for n in (ascii_name.strip(), *_names(others)) if n),
    )  # fmt: skip


def entry_of_row(row: Mapping[str, str], source: str, number: int, regions: Mapping[str, str]) -> Entry:
    """The entry of a row of any table, its columns known by the names people give them; raises Fault."""
    cells = {column.casefold().strip(): (value or "").strip() for column, value in row.items() if column}
    levels = _levels(cells)
    finest = max((level for level, told in levels.items() if told.get("en") or told.get("name")), default=None)
    name = _first(cells, _NAME)
    code = _first(cells, _ID)
    kind = _first(cells, _KIND)
    if not name and finest is not None:
        told = levels[finest]
        name, code, kind = told.get("en") or told.get("name", ""), told.get("pcode") or code, kind or f"ADM{finest}"
    if not name:
        raise Fault("a row without a name (columns such as name, ADM2_EN or admin2Name_en)")
    country = _first(cells, _COUNTRY)[:2].upper() or (code[:2].upper() if re.match(r"[A-Za-z]{2}\d", code) else "")
    admin1 = _first(cells, _ADMIN1) or levels.get(1, {}).get("en", "")
    others = [part for column in _OTHER for part in _names(cells.get(column, ""))]
    others += [told["ar"] for level, told in levels.items() if level == finest and told.get("ar")]
    lat, lon = _point(_first(cells, _LAT), _first(cells, _LON))
    return Entry(
        gazetteer_id=f"{source}:{code or number}", name=name, lat=lat, lon=lon, kind=_code_of(kind),
        country=country or None, admin1=regions.get(f"{country}.{admin1}") or (bare_region(admin1) or admin1) or None,
        admin2=_first(cells, _ADMIN2) or None, population=_whole(_first(cells, _POPULATION)),
        radius_km=_radius(_first(cells, _RADIUS)), names=tuple(others),
    )  # fmt: skip


def rows_of_features(collection: Any) -> Iterator[tuple[int, dict[str, str] | str]]:
    """Each feature of a GeoJSON collection as a row with its middle and reach, or what is wrong with it."""
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise Fault("a FeatureCollection is wanted")
    return ((number, _row_of_feature(feature)) for number, feature in enumerate(collection["features"], 1))


def _row_of_feature(feature: Any) -> dict[str, str] | str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or not isinstance(geometry, dict):
        return "no properties or no geometry"
    points = list(_coordinates(geometry.get("coordinates")))
    if not points:
        return "no coordinates"
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    lat, lon = (south + north) / 2, (west + east) / 2
    row = {str(key): str(value) for key, value in properties.items() if value is not None}
    reach = math.hypot(north - south, (east - west) * math.cos(math.radians(lat))) * 55.6
    return {**row, "lat": f"{lat:.6f}", "lon": f"{lon:.6f}", **({"radius_km": f"{reach:.1f}"} if reach else {})}


def _coordinates(part: Any) -> Iterator[tuple[float, float]]:
    stack = [part]
    while stack:
        part = stack.pop()
        if isinstance(part, list) and len(part) >= 2 and all(isinstance(n, int | float) for n in part[:2]):
            yield part[0], part[1]
        elif isinstance(part, list):
            stack.extend(part)


def _levels(cells: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """The admin columns of a p-code table by level: {2: {"en": "Atareb", "ar": ..., "pcode": "SY0203"}}."""
    levels: dict[int, dict[str, str]] = {}
    for column, value in cells.items():
        told = _LEVEL.fullmatch(column)
        if told and value and value.casefold() != "none":
            levels.setdefault(int(told[1]), {}).setdefault(told[2], value)
    return levels


def _first(cells: Mapping[str, str], columns: Sequence[str]) -> str:
    return next((cells[column] for column in columns if cells.get(column)), "")


def _names(cell: str) -> list[str]:
    return [part.strip() for part in _PARTS.split(cell) if part.strip()]


def _code_of(kind: str) -> str:
    """The GeoNames code for a kind in words ("village", "camp"); a settlement where it says nothing known."""
    if kind in _CODES or kind.startswith("PPL"):
        return kind
    known = place_kinds().get("country" if kind == "ADM0" else kind.casefold())
    return known.codes[0] if known else "PPL"


def _point(lat: str, lon: str) -> tuple[float, float]:
    try:
        north, east = float(lat), float(lon)
    except ValueError:
        raise Fault(
            f"{lat or 'nothing'}, {lon or 'nothing'} are no coordinates (columns lat and lon, in degrees)"
        ) from None
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise Fault(f"{lat}, {lon} is not on the globe")
    return north, east


def _whole(cell: str) -> int | None:
    return int(cell) if cell.isdigit() and int(cell) else None


def _radius(cell: str) -> float | None:
    try:
        return float(cell) if cell and float(cell) > 0 else None
    except ValueError:
        raise Fault(f"{cell} is no radius in kilometres") from None
