"""The catalogue's file: SQLite, one row for each published incident, with its search words and its filter terms."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from civcas.core.entries import Entry
from civcas.core.errors import BadStore

NAME = "catalogue.sqlite"
FORMAT = 1  # another number: the file is made anew
_SCHEMA = """
CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), stamp INTEGER NOT NULL, about BLOB);
INSERT INTO state VALUES (1, 0, NULL);
CREATE TABLE entry (
  id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, stamp INTEGER NOT NULL, digest TEXT NOT NULL,
  body BLOB, line BLOB);
CREATE INDEX entry_stamp ON entry (stamp);
CREATE TABLE lead (code TEXT PRIMARY KEY, target TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (folded, tokenize = "unicode61 remove_diacritics 0");
"""
_decode = msgspec.json.Decoder(Entry)


class Line(msgspec.Struct, array_like=True, frozen=True):
    """What filters, sorts, counts and the map need of an entry, kept short: all of them are held in memory."""

    code: str
    start: str | None
    end: str | None
    grade: str | None
    status: str | None
    country: str | None
    lat: float | None
    lon: float | None
    radius: float | None
    fineness: str | None
    killed_min: int | None
    killed_max: int | None
    injured_min: int | None
    injured_max: int | None
    parties: tuple[str, ...]
    positions: tuple[str, ...]
    strike_type: tuple[str, ...]
    infrastructure: tuple[str, ...]
    name: str | None
    admin1: str | None
    changed: str | None  # the last public decision, RFC 3339
    children: tuple[int | None, int | None] = (None, None)
    women: tuple[int | None, int | None] = (None, None)
    injured_people: tuple[int | None, int | None] = (None, None)
    named: int = 0


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One incident as it is written: gone from the public where `body` is None."""

    code: str
    digest: str = ""
    body: bytes | None = None
    line: bytes | None = None
    words: str = ""


class File:
    """An open catalogue file; one connection, for one thread."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        self.path = path
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
            _drop_other_format(path)
        elif not path.is_file():
            raise BadStore(f"there is no catalogue in {path.parent}: `civcas serve` makes it")
        uri = f"{path.absolute().as_uri()}?mode={'rwc' if write else 'ro'}"
        try:
            self.db = sqlite3.connect(uri, uri=True, timeout=60, isolation_level=None, check_same_thread=False)
            if write:
                self.db.execute("PRAGMA journal_mode=WAL")
                self.db.execute("PRAGMA secure_delete=ON")  # what is withdrawn must not be found in the file
                self._make()
        except sqlite3.Error as fault:
            raise BadStore(f"the catalogue {path} cannot be opened: {fault}; delete it and it is made anew") from fault

    def close(self) -> None:
        self.db.close()

    def _make(self) -> None:
        with self.transaction():
            if self.db.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in (f"PRAGMA user_version = {FORMAT}", *_SCHEMA.strip().split(";\n")):
                    self.db.execute(statement)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    # ------------------------------------------------------------- writing

    def digests(self) -> dict[str, str]:
        """The digest of every entry that is public, by code."""
        return dict(self.db.execute("SELECT code, digest FROM entry WHERE body IS NOT NULL"))

    def write(self, rows: Sequence[Row], *, leads: Iterable[tuple[str, str]], about: bytes) -> int:
        """Writes what changed; returns how many rows did. Readers see all of it or nothing."""
        with self.transaction():
            stamp = self.stamp() + 1
            replaced = [self._write(row, stamp) for row in rows]
            self.db.execute("DELETE FROM lead")
            self.db.executemany("INSERT INTO lead VALUES (?, ?)", leads)
            if any(replaced):  # words taken out of the index leave its pages only when merged
                self.db.execute("INSERT INTO words (words) VALUES ('optimize')")
            self.db.execute("UPDATE state SET stamp = ?, about = ?", (stamp, about))
        if rows:
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return len(rows)

    def _write(self, row: Row, stamp: int) -> bool:
        """Writes the row; whether there was one of its code before."""
        known = self.db.execute("SELECT id FROM entry WHERE code = ?", (row.code,)).fetchone()
        if known:
            self.db.execute("DELETE FROM words WHERE rowid = ?", known)
        cursor = self.db.execute(
            "INSERT INTO entry (code, stamp, digest, body, line) VALUES (?, ?, ?, ?, ?) ON CONFLICT (code) DO UPDATE "
            "SET stamp = excluded.stamp, digest = excluded.digest, body = excluded.body, line = excluded.line "
            "RETURNING id",
            (row.code, stamp, row.digest, row.body, row.line),
        )
        (id_,) = cursor.fetchone()
        if row.body is not None:
            self.db.execute("INSERT INTO words (rowid, folded) VALUES (?, ?)", (id_, row.words))
        return known is not None

    # ------------------------------------------------------------- reading

    def stamp(self) -> int:
        """A number that grows with every change of the file."""
        return int(self.db.execute("SELECT stamp FROM state").fetchone()[0])

    def about(self) -> bytes:
        """What is said of the record as a whole, as it was written; empty where nothing was yet."""
        return bytes(self.db.execute("SELECT about FROM state").fetchone()[0] or b"")

    def leads(self) -> list[tuple[str, str]]:
        return list(self.db.execute("SELECT code, target FROM lead ORDER BY code"))

    def lines_since(self, stamp: int) -> Iterator[tuple[int, str, Line | None]]:
        """(id, code, line) of every entry written after the stamp; no line where it is no longer public."""
        decode = msgspec.json.Decoder(Line).decode
        rows = self.db.execute("SELECT id, code, line FROM entry WHERE stamp > ?", (stamp,))
        return ((id_, code, None if line is None else decode(line)) for id_, code, line in rows)

    def entry(self, code: str) -> Entry | None:
        """The entry of that code; None where it is not public, whether or not there is such an incident."""
        row = self.db.execute("SELECT body FROM entry WHERE code = ?", (code,)).fetchone()
        return None if row is None or row[0] is None else _decode.decode(row[0])

    def bodies(self, codes: Sequence[str]) -> Iterator[Entry]:
        """The entries of the codes, in that order."""
        for code in codes:
            if (entry := self.entry(code)) is not None:
                yield entry

    def lead(self, code: str) -> str | None:
        """The published code that this one leads to."""
        row = self.db.execute("SELECT target FROM lead WHERE code = ?", (code,)).fetchone()
        return None if row is None else str(row[0])

    def search(self, expression: str) -> list[int]:
        """The ids of the entries whose words match the expression of FTS5."""
        return [id_ for (id_,) in self.db.execute("SELECT rowid FROM words WHERE words MATCH ?", (expression,))]


def _drop_other_format(path: Path) -> None:
    """Takes away a file of another format, or none that can be read: it is only a view of the record."""
    if not path.is_file():
        return
    try:
        with contextlib.closing(sqlite3.connect(path)) as db:
            if db.execute("PRAGMA user_version").fetchone()[0] in (0, FORMAT):
                return
    except sqlite3.Error:
        pass
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
