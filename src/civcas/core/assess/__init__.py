"""An incident's accounts and decisions to its assessed record: every value by a rule, every rule with its claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from civcas.core.assess import facts, grading, responses
from civcas.core.assess.figures import figures
from civcas.core.assess.naming import marked
from civcas.core.assess.overrides import Standing, excluded, led, overridden
from civcas.core.assess.people import people
from civcas.core.assess.ranges import Found, ranges
from civcas.core.codebook import Codebook
from civcas.core.match.origins import origins, reported_apart
from civcas.core.project import Project
from civcas.core.records import Assessment, Decision, HarmKind, Incident, Range, Reason

__all__ = ["Standing", "assess", "led"]

KINDS: tuple[HarmKind, ...] = tuple(k for k in get_args(HarmKind) if k != "displaced")
ALWAYS = ("civilians", "belligerents")  # groups that the record shows even where nothing is known


def assess(
    incident: Incident, codebook: Codebook, project: Project, decisions: Sequence[Decision] | Standing = ()
) -> Assessment:
    """The incident with its ranges, status and grade. Pure: the same accounts and decisions, the same record.

    Whoever assesses many incidents gives the decisions as `Standing.of(decisions)`, which sorts them out once.
    """
    standing = decisions if isinstance(decisions, Standing) else Standing.of(decisions)
    members = [a for a in incident.members if not excluded(a, standing)]
    on_people = standing.on_people(incident.documents)
    said = figures(members, project, codebook)
    victims = marked(people(members, on_people), members, on_people)
    answers = standing.about(incident.code, "respond")
    strikes = responses.found_strikes(standing.about(incident.code, "strike_is", "strike_is_not"))
    read = (*facts.statements(members), *responses.declared(strikes))
    statements = responses.corrected(read, members, answers)
    blamed = responses.with_declaring(grading.belligerents(members, statements, project), strikes)
    told = origins(members, project, copied_words=codebook.grading.copied_words)
    lists = [people([a]) for a in members]
    harm = {kind: ranges(said, victims, kind, codebook, lists) for kind in KINDS}
    sourced = grading.Told(
        accounts=tuple(members),
        origins=told,
        blamed=blamed,
        statements=statements,
        codebook=codebook,
        project=project,
    )
    settled = grading.verdict(sourced, only_combatants=_only_combatants(harm))
    answered = responses.responses(statements, answers, blamed, project)
    when, when_reason = facts.period(members)
    where, where_reason = facts.place(members)
    strike_type, munitions = facts.strike_types(members), facts.terms(members, "munitions")
    reasons: list[Reason | None] = [r for kind in KINDS for found in harm[kind].values() for r in found.reasons]
    assessment = Assessment(
        code=incident.code,
        documents=incident.documents,
        accounts=incident.accounts,
        when=when,
        where=where,
        killed=_shown(harm["killed"]),
        injured=_shown(harm["injured"]),
        missing=_shown(harm["missing"], ()),
        detained=_shown(harm["detained"], ()),
        belligerents=responses.with_standing(blamed, answered),
        strike_type=strike_type,
        strike_status=settled.strike_status,
        grade=settled.grade,
        infrastructure=facts.terms(members, "infrastructure"),
        munitions=munitions,
        causes=facts.causes(strike_type, munitions),
        victims=victims,
        statements=statements,
        sources=len({a.document for a in members}),
        origins=reported_apart(told, members),
        reasons=tuple(r for r in (*reasons, *settled.reasons, when_reason, where_reason) if r),
        responsibility=grading.responsibility(blamed, sourced.sides),
        responses=answered,
        strike_reports=strikes,
    )
    return overridden(assessment, members, standing)


def _shown(found: dict[str, Found], always: Sequence[str] = ALWAYS) -> dict[str, Range]:
    shown = {group: found[group].range if group in found else Range() for group in always}
    return shown | {group: one.range for group, one in sorted(found.items()) if group not in always}


def _only_combatants(harm: dict[HarmKind, dict[str, Found]]) -> bool:
    """Whether fighters are told to have died, by others than their enemy, and no civilian was harmed."""
    fighters = harm["killed"].get("belligerents", Found()).range.min
    civilians = any("civilians" in harm[kind] and harm[kind]["civilians"].range.max for kind in ("killed", "injured"))
    return bool(fighters) and not civilians
