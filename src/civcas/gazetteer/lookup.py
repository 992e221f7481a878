"""A name to the places that bear it, over one or more indexes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal, TypeAlias

from rapidfuzz.distance import JaroWinkler

from civcas.core.errors import BadStore
from civcas.core.locate import Candidate
from civcas.core.placenames import fold_name, plain_name, romanised, skeleton

_BY_KEY = """
SELECT p.gazetteer_id, p.name, p.lat, p.lon, p.kind, p.country, p.admin1, p.admin2, p.population, p.radius_km, a.surface
FROM alias a JOIN place p ON p.id = a.place WHERE a.key = ?
"""
_SOUNDS_SO = "SELECT key FROM rough WHERE skeleton = ? AND sound = ? AND key <> ?"
_EQUAL = "SELECT key FROM rough WHERE skeleton = ? LIMIT 2000"
_ALIKE = "SELECT key FROM rough WHERE skeleton >= ? AND skeleton < ? AND abs(length(skeleton) - ?) < 2 LIMIT 2000"
_LIKE_ENOUGH = 0.88  # Jaro-Winkler of levelled romanisations; sheikhoun and shaykhun are 1, idlib and adlib 0.87
_OTHER_SPELLING = 0.95
_FEWEST_LETTERS = 4  # shorter names are alike too easily
_KEPT = 100_000  # names kept with their answers: a document's names come again and again
_MOST = 200

Match: TypeAlias = Literal["exact", "folded", "fuzzy"]
_Row: TypeAlias = tuple[
    str, str, float, float, str, str | None, str | None, str | None, int | None, float | None, str | None
]


class Gazetteer:
    """Looks names up in index files, read-only; the first is the bundled one, the others are a desk's own."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._answers: dict[str, tuple[Candidate, ...]] = {}
        self._indexes = [_open(path) for path in paths]

    def __enter__(self) -> Gazetteer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for index in self._indexes:
            index.close()
        self._indexes = []

    def lookup(self, name: str) -> tuple[Candidate, ...]:
        """The places of that name, exact spellings first, then by people; if none, those of a name much like it."""
        known = self._answers.get(name)
        if known is None:
            if len(self._answers) >= _KEPT:
                self._answers.clear()
            known = self._answers[name] = self._find(name)
        return known

    def _find(self, name: str) -> tuple[Candidate, ...]:
        key = fold_name(name)
        if not key:
            return ()
        found = self._named(key, plain_name(name))
        for other in self._sounding(key):
            found = {**self._named(other, None), **found}
        if not found:
            found = self._alike(key)
        return tuple(sorted(found.values(), key=_order)[:_MOST])

    def _named(self, key: str, plain: str | None) -> dict[str, Candidate]:
        """The places under a folded key; exact where one of their names is the plain one, None for another key's."""
        found: dict[str, Candidate] = {}
        for number, index in enumerate(self._indexes):
            for row in index.execute(_BY_KEY, (key,)):
                exact = (row[10] or key) == plain
                if exact or row[0] not in found:
                    likeness = 1.0 if plain else _OTHER_SPELLING
                    found[row[0]] = _candidate(row, "exact" if exact else "folded", likeness, added=number > 0)
        return found

    def _sounding(self, key: str) -> list[str]:
        """The other keys of one sound, such as mansoura and mansura, in a fixed order: of two spellings of one
        place the same one is told at every run."""
        wanted = (skeleton(key), romanised(key), key)
        if not wanted[0]:
            return []
        return sorted({row[0] for index in self._indexes for row in index.execute(_SOUNDS_SO, wanted)})

    def _alike(self, key: str) -> dict[str, Candidate]:
        if len(key) < _FEWEST_LETTERS:
            return {}
        likeness = self._like_keys(key)
        found: dict[str, Candidate] = {}
        for other in sorted(likeness, key=lambda k: (-likeness[k], k))[:10]:
            for number, index in enumerate(self._indexes):
                for row in index.execute(_BY_KEY, (other,)):
                    if row[0] not in found:
                        found[row[0]] = _candidate(row, "fuzzy", likeness[other], added=number > 0)
        return found

    def _like_keys(self, key: str) -> dict[str, float]:
        """Keys of one skeleton first; only if none is like enough, those whose skeleton starts alike."""
        bones = skeleton(key)
        if len(bones) < 2:
            return {}
        for query, arguments in (
            (_EQUAL, (bones,)),
            (_ALIKE, (bones[:3], bones[:3] + "\uffff", len(bones))),
        ):
            if query is _ALIKE and len(bones) < 4:
                break
            keys = {row[0] for index in self._indexes for row in index.execute(query, arguments)}
            like = {other: likeness for other in keys if (likeness := _likeness(key, other)) >= _LIKE_ENOUGH}
            if like:
                return like
        return {}


def _likeness(key: str, other: str) -> float:
    """How alike two keys are; across scripts only their consonants can be held against each other."""
    if key.isascii() != other.isascii():
        bones = skeleton(key)
        return 0.9 if len(bones) > 3 and bones == skeleton(other) else 0.0
    return float(JaroWinkler.similarity(romanised(key), romanised(other)))


def _order(c: Candidate) -> tuple[int, float, int, str]:
    return ("exact", "folded", "fuzzy").index(c.match), -c.likeness, -(c.population or 0), c.gazetteer_id


def _candidate(row: _Row, match: Match, likeness: float, *, added: bool) -> Candidate:
    return Candidate(
        gazetteer_id=row[0], name=row[1], lat=row[2], lon=row[3], kind=row[4], country=row[5], admin1=row[6],
        admin2=row[7], population=row[8], radius_km=row[9], match=match, likeness=round(likeness, 3), added=added,
    )  # fmt: skip


def _open(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise BadStore(f"there is no gazetteer index at {path}: build it with python -m civcas.gazetteer build")
    try:
        # immutable: many readers may map the file, on a shared disk too, without a lock
        index = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        try:
            index.execute("PRAGMA mmap_size = 1073741824")
            index.execute("SELECT 1 FROM alias LIMIT 1")
        except sqlite3.Error:
            index.close()
            raise
    except sqlite3.Error as fault:
        raise BadStore(
            f"{path} is no gazetteer index ({fault}): build it anew with python -m civcas.gazetteer build"
        ) from fault
    return index
