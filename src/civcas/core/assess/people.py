"""The people an incident's accounts name: one person is counted once, in whatever spelling (domain 3.2.2)."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence

import msgspec

from civcas.core.extract.text import fold_words
from civcas.core.match.columns import PARTICLES
from civcas.core.match.names import same_word
from civcas.core.records import Account, Group, HarmKind, Victim

CHILD_UNDER = 18
_SERVANT = re.compile(r"^abd[aeu]l(?=..)|^abd[aeu]l$")  # "Abdul Rahman", "Abd al-Rahman" and "Abdelrahman" are one name
NO_CIVILIANS: tuple[Group, ...] = ("belligerents", "contested", "member_of_armed_forces")


def people(accounts: Iterable[Account]) -> tuple[Victim, ...]:
    """The distinct victims, in the order they are first named; what a later mention adds is kept. Full names come
    before first names, which only say again who is meant where one of the full names begins with them."""
    found: list[tuple[int, tuple[str, ...], Victim]] = []
    mentioned = [(_words(victim.name), victim) for account in accounts for victim in account.victims]
    for order, (words, victim) in sorted(enumerate(mentioned), key=lambda m: len(m[1][0]) < 2):
        fits = [n for n, (_, known, other) in enumerate(found) if _one_person(words, victim, known, other)]
        if not fits or (len(fits) > 1 and len(words) < 2 and victim.relation):
            found.append((order, words, victim))  # "his son Ahmed" among several of that name may be one more
        else:
            first, known, other = found[fits[0]]
            found[fits[0]] = (min(first, order), max(known, words, key=len), _joined(other, victim))
    return tuple(victim for _, _, victim in sorted(found, key=lambda f: f[0]))


@functools.lru_cache(maxsize=20_000)  # the names of one incident are asked for again for each group
def _words(name: str) -> tuple[str, ...]:
    """The telling words of a name in their order; "Abu Sami" alone stays what it is."""
    words = [w for w in fold_words(name).replace("-", " ").replace("'", "").split() if w not in PARTICLES]
    telling = [_SERVANT.sub("", "".join(c for c in w.removeprefix("ال") if c.isalpha())) for w in words]
    return tuple(w for w in telling if w) or (fold_words(name),)


def _one_person(words: Sequence[str], victim: Victim, known: Sequence[str], other: Victim) -> bool:
    """Whether two names can be one person's: the given names alike, the rest of the shorter found in the longer, and
    no age or sex that speaks against it. Brothers share all of a name but the first word."""
    if victim.age is not None and other.age is not None and abs(victim.age - other.age) > 1:
        return False
    if victim.gender and other.gender and victim.gender != other.gender:
        return False
    if len(words) == 1 and len(fold_words(victim.name).split()) > 1 and same_word(words[0], known[-1]):
        return True  # "Abu Sami" as the name of a family
    if not same_word(words[0], known[0]):
        return False
    shorter, longer = sorted((words[1:], known[1:]), key=len)
    alike = sum(any(same_word(a, b) for b in longer) for a in shorter)
    return alike >= len(shorter) - (len(shorter) > 2)


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
        or ((victim.age is not None or victim.relation) and not any(same_word(words[0], other) for other in full))
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
