"""The pure stages as verbs: JSON lines in, JSON lines out, no workspace and no database."""

from __future__ import annotations

import contextlib
import datetime
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from civcas.cli import options
from civcas.cli.progress import progress
from civcas.cli.rules import codebook_of, project_of, rules_of
from civcas.cli.streams import Faults, lines_of, writing
from civcas.core.assess import assess as assess_incident
from civcas.core.jsonl import encode
from civcas.core.match import each_alone
from civcas.core.records import Account, Captured, Document, Incident, Problem
from civcas.pipeline.matching import matched
from civcas.pipeline.reading import Task, account_lines, annotation_line, spread
from civcas.pipeline.recording import Tell, doubt_of, renamed
from civcas.preserve import Archive, collect

Choice = Callable[[Iterable[Captured], Tell], Iterator[Document]]


@click.command()
@options.reading
@click.pass_context
def extract(ctx: click.Context, /, **asked: Any) -> None:
    """Reports to accounts: what each report says of each event.

    Writes one account a line: an event, a toll over a period (`tally`) or declared strikes
    (`strikes`), with its claims and the words they quote. A report that tells of none gives no line.

    \b
      civcas extract reports/ -o accounts.jsonl
      civcas extract posts.jsonl --gazetteer villages.tsv --codebook isaf -o accounts.jsonl
      cat posts.jsonl | civcas extract - | civcas match - | civcas assess - -o incidents.jsonl
    """
    ctx.exit(_each_document(account_lines, each_once, **asked))


@click.command()
@options.reading
@click.pass_context
def annotate(ctx: click.Context, /, **asked: Any) -> None:
    """Every date, place, count and party in a report, with its offsets.

    Writes one line for each report: {"id", "mentions": [{"start", "end", "quote", "label", "value"}]}.
    Offsets count characters of the report's text. A date's value has `edtf`; a place's has `lat`,
    `lon`, `radius_km` and `gazetteer_id` where a place list knows it; a count's has `kind`, `group`,
    `min` and `max`.

    \b
      civcas annotate report.txt
      civcas annotate posts.jsonl --gazetteer villages.tsv -o mentions.jsonl
    """
    ctx.exit(_each_document(annotation_line, every_one, **asked))


def _each_document(
    task: Task[bytes], choose: Choice, *, inputs: Sequence[str], output: str, gazetteers: Sequence[Path],
    codebook: str | None, project: Path | None, columns: dict[str, str], workers: int | None,
) -> int:  # fmt: skip
    faults = Faults()
    rules = rules_of(codebook, project, gazetteers, tell=faults.meet)
    with progress("reading reports") as advance, writing(output) as stream, reports_in(inputs, columns) as found:
        for lines in spread(task, choose(faults.sift(found), faults.meet), rules, workers=workers):
            if isinstance(lines, Problem):
                faults.meet(lines)
            else:
                stream.write(lines)
            advance(1)
    return faults.code


@contextlib.contextmanager
def reports_in(inputs: Sequence[str], columns: dict[str, str]) -> Iterator[Iterator[Captured | Problem]]:
    """The reports in the inputs; their bytes pass through an archive that goes away afterwards."""
    with tempfile.TemporaryDirectory(prefix="civcas-") as folder:
        archive = Archive(Path(folder), durable=False)
        yield collect(inputs, archive, at=datetime.datetime.now(datetime.UTC), columns=columns)


def every_one(found: Iterable[Captured], tell: Tell) -> Iterator[Document]:
    """The document of each report; what is doubtful of it is told."""
    for item in found:
        for doubt in item.document.warnings:
            tell(doubt_of(item, doubt))
        yield item.document


def each_once(found: Iterable[Captured], tell: Tell) -> Iterator[Document]:
    """The documents, each once, as a workspace would have them: other bytes under an id that is taken get another
    id. What is doubtful of each is told."""
    given: dict[str, str | None] = {}
    for item in found:
        document = item.document
        doubts = document.warnings
        if given.get(document.id, document.sha256) != document.sha256:
            id_ = f"{document.id}@{(document.sha256 or '')[:12]}"
            doubts = (*doubts, *renamed(id_, document.id))
            document = msgspec.structs.replace(document, id=id_, warnings=doubts)
        for doubt in doubts:
            tell(doubt_of(item, doubt))
        if document.id not in given:
            given[document.id] = document.sha256
            yield document


@click.command()
@options.inputs
@options.output
@click.pass_context
def match(ctx: click.Context, inputs: Sequence[str], output: str) -> None:
    """Accounts to incidents: which accounts tell of the same event.

    Reads the accounts that `extract` writes; writes one incident a line with its member accounts and
    the comparisons that joined them, those that a report is mainly about before those it tells of in
    passing. Tallies and declared strikes belong to no incident.

    \b
      civcas match accounts.jsonl -o incidents.jsonl
    """
    faults = Faults()
    accounts = list(faults.sift(lines_of(inputs, Account)))
    with writing(output) as stream:
        for incident in _mainly_first(matched(accounts), accounts):
            stream.write(encode(incident))
    ctx.exit(faults.code)


def _mainly_first(incidents: Iterable[Incident], accounts: Iterable[Account]) -> list[Incident]:
    """By how early in a report an account of them stands (`extract` writes a report's main event first), then by
    code."""
    told: Counter[str] = Counter()
    place: dict[str, int] = {}
    for account in accounts:
        if account.kind == "incident":
            place[account.id] = told[account.document]
            told[account.document] += 1
    return sorted(incidents, key=lambda i: (min(place[a] for a in i.accounts), i.code))


@click.command()
@options.inputs
@options.output
@options.codebook
@options.project
@click.option("--per-document", is_flag=True, help="Read accounts, and take each document's events on their own.")
@click.pass_context
def assess(
    ctx: click.Context,
    inputs: Sequence[str],
    output: str,
    codebook: str | None,
    project: Path | None,
    per_document: bool,
) -> None:
    """Incidents to ranges, strike status and grade, each with its reasons.

    Reads the incidents that `match` writes, or with --per-document the accounts that `extract`
    writes: then each account is an incident, a document's main one first.

    \b
      civcas assess incidents.jsonl -o assessed.jsonl
      civcas extract posts.jsonl | civcas assess --per-document -
    """
    faults = Faults()
    stated = project_of(project)
    book = codebook_of(codebook or stated.codebook)
    incidents: Iterable[Incident] = (
        each_alone(faults.sift(lines_of(inputs, Account))) if per_document else faults.sift(lines_of(inputs, Incident))
    )
    with writing(output) as stream, progress("assessing") as advance:
        for incident in incidents:
            stream.write(encode(assess_incident(incident, book, stated)))
            advance(1)
    ctx.exit(faults.code)
