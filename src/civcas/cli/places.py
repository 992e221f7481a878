"""gazetteer add: place lists of the desk's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from civcas.cli import options
from civcas.cli.desk import add_places, open_workspace
from civcas.cli.streams import Faults


@click.group()
def gazetteer() -> None:
    """Place lists of your own.

    A workspace knows the places that ship with civcas and those of the lists added to it.
    """


@gazetteer.command()
@click.argument("files", nargs=-1, required=True, type=options.existing, metavar="FILE...")
@options.workspace
@click.pass_context
def add(ctx: click.Context, files: Sequence[Path], workspace: Path) -> None:
    """Add place lists to a workspace.

    FILE is a GeoNames dump (.txt or .zip), an OCHA p-code table (.csv), GeoJSON, or a table with the
    columns name, lat and lon. Added again, a list of the same name takes the place of the earlier
    one. The next `civcas record` reads all reports with it.

    \b
      civcas gazetteer add villages.tsv -w desk
    """
    faults = Faults()
    with open_workspace(workspace, create=True):
        places = add_places(workspace, files, tell=faults.meet)
    faults.read += places
    click.echo(f"{places:,} place{'' if places == 1 else 's'} added to {workspace}.")
    ctx.exit(faults.code)
