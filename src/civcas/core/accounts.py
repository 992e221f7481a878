"""The claims of a document gathered into accounts, their words turned to ranges by the codebook."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from civcas.core.codebook import Codebook, range_of
from civcas.core.events import HARM, Passage, events_of, mark_totals, passages_of
from civcas.core.extract.text import fold_words
from civcas.core.records import (
    Account,
    AccountKind,
    Belligerent,
    Change,
    Claim,
    DateValue,
    Declared,
    Document,
    Figure,
    Harm,
    Party,
    Person,
    PlaceName,
    Position,
    Statement,
    Term,
    Total,
    Victim,
    When,
    Where,
    digest,
)
from civcas.core.terms import with_parents
from civcas.core.values import Count, Period

NO_CIVILIANS = ("belligerents", "contested", "member_of_armed_forces")
MOST_WORDS = 20_000  # of an account: more say nothing further of how like two texts are


def gather(
    document: Document, claims: Sequence[Claim], places: Mapping[str, Where], codebook: Codebook
) -> list[Account]:
    """The document's accounts: its events in the order told, the main one first, then totals and strike counts."""
    passages = passages_of(document, claims)
    mark_totals(passages, places)
    told = events_of(passages, places)
    made = [_account(document, "incident", event.passages, event.when, event.where, places, codebook) for event in told]
    # A report of one event is about it from its title on, unless it has lost its text.
    if len(made) == 1 and not all(p.titled for p in told[0].passages):
        words = _content(f"{document.title or ''}\n{document.text[: 10 * MOST_WORDS]}")
        made = [msgspec.structs.replace(made[0], words=words[:MOST_WORDS])]
    for passage in passages:
        if passage.scoped == "tally" and any(_numbered(c) for c in passage.of(*HARM)):
            made.append(_total(document, "tally", passage, places, codebook))
        if passage.of("declared"):
            made.append(_total(document, "strikes", passage, places, codebook))
    return made


def _numbered(claim: Claim) -> bool:
    """Whether the figure is more than a bare plural: "civilians were killed this year" is no total."""
    return isinstance(claim.value, Figure) and claim.value.word != "plural" and claim.scope in ("tally", "incident")


def _account(
    document: Document, kind: AccountKind, passages: Sequence[Passage], when: When | None, where: Where | None,
    places: Mapping[str, Where], codebook: Codebook,
) -> Account:  # fmt: skip
    claims = tuple(c for p in passages for c in p.claims if not _passing(c))
    spans = sorted({(c.span.start, c.span.end) for c in claims})
    return Account(
        id=digest(document.id, kind, spans),
        document=document.id,
        kind=kind,
        when=when,
        where=where,
        harm=_harm(claims, kind, codebook),
        declared=_declared(claims, codebook) if kind == "strikes" else (),
        belligerents=_belligerents(claims),
        strike_type=with_parents(_slugs(claims, "strike_type")),
        infrastructure=with_parents(_slugs(claims, "infrastructure")),
        munitions=_slugs(claims, "munition"),
        observations=_slugs(claims, "observation"),
        victims=_victims(claims),
        statements=_statements(passages, document.id, codebook),
        claims=claims,
        published=document.published,
        captured=document.captured,
        publisher=document.publisher,
        language=document.language,
        places=tuple({w.name: w for c in claims if (w := places.get(c.id)) and w.lat is not None}.values()),
        words=_words(document, passages),
    )


def _passing(claim: Claim) -> bool:
    return isinstance(claim.value, PlaceName) and claim.value.relation in ("mention", "demonym")


def _harm(claims: Sequence[Claim], kind: AccountKind, codebook: Codebook) -> tuple[Harm, ...]:
    """The figures about this account; one said twice by the same voice is one figure with both claims."""
    wanted = ("tally", "incident") if kind == "tally" else ("incident",)
    found: dict[tuple[object, ...], Harm] = {}
    for claim in claims:
        value = claim.value
        if claim.kind not in HARM or not isinstance(value, Figure) or claim.scope not in wanted or claim.negated:
            continue
        count = range_of(value, codebook)
        if not count.known:
            continue
        group = "people" if claim.kind == "detained" and value.group in ("men", "women") else value.group
        adds = value.more and (group == "belligerents" or claim.kind == "detained")
        told = _before(found.values(), claim, group, count) if adds else None
        if told:
            count, group = count + told.count, told.group
        key = (claim.kind, group, count.min, count.max, claim.speaker, value.part, value.rises, value.early)
        seen = found.get(key)
        found[key] = Harm(
            kind=claim.kind,  # type: ignore[arg-type]
            group=group,
            min=count.min,
            max=count.max,
            speaker=claim.speaker,
            claims=(*(seen.claims if seen else told.claims if told else ()), claim.id),
            hedged=claim.hedged or count.hedged,
            part=value.part,
            rises=value.rises,
            early=value.early,
        )
    return tuple(found.values())


def _before(found: Iterable[Harm], claim: Claim, group: str, count: Count) -> Harm | None:
    """The largest figure told before, of the same kind and status, on top of which "one more" comes; who is
    detained with fighters is taken to be of them. None where it is one told before together with these: three were
    detained, a leader was, and so were "two others"."""
    alike = {group, "people", "belligerents"} if claim.kind == "detained" else {group}
    same = [h for h in found if h.kind == claim.kind and h.group in alike and not h.part and h.min]
    alone = claim.speaker is None  # the report itself goes on with what it has told, whoever it had that from
    told = max((h for h in same if alone or h.speaker == claim.speaker), key=lambda h: h.min or 0, default=None)
    again = told and any((h.min or 0) + (count.min or 0) == told.min for h in same if h is not told)
    return None if again else told


def _declared(claims: Sequence[Claim], codebook: Codebook) -> tuple[Declared, ...]:
    found = []
    for claim in claims:
        if not isinstance(claim.value, Total):
            continue
        total = claim.value
        count = range_of(Figure(number=total.number, bound=total.bound), codebook)
        change = None if total.percent is None else Change(percent=total.percent, against=total.against)
        found.append(
            Declared(
                what=total.what, min=count.min, max=count.max, party=total.party, change=change, claims=(claim.id,)
            )
        )
    return tuple(found)


def _slugs(claims: Sequence[Claim], kind: str) -> tuple[str, ...]:
    """The slugs read for the kind; what is only likely counts where nothing says it outright."""
    claims = [c for c in claims if c.kind == kind]
    claims = [c for c in claims if not c.hedged] or claims
    return tuple(dict.fromkeys(c.value.slug for c in claims if c.kind == kind and isinstance(c.value, Term)))


def _belligerents(claims: Sequence[Claim]) -> tuple[Belligerent, ...]:
    found: dict[str, Belligerent] = {}
    for claim in claims:
        if claim.kind == "belligerent" and isinstance(claim.value, Party) and not claim.negated:
            party, seen = claim.value, found.get(claim.value.name)
            known = party.attribution == "known" or (seen is not None and seen.attribution == "known")
            ids = (*(seen.claims if seen else ()), claim.id)
            found[party.name] = Belligerent(name=party.name, attribution="known" if known else "suspected", claims=ids)
    return tuple(found.values())


def _victims(claims: Sequence[Claim]) -> tuple[Victim, ...]:
    found: dict[str, Victim] = {}
    for claim in claims:
        if claim.kind != "victim" or not isinstance(claim.value, Person):
            continue
        person, key = claim.value, fold_words(claim.value.name)
        seen = found.get(key)
        found[key] = Victim(
            name=seen.name if seen else person.name,
            age=seen.age if seen and seen.age is not None else person.age,
            gender=seen.gender if seen and seen.gender else person.gender,
            outcome="killed" if seen and seen.outcome == "killed" else person.outcome,
            group=seen.group if seen and seen.group != "people" else person.group,
            relation=seen.relation if seen and seen.relation else person.relation,
            claims=(*(seen.claims if seen else ()), claim.id),
        )
    return tuple(found.values())


def _statements(passages: Sequence[Passage], document: str, codebook: Codebook) -> tuple[Statement, ...]:
    found: dict[tuple[str | None, str], Statement] = {}
    for passage in passages:
        for claim in passage.of("statement"):
            if not isinstance(claim.value, Position):
                continue
            said = Statement(
                speaker=claim.value.party or claim.speaker,
                position=claim.value.position,
                quote=claim.span.quote,
                claim=claim.id,
                document=document,
                conceded=_conceded(claim, passage, codebook) if claim.value.position == "accepts" else (),
                date=_said_on(claim, passage),
            )
            seen = found.setdefault((said.speaker, said.position), said)
            if said.conceded and not seen.conceded:
                found[said.speaker, said.position] = said
    return tuple(found.values())


def _said_on(statement: Claim, passage: Passage) -> str | None:
    """The day on which it was said, where its sentence gives one: of several, the one that stands nearest."""
    days = [c for c in passage.of("date") if isinstance(c.value, DateValue) and c.value.role == "report"]
    nearest = min(days, key=lambda c: _apart(c, statement), default=None)
    return nearest.value.edtf if nearest is not None and isinstance(nearest.value, DateValue) else None


def _apart(one: Claim, other: Claim) -> int:
    """Characters between two claims, 0 where one stands in the other."""
    return max(one.span.start - other.span.end, other.span.start - one.span.end, 0)


def _conceded(statement: Claim, passage: Passage, codebook: Codebook) -> tuple[Harm, ...]:
    """The civilians killed and injured whom the party counts in the sentence that accepts the harm."""
    party = statement.value.party if isinstance(statement.value, Position) else None
    found: dict[str, Harm] = {}
    for claim in passage.of("killed", "injured"):
        value = claim.value
        if not isinstance(value, Figure) or claim.negated or claim.scope != "incident" or value.part:
            continue
        count = range_of(value, codebook)
        if value.group in NO_CIVILIANS or not count.known or claim.speaker not in (None, party, statement.speaker):
            continue
        one = Harm(
            kind=claim.kind,  # type: ignore[arg-type]
            group=value.group,
            min=count.min,
            max=count.max,
            speaker=party or statement.speaker,
            claims=(claim.id,),
            hedged=claim.hedged or count.hedged,
        )
        found.setdefault(claim.kind, one)
    return tuple(found.values())


_WORD = re.compile(r"[^\W\d_]{3,}")


def _words(document: Document, passages: Sequence[Passage]) -> tuple[str, ...]:
    told = (word for p in passages for word in _content(document.words(p.start, p.end)))
    return tuple(itertools.islice(told, MOST_WORDS))


def _content(text: str) -> tuple[str, ...]:
    """The words in their order, as often as they stand: copies show by runs of words."""
    return tuple(_WORD.findall(fold_words(text)))


def _total(
    document: Document,
    kind: AccountKind,
    passage: Passage,
    places: Mapping[str, Where],
    codebook: Codebook,
) -> Account:
    """A total over a period or area: its period and area are the widest its sentence names."""
    dates = [(c, c.value) for c in passage.of("date") if isinstance(c.value, DateValue)]
    told = [d for role in ("period", "event") for d in dates if d[1].role == role]
    when = None
    if told:
        claim, date = told[0]
        when = When.of(Period.parse(date.edtf), quote=claim.span.quote, claim=claim.id)
    where = _area([places[c.id] for c in passage.of("place") if c.id in places and places[c.id].lat is not None])
    wanted = HARM if kind == "tally" else ("declared",)
    kept = [c for c in passage.claims if c.kind in (*wanted, "date", "place", "belligerent")]
    return _account(
        document, kind, [Passage(passage.start, passage.end, passage.paragraph, kept)], when, where, places, codebook
    )


def _area(named: Sequence[Where]) -> Where | None:
    """The widest place named; several countries together are an area of no single point."""
    widest = max(named, key=lambda w: w.radius_km or 0, default=None)
    countries = {w.country: w for w in named if w.country is not None and w.admin1 is None}
    if widest is None or len(countries) < 2:
        return widest
    return Where(
        name=", ".join(w.name for w in countries.values()),
        quote=widest.quote,
        claim=widest.claim,
        reason="a total over several countries has no single point",
    )
