"""What each party answered to an allegation, as a history: statements read in reports, and what people recorded.

A later answer never overwrites an earlier one: "denied, then opened an investigation" is two steps. A decision
`respond` adds a step (the desk asked; the party answered), or corrects one that is there.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, cast, get_args

import msgspec

from civcas.core.errors import BadDecision, BadSource
from civcas.core.match.origins import parties_of
from civcas.core.project import Project
from civcas.core.records import (
    Account,
    Attribution,
    Belligerent,
    Decision,
    Grounds,
    Harm,
    HarmKind,
    PartyAssessment,
    PartyResponse,
    Record,
    Response,
    ResponsePosition,
    Statement,
    StatementPosition,
    StrikeReport,
)
from civcas.core.values import Period

MISREAD = "misread"  # a correction that strikes a step out: no party said that of this allegation
FURTHEST: dict[ResponsePosition, int] = {
    "asked": 0, "no_comment": 0, "denies": 1, "claims_combatants": 1, "acknowledges_strike": 1, "investigating": 2,
    "no_record": 3, "insufficient_information": 3, "accepts": 3, "duplicate": 3,
}  # fmt: skip
"""How far on the way from a first word through an inquiry to its outcome a step is. A report that retells an early
denial does not undo the investigation that came after it; a step dated by its own words, or by a person, stands
against all before it."""
OUTCOMES: dict[ResponsePosition, PartyAssessment] = {
    "accepts": "credible", "denies": "non_credible", "no_record": "non_credible",
    "insufficient_information": "non_credible", "claims_combatants": "non_credible", "investigating": "open_incident",
    "duplicate": "duplicate",
}  # fmt: skip
GROUNDS: dict[ResponsePosition, tuple[Grounds, ...]] = {
    "no_record": ("no_coalition_strikes",), "insufficient_information": ("insufficient_information",),
}  # fmt: skip
"""Positions that give their own grounds; of others a person says them."""
LAST = datetime.date.max


class Recorded(Record, frozen=True, kw_only=True):
    """What a `respond` decision says: the form of its value."""

    party: str
    position: str
    date: str | None = None  # EDTF
    quote: str | None = None
    url: str | None = None
    grounds: tuple[Grounds, ...] = ()
    conceded: dict[HarmKind, tuple[int, int]] = {}
    corrects: str | None = None  # id of the decision whose step this one takes the place of


def recorded(value: Mapping[str, Any]) -> Recorded:
    """The value of a `respond` decision; raises BadDecision where no history can take it."""
    try:
        found = msgspec.convert(dict(value), Recorded)
    except msgspec.ValidationError as fault:
        raise BadDecision(f"an answer cannot be recorded so: {fault}") from fault
    if not found.party.strip():
        raise BadDecision("an answer needs the party that gives it")
    if found.position not in (*get_args(ResponsePosition), MISREAD):
        raise BadDecision(f"{found.position!r} is no position: {', '.join(get_args(ResponsePosition))}")
    if found.date is not None:
        try:
            Period.parse(found.date)
        except BadSource as fault:
            raise BadDecision(f"an answer cannot be recorded so: {fault}") from fault
    if any(low < 0 or high < low for low, high in found.conceded.values()):
        raise BadDecision("what a party concedes is a number of people, or a smaller and a greater one")
    return found


def corrected(
    statements: Sequence[Statement], members: Sequence[Account], decisions: Sequence[Decision]
) -> tuple[Statement, ...]:
    """The statements that stand, read and recorded: what a correction names is gone, what people recorded is added."""
    spans = {c.id: (c.document, c.span.start, c.span.end) for a in members for c in a.claims if c.kind == "statement"}
    gone = [(s.document, *span) for d in decisions for s in d.subjects if s.code is None for span in s.spans]

    def named(statement: Statement) -> bool:
        place = spans.get(statement.claim or "")
        return place is not None and any(
            document == place[0] and start < place[2] and place[1] < end for document, start, end in gone
        )

    kept = [s for s in statements if not named(s)]
    return (*kept, *(_statement(d) for d in _standing(decisions) if _is_statement(recorded(d.value))))


def _standing(decisions: Sequence[Decision]) -> list[Decision]:
    """Those that add a step and whose step no later one corrects."""
    gone = {recorded(d.value).corrects for d in decisions}
    return [d for d in decisions if d.id not in gone and recorded(d.value).position != MISREAD]


def _is_statement(said: Recorded) -> bool:
    return said.position in get_args(StatementPosition)


def _statement(decision: Decision) -> Statement:
    said = recorded(decision.value)
    return Statement(
        speaker=said.party,
        position=cast(StatementPosition, said.position),
        quote=said.quote or "",
        conceded=_conceded(said),
        date=said.date,
        dated_by="decision" if said.date else None,
        decision=decision.id,
    )


def _conceded(said: Recorded) -> tuple[Harm, ...]:
    return tuple(
        Harm(kind=kind, group="civilians", min=low, max=high, speaker=said.party)
        for kind, (low, high) in sorted(said.conceded.items())
    )


# ------------------------------------------------------------------ declared strikes


class FoundStrike(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The value of a decision that a declared strike is the one an allegation tells of."""

    party: str | None = None
    date: str | None = None
    place: str | None = None


def found_strike(value: Mapping[str, Any]) -> FoundStrike:
    """The value of a `strike_is` decision; raises BadDecision for one that says anything else."""
    try:
        return msgspec.convert(dict(value), FoundStrike)
    except msgspec.ValidationError as fault:
        raise BadDecision(f"a declared strike cannot be recorded so: {fault}") from fault


def found_strikes(decisions: Sequence[Decision]) -> tuple[StrikeReport, ...]:
    """The declared strikes that people found to be this one, by the decisions (in force) on it; the later one on a
    report holds."""
    newest = {s.document: d for d in decisions for s in d.subjects if s.document}
    return tuple(_found(document, d) for document, d in newest.items() if d.verb == "strike_is")


def _found(document: str, decision: Decision) -> StrikeReport:
    said = found_strike(decision.value)
    return StrikeReport(
        document=document, decision=decision.id, party=said.party, date=said.date, place=said.place
    )  # fmt: skip


def declared(strikes: Sequence[StrikeReport]) -> tuple[Statement, ...]:
    """What a party says by declaring the strike: that it struck (domain 3.5)."""
    return tuple(
        Statement(
            speaker=strike.party,
            position="acknowledges_strike",
            quote="",
            document=strike.document,
            date=strike.date,
            dated_by="decision" if strike.date else None,
            decision=strike.decision,
        )
        for strike in strikes
        if strike.party
    )


def with_declaring(blamed: Sequence[Belligerent], strikes: Sequence[StrikeReport]) -> tuple[Belligerent, ...]:
    """The belligerents, with those that declare the strike and that no report names."""
    named = {b.name for b in blamed}
    more = dict.fromkeys(s.party for s in strikes if s.party and s.party not in named)
    return (*blamed, *(Belligerent(name=party, attribution="known") for party in more))


# ------------------------------------------------------------------ histories


def responses(
    statements: Sequence[Statement], decisions: Sequence[Decision], blamed: Sequence[Belligerent], project: Project
) -> tuple[PartyResponse, ...]:
    """The history of every party that is named as having acted or that answers; first those named. A party named
    that has said nothing has an empty one."""
    by_decision = {d.id: d for d in decisions}
    steps: dict[str, list[Response]] = {b.name: [] for b in blamed}
    for statement in statements:
        if statement.position not in FURTHEST or not statement.speaker:
            continue
        known = parties_of(statement.speaker, project)
        for name in known or (statement.speaker,):
            if known or name in steps or statement.decision:
                steps.setdefault(name, []).append(_step(statement, by_decision))
    for decision in _standing(decisions):
        said = recorded(decision.value)
        if not _is_statement(said):
            steps.setdefault(said.party, []).append(_asked(said, decision.id))
    attribution = {b.name: b.attribution for b in blamed}
    return tuple(_history(name, told, attribution.get(name)) for name, told in steps.items())


def _step(statement: Statement, decisions: Mapping[str, Decision]) -> Response:
    decision = decisions.get(statement.decision or "")
    said = recorded(decision.value) if decision and decision.verb == "respond" else None
    position = cast(ResponsePosition, statement.position)
    return Response(
        position=position,
        date=statement.date,
        dated_by=statement.dated_by,
        speaker=statement.speaker,
        quote=statement.quote or None,
        document=statement.document,
        claim=statement.claim,
        decision=statement.decision,
        conceded=statement.conceded,
        grounds=(said.grounds if said else ()) or GROUNDS.get(position, ()),
        url=said.url if said else None,
    )


def _asked(said: Recorded, decision: str) -> Response:
    return Response(
        position=cast(ResponsePosition, said.position),
        date=said.date,
        dated_by="decision" if said.date else None,
        quote=said.quote,
        decision=decision,
        grounds=said.grounds,
        url=said.url,
    )


def _history(party: str, told: Sequence[Response], attribution: Attribution | None) -> PartyResponse:
    history = tuple(sorted(told, key=_day))
    stands: Response | None = None
    for step in history:
        settled = step.dated_by in ("words", "decision")
        if stands is not None and step.position == "asked":
            continue  # to be asked again takes nothing back
        if stands is None or settled or FURTHEST[stands.position] <= FURTHEST[step.position]:
            stands = step
    outcome = OUTCOMES.get(stands.position, "not_yet_assessed") if stands else "not_yet_assessed"
    return PartyResponse(
        party=party,
        assessment=outcome,
        position=stands.position if stands else None,
        attribution=attribution,
        history=history,
    )


def _day(step: Response) -> datetime.date:
    """The day a step is sorted by; one without a day comes last."""
    if step.date is None:
        return LAST
    try:
        return Period.parse(step.date).start
    except BadSource:
        return LAST


def with_standing(blamed: Sequence[Belligerent], answered: Sequence[PartyResponse]) -> tuple[Belligerent, ...]:
    """The belligerents, those on whom people recorded an answer with the position where that leaves them."""
    stands = {r.party: r.position for r in answered if any(step.decision for step in r.history)}
    return tuple(
        msgspec.structs.replace(b, position=stands[b.name]) if stands.get(b.name) in get_args(StatementPosition) else b
        for b in blamed
    )
