"""A document's claims, each with its quoted words: read(document, pack) is the one door."""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from civcas.core.coordinates import Written, written
from civcas.core.extract.context import ahead
from civcas.core.extract.dates import date
from civcas.core.extract.earlier import Earlier
from civcas.core.extract.emit import MAKERS
from civcas.core.extract.names import settled
from civcas.core.extract.quantities import age, compose, people, quantity, score
from civcas.core.extract.sentence import Sentence, headings_of, lists_names, scope_of, voices_of
from civcas.core.extract.tagging import Maker, Parts, Unit, join, letters, tag, tokens
from civcas.core.extract.text import Folded, fold, sentences
from civcas.core.extract.victims import given
from civcas.core.language import LanguagePack
from civcas.core.records import Claim, DateValue, Document, PlaceName, Scope, Span, day_of
from civcas.core.rules import Grammar, Rule
from civcas.core.values import Period

DATELINE = 400  # characters at the head of a report in which its own date is looked for
LONGEST_MONTH = 31  # days
LATE = 60  # days before a report was seen: an older date in its midst is that of something told in passing
TODAY = 2  # words between "today" and the name of the day
STRETCH = 64  # sentences prepared at once: a bound on memory, not a measured best
GRACE = 7  # days after the month of its stamp within which a report may still come out


def read(document: Document, pack: LanguagePack) -> list[Claim]:
    """The claims of the document in the order of its text; the same text always gives the same claims."""
    reading = Reading(document, pack)
    reference = day_of(document.published) or _own_day(reading)
    found = {claim.id: claim for claim in (_coordinates(document, one, pack) for one in reading.coordinates)}
    heading: str | None = None
    listing = False
    scope: Scope = "incident"
    earlier = Earlier()
    for number in range(len(reading.bounds)):
        sentence = reading.sentence(number, reference, earlier)
        if document.published is None and (day := _dateline(sentence)) not in (None, reference):
            reference, earlier = day, Earlier()  # several reports in one text: each speaks from its own day
            sentence = reading.sentence(number, reference, earlier)
        if not sentence.units:
            continue
        earlier.settle(sentence.units, number)
        sentence.headings = headings_of(sentence, heading)
        heading = sentence.heading = sentence.headings[-1][1] if sentence.headings else None
        scope = sentence.scope = scope_of(sentence, scope)
        listing = sentence.listing = lists_names(sentence, listing)
        claims = list(_claims_of(sentence))
        found |= {claim.id: found.get(claim.id, claim) for claim in claims}
        earlier.list(claims)
    return sorted(settled(found.values(), pack), key=lambda c: (c.span.start, c.span.end, c.kind, c.id))


class Reading:
    """A document while it is read: where its sentences stand, and the words of those already looked at."""

    def __init__(self, document: Document, pack: LanguagePack) -> None:
        self.document = document
        self.pack = pack
        self.coordinates = written(document.text)
        self.folded = fold(_blanked(document.text, self.coordinates), pack.erase)
        self.bounds = list(sentences(self.folded, pack.abbreviations, document.text))
        self.seen = day_of(document.captured)
        self._tagged: dict[int, Tagged] = {}
        self._prepared: dict[int, tuple[list[Unit], str, list[Rule]]] = {}
        self._reference: datetime.date | None = None
        self._stretch = 0

    def tagged(self, number: int) -> Tagged:
        """The words of a sentence as units, with their letters."""
        found = self._tagged.get(number)
        if found is None:
            found = tagged(self.document, self.folded, *self.bounds[number], self.pack)
            if self.document.published is None:  # then the sentences are gone through for the report's day first
                self._tagged[number] = found
        return found

    def joined(self, number: int, reference: datetime.date | None) -> Tagged:
        """The units of a sentence once every chunk rule has been tried."""
        return chunked(*self.tagged(number), self.pack, reference, self.seen)

    def sentence(self, number: int, reference: datetime.date | None, earlier: Earlier) -> Sentence:
        """A sentence ready to be read, with what those before it have told."""
        if reference != self._reference or number not in self._prepared:
            self._prepare(number, reference)
        units, string, rules = self._prepared.pop(number)
        return Sentence(
            document=self.document,
            folded=self.folded,
            pack=self.pack,
            units=units,
            string=string,
            rules=rules,
            listed=earlier.listed,
        )

    def _prepare(self, number: int, reference: datetime.date | None) -> None:
        """Takes the sentences of a stretch through one step after the other: the rules of a step then stay in the
        processor's cache. Where a sentence changes the day of reference, what was prepared is lost, so the next
        stretch begins small."""
        if not self._stretch:
            self._stretch = STRETCH
        else:
            self._stretch = min(2 * self._stretch, STRETCH) if reference == self._reference else 1
        self._reference = reference
        numbers = range(number, min(number + self._stretch, len(self.bounds)))
        words = [self.tagged(n) for n in numbers]
        joined = [chunked(units, string, self.pack, reference, self.seen) for units, string in words]
        matching = self.pack.claims.matching
        self._prepared = {n: (*made, matching(made[1])) for n, made in zip(numbers, joined, strict=True)}


Tagged = tuple[list[Unit], str]


def _blanked(text: str, coordinates: Sequence[Written]) -> str:
    """The text with spaces for its coordinates, whose numbers count nobody and date nothing."""
    for one in coordinates:
        text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return text


def _coordinates(document: Document, one: Written, pack: LanguagePack) -> Claim:
    span = Span.of(document.text, one.start, one.end)
    value = PlaceName(name=span.quote, relation="coordinates", lat=one.point.lat, lon=one.point.lon)
    return Claim.make(document=document.id, kind="place", value=value, span=span, origin=pack.origin)


def units_of(
    document: Document, folded: Folded, start: int, end: int, pack: LanguagePack, reference: datetime.date | None
) -> list[Unit]:
    """The units of one sentence once every chunk rule has been tried in the pack's order."""
    return chunked(*tagged(document, folded, start, end, pack), pack, reference)[0]


def tagged(document: Document, folded: Folded, start: int, end: int, pack: LanguagePack) -> Tagged:
    """The words of a sentence as units, number words put together, with the letters of their tags."""
    units, string = tag(tokens(folded, start, end, pack, document.text), pack)
    if pack.letters.get("NUMWORD", "-") in string:
        units = compose(units)
        string = letters(units, pack)
    return units, string


def chunked(
    before: list[Unit], string: str, pack: LanguagePack, reference: datetime.date | None,
    seen: datetime.date | None = None,
) -> Tagged:  # fmt: skip
    """The units and their letters once every chunk rule has been tried in the pack's order."""
    makers: Mapping[str, Maker] = {
        "QTY": quantity,
        "WHO": people,
        "AGE": age,
        "DATE": lambda parts, attributes: date(parts, attributes, reference, ahead=ahead(before, parts), seen=seen),
        "NUM": lambda _parts, attributes: attributes,
        "SCORE": score,
        "PERSON": lambda parts, attributes: attributes if given(parts["name"][0], pack) else None,
    }
    units, grammar = before, pack.chunks
    met = grammar.meeting(string)
    live = grammar.live(met)
    while live:
        lowest = live & -live
        live ^= lowest
        rule = grammar.rules[lowest.bit_length() - 1]
        found = rule.pattern.search(string)
        if found is None:
            continue
        letter = pack.letters[rule.make]
        make = makers.get(rule.attributes.get("maker", rule.make), _plain)
        was, (units, string) = string, join(units, string, found, rule, letter, make)
        while rule.attributes.get("repeat") and string != was:  # what it joined may stand before the next
            found = rule.pattern.search(string)
            was, (units, string) = string, join(units, string, found, rule, letter, make)
        more = met | grammar.met.get(letter, 0)
        if more != met:
            met = more
            live = grammar.live(met) & -(lowest << 1)  # the rules behind this one
    return units, string


def _plain(parts: Parts, attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    """The attributes of any other chunk: its rule's own and those of the units in the group `head`."""
    out = dict(attributes)
    for unit in parts.get("head", ()):
        out |= unit.attributes
    return out


def _claims_of(sentence: Sentence) -> Iterator[Claim]:
    sentence.voices = voices_of(sentence)
    for rule in sentence.rules:
        yield from MAKERS[rule.make](sentence, rule)
    if sentence.pack.letters["DATE"] not in sentence.string:
        return
    for unit in sentence.units:
        if unit.tag == "DATE":
            role = sentence.roles.get(unit.start, unit.attributes.get("role", "event"))
            value = DateValue(edtf=unit.attributes["edtf"], relative=unit.attributes["relative"], role=role)
            yield sentence.claim("date", value, unit.start, unit.end)


def _dateline(sentence: Sentence) -> datetime.date | None:
    """The day of the date line that the sentence begins with or holds; None where it has none."""
    for rule in sentence.rules:
        if rule.make == "dating" and rule.attributes.get("dateline"):
            for _, parts in sentence.matches(rule):
                unit = parts["date"][0]
                if "month" in unit.parts:
                    return day_of(str(unit.attributes["edtf"]))
    return None


def _own_day(reading: Reading) -> datetime.date | None:
    """The day a report without a publication date speaks from: the first full date near its head, or the last of
    those there that fell shortly before it was seen, else the first day there of the month it is stamped with,
    else the first full date in its text, else a day near its head that lacks the year and fell shortly before
    the report was seen; where such a day did not, the first full date after all, for it is the best word on the
    year. None without any."""
    head = list(_dates(reading, DATELINE, None))
    today = _today(reading)
    days = [day for edtf in head if (day := day_of(edtf)) and day.weekday() in today]
    just = [day for day in days if reading.seen and 0 <= (reading.seen - day).days <= LATE]
    if days:  # of a caption from the archive and the report's own stamp, the later
        return max(just, default=days[0])
    for edtf in head:
        stamp = Period.parse(edtf)
        if 1 < stamp.days <= LONGEST_MONTH:
            near = (day_of(e) for e in _dates(reading, DATELINE, stamp.end))
            found = next((d for d in near if d and 0 <= (d - stamp.start).days <= stamp.days + GRACE), None)
            if found:
                return found
    full = [day for edtf in _dates(reading, len(reading.folded.text), None) if (day := day_of(edtf))]
    full = [day for day in full if day.weekday() in today]
    seen = reading.seen
    if seen is None:
        return next(iter(full), None)
    told = [day for edtf in _dates(reading, DATELINE, seen) if (day := day_of(edtf)) and day.weekday() in today]
    late = [day for day in (*full, *told) if 0 <= (seen - day).days <= LATE]
    return next(iter(late or (full if told else ())), None)


def _today(reading: Reading) -> Container[int]:
    """The day of the week that the text calls today, "today, Thursday"; any where it calls none so."""
    for number in range(len(reading.bounds)):
        units, _ = reading.tagged(number)
        for at, unit in enumerate(units):
            if unit.tag == "RELDAY" and unit.attributes.get("days") == 0 and "until" not in unit.attributes:
                named = [u for u in units[at + 1 : at + 1 + TODAY] if u.tag == "WEEKDAY"]
                if named:
                    return (named[0].attributes["value"],)
    return range(7)


def _dates(reading: Reading, limit: int, reference: datetime.date | None) -> Iterator[str]:
    """The dates that the sentences starting before the limit give as such, none of them relative by a word."""
    pack = reading.pack
    dating = Grammar.of(r for r in pack.chunks if r.make == "DATE" and "month" in r.pattern.groupindex)
    made = "".join(pack.letters[rule.make] for rule in pack.chunks)
    for number, (start, _) in enumerate(reading.bounds):
        if start > limit:
            return
        if not dating.fitting(reading.tagged(number)[1] + made):
            continue
        for unit in reading.joined(number, reference)[0]:
            if unit.tag == "DATE" and "month" in unit.parts:
                yield unit.attributes["edtf"]
