"""Single bytes altered in the log, a thousand times here and a thousand times there: each is found, and named."""

from __future__ import annotations

import datetime
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.world import START, decided, fill

from civcas.core import log
from civcas.core.log import Noted
from civcas.core.records import Anchor
from civcas.store import Store, layout, open_store
from civcas.store.keys import holds

TIMES = 1000
SEED = 20240501
LINES = 40
WHAT = (("payload", "payload"), ("payload", "salt"), ("payload", "verb"), ("payload", "decision"), ("link", "digest"),
        ("link", "hash"), ("link", "previous"))  # fmt: skip


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A record with forty lines in its log, one of them erased under a tombstone."""
    with open_store(tmp_path_factory.mktemp("fuzz") / "desk") as store:
        fill(store)
        for n in range(LINES - 1):
            verb = ("publish", "withdraw", "exclude")[n % 3]
            subject = Anchor(document="report-1") if verb == "exclude" else Anchor(code="SY240501a")
            store.append(decided(verb, subject, at=START + datetime.timedelta(minutes=n), note="نص" * (n % 5)))
        store.erase_line(7, lambda value: decided("erase", at=START, **value))
        yield store


def altered(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one of them another one."""
    changed = bytearray(data)
    changed[chance.randrange(len(changed))] ^= chance.randrange(1, 256)
    return bytes(changed)


def test_a_byte_altered_in_the_exported_log_is_found_each_time(full: Store) -> None:
    chance = random.Random(SEED)
    links, sealed = full.log()
    head = full.head()
    exported = b"".join(log.export(link, sealed.get(link.number)) for link in links)
    noted = [Noted(number=head.number, hash=head.hash)]

    def found(data: bytes) -> bool:
        return bool(log.check_export(data.splitlines(keepends=True), noted=noted, head=head, verify=holds))

    assert not found(exported)
    assert [n for n in range(TIMES) if not found(altered(exported, chance))] == []


def test_a_byte_altered_in_the_rows_of_the_log_is_found_each_time_by_verify(full: Store) -> None:
    """What `civcas verify` reads of the log, over the database file itself; each fault names the line or the one
    behind it, whose hash no longer fits."""
    chance = random.Random(SEED + 1)
    connection = sqlite3.connect(Path(full.workspace) / layout.DATABASE, isolation_level=None)
    assert list(full.log_faults()) == []
    missed = []
    for n in range(TIMES):
        table, column = chance.choice(WHAT)
        key = "number"
        (line, value) = chance.choice(connection.execute(f"SELECT {key}, {column} FROM store_{table}row").fetchall())
        changed = altered(value if isinstance(value, bytes) else value.encode(), chance)
        new = changed if isinstance(value, bytes) else changed.decode("latin-1")
        connection.execute(f"UPDATE store_{table}row SET {column} = ? WHERE {key} = ?", (new, line))
        faults = list(full.log_faults())
        if not any(fault.line in (line, line + 1) for fault in faults):
            missed.append((n, table, column, line, faults))
        connection.execute(f"UPDATE store_{table}row SET {column} = ? WHERE {key} = ?", (value, line))
    connection.close()
    assert missed == []
    assert list(full.log_faults()) == []
