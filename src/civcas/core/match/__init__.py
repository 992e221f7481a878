"""Which accounts tell of the same event: compared, explained, grouped, and settled by decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations

import msgspec

from civcas.core.match.blocks import candidates
from civcas.core.match.cluster import cluster
from civcas.core.match.codes import assign, redirects
from civcas.core.match.columns import Columns, columns
from civcas.core.match.compare import Weights, compare, default_weights, explanations
from civcas.core.match.decided import Pair, decided
from civcas.core.match.doubts import Doubt, doubt, doubts
from civcas.core.records import Account, Comparison, Decision, Incident

__all__ = [
    "compare_all",
    "default_weights",
    "each_alone",
    "explanations",
    "match",
    "redirects",
    "scored_pairs",
    "uncertain",
]


def match(
    accounts: Iterable[Account], decisions: Sequence[Decision] = (), *, codes: Mapping[str, str] | None = None,
    retired: Collection[str] = (), weights: Weights | None = None, scores: Mapping[Pair, float] | None = None,
    beside: Iterable[Account] = (),
) -> list[Incident]:  # fmt: skip
    """The incidents that the accounts tell of, by code. Tallies and strike counts belong to none; nor do strikes that
    reports of harm elsewhere mention in passing, unless a report is about them or a person has decided on them.

    `codes` maps ids of accounts to the codes they had before, and `retired` holds codes no longer in use, so that
    codes stay and none is given twice; `redirects(codes, incidents)` says where the codes went that were merged away.
    `scores` are those of all pairs that blocks bring together, where something faster has worked them out already
    (civcas.linkage). `beside` are further accounts of the same documents, of which only that they are there counts.
    """
    weights, codes = weights or default_weights(), codes or {}
    by_id = {a.id: a for a in sorted(accounts, key=lambda a: a.id) if a.kind == "incident"}
    told = list(by_id.values())
    settled = decided(told, decisions, codes)
    pairs = _Pairs(told, weights, scores)
    apart = [pair for pair in _same_document(told) if pair not in settled.same]
    passing = _passing([*told, *beside]) - {i for pair in (*settled.same, *settled.apart) for i in pair}
    groups = cluster(
        by_id, pairs.found(), pairs.score, same=weights.same, impossible=weights.impossible,
        together=settled.same, apart=[*apart, *settled.apart],
    )  # fmt: skip
    groups = [group for group in groups if not passing.issuperset(group)]
    members = [tuple(sorted((by_id[i] for i in group), key=_place_in_report)) for group in groups]
    kept = {a: code for a, code in codes.items() if code not in settled.taken_out.get(a, ())}
    given = assign(members, kept, {*retired, *codes.values()})
    settled_by = settled.same | settled.apart
    made = [_incident(code, group, pairs, settled_by) for code, group in zip(given, members, strict=True)]
    return sorted(made, key=lambda incident: incident.code)


def uncertain(
    incidents: Sequence[Incident], decisions: Sequence[Decision] = (),
    *, weights: Weights | None = None, scores: Mapping[Pair, float] | None = None,
) -> list[Doubt]:  # fmt: skip
    """The pairs of incidents that may be one and that nobody has decided on, most useful first (doubts.py)."""
    weights = weights or default_weights()
    told = [account for incident in incidents for account in incident.members]
    codes = {account: incident.code for incident in incidents for account in incident.accounts}
    pairs = _Pairs(told, weights, scores)
    apart = decided(told, decisions, codes).apart
    return [
        doubt(left, right, pairs.comparison(*pair))
        for _, left, right, pair in doubts(incidents, pairs.found(), apart, weights)
    ]


def scored_pairs(accounts: Iterable[Account], *, weights: Weights | None = None) -> dict[Pair, float]:
    """The score of every pair of accounts that may tell of one event."""
    return _Pairs([a for a in accounts if a.kind == "incident"], weights or default_weights()).found()


def each_alone(accounts: Iterable[Account]) -> list[Incident]:
    """Every account as an incident of its own, in the order given."""
    told = [a for a in accounts if a.kind == "incident"]
    given: list[str] = []
    for account in told:
        given.extend(assign([(account,)], {}, given))
    return [
        Incident(code=c, documents=(a.document,), accounts=(a.id,), members=(a,))
        for c, a in zip(given, told, strict=True)
    ]


def compare_all(accounts: Iterable[Account], *, weights: Weights | None = None) -> list[Comparison]:
    """The explained comparison of every pair of accounts that may tell of one event, likeliest first."""
    weights = weights or default_weights()
    pairs = _Pairs([a for a in accounts if a.kind == "incident"], weights)
    found = [pairs.comparison(left, right) for left, right in pairs.found()]
    return sorted(found, key=lambda c: (-c.score, c.left, c.right))


class _Pairs:
    """Comparisons, each worked out once."""

    def __init__(
        self, accounts: Sequence[Account], weights: Weights, scores: Mapping[Pair, float] | None = None
    ) -> None:
        self._accounts = {a.id: a for a in accounts}
        self._rows: dict[str, Columns] = {}
        self._weights = weights
        self._known = None if scores is None else dict(scores)

    def found(self) -> dict[Pair, float]:
        """The score of every pair that something brings together."""
        if self._known is None:
            met = sorted(candidates([self._row(i) for i in self._accounts]))
            self._known = {pair: self.comparison(*pair).score for pair in met}
        return self._known

    def score(self, left: str, right: str) -> float:
        """The pair's score; of two that nothing brings together, what strangers count for, so that a grouping
        follows from the pairs that were found and nothing else."""
        return self.found().get((left, right) if left < right else (right, left), self._weights.strangers)

    def comparison(self, left: str, right: str) -> Comparison:
        return compare(self._row(left), self._row(right), self._weights)

    def _row(self, account: str) -> Columns:
        if account not in self._rows:
            self._rows[account] = columns(self._accounts[account])
        return self._rows[account]


def _same_document(accounts: Sequence[Account]) -> Iterable[Pair]:
    """Two accounts of one document tell of two events: the reader would have made one of them otherwise."""
    by_document: dict[str, list[str]] = {}
    for account in accounts:
        by_document.setdefault(account.document, []).append(account.id)
    for ids in by_document.values():
        yield from combinations(sorted(ids), 2)


def alleges_harm(account: Account) -> bool:
    """Whether it says that anybody was harmed, however many."""
    return bool(account.victims) or any(h.count.known and h.max != 0 for h in account.harm)


def _passing(accounts: Sequence[Account]) -> set[str]:
    """The accounts that tell of no harm, in a report that tells of harm in another event."""
    harmful = {a.document for a in accounts if alleges_harm(a)}
    return {a.id for a in accounts if a.document in harmful and not alleges_harm(a)}


def _place_in_report(account: Account) -> tuple[str, int, str]:
    return account.document, min((start for start, _ in account.spans), default=0), account.id


def _incident(code: str, members: Sequence[Account], pairs: _Pairs, settled: Mapping[Pair, str]) -> Incident:
    """The group as a record, with the comparison of each account to the one it is most like, and the decided ones."""
    ids = sorted(a.id for a in members)
    kept: dict[Pair, Comparison] = {}
    for one in ids:
        others = [other for other in ids if other != one]
        if others:
            best = max(others, key=lambda other: (pairs.score(one, other), other))
            pair = (min(one, best), max(one, best))
            kept[pair] = pairs.comparison(*pair)
    for pair in combinations(ids, 2):
        if pair in settled:
            kept[pair] = msgspec.structs.replace(pairs.comparison(*pair), verdict="same", decided_by=settled[pair])
    return Incident(
        code=code,
        documents=tuple(dict.fromkeys(a.document for a in members)),
        accounts=tuple(a.id for a in members),
        members=tuple(members),
        comparisons=tuple(kept[pair] for pair in sorted(kept)),
    )
