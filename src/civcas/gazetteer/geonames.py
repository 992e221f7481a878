"""GeoNames' own tables: a dump of places, and the table of their further names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from civcas.core.placekinds import place_kinds
from civcas.core.records import Problem
from civcas.gazetteer.entries import Entry, Fault, is_name, people_of, point_of
from civcas.gazetteer.lines import Numbered, lines_of
from civcas.gazetteer.seen import Numbers

COLUMNS = 19
_KEPT_CLASSES = "PA"  # settlements and areas; of the rest only codes that placekinds.toml knows
_CODES = {code for kind in place_kinds().values() for code in kind.codes}
# Kinds of "names" that are none: links, Wikidata's numbers, codes of posts, ports and airports.
_NO_NAMES = {"link", "wkdt", "post", "iata", "icao", "faac", "tcid", "unlc", "phon", "piny", "fr_1793"}


def is_dump(line: str) -> bool:
    return line.count("\t") == COLUMNS - 1


def is_alternates(line: str) -> bool:
    """Whether the line is of alternateNames (8 columns) or alternateNamesV2 (10)."""
    cells = line.split("\t")
    return len(cells) in (8, 10) and cells[0].isdigit() and cells[1].isdigit()


def places_of(lines: Numbered, path: Path, regions: Mapping[str, str]) -> Iterator[tuple[int, Entry] | Problem]:
    """The places of a dump; `regions` names provinces by GeoNames code."""
    source = path.stem
    for item in lines:
        if isinstance(item, Problem):
            yield item
            continue
        number, line = item
        cells = line.split("\t")
        try:
            if len(cells) != COLUMNS:
                raise Fault(f"{len(cells)} columns where a GeoNames dump has {COLUMNS}")
            entry = entry_of(cells, source, regions)
        except Fault as fault:
            yield Problem(source=str(path), line=number, message=str(fault))
            continue
        if entry is not None:
            yield number, entry


def entry_of(cells: Sequence[str], source: str, regions: Mapping[str, str]) -> Entry | None:
    """The entry of a line of a dump; None for what is no place of harm (streams, wells, trees)."""
    number, name, ascii_name, others, lat, lon, feature_class, code, country = cells[:9]
    if feature_class not in _KEPT_CLASSES and code not in _CODES:
        return None
    name = name.strip()
    if not name:
        raise Fault("a place without a name")
    if not number.isdigit():
        raise Fault(f"{number or 'nothing'} is no GeoNames number")
    admin1 = cells[10].strip()
    north, east = point_of(lat, lon)
    names = [other for part in others.split(",") if (other := part.strip()) and is_name(other)] if others else []
    if ascii_name and ascii_name != name:
        names.append(ascii_name.strip())
    return Entry(
        gazetteer_id=f"{source}:{number}", name=name, lat=north, lon=east, kind=code or "PPL",
        country=country or None,
        admin1=regions.get(f"{country}.{admin1}") or (admin1 if admin1 and not admin1.isdigit() else None),
        population=people_of(cells[14]), names=tuple(names),
    )  # fmt: skip


def names_of(path: Path, places: Numbers) -> Iterator[tuple[int, str] | Problem]:
    """The further names of the places that stand for GeoNames' numbers, out of alternateNames or alternateNamesV2."""
    for item in lines_of(path):
        if isinstance(item, Problem):
            yield item
            continue
        line, text = item
        cells = text.split("\t")
        if len(cells) not in (8, 10) or not cells[1].isdigit():
            message = f"{len(cells)} columns where GeoNames' table of alternate names has 8 or 10"
            yield Problem(source=str(path), line=line, message=message)
            continue
        place = places.get(int(cells[1]))
        if place and cells[2] not in _NO_NAMES and (name := cells[3].strip()) and is_name(name):
            yield place, name
