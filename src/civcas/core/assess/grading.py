"""Two separate decisions: whether a strike by whom is likely, and how well the harm is sourced (domain 3.5)."""

from __future__ import annotations

from collections.abc import Sequence

from civcas.core.codebook import Codebook
from civcas.core.match.origins import Origin, parties_of
from civcas.core.project import Project
from civcas.core.records import (
    Account,
    Belligerent,
    Grade,
    Reason,
    Record,
    Statement,
    StatementPosition,
    StrikeStatus,
)  # fmt: skip

OWNS_STRIKE: tuple[StatementPosition, ...] = ("accepts", "acknowledges_strike", "claims_combatants")
STAGES: dict[StatementPosition, int] = {
    "no_comment": 0, "denies": 1, "claims_combatants": 1, "acknowledges_strike": 1, "investigating": 2,
    "no_record": 3, "insufficient_information": 3, "accepts": 3,
}  # fmt: skip


class Verdict(Record, frozen=True, kw_only=True):
    strike_status: StrikeStatus
    grade: Grade
    reasons: tuple[Reason, ...]


def belligerents(
    accounts: Sequence[Account], statements: Sequence[Statement], project: Project
) -> tuple[Belligerent, ...]:
    """Who is said to have acted, the most often named first, each with the last position it took."""
    found: dict[str, list[tuple[Account, Belligerent]]] = {}
    for account in accounts:
        for one in account.belligerents:
            found.setdefault(_called(one, account, project), []).append((account, one))
    positions = _positions(statements, project)
    made = [
        Belligerent(
            name=name,
            attribution="known"
            if any(b.attribution == "known" for _, b in told) or _owns(name, statements, project)
            else "suspected",
            position=positions.get(name),
            claims=tuple(dict.fromkeys(c for _, b in told for c in b.claims)),
        )
        for name, told in found.items()
    ]
    return tuple(sorted(made, key=lambda b: (-len({a.document for a, _ in found[b.name]}), list(found).index(b.name))))


def _called(one: Belligerent, account: Account, project: Project) -> str:
    """The party's name in the country where it acted: "the coalition" is another one in Yemen than in Iraq."""
    country = account.where.country if account.where else None
    forms = {c.span.quote for c in account.claims if c.id in one.claims}
    return next((n for form in sorted(forms) if (n := project.party_in(one.name, country, form)) != one.name), one.name)


def _positions(statements: Sequence[Statement], project: Project) -> dict[str, StatementPosition]:
    """Where each party stands: its answer furthest on the way from a first word through an inquiry to its outcome,
    the last one told of those equally far; a denial retold later undoes no investigation."""
    stands: dict[str, StatementPosition] = {}
    for statement in statements:
        if statement.position not in STAGES or not statement.speaker:
            continue
        for name in parties_of(statement.speaker, project) or (statement.speaker,):
            for answering in (name, *_part_of(name, project)):
                before = stands.get(answering)
                if before is None or STAGES[before] <= STAGES[statement.position]:
                    stands[answering] = statement.position
    return stands


def _owns(name: str, statements: Sequence[Statement], project: Project) -> bool:
    return any(s.position in OWNS_STRIKE and name in parties_of(s.speaker, project) for s in statements)


def sides(names: Sequence[str], project: Project) -> list[str]:
    """The parties that compete for one strike: a coalition and its member named for it are one side."""
    kept: list[str] = []
    for name in names:
        party = project.party(name)
        if any(k in (party.part_of if party else ()) or name in _part_of(k, project) for k in kept):
            continue
        kept.append(name)
    return kept


def _part_of(name: str, project: Project) -> tuple[str, ...]:
    party = project.party(name)
    return party.part_of if party else ()


def verdict(
    accounts: Sequence[Account], told: Sequence[Origin], blamed: Sequence[Belligerent], statements: Sequence[Statement],
    *, only_combatants: bool, codebook: Codebook, project: Project,
) -> Verdict:  # fmt: skip
    """Strike status from who attributes it to whom; grade from who tells of harm. Origins are counted, not links."""
    status, status_reason = _strike_status(accounts, told, blamed, statements, codebook, project)
    grade, grade_reason = _grade(told, blamed, statements, status, only_combatants, codebook, project)
    return Verdict(strike_status=status, grade=grade, reasons=(status_reason, grade_reason))


def _strike_status(
    accounts: Sequence[Account], told: Sequence[Origin], blamed: Sequence[Belligerent], statements: Sequence[Statement],
    codebook: Codebook, project: Project,
) -> tuple[StrikeStatus, Reason]:  # fmt: skip
    def because(status: StrikeStatus, text: str, claims: Sequence[str | None] = ()) -> tuple[StrikeStatus, Reason]:
        return status, Reason(field="strike_status", rule="3.5", text=text, claims=tuple(c for c in claims if c))

    own = [s for s in statements if s.position in OWNS_STRIKE and parties_of(s.speaker, project)]
    if own:
        return because("declared_strike", f"{own[0].speaker} says it struck", [own[0].claim])
    attributed = sides([b.name for b in blamed], project)
    claims = [c for b in blamed for c in b.claims]
    if len(attributed) > 1:
        return because("contested_strike", f"attributed to {' and to '.join(attributed)}", claims)
    if not attributed:
        return because("contested_strike", "attributed to nobody")
    blaming = {a.id for a in accounts if a.belligerents}
    sources = [o.name for o in told if not o.parties and blaming & set(o.accounts)]
    if len(sources) >= codebook.grading.attributing_sources:
        return because("likely_strike", f"attributed to {attributed[0]} by {len(sources)} independent sources", claims)
    return because("single_source_claim", f"attributed to {attributed[0]} by one source", claims)


def _grade(
    told: Sequence[Origin], blamed: Sequence[Belligerent], statements: Sequence[Statement], status: StrikeStatus,
    only_combatants: bool, codebook: Codebook, project: Project,
) -> tuple[Grade, Reason]:  # fmt: skip
    def because(grade: Grade, text: str, claims: Sequence[str | None] = ()) -> tuple[Grade, Reason]:
        return grade, Reason(field="grade", rule="3.5", text=text, claims=tuple(c for c in claims if c))

    accepted = next((s for s in statements if s.position == "accepts" and parties_of(s.speaker, project)), None)
    if accepted:
        return because("confirmed", f"{accepted.speaker} accepts the harm", [accepted.claim])
    if only_combatants:
        return because("discounted", "those killed are told to be combatants")
    competing = sides([b.name for b in blamed], project)
    if len(competing) > 1:
        return because("contested", f"competing responsibility: {' and '.join(competing)}")
    credible = [o for o in told if o.credible]
    if not competing and len(credible) >= codebook.grading.credible_sources:
        return because("contested", f"{len(credible)} independent sources of harm, and nobody said to be responsible")
    if len(credible) >= codebook.grading.credible_sources and status in ("likely_strike", "declared_strike"):
        return because("fair", f"{len(credible)} independent sources of harm, and a {status.replace('_', ' ')}")
    return because("weak", f"{len(credible) or 'no'} independent source{'' if len(credible) == 1 else 's'} of harm")
