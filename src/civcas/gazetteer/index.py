"""The index on disk: one SQLite file of places and of their names in the order of how they sound."""

from __future__ import annotations

import contextlib
import glob
import itertools
import math
import os
import sqlite3
import sys
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

from civcas.core.disputed import territory_of
from civcas.core.placenames import fold_name, plain_name, romanised, skeleton
from civcas.core.placereading import DEMONYM
from civcas.gazetteer.entries import Entry

FORMAT = "2"  # of the tables below; an index of another format is built anew

# A name is found by its sound; key and surface are left empty where they are the sound, and the key, themselves. The
# rank puts the places of many people first, so that of a name borne a thousand times the first are read and no more.
_TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA threads = 2;
CREATE TABLE source (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE place (
  id INTEGER PRIMARY KEY, gazetteer_id TEXT, name TEXT, lat REAL, lon REAL, kind TEXT, country TEXT,
  admin1 TEXT, admin2 TEXT, population INTEGER, radius_km REAL, centroid INTEGER, disputed TEXT
);
CREATE TABLE spelt.name (sound TEXT, rank INTEGER, place INTEGER, key TEXT, surface TEXT);
"""
_SORTED = """
CREATE TABLE name (
  sound TEXT, rank INTEGER, place INTEGER, key TEXT, surface TEXT, PRIMARY KEY (sound, rank, place, key, surface)
) WITHOUT ROWID;
INSERT OR IGNORE INTO name SELECT * FROM spelt.name ORDER BY sound, rank, place, key, surface;
CREATE TABLE rough (skeleton TEXT, sound TEXT, PRIMARY KEY (skeleton, sound)) WITHOUT ROWID;
INSERT INTO rough
  SELECT bones, sound FROM (SELECT skeleton(sound) AS bones, sound FROM (SELECT DISTINCT sound FROM name))
  WHERE length(bones) > 1 ORDER BY 1, 2;
"""
_BATCH = 20_000

Alternate = tuple[int, str]  # the number of a place in this index, and one more name of it


def index_path() -> Path:
    """Where the bundled index lies: CIVCAS_GAZETTEER, or in the environment the program is installed in.

    The file is named for its format, so that two versions of the program can share an environment.
    """
    named = os.environ.get("CIVCAS_GAZETTEER")
    return Path(named) if named else Path(sys.prefix) / "share" / "civcas" / f"gazetteer-{FORMAT}.sqlite"


class Writer:
    """An index that is being written; it stands under its name only once it is whole."""

    def __init__(self, index: sqlite3.Connection) -> None:
        self._index = index
        self._ranks = array("B", b"\0")  # of each place, by its number

    @property
    def places(self) -> int:
        return len(self._ranks) - 1

    def add(self, entries: Iterable[Entry]) -> None:
        coming = iter(entries)
        while batch := list(itertools.islice(coming, _BATCH)):
            first = len(self._ranks)
            self._index.executemany(
                "INSERT INTO place VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (_row(number, entry) for number, entry in enumerate(batch, first)),
            )
            self._ranks.extend(rank_of(entry.population) for entry in batch)
            self._spell((number, name) for number, e in enumerate(batch, first) for name in {e.name, *e.names})

    def add_names(self, names: Iterable[Alternate]) -> None:
        coming = iter(names)
        while batch := list(itertools.islice(coming, _BATCH)):
            self._spell(batch)

    def keep(self, **facts: str) -> None:
        """Keeps facts about the index in it."""
        self._index.executemany("INSERT OR REPLACE INTO source VALUES (?, ?)", facts.items())

    def _spell(self, names: Iterable[Alternate]) -> None:
        self._index.executemany("INSERT INTO spelt.name VALUES (?,?,?,?,?)", self._spellings(names))

    def _spellings(self, names: Iterable[Alternate]) -> Iterator[tuple[str, int, int, str, str]]:
        ranks = self._ranks
        for number, name in names:
            key = fold_name(name)
            if key:
                sound, plain = romanised(key), plain_name(name)
                yield sound, ranks[number], number, "" if key == sound else key, "" if plain == key else plain


@contextlib.contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Writes a whole index beside `path`; it takes the place of what was there at the end, unless that fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _clear(path)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    spelt = path.with_name(f"{path.name}.{os.getpid()}.names.part")
    try:
        for part in (unfinished, spelt):
            part.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(unfinished)) as index:
            index.execute("ATTACH ? AS spelt", (str(spelt),))
            index.execute("PRAGMA spelt.journal_mode = OFF")
            index.execute("PRAGMA spelt.synchronous = OFF")
            index.executescript(_TABLES)
            index.create_function("skeleton", 1, skeleton, deterministic=True)
            writer = Writer(index)
            yield writer
            writer.keep(format=FORMAT)
            index.commit()
            index.executescript(_SORTED)
            index.commit()
        with unfinished.open("rb") as whole:
            os.fsync(whole.fileno())
        unfinished.replace(path)
    finally:
        for part in (unfinished, spelt):
            part.unlink(missing_ok=True)


def _clear(path: Path) -> None:
    """Removes what runs that were ended from outside left half-written; a process that still runs keeps its own."""
    for part in path.parent.glob(f"{glob.escape(path.name)}.*.part"):
        process = part.name.removeprefix(path.name).split(".")[1]
        if process.isdigit() and not _runs(int(process)):
            part.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def write_index(path: Path, entries: Iterable[Entry], *, stamp: str, **facts: str) -> int:
    """Writes the index of these entries; returns their number."""
    with writing(path) as writer:
        writer.add(entries)
        writer.keep(stamp=stamp, **facts)
        return writer.places


def rank_of(population: int | None) -> int:
    """Smaller for more people, by eighths of a doubling: 250 where nobody is known, 2 for two thousand million."""
    return 250 - min(round(8 * math.log2(1 + (population or 0))), 250)


def _row(number: int, e: Entry) -> tuple[object, ...]:
    return (
        number, e.gazetteer_id, e.name, e.lat, e.lon, e.kind, e.country, e.admin1, e.admin2, e.population, e.radius_km,
        int(e.centroid), territory_of(e.country, e.admin1, e.lat, e.lon) if e.kind != DEMONYM else None,
    )  # fmt: skip


def facts_of(path: Path) -> dict[str, str]:
    """What an index says of itself, its stamp and what was kept with it; nothing where it is of another format."""
    if not path.exists():
        return {}
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as index:
            told = dict(index.execute("SELECT name, value FROM source"))
    except sqlite3.Error:
        return {}
    return told if told.get("format") == FORMAT else {}


def stamp_of(path: Path) -> str | None:
    """The stamp of what an index was built from; None where there is no index of this format."""
    return facts_of(path).get("stamp")
