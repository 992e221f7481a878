"""Which sentences of a report tell of one event: by its days, its places, and the order of telling."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence

import msgspec

from civcas.core.extract.text import Folded, fold_words, sentences
from civcas.core.placekinds import FINE, SPELT_OTHERWISE, fineness
from civcas.core.records import Claim, DateValue, Document, Figure, PlaceName, When, Where
from civcas.core.values import Period, kilometres

HARM = ("killed", "injured", "missing", "detained", "displaced")
NEAR_KM = 10.0  # two places of one report closer than this, radii added, may be one event's
COARSE_KM = 40.0  # a place wider than this (a governorate, a country) cannot alone tell of an event
COUNTRY_KM = 250.0  # a place wider than this is a country, or as little help
MONTH = 28  # days; a toll over at least so long and a whole country is a total
UNLISTED_KM = 20.0  # how far from the town it is named with a village may lie that no list holds
JUDGING = ("sourcing", "strike_status", "grade")
FAR_KM = 100.0  # further than this from every other place named, a mere likeness is doubted
REACH = 3  # paragraphs after an event's last words within which a statement still answers it


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


class Event(msgspec.Struct):
    """What has been gathered of one event so far."""

    passages: list[Passage]
    when: When | None = None
    where: Where | None = None

    @property
    def bears(self) -> bool:
        return any(p.bears for p in self.passages)


def passages_of(document: Document, claims: Sequence[Claim]) -> list[Passage]:
    text = document.text
    bounds = list(sentences(Folded(text=text, at=range(len(text) + 1)), frozenset(), text))
    found: list[Passage] = []
    paragraph = last = at = 0
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
    events: list[Event] = []
    current: Event | None = None
    hint: tuple[int, Where] | None = None  # a place named in passing, and its paragraph
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
            if lead is not None and passage.bears and _follows(passage, lead, when, where):
                event: Event | None = lead
                events.append(lead)
            else:
                event = _fitting(events, current, when, where)
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
        named = _where(passage, places)
        if named is None or (named.radius_km or 0) > COARSE_KM:
            named = _where(passage, places, in_passing=True)
        if named is not None and (named.radius_km or 0) <= COUNTRY_KM:
            hint = (passage.paragraph, named)
    return _told(events, passages, places)


def _may_open(passage: Passage, when: When | None, where: Where | None, others: bool) -> bool:
    """Whether a passage that fits no event tells of a new one: harm with a day or place of its own; a strike
    without a toll needs a place no wider than a town; the first harm told needs neither."""
    if passage.bears:
        return not others or when is not None or (where is not None and passage.strikes)
    return where is not None and (where.radius_km is None or where.radius_km <= COARSE_KM)


def _names_only(passage: Passage, current: Event, when: When | None, where: Where | None) -> bool:
    """Whether the passage only names people, at no other place and no earlier day than the current event's: a death
    from wounds and a post in memory bear days of their own, but tell of no event of their own."""
    counted = [c.value for c in passage.of(*HARM) if isinstance(c.value, Figure)]
    if not passage.of("victim") or passage.strikes or any(f.addends or f.number != 1 for f in counted):
        return False
    later = when is not None and current.when is not None and when.start > current.when.end
    return later and (where is None or _same_place(current.where, where))


def _follows(passage: Passage, lead: Event, when: When | None, where: Where | None) -> bool:
    """Whether the passage tells, in the same paragraph, the harm of the strike told just before."""
    near = passage.paragraph == lead.passages[-1].paragraph
    return near and _same_time(lead.when, when) and _same_place(lead.where, where)


def _fitting(events: Sequence[Event], current: Event | None, when: When | None, where: Where | None) -> Event | None:
    """The event a passage belongs to: the current one where it says nothing else, else the latest that its day
    and place allow."""
    if when is None and where is None:
        return current
    order = ([current] if current else []) + [e for e in reversed(events) if e is not current]
    for event in order:
        if _same_time(event.when, when) and (_same_place(event.where, where) or _headed(event, where)):
            return event
    return None


def _headed(event: Event, where: Where | None) -> bool:
    """Whether the event is so far only a headline that puts it by the city whose province the place lies in."""
    head = event.where
    if head is None or where is None or len(event.passages) > 1 or event.passages[0].paragraph:
        return False
    return _fineness(head) < min(FINE, _fineness(where)) and (head.country, head.admin1) == (
        where.country,
        where.admin1,
    )


def _fineness(where: Where) -> int:
    return fineness(where.precision, where.radius_km)


def _same_time(left: Period | None, right: Period | None) -> bool:
    return left is None or right is None or left.distance(right) <= 1


def _same_place(left: Where | None, right: Where | None) -> bool:
    if left is None or right is None:
        return True
    if left.gazetteer_id is not None and left.gazetteer_id == right.gazetteer_id:
        return True
    if left.lat is None or left.lon is None or right.lat is None or right.lon is None:
        if fold_words(left.name) == fold_words(right.name):
            return True
        return left.country is None or right.country is None or left.country == right.country
    if left.country and right.country and left.country != right.country:
        return False
    wide, fine = sorted((left, right), key=lambda w: -(w.radius_km or 0))
    if (wide.radius_km or 0) > COARSE_KM and wide.admin1 is None and wide.country == fine.country:
        return True  # a country and a place in it
    if (wide.radius_km or 0) >= COARSE_KM and wide.admin1 == fine.admin1 and wide.country == fine.country:
        return True
    apart = kilometres(left.lat, left.lon, right.lat, right.lon)
    if _fineness(wide) < FINE - 1 and wide.admin1 == fine.admin1:
        return apart <= NEAR_KM + (wide.radius_km or 0)  # the countryside of a town and a village in it
    return apart <= NEAR_KM + min(left.radius_km or 0, 15) + min(right.radius_km or 0, 15)


def _join(event: Event, passage: Passage, when: When | None, where: Where | None) -> None:
    event.passages.append(passage)
    if when is not None and (event.when is None or _says_more(when, event.when)):
        event.when = when
    if where is not None and (event.where is None or _finer(where, event.where)):
        event.where = where


def _says_more(new: When, old: When) -> bool:
    """Whether the new date is narrower, or as narrow and numbered where the old is a "today" or a weekday."""
    if new.days != old.days:
        return new.days < old.days
    numbered = [any(c.isdigit() for c in w.quote or "") for w in (new, old)]
    return numbered == [True, False]


def _finer(new: Where, old: Where) -> bool:
    """Whether the new place says more precisely where: known where the old is not, or much narrower."""
    if new.lat is None:
        return False
    if old.lat is None or (_fineness(old) < _fineness(new) and (new.radius_km or 0) <= COARSE_KM):
        return True
    return (new.radius_km or 0) * 2 < (old.radius_km or 0)


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
        if event.where is None or (event.where.radius_km or 0) > COUNTRY_KM:
            event.where = _named(passages, places) or event.where
    for event in told:
        if event.when is None:
            event.when = _reported(event, passages)
    return sorted(told, key=lambda e: not e.bears)


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
    """The narrowest place that the passage gives its event, the district it is in before the city it lies west
    of, either before a whole province; with `in_passing` any place it names at all."""
    found: list[tuple[PlaceName, Where]] = []
    for claim in passage.of("place"):
        if claim.id not in places or not isinstance(claim.value, PlaceName):
            continue
        if claim.value.relation == "demonym" or (claim.value.relation == "mention" and not in_passing):
            continue
        found.append((claim.value, places[claim.id]))
    known = [(n, w) for n, w in found if w.lat is not None]
    if not known:
        return found[0][1] if found and not in_passing else None
    if in_passing:
        best = min(known, key=lambda nw: nw[1].radius_km or 0)[1]
    else:
        alone = [n for n, w in known if n.cue == "weak" and _mere_likeness(w, [o for _, o in known if o is not w])]
        best = min(known, key=lambda nw: (_rank(*nw, alone=nw[0] in alone), _extent(nw[1])))[1]
    unlisted = [w for n, w in found if w.lat is None and not w.candidates and n.kind in ("village", "town")]
    return _about(unlisted[0], best) if unlisted and not in_passing else best


def _extent(where: Where) -> float:
    """How wide a place is told to be: of several provinces none is the narrower for being small."""
    return COUNTRY_KM if where.precision == "province_governorate" else where.radius_km or 0


def _rank(named: PlaceName, where: Where, *, alone: bool) -> int:
    if named.relation == "coordinates":
        return -1
    if alone or where.precision in ("province_governorate", "country"):
        return 2
    return 1 if named.bearing or named.offset_km else 0


def _mere_likeness(where: Where, others: Sequence[Where]) -> bool:
    """Whether the place is one only by the sound of its name and far from all others named: "the house of X", with X
    much like some village elsewhere."""
    if not others or SPELT_OTHERWISE not in (where.reason or ""):
        return False
    return all(kilometres(where.lat or 0, where.lon or 0, o.lat or 0, o.lon or 0) > FAR_KM for o in others)


def _about(unlisted: Where, beside: Where) -> Where:
    """A village that no list holds, somewhere about the place named beside it: never that place's own point."""
    return msgspec.structs.replace(
        unlisted,
        lat=beside.lat,
        lon=beside.lon,
        radius_km=max(beside.radius_km or 0, UNLISTED_KM),
        admin1=unlisted.admin1 or beside.admin1,
        country=unlisted.country or beside.country,
        precision=beside.precision if (beside.radius_km or 0) > UNLISTED_KM else "district",
        centroid=True,
        reason=f"no gazetteer entry of that name; somewhere about {beside.name}, named with it",
    )
