"""The people an incident's accounts name: one person is counted once, in whatever spelling (domain 3.2.2)."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from itertools import combinations

import msgspec

from civcas.core.assess.naming import Place, named_at
from civcas.core.extract.text import fold_words
from civcas.core.match.columns import PARTICLES
from civcas.core.match.names import same_word
from civcas.core.match.persons import across
from civcas.core.records import Account, Decision, Group, HarmKind, Victim

CHILD_UNDER = 18
_SERVANT = re.compile(
    r"^abd[aeu]l(?=..)|^abd[aeu]l$|^عبدال(?=..)"
)  # "Abdul Rahman", "Abd al-Rahman" and "Abdelrahman" are one name
NO_CIVILIANS: tuple[Group, ...] = ("belligerents", "contested", "member_of_armed_forces")


class _One(msgspec.Struct):
    """Somebody as found so far: where the first mention stands, the words of the longest name, all mentions."""

    order: int
    words: tuple[str, ...]
    victim: Victim
    mentions: list[int]


def people(accounts: Sequence[Account], decisions: Sequence[Decision] = ()) -> tuple[Victim, ...]:
    """The distinct victims, in the order they are first named; what a later mention adds is kept. Full names come
    before first names, which only say again who is meant where one of the full names begins with them. What people
    decided (in force) of two mentions goes before what their names say."""
    found: list[_One] = []
    mentioned = [(_words(victim.name), victim) for account in accounts for victim in account.victims]
    settled = _settled(accounts, decisions) if decisions else {}
    for order, (words, victim) in sorted(enumerate(mentioned), key=lambda m: len(m[1][0]) < 2):
        told = [_decided(settled, order, one.mentions) for one in found] if settled else [None] * len(found)
        sure = [n for n, said in enumerate(told) if said]
        fits = sure or [
            n for n, one in enumerate(found) if told[n] is None and _one_person(words, victim, one.words, one.victim)
        ]
        if not fits or (len(fits) > 1 and len(words) < 2 and victim.relation and not sure):
            found.append(_One(order, words, victim, [order]))  # "his son Ahmed" among several may be one more
            continue
        first, *others = [found[n] for n in fits] if sure else [found[fits[0]]]
        _join(first, _One(order, words, victim, [order]))
        for other in others:
            _join(first, other)
            found.remove(other)
    return tuple(one.victim for one in sorted(found, key=lambda one: one.order))


def _join(first: _One, second: _One) -> None:
    first.order, first.words = min(first.order, second.order), max(first.words, second.words, key=len)
    first.victim = _joined(first.victim, second.victim)
    first.mentions += second.mentions


def _settled(accounts: Sequence[Account], decisions: Sequence[Decision]) -> dict[tuple[int, int], bool]:
    """For two mentions by their numbers, whether a person decided that they are one; the later decision holds."""
    places = [_places(account, victim) for account in accounts for victim in account.victims]
    settled: dict[tuple[int, int], bool] = {}
    for decision in decisions:
        if decision.verb not in ("same_person", "not_same_person"):
            continue
        named = [[n for n, at in enumerate(places) if named_at(anchor, at)] for anchor in decision.subjects]
        for left, right in combinations(named, 2):
            for a, b in ((a, b) for a in left for b in right if a != b):
                settled[a, b] = settled[b, a] = decision.verb == "same_person"
    return settled


def _places(account: Account, victim: Victim) -> list[Place]:
    spans = [c.span for c in account.claims if c.id in victim.claims and c.kind == "victim"]
    return [(account.document, span.start, span.end) for span in spans]


def _decided(settled: Mapping[tuple[int, int], bool], mention: int, mentions: Sequence[int]) -> bool | None:
    """Whether decisions make the mention one of these people (True), keep it from them (False) or say nothing."""
    said = [settled[mention, other] for other in mentions if (mention, other) in settled]
    return None if not said else all(said)


@functools.lru_cache(maxsize=20_000)  # the names of one incident are asked for again for each group
def _words(name: str) -> tuple[str, ...]:
    """The telling words of a name in their order; "Abu Sami" alone stays what it is."""
    words = [w for w in fold_words(name).replace("-", " ").replace("'", "").split() if w not in PARTICLES]
    telling = ["".join(c for c in _SERVANT.sub("", w).removeprefix("ال") if c.isalpha()) for w in words]
    return tuple(w for w in telling if w) or (fold_words(name),)


def _one_person(words: Sequence[str], victim: Victim, known: Sequence[str], other: Victim) -> bool:
    """Whether two names can be one person's: the given names alike, the rest of the shorter found in the longer, and
    no age or sex that speaks against it. Brothers share all of a name but the first word."""
    if victim.age is not None and other.age is not None and abs(victim.age - other.age) > 1:
        return False
    if victim.gender and other.gender and victim.gender != other.gender:
        return False
    if len(words) == 1 and len(fold_words(victim.name).split()) > 1 and _alike(words[0], known[-1]):
        return True  # "Abu Sami" as the name of a family
    if not _alike(words[0], known[0]):
        return False
    shorter, longer = sorted((words[1:], known[1:]), key=len)
    alike = sum(any(_alike(a, b) for b in longer) for a in shorter)
    return alike >= len(shorter) - (len(shorter) > 2)


def _alike(left: str, right: str) -> bool:
    """Whether two words of names are one in two spellings, or in two scripts."""
    return same_word(left, right) or across(left, right)


def _joined(first: Victim, second: Victim) -> Victim:
    killed = "killed" in (first.outcome, second.outcome)  # somebody injured who died is among the killed
    name = max(first.name, second.name, key=lambda n: (len(n.split()), first.name == n))
    forms = dict.fromkeys((first.name, *first.spellings, second.name, *second.spellings))
    told = {a for v in (first, second) for a in (*v.ages, v.age) if a is not None}
    return msgspec.structs.replace(
        first,
        name=name,
        spellings=tuple(form for form in forms if form != name),
        ages=tuple(sorted(told)) if len(told) > 1 else (),
        age=first.age if first.age is not None else second.age,
        gender=first.gender or second.gender,
        group=first.group if first.group != "people" else second.group,
        relation=first.relation or second.relation,
        outcome="killed" if killed else first.outcome,
        claims=tuple(dict.fromkeys((*first.claims, *second.claims))),
    )


def named(victims: Sequence[Victim], kind: HarmKind, group: Group = "civilians") -> list[Victim]:
    """The victims of one kind of harm in a group; civilians are all whom nothing calls a combatant. Beside full names
    a first name alone is one more person only where an age or kin says who that is and no full name begins so."""
    harmed = [v for v in victims if v.outcome == kind and v.group not in NO_CIVILIANS]
    told = [(_words(v.name), v) for v in harmed]
    full = [words[0] for words, _ in told if len(words) > 1]
    sure = [
        victim
        for words, victim in told
        if not full
        or len(words) > 1
        or ((victim.age is not None or victim.relation) and not any(_alike(words[0], other) for other in full))
    ]
    return sure if group == "civilians" else [v for v in sure if group in _groups(v)]


def _groups(victim: Victim) -> set[Group]:
    """The parts of the whole that a victim counts in: an age outweighs words such as "his son", and a name without
    an age is an adult's (domain 3.4.5)."""
    child = victim.age < CHILD_UNDER if victim.age is not None else victim.group == "children"
    if child:
        return {"children"}
    own: set[Group] = {victim.group} - {"children"}
    sex: dict[str | None, set[Group]] = {"female": {"women"}, "male": {"men"}}
    return own | sex.get(victim.gender, set())
