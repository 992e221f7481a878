"""check: the linter over the record, over imported datasets, and over files."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from rich.table import Table

from civcas.cli import options, tables
from civcas.cli.desk import open_workspace, project_in
from civcas.cli.importing import format_of
from civcas.cli.rules import codebook_of
from civcas.cli.streams import Faults, writing
from civcas.core.jsonl import encode
from civcas.core.lint import KINDS, SEVERITIES, Finding, Severity
from civcas.pipeline.checking import in_dataset, in_lines, in_record, lines_in

MOST_ROWS = 200  # of findings in a table; --json gives all


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="[FILE...]")
@click.option("--dataset", "datasets", multiple=True, metavar="NAME", help="An imported dataset instead of the record.")
@click.option("--format", "format_", metavar="FORMAT", help="What the files are: airwars, acled, ucdp, or a FILE.toml.")
@click.option(
    "--severity", type=click.Choice(SEVERITIES), default="note", show_default=True, metavar="error|warning|note",
    help="The least that is told, and that makes the exit code 1.",
)  # fmt: skip
@options.workspace
@options.as_json
@click.pass_context
def check(
    ctx: click.Context, files: Sequence[Path], datasets: Sequence[str], format_: str | None, severity: Severity,
    workspace: Path, as_json: bool,
) -> None:  # fmt: skip
    """What contradicts itself in the record, a dataset or a file.

    Tells, and mends nothing: parts above their total, more people named than the maximum, codes given
    twice, dates and coordinates that cannot be, decisions whose subject is no longer read, and more.
    FILE holds incidents as `civcas assess` writes them, or a published dataset. Exit 0 where nothing is
    found, 1 where something is.

    \b
      civcas check -w desk
      civcas check --dataset airwars --severity warning -w desk
      civcas check incidents.jsonl --json
    """
    faults = Faults()
    today = datetime.datetime.now(datetime.UTC).date()
    told: list[Finding] = []
    if files:
        codebook = codebook_of(project_in(workspace).codebook)
        chosen = format_of(format_) if format_ else None
        for file in files:
            lines = lines_in(file, chosen, codebook, tell=faults.meet)
            faults.read += len(lines.entries)
            told += in_lines(lines, str(file), today=today)
    elif format_:
        raise click.UsageError("--format says what a FILE is: name the file", ctx)
    else:
        with open_workspace(workspace) as store:
            known = {dataset.name for dataset in store.datasets()}
            if stranger := next((name for name in datasets if name not in known), None):
                there = ", ".join(sorted(known)) or "none is imported yet"
                raise click.UsageError(f"there is no dataset {stranger!r}; there is {there}", ctx)
            for name in datasets:
                told += in_dataset(store, name, today=today)
            if not datasets:
                told += in_record(store, today=today)
    shown = [f for f in told if SEVERITIES.index(f.severity) <= SEVERITIES.index(severity)]
    _show(shown, as_json=as_json)
    ctx.exit(max(faults.code, 1 if shown else 0))


def _show(shown: Sequence[Finding], *, as_json: bool) -> None:
    if as_json:
        with writing("-") as stream:
            stream.writelines(map(encode, shown))
        return
    if not shown:
        click.echo("Nothing was found.")
        return
    out = tables.console()
    graver = sorted(shown, key=lambda f: SEVERITIES.index(f.severity))
    out.print(_table(graver[:MOST_ROWS]))
    if len(graver) > MOST_ROWS:
        out.print(f"and {len(graver) - MOST_ROWS:,} more: --json gives them all")
    out.print("")
    for (severity, kind), number in sorted(_counted(shown), key=lambda c: (SEVERITIES.index(c[0][0]), -c[1], c[0][1])):
        out.print(f"{number:>6,}  {severity:<8} {kind}: {KINDS[kind][1]}")


def _counted(shown: Iterable[Finding]) -> Iterable[tuple[tuple[Severity, str], int]]:
    return Counter((f.severity, f.kind) for f in shown).items()


def _table(shown: Iterable[Finding]) -> Table:
    table = tables.table_of("Severity", "Kind", "Incident", "What stands there", "Where")
    for finding in shown:
        where = finding.source or "the record"
        table.add_row(
            finding.severity, finding.kind, tables.cell(finding.subject), tables.cell(finding.message),
            tables.cell(f"{where}, line {finding.line}" if finding.line else where),
        )  # fmt: skip
    return table
