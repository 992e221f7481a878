"""When and where an incident was, and what its accounts agree on: the consensus of its reports."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from civcas.core.placekinds import FINE, UNLISTED, fineness
from civcas.core.records import Account, Reason, Statement, When, Where, day_of
from civcas.core.values import Period, kilometres

LONGEST_DAYS = 31  # a longer period dates no incident
APART_DAYS = 3  # days that disagree by so little are told as one period
REPORT_SLACK_DAYS = 1  # most reports come out on the day or the day after
NEAR_KM = 5.0


def period(accounts: Sequence[Account]) -> tuple[When | None, Reason | None]:
    """The days that most accounts agree on; where none gives a date, the days up to the first publication, marked
    uncertain, for an event is never later than its report. The day of a capture says nothing of the event's."""
    stated = [(a, a.when) for a in accounts if a.when and a.when.days <= LONGEST_DAYS]
    if not stated:
        wide = [a.when for a in accounts if a.when]
        return (
            (min(wide, key=lambda w: (w.days, w.start)), _reason_when("the only period given", accounts))
            if wide
            else _by_report(accounts)
        )
    best = _most_agreed([when for _, when in stated])
    narrowest = min((w for _, w in stated if w.overlaps(best)), key=lambda w: (w.days, w.start, w.quote or ""))
    agreeing = [a for a, w in stated if w.overlaps(best)]
    when = When.of(best, quote=narrowest.quote, claim=narrowest.claim)
    return when, _reason_when(f"{len(agreeing)} of {len(stated)} accounts that give a date agree", agreeing)


def _reason_when(text: str, accounts: Iterable[Account]) -> Reason:
    claims = tuple(a.when.claim for a in accounts if a.when and a.when.claim)
    return Reason(field="when", rule="3.7", text=text, claims=claims)


def _most_agreed(periods: Sequence[When]) -> Period:
    """The days named by the most periods; days named nearly as often and close by are taken in."""
    support: Counter[int] = Counter()
    for when in periods:
        support.update(range(when.start.toordinal(), when.end.toordinal() + 1))
    most = max(support.values())
    best = sorted(day for day, n in support.items() if n == most)
    days = [day for day in best if day - best[0] <= max(APART_DAYS, _shortest(periods) - 1)]
    return Period.between(datetime.date.fromordinal(days[0]), datetime.date.fromordinal(days[-1]))


def _shortest(periods: Sequence[When]) -> int:
    return min(when.days for when in periods)


def _by_report(accounts: Sequence[Account]) -> tuple[When | None, Reason | None]:
    told = [d for a in accounts if (d := day_of(a.published))]
    if not told:
        return None, None
    last = min(told)
    first = last - datetime.timedelta(days=REPORT_SLACK_DAYS)
    when = When(start=first, end=last, edtf=f"{first}?/{last}?")
    return when, Reason(field="when", rule="3.7", text="no account gives a date: the days up to the first report's own")


# ------------------------------------------------------------------------ place


def place(accounts: Sequence[Account]) -> tuple[Where | None, Reason | None]:
    """The place that most accounts agree with, an account that names only the town or area around it agreeing too;
    of those, the most precise."""
    named = [a.where for a in accounts if a.where]
    if not named:
        return None, None
    located = [w for w in named if w.lat is not None]
    told = Counter(w.name for w in located)
    settled = [w for w in located if _fineness(w) >= FINE - 1 or _unlisted(w) and told[w.name] > 1]
    beside = {id(a.where): a.places for a in accounts}
    choice = settled or located or named
    best = max(
        choice,
        key=lambda w: (
            _support(w, located or named, beside[id(w)]),
            _fineness(w),
            -(w.radius_km or 1e6) // 5,
            _frequency(w, choice),
            w.quote is not None,
            w.name,
        ),
    )
    around = beside[id(best)]
    agreeing = sum(_consistent(best, o) or _holds(o, best) or _framed(o, best, around) for o in named)
    text = f"{agreeing} of {len(named)} accounts that name a place agree; the most precise is taken"
    text += f" ({best.reason})" if best.reason else ""
    return best, Reason(field="where", rule="3.7", text=text, claims=(best.claim,) if best.claim else ())


_HOLDING = 0.5  # of a voice: "shelling on the city" agrees with a village near it, but does not name it
_FRAME_KM = 100.0  # further apart, two places of one account are those of two events
_AROUND_KM = 40.0  # from a city, within its province, at which headlines still name the city


def _unlisted(where: Where) -> bool:
    """Whether the place is a name that no list holds, with the point of what is named beside it."""
    return where.gazetteer_id is None and where.reason is not None and UNLISTED in where.reason


def _fineness(where: Where) -> int:
    return fineness(where.precision, where.radius_km)


def _support(where: Where, others: Sequence[Where], beside: Sequence[Where]) -> float:
    """The voices for a place, `beside` being the places that its own account names with it."""
    return sum(
        1.0 if _consistent(where, o) else _HOLDING if _holds(o, where) or _framed(o, where, beside) else 0.0
        for o in others
    )


def _framed(wide: Where, fine: Where, beside: Sequence[Where]) -> bool:
    """Whether the wider place is one that the finer's own account names to say where that is: "the village of X in
    the countryside of Y" agrees with an account that says Y alone, however far out X lies."""
    if _fineness(wide) >= _fineness(fine) or None in (wide.lat, wide.lon, fine.lat, fine.lon):
        return False
    if kilometres(wide.lat, wide.lon, fine.lat, fine.lon) > _FRAME_KM:  # type: ignore[arg-type]
        return False
    return any(_consistent(wide, o) and _fineness(o) < _fineness(fine) for o in beside)


def _holds(wide: Where, fine: Where) -> bool:
    """Whether the wider place is one that a report names for the area the finer lies in."""
    if _fineness(wide) >= _fineness(fine) or wide.country != fine.country:
        return False
    if _fineness(wide) == 0:
        return True
    if wide.admin1 != fine.admin1 or None in (wide.lat, wide.lon, fine.lat, fine.lon):
        return False
    reach = max(wide.radius_km or 0, _AROUND_KM)
    return _fineness(wide) == 1 or kilometres(wide.lat, wide.lon, fine.lat, fine.lon) <= reach  # type: ignore[arg-type]


def _frequency(where: Where, others: Sequence[Where]) -> int:
    return sum(where.name == other.name for other in others)


def _consistent(one: Where, other: Where) -> bool:
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return one.name == other.name
    reach = (w.radius_km or 0 for w in (one, other) if not _unlisted(w))  # that of a borrowed point says nothing
    return one.name == other.name or kilometres(one.lat, one.lon, other.lat, other.lon) <= max((NEAR_KM, *reach))


# ------------------------------------------------------------------------ terms


def terms(accounts: Sequence[Account], name: str) -> tuple[str, ...]:
    """The slugs of a field over all accounts, the most often told first."""
    told: Counter[str] = Counter()
    for account in accounts:
        told.update(dict.fromkeys(getattr(account, name), 1))
    return tuple(sorted(told, key=lambda slug: (-told[slug], _position(slug, accounts, name), slug)))


AIR = ("airstrike", "drone_strike")


def strike_types(accounts: Sequence[Account]) -> tuple[str, ...]:
    """The strike types over all accounts; what is only likely counts where no account says one outright. Told to be
    from the air by some and artillery by others, it is the type that stands for either (domain 2.3)."""
    sure = [a for a in accounts if a.strike_type and not _likely(a)]
    told = terms(sure or accounts, "strike_type")
    if "artillery" not in told or not any(slug in told for slug in AIR):
        return told
    either = "airstrike_and_or_artillery"
    kept = dict.fromkeys(either if slug in (*AIR, "artillery") else slug for slug in told)
    return tuple(kept)


def _likely(account: Account) -> bool:
    """Whether its words leave open what kind of strike it was: "the town was bombarded"."""
    told = [c for c in account.claims if c.kind == "strike_type"]
    return bool(told) and all(c.hedged for c in told)


def _position(slug: str, accounts: Sequence[Account], name: str) -> int:
    places: list[Any] = [list(getattr(a, name)).index(slug) for a in accounts if slug in getattr(a, name)]
    return min(places, default=0)


def statements(accounts: Sequence[Account]) -> tuple[Statement, ...]:
    """What parties said of the allegation, in the order told; the same words twice are one statement."""
    ordered = sorted(accounts, key=lambda a: (a.published or a.captured or "", a.document))
    kept: dict[tuple[str | None, str, str], Statement] = {}
    for account in ordered:
        for statement in account.statements:
            told = _dated(statement, account)
            kept.setdefault((told.speaker, told.position, told.quote), told)
    return tuple(kept.values())


def _dated(statement: Statement, account: Account) -> Statement:
    """The statement with its day: the one its words give, else that of the report (domain 2.8)."""
    own, told = statement.date, day_of(account.published)
    return msgspec.structs.replace(
        statement,
        document=statement.document or account.document,
        date=own or (str(told) if told else None),
        dated_by="words" if own else "report" if told else None,
    )


CAUSES = {
    "airstrike": "heavy_weapons_and_explosive_munitions",
    "drone_strike": "heavy_weapons_and_explosive_munitions",
    "airstrike_and_or_artillery": "heavy_weapons_and_explosive_munitions",
    "artillery": "heavy_weapons_and_explosive_munitions",
    "naval_bombardment": "heavy_weapons_and_explosive_munitions",
    "shooting": "small_arms_and_light_weapons",
    "small_arms": "small_arms_and_light_weapons",
    "landmine": "planted_explosives_and_unexploded_ordnance",
    "ied": "planted_explosives_and_unexploded_ordnance",
    "chemical": "chemical_biological_radiological_nuclear",
    "incendiary": "incendiary",
}  # domain 2.4; a strike type that says nothing of how people died has none


def causes(strike_types: Iterable[str], munitions: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(CAUSES[slug] for slug in (*strike_types, *munitions) if slug in CAUSES))
