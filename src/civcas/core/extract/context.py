"""What surrounds a figure: who says it, whether it is denied or hedged, whether it is about this event at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from civcas.core.extract.tagging import Unit

AHEAD_REACH = 8  # units between "will" and the day it speaks of
NEGATION_REACH = 5  # units between "not" or "denied" and the verb it turns: "did not, in any of its raids, kill"


class Voice(msgspec.Struct, frozen=True):
    """A speaker named in a sentence, and from which unit on the words are theirs."""

    speaker: str
    start: int
    trails: bool = False  # "..., residents said": speaks for what stands before


def speaker_at(voices: Sequence[Voice], offset: int) -> str | None:
    """Who says what stands at the offset: the last to speak before it, else the next that trails it."""
    if not voices:
        return None
    before = [v for v in voices if v.start <= offset and not v.trails]
    after = [v for v in voices if v.trails and v.start > offset]
    if after and (not before or before[-1].start < after[0].start):
        return (
            (before[-1] if before and not after[0].trails else after[0]).speaker if not before else before[-1].speaker
        )
    return before[-1].speaker if before else None


def negated(units: Sequence[Unit], at: int) -> bool:
    """Whether a "not", "denied" or "not enough evidence that" reaches the unit at the index."""
    reach = units[max(0, at - NEGATION_REACH) : at]
    for unit in reversed(reach):
        if unit.tag in ("NOT", "DENY", "INSUFFICIENT"):
            return True
        if unit.tag in ("BUT", "SEMI"):
            return False
    return False


def hedged(units: Sequence[Unit]) -> bool:
    """Whether the sentence says that it is a report, an allegation or an estimate."""
    return any(u.tag == "HEDGE" or u.attributes.get("hedge") for u in units)


def ahead(units: Sequence[Unit], parts: Mapping[str, tuple[Unit, ...]]) -> bool:
    """Whether the words before a date, in its own clause, speak of what is still to come."""
    start = min((part[0].start for part in parts.values() if part), default=0)
    before = [u for u in units if u.start < start][-AHEAD_REACH:]
    for unit in reversed(before):
        if unit.tag == "FUTURE":
            return True
        if unit.tag in ("SAY", "KILL", "HIT", "SEMI", "BUT"):
            return False
    return False
