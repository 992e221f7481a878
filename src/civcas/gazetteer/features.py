"""GeoJSON features as rows of a table: a point where one stands, the middle of an area where one is drawn."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from civcas.core.disputed import within
from civcas.core.values import kilometres
from civcas.gazetteer.entries import Fault

_LARGEST = 1 << 30  # bytes; all of a collection is in memory at once
Position = tuple[float, float]  # longitude, latitude, as GeoJSON has them


def rows_of(path: Path) -> Iterator[tuple[int, dict[str, str] | str, bool]]:
    """Each feature as its number, its cells or what is wrong with it, and whether its point is the middle of an area.

    Raises Fault where the file is no collection of features.
    """
    if path.stat().st_size > _LARGEST:
        raise Fault(f"the file is larger than {_LARGEST >> 20:,} MB: split it")
    try:
        collection = json.loads(path.read_bytes())
    except json.JSONDecodeError as fault:
        raise Fault(f"no GeoJSON: line {fault.lineno}: {fault.msg}") from fault
    except (ValueError, RecursionError) as fault:  # of the latter: lists within lists without end
        raise Fault(f"no GeoJSON: {fault}") from fault
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list):
        raise Fault("no GeoJSON: a FeatureCollection is wanted")
    return ((number, *_row_of(feature)) for number, feature in enumerate(features, 1))


def _row_of(feature: Any) -> tuple[dict[str, str] | str, bool]:
    told = feature.get("properties") if isinstance(feature, dict) else None
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(told, dict) or not isinstance(geometry, dict):
        return "no properties or no geometry", False
    row = {str(name): str(value) for name, value in told.items() if value is not None}
    rings = _rings(geometry)
    if not rings:
        return "no coordinates", False
    if geometry.get("type") == "Point":
        (lon, lat), reach = rings[0][0], 0.0
    else:
        lon, lat = middle(max(rings, key=_size))
        reach = max(kilometres(lat, lon, y, x) for ring in rings for x, y in ring if abs(y) <= 90)
    row |= {"lat": f"{lat:.6f}", "lon": f"{lon:.6f}"} | ({"radius_km": f"{reach:.1f}"} if reach else {})
    return row, geometry.get("type") != "Point"


def middle(ring: Sequence[Position]) -> Position:
    """The centre of gravity of the area within the ring; where that lies outside it, the nearest corner to it."""
    east = [x + 360 if x < 0 and max(p[0] for p in ring) - min(p[0] for p in ring) > 180 else x for x, _ in ring]
    points = [(x, y) for x, (_, y) in zip(east, ring, strict=True)]
    (x0, y0), doubled, sx, sy = points[0], 0.0, 0.0, 0.0
    for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
        cross = (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
        doubled += cross
        sx += (ax + bx - 2 * x0) * cross
        sy += (ay + by - 2 * y0) * cross
    if abs(doubled) < 1e-12:  # a line or a point
        x, y = sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)
    else:
        x, y = x0 + sx / (3 * doubled), y0 + sy / (3 * doubled)
        if not within((x, y), tuple(points)):
            x, y = min(points, key=lambda p: (p[0] - x) ** 2 + (p[1] - y) ** 2)
    return (x - 360 if x > 180 else x), y


def _rings(geometry: dict[str, Any]) -> list[list[Position]]:
    """The lists of positions in a geometry, or in the geometries of a collection of them."""
    stack: list[Any] = [geometry.get("coordinates"), *(
        part.get("coordinates") for part in geometry.get("geometries") or () if isinstance(part, dict)
    )]  # fmt: skip
    rings: list[list[Position]] = []
    while stack:
        part = stack.pop()
        if _is_position(part):
            rings.append([(part[0], part[1])])
        elif isinstance(part, list) and part and all(map(_is_position, part)):
            rings.append([(position[0], position[1]) for position in part])
        elif isinstance(part, list):
            stack.extend(part)
    return rings


def _is_position(part: Any) -> bool:
    return isinstance(part, list) and len(part) >= 2 and all(type(n) in (int, float) for n in part[:2])


def _size(ring: Sequence[Position]) -> float:
    return abs(sum(
        ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True)
    ))  # fmt: skip
