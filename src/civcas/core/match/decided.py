"""What people decided about which accounts tell of one event, in terms of the accounts now read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, product

import msgspec

from civcas.core.log import in_force
from civcas.core.records import Account, Anchor, Decision

Pair = tuple[str, str]


class Decided(msgspec.Struct):
    """Pairs of account ids, each with the id of the decision that settled it."""

    same: dict[Pair, str] = {}
    apart: dict[Pair, str] = {}
    taken_out: dict[str, set[str]] = {}  # accounts with the codes of the incidents that they were split from


def resolve(
    anchor: Anchor, by_document: Mapping[str, Sequence[Account]], members: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """The ids of the accounts that an anchor names: by code, or by document, kind and spans. Spans that a better
    reader moved still name the account they overlap most."""
    if anchor.code is not None:
        return tuple(members.get(anchor.code, ()))
    there = by_document.get(anchor.document or "", ())
    there = [a for a in there if anchor.kind in (None, "account", a.kind)]
    if not anchor.spans:
        return tuple(a.id for a in there)
    overlaps = [(_overlap(anchor.spans, a.spans), a.id) for a in there]
    best = max((n for n, _ in overlaps), default=0)
    return tuple(sorted(i for n, i in overlaps if n == best)[:1]) if best else ()


def _overlap(spans: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]]) -> int:
    """How many characters of the spans stand in the others."""
    covered = {n for start, end in spans for n in range(start, end)}
    return len(covered & {n for start, end in others for n in range(start, end)})


def decided(accounts: Sequence[Account], decisions: Sequence[Decision], codes: Mapping[str, str]) -> Decided:
    """The pairs that decisions settle. Where two contradict each other, also by way of third accounts, the later
    one holds."""
    result, groups, names = Decided(), _Groups(), _Names(accounts, codes)
    for decision in reversed(in_force(decisions)):
        named = [names.of(s) for s in decision.subjects]
        if decision.verb == "split" and "stays" in decision.value:
            # The code may go with what was taken out, later: those that stayed are known by themselves.
            stays = msgspec.convert(decision.value["stays"], tuple[Anchor, ...])
            named[:1] = [tuple(i for s in stays for i in names.of(s))]
        if decision.verb in ("same", "merge"):
            for left, right in _together(named, decision.verb):
                if groups.join(left, right, result.apart):
                    result.same.setdefault(_pair(left, right), decision.id)
        elif decision.verb in ("not_same", "split"):
            for left, right in _asunder(named, decision.verb):
                if left != right and groups.of(left) != groups.of(right):
                    result.apart.setdefault(_pair(left, right), decision.id)
                    if decision.verb == "split" and (left_code := decision.subjects[0].code):
                        result.taken_out.setdefault(left, set()).add(left_code)
    return result


def named_together(
    accounts: Sequence[Account], decisions: Iterable[Decision], codes: Mapping[str, str]
) -> dict[str, set[str]]:
    """For each account that decisions may join to others, those others, whether or not another decision prevails."""
    found: dict[str, set[str]] = defaultdict(set)
    names = _Names(accounts, codes)
    for decision in decisions:
        ids = {i for subject in decision.subjects for i in names.of(subject)}
        for one in ids:
            found[one] |= ids
    return found


class _Names:
    """The accounts as decisions name them."""

    def __init__(self, accounts: Sequence[Account], codes: Mapping[str, str]) -> None:
        self._by_document: dict[str, list[Account]] = defaultdict(list)
        for account in sorted(accounts, key=lambda a: a.id):
            self._by_document[account.document].append(account)
        self._members: dict[str, list[str]] = defaultdict(list)
        for member, code in sorted(codes.items()):
            self._members[code].append(member)
        self._known = {a.id for a in accounts}

    def of(self, anchor: Anchor) -> tuple[str, ...]:
        """The ids of the accounts that the anchor names."""
        return tuple(i for i in resolve(anchor, self._by_document, self._members) if i in self._known)


def _together(named: Sequence[Sequence[str]], verb: str) -> list[Pair]:
    """`merge` joins all that its subjects name; `same` joins one account of each, its first: a whole document is
    never one event."""
    ids = [i for subject in named for i in (subject if verb == "merge" else subject[:1])]
    return [(ids[0], other) for other in ids[1:] if other != ids[0]]


def _asunder(named: Sequence[Sequence[str]], verb: str) -> list[Pair]:
    """`not_same` keeps every subject from every other; `split` keeps the later subjects from the rest of the first."""
    if verb == "not_same":
        return [pair for a, b in combinations(named, 2) for pair in product(a, b)]
    out = [i for subject in named[1:] for i in subject]
    return [(i, stay) for i in out for stay in (named[0] if named else ()) if stay not in out]


def _pair(left: str, right: str) -> Pair:
    return (left, right) if left < right else (right, left)


class _Groups:
    """Accounts joined by decisions, with a check against those kept apart."""

    def __init__(self) -> None:
        self._members: dict[str, set[str]] = {}

    def of(self, account: str) -> str:
        return min(self._members.get(account, {account}))

    def join(self, left: str, right: str, apart: Mapping[Pair, str]) -> bool:
        """Whether the two could be joined; False where a later decision keeps their groups apart."""
        a, b = (self._members.get(i, {i}) for i in (left, right))
        if any(_pair(x, y) in apart for x, y in product(a, b) if x != y):
            return False
        joined = a | b
        for member in joined:
            self._members[member] = joined
        return True
