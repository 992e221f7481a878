"""The places of one document weighed against each other: what is named beside a name says which place it is."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from civcas.core.placekinds import answers, kind_before, kind_behind, kind_of, radius_of
from civcas.core.placenames import fold_name
from civcas.core.placereading import Candidate, Reading
from civcas.core.records import Record
from civcas.core.values import kilometres

ABOUT = 0.4  # share of a country in the places of a report from which the report is about it
_LOCAL = ("neighbourhood", "camp", "street", "road", "landmark")
_SMALL = ("village", "town", "district", "subdistrict")
_MANY_PEOPLE = 300_000
_LOCAL_KM = 40.0  # a quarter or a hospital is named with its town, and that lies no further
_BORDER_KM = 60.0  # a town so near to what the report names may lie across the border, as where a rocket falls
SURE = 0.5  # trust from which another place can rule an entry out
_MERE = 0.2  # trust of a word that may be no place at all
_MOST = 40  # candidates weighed; the rest are smaller namesakes in countries the report does not name
WIDE = ("country", "governorate", "sea")
AREAS = (*WIDE, "district", "subdistrict")
_SIDE_BY_SIDE, ONE_SENTENCE, _ONE_DOCUMENT = 2.5, 1.2, 0.4
_AGAIN, _OFTEN = 0.1, 4  # what a name told again and again adds: a report on a province names it in every paragraph
_HOLDING = ("in", "of", "the", "في", "من", "s", "ب")
_COUNTRY_GAPS = (",", "،", "in", "في")
_INSIDE = ("in", "of", "في", "ب")
TOWNS = ("city", "town", "village")
_SENTENCE_ENDS = (". ", "? ", "! ", "؟", "\n")


class Anchor(Record, frozen=True, kw_only=True):
    """One name of the document with the place it most likely is, and how far that can be relied on."""

    key: str
    place: Candidate
    kind: str
    trust: float
    starts: tuple[int, ...]
    length: int
    bearers: tuple[Candidate, ...] = ()  # all entries of the name, for the likeliest is not yet the one meant


class Context(Record, frozen=True, kw_only=True):
    """What a whole document says of where it is."""

    text: str
    anchors: tuple[Anchor, ...] = ()

    @classmethod
    def of(cls, text: str, readings: Sequence[Reading], best: dict[str, Candidate]) -> Context:
        """The context of each claim's best candidate, a name counting once however often it stands."""
        named: dict[str, list[Reading]] = {}
        for reading in readings:
            if reading.claim.id in best:
                named.setdefault(fold_name(reading.words), []).append(reading)
        anchors = []
        for key, alike in named.items():
            reading = max(alike, key=lambda r: r.value.cue == "strong")
            place = best[reading.claim.id]
            anchors.append(
                Anchor(
                    key=key,
                    place=place,
                    kind=kind_of(place.kind, place.population),
                    trust=_trust(reading, place),
                    starts=tuple(sorted(r.claim.span.start for r in alike)),
                    length=len(reading.words),
                    bearers=tuple(c for c in reading.candidates if c.likeness == 1),
                )
            )
        return cls(text=text, anchors=tuple(anchors))

    def shares(self, but: str | None = None) -> dict[str, float]:
        """The share of each country in the places, one name left aside so that it does not speak for itself."""
        votes: dict[str, float] = {}
        for anchor in self.anchors:
            if anchor.key != but and anchor.place.country is not None:
                votes[anchor.place.country] = votes.get(anchor.place.country, 0.0) + anchor.trust
        whole = sum(votes.values()) + 0.5
        return {country: vote / whole for country, vote in votes.items()}

    def beside(self, reading: Reading, anchor: Anchor) -> float:
        """How near the anchor's name stands: side by side, in one sentence, or somewhere in the document."""
        start, end = reading.claim.span.start, reading.claim.span.end
        after = bisect_left(anchor.starts, start)
        closest = _ONE_DOCUMENT + _AGAIN * min(len(anchor.starts) - 1, _OFTEN)
        for other in anchor.starts[max(0, after - 1) : after + 1]:
            gap = self.text[end:other] if other >= end else self.text[other + anchor.length : start]
            if len(gap) > 300 or any(mark in gap for mark in _SENTENCE_ENDS):
                continue
            closest = max(closest, _SIDE_BY_SIDE if len(gap) <= 25 else ONE_SENTENCE)
        return closest

    def province_behind(self, reading: Reading) -> Candidate | None:
        """The province named right behind a name as what holds it: "X district, Y province", "X in Y"."""
        behind = self._behind(reading)
        return next((a.place for a, gap in behind if a.kind == "governorate" and a.trust >= SURE and _holds(gap)), None)

    def country_behind(self, reading: Reading) -> str | None:
        """The country named right behind a name: "Tripoli, Lebanon"; in a list of places it may be one more."""
        for anchor, gap in self._behind(reading):
            if anchor.kind == "country" and anchor.trust >= SURE and gap.strip() in _COUNTRY_GAPS:
                return anchor.place.country
        return None

    def town_behind(self, reading: Reading) -> Anchor | None:
        """The town named right behind a name as what it lies in: "the X quarter of Y", "حي X ببلدة Y"; a name
        that a few countries know will do, for where it stands says that it is a place."""
        behind = [(len(gap), a) for a, gap in self._behind(reading) if a.kind in TOWNS and _holds(gap) and _in(gap)]
        behind = [(words, a) for words, a in behind if a.trust > _MERE]
        return min(behind, key=lambda held: held[0])[1] if behind else None

    def _behind(self, reading: Reading) -> Iterator[tuple[Anchor, str]]:
        """The places that stand shortly behind a name in its sentence, each with the words between."""
        end, key = reading.claim.span.start + len(reading.words), fold_name(reading.words)
        for anchor in self.anchors:
            after = bisect_left(anchor.starts, reading.claim.span.end)
            if anchor.key == key or after == len(anchor.starts):
                continue
            gap = self.text[end : anchor.starts[after]]
            if len(gap) <= 40 and not any(mark in gap for mark in _SENTENCE_ENDS):
                yield anchor, gap


def _holds(gap: str) -> bool:
    """Whether the words between two names say no more than that the second holds the first."""
    words = gap.replace(",", " ").replace("،", " ").casefold().split()
    return all(word in _HOLDING or kind_behind(word) or kind_before([word]) for word in words)


def _in(gap: str) -> bool:
    """Whether a word says "in" or "of", be it written as one with the next; a mere comma stands in lists too."""
    return any(word in _INSIDE or word[:1] == "ب" and kind_before([word]) for word in gap.casefold().split())


def _apart(c: Candidate, town: Candidate) -> bool:
    """Whether the entry is a settlement or a part of one too far off to be a quarter of the town or lie by it. The
    name of a town that a province or district bears too may mean that: "a village in Aleppo"."""
    areas = {fold_name(c.admin1 or ""), fold_name(c.admin2 or "")}
    if kind_of(c.kind, c.population) in AREAS or fold_name(town.name) in areas:
        return False
    reach = max(_LOCAL_KM, town.radius_km or radius_of(kind_of(town.kind, town.population), town.population))
    return kilometres(c.lat, c.lon, town.lat, town.lon) > reach


def _outside(c: Candidate, province: Candidate) -> bool:
    """Whether the entry cannot lie in the province: of another country or name, and not near it either."""
    if kind_of(c.kind, c.population) in WIDE:
        return False
    if c.country == province.country and (c.admin1 is None or fold_name(c.admin1) == fold_name(province.admin1 or "")):
        return False
    reach = 1.5 * (province.radius_km or radius_of("governorate", None))
    return kilometres(c.lat, c.lon, province.lat, province.lon) > (reach if c.country == province.country else 0.0)


def _trust(reading: Reading, place: Candidate) -> float:
    """How far a name speaks for where the report is: a word that only may be a place speaks softly.

    A name borne by places of many countries says less than one of a single country.
    """
    borne = len({c.country for c in reading.candidates if c.likeness == 1}) or 1
    kind = kind_of(place.kind, place.population)
    if reading.value.cue == "strong":
        sure = 1.0 if place.likeness == 1 else 0.3
    elif place.likeness < 1:
        sure = 0.0
    elif reading.partial:
        sure = 0.2
    elif kind in WIDE or (place.population or 0) >= 100_000:
        sure = 1.0
    else:
        sure = 0.6 if (place.population or 0) >= 15_000 else 0.3
    return sure / borne if kind != "country" else sure


def held(c: Candidate, reading: Reading, context: Context) -> float:
    """How closely a place named with it holds the entry; 0 where none does."""
    key = fold_name(reading.words)
    return _containment(
        c, [(a, context.beside(reading, a)) for a in context.anchors if a.key != key and a.trust >= SURE]
    )[0]


def ranked(reading: Reading, context: Context) -> list[tuple[float, Candidate, str]]:
    """The candidates that can be meant, best first, each with its weight and the reason for it."""
    key = fold_name(reading.words)
    shares = context.shares(but=key)
    around = [(anchor, context.beside(reading, anchor)) for anchor in context.anchors if anchor.key != key]
    province, town = context.province_behind(reading), context.town_behind(reading)
    weighed = []
    for c in _foremost(_in_country_behind(reading, context), shares):
        near, km = _nearest(c, around)
        if town and all(_apart(c, bearer) for bearer in (town.place, *town.bearers)):
            continue
        if not _elsewhere(c, reading, shares, around, near, km) and not (province and _outside(c, province)):
            weight, reason = _weight(c, reading, shares, around, near, km)
            weighed.append((weight, c, reason))
    weighed.sort(key=lambda w: (-w[0], -(w[1].population or 0), w[1].gazetteer_id))
    return weighed


def _in_country_behind(reading: Reading, context: Context) -> Sequence[Candidate]:
    """The candidates in the country named right behind the name ("Tripoli, Lebanon"), if the name is borne there."""
    country = context.country_behind(reading)
    there = [c for c in reading.candidates if c.country == country and c.match != "fuzzy"] if country else []
    return there or reading.candidates


def _foremost(candidates: Sequence[Candidate], shares: dict[str, float]) -> list[Candidate]:
    if len(candidates) <= _MOST:
        return list(candidates)
    named = [c for c in candidates if shares.get(c.country or "")]
    return [*named, *(c for c in candidates if not shares.get(c.country or ""))][:_MOST]


def _elsewhere(
    c: Candidate, reading: Reading, shares: dict[str, float], around: Sequence[tuple[Anchor, float]],
    near: Anchor | None, km: float,
) -> bool:  # fmt: skip
    """Whether the entry lies where the report cannot mean: a name of another country that only sounds alike, or a
    quarter or hospital of another country or far from the report's other places."""
    share = shares.get(c.country or "", 0.0)
    foreign = max(shares.values(), default=0.0) >= ABOUT and c.country is not None and not share
    local = reading.kind in _LOCAL or c.kind == "PPLX"
    if foreign and (local or c.likeness < 1):
        return True
    small = reading.kind in _SMALL or c.match != "exact" and kind_of(c.kind, c.population) in _SMALL
    if foreign and small and (c.population or 0) < _MANY_PEOPLE and not _bordering(c, around):
        return True
    far = near is not None and near.trust >= SURE and km > _LOCAL_KM
    return local and far and (c.likeness < 1 or share < ABOUT)


def _bordering(c: Candidate, around: Sequence[tuple[Anchor, float]]) -> bool:
    """Whether an entry of exactly the name lies so near a place of the report that a border may run between."""
    return c.match == "exact" and any(
        a.kind != "country" and kilometres(c.lat, c.lon, a.place.lat, a.place.lon) <= _BORDER_KM for a, _ in around
    )


def _weight(
    c: Candidate, reading: Reading, shares: dict[str, float], around: Sequence[tuple[Anchor, float]],
    near: Anchor | None, km: float,
) -> tuple[float, str]:  # fmt: skip
    reasons = []
    kind = kind_of(c.kind, c.population)
    weight = 0.45 * math.log10((c.population or 0) + 10)
    weight += {"exact": 0.6, "folded": 0.2, "fuzzy": -1.0}[c.match] - 10 * (1 - c.likeness)
    weight += {"country": 2.5, "sea": 1.0, "governorate": -0.4, "district": -0.6}.get(
        kind, 1.0 if c.kind == "PPLC" else 0.0
    )
    weight += 0.8 if c.added else 0.0
    if reading.words.isascii() and fold_name(c.name) != fold_name(reading.words):
        weight -= 0.4  # a further name of the place: Korolev was once called Kaliningrad, but another place is
    if kind == "country" and _province_meant(c, reading, shares):
        weight -= 4.0
        reasons.append("named among places of its namesake's country")
    if kind == "governorate" and any(nested(c, o) and o.kind != c.kind for o in reading.candidates):
        weight -= 1.0  # "Aleppo" is the city, unless something says the province
    elif kind == "governorate" and not reading.kind and not shares.get(c.country or "") and _city_elsewhere(c, reading):
        weight -= 1.0  # "Gaza" is the city, unless something says Mozambique
    if reading.kind:
        fits = reading.kind == kind or answers(reading.kind, c.kind)
        weight += 1.5 if fits else 0.0 if reading.kind in ("road", "landmark", "area") else -1.0
        if fits:
            reasons.append(f"named as a {reading.kind}")
    share = shares.get(c.country or "", 0.0)
    weight += 3.0 * share
    if share > 0.5:
        reasons.append(f"the report is about {c.country}")
    held, by = _containment(c, around)
    if held:
        weight += held
        reasons.append(f"named with {by}")
    if near is not None:
        bonus = 1.2 if km <= 40 else 0.7 if km <= 120 else 0.3 if km <= 300 else 0.0
        weight += bonus * (1.0 if near.trust >= SURE else 0.6)
        if km <= 120:
            reasons.append(f"{km:.0f} km from {near.place.name}")
    return weight, "; ".join(reasons)


def _city_elsewhere(c: Candidate, reading: Reading) -> bool:
    """Whether a city of another country bears exactly the name."""
    return any(
        o.match == "exact" and o.country != c.country and kind_of(o.kind, o.population) == "city"
        for o in reading.candidates
    )


def _province_meant(c: Candidate, reading: Reading, shares: dict[str, float]) -> bool:
    """Whether a report about another country means its province of that name: Georgia among towns of Alabama."""
    return not shares.get(c.country or "") and any(
        kind_of(o.kind, o.population) == "governorate" and shares.get(o.country or "", 0.0) >= ABOUT
        for o in reading.candidates
        if o.match == "exact" and o.country != c.country
    )


def _containment(c: Candidate, around: Sequence[tuple[Anchor, float]]) -> tuple[float, str]:
    """How strongly the places named beside a name hold this entry, and the name of the one that does."""
    best, by = 0.0, ""
    areas = {fold_name(c.admin1 or ""), fold_name(c.admin2 or "")}
    for anchor, closeness in around:
        if anchor.place.country != c.country or closeness <= best or not anchor.trust:
            continue
        # A city holds its quarters, and as a city of its province's name it stands for the province.
        if anchor.kind == "country" or fold_name(anchor.place.name) in areas or _in_city(c, anchor):
            best, by = closeness * (1.0 if anchor.kind == "country" else 1.3), anchor.place.name
    return best, by


def _in_city(c: Candidate, anchor: Anchor) -> bool:
    if anchor.kind != "city" or abs(c.lat - anchor.place.lat) > 0.3:
        return False
    reach = radius_of("city", anchor.place.population) + 5
    return kilometres(c.lat, c.lon, anchor.place.lat, anchor.place.lon) <= reach


def _nearest(c: Candidate, around: Sequence[tuple[Anchor, float]]) -> tuple[Anchor | None, float]:
    nearest: Anchor | None = None
    least = math.inf
    scale = math.cos(math.radians(c.lat))
    for anchor, _ in around:
        if anchor.kind in WIDE or not anchor.trust:
            continue
        # Flat distance is enough to choose by, and this runs for every pair of a document's places.
        flat = (c.lat - anchor.place.lat) ** 2 + ((c.lon - anchor.place.lon) * scale) ** 2
        if flat < least:
            nearest, least = anchor, flat
    if nearest is None:
        return None, math.inf
    return nearest, kilometres(c.lat, c.lon, nearest.place.lat, nearest.place.lon)


def nested(a: Candidate, b: Candidate) -> bool:
    """Whether one is the area the other lies in and is named after: the city and the province of Aleppo."""
    kinds = {kind_of(c.kind, c.population) for c in (a, b)}
    areas = {"governorate", "district", "subdistrict"}
    return bool(kinds & areas) and a.country == b.country and a.admin1 == b.admin1
