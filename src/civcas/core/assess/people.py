"""The people an incident's accounts name: one person is counted once, in whatever spelling (domain 3.2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from civcas.core.match.columns import name_key
from civcas.core.match.names import same_person
from civcas.core.records import Account, Group, HarmKind, Victim

CHILD_UNDER = 18
NO_CIVILIANS: tuple[Group, ...] = ("belligerents", "contested", "member_of_armed_forces")


def people(accounts: Iterable[Account]) -> tuple[Victim, ...]:
    """The distinct victims, in the order they are first named; what a later mention adds is kept."""
    found: list[tuple[frozenset[str], Victim]] = []
    for account in accounts:
        for victim in account.victims:
            key = name_key(victim.name)
            at = next((n for n, (known, other) in enumerate(found) if _one_person(key, victim, known, other)), None)
            if at is None:
                found.append((key, victim))
            else:
                known, other = found[at]
                found[at] = (known | key if len(known) < len(key) else known, _joined(other, victim))
    return tuple(victim for _, victim in found)


def _one_person(key: frozenset[str], victim: Victim, known: frozenset[str], other: Victim) -> bool:
    """Same words of the name and no age or sex that speaks against it; a single name only where it is the same."""
    if victim.age is not None and other.age is not None and abs(victim.age - other.age) > 1:
        return False
    if victim.gender and other.gender and victim.gender != other.gender:
        return False
    return key == known or same_person(key, known)


def _joined(first: Victim, second: Victim) -> Victim:
    killed = "killed" in (first.outcome, second.outcome)  # somebody injured who died is among the killed
    return msgspec.structs.replace(
        first,
        name=max(first.name, second.name, key=lambda n: (len(n.split()), first.name == n)),
        age=first.age if first.age is not None else second.age,
        gender=first.gender or second.gender,
        group=first.group if first.group != "people" else second.group,
        relation=first.relation or second.relation,
        outcome="killed" if killed else first.outcome,
        claims=tuple(dict.fromkeys((*first.claims, *second.claims))),
    )


def named(victims: Sequence[Victim], kind: HarmKind, group: Group = "civilians") -> list[Victim]:
    """The victims of one kind of harm in a group; civilians are all whom nothing calls a combatant."""
    harmed = [v for v in victims if v.outcome == kind and v.group not in NO_CIVILIANS]
    return harmed if group == "civilians" else [v for v in harmed if group in _groups(v)]


def _groups(victim: Victim) -> set[Group]:
    """The parts of the whole that a victim counts in: an age outweighs words such as "his son", and a name without
    an age is an adult's (domain 3.4.5)."""
    child = victim.age < CHILD_UNDER if victim.age is not None else victim.group == "children"
    if child:
        return {"children"}
    own: set[Group] = {victim.group} - {"children"}
    sex: dict[str | None, set[Group]] = {"female": {"women"}, "male": {"men"}}
    return own | sex.get(victim.gender, set())
