"""From a rule that matched to the claims it makes: one function per kind of rule (`make` in the pack)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, get_args

import msgspec

from civcas.core.extract.context import Voice, negated, speaker_at
from civcas.core.extract.quantities import OLDEST, figure
from civcas.core.extract.tagging import Unit, groups, letters
from civcas.core.extract.text import Folded
from civcas.core.language import LanguagePack, Rule
from civcas.core.records import (
    Claim,
    ClaimKind,
    Document,
    Figure,
    HarmKind,
    Party,
    Person,
    PlaceName,
    Position,
    Scope,
    Span,
    Term,
    Total,
    Value,
)

HARM: tuple[HarmKind, ...] = get_args(HarmKind)
Parts = Mapping[str, tuple[Unit, ...]]


class Sentence(msgspec.Struct, kw_only=True):
    """One sentence while it is read: its units and what has been settled about it."""

    document: Document
    folded: Folded
    pack: LanguagePack
    units: list[Unit]
    hedged: bool
    scope: Scope = "incident"
    voices: Sequence[Voice] = ()
    heading: str | None = None  # what happened to people whose names are listed
    used: set[tuple[str, int]] = msgspec.field(default_factory=set)  # (kind, start) of units already counted
    told: set[str] = msgspec.field(default_factory=set)  # kinds of harm that a rule has already told
    roles: dict[int, Any] = msgspec.field(default_factory=dict)  # start of a DATE unit -> its role
    string: str = ""

    def __post_init__(self) -> None:
        self.string = letters(self.units, self.pack)

    def span(self, start: int, end: int) -> Span:
        """The span in the untouched text of a stretch of the folded one."""
        return Span.of(self.document.text, *self.folded.original(start, end))

    def claim(self, kind: ClaimKind, value: Value, start: int, end: int, **said: Any) -> Claim:
        said.setdefault("scope", self.scope)
        said.setdefault("speaker", speaker_at(self.voices, start))
        said.setdefault("hedged", False)
        return Claim.make(
            document=self.document.id,
            kind=kind,
            value=value,
            span=self.span(start, end),
            origin=self.pack.origin,
            **said,
        )

    def matches(self, rule: Rule) -> Iterator[tuple[re.Match[str], dict[str, tuple[Unit, ...]]]]:
        """Each match of the rule, overlapping ones left out, with the units of its groups."""
        if rule.needs and not any(letter in self.string for letter in rule.needs):
            return
        for found in rule.pattern.finditer(self.string):
            yield found, groups(found, self.units)

    def words(self, units: Sequence[Unit]) -> str:
        """The original words of neighbouring units."""
        return re.sub(r"\s+", " ", self.span(units[0].start, units[-1].end).quote).strip()


Emitter = Callable[[Sentence, Rule], Iterator[Claim]]


def scope_of(sentence: Sentence) -> Scope:
    """What the sentence's figures are about, by the pack's `scope` rules in their order; else this event."""
    for rule in sentence.pack.claims:
        if rule.make == "scope" and next(sentence.matches(rule), None):
            scope: Scope = rule.attributes["scope"]
            return scope
    return "incident"


def voices_of(sentence: Sentence) -> list[Voice]:
    """Who speaks in the sentence, in order, by the pack's `speaker` rules and its statements of parties."""
    found: dict[int, Voice] = {}
    for rule in sentence.pack.claims:
        if rule.make not in ("speaker", "statement"):
            continue
        for match, parts in sentence.matches(rule):
            units = parts["speaker"] if rule.make == "speaker" else parts.get("party", ())
            if not units:
                continue
            at = units[0].start
            if at in found:
                continue
            name = next((u.attributes["name"] for u in units if "name" in u.attributes), None)
            trails = bool(rule.attributes.get("trails"))
            start = sentence.units[match.end() - 1].end if trails else sentence.units[match.start()].start
            found[at] = Voice(speaker=name or sentence.words(units), start=start, trails=trails)
    return sorted(found.values(), key=lambda v: v.start)


def heading_of(sentence: Sentence, before: str | None) -> str | None:
    """What happened to the people whose names are listed next: the `outcome` of the pack's last `heading` rule to
    match, in this sentence or before."""
    found = [
        (match.start(), rule.attributes["outcome"])
        for rule in sentence.pack.claims
        if rule.make == "heading"
        for match, _ in sentence.matches(rule)
    ]
    return max(found, default=(0, before))[1]


def aside(_sentence: Sentence, _rule: Rule) -> Iterator[Claim]:
    """Speakers and scopes make no claim of their own: they are settled before the others are read."""
    return iter(())


def harm(sentence: Sentence, rule: Rule) -> Iterator[Claim]:
    """Figures of the groups named killed, injured, missing, detained, displaced (and `..._parts`); a group
    `combined` is killed and injured in one figure; people named in a group are victims."""
    for match, parts in sentence.matches(rule):
        negative = bool(rule.attributes.get("negated")) or negated(sentence.units, match.start())
        also, joined = _further(sentence, match.start(), match.end())
        for name, units in _merged(parts).items():
            kind, _, suffix = name.partition("_")
            if kind == "none":  # "no casualties": nobody killed, nobody injured
                for zero in ("killed", "injured") if suffix == "both" else (suffix,):
                    sentence.used.update((zero, u.start) for u in units)
                    yield sentence.claim(zero, Figure(number=0), units[0].start, units[-1].end)
            elif kind == "both":  # one number for killed and injured is neither's; a bare plural is each one's
                for unit in _fresh(sentence, "killed", units):
                    sentence.used.add(("injured", unit.start))
                    form = figure(unit)
                    counted = form.number is not None or form.word not in (None, "plural", "several")
                    kinds: tuple[HarmKind, ...] = ("killed",) if counted else ("killed", "injured")
                    scope: Scope = "combined" if counted else sentence.scope
                    for each in kinds:
                        yield sentence.claim(each, form, unit.start, unit.end, scope=scope, negated=negative)
            elif kind == "combined":
                for unit in _fresh(sentence, "killed", units):
                    sentence.used.add(("injured", unit.start))
                    yield sentence.claim("killed", figure(unit), unit.start, unit.end, scope="combined")
            elif kind in HARM:
                part = suffix == "parts"
                for claim in _figures(sentence, rule, kind, units, part=part, negative=negative):
                    yield _on_top(claim) if also or (joined and kind in sentence.told) else claim
                sentence.told.add(kind)


def _further(sentence: Sentence, start: int, end: int) -> tuple[bool, bool]:
    """Whether a deed is told as a further one: by a word ("also detained two"), by being joined to one
    before ("arrested a leader and detained two")."""
    units = sentence.units
    also = any(u.tag == "ADV" and u.attributes.get("more") for u in units[max(0, start - 2) : end])
    return also, start > 0 and units[start - 1].tag == "AND"


def _on_top(claim: Claim) -> Claim:
    """The claim of people who come on top of those told before."""
    value = claim.value
    if not isinstance(value, Figure) or value.part or value.more:
        return claim
    more = msgspec.structs.replace(value, more=True)
    return Claim.make(
        document=claim.document, kind=claim.kind, value=more, span=claim.span, origin=claim.origin,
        speaker=claim.speaker, negated=claim.negated, hedged=claim.hedged, scope=claim.scope,
    )  # fmt: skip


def _merged(parts: Parts) -> dict[str, tuple[Unit, ...]]:
    """The groups by name, those told apart only by a number (killed, killed_2) as one."""
    found: dict[str, tuple[Unit, ...]] = {}
    for name, units in parts.items():
        plain = name.rstrip("0123456789").rstrip("_")
        found[plain] = (*found.get(plain, ()), *units)
    return found


def _fresh(sentence: Sentence, kind: str, units: Sequence[Unit]) -> list[Unit]:
    """The counted units among these that no earlier rule has counted for the kind; a bare noun such as
    "injuries" counts by its own word."""
    counted = [u for u in units if u.tag in ("WHO", "QTY") or u.attributes.keys() & {"word", "counts"}]
    found = [u for u in counted if (kind, u.start) not in sentence.used]
    sentence.used.update((kind, u.start) for u in found)
    return found


def _figures(
    sentence: Sentence, rule: Rule, kind: HarmKind, units: Sequence[Unit], *, part: bool, negative: bool
) -> Iterator[Claim]:
    counted = _fresh(sentence, kind, units)
    if counted and not part:  # "Sara Ali and two children": who is named counts one among the others
        counted = sorted([*counted, *(u for u in units if u.tag == "NAME")], key=lambda u: u.start)
        if _in_apposition(units):
            counted = counted[:1]
        elif len(counted) == 2 and counted[0].tag == "NAME" and _is_titled(units):
            counted = counted[1:]
    rises = bool(rule.attributes.get("rises"))
    doubt = {u.start: sentence.hedged or bool(u.attributes.get("hedged")) for u in counted}
    fighters = [u for u in counted if u.attributes.get("group") == "belligerents"]
    civil = [u for u in counted if u.attributes.get("group") not in ("belligerents", "contested")]
    if fighters and all(u.tag == "NAME" for u in civil):  # "Adam Odeh and one other insurgent"
        fighters, civil = sorted([*fighters, *civil], key=lambda u: u.start), []
    summed: list[Unit] = []
    for group, them in (("people", civil), ("belligerents", fighters)):
        if part or len(them) < 2:
            continue
        summed += them
        total = Figure(group=group, addends=tuple(figure(u) for u in them), rises=rises)  # type: ignore[arg-type]
        yield sentence.claim(kind, total, them[0].start, them[-1].end, negated=negative, hedged=any(doubt.values()))
    for unit in counted:
        if unit.tag == "NAME":
            continue
        value = figure(unit, part=part or unit in summed, rises=rises)
        yield sentence.claim(kind, value, unit.start, unit.end, negated=negative, hedged=doubt[unit.start])
    if not negative and kind in ("killed", "injured", "missing", "detained"):
        for unit in units:
            if unit.tag == "NAME" or "name" in unit.parts:
                yield from _victim(sentence, unit, kind)


def _in_apposition(units: Sequence[Unit]) -> bool:
    """Whether what follows the first people only says who they are: "one civilian, a young man", "two members
    of the family, A and B"."""
    if len(units) < 3 or units[0].tag != "WHO" or units[1].tag != "COMMA" or units[2].tag == "AND":
        return False
    rest = [u for u in units[2:] if u.tag in ("WHO", "QTY", "NAME")]
    if len(rest) == 1 or all(u.tag == "NAME" for u in rest):
        return True
    return units[0].attributes.get("number") == sum(u.attributes.get("number") or 1 for u in rest)


def _is_titled(units: Sequence[Unit]) -> bool:
    """Whether a name is followed by who that is: "Adam Odeh, a local baker"."""
    return len(units) == 3 and units[1].tag == "COMMA" and units[2].attributes.get("number") == 1


def victim(sentence: Sentence, rule: Rule) -> Iterator[Claim]:
    """Named victims: the groups `name` and `age` of the rule, in a sentence that holds one of its `cues`; with
    `aged` only names told with an age; a `listed` one takes its outcome from the heading it stands under."""
    cues = "".join(sentence.pack.letters[tag] for tag in rule.attributes.get("cues", ()))
    if cues and not any(letter in sentence.string for letter in cues):
        return
    outcome = sentence.heading if rule.attributes.get("listed") else rule.attributes.get("outcome", "killed")
    if outcome is None:
        return
    for _, parts in sentence.matches(rule):
        age = next((u.attributes.get("age", u.attributes.get("value")) for u in parts.get("age", ())), None)
        for unit in parts["name"]:
            named = unit.tag in ("NAME", "CAP") or "name" in unit.parts
            if named and (not rule.attributes.get("aged") or "age" in unit.parts):
                yield from _victim(sentence, unit, outcome, age=age)


def _victim(sentence: Sentence, unit: Unit, outcome: str, *, age: float | None = None) -> Iterator[Claim]:
    names = unit.parts.get("name", (unit,))
    if ("victim", names[0].start) in sentence.used:
        return
    sentence.used.add(("victim", names[0].start))
    ages = (*unit.parts.get("age", ()), *unit.parts.get("age_after", ()))
    years = (u.attributes.get(key) for u in ages for key in ("age", "value", "number"))
    person = Person(
        name=sentence.words(names),
        age=age if age is not None else next((y for y in years if y is not None and y <= OLDEST), None),
        gender=unit.attributes.get("gender"),
        outcome=outcome,  # type: ignore[arg-type]
        group=unit.attributes.get("group", "people"),
        relation=unit.attributes.get("relation"),
    )
    yield sentence.claim("victim", person, names[0].start, names[-1].end)


def statement(sentence: Sentence, rule: Rule) -> Iterator[Claim]:
    """What a party says of an allegation: the rule's `position`, said by the group `party`."""
    for match, parts in sentence.matches(rule):
        party = next((u.attributes["name"] for u in parts.get("party", ()) if "name" in u.attributes), None)
        who = parts.get("who", ())
        if who and not any(u.tag == "PARTY" or u.attributes.get("group") == rule.attributes.get("group") for u in who):
            continue
        units = sentence.units[match.start() : match.end()]
        value = Position(position=rule.attributes["position"], party=party)
        spoken = party or speaker_at(sentence.voices, units[0].start)
        yield sentence.claim("statement", value, units[0].start, units[-1].end, speaker=spoken)


def belligerent(sentence: Sentence, rule: Rule) -> Iterator[Claim]:
    """A party named as having acted: the group `party`."""
    for _, parts in sentence.matches(rule):
        for unit in (u for units in parts.values() for u in units):
            if "name" in unit.attributes and ("party", unit.start) not in sentence.used:
                sentence.used.add(("party", unit.start))
                value = Party(name=unit.attributes["name"], attribution=rule.attributes.get("attribution", "suspected"))
                yield sentence.claim("belligerent", value, unit.start, unit.end)


def term(sentence: Sentence, rule: Rule) -> Iterator[Claim]:
    """A slug of the field for the units in the group `term`: strike_type, infrastructure, munition, observation;
    hedged where the rule only says what is likely."""
    kind = rule.attributes["kind"]
    for _, parts in sentence.matches(rule):
        for unit in parts["term"]:
            slug = unit.attributes.get("slug", rule.attributes.get("slug"))
            if slug and (kind, unit.start) not in sentence.used:
                sentence.used.add((kind, unit.start))
                doubt = bool(rule.attributes.get("hedged"))
                yield sentence.claim(kind, Term(slug=slug), unit.start, unit.end, hedged=doubt)


def place(sentence: Sentence, rule: Rule) -> Iterator[Claim]:
    """A place as named by the group `place`, with the rule's relation, kind and cue."""
    for _, found in sentence.matches(rule):
        parts = _merged(found)
        units = parts["place"]
        if ("place", units[0].start) in sentence.used:
            continue
        sentence.used.update(("place", u.start) for u in units)
        kinds = (u.attributes.get("kind") for u in parts.get("kind", ()))
        distance = next(
            (u.attributes.get("value", u.attributes.get("number")) for u in parts.get("distance", ())), None
        )
        value = PlaceName(
            name=sentence.words(units),
            relation=rule.attributes.get("relation", "in"),
            kind=next(kinds, None) or rule.attributes.get("kind"),
            cue=rule.attributes.get("cue", "strong"),
            offset_km=float(distance) if distance is not None else None,
            bearing=next((u.attributes.get("bearing") for u in parts.get("bearing", ())), None),
        )
        yield sentence.claim("place", value, units[0].start, units[-1].end, speaker=None)


def dating(sentence: Sentence, rule: Rule) -> Iterator[Claim]:
    """Tells what the group `date` is the date of (`role`: report, since, period); makes no claim itself."""
    for _, parts in sentence.matches(rule):
        dated = (u for units in parts.values() for u in units if u.tag == "DATE")
        sentence.roles.update({u.start: rule.attributes["role"] for u in dated})
    return iter(())


def declared(sentence: Sentence, rule: Rule) -> Iterator[Claim]:
    """A party's count of strikes or munitions: groups `number`, `what`, `party`, `percent`, `against`."""
    for match, parts in sentence.matches(rule):
        counted = parts.get("number", parts.get("percent", ()))
        if not counted or ("declared", counted[0].start) in sentence.used:
            continue
        sentence.used.add(("declared", counted[0].start))
        given: Mapping[str, Any] = counted[0].attributes
        number = given.get("number", given.get("value"))
        what: Any = next((u.attributes["what"] for u in parts.get("what", ()) if "what" in u.attributes), None)
        percent = number if "percent" in parts else None
        value = Total(
            what=what or rule.attributes.get("what", "strikes"),
            number=None if percent is not None else number,
            bound=given.get("bound", "exactly"),
            party=next((u.attributes["name"] for u in parts.get("party", ()) if "name" in u.attributes), None),
            percent=float(percent) if percent is not None else None,
            against=next((u.attributes.get("edtf") for u in parts.get("against", ())), None),
        )
        units = sentence.units[match.start() : match.end()]
        yield sentence.claim("declared", value, units[0].start, units[-1].end, scope="strikes")


MAKERS: Mapping[str, Emitter] = {
    "speaker": aside,
    "scope": aside,
    "heading": aside,
    "harm": harm,
    "victim": victim,
    "statement": statement,
    "belligerent": belligerent,
    "term": term,
    "place": place,
    "dating": dating,
    "declared": declared,
}
