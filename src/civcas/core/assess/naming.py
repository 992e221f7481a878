"""Whose name the public may see: nobody's, until a person releases it; consent and sensitivity come before.

A decision names a person by the places where reports name them, and so outlives a better reader. A refusal, or that
naming puts somebody at risk, holds a name back whatever was released before or is released after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from civcas.core.errors import BadDecision
from civcas.core.records import (
    Account,
    Anchor,
    Claim,
    Consent,
    Decision,
    DecisionVerb,
    Person,
    Record,
    Sensitivity,
    Victim,
    claims_of,
)

VERBS: tuple[DecisionVerb, ...] = ("consent", "release_name", "withhold_name")
Place = tuple[str, int, int]  # document, start and end of a mention


class Said(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The value of a `consent` decision; what is None is left as it was."""

    consent: Consent | None = None
    sensitivity: Sensitivity | None = None


class Standing(Record, frozen=True, kw_only=True):
    """What was decided about naming one person."""

    consent: Consent | None = None
    sensitivity: Sensitivity | None = None
    wanted: bool = False  # a release is the latest decision on the name itself

    @property
    def barred(self) -> bool:
        return self.consent == "refused" or self.sensitivity == "at_risk"

    @property
    def released(self) -> bool:
        return self.wanted and not self.barred


def consents(value: Mapping[str, Any]) -> Said:
    """The value of a `consent` decision; raises BadDecision for any other word."""
    try:
        said = msgspec.convert(dict(value), Said)
    except msgspec.ValidationError as fault:
        raise BadDecision(f"consent cannot be recorded so: {fault}") from fault
    if said.consent is None and said.sensitivity is None:
        raise BadDecision("say what is known: --consent given or refused, --sensitivity, or both")
    return said


def standing(places: Iterable[Place], decisions: Iterable[Decision]) -> Standing:
    """What the decisions (in force, in their order) say of the person who is named at these places."""
    mine, stands = set(places), Standing()
    for decision in decisions:
        if not any(named_at(anchor, mine) for anchor in decision.subjects):
            continue
        if decision.verb == "consent":
            said = consents(decision.value)
            stands = msgspec.structs.replace(
                stands,
                consent=said.consent or stands.consent,
                sensitivity=said.sensitivity or stands.sensitivity,
            )
        elif decision.verb in VERBS:
            stands = msgspec.structs.replace(stands, wanted=decision.verb == "release_name")
    return stands


def named_at(anchor: Anchor, places: Iterable[Place]) -> bool:
    """Whether the anchor names a mention at one of the places, wherever a better reader sets its ends."""
    return anchor.kind == "victim" and any(
        document == anchor.document and first < end and start < last
        for document, start, end in places
        for first, last in anchor.spans
    )


def places_of(victim: Victim, claims: Mapping[str, Claim]) -> list[Place]:
    """Where the reports name the person."""
    told = [claims[i] for i in victim.claims if i in claims and claims[i].kind == "victim"]
    return [(c.document, c.span.start, c.span.end) for c in told]


def mentions_of(victim: Victim, claims: Mapping[str, Claim]) -> list[tuple[str, Anchor]]:
    """Each mention of the person: the name there, and how a decision names it."""
    told = {}
    for claim in (claims[i] for i in victim.claims if i in claims):
        if isinstance(claim.value, Person):
            anchor = Anchor(document=claim.document, kind="victim", spans=((claim.span.start, claim.span.end),))
            told[anchor] = claim.value.name
    return [(name, anchor) for anchor, name in told.items()]


def marked(victims: Sequence[Victim], accounts: Sequence[Account], decisions: Sequence[Decision]) -> tuple[Victim, ...]:
    """The victims with what was decided (in force) about naming them."""
    if not decisions:
        return tuple(victims)
    claims = claims_of(accounts)
    return tuple(_marked(v, standing(places_of(v, claims), decisions)) for v in victims)


def _marked(victim: Victim, stands: Standing) -> Victim:
    return msgspec.structs.replace(
        victim, consent=stands.consent, sensitivity=stands.sensitivity, released=stands.released
    )
