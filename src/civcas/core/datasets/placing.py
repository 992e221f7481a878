"""An entry that names a place without coordinates, placed by a gazetteer where its names can mean one place only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from civcas.core.datasets.entries import Entry
from civcas.core.placenames import fold_name, skeleton
from civcas.core.placereading import Candidate, Lookup
from civcas.core.values import kilometres

ONE_PLACE_KM = 12.0  # two entries of a name nearer to each other than this are one place told twice (core.locate)
RADIUS_KM = 3.0
_AREAS = {"ADM1": 60.0, "ADM2": 20.0, "ADM3": 10.0, "ADM4": 10.0}
_PARTS = re.compile(r"[,;/(),،]| - | near | in the | of the ")
_BEGINNINGS = re.compile(
    r"^(?:the )?(?:villages?|towns?|city|camp|district|neighbou?rhood|countryside|outskirts) of ", re.I
)
_ENDINGS = re.compile(r" (?:village|town|city|camp|district|area|countryside|neighbou?rhood|road)$", re.I)


def placed(entry: Entry, lookup: Lookup) -> Entry:
    """The entry with its country's code, and with the point of its place where it has none of its own and one place
    alone fits."""
    country = _country(entry.country, lookup)
    if entry.country and country is None:
        return entry
    if country != entry.country:
        entry = msgspec.structs.replace(entry, country=country)
    if entry.placed or not (entry.name or entry.names):
        return entry
    for name in _names(entry):
        found = _fitting(lookup(name), country, entry.admin1)
        if found is not None:
            radius = found.radius_km or _AREAS.get(found.kind, RADIUS_KM)
            return msgspec.structs.replace(entry, lat=found.lat, lon=found.lon, radius_km=radius, level=None)
    return entry


def _country(name: str | None, lookup: Lookup) -> str | None:
    if name is None or re.fullmatch("[A-Z]{2}", name):
        return name
    return next((c.country for c in lookup(name) if c.kind.startswith("PCL") and c.match != "fuzzy"), None)


def _names(entry: Entry) -> Iterator[str]:
    """The names that may be looked up, the finest first: a place, then what it is said to lie in."""
    for given in filter(None, (entry.name, *entry.names)):
        for part in _PARTS.split(given):
            bare = _ENDINGS.sub("", _BEGINNINGS.sub("", part.strip())).strip()
            if bare and fold_name(bare) != fold_name(entry.admin1 or ""):
                yield bare


def _fitting(candidates: Sequence[Candidate], country: str | None, admin1: str | None) -> Candidate | None:
    """The one place among the candidates that lies in the country and province; None where several do."""
    sure = [c for c in candidates if c.match != "fuzzy" and not c.kind.startswith("PCL")]
    there = [c for c in sure if country is None or c.country == country]
    inside = [c for c in there if admin1 is None or c.admin1 is None or _alike(c.admin1, admin1)]
    towns = [c for c in inside if c.kind.startswith("PPL")] or inside
    if not towns or (admin1 is None and country is None):
        return None
    first = towns[0]
    near = all(kilometres(first.lat, first.lon, c.lat, c.lon) <= ONE_PLACE_KM for c in towns)
    return first if near else None


def _alike(left: str, right: str) -> bool:
    a, b = fold_name(left), fold_name(right)
    return a == b or (a.isascii() == b.isascii() and skeleton(a) == skeleton(b)) or a in b or b in a
