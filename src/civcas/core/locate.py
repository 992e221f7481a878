"""Place claims and gazetteer candidates become places with a radius, each with the reason for it.

Every reading of a document's place names is weighed against the others: what is named beside it, the country the
document is about, the nearness of its other places, then population and kind. What cannot be told apart stays open.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec.structs import replace

from civcas.core import placekinds
from civcas.core.coordinates import parse
from civcas.core.disputed import dispute_of
from civcas.core.headline import below_title
from civcas.core.placecontext import ABOUT, ONE_SENTENCE, SURE, TOWNS, WIDE, Context, held, nested, ranked
from civcas.core.placenames import fold_name
from civcas.core.placereading import Candidate, Lookup, Reading, read_place
from civcas.core.records import Claim, Document, Where
from civcas.core.values import kilometres

__all__ = ["Candidate", "Lookup", "at_point", "chosen", "locate"]

_SAME_PLACE_KM = 12.0  # two entries of one name closer than this are one place told twice
_NEIGHBOURS_KM = 40.0  # namesakes this near each other are one place with a radius that reaches them all
_MARGIN = 0.3  # a lead smaller than this (about five times the people, all else alike) does not tell two places apart
_LONGEST_KM = 150.0  # half of a stretch between two places: of a longer one nobody says so
_COAST_KM = 80.0
_MANY_PEOPLE = 300_000
_FAR_LARGER = 20  # times the people of a namesake, from which a name alone means the larger wherever it is written
_SOME_PEOPLE = 25_000  # enough where the name is borne in one country only
_PARTS = ("neighbourhood", "camp", "street", "road", "area")
_REGIONS = ("CONT", "RGN")
_SHOWN = 5  # candidates told of a name that many places bear
_SHORT = 5  # letters; shorter words are spelt like too many things
_NAMED = 0.05  # share of a country in the other places of a report from which it is named at all
_SETTLEMENTS = ("city", "town", "village", "neighbourhood", "camp")
_LARGE = 50_000
_AROUND = ("district", "subdistrict")
_AREAS = ("country", "sea", "province_governorate", "district", "subdistrict")
_ASIDE_KM = 15.0  # how far past its edge reports still say "east of" a city; half of it of a smaller place
_AROUND_KM = 25.0  # how far the countryside of a city reaches; of the places told to be in that of a province's
# north, south, ... two in three lay within as much of a point so far out of its seat (reports of northern Syria)
_UNSAID_KM = 0.1  # of coordinates whose digits are not in the words: a reader's own, not the text's


def locate(document: Document, claims: Sequence[Claim], lookup: Lookup) -> dict[str, Where]:
    """The place of each place claim that is one, by claim id; lat is None where no entry, or no single one, fits."""
    text, claims = below_title(document, claims)
    readings = [reading for claim in claims if (reading := read_place(claim, text, lookup)) is not None]
    context = Context(text=text)
    for _ in range(2):  # the first round finds the country, the second uses it and the neighbours
        best = {r.claim.id: weighed[0][1] for r in readings if (weighed := ranked(r, context))}
        context = Context.of(text, readings, best)
    found = {}
    for reading in readings:
        where = _where(reading, context, lookup)
        if where is not None:
            found[reading.claim.id] = replace(where, relation=reading.value.relation)
    _along(found, readings, lookup)
    return {claim: _marked(where) for claim, where in _between(found, readings).items()}


def chosen(c: Candidate, reason: str) -> Where:
    """The place that a person chose among the candidates for a name."""
    kind = placekinds.kind_of(c.kind, c.population)
    level = placekinds.place_kinds()[kind].level
    where = Where(
        name=c.name, admin1=c.admin1, country=c.country, lat=c.lat, lon=c.lon, gazetteer_id=c.gazetteer_id,
        radius_km=c.radius_km or placekinds.radius_of(kind, c.population), precision=level,
        centroid=c.centroid or level in placekinds.CENTROIDS, reason=reason,
    )  # fmt: skip
    return _marked(where)


def at_point(name: str, text: str, reason: str) -> Where | None:
    """The place at the coordinates that a person gives, None where the text is none."""
    point = parse(text)
    if point is None:
        return None
    level = placekinds.level_within(point.radius_km)
    where = Where(
        name=name, lat=point.lat, lon=point.lon, radius_km=point.radius_km, precision=level,
        centroid=level in placekinds.CENTROIDS, reason=reason,
    )  # fmt: skip
    return _marked(where)


def _marked(where: Where) -> Where:
    """The place with the dispute over the territory that it lies in."""
    dispute = dispute_of(where.country, where.admin1, where.lat, where.lon)
    return replace(where, disputed=dispute) if dispute else where


# ----------------------------------------------------------- the place


def _where(reading: Reading, context: Context, lookup: Lookup) -> Where | None:
    if reading.value.lat is not None and reading.value.lon is not None:
        return _given(reading, context)
    if reading.value.relation == "off":
        reading = _coast(reading, lookup)
    weighed = ranked(reading, context)
    if not weighed or _doubtful(reading, weighed[0][1], context):
        if several := _several(reading, weighed):
            return _ambiguous(reading, several)
        return None if reading.value.cue == "weak" else _within(reading, context) or _nameless(reading, context)
    first = weighed[0][1]
    rivals = _rivals(weighed)
    spread = max((kilometres(first.lat, first.lon, c.lat, c.lon) for c in rivals), default=0.0)
    if spread > _NEIGHBOURS_KM:
        return _ambiguous(reading, [first, *rivals])
    if abroad := _namesakes_abroad(reading, weighed, context):
        return _ambiguous(reading, [first, *abroad])
    where = _moved(_placed(reading, weighed), reading, lookup)
    return _widened(where, spread, f"{len(rivals) + 1} neighbours of that name") if rivals else where


def _doubtful(reading: Reading, c: Candidate, context: Context) -> bool:
    """Whether the name is more likely no place at all, or another one, than this entry.

    A word with a weak cue, or a mere likeness, counts only within a country that the report's other places name,
    or for a large place.
    """
    share = context.shares(but=fold_name(reading.words)).get(c.country or "", 0.0)
    kind = placekinds.kind_of(c.kind, c.population)
    as_named = c.match == "exact" and reading.kind is not None and placekinds.answers(reading.kind, c.kind)
    if reading.value.cue == "strong" and c.match != "fuzzy":
        if share or c.added or (c.population or 0) >= _MANY_PEOPLE:
            return False
        # With nothing else in its country a mere likeness is another name, and a quarter no village somewhere.
        return c.likeness < 1 or reading.kind in _PARTS and not as_named
    mention = reading.value.relation == "mention"
    if not mention and c.match != "fuzzy" and not reading.partial and held(c, reading, context) >= ONE_SENTENCE:
        return False
    if c.likeness < 1 or c.match != "exact" and len(reading.words) < _SHORT:
        return mention or share < ABOUT
    if reading.partial:
        return not (kind == "country" or share >= _NAMED and (kind in WIDE or (c.population or 0) >= _SOME_PEOPLE))
    if share >= _NAMED or c.added or as_named and not mention:
        return False
    alone = len({other.country for other in reading.candidates if other.likeness == 1}) == 1
    if alone and c.match == "exact" and " " in reading.words and not mention:
        return False  # two words together are seldom anything but the place of that name
    enough = _SOME_PEOPLE if alone else _MANY_PEOPLE
    return not ((c.population or 0) >= enough or kind in WIDE or c.kind in _REGIONS)


def _several(reading: Reading, weighed: Sequence[tuple[float, Candidate, str]]) -> list[Candidate]:
    """The towns that bear exactly the name said to be where something was, if there are several and no report names the
    country of one: "in Springfield" is a place, but nobody can say which."""
    if reading.value.relation == "mention" or reading.partial:
        return []
    towns = [c for _, c, _ in weighed if c.match == "exact" and (c.population or 0) >= _SOME_PEOPLE]
    return towns[:_SHOWN] if len(towns) > 1 else []


def _rivals(weighed: Sequence[tuple[float, Candidate, str]]) -> list[Candidate]:
    """The entries that weigh about as much as the first and lie elsewhere."""
    top, first, _ = weighed[0]
    reach = max(
        _SAME_PLACE_KM,
        first.radius_km or placekinds.radius_of(placekinds.kind_of(first.kind, first.population), first.population),
    )
    return [
        c
        for weight, c, _ in weighed[1:]
        if top - weight < _MARGIN and kilometres(first.lat, first.lon, c.lat, c.lon) > reach and not nested(first, c)
    ]


def _namesakes_abroad(
    reading: Reading, weighed: Sequence[tuple[float, Candidate, str]], context: Context
) -> list[Candidate]:
    """The places of the name in other countries, where the first lies in none that the report names and is not so
    much larger that the name alone means it: a report on Syria may mean the Tripoli of Lebanon or that of Libya."""
    first = weighed[0][1]
    shares = context.shares(but=fold_name(reading.words))
    about = max(shares.values(), default=0.0) >= ABOUT
    if reading.value.relation == "mention" or not about or shares.get(first.country or "") or first.added:
        return []
    if placekinds.kind_of(first.kind, first.population) in WIDE or held(first, reading, context):
        return []
    others = [c for _, c, _ in weighed[1:] if c.match == first.match and c.country != first.country]
    return [c for c in others if (c.population or 0) * _FAR_LARGER > (first.population or 0)][:4]


def _placed(reading: Reading, weighed: Sequence[tuple[float, Candidate, str]]) -> Where:
    _, c, reason = weighed[0]
    kind = placekinds.kind_of(c.kind, c.population)
    if reading.kind in _SETTLEMENTS and kind in _SETTLEMENTS and (c.population or 0) < _LARGE:
        kind = reading.kind  # the report knows what it is better than a population field
    stated, level = placekinds.place_kinds().get(reading.kind or ""), placekinds.place_kinds()[kind].level
    radius = c.radius_km or placekinds.radius_of(kind, c.population)
    if stated and reading.kind in _AROUND and kind in _SETTLEMENTS:  # "X district" is X and the land about it
        level, radius = stated.level, max(radius, stated.radius_km / 2)
    others = len({round(c.lat) * 1000 + round(c.lon) for _, c, _ in weighed}) - 1
    match = {"exact": "", "folded": placekinds.SPELT_OTHERWISE, "fuzzy": f"like {c.name} ({c.likeness:.2f})"}[c.match]
    said = "; ".join(part for part in (reason, match, f"first of {others + 1} of that name" if others else "") if part)
    return Where(
        name=c.name,
        admin1=c.admin1,
        country=c.country,
        lat=c.lat,
        lon=c.lon,
        radius_km=radius,
        gazetteer_id=c.gazetteer_id,
        quote=reading.words,
        claim=reading.claim.id,
        precision=level,
        centroid=c.centroid or level in placekinds.CENTROIDS,
        reason=said or "the only place of that name",
    )


def _given(reading: Reading, context: Context) -> Where:
    """The place of coordinates that stand in the text, as wide as their digits leave it."""
    point = parse(reading.value.name)
    radius = point.radius_km if point else _UNSAID_KM
    level = placekinds.level_within(radius)
    return replace(
        _nameless(reading, context), lat=reading.value.lat, lon=reading.value.lon, radius_km=radius,
        precision=level, centroid=level in placekinds.CENTROIDS, reason="coordinates given in the text",
    )  # fmt: skip


def _within(reading: Reading, context: Context) -> Where | None:
    """An unknown quarter or landmark as the town named beside it ("the X neighbourhood of Y"), and as wide."""
    if reading.kind not in ("neighbourhood", "camp", "street", "landmark"):
        return None
    own = fold_name(reading.words)
    towns = [a for a in context.anchors if a.kind in TOWNS and a.trust >= SURE and a.key != own]
    beside = context.town_behind(reading)
    beside = beside or max(towns, key=lambda a: (context.beside(reading, a), a.trust), default=None)
    if beside is None or context.beside(reading, beside) < ONE_SENTENCE:
        return None
    town = beside.place
    where = _placed(replace(reading, kind=None), [(0.0, town, "")])
    return replace(
        where, name=reading.value.name, quote=reading.claim.span.quote, centroid=True,
        reason=f"{placekinds.UNLISTED}; in {town.name}, named with it",
    )  # fmt: skip


def _nameless(reading: Reading, context: Context) -> Where:
    """The name alone, with the country and province of the places that stand beside it in its sentence."""
    own = fold_name(reading.words)  # a mere likeness of the name itself says nothing of where it is
    beside = [
        (closeness, a.place)
        for a in context.anchors
        if a.key != own and a.trust >= SURE and (closeness := context.beside(reading, a)) >= ONE_SENTENCE
    ]
    countries = {place.country for _, place in beside if place.country}
    countries = countries or {country for country, share in context.shares(but=own).items() if share > 0.6}
    closest = max((closeness for closeness, _ in beside), default=0.0)
    provinces = {place.admin1 for closeness, place in beside if place.admin1 and closeness == closest}
    country = countries.pop() if len(countries) == 1 else None
    return Where(
        name=reading.value.name, country=country, admin1=provinces.pop() if country and len(provinces) == 1 else None,
        quote=reading.claim.span.quote, claim=reading.claim.id, reason=placekinds.UNLISTED,
    )  # fmt: skip


def _ambiguous(reading: Reading, candidates: Sequence[Candidate]) -> Where:
    countries, provinces = ({getattr(c, level) for c in candidates} for level in ("country", "admin1"))
    country = countries.pop() if len(countries) == 1 else None
    return Where(
        name=reading.words,
        country=country,
        admin1=provinces.pop() if country and len(provinces) == 1 else None,
        quote=reading.words,
        claim=reading.claim.id,
        reason=f"{len(candidates)} places of that name cannot be told apart",
        candidates=tuple(c.gazetteer_id for c in candidates),
    )


# ----------------------------------------------------------- relations


def _coast(reading: Reading, lookup: Lookup) -> Reading:
    """The reading with the coast of that name, where the gazetteer has one, in place of the land."""
    for name in dict.fromkeys((reading.words, *(c.name for c in reading.candidates[:3]))):
        coasts = tuple(c for c in lookup(f"coast of {name}") if c.kind == "CST" and c.match != "fuzzy")
        if coasts:
            return replace(reading, candidates=coasts)
    return reading


def _moved(where: Where, reading: Reading, lookup: Lookup) -> Where:
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
        reach = max(1.0, radius / 2, value.offset_km / 5)
        away = replace(where, lat=lat, lon=lon, radius_km=reach, precision=placekinds.level_within(reach))
        return _widened(replace(away, centroid=False), reach, text)
    if value.bearing is not None and reading.kind == "countryside":
        return _countryside(where, value.bearing, lookup)
    if value.bearing is not None:
        return _aside(where, value.bearing)
    if value.relation == "near" or reading.kind == "road":
        return _widened(where, radius * 1.5 + 3, f"near {where.name}")
    if reading.kind == "countryside" and where.precision not in _AREAS:
        reach = _AROUND_KM if where.precision == "city" else _AROUND_KM / 2
        about = _widened(where, radius + reach, f"the countryside of {where.name}")
        return replace(about, precision="district", centroid=True)
    if value.relation == "between":  # whose other end may be unknown; known, it moves the place (below)
        return _widened(where, radius + 10, f"between {where.name} and another place")
    if value.relation == "toward":
        return _widened(where, radius + 10, f"toward {where.name}")
    if value.relation == "off" and where.precision != "sea":
        return _widened(where, radius + _COAST_KM, f"off {where.name}")
    return where


def _countryside(where: Where, bearing: str, lookup: Lookup) -> Where:
    """Somewhere on that side of the town, or of the seat of the province of that name, well out of it."""
    way = placekinds.degrees(bearing)
    if where.lat is None or where.lon is None or way is None:
        return where
    lat, lon, out = where.lat, where.lon, _AROUND_KM if where.precision == "city" else _AROUND_KM / 2
    if where.precision in _AREAS:
        own = (where.country, where.admin1)
        seats = [c for c in lookup(where.name) if c.likeness == 1 and (c.country, c.admin1) == own]
        seats = [c for c in seats if placekinds.kind_of(c.kind, c.population) in TOWNS]
        seat = max(seats, key=lambda c: (c.population or 0, c.gazetteer_id), default=None)
        if seat is None:
            return _widened(where, where.radius_km or 0.0, f"the {bearing} of {where.name}")
        lat, lon, out = seat.lat, seat.lon, _AROUND_KM
    lat, lon = placekinds.moved(lat, lon, km=out, bearing=way)
    side = replace(where, lat=lat, lon=lon, radius_km=out, precision="district", centroid=True)
    return _widened(side, out, f"the countryside {bearing} of {where.name}")


def _aside(where: Where, bearing: str) -> Where:
    """Somewhere on that side of the place: in its outskirts or well beyond, for the words do not say how far."""
    radius, way = where.radius_km or 0.0, placekinds.degrees(bearing)
    if where.lat is None or where.lon is None or way is None or where.precision in _AREAS:
        return _widened(where, radius, f"{bearing} of {where.name}")
    lat, lon = placekinds.moved(where.lat, where.lon, km=radius / 2, bearing=way)
    reach = _ASIDE_KM if where.precision == "city" else _ASIDE_KM / 2
    level = "district" if where.precision == "city" else "subdistrict"
    moved = replace(where, lat=lat, lon=lon, precision=level, centroid=True)
    return _widened(moved, radius + reach, f"{bearing} of {where.name}")


def _widened(where: Where, radius: float, text: str) -> Where:
    radius = max(radius, where.radius_km or 0.0)
    precision = (
        "nearby_landmark" if where.precision in ("street", "neighbourhood_area") and radius < 5 else where.precision
    )
    return replace(where, radius_km=round(radius, 1), precision=precision, reason=f"{text}; {where.reason}")


def _along(found: dict[str, Where], readings: Sequence[Reading], lookup: Lookup) -> None:
    """Puts a road that two names with a dash stand for ("the Raqqa-Tabqa road") half way between the two."""
    for reading in readings:
        first, dash, second = reading.value.name.partition("-")
        a = found.get(reading.claim.id)
        if reading.kind != "road" or not dash or a is None or a.lat is None or a.lon is None:
            continue
        if fold_name(reading.words) != fold_name(first):
            continue
        ends = [c for c in lookup(second) if c.likeness == 1 and c.country == a.country]
        apart = {c.gazetteer_id: kilometres(a.lat, a.lon, c.lat, c.lon) for c in ends}
        end = min(ends, key=lambda c: (apart[c.gazetteer_id], c.gazetteer_id), default=None)
        if end is not None and _SAME_PLACE_KM < apart[end.gazetteer_id] <= 2 * _LONGEST_KM:
            other = replace(a, name=end.name, lat=end.lat, lon=end.lon)
            found[reading.claim.id] = replace(_middle(a, a, other), quote=reading.value.name)


def _middle(where: Where, a: Where, b: Where) -> Where:
    """The place half way between the two, reaching to both."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return where
    half = kilometres(a.lat, a.lon, b.lat, b.lon) / 2
    return replace(
        where, lat=round((a.lat + b.lat) / 2, 5), lon=round((a.lon + b.lon) / 2, 5), radius_km=round(half + 1, 1),
        precision=placekinds.level_within(half + 1), centroid=True, reason=f"half way between {a.name} and {b.name}",
    )  # fmt: skip


def _between(found: dict[str, Where], readings: Sequence[Reading]) -> dict[str, Where]:
    """Two places named as the ends of a stretch become its middle, reaching to both."""
    ends = sorted((r for r in readings if r.value.relation == "between"), key=lambda r: r.claim.span.start)
    for one, other in pairwise(ends):
        a, b = found.get(one.claim.id), found.get(other.claim.id)
        if a is None or b is None or a.lat is None or a.lon is None or b.lat is None or b.lon is None:
            continue
        apart = kilometres(a.lat, a.lon, b.lat, b.lon)
        if other.claim.span.start - one.claim.span.end > 60 or apart > 2 * _LONGEST_KM:
            continue
        for end, where in ((one, a), (other, b)):
            found[end.claim.id] = _middle(where, a, b)
    return found
