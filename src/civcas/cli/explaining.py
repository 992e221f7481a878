"""explain: where a number comes from, down to the quoted words and the report's bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from civcas.cli import options, tables
from civcas.cli.codes import short_codes
from civcas.cli.desk import open_workspace, rules_in
from civcas.cli.streams import writing
from civcas.core.codebook import Codebook, range_of
from civcas.core.errors import BadSource
from civcas.core.jsonl import encode
from civcas.core.records import (
    Account,
    Assessment,
    Belligerent,
    Claim,
    Document,
    Figure,
    Incident,
    Range,
    Record,
    Statement,
    Total,
    Victim,
)  # fmt: skip
from civcas.core.visible import visible
from civcas.store import Store

CONTEXT = 90  # characters shown on either side of the quoted words


class Quoted(Record, frozen=True, kw_only=True):
    """Words that a value rests on, where they stand and in which report."""

    claim: str
    quote: str
    before: str
    after: str
    start: int
    end: int
    speaker: str | None
    document: str
    publisher: str | None
    published: str | None
    url: str | None
    sha256: str | None
    origin: str
    reading: str | None = None  # what a figure's words come to, and by which rule


class Explained(Record, frozen=True, kw_only=True):
    """One field of an incident or total: its value, the rule that gave it, and the words it rests on."""

    code: str
    field: str
    value: str
    rule: str | None
    text: str
    quotes: tuple[Quoted, ...] = ()


@click.command()
@click.argument("code")
@click.argument("field", required=False)
@options.workspace
@options.as_json
def explain(code: str, field: str | None, workspace: Path, as_json: bool) -> None:
    """Where a number comes from: rule, claims, quoted words, documents.

    CODE is an incident's code, or the code of a toll (T-...) or of declared strikes (S-...) as
    `civcas record` prints it. FIELD narrows it down: killed, killed.civilians.min, injured, when,
    where, belligerents, statements, strike_type, infrastructure, victims, strike_status, grade.
    Each value comes with the number and words of its rule, and each quote with its report: id,
    publisher, date, address and the SHA-256 of the bytes.

    \b
      civcas explain SY240115a -w desk
      civcas explain SY240115a killed.civilians.min -w desk
      civcas explain T-3fa1c0 -w desk
    """
    with open_workspace(workspace) as store:
        head, found = explanation(store, code, field)
    if as_json:
        with writing("-") as stream:
            stream.writelines(map(encode, found))
        return
    click.echo(visible(head))
    for explained in found:
        click.echo("\n" + "\n".join(_shown(explained)))


def explanation(store: Store, code: str, field: str | None) -> tuple[str, list[Explained]]:
    """A title and what is said of the code, or of one field of it; raises BadSource where there is no such thing."""
    incident, assessment = store.incident(code), store.assessment(code)
    if incident is not None and assessment is not None:
        title = f"{assessment.code}: {tables.where_text(assessment.where)}, {tables.when_text(assessment.when)}"
        fields = _of_incident(assessment, incident)
        code = assessment.code
    else:
        incident, account = None, _total(store, code)
        what = "declared strikes" if account.kind == "strikes" else "a toll over a period or area"
        title = f"{code}: {what}, never part of an incident"
        fields = _of_total(account)
    chosen = [f for f in fields if field is None or _is_in(f[0], field)]
    if not chosen:
        known = ", ".join(dict.fromkeys(f[0].partition(".")[0] for f in fields))
        raise BadSource(f"nothing is known of {field!r} in {code}: known are {known}")
    documents = {d.id: d for d in store.documents(incident.documents if incident else [account.document])}
    claims = {c.id: c for c in store.claims(documents)}
    codebook = rules_in(store).codebook
    return title, [
        Explained(
            code=code, field=name, value=value, rule=rule, text=text,
            quotes=tuple(_quoted(claims[i], documents, codebook) for i in dict.fromkeys(ids) if i in claims),
        )
        for name, value, rule, text, ids in chosen
    ]  # fmt: skip


def _is_in(name: str, asked: str) -> bool:
    return name == asked or name.startswith(f"{asked}.")


def _total(store: Store, code: str) -> Account:
    accounts = [*store.accounts(kind="tally"), *store.accounts(kind="strikes")]
    by_code = short_codes(a for a in accounts if a.kind == "tally") | short_codes(
        a for a in accounts if a.kind == "strikes"
    )
    found = by_code.get(code) or next((a for a in accounts if a.id == code), None)
    if found is None:
        raise BadSource(
            f"{code!r} is no code of this workspace: `civcas record` lists incidents, tolls and declared strikes"
        )
    return found


Field = tuple[str, str, str | None, str, Sequence[str]]  # name, value, rule, its words, ids of claims


def _of_incident(assessment: Assessment, incident: Incident) -> list[Field]:
    """Every reason of the assessment, then the fields that rest on claims without a rule of their own."""
    fields: list[Field] = [
        (r.field, value_of(assessment, r.field), r.rule, r.text, r.claims) for r in assessment.reasons
    ]
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


def _of_total(account: Account) -> list[Field]:
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


# ------------------------------------------------------------------ what is shown


def _quoted(claim: Claim, documents: Mapping[str, Document], codebook: Codebook) -> Quoted:
    document, span = documents[claim.document], claim.span
    text = document.text
    return Quoted(
        claim=claim.id, quote=span.quote, before=text[max(0, span.start - CONTEXT) : span.start],
        after=text[span.end : span.end + CONTEXT], start=span.start, end=span.end, speaker=claim.speaker,
        document=document.id, publisher=document.publisher, published=document.published, url=document.url,
        sha256=document.sha256, origin=claim.origin, reading=reading_of(claim, codebook),
    )  # fmt: skip


def _shown(explained: Explained) -> Iterator[str]:
    yield click.style(visible(f"{explained.field} = {explained.value}", one_line=True), bold=True)
    yield visible(
        f"  rule {explained.rule}: {explained.text}" if explained.rule else f"  {explained.text}", one_line=True
    )
    for quoted in explained.quotes:
        said = f" (said by {quoted.speaker})" if quoted.speaker else ""
        reads = f" reads as {quoted.reading}" if quoted.reading else ""
        yield "  " + visible(f"“{quoted.quote}”{said}{reads}", one_line=True)
        yield f"    … {_line(quoted.before)}»{_line(quoted.quote)}«{_line(quoted.after)} …"
        about = filter(None, (f"document {quoted.document}", quoted.publisher, quoted.published, quoted.url))
        yield "    " + visible(", ".join(about), one_line=True)
        bytes_ = quoted.sha256 or "unknown"
        yield f"    characters {quoted.start}-{quoted.end}, SHA-256 {bytes_}, read by {visible(quoted.origin)}"


def _line(text: str) -> str:
    """The words on one line; runs of white space come to one blank, at the edges too."""
    squeezed = " ".join(text.split())
    lead = " " if text[:1].isspace() else ""
    return visible(f"{lead}{squeezed}{' ' if text[-1:].isspace() and squeezed else ''}", one_line=True)
