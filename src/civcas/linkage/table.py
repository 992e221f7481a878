"""The lines of accounts (core.match.flat) as a table of DuckDB."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import duckdb
import pyarrow as pa

BATCH = 20_000

_NAMES = "STRUCT(folded VARCHAR, letters VARCHAR, sounds VARCHAR, latin BOOLEAN)[]"
COLUMNS = {
    "mark": "BIGINT", "document": "BIGINT", "keys": "BIGINT[]", "first": "INTEGER", "last": "INTEGER",
    "certainty": "TINYINT", "exact": "BOOLEAN", "lat": "DOUBLE", "lon": "DOUBLE", "radius": "DOUBLE",
    "others": "STRUCT(lat DOUBLE, lon DOUBLE)[]", "place": "VARCHAR", "located": "BOOLEAN", "readable": "BOOLEAN",
    "main_names": _NAMES, "main_words": _NAMES, "all_names": _NAMES, "all_words": _NAMES, "place_words": "UINTEGER[]",
    "said": "UINTEGER[]", "killed_min": "INTEGER", "killed_max": "INTEGER", "injured_min": "INTEGER",
    "injured_max": "INTEGER", "parties": "VARCHAR[]", "strikes": "VARCHAR[]", "sites": "VARCHAR[]",
    "victims": "STRUCT(letters VARCHAR, sounds VARCHAR)[][]", "families": "VARCHAR[]", "language": "VARCHAR",
    "distinct_words": "INTEGER", "tokens": "BIGINT[]", "length": "DOUBLE", "shingles": "UINTEGER[]",
}  # fmt: skip
"""The type of each field of core.match.flat.Flat, in its order."""


def load(database: duckdb.DuckDBPyConnection, lines: Iterable[tuple[int, bytes]], name: str = "columns") -> int:
    """Makes the table of these accounts (number, line) and says how many there are. The numbers are theirs in the
    order of their ids."""
    fields = ", ".join(f"{field} {type_}" for field, type_ in COLUMNS.items())
    database.execute(f"CREATE OR REPLACE TABLE {name} (unique_id BIGINT, {fields})")
    structure = "{" + ", ".join(f'"{field}": "{type_}"' for field, type_ in COLUMNS.items()) + "}"
    rest, count = iter(lines), 0
    while batch := list(islice(rest, BATCH)):
        numbers, bodies = zip(*batch, strict=True)
        database.register(
            "batch", pa.table({"unique_id": pa.array(numbers, pa.int64()), "line": pa.array(bodies, pa.string())})
        )
        database.execute(
            f"INSERT INTO {name} SELECT unique_id, unnest(line) FROM"
            f" (SELECT unique_id, from_json_strict(line, '{structure}') AS line FROM batch)"
        )
        database.unregister("batch")
        count += len(batch)
    return count
