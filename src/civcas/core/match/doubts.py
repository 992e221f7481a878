"""Which pairs of incidents a person should look at, most useful first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from civcas.core.match.columns import toll
from civcas.core.match.compare import Weights
from civcas.core.match.decided import Pair
from civcas.core.records import Account, Comparison, HarmKind, Incident, Record

_KINDS: tuple[HarmKind, ...] = ("killed", "injured")


class Doubt(Record, frozen=True, kw_only=True):
    """Two incidents that may be one: their codes, the two accounts that are most alike, and what is at stake."""

    left: str
    right: str
    comparison: Comparison
    people: int  # killed and injured who would be counted once instead of twice, as far as is known


def doubts(
    incidents: Sequence[Incident], scores: Mapping[Pair, float], apart: Collection[Pair], weights: Weights
) -> list[tuple[float, Incident, Incident, Pair]]:
    """The pairs of incidents in doubt with the pair of accounts that is most alike, most useful first: where most
    people would be counted twice, and among those the one that a word more would settle."""
    home = {account: incident for incident in incidents for account in incident.accounts}
    settled = {frozenset((home[a].code, home[b].code)) for a, b in apart if a in home and b in home}
    best: dict[tuple[str, str], tuple[float, Pair]] = {}
    for (a, b), score in scores.items():
        if a not in home or b not in home or home[a] is home[b] or score < weights.unsure:
            continue
        left, right = sorted((home[a].code, home[b].code))
        if frozenset((left, right)) not in settled:
            best[left, right] = max(best.get((left, right), (score, (a, b))), (score, (a, b)))
    by_code = {incident.code: incident for incident in incidents}
    found = [(score, by_code[left], by_code[right], pair) for (left, right), (score, pair) in best.items()]
    return sorted(found, key=lambda f: (-at_stake(f[1], f[2]), abs(f[0] - weights.same), f[1].code, f[2].code))


def at_stake(left: Incident, right: Incident) -> int:
    """The people who would be counted once instead of twice: the lower of the two tolls."""
    return min(_people(left.members), _people(right.members))


def _people(members: Sequence[Account]) -> int:
    return sum(
        max((max(c.min or 0, c.max or 0) for c in (toll(a.harm, kind) for a in members) if c.known), default=0)
        for kind in _KINDS
    )


def doubt(left: Incident, right: Incident, comparison: Comparison) -> Doubt:
    """The pair as a record."""
    shown = msgspec.structs.replace(comparison, verdict="unsure")
    return Doubt(left=left.code, right=right.code, comparison=shown, people=at_stake(left, right))
