"""Which sentences of a report tell of one event: by its days, its places, and the order of telling."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence

import msgspec

from civcas.core.eventplaces import (
    COARSE_KM,
    COUNTRY_KM,
    closer,
    fineness_of,
    finer,
    nearest_told,
    place_of,
    same_place,
)
from civcas.core.extract.text import Folded, sentences
from civcas.core.headline import figure
from civcas.core.placekinds import FINE
from civcas.core.records import Claim, DateValue, Document, Figure, PlaceName, When, Where
from civcas.core.values import Period

HARM = ("killed", "injured", "missing", "detained", "displaced")
MONTH = 28  # days; a toll over at least so long and a whole country is a total
JUDGING = ("sourcing", "strike_status", "grade")
TELLING = 4  # people: fewer, two villages may have alike
REACH = 3  # paragraphs after an event's last words within which a statement still answers it


_KNOWN = re.compile(r"(?:the|this|that|his|her) |ال", re.IGNORECASE)  # in words of the packs' languages


class Passage(msgspec.Struct):
    """One sentence of the document with its claims."""

    start: int
    end: int
    paragraph: int
    claims: list[Claim]
    total: bool = False  # a toll over a month or more and a whole country, whatever its words

    def of(self, *kinds: str) -> list[Claim]:
        return [c for c in self.claims if c.kind in kinds]

    @property
    def titled(self) -> bool:
        """Whether it is the report's title."""
        return self.start < 0

    @property
    def scoped(self) -> str:
        """What its figures are about: this event as soon as one of them is."""
        if self.total:
            return "tally"
        if any(c.kind in HARM and c.scope == "incident" for c in self.claims):
            return "incident"
        return next((c.scope for c in self.claims if c.scope in ("tally", "background")), "incident")

    @property
    def bears(self) -> bool:
        """Whether it tells of harm to somebody in an event."""
        return any(c.kind in (*HARM, "victim") and c.scope == "incident" and not c.negated for c in self.claims)

    @property
    def strikes(self) -> bool:
        """Whether it tells of a strike or of what was struck."""
        return any(c.kind in ("strike_type", "infrastructure") for c in self.claims)

    @property
    def tells_strike(self) -> bool:
        """Whether it says outright what struck or what was struck."""
        return any(c.kind in ("strike_type", "infrastructure") and not c.hedged for c in self.claims)


class Event(msgspec.Struct):
    """What has been gathered of one event so far."""

    passages: list[Passage]
    when: When | None = None
    where: Where | None = None

    @property
    def bears(self) -> bool:
        return any(p.bears for p in self.passages)


def passages_of(document: Document, claims: Sequence[Claim]) -> list[Passage]:
    found: list[Passage] = []
    titled = [c for c in claims if c.span.start < 0]
    if titled:
        found.append(Passage(titled[0].span.start, max(c.span.end for c in titled), -1, titled))
    text = document.text
    bounds = list(sentences(Folded(text=text, at=range(len(text) + 1)), frozenset(), text))
    paragraph = last = 0
    at = len(titled)
    for start, end in bounds:
        paragraph += len(re.findall(r"\n\s*\n|\n", text[last:start])) > 0
        last = start
        mine = []
        while at < len(claims) and claims[at].span.start < end:
            mine.append(claims[at])
            at += 1
        if mine:
            found.append(Passage(start, end, paragraph, mine))
        paragraph += text[start:end].endswith("\n")
    return found


def mark_totals(passages: Sequence[Passage], places: Mapping[str, Where]) -> None:
    """Marks the passages whose toll is over a month or more and a whole country or, where no strike is told of, a whole
    province: no incident is so wide. One that says what was struck tells of an event all the same, however roughly
    dated."""
    for passage in passages:
        when, where = _when(passage), _where(passage, places)
        long = when is not None and when.days >= MONTH
        wide = where is None or where.precision == "country"
        wide |= where is not None and where.precision == "province_governorate" and not passage.strikes
        passage.total = long and wide and passage.bears and not passage.of("infrastructure")


def _continues(passage: Passage, before: Passage | None) -> bool:
    """Whether a passage only goes on about a total told just before: "The dead included 61 children"."""
    if before is None or before.scoped != "tally" or passage.paragraph != before.paragraph:
        return False
    return not passage.of("date", "infrastructure") and all(
        isinstance(c.value, Figure) and c.value.part for c in passage.of(*HARM)
    )


def events_of(passages: Sequence[Passage], places: Mapping[str, Where]) -> list[Event]:
    """The events told, the main one first. A title tells of one of them: it opens none where the text tells of any."""
    if passages and passages[0].titled:
        title, *text = passages
        events = _events_of(text, places)
        return _entitled(events, title, places) if any(e.bears for e in events) else _events_of(passages, places)
    return _events_of(passages, places)


def _entitled(events: list[Event], title: Passage, places: Mapping[str, Where]) -> list[Event]:
    """The events with the title given to the first one that its day and place allow, or to the main one."""
    when, where = _when(title), _where(title, places) or _where(title, places, in_passing=True)
    allowed = [e for e in events if e.bears and _same_time(e.when, when) and same_place(e.where, where)]
    event = (allowed or events)[0]
    if title.scoped == "incident":
        said = {figure(c) for p in event.passages for c in p.of(*HARM)}
        news = [c for c in title.claims if c.kind not in HARM or figure(c) not in said]
        event.passages.insert(0, msgspec.structs.replace(title, claims=news))
    if event.when is None:
        event.when = when
    if where is not None and (event.where is None or (event in allowed and finer(where, event.where))):
        event.where = where
    return events


def _events_of(passages: Sequence[Passage], places: Mapping[str, Where]) -> list[Event]:
    events: list[Event] = []
    current: Event | None = None
    hint: tuple[int, Where, bool] | None = None  # a place named in passing, and its paragraph
    lead: Event | None = None  # a strike told with its day but no place: its toll may follow
    before: Passage | None = None
    for passage in passages:
        when, where = _when(passage), _where(passage, places)
        if passage.scoped != "incident" or _continues(passage, before):
            before = passage if passage.scoped != "incident" else before
            continue
        before = passage
        if passage.bears or passage.strikes:
            if where is None and hint and passage.paragraph - hint[0] <= 1 and (when is not None or not events):
                where = hint[1]
                if hint[2] and _fitting(events, current, passage, when, None) is not None:
                    where = None  # a name met in passing makes no second event of that day
            if lead is not None and passage.bears and _follows(passage, lead, when, where):
                event: Event | None = lead
                events.append(lead)
            else:
                event = _fitting(events, current, passage, when, where)
            lead = None
            if event is None and current is not None and _names_only(passage, current, when, where):
                current.passages.append(passage)  # somebody of this event who died later, or is remembered
            elif event is None and _may_open(passage, when, where, bool(events)):
                event = Event([])
                events.append(event)
            elif event is None and passage.strikes and when is not None:
                lead = Event([passage], when, where)
            if event is not None:
                _join(event, passage, when, where)
                current = event
            elif current is not None and passage.bears and when is None:
                current.passages.append(passage)  # the wounded were taken elsewhere: still the same event
        elif current is not None and _answers(passage, current):
            current.passages.append(passage)
        named, met = _where(passage, places), False
        if named is None or (named.radius_km or 0) > COARSE_KM:
            named, met = _where(passage, places, in_passing=True), True
        if named is not None and (named.radius_km or 0) <= COUNTRY_KM:
            hint = (passage.paragraph, named, met)
    return _told(events, passages, places)


def _may_open(passage: Passage, when: When | None, where: Where | None, others: bool) -> bool:
    """Whether a passage that fits no event tells of a new one: harm with a day or place of its own; a strike
    without a toll needs a place no wider than a town; the first harm told needs neither."""
    if passage.bears:
        return not others or when is not None or (where is not None and passage.strikes)
    if others and when is None and not passage.tells_strike:
        return False  # "the shooting" of which the report has told
    return where is not None and (where.radius_km is None or where.radius_km <= COARSE_KM)


def _names_only(passage: Passage, current: Event, when: When | None, where: Where | None) -> bool:
    """Whether the passage only tells of people by name, or of one known already ("the child"), at no other place and
    no earlier day than the current event's: a death from wounds and a post in memory bear days of their own, but tell
    of no event of their own."""
    counted = [c.value for c in passage.of(*HARM) if isinstance(c.value, Figure)]
    if passage.strikes or any(f.addends or f.number != 1 for f in counted):
        return False
    known = [c for c in passage.of(*HARM) if _KNOWN.match(c.span.quote)]
    if not passage.of("victim") and not (known and len(known) == len(passage.of(*HARM))):
        return False
    later = when is not None and current.when is not None and when.start > current.when.end
    return later and (where is None or same_place(current.where, where))


def _follows(passage: Passage, lead: Event, when: When | None, where: Where | None) -> bool:
    """Whether the passage tells, in the same paragraph, the harm of the strike told just before."""
    near = passage.paragraph == lead.passages[-1].paragraph
    return near and _same_time(lead.when, when) and same_place(lead.where, where)


def _fitting(
    events: Sequence[Event], current: Event | None, passage: Passage, when: When | None, where: Where | None
) -> Event | None:
    """The event a passage belongs to: the current one where it says nothing else, else the latest that its day
    and place allow."""
    if when is None and where is None:
        return current
    order = ([current] if current else []) + [e for e in reversed(events) if e is not current]
    for event in order:
        if _same_time(event.when, when) and (same_place(event.where, where) or _headed(event, where)):
            return event
    again = (e for e in (current, *events[:1]) if e is not None and _same_time(e.when, when))
    return next((e for e in again if _retold(e, passage, where)), None)


def _retold(event: Event, passage: Passage, where: Where | None) -> bool:
    """Whether the passage only tells the event's figures again, as the body of a report does those of its headline,
    and the places do not rule it out: one is an area, or one village is taken for another of its name."""
    told, known = _figures(passage), set().union(*map(_figures, event.passages))
    if not told or not told <= known or event.where is None or where is None:
        return False
    if sum(number for _, number in told) < TELLING and len({kind for kind, _ in told}) < 2:
        return False
    return event.where.country == where.country and (
        event.where.admin1 == where.admin1 or None in (event.where.lat, where.lat)
    )


def _figures(passage: Passage) -> set[tuple[str, int]]:
    """The tolls that the passage gives in numbers, whoever they count."""
    counted = [(c.kind, c.value) for c in passage.of("killed", "injured") if not c.negated and c.scope == "incident"]
    return {(kind, v.number) for kind, v in counted if isinstance(v, Figure) and not v.part and v.number}


def _headed(event: Event, where: Where | None) -> bool:
    """Whether the event is so far only a headline that puts it by the city whose province the place lies in."""
    head = event.where
    if head is None or where is None or len(event.passages) > 1 or event.passages[0].paragraph:
        return False
    return fineness_of(head) < min(FINE, fineness_of(where)) and (head.country, head.admin1) == (
        where.country,
        where.admin1,
    )


def _same_time(left: Period | None, right: Period | None) -> bool:
    return left is None or right is None or left.distance(right) <= 1


def _join(event: Event, passage: Passage, when: When | None, where: Where | None) -> None:
    event.passages.append(passage)
    if when is not None and (event.when is None or _says_more(when, event.when)):
        event.when = when
    if where is not None and (event.where is None or finer(where, event.where)):
        event.where = where


def _says_more(new: When, old: When) -> bool:
    """Whether the new date is narrower, or as narrow and numbered where the old is a "today" or a weekday."""
    if new.days != old.days:
        return new.days < old.days
    numbered = [any(c.isdigit() for c in w.quote or "") for w in (new, old)]
    return numbered == [True, False]


def _answers(passage: Passage, event: Event) -> bool:
    """Whether a passage that tells of no harm speaks of the event: a statement or victim soon after it."""
    if passage.paragraph - event.passages[-1].paragraph > REACH or passage.of("declared"):
        return False  # a party's count of its strikes says nothing of who made this one
    return bool(passage.of("statement", "victim", "munition", "observation", "belligerent"))


def _told(events: list[Event], passages: Sequence[Passage], places: Mapping[str, Where]) -> list[Event]:
    """The events worth an account, the main one first; a report of a strike that says neither harm nor where,
    or a party's statement alone, is one when it tells of nothing else."""
    told = [e for e in events if e.bears or (e.where is not None and (e.where.radius_km or 0) <= COARSE_KM)]
    if not told and not any(p.scoped == "tally" or p.of("declared") for p in passages):
        loose = [p for p in passages if p.scoped == "incident" and (p.bears or p.strikes or p.of("statement"))]
        told = events[:1] or ([Event(loose)] if loose else [])
    _share_judgement(told, passages)
    if len(told) == 1:  # a date line or place line above or below the only event is its own
        event = told[0]
        if event.when is None:
            event.when = next((w for p in passages if p.scoped == "incident" and (w := _when(p))), None)
        if event.where is None or (event.where.radius_km or 0) > COUNTRY_KM or _a_street(event):
            event.where = _named(passages, places) or event.where
    _come_closer(told, passages, places)
    for event in told:
        if event.when is None:
            event.when = _reported(event, passages)
    return sorted(told, key=lambda e: not e.bears)


def _come_closer(told: Sequence[Event], passages: Sequence[Passage], places: Mapping[str, Where]) -> None:
    """Gives each event that is put by a city or province alone the closer place that its part of the report names as
    where something was, be it in a sentence of no harm."""
    starts = sorted(e.passages[0].start for e in told)
    named = [(p, _where(p, places)) for p in passages if p.scoped == "incident"]
    for event in told:
        event.where = nearest_told(event.where, (w for _, w in named))
        wide = event.where
        if wide is None or wide.lat is None or fineness_of(wide) >= FINE:
            continue
        first = event.passages[0].start
        end = next((s for s in starts if s > first), passages[-1].end)
        own = (w for p, w in named if first <= p.start < end and w is not None)
        event.where = closer(wide, own) or wide


def _a_street(event: Event) -> bool:
    """Whether all that is known of its place is the name of a street, which lies in the town the report names."""
    where = event.where
    if where is None or where.lat is not None:
        return False
    told = (c.value for p in event.passages for c in p.of("place") if c.id == where.claim)
    return any(isinstance(value, PlaceName) and value.kind == "street" for value in told)


def _share_judgement(told: Sequence[Event], passages: Sequence[Passage]) -> None:
    """Gives each event what the report says of its sources, for an assessment says so once and anywhere; one that
    judges several events does so where it tells of each. What parties say is of the only event that is told."""
    kinds: tuple[str, ...] = ("statement",) if len(told) == 1 else ()
    if sum(any(p.of("strike_status", "grade") for p in event.passages) for event in told) <= 1:
        kinds += JUDGING
    for passage in passages:
        judges = "belligerent" if passage.of(*JUDGING) else ""
        said = passage.of(*kinds, judges) if passage.of(*kinds) and passage.scoped == "incident" else []
        for event in told:
            if said and not any(p is passage for p in event.passages):
                event.passages.append(Passage(passage.start, passage.end, passage.paragraph, said))


def _named(passages: Sequence[Passage], places: Mapping[str, Where]) -> Where | None:
    """The first place that a report of one event gives: its coordinates, else one where something is said to be, else
    one named in passing, and a country only where nothing narrower is named."""
    given = [c for p in passages if p.scoped == "incident" for c in p.of("place") if _is_given(c)]
    if given and given[0].id in places:
        return places[given[0].id]
    for in_passing in (False, True):
        named = [w for p in passages if p.scoped == "incident" and (w := _where(p, places, in_passing=in_passing))]
        narrow = next((w for w in named if w.lat is not None and (w.radius_km or 0) <= COUNTRY_KM), None)
        if narrow:
            return narrow
    return named[0] if named else None


def _is_given(claim: Claim) -> bool:
    return isinstance(claim.value, PlaceName) and claim.value.relation == "coordinates"


def _reported(event: Event, passages: Sequence[Passage]) -> When | None:
    """The day of the date line that the event stands under and the day before, marked uncertain (EDTF ?): releases
    that name no day tell of the one just past. None where the report bears no date line."""
    first = event.passages[0].start
    for passage in reversed([p for p in passages if p.start <= first]):
        for claim in passage.of("date"):
            if isinstance(claim.value, DateValue) and claim.value.role == "report":
                period = Period.parse(claim.value.edtf)
                if period.days == 1:
                    before = period.start - datetime.timedelta(days=1)
                    spread = Period(start=before, end=period.end, edtf=f"{before}?/{period.end}?")
                    return When.of(spread, quote=claim.span.quote, claim=claim.id)
        if passage.bears and passage.start < first:
            return None
    return None


def _when(passage: Passage) -> When | None:
    """The narrowest day or period that the passage gives its event."""
    found = []
    for claim in passage.of("date"):
        if isinstance(claim.value, DateValue) and claim.value.role == "event" and claim.scope == "incident":
            found.append(When.of(Period.parse(claim.value.edtf), quote=claim.span.quote, claim=claim.id))
    return min(found, key=lambda w: w.days, default=None)


def _where(passage: Passage, places: Mapping[str, Where], *, in_passing: bool = False) -> Where | None:
    return place_of(passage.claims, places, in_passing=in_passing)
