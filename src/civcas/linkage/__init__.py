"""Scoring of very many pairs of accounts: Splink over DuckDB, by the same weights as core.match.compare."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker

from civcas.core.match.columns import Columns
from civcas.core.match.compare import A_LINE, TELLING, Weights
from civcas.core.match.likeness import Likeness
from civcas.linkage.conditions import BLOCKS, MACROS
from civcas.linkage.model import settings
from civcas.linkage.table import table

Pair = tuple[str, str]


def scored(rows: Sequence[Columns], likeness: Likeness, weights: Weights) -> dict[Pair, float]:
    """The score of every pair that blocks bring together, the smaller id first."""
    ordered = sorted(rows, key=lambda row: row.id)
    with duckdb.connect() as database:
        found = score_table(database, table(ordered, likeness), weights)
        lines = found.fetchall()
    return {(ordered[left].id, ordered[right].id): score for left, right, score in lines}


def score_table(database: duckdb.DuckDBPyConnection, accounts: pa.Table, weights: Weights) -> duckdb.DuckDBPyConnection:
    """The pairs of a table of columns with their scores: numbers of the accounts, the smaller first, and bits.

    They also stand in the table `scored` of the database.
    """
    database.register("accounts", accounts)
    database.execute(MACROS)
    database.execute(BLOCKS)
    api = DuckDBAPI(connection=database)
    linker = Linker(api.register("told"), settings(weights), log_level="ERROR", validate_settings=False)
    compared = linker.inference.predict().physical_name
    database.execute(f"CREATE OR REPLACE TABLE scored AS {_with_undated(compared, weights)}")
    return database.execute("SELECT one, other, score FROM scored ORDER BY one, other")


def _with_undated(compared: str, weights: Weights) -> str:
    """The rule of core.match.compare.undated over what Splink made of the pairs."""
    telling = " OR ".join(f"coalesce(mw_{name}, 0) >= {weights.undated_telling}" for name in TELLING)
    return f"""
        WITH each AS (
            SELECT least(unique_id_l, unique_id_r) AS one, greatest(unique_id_l, unique_id_r) AS other,
                round(match_weight, 2) AS score,
                ({telling}) OR (least(a.distinct_words, b.distinct_words) >= {A_LINE}
                    AND mw_words >= {weights.undated_words}) AS told,
                a.certainty = 3 OR b.certainty = 3 AS loose,
                (a.certainty <> 3 OR b.certainty <> 3)
                    AND coalesce(a.first <= b.last AND b.first <= a.last, false) AS meet
            FROM {compared} JOIN told a ON a.unique_id = unique_id_l JOIN told b ON b.unique_id = unique_id_r
        )
        SELECT one, other, CASE WHEN loose AND NOT meet AND NOT told
            THEN least(score, {weights.undated_at_most}) ELSE score END AS score FROM each"""
