"""The catalogue as readers ask it: found entries with counts, totals, months, the map, one entry."""

from __future__ import annotations

import datetime
import functools
import math
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from civcas.catalogue.about import About
from civcas.catalogue.columns import GRADES, UNKNOWN, Columns, Mask, Rows
from civcas.catalogue.file import File, Line
from civcas.catalogue.queries import FACETS, Facet, Query, match_expression
from civcas.core.entries import Entry

MOST_CELLS = 2000  # of the map in one answer
CELL_PIXELS = 48  # the side of a cell of the map; a tile of the web mercator map has 512


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """Sums over incidents, each counted once; `unknown` says of how many nobody gives a figure."""

    incidents: int = 0
    killed_min: int = 0
    killed_max: int = 0
    injured_min: int = 0
    injured_max: int = 0
    unknown: int = 0


class Month(msgspec.Struct, frozen=True, kw_only=True):
    month: str
    counts: dict[str, int]  # incidents by grade
    killed_min: dict[str, int]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """Incidents that stand close together on the map, as one; `code` where it is a single one."""

    lat: float
    lon: float
    incidents: int
    killed_min: int
    killed_max: int
    code: str | None = None
    radius_km: float | None = None
    grade: str | None = None
    name: str | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a query finds: one page of lines, how many there are in all, and the counts of every filter."""

    query: Query
    total: int
    lines: tuple[Line, ...]
    facets: dict[Facet, dict[str, int]]

    @property
    def pages(self) -> int:
        return max(1, math.ceil(self.total / self.query.size))


class _State(msgspec.Struct):
    stamp: int
    columns: Columns


class Catalogue:
    """The published record, as the file holds it at this moment. May be used by many threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._own = threading.local()
        self._lock = threading.Lock()
        self._state = _State(stamp=-1, columns=Columns())
        self._told = functools.lru_cache(maxsize=1)(self._say)
        self._matching = functools.lru_cache(maxsize=64)(self._search)

    @property
    def _file(self) -> File:
        """This thread's own connection."""
        if not hasattr(self._own, "file"):
            self._own.file = File(self._path)
        file: File = self._own.file
        return file

    def close(self) -> None:
        """Closes this thread's connection."""
        if hasattr(self._own, "file"):
            self._own.file.close()
            del self._own.file

    @property
    def stamp(self) -> int:
        """A number that grows with every change: what was drawn from an equal stamp is still true."""
        return self._file.stamp()

    def _columns(self) -> Columns:
        """The columns as the file has them now."""
        stamp = self._file.stamp()
        if stamp != self._state.stamp:
            with self._lock:
                if stamp > self._state.stamp:
                    columns = self._state.columns if self._state.stamp >= 0 else Columns()
                    columns.update(self._file.lines_since(self._state.stamp))
                    self._state = _State(stamp=stamp, columns=columns)
        return self._state.columns

    # ---------------------------------------------------------------- answers

    def find(self, query: Query) -> Found:
        """The page of lines that the query asks for, with the counts that each further choice would leave."""
        columns = self._columns()
        own = {facet: columns.having(facet, query.values(facet)) for facet in FACETS if query.values(facet)}
        base = self._base(columns, query)
        every = functools.reduce(np.logical_and, own.values(), base)
        facets = {
            facet: columns.counted(
                facet, every if facet not in own else functools.reduce(np.logical_and, _others(own, facet), base)
            )
            for facet in FACETS
        }
        rows = _sorted(columns, columns.newest[every[columns.newest]], query.sort)
        first = (query.page - 1) * query.size
        page = tuple(columns.line(row) for row in rows[first : first + query.size])
        return Found(query=query, total=len(rows), lines=page, facets=facets)

    def codes(self, query: Query) -> Iterator[str]:
        """The codes of all that the query finds, whatever its page."""
        columns = self._columns()
        mask = self._mask(columns, query)
        for row in _sorted(columns, columns.newest[mask[columns.newest]], query.sort):
            yield columns.codes[row]

    def entries(self, query: Query) -> Iterator[Entry]:
        """The whole entries of all that the query finds, read as they are asked for."""
        for code in self.codes(query):
            if (entry := self._file.entry(code)) is not None:
                yield entry

    def entry(self, code: str) -> Entry | None:
        """The entry of that code; None where it is not public, whether or not there is such an incident."""
        return self._file.entry(code)

    def lead(self, code: str) -> str | None:
        """The published code that an old one leads to."""
        return self._file.lead(code)

    def about(self) -> About:
        """What is said of the record as a whole: its rules, credits and backlog."""
        return self._told(self._file.stamp())

    def _say(self, stamp: int) -> About:  # noqa: ARG002 (the stamp is the key)
        return msgspec.json.decode(self._file.about(), type=About)

    def totals(self, query: Query) -> dict[str, Total]:
        """Sums by grade over what the query finds."""
        columns = self._columns()
        mask = self._mask(columns, query)
        return {grade: _total(columns, mask & (columns.grade == n)) for n, grade in enumerate(GRADES)}

    def months(self, query: Query) -> list[Month]:
        """Incidents and the least number killed by month and grade, without gaps, over what the query finds."""
        columns = self._columns()
        rows = np.flatnonzero(self._mask(columns, query) & (columns.start > 0) & (columns.grade >= 0))
        if not len(rows):
            return []
        days = (columns.start[rows] - datetime.date(1970, 1, 1).toordinal()).astype("datetime64[D]")
        months = days.astype("datetime64[M]").astype(np.int64)
        first, last = int(months.min()), int(months.max())
        at = (months - first) * len(GRADES) + columns.grade[rows]
        size = (last - first + 1) * len(GRADES)
        counts = np.bincount(at, minlength=size).reshape(-1, len(GRADES))
        least = np.maximum(columns.figures["killed_min"][rows], 0)
        killed = np.bincount(at, weights=least, minlength=size).reshape(-1, len(GRADES))
        return [
            Month(
                month=str(np.datetime64(first + n, "M")),
                counts={g: int(counts[n, i]) for i, g in enumerate(GRADES) if counts[n, i]},
                killed_min={g: int(killed[n, i]) for i, g in enumerate(GRADES) if killed[n, i]},
            )
            for n in range(last - first + 1)
        ]

    def cells(self, query: Query, zoom: float) -> list[Cell]:
        """What the query finds, gathered in cells of the map at that zoom and weighted by people."""
        columns = self._columns()
        rows = np.flatnonzero(self._mask(columns, query) & ~np.isnan(columns.lat)).astype(np.int32)
        for level in np.arange(min(max(zoom, 0.0), 20.0), -1.0, -1.0):
            cells = _gathered(columns, rows, float(level))
            if len(cells) <= MOST_CELLS:
                return cells
        return cells[:MOST_CELLS]

    def bounds(self, query: Query) -> tuple[float, float, float, float] | None:
        """West, south, east, north of what the query finds; None where nothing has coordinates."""
        columns = self._columns()
        rows = np.flatnonzero(self._mask(columns, query) & ~np.isnan(columns.lat))
        if not len(rows):
            return None
        lon, lat = columns.lon[rows], columns.lat[rows]
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    # ---------------------------------------------------------------- masks

    def _mask(self, columns: Columns, query: Query) -> Mask:
        chosen = (columns.having(facet, values) for facet, values in query.chosen)
        return functools.reduce(np.logical_and, chosen, self._base(columns, query))

    def _base(self, columns: Columns, query: Query) -> Mask:
        """The rows that all but the counted filters leave."""
        mask = columns.alive.copy()
        if query.since:
            mask &= columns.end >= query.since.toordinal()
        if query.until:
            mask &= (columns.start > 0) & (columns.start <= query.until.toordinal())
        if query.box:
            west, south, east, north = query.box
            mask &= (columns.lon >= west) & (columns.lon <= east) & (columns.lat >= south) & (columns.lat <= north)
        if query.words:
            mask &= self._worded(columns, query.words)
        return mask

    def _worded(self, columns: Columns, words: str) -> Mask:
        mask = np.zeros(len(columns.codes), np.bool_)
        ids = self._matching(words, self._state.stamp)
        rows = columns.id_row[ids[ids < len(columns.id_row)]]
        mask[rows[rows >= 0]] = True
        return mask

    def _search(self, words: str, stamp: int) -> Rows:  # noqa: ARG002 (the stamp is part of the key)
        expression = match_expression(words)
        found = self._file.search(expression) if expression else []
        return np.array(found, np.int32)


def _others(own: dict[Facet, Mask], facet: Facet) -> Iterator[Mask]:
    return (mask for name, mask in own.items() if name != facet)


def _sorted(columns: Columns, rows: Rows, sort: str) -> Rows:
    """The rows, which stand newest first, in the order asked for."""
    match sort:
        case "oldest":
            dated = columns.start[rows] > 0
            return np.concatenate([rows[dated][::-1], rows[~dated]])
        case "killed":
            return rows[np.argsort(-columns.figures["killed_max"][rows], kind="stable")]
        case "changed":
            return rows[np.argsort(-columns.changed[rows], kind="stable")]
        case _:
            return rows


def _total(columns: Columns, mask: Mask) -> Total:
    def summed(name: str) -> int:
        values = columns.figures[name][mask]
        return int(values[values > 0].sum(dtype=np.int64))

    return Total(
        incidents=int(mask.sum()),
        killed_min=summed("killed_min"),
        killed_max=summed("killed_max"),
        injured_min=summed("injured_min"),
        injured_max=summed("injured_max"),
        unknown=int((columns.figures["killed_min"][mask] == UNKNOWN).sum()),
    )


def _gathered(columns: Columns, rows: Rows, zoom: float) -> list[Cell]:
    if not len(rows):
        return []
    side = CELL_PIXELS / (512 * 2.0**zoom)
    lat = np.clip(columns.lat[rows].astype(np.float64), -85.0, 85.0)
    x = columns.lon[rows].astype(np.float64) / 360 + 0.5
    y = 0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * math.pi)
    key = np.floor(y / side).astype(np.int64) * 2**24 + np.floor(x / side).astype(np.int64)
    _, first, inverse, count = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    least = np.maximum(columns.figures["killed_min"][rows], 0)
    most = np.maximum(columns.figures["killed_max"][rows], least)
    killed, highest = (np.bincount(inverse, weights=w) for w in (least, most))
    mean_lat, mean_lon = (np.bincount(inverse, weights=v) / count for v in (columns.lat[rows], columns.lon[rows]))
    cells = []
    for n in np.lexsort((-count, -killed)):
        row = int(rows[first[n]])
        alone = count[n] == 1
        line = columns.line(row) if alone else None
        cells.append(
            Cell(
                lat=round(float(mean_lat[n]), 5),
                lon=round(float(mean_lon[n]), 5),
                incidents=int(count[n]),
                killed_min=int(killed[n]),
                killed_max=int(highest[n]),
                code=columns.codes[row] if alone else None,
                radius_km=round(float(columns.radius[row]), 2) if alone else None,
                grade=line.grade if line else None,
                name=line.name if line else None,
            )
        )
    return cells


__all__: Sequence[str] = ["Catalogue", "Cell", "Found", "Month", "Total"]
