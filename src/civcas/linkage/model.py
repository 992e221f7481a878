"""The weights of core.match as a Splink model: one file of weights for comparing here, in DuckDB and in Spark."""

from __future__ import annotations

from typing import Any

from splink import SettingsCreator
from splink.comparison_level_library import CustomLevel, NullLevel  # noqa: F401 -- NullLevel names what None becomes
from splink.comparison_library import CustomComparison

from civcas.core.match.compare import Weights
from civcas.linkage.conditions import CONDITIONS, Conditions

HALF = 2.0**-30  # Splink asks for two probabilities, whose quotient alone counts: both small enough for any weight


def settings(weights: Weights) -> SettingsCreator:
    """Splink's settings under which the match weight of a pair is the sum of the weights of its levels."""
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(name, found, weights.levels[name]) for name, found in CONDITIONS.items()],
        blocking_rules_to_generate_predictions=[
            {
                "blocking_rule": "l.blocks = r.blocks AND l.document <> r.document",
                "sql_dialect": "duckdb",
                "arrays_to_explode": ["blocks"],
            }
        ],
        probability_two_random_records_match=0.5,  # even odds: what a pair begins with lies in Weights.same
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
        additional_columns_to_retain=[],
    )


def _comparison(name: str, conditions: Conditions, weights: dict[str, float]) -> CustomComparison:
    return CustomComparison(
        output_column_name=name,
        comparison_levels=[_level(level, condition, weights) for level, condition in conditions],
    )


def _level(level: str | None, condition: str, weights: dict[str, float]) -> dict[str, Any]:
    sql = "ELSE" if condition == "true" else condition
    label = level or "nothing to say"
    if level is None:  # weighs nothing; Splink's own null level may stand only first
        return {"sql_condition": sql, "label_for_charts": label, "m_probability": HALF, "u_probability": HALF}
    half = 2.0 ** (weights[level] / 2)
    return {
        "sql_condition": sql,
        "label_for_charts": label,
        "m_probability": HALF * half,
        "u_probability": HALF / half,
    }
