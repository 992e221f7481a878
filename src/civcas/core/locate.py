"""Place claims and gazetteer candidates become places with a radius, each with the reason for it.

Every reading of a document's place names is weighed against the others: what is named beside it, the country the
document is about, the nearness of its other places, then population and kind. What cannot be told apart stays open.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

from msgspec.structs import replace

from civcas.core import placekinds
from civcas.core.placenames import fold_name
from civcas.core.records import Claim, Document, PlaceName, Record, Where
from civcas.core.values import kilometres


class Candidate(Record, frozen=True, kw_only=True):
    """A gazetteer entry that bears the name looked up; `kind` is its GeoNames feature code."""

    gazetteer_id: str
    name: str
    lat: float
    lon: float
    kind: str
    country: str | None = None
    admin1: str | None = None
    admin2: str | None = None
    population: int | None = None
    match: Literal["exact", "folded", "fuzzy"] = "exact"
    likeness: float = 1.0  # of a fuzzy match, 0 to 1
    radius_km: float | None = None  # where the gazetteer says so itself


Lookup: TypeAlias = Callable[[str], Sequence[Candidate]]

DEMONYM = "DEM"  # kind of the entries that name a people, never a place
_SAME_PLACE_KM = 12.0  # two entries of one name closer than this are one place told twice
_MARGIN = 0.4  # a lead smaller than this (about six times the people, all else alike) does not tell two places apart
_LIKE_ENOUGH = 0.9  # below it a fuzzy match is another name
_COAST_KM = 80.0
_MANY_PEOPLE = 300_000


class _Reading(Record, frozen=True, kw_only=True):
    """One place claim with the candidates for its name."""

    claim: Claim
    value: PlaceName
    words: str  # the part of the name that the gazetteer knows, as it stands in the text
    kind: str | None
    candidates: tuple[Candidate, ...]


class _Context(Record, frozen=True, kw_only=True):
    """What the whole document says of where it is: each name's vote for a country, and each claim's best candidate."""

    text: str
    votes: dict[str, tuple[str, float]]  # by folded name
    best: dict[str, Candidate]  # by claim id


def locate(document: Document, claims: Sequence[Claim], lookup: Lookup) -> dict[str, Where]:
    """The place of each place claim that is one, by claim id; lat is None where no entry, or no single one, fits."""
    readings = [reading for claim in claims if (reading := _read(claim, lookup)) is not None]
    context = _Context(text=document.text, votes={}, best={})
    for _ in range(2):  # the first round finds the country, the second uses it and the neighbours
        best = {r.claim.id: _ranked(r, readings, context)[0][1] for r in readings if r.candidates}
        context = _Context(text=document.text, votes=_votes(readings, best), best=best)
    found = {}
    for reading in readings:
        where = _where(reading, readings, context, lookup)
        if where is not None:
            found[reading.claim.id] = where
    return _between(found, readings)


# ----------------------------------------------------------- names to candidates


def _read(claim: Claim, lookup: Lookup) -> _Reading | None:
    value = claim.value
    if claim.kind != "place" or not isinstance(value, PlaceName) or value.relation == "demonym":
        return None
    weak = value.cue == "weak"
    stated = placekinds.kind_named(value.kind)
    fuzzy: _Reading | None = None
    for words in _prefixes(value.name):
        bare, said = placekinds.split_kind(words)
        for form in dict.fromkeys((words, bare)):
            kind = stated or said
            for candidates in (tuple(lookup(spelling)) for spelling in _spellings(form)):
                sure = tuple(c for c in candidates if c.match != "fuzzy")
                if sure:
                    if _is_people(sure, kind):
                        return None
                    return _Reading(claim=claim, value=value, words=words, kind=kind, candidates=sure)
                likely = tuple(c for c in candidates if c.likeness >= _LIKE_ENOUGH and c.kind != DEMONYM)
                if likely and fuzzy is None and not weak:
                    fuzzy = _Reading(claim=claim, value=value, words=words, kind=kind, candidates=likely)
    if fuzzy is not None:
        return fuzzy
    if weak and value.lat is None:
        return None
    kind = stated or placekinds.split_kind(value.name)[1]
    return _Reading(claim=claim, value=value, words=value.name, kind=kind, candidates=())


def _is_people(candidates: Sequence[Candidate], kind: str | None) -> bool:
    return kind is None and any(c.kind == DEMONYM and c.match == "exact" for c in candidates)


def _prefixes(name: str) -> list[str]:
    """The name and, shortest last, what is left of it when its last words are taken for other words of the sentence.

    Latin script shows by its capitals where a name ends, so there only a tail in small letters is taken off.
    """
    words = name.split()
    whole = [name]
    for size in range(len(words) - 1, 0, -1):
        tail = words[size]
        if not tail[:1].isupper() and not (tail.isascii() and "-" in tail):
            whole.append(" ".join(words[:size]))
    return whole


def _spellings(name: str) -> list[str]:
    """The name, and for Arabic the name without a particle that may be written as one with it."""
    glued = name[:1] in "وفبلك" and len(name) > 3
    if glued and name[1:2] == "ل" and name[0] == "ل":
        return [name, "ا" + name]  # للرقة: ل + الرقة
    return [name, name[1:]] if glued else [name]


# ----------------------------------------------------------- weighing


def _ranked(reading: _Reading, readings: Sequence[_Reading], context: _Context) -> list[tuple[float, Candidate, str]]:
    """The candidates, best first, each with its weight and the reason for it."""
    others = [r for r in readings if r.claim.id != reading.claim.id and fold_name(r.words) != fold_name(reading.words)]
    weighed = [(*_weight(c, reading, others, context), c) for c in reading.candidates if c.kind != DEMONYM]
    weighed.sort(key=lambda w: (-w[0], -(w[2].population or 0), w[2].gazetteer_id))
    return [(weight, candidate, reason) for weight, reason, candidate in weighed]


def _weight(c: Candidate, reading: _Reading, others: Sequence[_Reading], context: _Context) -> tuple[float, str]:
    reasons = []
    weight = 0.45 * math.log10((c.population or 0) + 10)
    weight += {"exact": 0.6, "folded": 0.2, "fuzzy": -1.0}[c.match] - 10 * (1 - c.likeness)
    kind = placekinds.kind_of(c.kind, c.population)
    weight += {"country": 2.5, "sea": 1.0, "district": -0.3}.get(kind, 1.0 if c.kind == "PPLC" else 0.0)
    if kind == "governorate" and any(_nested(c, o) and o.kind != c.kind for o in reading.candidates):
        weight -= 1.0  # "Aleppo" is the city, unless something says the province
    if reading.kind:
        fits = reading.kind == kind or placekinds.answers(reading.kind, c.kind)
        weight += 1.5 if fits else -1.0
        if fits:
            reasons.append(f"named as a {reading.kind}")
    share = _shares(context, but=fold_name(reading.words)).get(c.country or "", 0.0)
    if share:
        weight += 3.0 * share
        if share > 0.5:
            reasons.append(f"the report is about {c.country}")
    held, by = _containment(c, reading, others, context)
    if held:
        weight += held
        reasons.append(f"named with {by}")
    near, km = _nearest(c, others, context)
    if near is not None and km is not None:
        weight += 1.2 if km <= 40 else 0.7 if km <= 120 else 0.3 if km <= 300 else 0.0
        if km <= 120:
            reasons.append(f"{km:.0f} km from {near.name}")
    return weight, "; ".join(reasons)


def _containment(c: Candidate, reading: _Reading, others: Sequence[_Reading], context: _Context) -> tuple[float, str]:
    """How strongly the places named beside this one hold it, and the name of the one that does."""
    best, by = 0.0, ""
    for other in others:
        area = context.best.get(other.claim.id)
        if area is None or area.country != c.country:
            continue
        kind = placekinds.kind_of(area.kind, area.population)
        # A city holds its quarters, and as a city of its province's name it stands for the province.
        inside = kind == "country" or fold_name(area.name) in {fold_name(c.admin1 or ""), fold_name(c.admin2 or "")}
        if (
            kind == "city"
            and kilometres(c.lat, c.lon, area.lat, area.lon) <= placekinds.radius_of(kind, area.population) + 5
        ):
            inside = True
        if not inside:
            continue
        held = _closeness(reading.claim, other.claim, context.text) * (1.0 if kind == "country" else 1.3)
        if held > best:
            best, by = held, area.name
    return best, by


def _closeness(claim: Claim, other: Claim, text: str) -> float:
    """How near two names stand: side by side, in one sentence, or somewhere in the document."""
    first, last = sorted((claim.span, other.span), key=lambda span: span.start)
    gap = text[first.end : last.start]
    if len(gap) <= 25 and not any(mark in gap for mark in ".!?؟\n"):
        return 2.5
    if len(gap) <= 300 and not any(mark in gap for mark in (". ", "? ", "! ", "؟", "\n")):
        return 1.2
    return 0.4


def _nearest(c: Candidate, others: Sequence[_Reading], context: _Context) -> tuple[Candidate | None, float | None]:
    places = [
        b
        for r in others
        if (b := context.best.get(r.claim.id)) is not None
        and placekinds.kind_of(b.kind, b.population) not in ("country", "governorate", "sea")
    ]
    if not places:
        return None, None
    near = min(places, key=lambda b: kilometres(c.lat, c.lon, b.lat, b.lon))
    return near, kilometres(c.lat, c.lon, near.lat, near.lon)


def _votes(readings: Sequence[_Reading], best: dict[str, Candidate]) -> dict[str, tuple[str, float]]:
    """Each name's vote for a country, once however often it stands; a name borne in few countries speaks loudest."""
    votes: dict[str, tuple[str, float]] = {}
    for reading in readings:
        chosen = best.get(reading.claim.id)
        if chosen is not None and chosen.country is not None:
            borne = len({c.country for c in reading.candidates if c.likeness == 1})
            votes.setdefault(fold_name(reading.words), (chosen.country, 1.0 / max(borne, 1)))
    return votes


def _shares(context: _Context, but: str | None = None) -> dict[str, float]:
    """The share of each country in the document's places, one name left aside so that it does not speak for itself."""
    counted: dict[str, float] = {}
    for name, (country, vote) in context.votes.items():
        if name != but:
            counted[country] = counted.get(country, 0.0) + vote
    whole = sum(counted.values()) + 0.5
    return {country: vote / whole for country, vote in counted.items()}


# ----------------------------------------------------------- the place


def _where(reading: _Reading, readings: Sequence[_Reading], context: _Context, lookup: Lookup) -> Where | None:
    if reading.value.lat is not None and reading.value.lon is not None:
        return _given(reading, readings, context)
    if reading.value.relation == "off":
        reading = _coast(reading, lookup)
    ranked = _ranked(reading, readings, context)
    if not ranked:
        return _unknown(reading, readings, context)
    if _doubtful(reading, ranked[0][1], context):
        return None if reading.value.cue == "weak" else _unknown(reading, readings, context)
    rivals = _rivals(ranked)
    if rivals:
        return _ambiguous(reading, [ranked[0][1], *rivals])
    return _moved(_placed(reading, ranked), reading)


def _doubtful(reading: _Reading, c: Candidate, context: _Context) -> bool:
    """Whether the name is more likely no place at all, or another one, than this entry.

    A word with a weak cue, or a mere likeness, counts only within a country that the report's other places name,
    or for a large place.
    """
    if reading.value.cue == "strong" and c.match != "fuzzy":
        return False
    elsewhere = any(
        b.country == c.country for i, b in context.best.items() if i != reading.claim.id and b.name != c.name
    )
    large = (c.population or 0) >= _MANY_PEOPLE or placekinds.kind_of(c.kind, c.population) in (
        "country",
        "governorate",
        "sea",
    )
    return not elsewhere and (c.match == "fuzzy" or c.likeness < 1 or not large)


def _rivals(ranked: Sequence[tuple[float, Candidate, str]]) -> list[Candidate]:
    """The entries that weigh about as much as the first and lie elsewhere."""
    top, first, _ = ranked[0]
    reach = max(
        _SAME_PLACE_KM,
        first.radius_km or placekinds.radius_of(placekinds.kind_of(first.kind, first.population), first.population),
    )
    return [
        c
        for weight, c, _ in ranked[1:]
        if top - weight < _MARGIN and kilometres(first.lat, first.lon, c.lat, c.lon) > reach and not _nested(first, c)
    ]


def _nested(a: Candidate, b: Candidate) -> bool:
    """Whether one is the area the other lies in and is named after: the city and the province of Aleppo."""
    kinds = {placekinds.kind_of(c.kind, c.population) for c in (a, b)}
    return bool(kinds & {"governorate", "district", "subdistrict"}) and a.country == b.country and a.admin1 == b.admin1


def _placed(reading: _Reading, ranked: Sequence[tuple[float, Candidate, str]]) -> Where:
    _, c, reason = ranked[0]
    kind = placekinds.kind_of(c.kind, c.population)
    if (
        reading.kind
        and kind in ("city", "town", "village", "neighbourhood")
        and reading.kind in ("town", "village", "neighbourhood", "city", "camp")
    ):
        kind = reading.kind  # the report knows what it is better than a population field
    level = placekinds.place_kinds()[kind].level
    others = len({round(c.lat) * 1000 + round(c.lon) for _, c, _ in ranked}) - 1
    match = {"exact": "", "folded": "spelt otherwise", "fuzzy": f"like {c.name} ({c.likeness:.2f})"}[c.match]
    said = "; ".join(part for part in (reason, match, f"first of {others + 1} of that name" if others else "") if part)
    return Where(
        name=c.name,
        admin1=c.admin1,
        country=c.country,
        lat=c.lat,
        lon=c.lon,
        radius_km=c.radius_km or placekinds.radius_of(kind, c.population),
        gazetteer_id=c.gazetteer_id,
        quote=reading.words,
        claim=reading.claim.id,
        precision=level,
        centroid=level in placekinds.CENTROIDS,
        reason=said or "the only place of that name",
    )


def _given(reading: _Reading, readings: Sequence[_Reading], context: _Context) -> Where:
    """The place of coordinates that stand in the text."""
    value = reading.value
    around = _unknown(reading, readings, context)
    return replace(
        around,
        lat=value.lat,
        lon=value.lon,
        radius_km=0.1,
        precision="exact_location_other",
        reason="coordinates given in the text",
    )


def _unknown(reading: _Reading, readings: Sequence[_Reading], context: _Context) -> Where:
    """The name alone, with the country and province of the places that stand beside it in its sentence."""
    beside = [
        (closeness, context.best[r.claim.id])
        for r in readings
        if r.claim.id in context.best
        and (closeness := _closeness(reading.claim, r.claim, context.text)) > 1
        and r is not reading
    ]
    countries = {b.country for _, b in beside if b.country} or {
        c for c, share in _shares(context).items() if share > 0.6
    }
    closest = max((closeness for closeness, _ in beside), default=0.0)
    provinces = {b.admin1 for closeness, b in beside if b.admin1 and closeness == closest}
    country = countries.pop() if len(countries) == 1 else None
    return Where(
        name=reading.value.name,
        country=country,
        admin1=provinces.pop() if country and len(provinces) == 1 else None,
        quote=reading.claim.span.quote,
        claim=reading.claim.id,
        reason="no gazetteer entry of that name",
    )


def _ambiguous(reading: _Reading, candidates: Sequence[Candidate]) -> Where:
    countries, provinces = ({getattr(c, level) for c in candidates} for level in ("country", "admin1"))
    country = countries.pop() if len(countries) == 1 else None
    return Where(
        name=candidates[0].name,
        country=country,
        admin1=provinces.pop() if country and len(provinces) == 1 else None,
        quote=reading.words,
        claim=reading.claim.id,
        reason=f"{len(candidates)} places of that name cannot be told apart",
        candidates=tuple(c.gazetteer_id for c in candidates),
    )


# ----------------------------------------------------------- relations


def _coast(reading: _Reading, lookup: Lookup) -> _Reading:
    """The reading with the coast of that name, where the gazetteer has one, in place of the land."""
    for name in dict.fromkeys((reading.words, *(c.name for c in reading.candidates[:3]))):
        coasts = tuple(c for c in lookup(f"coast of {name}") if c.kind == "CST" and c.match != "fuzzy")
        if coasts:
            return replace(reading, candidates=coasts)
    return reading


def _moved(where: Where, reading: _Reading) -> Where:
    """The place moved and widened as "near", "toward", "off" or "12 km south-west of" say."""
    value = reading.value
    radius = where.radius_km or 0.0
    if where.lat is None or where.lon is None:
        return where
    if value.offset_km is not None:
        bearing = placekinds.degrees(value.bearing) if value.bearing else None
        if bearing is None:
            return _widened(where, value.offset_km + radius, f"within {value.offset_km:g} km of {where.name}")
        lat, lon = placekinds.moved(where.lat, where.lon, km=value.offset_km, bearing=bearing)
        text = f"{value.offset_km:g} km {value.bearing} of {where.name}"
        return _widened(
            replace(where, lat=lat, lon=lon, centroid=False), max(1.0, radius / 2, value.offset_km / 5), text
        )
    if value.bearing is not None:
        return _widened(where, radius * 1.5 + 3, f"{value.bearing} of {where.name}")
    if value.relation == "near":
        return _widened(where, radius * 1.5 + 3, f"near {where.name}")
    if value.relation == "toward":
        return _widened(where, radius + 10, f"toward {where.name}")
    if value.relation == "off" and where.precision != "sea":
        return _widened(where, radius + _COAST_KM, f"off {where.name}")
    return where


def _widened(where: Where, radius: float, text: str) -> Where:
    precision = (
        "nearby_landmark" if where.precision in ("street", "neighbourhood_area") and radius < 5 else where.precision
    )
    return replace(where, radius_km=round(radius, 1), precision=precision, reason=f"{text}; {where.reason}")


def _between(found: dict[str, Where], readings: Sequence[_Reading]) -> dict[str, Where]:
    """Two places named as the ends of a stretch become its middle, reaching to both."""
    ends = [r for r in readings if r.value.relation == "between" and (w := found.get(r.claim.id)) and w.lat is not None]
    for one, other in zip(ends[::2], ends[1::2], strict=False):
        a, b = found[one.claim.id], found[other.claim.id]
        if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
            continue
        half = kilometres(a.lat, a.lon, b.lat, b.lon) / 2
        if other.claim.span.start - one.claim.span.end > 60 or half > 150:
            continue
        lat, lon = round((a.lat + b.lat) / 2, 5), round((a.lon + b.lon) / 2, 5)
        for end, where in ((one, a), (other, b)):
            found[end.claim.id] = replace(
                where,
                lat=lat,
                lon=lon,
                radius_km=round(half + 1, 1),
                centroid=False,
                reason=f"half way between {a.name} and {b.name}",
            )
    return found
