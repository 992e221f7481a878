"""What can be explained: the fields of an incident or total, each with value, rule and the claims it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from civcas.cli import tables
from civcas.core.codebook import Codebook, range_of
from civcas.core.records import (
    Account,
    Assessment,
    Belligerent,
    Claim,
    Figure,
    Incident,
    Range,
    Reason,
    Statement,
    Total,
    Victim,
)

Field = tuple[str, str, str | None, str, Sequence[str]]  # name, value, rule, its words, ids of claims


def of_incident(assessment: Assessment, incident: Incident) -> list[Field]:
    """Every reason of the assessment, then the fields that rest on claims without a rule of their own."""
    fields: list[Field] = [(r.field, _value_by(assessment, r), r.rule, r.text, r.claims) for r in assessment.reasons]
    kinds = list(dict.fromkeys(name.partition(".")[0] for name, *_ in fields))
    fields.sort(key=lambda f: (kinds.index(f[0].partition(".")[0]), ".civilians" not in f[0]))
    given = {name.partition(".")[0] for name, *_ in fields}
    fields += [f for f in _told(assessment, incident) if f[0].partition(".")[0] not in given]
    return fields


def _told(assessment: Assessment, incident: Incident) -> Iterator[Field]:
    members = incident.members
    if assessment.when:
        ids = [a.when.claim for a in members if a.when and a.when.claim]
        yield "when", tables.when_text(assessment.when), None, "the dates that the reports give", ids
    if assessment.where:
        ids = [a.where.claim for a in members if a.where and a.where.claim]
        yield (
            "where",
            tables.where_text(assessment.where),
            None,
            assessment.where.reason or "the places that the reports name",
            ids,
        )
    for party in assessment.belligerents:
        value = tables.party_text(party.name, party.attribution, party.position)
        yield "belligerents", value, None, "named in the reports as having acted", party.claims
    for said in assessment.statements:
        position = f"{said.speaker or 'somebody'}: {tables.plain(said.position)}"
        yield "statements", position, None, "said in the reports", [said.claim] if said.claim else []
    for victim in assessment.victims:
        age = "" if victim.age is None else f", {victim.age:g}"
        yield "victims", f"{victim.name}{age}, {victim.outcome}", None, "named in the reports", victim.claims
    for name, kind in (("strike_type", "strike_type"), ("infrastructure", "infrastructure"), ("munitions", "munition")):
        slugs = getattr(assessment, name)
        if slugs:
            ids = [c.id for a in members for c in a.claims if c.kind == kind]
            yield name, tables.words(slugs), None, "in the words of the reports, with the broader terms", ids


def _value_by(assessment: Assessment, reason: Reason) -> str:
    """The value of the reason's field; what the rules suggest where a person set another in its place."""
    value = value_of(assessment, reason.field)
    if reason.suggested is None:
        return value
    return f"{tables.plain(reason.suggested)} by the rules, where a person set {value}"


def value_of(assessment: Assessment, field: str) -> str:
    """The value of a field such as killed.civilians.min, in words."""
    value: Any = assessment
    for part in field.split("."):
        value = value.get(part) if isinstance(value, Mapping) else getattr(value, part, None)
    return _in_words(value)


def _in_words(value: Any) -> str:
    match value:
        case None:
            return tables.UNKNOWN
        case Range():
            return tables.span_text(value.min, value.max)
        case Belligerent():
            return tables.party_text(value.name, value.attribution, value.position)
        case Statement():
            return f"{value.speaker or 'somebody'}: {tables.plain(value.position)}"
        case Victim():
            return value.name
        case tuple() | list():
            return ", ".join(_in_words(v) for v in value) or tables.UNKNOWN
        case Mapping():
            return "; ".join(f"{tables.plain(k)} {_in_words(v)}" for k, v in value.items())
        case str():
            return tables.plain(value)
        case _ if hasattr(value, "edtf"):
            return tables.when_text(value)
        case _ if hasattr(value, "radius_km"):
            return tables.where_text(value)
        case _:
            return str(value)


# ------------------------------------------------------- tolls and strike counts


def of_total(account: Account) -> list[Field]:
    toll = "a total over a period or area, kept apart from the incidents"
    own = "a party's own count, kept apart from the incidents"
    fields: list[Field] = [(h.kind, tables.toll_text(h), "3.6", toll, h.claims) for h in account.harm]
    fields += [(d.what, tables.declared_text(d), "3.6", own, d.claims) for d in account.declared]
    if account.when:
        ids = [account.when.claim] if account.when.claim else []
        fields.append(("when", tables.when_text(account.when), None, "the period it is for", ids))
    if account.where:
        ids = [account.where.claim] if account.where.claim else []
        reason = account.where.reason or "the area it is for"
        fields.append(("where", tables.where_text(account.where), None, reason, ids))
    named = "named in the report as having acted"
    return fields + [("belligerents", b.name, None, named, b.claims) for b in account.belligerents]


BOUNDS = {
    "exactly": ("3.1.9", "N is N"),
    "at_least": ("3.1.7", "at least N has the minimum N and an open maximum"),
    "more_than": ("3.1.9", "more than N has the minimum N + 1 and an open maximum"),
    "up_to": ("3.1.9", "up to N has the maximum N"),
    "fewer_than": ("3.1.9", "fewer than N has the maximum N - 1"),
    "almost": ("3.1.9", "almost N has the maximum N - 1, hedged"),
    "about": ("3.1.9", "about N is N, hedged"),
    "between": ("3.1.9", "between two numbers is from the one to the other"),
}


def reading_of(claim: Claim, codebook: Codebook) -> str | None:
    """What the words of a figure come to and by which rule; None for a claim that holds no figure."""
    match claim.value:
        case Total(number=None, percent=percent):
            return f"{percent:g} per cent, as said"
        case Total(number=number, bound=bound):
            figure = Figure(number=number, bound=bound)
        case Figure():
            figure = claim.value
        case _:
            return None
    count = range_of(figure, codebook)
    rule, text = BOUNDS[figure.bound]
    if figure.word is not None:
        word = codebook.words.get(figure.word)
        rule, text = (
            (word.source if word else "none"),
            f"{figure.word!r} in the codebook {codebook.name} {codebook.version}",
        )
    return f"{tables.span_text(count.min, count.max)} (rule {rule}: {text})"
