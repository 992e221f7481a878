"""Two separate decisions: whether a strike by whom is likely, and how well the harm is sourced (domain 3.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast, get_args

from civcas.core.codebook import Codebook
from civcas.core.match.origins import Origin, parties_of
from civcas.core.project import Project
from civcas.core.records import (
    SOURCING,
    Account,
    Belligerent,
    Claim,
    ClaimKind,
    Grade,
    Reason,
    Record,
    Responsibility,
    Statement,
    StatementPosition,
    StrikeStatus,
    Term,
)

FAIR_WITH: tuple[StrikeStatus, ...] = ("likely_strike", "declared_strike")
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


def responsibility(blamed: Sequence[Belligerent], competing: Sequence[str]) -> Responsibility | None:
    """Whether the strike is one party's, that of several on one side, or claimed of parties that compete for it."""
    if not blamed:
        return None
    return "contested" if len(competing) > 1 else "joint" if len(blamed) > 1 else "sole"


def _part_of(name: str, project: Project) -> tuple[str, ...]:
    party = project.party(name)
    return party.part_of if party else ()


class Told(Record, frozen=True, kw_only=True):
    """What the verdict rests on: who tells of the incident, who is blamed, what is said of the sources."""

    accounts: tuple[Account, ...]
    origins: tuple[Origin, ...]
    blamed: tuple[Belligerent, ...]
    statements: tuple[Statement, ...]
    codebook: Codebook
    project: Project

    @property
    def sides(self) -> list[str]:
        """The parties that compete for the strike: where a lone report says whom its sources hold responsible, those;
        who else it names in passing, for another deed, competes with nobody."""
        named = [b for b in self.blamed if self.alone and self._named_by_several(b)] or self.blamed
        return sides([b.name for b in named], self.project)

    def _named_by_several(self, party: Belligerent) -> bool:
        said = self.saying("sourcing", "attributed_by_several")
        told = [c for a in self.accounts for c in a.claims if c.id in party.claims]
        return any(s.span.start <= c.span.start and c.span.end <= s.span.end for s in said for c in told)

    def saying(self, kind: ClaimKind, *slugs: str) -> list[Claim]:
        """The claims of the kind, of these slugs where any are named."""
        said = [c for a in self.accounts for c in a.claims if c.kind == kind and isinstance(c.value, Term)]
        return [c for c in said if not slugs or (isinstance(c.value, Term) and c.value.slug in slugs)]

    @property
    def alone(self) -> bool:
        return len({a.document for a in self.accounts}) == 1

    def judged(self, kind: ClaimKind) -> Claim | None:
        """The judgement that the only report there is gives of its own; more reports are weighed themselves."""
        if not self.alone:
            return None
        return next(iter(reversed(self.saying(kind))), None)


def verdict(told: Told, *, only_combatants: bool) -> Verdict:
    """Strike status from who attributes it to whom; grade from who tells of harm. Origins are counted, not links."""
    status, status_reason = _strike_status(told)
    grade, grade_reason = _grade(told, status, only_combatants)
    return Verdict(strike_status=status, grade=grade, reasons=(status_reason, grade_reason))


def _because(field: str, text: str, claims: Iterable[str | None] = ()) -> Reason:
    return Reason(field=field, rule="3.5", text=text, claims=tuple(c for c in claims if c))


def _strike_status(told: Told) -> tuple[StrikeStatus, Reason]:
    def because(status: StrikeStatus, text: str, claims: Iterable[str | None] = ()) -> tuple[StrikeStatus, Reason]:
        return status, _because("strike_status", text, claims)

    judged = told.judged("strike_status")
    if judged and isinstance(judged.value, Term) and judged.value.slug in get_args(StrikeStatus):
        return because(cast(StrikeStatus, judged.value.slug), "the only report judges it so", [judged.id])
    own = [s for s in told.statements if s.position in OWNS_STRIKE and parties_of(s.speaker, told.project)]
    if own:
        return because("declared_strike", f"{own[0].speaker} says it struck", [own[0].claim])
    attributed = told.sides
    claims = [c for b in told.blamed for c in b.claims]
    if len(attributed) > 1:
        return because("contested_strike", f"attributed to {' and to '.join(attributed)}", claims)
    if not attributed:
        return because("contested_strike", "attributed to nobody")
    several = told.saying("sourcing", "attributed_by_several")
    if several:
        return because("likely_strike", f"attributed to {attributed[0]} by several sources", (c.id for c in several))
    return _counted(told, attributed[0], claims)


def _counted(told: Told, party: str, claims: Sequence[str]) -> tuple[StrikeStatus, Reason]:
    """The status of a strike attributed to one party: what a lone report says of its sources goes before a count of
    those it quotes, for they may repeat one another (domain 3.5)."""
    few = told.saying("sourcing", "attributed_by_one", "attributed_by_nobody", "harm_by_one") if told.alone else []
    blaming = {a.id for a in told.accounts if a.belligerents}
    sources = [o.name for o in told.origins if not o.parties and blaming & set(o.accounts)]
    if few and isinstance(few[0].value, Term):
        text = f"attributed to {party}, and {SOURCING[few[0].value.slug]}"
        return "single_source_claim", _because("strike_status", text, (c.id for c in few))
    if len(sources) >= told.codebook.grading.attributing_sources:
        text = f"attributed to {party} by {len(sources)} independent sources"
        return "likely_strike", _because("strike_status", text, claims)
    return "single_source_claim", _because("strike_status", f"attributed to {party} by one source", claims)


def _grade(told: Told, status: StrikeStatus, only_combatants: bool) -> tuple[Grade, Reason]:
    def because(grade: Grade, text: str, claims: Iterable[str | None] = ()) -> tuple[Grade, Reason]:
        return grade, _because("grade", text, claims)

    needed = told.codebook.grading.credible_sources
    judged = told.judged("grade")
    if judged and isinstance(judged.value, Term) and judged.value.slug in get_args(Grade):
        return because(cast(Grade, judged.value.slug), "the only report judges it so", [judged.id])
    accepted = next(
        (s for s in told.statements if s.position == "accepts" and parties_of(s.speaker, told.project)), None
    )
    if accepted:
        return because("confirmed", f"{accepted.speaker} accepts the harm", [accepted.claim])
    if only_combatants:
        return because("discounted", "those killed are told to be combatants")
    competing = told.sides
    if len(competing) > 1:
        return because("contested", f"competing responsibility: {' and '.join(competing)}")
    credible = [o for o in told.origins if o.credible]
    if status == "contested_strike" and len(credible) >= needed:
        return because("contested", f"{len(credible)} independent sources of harm, and nobody said to be responsible")
    one = told.saying("sourcing", "harm_by_one") if told.alone else []
    if one:
        return because("weak", SOURCING["harm_by_one"], (c.id for c in one))
    by_one_voice = told.alone and told.saying("sourcing", "attributed_by_one")  # of the strike, not of the harm
    if len(credible) >= needed and (status in FAIR_WITH or by_one_voice):
        return because("fair", f"{len(credible)} independent sources of harm, and a {status.replace('_', ' ')}")
    return because("weak", f"{len(credible) or 'no'} independent source{'' if len(credible) == 1 else 's'} of harm")
