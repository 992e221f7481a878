"""The lines of the catalogue as columns in memory: a hundred thousand are filtered and counted in milliseconds."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from civcas.catalogue.file import Line
from civcas.catalogue.queries import FACETS, Facet

Mask = NDArray[np.bool_]
Rows = NDArray[np.int32]
GRADES = ("confirmed", "fair", "weak", "contested", "discounted")
UNKNOWN = -1
_decode = msgspec.json.Decoder(Line).decode
_encode = msgspec.json.Encoder().encode
_FIGURES = ("killed_min", "killed_max", "injured_min", "injured_max")


def facet_values(line: Line) -> dict[Facet, Sequence[str]]:
    """What an entry counts under in each filter (domain 2.14)."""
    return {
        "grade": [line.grade] if line.grade else [],
        "status": [line.status] if line.status else [],
        "belligerent": line.parties,
        "position": line.positions,
        "country": [line.country] if line.country else [],
        "type": line.strike_type,
        "infrastructure": line.infrastructure,
        "harm": ["without" if line.killed_max == 0 and not line.injured_max else "with"],
    }


class Columns:
    """All lines as arrays, a row each. A line that changed gets a new row, and its old one is dead from then on."""

    def __init__(self) -> None:
        self.row_of: dict[int, int] = {}
        self.id_row: Rows = np.empty(0, np.int32)
        self.codes: list[str] = []
        self.lines: list[bytes] = []
        self.alive: Mask = np.empty(0, np.bool_)
        self.start = self.end = self.changed = np.empty(0, np.int32)
        self.grade = np.empty(0, np.int8)
        self.figures: dict[str, Rows] = {name: np.empty(0, np.int32) for name in _FIGURES}
        self.lat = self.lon = self.radius = np.empty(0, np.float32)
        self.vocabulary: dict[Facet, dict[str, int]] = {facet: {} for facet in FACETS}
        self.pairs: dict[Facet, tuple[Rows, Rows]] = {f: (np.empty(0, np.int32), np.empty(0, np.int32)) for f in FACETS}
        self.newest: Rows = np.empty(0, np.int32)

    def __len__(self) -> int:
        return int(self.alive.sum())

    def line(self, row: int) -> Line:
        return _decode(self.lines[row])

    def update(self, found: Iterable[tuple[int, str, Line | None]]) -> None:
        """Takes in lines that are new or changed, and takes out those that are no longer public."""
        lines: list[Line] = []
        begin = len(self.codes)
        for id_, code, line in found:
            old = self.row_of.pop(id_, None)
            if old is not None:
                self.alive[old] = False
                self.lines[old] = b""
            if line is not None:
                self.row_of[id_] = begin + len(lines)
                self.codes.append(code)
                self.lines.append(_encode(line))
                lines.append(line)
        if lines:
            self._extend(lines, begin)
        size = max(self.row_of, default=0) + 1
        self.id_row = np.full(size, UNKNOWN, np.int32)
        if self.row_of:
            self.id_row[np.fromiter(self.row_of.keys(), np.int64)] = np.fromiter(self.row_of.values(), np.int32)
        alive = np.flatnonzero(self.alive).astype(np.int32)
        self.newest = alive[np.lexsort((-alive, self.start[alive]))[::-1]]

    def _extend(self, lines: Sequence[Line], begin: int) -> None:
        self.alive = np.append(self.alive, np.ones(len(lines), np.bool_))
        self.start = _grown(self.start, (_ordinal(x.start) for x in lines), np.int32)
        self.end = _grown(self.end, (_ordinal(x.end or x.start) for x in lines), np.int32)
        self.changed = _grown(self.changed, (_ordinal(x.changed and x.changed[:10]) for x in lines), np.int32)
        grades = ((GRADES.index(x.grade) if x.grade in GRADES else UNKNOWN) for x in lines)
        self.grade = _grown(self.grade, grades, np.int8)
        for name in _FIGURES:
            self.figures[name] = _grown(self.figures[name], (_capped(getattr(x, name)) for x in lines), np.int32)
        self.lat = _grown(self.lat, (np.nan if x.lat is None else x.lat for x in lines), np.float32)
        self.lon = _grown(self.lon, (np.nan if x.lon is None else x.lon for x in lines), np.float32)
        self.radius = _grown(self.radius, (x.radius or 0.0 for x in lines), np.float32)
        told = [facet_values(line) for line in lines]
        for facet in FACETS:
            known = self.vocabulary[facet]
            rows, values = self.pairs[facet]
            new = [
                (begin + n, known.setdefault(v, len(known)))
                for n, given in enumerate(told)
                for v in sorted(set(given[facet]))
            ]
            if new:
                more = np.array(new, np.int32)
                self.pairs[facet] = (np.append(rows, more[:, 0]), np.append(values, more[:, 1]))

    def having(self, facet: Facet, values: Iterable[str]) -> Mask:
        """The rows that have any of the values."""
        mask = np.zeros(len(self.codes), np.bool_)
        wanted = [self.vocabulary[facet][v] for v in values if v in self.vocabulary[facet]]
        rows, held = self.pairs[facet]
        if wanted:
            mask[rows[np.isin(held, wanted)]] = True
        return mask

    def counted(self, facet: Facet, mask: Mask) -> dict[str, int]:
        """How many rows of the mask have each value of the facet, those that none has left out."""
        rows, held = self.pairs[facet]
        counts = np.bincount(held[mask[rows]], minlength=len(self.vocabulary[facet]))
        return {value: int(counts[n]) for value, n in self.vocabulary[facet].items() if counts[n]}


def _grown(column: NDArray[Any], values: Iterable[float | int], kind: type[np.generic]) -> NDArray[Any]:
    return np.append(column, np.fromiter(values, kind))


def _ordinal(day: str | None) -> int:
    """The day as a number; 0 where there is none."""
    try:
        return datetime.date.fromisoformat(day[:10]).toordinal() if day else 0
    except ValueError:
        return 0


def _capped(number: int | None) -> int:
    return UNKNOWN if number is None else min(number, 2**30)
