"""From figures to ranges, by the rules of domain 3.1-3.4; every end comes with the rule that set it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec

from civcas.core.assess.figures import WHOLE, Said, Voice, plausible, standing, telling, voices
from civcas.core.assess.people import named
from civcas.core.codebook import Codebook
from civcas.core.records import Group, HarmKind, Range, Reason, Record, Victim
from civcas.core.values import Count

SEXES_AND_AGES: tuple[Group, ...] = ("children", "women", "men")
FIGHTERS: tuple[Group, ...] = ("belligerents", "member_of_armed_forces")
OTHERS: tuple[Group, ...] = tuple(
    g for g in get_args(Group) if g not in (*WHOLE, *SEXES_AND_AGES, *FIGHTERS, "contested", "persons_hors_de_combat")
)


class Found(Record, frozen=True, kw_only=True):
    """A range with its reasons."""

    range: Range = Range()
    reasons: tuple[Reason, ...] = ()
    numbered: bool = False  # set by a figure with a number, not by a bare plural


def ranges(
    said: Sequence[Said], victims: Sequence[Victim], kind: HarmKind, codebook: Codebook,
    lists: Sequence[Sequence[Victim]] = (),
) -> dict[str, Found]:  # fmt: skip
    """The range of each group for one kind of harm; groups that nothing is known of are left out. `lists` are those
    whom each account names by itself."""
    heard = voices(said, kind)
    if not heard and not any(v.outcome == kind for v in victims):
        return {}
    found: dict[str, Found] = {}
    for group in (*SEXES_AND_AGES, *OTHERS):
        tolls = [(v, t) for v in heard if (t := telling(v.of(group)))]
        found[group] = _raised(_span(tolls, f"{kind}.{group}", codebook), kind, group, victims, codebook, lists)
    found["belligerents"] = _belligerents(heard, kind, codebook)
    found["civilians"] = _civilians(heard, kind, victims, codebook, lists)
    return {g: f for g, f in found.items() if f.range.min is not None or f.range.max is not None}


# -------------------------------------------------------------------- civilians


def _civilians(
    heard: Sequence[Voice], kind: HarmKind, victims: Sequence[Victim], codebook: Codebook,
    lists: Sequence[Sequence[Victim]],
) -> Found:  # fmt: skip
    field = f"{kind}.civilians"
    tolls = [(voice, toll) for voice in heard if (toll := _toll(voice, codebook))]
    found = _raised(_span(tolls, field, codebook), kind, "civilians", victims, codebook, lists)
    return _contested(found, field, [s for v in heard for s in v.of("contested")])


def _toll(voice: Voice, codebook: Codebook) -> Said | None:
    """The toll of one voice, no less than the children, women and men it counts among them (3.8)."""
    toll = _counted(voice)
    parts = [t for g in SEXES_AND_AGES if (t := telling(voice.of(g, part=True))) and not t.vague]
    least = sum(t.low or 0 for t in parts)
    if toll is None or toll.low is None or least <= toll.low or not codebook.minimum.parts_are_a_floor:
        return toll
    times = codebook.maximum.implausible_times
    if times and least >= times * (toll.top or 0):
        return toll  # the children and women of a wider total (3.2.1), whose own figure is left out
    high = None if toll.count.max is None else max(toll.count.max, least)
    return _with(toll, Count(min=least, max=high), (*toll.claims, *(c for t in parts for c in t.claims)), raised=True)


def _counted(voice: Voice) -> Said | None:
    """The civilians whom one voice counts: all people less the fighters among them (domain 3.4.1), or those it calls
    civilians; else the sum of the children, women and men it counts one by one."""
    whole = telling([s for s in voice.of(*WHOLE) if not s.part])
    civilians, fighters = telling(voice.of("civilians")), telling(voice.of(*FIGHTERS))
    if whole is None or whole.vague:
        one_by_one = [[t for g in groups if (t := telling(voice.of(g)))] for groups in (SEXES_AND_AGES, OTHERS)]
        if whole is None:
            return civilians or _sum(one_by_one[0]) or telling(voice.of("people")) or _sum(one_by_one[1])
        counted = _sum([t for t in one_by_one[0] if not t.vague and not t.part])
        whole = counted if counted and (counted.low or 0) >= (whole.low or 0) else whole  # "several died ... two girls"
    if whole.group == "people" and civilians and civilians.part and (civilians.low or 0) < (whole.top or 0):
        return whole if whole.summed else civilians  # "six people, five of them civilians"
    if whole.group == "civilians" or fighters is None:
        return whole
    if civilians:
        return civilians
    if fighters.part:
        return _less(whole, fighters)
    same = fighters.order < whole.order and (whole.top or 0) <= (fighters.top or 0)  # "a militant ... one was killed"
    return None if same else whole


def _less(people: Said, fighters: Said) -> Said:
    low = None if people.low is None else max(people.low - (fighters.top or 0), 0)
    high = None if people.count.max is None else max(people.count.max - (fighters.low or 0), low or 0)
    return _with(people, Count(min=low, max=high), (*people.claims, *fighters.claims))


def _sum(tolls: Sequence[Said]) -> Said | None:
    if not tolls:
        return None
    total = sum((t.count for t in tolls[1:]), start=tolls[0].count)
    return _with(tolls[0], total, tuple(c for t in tolls for c in t.claims))


def _with(said: Said, count: Count, claims: tuple[str, ...], *, raised: bool = False) -> Said:
    return msgspec.structs.replace(said, group="civilians", count=count, claims=claims, raised=raised)


def _span(tolls: Sequence[tuple[Voice, Said]], field: str, codebook: Codebook) -> Found:
    """Lowest figure standing to highest plausible one given (3.2.1, 3.3.1); an open end is closed by the highest
    figure of any account (3.1.11). A report of nobody harmed lowers no other report's figure."""
    if not tolls:
        return Found()
    harmed = [(v, t) for v, t in tolls if t.top != 0] or list(tolls)
    numbered = [(v, t) for v, t in harmed if not t.vague] or harmed
    given = [*(t for _, t in numbered), *_closing(numbered), *_several(numbered)]
    tops = plausible(given, codebook.maximum.implausible_times)
    most = max((t.top or 0 for t in tops), default=0)
    settled = [t for _, t in _settled(numbered) if (t.top or 0) <= most]
    left = standing(settled)
    lows = [t for t in left if t.low is not None]
    reasons = []
    low = min(lows, key=lambda t: (t.low or 0, t.order), default=None)
    if low is not None:
        gone = sum(t.low is not None for t in settled) - len(lows)
        text = f"lowest figure standing: {low.low} ({low.voice})" + (
            f"; {gone} overtaken by later ones" if gone else ""
        )
        text += ", raised to the children, women and men counted one by one" if low.raised else ""
        rule = "3.8" if low.raised else "3.2.8" if gone else "3.2.1"
        reasons.append(Reason(field=f"{field}.min", rule=rule, text=text, claims=low.claims))
    top = max(tops, key=lambda t: (t.top or 0, t.order), default=None)
    if top is not None:
        closed = top.count.max is None
        text = f"highest figure given: {top.top} ({top.voice})" + (", its end open" if closed else "")
        wide = sorted({t.top for t in given if t.top is not None and t.top > top.top}) if top.top is not None else []
        if wide:  # 3.3.2: an implausible figure is left out with a note
            text += f"; left out as wider totals: {', '.join(map(str, wide))}"
        reasons.append(Reason(field=f"{field}.max", rule="3.1.11" if closed else "3.3.1", text=text, claims=top.claims))
    return Found(
        range=Range(min=low.low if low else None, max=top.top if top else None),
        reasons=tuple(reasons),
        numbered=any(not t.vague for _, t in numbered),
    )


def _several(tolls: Sequence[tuple[Voice, Said]]) -> list[Said]:
    """Where a lone report counts one, its words for several without a number widen the maximum to their least
    (3.1.4); beside other reports they are a manner of speaking."""
    if any((t.top or 0) != 1 for _, t in tolls) or len({v.account for v, _ in tolls}) != 1:
        return []
    plural = [s for v, _ in tolls for s in v.of(*WHOLE) if s.vague and not s.part and (s.low or 0) > 1]
    return [_with(s, Count(min=s.low, max=s.low), s.claims) for s in plural]


def _settled(tolls: Sequence[tuple[Voice, Said]]) -> list[tuple[Voice, Said]]:
    """The tolls that can set the minimum: a report that states a toll in its own words has weighed those whom it
    quotes beside it, so that their figures widen the maximum only (3.2.3)."""
    stating = {v.account for v, t in tolls if v.own and t.low is not None}
    return [(v, t) for v, t in tolls if v.own or v.account not in stating]


def _closing(tolls: Sequence[tuple[Voice, Said]]) -> list[Said]:
    """What else a voice counts in whole where an end is open ("at least 16 ... the bodies of 18", "up to 50")."""
    groups = {id(v): WHOLE if t.group in WHOLE else (t.group,) for v, t in tolls}
    whole = [[s for s in v.of(*groups[id(v)]) if not s.part and not s.vague] for v, _ in tolls]
    return [s for told in whole for s in told if any(other.count.max is None or other.low is None for other in told)]


def _raised(
    found: Found, kind: HarmKind, group: Group, victims: Sequence[Victim], codebook: Codebook,
    lists: Sequence[Sequence[Victim]],
) -> Found:  # fmt: skip
    """The distinct people named are a floor (3.2.2). Where all reports together name more than any of them counts,
    the surplus is taken for other spellings, unless one report by itself names so many; so are, in one report, a few
    more than the highest toll."""
    known = named(victims, kind, group)
    if not known or not codebook.minimum.names_are_a_floor:
        return found
    least, text = len(known), f"{len(known)} distinct people are named"
    top = found.range.max
    if found.numbered and top is not None and lists and least > top:
        least = max(top, *(len(named(listed, kind, group)) for listed in lists))
        text += f", no report counts or names more than {least}" if least < len(known) else ""
    claims = tuple(c for v in known for c in v.claims)
    if top and top < least <= top * (1 + codebook.minimum.names_leeway):
        text, least = f"{text}, too few above the highest toll to outweigh it", top
    return _floor(found, f"{kind}.{group}", least, "3.2.2", text, claims)


def _floor(found: Found, field: str, least: int, rule: str, text: str, claims: tuple[str, ...]) -> Found:
    low, high = found.range.min, found.range.max
    reasons = list(found.reasons)
    if low is None or low < least:
        low = least
        reasons.append(Reason(field=f"{field}.min", rule=rule, text=f"raised to {least}: {text}", claims=claims))
    if high is None or high < low:
        high = low
        reasons.append(Reason(field=f"{field}.max", rule="3.1.11", text=f"no higher figure: {low}", claims=claims))
    return Found(range=Range(min=low, max=high), reasons=tuple(reasons))


def _contested(found: Found, field: str, disputed: Sequence[Said]) -> Found:
    """People whose status is disputed count in the maximum only (3.4.3)."""
    more = max((s.top or 0 for s in disputed), default=0)
    if not more:
        return found
    claims = tuple(c for s in disputed for c in s.claims)
    text = f"{more} of disputed status count in the maximum only"
    reason = Reason(field=f"{field}.max", rule="3.4.3", text=text, claims=claims)
    low = 0 if found.range.min is None else found.range.min
    return Found(range=Range(min=low, max=(found.range.max or 0) + more), reasons=(*found.reasons, reason))


# ------------------------------------------------------------------ combatants


def _belligerents(heard: Sequence[Voice], kind: HarmKind, codebook: Codebook) -> Found:
    """Combatants: what a belligerent alone claims is a maximum and no more (3.4.2)."""
    field = f"{kind}.belligerents"
    tolls = [(v, t) for v in heard if (t := telling(v.of(*FIGHTERS, part=False)) or telling(v.of(*FIGHTERS)))]
    told = [(v, t) for v, t in tolls if not v.parties or codebook.status.belligerent_claim_suffices]
    claimed = [t for v, t in tolls if (v, t) not in told]
    found = _span(told, field, codebook)
    if claimed:
        most = max(claimed, key=lambda t: (t.top or 0, t.order))
        high = max(found.range.max or 0, most.top or 0)
        text = f"claimed by {most.voice}, a belligerent: a maximum, and no civilian less"
        reason = Reason(field=f"{field}.max", rule="3.4.2", text=text, claims=most.claims)
        found = Found(range=Range(min=found.range.min or 0, max=high), reasons=(*found.reasons, reason))
    return _contested(found, field, [s for v in heard for s in v.of("contested")])
