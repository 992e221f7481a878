"""Which disputed territory a place lies in, by the table disputed.toml; the mark says nothing of who is right."""

from __future__ import annotations

import functools
import importlib.resources
import tomllib
from collections.abc import Iterator

import msgspec

from civcas.core.placenames import fold_name
from civcas.core.records import Dispute

Position = tuple[float, float]  # longitude, latitude


class Territory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A disputed territory, and by what a place is known to lie in it."""

    name: str
    claimed_by: tuple[str, ...]
    administered_by: tuple[str, ...]
    source: str
    countries: tuple[str, ...] = ()
    provinces: dict[str, tuple[str, ...]] = {}
    among: tuple[str, ...] = ()
    outline: tuple[Position, ...] = ()

    def told(self) -> Dispute:
        return Dispute(
            territory=self.name, claimed_by=self.claimed_by, administered_by=self.administered_by, source=self.source
        )


@functools.cache
def territories() -> dict[str, Territory]:
    """The territories of disputed.toml by key."""
    text = importlib.resources.files("civcas.core").joinpath("disputed.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Territory])


def dispute_of(country: str | None, admin1: str | None, lat: float | None, lon: float | None) -> Dispute | None:
    """The dispute over the territory that a place lies in; None where there is none that is listed."""
    key = territory_of(country, admin1, lat, lon)
    return territories()[key].told() if key else None


def territory_of(country: str | None, admin1: str | None, lat: float | None, lon: float | None) -> str | None:
    """The key of the territory; the first of the table where a place lies in several."""
    for key, territory, provinces in _asked(country):
        if country in territory.countries:
            return key
        if provinces and admin1:
            if fold_name(admin1) in provinces:
                return key
        elif lat is not None and lon is not None and territory.outline and within((lon, lat), territory.outline):
            return key
    return None


@functools.cache
def _asked(country: str | None) -> tuple[tuple[str, Territory, frozenset[str]], ...]:
    """The territories that a place of that country may lie in, each with the folded names of its provinces there."""
    return tuple(_concerning(country))


def _concerning(country: str | None) -> Iterator[tuple[str, Territory, frozenset[str]]]:
    for key, territory in territories().items():
        provinces = frozenset(map(fold_name, territory.provinces.get(country or "", ())))
        drawn = bool(territory.outline) and (not country or country in (territory.among or territory.claimed_by))
        if country in territory.countries or provinces or drawn:
            yield key, territory, provinces


def within(point: Position, outline: tuple[Position, ...]) -> bool:
    """Whether the point lies within the outline, by the crossings of a line from it eastwards."""
    x, y = point
    inside = False
    bx, by = outline[-1]
    for ax, ay in outline:
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            inside = not inside
        bx, by = ax, ay
    return inside
