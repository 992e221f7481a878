"""Rows of tables and features as entries, whatever their columns are called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from civcas.core.placekinds import place_kinds
from civcas.gazetteer.entries import Entry, Fault, bare_region, people_of, point_of

_CODES = {code for kind in place_kinds().values() for code in kind.codes}
COLUMNS: dict[str, tuple[str, ...]] = {
    "lat": ("lat", "latitude", "y", "point_y", "lat_dd", "ycoord", "center_lat", "centroid_lat", "lat_wgs84"),
    "lon": (
        "lon", "lng", "long", "longitude", "x", "point_x", "lon_dd", "xcoord", "center_lon", "centroid_lon",
        "lon_wgs84",
    ),
    "name": (
        "name", "name_en", "asciiname", "featurename_en", "featurerefname", "placename", "place", "village", "english",
        "shapename",
    ),
    "names": (
        "names", "alternatenames", "alternate_names", "aliases", "spellings", "name_ar", "arabic", "featurename_ar",
        "name_local", "name_alt", "featurealtname1_en", "featurealtname2_en",
    ),
    "id": ("geonameid", "gazetteer_id", "pcode", "featurepcode", "id", "code", "shapeid"),
    "kind": ("kind", "feature_code", "featurecode", "fcode", "type", "class", "shapetype"),
    "country": ("country", "country_code", "countrycode", "iso2", "cc", "admin0pcode", "adm0_pcode"),
    "admin1": ("admin1", "adm1_en", "admin1name_en", "adm1_name", "governorate", "province", "state", "region"),
    "admin2": ("admin2", "adm2_en", "admin2name_en", "adm2_name", "district"),
    "population": ("population", "pop", "pop_total"),
    "radius_km": ("radius_km", "radius"),
}  # fmt: skip
"""What an entry is made of, and the columns that are taken for it where none is declared."""

# ADM2_EN, admin2Name_en, adm2_name, adm2_name1, ADM2ALT1EN, admin2AltName1_ar, admin2RefName, ADM2_PCODE, admin2Pcode
_LEVEL = re.compile(r"adm(?:in)?([0-5])_?(pcode|code|(?:(ref|alt)?_?(?:name)?(\d)?_?)([a-z]{2,3})?)")
_PARTS = re.compile(r"[|;,،؛]")
_NOTHING = ("none", "null", "n/a", "nan")


class Row:
    """The cells of a table's row by what they are: as declared, else by the names people give columns."""

    def __init__(self, cells: Mapping[str, str], declared: Mapping[str, str]) -> None:
        self._cells = {column.casefold().strip(): (value or "").strip() for column, value in cells.items() if column}
        self._declared = declared

    def first(self, what: str) -> str:
        """The first cell that says what is asked for, else ""."""
        return next((value for column in self._columns(what) if (value := self._cells.get(column))), "")

    def names(self) -> list[str]:
        return [part for column in self._columns("names") for part in parts_of(self._cells.get(column, ""))]

    def _columns(self, what: str) -> Sequence[str]:
        named = self._declared.get(what)
        return (named.casefold().strip(),) if named else COLUMNS[what]

    def levels(self) -> dict[int, Level]:
        """The admin columns of a p-code table by level."""
        levels: dict[int, Level] = {}
        for column, value in self._cells.items():
            told = _LEVEL.fullmatch(column)
            if told and value and value.casefold() not in _NOTHING:
                levels.setdefault(int(told[1]), Level()).take(told, value)
        return levels


class Level:
    """An admin area as the columns of its level tell it: its code, its name, and its names in other languages."""

    def __init__(self) -> None:
        self.code = ""
        self.name = ""
        self.names: list[str] = []

    def take(self, told: re.Match[str], value: str) -> None:
        if told[2] in ("pcode", "code"):
            self.code = self.code or value
        elif not told[3] and not told[4] and told[5] in ("en", None) and (told[5] or not self.name):
            self.names += [self.name] if self.name else []
            self.name = value
        else:
            self.names.append(value)


def is_pcodes(header: Sequence[str]) -> bool:
    """Whether the columns are those of an OCHA p-code table."""
    return any(re.fullmatch(r"(adm(in)?\d_?pcode|featurepcode|pcode)", column.casefold().strip()) for column in header)


def entry_of_row(
    cells: Mapping[str, str], source: str, number: int, regions: Mapping[str, str], declared: Mapping[str, str]
) -> Entry:
    """The entry of a row of any table; raises Fault."""
    row = Row(cells, declared)
    levels = row.levels()
    finest = max((level for level, told in levels.items() if told.name or told.names), default=None)
    name, code, kind, others = row.first("name"), row.first("id"), row.first("kind"), row.names()
    area = None
    if finest is not None and not name:
        area = levels[finest]
        name, code, kind = area.name or area.names[0], area.code or code, kind or f"ADM{finest}"
        others += area.names
    if not name:
        raise Fault("a row without a name (columns such as name, ADM2_EN or admin2Name_en)")
    country = row.first("country")[:2].upper() or (code[:2].upper() if re.match(r"[A-Za-z]{2}\d", code) else "")
    admin1 = row.first("admin1") or (levels[1].name if 1 in levels else "")
    lat, lon = point_of(row.first("lat"), row.first("lon"))
    return Entry(
        gazetteer_id=f"{source}:{code or number}", name=name, lat=lat, lon=lon, kind=_code_of(kind),
        country=country or None, admin1=regions.get(f"{country}.{admin1}") or (bare_region(admin1) or admin1) or None,
        admin2=row.first("admin2") or None, population=people_of(row.first("population")),
        radius_km=_radius(row.first("radius_km")), names=tuple(others), centroid=area is not None,
    )  # fmt: skip


def parts_of(cell: str) -> list[str]:
    return [part.strip() for part in _PARTS.split(cell) if part.strip()]


def _code_of(kind: str) -> str:
    """The GeoNames code for a kind in words ("village", "camp"); a settlement where it says nothing known."""
    if kind in _CODES or kind.startswith("PPL"):
        return kind
    known = place_kinds().get("country" if kind == "ADM0" else kind.casefold())
    return known.codes[0] if known else "PPL"


def _radius(cell: str) -> float | None:
    try:
        radius = float(cell or 0)
    except ValueError:
        radius = -1.0
    if not 0 <= radius <= 20_000:
        raise Fault(f"{cell} is no radius in kilometres")
    return radius or None
