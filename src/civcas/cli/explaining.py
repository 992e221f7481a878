"""explain: where a number comes from, down to the quoted words and the report's bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from civcas.cli import options, tables
from civcas.cli.codes import short_codes
from civcas.cli.desk import View, credit_lines, open_workspace, place_indexes, report_files, rules_in, view_of
from civcas.cli.fields import of_incident, of_total, reading_of
from civcas.cli.streams import writing
from civcas.core.codebook import Codebook
from civcas.core.errors import BadSource
from civcas.core.jsonl import encode
from civcas.core.records import (
    Account,
    Claim,
    Document,
    Record,
    Where,
)  # fmt: skip
from civcas.core.visible import visible
from civcas.gazetteer import Candidate, Gazetteer
from civcas.pipeline.past import Past
from civcas.pipeline.recording import renamed

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
    file: str | None  # of a report that came without an id
    publisher: str | None
    published: str | None
    url: str | None
    sha256: str | None
    origin: str
    reading: str | None = None  # what a figure's words come to, and by which rule
    warnings: tuple[str, ...] = ()  # what is doubtful of the report


class Explained(Record, frozen=True, kw_only=True):
    """One field of an incident or total: its value, the rule that gave it, and the words it rests on."""

    code: str
    field: str
    value: str
    rule: str | None
    text: str
    quotes: tuple[Quoted, ...] = ()
    credits: tuple[str, ...] = ()  # owed for the place
    candidates: tuple[str, ...] = ()  # places that could not be told apart, for a person to choose


@click.command()
@click.argument("code")
@click.argument("field", required=False)
@options.workspace
@options.as_of
@options.as_json
def explain(code: str, field: str | None, workspace: Path, as_of: str | None, as_json: bool) -> None:
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
      civcas explain SY240115a killed -w desk --as-of 2024-06-01
    """
    with open_workspace(workspace) as store:
        head, found = explanation(view_of(store, as_of), code, field, rules_in(store).codebook, workspace=workspace)
    if as_json:
        with writing("-") as stream:
            stream.writelines(map(encode, found))
        return
    click.echo(visible(head))
    for explained in found:
        click.echo("\n" + "\n".join(_shown(explained)))


def explanation(
    store: View, code: str, field: str | None, codebook: Codebook, *, workspace: Path
) -> tuple[str, list[Explained]]:
    """A title and what is said of the code, or of one field of it; raises BadSource where there is no such thing."""
    incident, assessment = store.incident(code), store.assessment(code)
    if incident is not None and assessment is not None:
        title = f"{assessment.code}: {tables.where_text(assessment.where)}, {tables.when_text(assessment.when)}"
        fields = of_incident(assessment, incident)
        code, where = assessment.code, assessment.where
    else:
        incident, account = None, _total(store, code)
        what = "declared strikes" if account.kind == "strikes" else "a toll over a period or area"
        title = f"{code}: {what}, never part of an incident"
        fields, where = of_total(account), account.where
    chosen = [f for f in fields if field is None or _is_in(f[0], field)]
    if not chosen:
        known = ", ".join(dict.fromkeys(f[0].partition(".")[0] for f in fields))
        raise BadSource(f"nothing is known of {field!r} in {code}: known are {known}")
    documents = {d.id: d for d in store.documents(incident.documents if incident else [account.document])}
    claims = {c.id: c for c in store.claims(documents)}
    codebook = store.rules.codebook if isinstance(store, Past) else codebook
    files = report_files(store, documents)

    owed, open_ = tuple(credit_lines(workspace, [where])), _candidates(workspace, where)
    doubts = {d.id: _doubts(store, d) for d in documents.values()}

    def quoted(claim: str) -> Quoted:
        document = documents[claims[claim].document]
        found = _quoted(claims[claim], document, files.get(document.id), codebook)
        return msgspec.structs.replace(found, warnings=doubts[document.id])

    return title, [
        Explained(
            code=code, field=name, value=value, rule=rule, text=text,
            quotes=tuple(quoted(i) for i in dict.fromkeys(ids) if i in claims),
            credits=owed if name == "where" else (), candidates=open_ if name == "where" else (),
        )
        for name, value, rule, text, ids in chosen
    ]  # fmt: skip


def _candidates(workspace: Path, where: Where | None) -> tuple[str, ...]:
    """The places that the name may be, each with its id, where it is and what it is."""
    if where is None or not where.candidates:
        return ()
    with Gazetteer(place_indexes(workspace)) as places:
        found = [(number, places.entry(number)) for number in where.candidates]
    return tuple(f"{number}: {', '.join(_place(entry)) if entry else 'no longer listed'}" for number, entry in found)


def _place(c: Candidate) -> Iterator[str]:
    yield c.name
    yield from (part for part in (c.admin1, c.country) if part and part != c.name)
    yield f"{c.lat:.4f}, {c.lon:.4f}"


def _is_in(name: str, asked: str) -> bool:
    return name == asked or name.startswith(f"{asked}.")


def _total(store: View, code: str) -> Account:
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


# ------------------------------------------------------------------ what is shown


def _quoted(claim: Claim, document: Document, file: str | None, codebook: Codebook) -> Quoted:
    span = claim.span
    first = 0 if span.start >= 0 else -len(document.title or "") - 1
    return Quoted(
        claim=claim.id, quote=span.quote, before=document.words(max(first, span.start - CONTEXT), span.start),
        after=document.words(span.end, span.end + CONTEXT), start=span.start, end=span.end, speaker=claim.speaker,
        document=document.id, file=file, publisher=document.publisher,
        published=document.published, url=document.url,
        sha256=document.sha256, origin=claim.origin, reading=reading_of(claim, codebook),
    )  # fmt: skip


def _doubts(store: View, document: Document) -> tuple[str, ...]:
    """What is doubtful of the report: what was when it was read, and that it goes by another id than it was given."""
    given = dict.fromkeys(capture.given_id for capture in store.captures(document.id))
    return (*document.warnings, *(doubt for id_ in given for doubt in renamed(document.id, id_)))


def _shown(explained: Explained) -> Iterator[str]:
    yield click.style(visible(f"{explained.field} = {explained.value}", one_line=True), bold=True)
    yield visible(
        f"  rule {explained.rule}: {explained.text}" if explained.rule else f"  {explained.text}", one_line=True
    )
    yield from ("  " + visible(line, one_line=True) for line in explained.credits)
    if explained.candidates:
        yield f"  may be (civcas override {explained.code} where ID --by ... --reason ... settles it):"
        yield from ("    " + visible(line, one_line=True) for line in explained.candidates)
    for quoted in explained.quotes:
        said = f" (said by {quoted.speaker})" if quoted.speaker else ""
        reads = f" reads as {quoted.reading}" if quoted.reading else ""
        yield "  " + visible(f"“{quoted.quote}”{said}{reads}", one_line=True)
        yield f"    … {_line(quoted.before)}»{_line(quoted.quote)}«{_line(quoted.after)} …"
        about = filter(
            None, (f"document {quoted.document}", quoted.file, quoted.publisher, quoted.published, quoted.url)
        )
        yield "    " + visible(", ".join(filter(None, about)), one_line=True)
        bytes_ = quoted.sha256 or "unknown"
        yield from ("    note: " + visible(warning, one_line=True) for warning in quoted.warnings)
        yield f"    characters {quoted.start}-{quoted.end}, SHA-256 {bytes_}, read by {visible(quoted.origin)}"


def _line(text: str) -> str:
    """The words on one line; runs of white space come to one blank, at the edges too."""
    squeezed = " ".join(text.split())
    lead = " " if text[:1].isspace() else ""
    return visible(f"{lead}{squeezed}{' ' if text[-1:].isspace() and squeezed else ''}", one_line=True)
