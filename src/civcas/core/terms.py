"""The field's slugs for what was struck and how, each with the broader terms above it (domain 2.3, 2.5)."""

from __future__ import annotations

from collections.abc import Iterable

PARENTS = {
    # infrastructure, domain 2.5
    "mosque": "religious",
    "church": "religious",
    "school": "education",
    "primary_school": "education",
    "secondary_school": "education",
    "university": "education",
    "hospital": "healthcare",
    "clinic": "healthcare",
    "ambulance": "healthcare",
    "house": "residential",
    "apartment_building": "residential",
    "market": "commerce",
    "shop": "commerce",
    "bakery": "commerce",
    "warehouse": "commerce",
    "factory": "commerce",
    "car": "vehicle",
    "motorcycle": "vehicle",
    "boat": "vehicle",
    "agricultural_land": "agriculture",
    "livestock": "agriculture",
    "dam": "resources",
    "oil_facility": "resources",
    # strike type, domain 2.3: a drone is the platform of an airstrike
    "drone_strike": "airstrike",
}


def with_parents(slugs: Iterable[str]) -> tuple[str, ...]:
    """The slugs, each after the broader terms it belongs to, every one once."""
    found: dict[str, None] = {}
    for slug in slugs:
        chain = [slug]
        while parent := PARENTS.get(chain[0]):
            chain.insert(0, parent)
        found.update(dict.fromkeys(chain))
    return tuple(found)
