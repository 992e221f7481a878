"""From a rule that matched to the claims it makes: one function per kind of rule (`make` in the pack)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from civcas.core.extract.context import speaker_at
from civcas.core.extract.harm import harm
from civcas.core.extract.sentence import Sentence, merged
from civcas.core.extract.tagging import Unit
from civcas.core.extract.victims import bystander, victim
from civcas.core.records import Claim, Party, PlaceName, Position, Term, Total, day_of
from civcas.core.rules import Rule

Emitter = Callable[[Sentence, Rule], Iterator[Claim]]


def aside(_sentence: Sentence, _rule: Rule) -> Iterator[Claim]:
    """Speakers and scopes make no claim of their own: they are settled before the others are read."""
    return iter(())


def statement(sentence: Sentence, rule: Rule) -> Iterator[Claim]:
    """What a party says of an allegation: the rule's `position`, said by the group `party`; where the rule has a group
    `acting`, it must be the same party."""
    for match, found in sentence.matches(rule):
        parts = merged(found)
        party = next((u.attributes["name"] for u in parts.get("party", ()) if "name" in u.attributes), None)
        who = parts.get("who", ())
        if who and not any(u.tag == "PARTY" or u.attributes.get("group") == rule.attributes.get("group") for u in who):
            continue
        if any(u.attributes.get("name") != party for u in parts.get("acting", ())):
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
    """A slug of the field for the units in the group `term`: strike_type, infrastructure, munition, observation,
    sourcing, a grade or strike status; hedged where the rule only says what is likely, its `key` the attribute of a
    word that gives the slug. A `whole` one quotes all that the rule matched."""
    kind = rule.attributes["kind"]
    for match, parts in sentence.matches(rule):
        matched = sentence.units[match.start() : match.end()]
        for unit in merged(parts)["term"]:
            slug = unit.attributes.get(rule.attributes.get("key", "slug"), rule.attributes.get("slug"))
            if slug and (kind, unit.start) not in sentence.used:
                sentence.used.add((kind, unit.start))
                first, last = (matched[0], matched[-1]) if rule.attributes.get("whole") else (unit, unit)
                doubt = bool(rule.attributes.get("hedged"))
                yield sentence.claim(kind, Term(slug=slug), first.start, last.end, hedged=doubt)


def place(sentence: Sentence, rule: Rule) -> Iterator[Claim]:
    """A place as named by the group `place`, with the rule's relation, kind and cue."""
    for _, found in sentence.matches(rule):
        parts = merged(found)
        units = parts["place"]
        if ("place", units[0].start) in sentence.used or not _of_kind(parts, rule):
            continue
        sentence.used.update(("place", u.start) for u in units)
        if len(parts) == 1:  # by far the most: no kind, distance or bearing is told
            value = PlaceName(
                name=sentence.words(units),
                relation=rule.attributes.get("relation", "in"),
                kind=rule.attributes.get("kind"),
                cue=rule.attributes.get("cue", "strong"),
            )
            yield sentence.claim("place", value, units[0].start, units[-1].end, speaker=None)
            continue
        kinds = (u.attributes.get("kind") for u in parts.get("kind", ()))
        distance = next(
            (u.attributes.get("value", u.attributes.get("number")) for u in parts.get("distance", ())), None
        )
        unit = next((u.attributes.get("km", 1.0) for u in parts.get("unit", ())), 1.0)
        value = PlaceName(
            name=sentence.words(units),
            relation=rule.attributes.get("relation", "in"),
            kind=next(kinds, None) or rule.attributes.get("kind"),
            cue=rule.attributes.get("cue", "strong"),
            offset_km=round(float(distance) * unit, 1) if distance is not None else None,
            bearing=next((u.attributes.get("bearing") for u in parts.get("bearing", ())), None),
        )
        yield sentence.claim("place", value, units[0].start, units[-1].end, speaker=None)


def _of_kind(parts: Mapping[str, tuple[Unit, ...]], rule: Rule) -> bool:
    """Whether the group `kind` is of the only kinds that the rule is for, where it is for some."""
    only = rule.attributes.get("only_kind")
    return only is None or any(u.attributes.get("kind") in only.split() for u in parts.get("kind", ()))


ARCHIVE = 7  # days: a picture older than so many when the report came out shows something else


def dating(sentence: Sentence, rule: Rule) -> Iterator[Claim]:
    """Tells what the group `date` is the date of (`role`: report, since, period, aftermath); makes no claim itself.
    With `caption` it is so only of an older day: a picture from the archive."""
    role = rule.attributes["role"]
    for _, parts in sentence.matches(rule):
        dated = [u for units in parts.values() for u in units if u.tag == "DATE"]
        older = [u for u in dated if not rule.attributes.get("caption") or _archived(sentence, u)]
        if role == "aftermath":  # a trial still to come is dated already: it is no event's day
            older = [u for u in older if u.attributes.get("role", "event") == "event" and u.start not in sentence.roles]
        sentence.roles.update({u.start: role for u in older})
    return iter(())


def _archived(sentence: Sentence, unit: Unit) -> bool:
    told = day_of(sentence.document.published) or day_of(sentence.document.captured)
    day = day_of(str(unit.attributes["edtf"]))
    return told is not None and day is not None and (told - day).days > ARCHIVE


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
    "listing": aside,
    "harm": harm,
    "bystander": bystander,
    "victim": victim,
    "statement": statement,
    "belligerent": belligerent,
    "term": term,
    "place": place,
    "dating": dating,
    "declared": declared,
}
