"""A document's claims, each with its quoted words: read(document, pack) is the one door."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from civcas.core.coordinates import Written, written
from civcas.core.extract.context import ahead, hedged
from civcas.core.extract.dates import date
from civcas.core.extract.emit import MAKERS
from civcas.core.extract.names import settled
from civcas.core.extract.quantities import age, compose, people, quantity
from civcas.core.extract.sentence import Sentence, heading_of, scope_of, voices_of
from civcas.core.extract.tagging import Maker, Parts, Unit, join, letters, tag, tokens
from civcas.core.extract.text import Folded, fold, sentences
from civcas.core.language import LanguagePack
from civcas.core.records import Claim, DateValue, Document, PlaceName, Span, day_of
from civcas.core.values import Period

DATELINE = 400  # characters at the head of a report in which its own date is looked for
LONGEST_MONTH = 31  # days
GRACE = 7  # days after the month of its stamp within which a report may still come out


def read(document: Document, pack: LanguagePack) -> list[Claim]:
    """The claims of the document in the order of its text; the same text always gives the same claims."""
    coordinates = written(document.text)
    folded = fold(_blanked(document.text, coordinates), pack.erase)
    reference = day_of(document.published) or _own_day(document, folded, pack)
    found = {claim.id: claim for claim in (_coordinates(document, one, pack) for one in coordinates)}
    heading: str | None = None
    for start, end in sentences(folded, pack.abbreviations, document.text):
        units = units_of(document, folded, start, end, pack, reference)
        if not units:
            continue
        sentence = Sentence(document=document, folded=folded, pack=pack, units=units, hedged=hedged(units))
        heading = sentence.heading = heading_of(sentence, heading)
        for claim in _claims_of(sentence):
            found.setdefault(claim.id, claim)
    return sorted(settled(found.values(), pack), key=lambda c: (c.span.start, c.span.end, c.kind, c.id))


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
    tagged = units = compose(tag(tokens(folded, start, end, pack, document.text), pack))
    makers: Mapping[str, Maker] = {
        "QTY": quantity,
        "WHO": people,
        "AGE": age,
        "DATE": lambda parts, attributes: date(parts, attributes, reference, ahead=ahead(tagged, parts)),
    }
    string = letters(units, pack)
    for rule in pack.chunks:
        units, string = join(units, string, rule, pack, makers.get(rule.attributes.get("maker", rule.make), _plain))
    return units


def _plain(parts: Parts, attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    """The attributes of any other chunk: its rule's own and those of the units in the group `head`."""
    out = dict(attributes)
    for unit in parts.get("head", ()):
        out |= unit.attributes
    return out


def _claims_of(sentence: Sentence) -> Iterator[Claim]:
    sentence.scope = scope_of(sentence)
    sentence.voices = voices_of(sentence)
    for rule in sentence.pack.claims:
        yield from MAKERS[rule.make](sentence, rule)
    for unit in sentence.units:
        if unit.tag == "DATE":
            role = sentence.roles.get(unit.start, unit.attributes.get("role", "event"))
            value = DateValue(edtf=unit.attributes["edtf"], relative=unit.attributes["relative"], role=role)
            yield sentence.claim("date", value, unit.start, unit.end)


def _own_day(document: Document, folded: Folded, pack: LanguagePack) -> datetime.date | None:
    """The day a report without a publication date speaks from: the first full date near its head, else the
    first day there of the month it is stamped with, else the first full date in its text; None without any."""
    head = _dates(document, folded, pack, DATELINE, None)
    for edtf in head:
        if day := day_of(edtf):
            return day
    for edtf in head:
        stamp = Period.parse(edtf)
        if stamp.days <= LONGEST_MONTH:
            days = (day_of(e) for e in _dates(document, folded, pack, DATELINE, stamp.end))
            found = next((d for d in days if d and 0 <= (d - stamp.start).days <= stamp.days + GRACE), None)
            if found:
                return found
    rest = _dates(document, folded, pack, len(folded.text), None)
    return next((day for edtf in rest if (day := day_of(edtf))), None)


def _dates(
    document: Document, folded: Folded, pack: LanguagePack, limit: int, reference: datetime.date | None
) -> list[str]:
    """The dates that the sentences starting before the limit give as such, none of them relative by a word."""
    found = []
    for start, end in sentences(folded, pack.abbreviations, document.text):
        if start > limit:
            break
        for unit in units_of(document, folded, start, end, pack, reference):
            if unit.tag == "DATE" and "month" in unit.parts:
                found.append(unit.attributes["edtf"])
    return found
