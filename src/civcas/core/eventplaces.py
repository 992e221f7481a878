"""Which of the places that a sentence or a report names is the one of its event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from civcas.core.extract.text import fold_words
from civcas.core.placekinds import FINE, SPELT_OTHERWISE, UNLISTED, fineness
from civcas.core.records import Claim, PlaceName, Where
from civcas.core.values import kilometres

NEAR_KM = 10.0  # two places of one report closer than this, radii added, may be one event's
COARSE_KM = 40.0  # a place wider than this (a governorate, a country) cannot alone tell of an event
COUNTRY_KM = 250.0  # a place wider than this is a country, or as little help
UNLISTED_KM = 20.0  # how far from the town it is named with a village may lie that no list holds
FAR_KM = 100.0  # further than this from every other place named, a mere likeness is doubted
_AREAS = ("province_governorate", "country")
_SETTLED = ("village", "town")

Named = tuple[PlaceName, Where]


def place_of(claims: Sequence[Claim], places: Mapping[str, Where], *, in_passing: bool = False) -> Where | None:
    """The narrowest place that a sentence gives its event: where it happened before the city that lies west of it,
    either before the seat of the province or where people are from, and a whole province last; with `in_passing` any
    place it names at all."""
    found: list[Named] = []
    for claim in claims:
        if claim.kind != "place" or claim.id not in places or not isinstance(claim.value, PlaceName):
            continue
        if claim.value.relation == "demonym" or (claim.value.relation == "mention" and not in_passing):
            continue
        found.append((claim.value, places[claim.id]))
    known = [(n, w) for n, w in found if w.lat is not None]
    if not known:
        return found[0][1] if found and not in_passing else None
    if in_passing:
        return min(known, key=lambda nw: nw[1].radius_km or 0)[1]
    ranks = {id(w): _rank(n, w, known) for n, w in known}
    best = min(known, key=lambda nw: (ranks[id(nw[1])], _extent(nw[1])))
    unlisted = next((nw for nw in found if _is_unlisted(*nw)), None)
    if unlisted is None or _settles(best, unlisted, found, ranks[id(best[1])]):
        return best[1]
    return _about(unlisted[1], best[1])


def _is_unlisted(named: PlaceName, where: Where) -> bool:
    return where.lat is None and not where.candidates and named.kind in _SETTLED


def _settles(best: Named, unlisted: Named, found: Sequence[Named], rank: int) -> bool:
    """Whether the known place is where it happened, and the unlisted village only one more: told after it in a list of
    villages, or as where people are from."""
    if rank == 0 and unlisted[0].relation == "from":
        return True
    within = best[0].relation == "in" and best[0].kind in _SETTLED and fineness_of(best[1]) >= FINE
    return within and found.index(best) < found.index(unlisted)


def _extent(where: Where) -> float:
    """How wide a place is told to be: of several provinces none is the narrower for being small."""
    return COUNTRY_KM if where.precision == "province_governorate" else where.radius_km or 0


def _rank(named: PlaceName, where: Where, known: Sequence[Named]) -> int:
    if named.relation == "coordinates":
        return -1
    others = [o for _, o in known if o is not where]
    if where.precision in _AREAS or named.cue == "weak" and _mere_likeness(where, others):
        return 4
    if named.relation == "from":
        return 3
    if named.bearing or named.offset_km:
        return 1
    return 2 if _is_seat(where, others) else 0


def _is_seat(where: Where, others: Iterable[Where]) -> bool:
    """Whether the place is the seat of its province, named beside another place of that province to say where that
    is: "north of Sarmada, in Idlib"."""
    if where.admin1 is None or fold_words(where.name) != fold_words(where.admin1):
        return False
    return any(
        o.admin1 == where.admin1 and o.country == where.country and o.name != where.name and o.precision not in _AREAS
        for o in others
    )


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
        reason=f"{UNLISTED}; somewhere about {beside.name}, named with it",
    )


# ------------------------------------------------------------ two places


def fineness_of(where: Where) -> int:
    return fineness(where.precision, where.radius_km)


def finer(new: Where, old: Where) -> bool:
    """Whether the new place says more precisely where: known where the old is not, or much narrower."""
    if new.lat is None:
        return False
    if old.lat is None or (fineness_of(old) < fineness_of(new) and (new.radius_km or 0) <= COARSE_KM):
        return True
    if new.gazetteer_id is None and old.gazetteer_id is not None and old.precision in _AREAS:
        return (new.radius_km or 0) <= (old.radius_km or 0)  # a village of the province, if none that a list holds
    return (new.radius_km or 0) * 2 < (old.radius_km or 0)


def same_place(left: Where | None, right: Where | None) -> bool:
    """Whether the two can be one event's place."""
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
    if fineness_of(wide) < FINE - 1 and wide.admin1 == fine.admin1:
        return apart <= NEAR_KM + (wide.radius_km or 0)  # the countryside of a town and a village in it
    return apart <= NEAR_KM + min(left.radius_km or 0, 15) + min(right.radius_km or 0, 15)


def closer(wide: Where, named: Iterable[Where]) -> Where | None:
    """The first place that says more closely where a headline's city or province means: one of the same province,
    with a point of its own."""
    for where in named:
        if where.lat is None or where.gazetteer_id is None or fineness_of(where) < FINE or not finer(where, wide):
            continue
        if where.country == wide.country and (wide.precision == "country" or where.admin1 == wide.admin1):
            return where
    return None


def nearest_told(where: Where | None, told: Iterable[Where | None]) -> Where | None:
    """A village that no list holds with the closest of the places that the report names beside it anywhere."""
    if where is None or where.gazetteer_id is not None or where.lat is None:
        return where
    name = fold_words(where.name)
    alike = [w for w in told if w and w.lat is not None and w.gazetteer_id is None and fold_words(w.name) == name]
    return min((where, *alike), key=lambda w: w.radius_km or 0)
