"""Matching of however many accounts: pair by pair here, or by civcas.linkage where there are very many."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from civcas.core.match import default_weights, match, scored_pairs, uncertain
from civcas.core.match.doubts import Doubt
from civcas.core.match.flat import line_of
from civcas.core.records import Account, Decision, Incident

MANY = 4000  # accounts; below, DuckDB takes longer to begin than the comparisons do to end


def matched(
    accounts: Iterable[Account], decisions: Sequence[Decision] = (), *, codes: Mapping[str, str] | None = None,
    retired: Collection[str] = (), many: int = MANY,
) -> list[Incident]:  # fmt: skip
    """The incidents of core.match.match, whichever way the pairs are scored."""
    told = [a for a in accounts if a.kind == "incident"]
    return match(told, decisions, codes=codes, retired=retired, scores=scores_of(told, many=many))


def in_doubt(incidents: Sequence[Incident], decisions: Sequence[Decision], *, many: int = MANY) -> list[Doubt]:
    """The pairs of incidents that a person should look at, most useful first."""
    told = [account for incident in incidents for account in incident.members]
    return uncertain(incidents, decisions, scores=scores_of(told, many=many))


def scores_of(told: Sequence[Account], *, many: int = MANY) -> Mapping[tuple[str, str], float]:
    """The score of every pair that something brings together."""
    if len(told) < many:
        return scored_pairs(told)
    from civcas.linkage import scored  # DuckDB and Splink are loaded only where they are worth their time

    return scored({a.id: line_of(a) for a in told}, default_weights())
