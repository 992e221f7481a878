"""agreement: how far several codings of one sample agree."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import click
from rich.table import Table

from civcas.cli import options, tables
from civcas.cli.desk import project_in
from civcas.cli.importing import format_of
from civcas.cli.rules import codebook_of
from civcas.cli.streams import Faults, writing
from civcas.core.agreement import Agreement, agreements
from civcas.core.datasets.entries import Entry
from civcas.core.errors import BadSource
from civcas.core.jsonl import encode
from civcas.pipeline.checking import lines_in

RESAMPLES = 1000


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="A B [C...]"
)
@click.option(
    "--format", "formats", multiple=True, metavar="FORMAT", help="What the files are; once, or once for each file."
)
@click.option(
    "--unit", type=click.Choice(["code", "document"]), default="code", show_default=True, metavar="code|document",
    help="What tells that two lines are of one incident.",
)  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="Of the resampling.")
@click.option(
    "--resamples", type=click.IntRange(1, 100_000), default=RESAMPLES, show_default=True, metavar="N", help="How many."
)
@options.workspace
@options.as_json
@click.pass_context
def agreement(
    ctx: click.Context, files: Sequence[Path], formats: Sequence[str], unit: str, seed: int, resamples: int,
    workspace: Path, as_json: bool,
) -> None:  # fmt: skip
    """How far several codings of one sample agree: Krippendorff's alpha for each field.

    Each file is one coder's, or one reader's: incidents as `civcas assess` writes them, a published
    dataset, or a spreadsheet by a column map (--format FILE.toml). Lines with the same code are one
    unit; with --unit document, the main incident of each report. Alpha is 1 for perfect agreement and 0
    for chance. A value that one coder leaves unknown is not compared, and is counted apart. The
    interval holds 95 % of the alphas of samples drawn from the units; the same seed gives the same.

    \b
      civcas agreement first.csv second.csv --format map.toml
      civcas agreement rules.jsonl model.jsonl --unit document --json
    """
    if len(files) < 2:
        raise click.UsageError("agreement needs two files or more: one for each coder", ctx)
    if len(formats) not in (0, 1, len(files)):
        raise click.UsageError("--format is given once for all files, or once for each of them", ctx)
    faults = Faults()
    codebook = codebook_of(project_in(workspace).codebook)
    coders = []
    for place, file in enumerate(files):
        chosen = formats[place if len(formats) > 1 else 0] if formats else None
        lines = lines_in(file, format_of(chosen) if chosen else None, codebook, tell=faults.meet, unit=unit)
        faults.read += len(lines.entries)
        coders.append(_units(lines.entries, file, faults))
    shared = sum(sum(unit_ in coder for coder in coders) > 1 for unit_ in set().union(*coders))
    if not shared:
        raise BadSource(
            "no two of the files have a unit in common: the codes, or with --unit document the reports, differ"
        )
    chance = random.Random(seed)  # noqa: S311 (a sample that anybody can draw again, no secret)
    draw = lambda population, many: chance.choices(range(population), k=many)  # noqa: E731
    found = list(agreements(coders, draw=draw, resamples=resamples))
    if as_json:
        with writing("-") as stream:
            stream.writelines(map(encode, found))
    else:
        out = tables.console()
        out.print(_table(found))
        every = len(set().union(*coders))
        out.print(f"\n{len(files)} coders; {shared:,} of {every:,} units coded by two or more.")
    ctx.exit(faults.code)


def _units(entries: Sequence[Entry], file: Path, faults: Faults) -> dict[str, Entry]:
    """The entries by unit; of two of one unit the first is taken, and the others are told."""
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.label in found:
            faults.tell(f"{file}: the unit {entry.label!r} stands twice: the first is taken")
        else:
            found[entry.label] = entry
    return found


def _table(found: Sequence[Agreement]) -> Table:
    table = tables.table_of("Field", "Level", "Alpha", "95 %", "Units", "All the same", "Half known")
    for one in found:
        bounds = "" if one.low is None or one.high is None else f"{one.low:.2f} to {one.high:.2f}"
        shown = "no variation" if one.alpha is None and one.units else "" if one.alpha is None else f"{one.alpha:.3f}"
        table.add_row(one.field, one.level, shown, bounds, f"{one.units:,}", f"{one.same:,}", f"{one.half_known:,}")
    return table
