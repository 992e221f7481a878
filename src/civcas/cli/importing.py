"""import and datasets: what others have published, to be matched against; and a desk's own spreadsheet."""

from __future__ import annotations

import datetime
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from civcas import actions
from civcas.cli import options, tables
from civcas.cli.desk import open_workspace, project_in, rules_in
from civcas.cli.progress import progress
from civcas.cli.rules import codebook_of
from civcas.cli.streams import Faults, writing
from civcas.core.datasets.entries import Dataset
from civcas.core.datasets.formats import Format, formats, named_format, read_format
from civcas.core.datasets.formats import guess as guessed
from civcas.core.errors import BadPack
from civcas.core.jsonl import encode
from civcas.gazetteer import Gazetteer
from civcas.pipeline.importing import headings_in, keep_dataset, read_dataset, stated
from civcas.pipeline.owning import FORMAT as OWN
from civcas.pipeline.owning import bring, proposed, take_out
from civcas.settings import Settings
from civcas.store import Viewer

if TYPE_CHECKING:
    from civcas.store import Taken

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def dataset_name(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not NAME.fullmatch(value):
        raise click.BadParameter("a name has letters, digits, dots, hyphens and underscores, at most 80", ctx, param)
    return value


@click.command("import")
@click.argument("format_", metavar="FORMAT|own")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@options.workspace
@click.option("--name", callback=dataset_name, metavar="NAME", help="What to call it; by default as its format.")
@click.option("--title", metavar="TEXT", help="Its title.")
@click.option("--credit", metavar="TEXT", help="Whose it is, as it is to be named where it is shown.")
@click.option("--licence", metavar="TEXT", help="The terms that it may be used under.")
@click.option("--publishable", is_flag=True, help="Its licence lets its entries be published; needs --licence.")
@click.option(
    "--columns", metavar="FILE.toml|FIELD=COLUMN,...", help="own: which column of the spreadsheet holds what."
)
@click.option("--guess", is_flag=True, help="own: print a column map guessed from the headings, to be looked through.")
@click.option("--by", metavar="NAME", help="own: who brings the spreadsheet; its decisions are theirs.")
@click.pass_context
def import_(
    ctx: click.Context, format_: str, file: Path, workspace: Path, name: str | None, title: str | None,
    credit: str | None, licence: str | None, publishable: bool, columns: str | None, guess: bool, by: str | None,
) -> None:  # fmt: skip
    """Published datasets, kept apart; or a desk's own spreadsheet.

    FORMAT is airwars (JSON lines or CSV), acled or ucdp (CSV), or a column map of your own (a .toml
    file); FILE is CSV, .xlsx or JSON lines. The incidents are kept by dataset with their credit and
    licence, never join the record, and are not published. A line that cannot be read is named, and the
    rest is taken in. The same file again changes nothing; a new edition becomes a new version, and the
    earlier one is kept.

    `own` takes a desk's spreadsheet (CSV or .xlsx) into the record itself: each row is an incident with
    its code, its cells are claims of --by NAME, and what the record would say otherwise is settled by
    decisions of theirs. `civcas export own` gives it out again.

    \b
      civcas import airwars incidents.jsonl -w desk
      civcas import acled export.csv --name acled-syria -w desk
      civcas import ucdp GEDEvent.csv --licence "CC BY 4.0" --publishable -w desk
      civcas import own incidents.xlsx --guess > map.toml
      civcas import own incidents.xlsx --columns map.toml --by "A. Recorder" -w desk
    """
    faults = Faults()
    if format_ == "own":
        if any((title, credit, licence, publishable)):
            raise click.UsageError("--title, --credit, --licence and --publishable are for published datasets", ctx)
        ctx.exit(_own(ctx, file, workspace, name, columns=columns, guess=guess, by=by, faults=faults))
    if columns or guess or by:
        raise click.UsageError("--columns, --guess and --by are for `import own`", ctx)
    if publishable and not licence:
        raise click.UsageError("--publishable needs the --licence that allows it", ctx)
    chosen = stated(format_of(format_), title=title, credit=credit, licence=licence)
    codebook = codebook_of(project_in(workspace).codebook)
    with progress("reading incidents") as advance:
        found = read_dataset(file, chosen, codebook, tell=faults.meet, advance=advance)
    with open_workspace(workspace, create=True) as store:
        taken = keep_dataset(
            store, file, found, chosen, dataset=name, at=datetime.datetime.now(datetime.UTC),
            by=Settings.read(os.environ).operator, publishable=publishable,
        )  # fmt: skip
    faults.read += taken.dataset.entries
    click.echo(f"{_told(taken)} Refused: {faults.refused:,}.")
    ctx.exit(faults.code)


def _own(
    ctx: click.Context, file: Path, workspace: Path, name: str | None, *, columns: str | None, guess: bool,
    by: str | None, faults: Faults,
) -> int:  # fmt: skip
    if guess:
        headings = headings_in(file)
        click.echo(proposed(headings, guessed(headings)), nl=False)
        return 0
    if not columns:
        raise click.UsageError("`import own` needs --columns: `--guess` prints a column map to begin with", ctx)
    if not (by or "").strip():
        raise click.UsageError("`import own` needs --by NAME: its claims and decisions are somebody's", ctx)
    text = _map(columns)
    read_format(text, source=columns)  # named as the user named it, before anything is done
    headings_in(file)  # raises before a workspace is made for what is no spreadsheet
    actor, at = Viewer.local((by or "").strip()), datetime.datetime.now(datetime.UTC)
    with open_workspace(workspace, create=True) as store, progress("reading rows") as advance:
        rules = rules_in(store)
        with Gazetteer(rules.gazetteers) as places:
            found = bring(
                store, file, text, rules, name=name, actor=actor, at=at, lookup=places.lookup, tell=faults.meet,
                advance=advance, settle=lambda proposals: actions.adopt(store, proposals, actor=actor, at=at),
            )  # fmt: skip
    faults.read += found.rows
    took = f"{found.decisions:,} decision{'' if found.decisions == 1 else 's'} of {by}"
    click.echo(f"{_told(found.taken)} {took}." if found.taken.is_new else _told(found.taken))
    return faults.code


def _map(columns: str) -> str:
    """The column map as TOML: a file, or FIELD=COLUMN pairs."""
    if columns.endswith(".toml"):
        return _text(Path(columns))
    return proposed((), options.Columns().convert(columns, None, None))


def format_of(name: str) -> Format:
    """A format that ships, or the column map in the .toml file of that name."""
    if not name.endswith(".toml"):
        if name not in formats():
            known = ", ".join(formats())
            raise BadPack(f"no format is called {name!r}: choose among {known}, own, or a column map (FILE.toml)")
        return named_format(name)
    return read_format(_text(Path(name)), source=name)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as fault:
        raise BadPack(f"{file}: {fault.strerror}") from fault
    except UnicodeDecodeError as fault:
        raise BadPack(f"{file}: it is no UTF-8 text") from fault


def _told(taken: Taken) -> str:
    dataset = taken.dataset
    held = (
        f"{dataset.name}, version {dataset.version}: {dataset.entries:,} incident{'' if dataset.entries == 1 else 's'}"
    )
    own = dataset.format == OWN
    if not taken.is_new:
        return f"Nothing has changed: {held}."
    moved = f"{taken.new:,} new, {taken.changed:,} changed, {taken.gone:,} no longer in it"
    return f"{held} ({moved})." if own else f"{held} ({moved}); licence: {dataset.licence or 'not stated'}."


@click.command()
@click.option("--versions", is_flag=True, help="Every version that was taken in.")
@options.workspace
@options.as_json
def datasets(workspace: Path, versions: bool, as_json: bool) -> None:
    """The imported datasets, with version, credit and licence.

    \b
      civcas datasets -w desk
      civcas datasets --versions --json -w desk
    """
    with open_workspace(workspace) as store:
        found = store.datasets()
        shown = [v for d in found for v in store.dataset_versions(d.name)] if versions else found
    if as_json:
        with writing("-") as stream:
            stream.writelines(map(encode, shown))
        return
    if not shown:
        click.echo("No dataset was imported yet: `civcas import FORMAT FILE` takes one in.")
        return
    tables.console().print(_table(shown))


def _table(shown: list[Dataset]) -> Table:
    table = tables.table_of("Dataset", "Version", "Incidents", "Taken in", "Credit", "Licence")
    for found in shown:
        table.add_row(
            tables.cell(found.name), str(found.version), f"{found.entries:,}", f"{found.at:%Y-%m-%d}",
            tables.cell(found.credit or "not stated"),
            tables.cell((found.licence or "not stated") + ("; publishable" if found.publishable else "")),
        )  # fmt: skip
    return table


@click.group()
def export() -> None:
    """What was taken in, out again."""


@export.command("own")
@click.argument("name", default="own")
@options.output
@options.workspace
def export_own(name: str, output: str, workspace: Path) -> None:
    """A desk's own spreadsheet, with what was settled since.

    NAME is what it was called when it was taken in; `own`, if it was not said. Every cell is as it came
    in, byte for byte in CSV, but those of figures, grades and strike statuses that the record now says
    otherwise. A cell that is written anew and would be a formula gets an apostrophe before it.

    \b
      civcas export own -o incidents.csv -w desk
    """
    with open_workspace(workspace) as store:
        found = take_out(store, name)
    with writing(output) as stream:
        stream.write(found.data)
    click.echo(
        f"{found.changed:,} cell{'' if found.changed == 1 else 's'} changed since {found.source} came in.", err=True
    )
