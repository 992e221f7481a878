"""Figures of people harmed, and who is named among them, from the rules `harm` and `victim` of a pack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

import msgspec

from civcas.core.extract.context import negated
from civcas.core.extract.quantities import figure
from civcas.core.extract.sentence import Sentence, merged
from civcas.core.extract.tagging import Unit
from civcas.core.extract.victims import people_named
from civcas.core.records import Claim, Figure, HarmKind, Scope
from civcas.core.rules import Rule

HARM: tuple[HarmKind, ...] = get_args(HarmKind)


def harm(sentence: Sentence, rule: Rule) -> Iterator[Claim]:
    """Figures of the groups named killed, injured, missing, detained, displaced (and `..._parts`); a group
    `combined` is killed and injured in one figure; people named in a group are victims. A rule with `only` is
    for a group `which` that has these attributes."""
    only = rule.attributes.get("only", ())
    for match, parts in sentence.matches(rule):
        if only and not _has(merged(parts).get("which", ()), only):
            continue
        negative = bool(rule.attributes.get("negated")) or negated(sentence.units, match.start())
        also, joined = _further(sentence, match.start(), match.end())
        for name, units in merged(parts).items():
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
                _name_group(units, merged(parts).get("toll", ()))
                sentence.used.update((kind, u.start) for u in merged(parts).get("toll", ()))
                for claim in _figures(sentence, rule, kind, units, part=part, negative=negative):
                    further = also and kind not in sentence.listed
                    claim = _on_top(claim) if further or (joined and kind in sentence.told) else claim
                    yield _moved(claim, rule.attributes["scope"]) if "scope" in rule.attributes else claim
                sentence.told.add(kind)


def _has(units: Sequence[Unit], wanted: Sequence[str]) -> bool:
    """Whether each attribute is one of some unit's, its number told and not taken from the noun alone."""
    return all(
        any(u.attributes.get(key) and (key != "number" or u.tag == "QTY" or "qty" in u.parts) for u in units)
        for key in wanted
    )


def _name_group(units: Sequence[Unit], toll: Sequence[Unit]) -> None:
    """Gives a bare number the group that the words before it name: "the number of civilians killed is 12"."""
    group = next((u.attributes["group"] for u in toll if "group" in u.attributes), None)
    for unit in units:
        if group and unit.tag == "QTY":
            unit.attributes = {**unit.attributes, "group": group}


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


def _moved(claim: Claim, scope: Scope) -> Claim:
    """The claim as one about something else than the rest of its sentence."""
    return Claim.make(
        document=claim.document, kind=claim.kind, value=claim.value, span=claim.span, origin=claim.origin,
        speaker=claim.speaker, negated=claim.negated, hedged=claim.hedged, scope=scope,
    )  # fmt: skip


def _fresh(sentence: Sentence, kind: str, units: Sequence[Unit]) -> list[Unit]:
    """The counted units among these that no earlier rule has counted for the kind; a bare noun such as
    "injuries" counts by its own word."""
    counted = [u for u in units if u.tag in ("WHO", "QTY", "PARTWHO") or u.attributes.keys() & {"word", "counts"}]
    found = [u for u in counted if (kind, u.start) not in sentence.used]
    sentence.used.update((kind, u.start) for u in found)
    return found


def _figures(
    sentence: Sentence, rule: Rule, kind: HarmKind, units: Sequence[Unit], *, part: bool, negative: bool
) -> Iterator[Claim]:
    counted = _fresh(sentence, kind, units)
    for unit in counted:
        _liken(sentence, unit)
    if counted and not part:  # "Sara Ali and two children": who is named counts one among the others
        counted = sorted([*counted, *(u for u in units if u.tag == "NAME")], key=lambda u: u.start)
        counted = [u for u in counted if not _is_named_after(sentence, u)]
        if _in_apposition(units):
            counted = counted[:1]
        elif len(counted) == 2 and counted[0].tag == "NAME" and _is_titled(units):
            counted = counted[1:]
    rises = bool(rule.attributes.get("rises"))
    early = sentence.early
    doubt = {u.start: sentence.hedged or bool(u.attributes.get("hedged")) for u in counted}
    fighters = [u for u in counted if u.attributes.get("group") == "belligerents"]
    civil = [u for u in counted if u.attributes.get("group") not in ("belligerents", "contested")]
    named = all(u.tag == "NAME" for u in civil)  # "Adam Odeh and one other insurgent"
    unsaid = kind == "detained" and all(u.attributes.get("group", "people") in ("people", "men") for u in civil)
    unsaid = unsaid and not any(u.tag == "COMMA" for u in units)
    if fighters and (named or unsaid):  # who is detained with fighters is taken to be of them
        fighters, civil = sorted([*fighters, *civil], key=lambda u: u.start), []
    summed: list[Unit] = []
    for group, them in (("people", civil), ("belligerents", fighters)):
        if part or len(them) < 2:
            continue
        summed += them
        total = Figure(group=group, addends=tuple(figure(u) for u in them), rises=rises, early=early)  # type: ignore[arg-type]
        yield sentence.claim(kind, total, them[0].start, them[-1].end, negated=negative, hedged=any(doubt.values()))
    for unit in counted:
        if unit.tag == "NAME":
            continue
        value = figure(unit, part=part or unit in summed, rises=rises, early=early)
        yield sentence.claim(kind, value, unit.start, unit.end, negated=negative, hedged=doubt[unit.start])
    if not negative and kind in ("killed", "injured", "missing", "detained"):
        yield from people_named(sentence, units, kind)


def _liken(sentence: Sentence, unit: Unit) -> None:
    """Gives "others" and a bare number the group of the fighters who were harmed before them in the sentence, where
    nobody else was: "two soldiers were killed and five wounded", "killed two soldiers and injured three others"."""
    bare = (unit.tag == "QTY" and "group" not in unit.attributes) or unit.attributes.get("others")
    if not bare or unit.attributes.get("group", "people") != "people":
        return
    told = [u for u in sentence.units if u.start < unit.start and u.attributes.get("group")]
    pronoun = unit.tag not in ("WHO", "QTY")  # "his death": whoever was told of
    before = [u for u in told if pronoun or any((kind, u.start) in sentence.used for kind in HARM)]
    if before and all(u.attributes["group"] == "belligerents" for u in before):
        unit.attributes = {**unit.attributes, "group": "belligerents"}


def _in_apposition(units: Sequence[Unit]) -> bool:
    """Whether what follows the first people only says who they are: "one civilian, a young man", "two members
    of the family, A and B"."""
    if len(units) < 3 or units[0].tag != "WHO" or units[1].tag != "COMMA" or units[2].tag == "AND":
        return False
    rest = [u for u in units[2:] if u.tag in ("WHO", "QTY", "NAME")]
    if len(rest) == 1 or all(u.tag == "NAME" for u in rest):
        return True
    return units[0].attributes.get("number") == sum(u.attributes.get("number") or 1 for u in rest)


def _is_named_after(sentence: Sentence, unit: Unit) -> bool:
    """Whether a name is that of the one person counted right before it: "a nurse, Sara Ali, and two children"."""
    at = sentence.at(unit)
    if unit.tag != "NAME" or at < 2 or at + 1 >= len(sentence.units):
        return False
    who, comma, after = sentence.units[at - 2], sentence.units[at - 1], sentence.units[at + 1]
    one = who.tag == "WHO" and who.attributes.get("number") == 1 and "name" not in who.parts
    return one and comma.tag == "COMMA" and after.tag == "COMMA"


def _is_titled(units: Sequence[Unit]) -> bool:
    """Whether a name is followed by who that is: "Adam Odeh, a local baker"."""
    return len(units) == 3 and units[1].tag == "COMMA" and units[2].attributes.get("number") == 1
