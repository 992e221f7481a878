"""The named people of a record held against each other and against official lists: duplicates, and who is on a list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from civcas.core.errors import BadSource
from civcas.core.match.persons import Candidate, Entry, Held, Roster
from civcas.core.records import Anchor, Decision, Feature, Gender, Record, Victim, When, digest

FIELDS = ("id", "name", "original", "age", "gender")  # columns of an official list
OLDEST = 125.0  # years; nobody on record was older
DUPLICATE_FROM = -3.0  # bits
SOON, LATE = 3, 30  # days between two incidents
SAME_DAYS, LONG_APART, KILLED_TWICE = 2.0, -2.0, -4.0
SHORTEST = 4  # characters of a code that name somebody
CODE = 6  # hexadecimal digits of a person's code, more where two would share one

_FEMALE = frozenset({"f", "female", "woman", "girl", "w", "أنثى", "انثى", "امرأة"})
_MALE = frozenset({"m", "male", "man", "boy", "ذكر", "رجل"})
_AGE = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*(y|year|years|yrs|m|month|months|d|day|days|سنة|سنوات|عام|شهر|أشهر|يوم)?")
_PART = {"m": 12, "month": 12, "months": 12, "شهر": 12, "أشهر": 12, "d": 365, "day": 365, "days": 365, "يوم": 365}


class Listed(Record, frozen=True, kw_only=True):
    """Somebody on an official list."""

    id: str
    name: str | None = None
    original: str | None = None  # the name in its own script
    age: float | None = None
    gender: Gender | None = None

    @property
    def entry(self) -> Entry:
        names = tuple(filter(None, (self.name, self.original)))
        return Entry(id=self.id, names=names, age=self.age, gender=self.gender)


class Mention(Record, frozen=True, kw_only=True):
    """One place where a report names somebody, with a code to name it by."""

    code: str
    name: str
    anchor: Anchor


class Person(Record, frozen=True, kw_only=True):
    """Somebody whom the reports of one incident name."""

    code: str
    incident: str
    victim: Victim
    anchors: tuple[Anchor, ...]
    mentions: tuple[Mention, ...] = ()
    when: When | None = None
    documents: int = 0

    @property
    def entry(self) -> Entry:
        victim = self.victim
        names = (victim.name, *victim.spellings)
        return Entry(id=self.code, names=names, age=victim.age, gender=victim.gender, ages=victim.ages)


class Pair(Record, frozen=True, kw_only=True):
    """Two people of the record who may be one."""

    left: str
    right: str
    score: float
    features: tuple[Feature, ...]
    conflicts: tuple[str, ...] = ()
    decided_by: str | None = None  # decision that says they are one


def listed(cells: Mapping[str, Any], *, number: int) -> Listed:
    """The person of a list's row; raises BadSource where it names nobody or an age is none."""
    told = {field: _plain(cells.get(field)) for field in FIELDS}
    if not (told["name"] or told["original"]):
        raise BadSource("names nobody")
    return Listed(
        id=told["id"] or f"row {number}", name=told["name"] or None, original=told["original"] or None,
        age=_age(told["age"]), gender=_gender(told["gender"]),
    )  # fmt: skip


def _plain(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split()) if cell is not None else ""


def _age(said: str) -> float | None:
    """Years; months and days are parts of one."""
    if not said or said.casefold() in ("unknown", "-", "n/a", "na", "غير معروف"):
        return None
    digits = "".join(str(unicodedata.decimal(c, c)) for c in said)
    found = _AGE.fullmatch(digits.casefold())
    years = float(found[1].replace(",", ".")) / _PART.get(found[2] or "", 1) if found else OLDEST + 1
    if not 0 <= years <= OLDEST:
        raise BadSource(f"has the age {said[:40]!r}, which is none in years")
    return round(years, 2)


def _gender(said: str) -> Gender | None:
    word = said.casefold()
    return "female" if word in _FEMALE else "male" if word in _MALE else None


# ------------------------------------------------------------------ against a list


def held_against(
    people: Sequence[Person], official: Sequence[Listed], name: str, decisions: Sequence[Decision]
) -> Iterator[Held]:
    """Each person's status on the list, what people decided (in force) going before the comparison."""
    roster = Roster(one.entry for one in official)
    known = {one.id for one in official}
    said = _said(people, name, decisions)
    for person in people:
        mine = said.get(person.code, {})
        found = [c for c in roster.candidates(person.entry) if mine.get(c.id, True)]
        sure = next((id_ for id_, on in mine.items() if on and id_ in known), None)
        if sure is None:
            yield roster.status(person.code, found)
            continue
        best = next((c for c in found if c.id == sure), None) or Candidate(
            id=sure, score=0.0, features=(), words=0, whole=False
        )
        yield Held(id=person.code, status="full", candidates=(best,), decided=True)


def _said(people: Iterable[Person], name: str, decisions: Iterable[Decision]) -> dict[str, dict[str, bool]]:
    """By person, which lines of the list people said are the person, or are not; the later decision holds."""
    told = [d for d in decisions if d.verb in ("on_list", "not_on_list") and d.value.get("list") == name]
    found: dict[str, dict[str, bool]] = {}
    for decision in told:
        for person in people:
            if any(_meet(a, b) for a in decision.subjects for b in person.anchors):
                found.setdefault(person.code, {})[str(decision.value.get("id"))] = decision.verb == "on_list"
    return found


def _meet(left: Anchor, right: Anchor) -> bool:
    return left.document == right.document and any(a < d and c < b for a, b in left.spans for c, d in right.spans)


# ------------------------------------------------------------------ duplicates


def duplicates(people: Sequence[Person], decisions: Sequence[Decision]) -> list[Pair]:
    """The people who may be one and the same, likeliest first; those decided to be one come with their decision, and
    those decided not to be are left out."""
    by_code = {p.code: p for p in people}
    settled = _settled(people, decisions)
    found: dict[tuple[str, str], Pair] = {}
    for entry, candidate in Roster(p.entry for p in people).pairs():
        left, right = by_code[entry.id], by_code[candidate.id]
        features = (*candidate.features, *filter(None, (_days(left, right),)))
        score = round(candidate.score + sum(f.weight for f in features[len(candidate.features) :]), 1)
        if score >= DUPLICATE_FROM:
            found[left.code, right.code] = Pair(
                left=left.code, right=right.code, score=score, features=features, conflicts=candidate.conflicts
            )
    for (a, b), (same, decision) in settled.items():
        pair = found.pop((a, b), None) or found.pop((b, a), None)
        if same:
            pair = pair or Pair(left=a, right=b, score=0.0, features=())
            found[a, b] = msgspec.structs.replace(pair, decided_by=decision)
    return sorted(found.values(), key=lambda p: (p.decided_by is not None, -p.score, p.left, p.right))


def _settled(people: Sequence[Person], decisions: Iterable[Decision]) -> dict[tuple[str, str], tuple[bool, str]]:
    """For two people, whether a decision says that they are one, and its id; the later one holds."""
    settled: dict[tuple[str, str], tuple[bool, str]] = {}
    told = [d for d in decisions if d.verb in ("same_person", "not_same_person")]
    documents = {p.code: {a.document for a in p.anchors} for p in people}
    for decision in told:
        named = [
            [p.code for p in people if a.document in documents[p.code] and any(_meet(a, b) for b in p.anchors)]
            for a in decision.subjects
        ]
        for n, left in enumerate(named):
            for right in named[n + 1 :]:
                for a in left:
                    for b in right:
                        if a != b:
                            settled.pop((b, a), None)
                            settled[a, b] = (decision.verb == "same_person", decision.id)
    return settled


def _days(left: Person, right: Person) -> Feature | None:
    """What the days of two incidents say: a person may be named in two reports of one day, and is killed once."""
    if left.incident == right.incident:
        return Feature(name="incident", detail="named in the same incident", weight=SAME_DAYS)
    if left.when is None or right.when is None:
        return None
    apart = left.when.distance(right.when)
    told = f"{apart} days apart" if apart else "the same days"
    if apart <= SOON:
        return Feature(name="incident", detail=told, weight=SAME_DAYS)
    if apart <= LATE:
        return None
    twice = left.victim.outcome == right.victim.outcome == "killed"
    return Feature(name="incident", detail=told, weight=KILLED_TWICE if twice else LONG_APART)


# ------------------------------------------------------------------ codes


def coded(found: Sequence[tuple[str, Victim, Sequence[tuple[str, Anchor]], When | None]]) -> list[Person]:
    """The people with short codes: P- and the start of a hash of where a report names them first. Of each the
    incident is given, the victim, the mentions by name and place, and the period."""
    keys = [[digest(a.document, a.spans) for _, a in told] or [digest(c, v.name)] for c, v, told, _ in found]
    each = [key for mine in keys for key in mine]
    length = CODE
    while length < 24 and len({key[:length] for key in each}) < len(set(each)):
        length += 2
    return [
        Person(
            code=f"P-{mine[0][:length]}", incident=incident, victim=victim, when=when,
            anchors=_together(anchor for _, anchor in told),
            mentions=tuple(
                Mention(code=f"P-{key[:length]}", name=name, anchor=anchor)
                for key, (name, anchor) in zip(mine, told, strict=False)
            ),
            documents=len({anchor.document for _, anchor in told}),
        )
        for mine, (incident, victim, told, when) in zip(keys, found, strict=True)
    ]  # fmt: skip


def _together(anchors: Iterable[Anchor]) -> tuple[Anchor, ...]:
    """The mentions document by document."""
    by_document: dict[str, set[tuple[int, int]]] = {}
    for anchor in anchors:
        by_document.setdefault(anchor.document or "", set()).update(anchor.spans)
    return tuple(Anchor(document=d, kind="victim", spans=tuple(sorted(s))) for d, s in sorted(by_document.items()))


def named(people: Iterable[Person], code: str) -> list[tuple[Person, tuple[Anchor, ...]]]:
    """Those who answer to the code, or to the start of it: the person, with all mentions where it is the person's
    code and with the one mention where it is a mention's."""
    wanted = code.strip()
    if len(wanted) < SHORTEST:
        return []
    found = []
    for person in people:
        if person.code.startswith(wanted):
            found.append((person, person.anchors))
        else:
            found += [(person, (m.anchor,)) for m in person.mentions[1:] if m.code.startswith(wanted)]
    return found
