"""Which ids of a list have come before, in little memory: GeoNames' own numbers, and ids of any other kind."""

from __future__ import annotations

import sqlite3
from array import array

_PAGE = 10  # bits: numbers come in runs, so that few pages are touched
_LARGEST = 1 << 27  # ten times GeoNames' largest number; all of them together take 512 MB


class Numbers:
    """Whole numbers to whole numbers from 1 on, at four bytes each where they lie close together."""

    def __init__(self) -> None:
        self._pages: dict[int, array[int]] = {}

    def get(self, number: int) -> int:
        """What stands for the number, 0 where nothing does."""
        page = self._pages.get(number >> _PAGE)
        return page[number & (1 << _PAGE) - 1] if page is not None else 0

    def put(self, number: int, value: int) -> None:
        page = self._pages.get(number >> _PAGE)
        if page is None:
            page = self._pages[number >> _PAGE] = array("I", bytes(4 << _PAGE))
        page[number & (1 << _PAGE) - 1] = value


class Seen:
    """The ids of one list: numbers in memory, others in a table that SQLite moves to disk as it grows."""

    def __init__(self) -> None:
        self.numbers = Numbers()
        self._texts: sqlite3.Connection | None = None

    def add(self, gazetteer_id: str, place: int) -> bool:
        """Keeps the place that has the id; False where another had it before."""
        number = gazetteer_id.rpartition(":")[2]
        if number.isascii() and number.isdigit() and number == str(value := int(number[:10])) and value < _LARGEST:
            if self.numbers.get(value):
                return False
            self.numbers.put(value, place)
            return True
        if self._texts is None:
            self._texts = sqlite3.connect("", isolation_level=None)  # a private file that goes with the connection
            self._texts.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;")
            self._texts.execute("CREATE TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID")
        return self._texts.execute("INSERT OR IGNORE INTO seen VALUES (?)", (gazetteer_id,)).rowcount > 0

    def close(self) -> None:
        if self._texts is not None:
            self._texts.close()
            self._texts = None
