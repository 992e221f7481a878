"""The index on disk: one SQLite file of places, their folded names, and a consonant skeleton for each name."""

from __future__ import annotations

import contextlib
import itertools
import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from civcas.core.placenames import fold_name, plain_name, romanised, skeleton
from civcas.gazetteer.entries import Entry

FORMAT = "1"  # of the tables below; an index of another format is built anew

_TABLES = """
CREATE TABLE source (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE place (
  id INTEGER PRIMARY KEY, gazetteer_id TEXT, name TEXT, lat REAL, lon REAL, kind TEXT, country TEXT,
  admin1 TEXT, admin2 TEXT, population INTEGER, radius_km REAL
);
CREATE TABLE alias (key TEXT, place INTEGER, surface TEXT);
"""
_INDEXES = """
CREATE INDEX alias_key ON alias (key);
CREATE TABLE rough (skeleton TEXT, sound TEXT, key TEXT, PRIMARY KEY (skeleton, sound, key)) WITHOUT ROWID;
INSERT INTO rough
  SELECT skeleton(key), romanised(key), key FROM (SELECT DISTINCT key FROM alias)
  WHERE length(skeleton(key)) > 1 ORDER BY 1, 2, 3;
ANALYZE;
"""


def index_path() -> Path:
    """Where the bundled index lies: CIVCAS_GAZETTEER, or in the environment the program is installed in."""
    named = os.environ.get("CIVCAS_GAZETTEER")
    return Path(named) if named else Path(sys.prefix) / "share" / "civcas" / "gazetteer.sqlite"


def write_index(path: Path, entries: Iterable[Entry], *, stamp: str) -> int:
    """Writes a whole index beside `path` and puts it in place at the end; returns the number of places."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    unfinished.unlink(missing_ok=True)
    try:
        with contextlib.closing(sqlite3.connect(unfinished)) as index:
            index.executescript(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;" + _TABLES
            )
            index.create_function("skeleton", 1, skeleton, deterministic=True)
            index.create_function("romanised", 1, romanised, deterministic=True)
            count = _fill(index, entries)
            index.execute("INSERT INTO source VALUES ('format', ?), ('stamp', ?)", (FORMAT, stamp))
            index.commit()
            index.executescript(_INDEXES)
            index.commit()
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def _fill(index: sqlite3.Connection, entries: Iterable[Entry]) -> int:
    numbered = enumerate(entries, 1)
    last = 0
    while batch := list(itertools.islice(numbered, 20_000)):
        index.executemany(
            "INSERT INTO place VALUES (?,?,?,?,?,?,?,?,?,?,?)", (_row(number, entry) for number, entry in batch)
        )
        index.executemany("INSERT INTO alias VALUES (?,?,?)", _aliases(batch))
        last = batch[-1][0]
    return last


def _row(number: int, e: Entry) -> tuple[object, ...]:
    return (
        number,
        e.gazetteer_id,
        e.name,
        e.lat,
        e.lon,
        e.kind,
        e.country,
        e.admin1,
        e.admin2,
        e.population,
        e.radius_km,
    )


def _aliases(batch: list[tuple[int, Entry]]) -> Iterator[tuple[str, int, str | None]]:
    """Each name under its folded key; its spelling only where that is not the key itself, to keep the file small."""
    for number, entry in batch:
        for name in {plain_name(name): None for name in (entry.name, *entry.names)}:
            key = fold_name(name)
            if key:
                yield key, number, (name if name != key else None)


def facts_of(path: Path) -> dict[str, str]:
    """What an index says of itself, its stamp and what was kept with it; nothing where it is of another format."""
    if not path.exists():
        return {}
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as index:
            told = dict(index.execute("SELECT name, value FROM source"))
    except sqlite3.Error:
        return {}
    return told if told.get("format") == FORMAT else {}


def stamp_of(path: Path) -> str | None:
    """The stamp of what an index was built from; None where there is no index of this format."""
    return facts_of(path).get("stamp")


def keep_fact(path: Path, name: str, value: str) -> None:
    """Keeps a fact about its sources in an index."""
    with contextlib.closing(sqlite3.connect(path)) as index:
        index.execute("INSERT OR REPLACE INTO source VALUES (?, ?)", (name, value))
        index.commit()
