"""Scoring of very many pairs of accounts: Splink over DuckDB, by the same weights as core.match.compare."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
from splink import DuckDBAPI, Linker

from civcas.core.match.compare import A_LINE, TELLING, Weights
from civcas.linkage.conditions import BLOCKS, CONDITIONS, MACROS, OF_PAIRS, Conditions
from civcas.linkage.model import settings
from civcas.linkage.overlap import add_overlaps
from civcas.linkage.table import load

Pair = tuple[str, str]


def scored(lines: Mapping[str, bytes], weights: Weights) -> dict[Pair, float]:
    """The score of every pair that blocks bring together, the smaller id first, of accounts with their lines
    (core.match.flat)."""
    ids = sorted(lines)
    with duckdb.connect() as database:
        load(database, ((n, lines[i]) for n, i in enumerate(ids)))
        score_table(database, "columns", weights)
        found = database.execute("SELECT one, other, score FROM scored").fetchall()
    return {(ids[left], ids[right]): score for left, right, score in found}


def score_table(database: duckdb.DuckDBPyConnection, columns: str, weights: Weights) -> None:
    """Scores the pairs of a table or view of columns (civcas.linkage.table): afterwards the table `scored` holds
    one, other (numbers of accounts, the smaller first) and score in bits."""
    database.execute(MACROS)
    database.execute(BLOCKS.format(columns=columns))
    api = DuckDBAPI(connection=database)
    linker = Linker(api.register("told"), settings(weights), log_level="ERROR", validate_settings=False)
    compared = linker.inference.predict().physical_name
    told = ", ".join(f"mw_{name}" for name in CONDITIONS)
    database.execute(
        "CREATE OR REPLACE TABLE pair AS SELECT least(unique_id_l, unique_id_r) AS one,"
        f' greatest(unique_id_l, unique_id_r) AS other, match_weight, {told} FROM "{compared}"'
    )
    database.execute(f'DROP TABLE "{compared}"')
    add_overlaps(database)
    database.execute(f"CREATE OR REPLACE TABLE scored AS {_summed(weights)}")
    database.execute("DROP TABLE pair; DROP TABLE overlap")


def _summed(weights: Weights) -> str:
    """What Splink made of the accounts, what their texts share, and the rule of core.match.compare.undated."""
    texts = ", ".join(f"{_weight(name, found, weights)} AS mw_{name}" for name, found in OF_PAIRS.items())
    telling = " OR ".join(f"mw_{name} >= {weights.undated_telling}" for name in TELLING)
    return f"""
        WITH each AS (
            SELECT s.*, {texts}, least(a.distinct_words, b.distinct_words) AS shorter,
                a.certainty = 3 OR b.certainty = 3 AS loose,
                (a.certainty <> 3 OR b.certainty <> 3)
                    AND coalesce(a.first <= b.last AND b.first <= a.last, false) AS meet
            FROM pair s JOIN overlap o USING (one, other)
            JOIN told a ON a.unique_id = one JOIN told b ON b.unique_id = other
        ), summed AS (
            SELECT *, round(match_weight + mw_words + mw_text, 2) AS score,
                ({telling}) OR (shorter >= {A_LINE} AND mw_words >= {weights.undated_words}) AS told
            FROM each
        )
        SELECT one, other, CASE WHEN loose AND NOT meet AND NOT told
            THEN least(score, {weights.undated_at_most}) ELSE score END AS score FROM summed"""


def _weight(name: str, conditions: Conditions, weights: Weights) -> str:
    lines = (f"WHEN {sql} THEN {weights.of(name, level) if level else 0.0}::DOUBLE" for level, sql in conditions)
    return f"CASE {' '.join(lines)} END"
