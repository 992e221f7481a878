"""One sentence while it is read: its units, who speaks in it, and what has been settled about it."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from civcas.core.extract.context import Voice, hedged, speaker_at
from civcas.core.extract.tagging import Unit, groups
from civcas.core.extract.text import Folded
from civcas.core.language import LanguagePack
from civcas.core.records import Claim, ClaimKind, Document, Scope, Span, Value
from civcas.core.rules import Rule
from civcas.core.values import Period

Parts = Mapping[str, tuple[Unit, ...]]
YEAR = 365  # days
LIST_ITEM = 3  # units at the head of a line among which a bullet, the item's number and its name are found


class Sentence(msgspec.Struct, kw_only=True):
    """One sentence while it is read: its units and what has been settled about it."""

    document: Document
    folded: Folded
    pack: LanguagePack
    units: list[Unit]
    string: str  # their tags' letters
    rules: Sequence[Rule]  # of the pack's claims, those that match
    scope: Scope = "incident"
    voices: Sequence[Voice] = ()
    heading: str | None = None  # what happened to people whose names are listed
    headings: Sequence[tuple[int, str]] = ()  # the same, with the unit from which on it is so
    listing: bool = False  # whether it is a line of a list of names
    used: set[tuple[str, int]] = msgspec.field(default_factory=set)  # (kind, start) of units already counted
    told: set[str] = msgspec.field(default_factory=set)  # kinds of harm that a rule has already told
    listed: set[str] = msgspec.field(default_factory=set)  # kinds of harm that an earlier sentence told of a whole list
    spans: dict[tuple[int, int], Span] = msgspec.field(default_factory=dict)  # of stretches quoted before
    roles: dict[int, Any] = msgspec.field(default_factory=dict)  # start of a DATE unit -> its role
    looked_up: dict[str, bool] = msgspec.field(default_factory=dict)  # what its words say of it as a whole
    numbers: dict[int, int] = msgspec.field(default_factory=dict)  # start of a unit -> which it is

    @property
    def hedged(self) -> bool:
        """Whether it says that it is a report, an allegation or an estimate."""
        if "hedged" not in self.looked_up:
            self.looked_up["hedged"] = hedged(self.units)
        return self.looked_up["hedged"]

    @property
    def early(self) -> bool:
        """Whether it says that its figures are the first ones."""
        if "early" not in self.looked_up:
            self.looked_up["early"] = any(u.attributes.get("early") for u in self.units)
        return self.looked_up["early"]

    def at(self, unit: Unit) -> int:
        """Which of the units stands where this one does."""
        if not self.numbers:
            self.numbers.update({unit.start: n for n, unit in enumerate(self.units)})
        return self.numbers[unit.start]

    def headed(self, number: int) -> str | None:
        """What happened to the people whose names are listed from that unit on: "the dead are A and B, the injured
        C"; where nothing says so before, what the sentence says afterwards."""
        told = [outcome for start, outcome in self.headings if start < number]
        return told[-1] if told else self.heading

    def span(self, start: int, end: int) -> Span:
        """The span in the untouched text of a stretch of the folded one, with the marks on its last letter."""
        span = self.spans.get((start, end))
        if span is None:
            text = self.document.text
            first, last = self.folded.original(start, end)
            while last < len(text) and unicodedata.combining(text[last]):
                last += 1
            span = self.spans[start, end] = Span.of(text, first, last)
        return span

    def claim(
        self, kind: ClaimKind, value: Value, start: int, end: int, *, scope: Scope | None = None,
        speaker: str | msgspec.UnsetType | None = msgspec.UNSET, negated: bool = False, hedged: bool = False,
    ) -> Claim:  # fmt: skip
        """The claim that a stretch of the folded text makes; unless said otherwise of the sentence's scope, and by
        who speaks there."""
        return Claim.make(
            document=self.document.id,
            kind=kind,
            value=value,
            span=self.span(start, end),
            origin=self.pack.origin,
            scope=scope or self.scope,
            speaker=speaker_at(self.voices, start) if speaker is msgspec.UNSET else speaker,
            negated=negated,
            hedged=hedged,
        )

    def matches(self, rule: Rule) -> list[tuple[re.Match[str], dict[str, tuple[Unit, ...]]]]:
        """Each match of the rule, overlapping ones left out, with the units of its groups."""
        return [(found, groups(found, self.units)) for found in rule.pattern.finditer(self.string)]

    def words(self, units: Sequence[Unit]) -> str:
        """The original words of neighbouring units."""
        return " ".join(self.span(units[0].start, units[-1].end).quote.split())


def scope_of(sentence: Sentence, before: Scope) -> Scope:
    """What the sentence's figures are about, by the pack's `scope` rules in their order; else this event. One that
    goes on about a total told just before (a `sequel` rule: "These attacks killed 90") is about that total."""
    for rule in sentence.rules:
        sequel = rule.attributes.get("sequel")
        if rule.make == "scope" and rule.attributes.get("years") and not _years_ago(sentence, rule):
            continue
        if rule.make == "scope" and "units" in rule.attributes and not _long(sentence, rule):
            continue
        if rule.make == "scope" and (not sequel or rule.attributes["scope"] == before):
            scope: Scope = rule.attributes["scope"]
            return scope
    return "incident"


def _long(sentence: Sentence, rule: Rule) -> bool:
    """Whether the rule finds one of its units of time: "the past three months", not "the past two days"."""
    found = (u for _, parts in sentence.matches(rule) for units in parts.values() for u in units)
    return any(u.attributes.get("unit") in rule.attributes["units"] for u in found)


def _years_ago(sentence: Sentence, rule: Rule) -> bool:
    """Whether a date that the rule finds is a whole year, told from the day of the report: "last year"."""
    dates = (u for _, parts in sentence.matches(rule) for units in parts.values() for u in units if u.tag == "DATE")
    return any(u.attributes["relative"] and Period.parse(u.attributes["edtf"]).days >= YEAR for u in dates)


def voices_of(sentence: Sentence) -> list[Voice]:
    """Who speaks in the sentence, in order, by the pack's `speaker` rules and its statements of parties."""
    found: dict[int, Voice] = {}
    taken: list[tuple[int, int]] = []
    for rule in sentence.rules:
        if rule.make not in ("speaker", "statement"):
            continue
        for match, parts in sentence.matches(rule):
            units = parts["speaker"] if rule.make == "speaker" else parts.get("party", ())
            if not units:
                continue
            at = units[0].start
            if any(first <= at < last for first, last in taken):
                continue  # "residents of A say": not A
            taken.append((at, units[-1].end))
            name = next((u.attributes["name"] for u in units if "name" in u.attributes), None)
            trails = bool(rule.attributes.get("trails"))
            start = sentence.units[match.end() - 1].end if trails else sentence.units[match.start()].start
            found[at] = Voice(speaker=name or sentence.words(units), start=start, trails=trails)
    return sorted(found.values(), key=lambda v: v.start)


def headings_of(sentence: Sentence, before: str | None) -> list[tuple[int, str]]:
    """From which unit on what happened to the people whose names are listed: the `outcome` of the pack's `heading`
    rules where they match, in this sentence and before."""
    found = sorted(
        (match.start(), rule.attributes["outcome"])
        for rule in sentence.rules
        if rule.make == "heading"
        for match, _ in sentence.matches(rule)
    )
    return [(-1, before), *found] if before else found


def lists_names(sentence: Sentence, before: bool) -> bool:
    """Whether the sentence opens a list of names, by the pack's `listing` rules, or goes on with one: its first
    words are then a name, a person or the number of the item."""
    if any(rule.make == "listing" for rule in sentence.rules):
        return True
    head = [u.tag for u in sentence.units[:LIST_ITEM]]
    return before and (head == ["MARK"] or any(tag in ("NAME", "WHO", "NUM", "QTY") for tag in head))


def merged(parts: Parts) -> Parts:
    """The groups by name, those told apart only by a number (killed, killed_2) as one."""
    for name in parts:
        if name[-1].isdigit():
            break
    else:
        return parts
    found: dict[str, tuple[Unit, ...]] = {}
    for name, units in parts.items():
        plain = _unnumbered(name)
        found[plain] = found[plain] + units if plain in found else units
    return found


@functools.cache
def _unnumbered(name: str) -> str:
    return name.rstrip("0123456789").rstrip("_")
