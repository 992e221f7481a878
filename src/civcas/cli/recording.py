"""record and collect: reports into a workspace."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click
import msgspec

from civcas.cli import options, tables
from civcas.cli.codes import short_codes
from civcas.cli.desk import View, add_places, credit_lines, is_workspace, open_workspace, report_files, rules_in
from civcas.cli.progress import progress
from civcas.cli.publishing import refresh_public
from civcas.cli.streams import Faults, writing
from civcas.core.jsonl import encode
from civcas.core.records import Account, Assessment, Captured, Problem
from civcas.core.visible import visible
from civcas.pipeline.recording import Intake, Outcome, bring_up_to_date, take_in
from civcas.preserve import Archive
from civcas.preserve import collect as collect_inputs
from civcas.settings import Settings
from civcas.store import Store, layout

MOST_ROWS = 1000  # of incidents in a table; all of them are in the workspace and in --json


@click.command()
@options.inputs
@options.workspace
@options.gazetteers
@options.columns
@options.workers
@options.as_json
@click.pass_context
def record(
    ctx: click.Context, inputs: Sequence[str], workspace: Path, gazetteers: Sequence[Path], columns: dict[str, str],
    workers: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Reports in, incident table out; everything is stored in a workspace.

    Preserves the bytes of each report under their SHA-256, reads every claim with its words, finds
    the places, joins the accounts of one event, and sets range, strike status and grade by
    numbered rules. What cannot be read is named and kept as a problem; the rest is done. The same
    command again goes on where it was broken off, and changes nothing once all is done.

    \b
      civcas record reports/ -w desk
      civcas record posts.jsonl page.html mail.eml -w desk
      civcas record log.csv --columns text=Description,published=Date -w desk
      cat posts.jsonl | civcas record - -w desk --json
    """
    faults = Faults(later=True)
    try:
        found = reports_for(workspace, inputs, columns, faults)
        if found is None:
            click.echo(f"Nothing could be read, and no workspace was made in {workspace}.", err=as_json)
            ctx.exit(faults.code)
        with open_workspace(workspace, create=True) as store:
            add_places(workspace, gazetteers, tell=faults.meet)
            intake = take_in_all(store, found, faults)
            if not intake.reports:
                click.echo(f"Nothing could be read: the record in {workspace} is as it was.", err=as_json)
                ctx.exit(faults.code)
            outcome = refresh(store, faults, workers=workers)
            show(store, as_json=as_json)
            click.echo(summary(intake, outcome, workspace), err=as_json)
            tell_credits(store, as_json=as_json)
            if not as_json:
                click.echo(look_next(store, workspace))
    finally:
        faults.tell_held()
    ctx.exit(faults.code)


@click.command()
@options.inputs
@options.workspace
@options.columns
@click.pass_context
def collect(ctx: click.Context, inputs: Sequence[str], workspace: Path, columns: dict[str, str]) -> None:
    """Preserve reports in a workspace without reading them.

    Keeps the bytes of each report under their SHA-256 with a line of custody: from where, when, by
    whom. The same bytes are kept once and each further capture is noted. `civcas record` reads them.

    \b
      civcas collect reports/ -w desk
    """
    faults = Faults()
    found = reports_for(workspace, inputs, columns, faults)
    if found is None:
        click.echo(f"Nothing could be read, and no workspace was made in {workspace}.")
        ctx.exit(faults.code)
    with open_workspace(workspace, create=True) as store:
        intake = take_in_all(store, found, faults)
    click.echo(f"{intake_text(intake)} in {workspace}.")
    ctx.exit(faults.code)


def reports_for(
    workspace: Path, inputs: Sequence[str], columns: dict[str, str], faults: Faults
) -> Iterator[Captured | Problem] | None:
    """What is found in the inputs; None where there is no workspace yet and nothing in them to make one for."""
    archive = Archive(workspace / layout.ARCHIVE)
    at, by = datetime.datetime.now(datetime.UTC), Settings.read(os.environ).operator
    found = collect_inputs(inputs, archive, at=at, by=by, columns=columns)
    if is_workspace(workspace):
        return found
    there = workspace.exists()
    refused: list[Problem] = []
    for item in found:
        if isinstance(item, Captured) or item.notice:  # a notice may be of a picture that is kept
            return itertools.chain(refused, (item,), found)
        refused.append(item)
    shutil.rmtree(archive.folder, ignore_errors=True)
    if not there:
        with contextlib.suppress(OSError):  # never made, or somebody else has put something in it meanwhile
            workspace.rmdir()
    for problem in refused:
        faults.meet(problem)
    return None


def take_in_all(store: Store, found: Iterable[Captured | Problem], faults: Faults) -> Intake:
    with progress("taking in reports") as advance:
        intake = take_in(store, found, tell=faults.meet, advance=advance)
    faults.read += intake.reports
    return intake


def refresh(store: Store, faults: Faults, *, workers: int | None = None) -> Outcome:
    """Reads what is new and joins and assesses the whole record, with a bar for each."""
    with progress("reading") as reading, progress("assessing") as assessing:
        outcome = bring_up_to_date(
            store, rules_in(store), tell=faults.meet, reading=reading, assessing=assessing, workers=workers
        )
    refresh_public(store)
    return outcome


# ------------------------------------------------------------------ what is shown


def show(store: View, *, as_json: bool) -> None:
    """The incidents as a table or JSON lines; tolls over a period and declared strikes in tables of their own."""
    found = list(store.assessments())
    if as_json:
        with writing("-") as stream:
            stream.writelines(map(encode, under_all_ids(store, found)))
        return
    out = tables.console()
    out.print(tables.incident_table(found[:MOST_ROWS], store.published()))
    if len(found) > MOST_ROWS:
        out.print(f"and {len(found) - MOST_ROWS} more: --json gives them all")
    if tallies := short_codes(store.accounts(kind="tally")):
        out.print("\nTolls over a period or area, apart from the incidents")
        out.print(tables.tally_table(tallies, _files(store, tallies)))
    if strikes := short_codes(store.accounts(kind="strikes")):
        out.print("\nDeclared strikes and munitions")
        out.print(tables.strikes_table(strikes, _files(store, strikes)))


def tell_credits(store: Store, *, as_json: bool) -> None:
    """Names whose place lists the incidents' points are of, as whoever shows them owes it to."""
    for line in credit_lines(store.workspace, (found.where for found in store.assessments())):
        click.echo(visible(line), err=as_json)


def _files(store: View, accounts: Mapping[str, Account]) -> dict[str, str]:
    return report_files(store, (account.document for account in accounts.values()))


def under_all_ids(store: View, found: Sequence[Assessment]) -> list[Assessment]:
    """The assessments with every id that a report was given under, since each of them answers for it."""
    names: dict[str, list[str]] = {}
    for alias, document in store.aliases().items():
        names.setdefault(document, []).append(alias)
    return [
        msgspec.structs.replace(
            a, documents=tuple(dict.fromkeys(n for d in a.documents for n in (d, *names.get(d, ()))))
        )
        for a in found
    ]


def intake_text(intake: Intake) -> str:
    further = f", {_number(intake.captures, 'further capture')} of earlier ones" if intake.captures else ""
    return f"{_number(intake.reports, 'report')} taken in, {intake.new} new{further}"


def summary(intake: Intake, outcome: Outcome, workspace: Path) -> str:
    """What this run did; that nothing changed is said in so many words."""
    if not (outcome.changed or intake.new or intake.captures):
        return f"\nNothing has changed: {_number(intake.reports, 'report')} taken in, all of them known to {workspace}."
    moved = f"{_number(outcome.incidents, 'incident')} new or changed" if outcome.incidents else "no incident changed"
    return f"\n{intake_text(intake)}; {outcome.read} read, {moved}. The workspace is {workspace}."


def look_next(store: Store, workspace: Path) -> str:
    """What to ask next, of the incident that most sources tell of."""
    most = max(store.assessments(), key=lambda a: a.sources, default=None)
    code = most.code if most else "CODE"
    lines: dict[str, str] = {
        f"civcas explain {code} killed -w {workspace}": "the rule, the quoted words and the report a figure rests on",
        f"civcas serve -w {workspace}": "the public archive: what is published, with map, search and downloads",
        f"civcas log -w {workspace}": "every decision, with the signed head",
        f"civcas verify -w {workspace}": "whether archive, records and log still hold",
    }
    width = max(map(len, lines))
    return "\nLook closer:\n" + "\n".join(f"  {command:<{width}}   {what}" for command, what in lines.items())


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
