"""verify, backup and restore: the workspace kept safe."""

from __future__ import annotations

import os
from pathlib import Path

import click

from civcas import actions
from civcas.cli import options
from civcas.cli.desk import open_workspace
from civcas.core.log import Fault, Noted
from civcas.core.visible import visible
from civcas.settings import Settings


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path, file_okay=False))
@options.workspace
@click.option("--head", "heads", multiple=True, metavar="NUMBER:HASH", help="A head noted elsewhere.")
@click.pass_context
def verify(ctx: click.Context, path: Path | None, workspace: Path, heads: tuple[str, ...]) -> None:
    """Whether the archive, the records and the decision log still hold.

    Hashes every archived byte anew, holds every report, claim, account, incident and assessment
    against its signed seal, looks for every quote at its offsets, and follows the chain of decisions
    to its signed head. It does not match or assess anew. Exit 1 where something does not hold; each
    fault is named. PATH is the workspace folder, if it is not given with -w.

    \b
      civcas verify desk
      civcas verify desk --head 12:5f3c...
    """
    folder = path or workspace
    with open_workspace(folder) as store:
        found = actions.verify(store, noted=[Noted.parse(head) for head in heads])
        head = store.head()
    ctx.exit(_tell(found, folder, f"head {head.number}:{head.hash}"))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@options.workspace
def backup(file: Path, workspace: Path) -> None:
    """The whole workspace in one file.

    Archive, record, decision log, key and project go into one .zip file as they stand at this moment.
    It holds the workspace's signing key: keep it as you keep the workspace.

    \b
      civcas backup desk-2024-06-01.zip -w desk
    """
    with open_workspace(workspace) as store:
        store.back_up(file)
    click.echo(f"{workspace} is in {file}.")


@click.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@options.workspace
@click.pass_context
def restore(ctx: click.Context, file: Path, workspace: Path) -> None:
    """A workspace out of its backup.

    The folder must be empty or not there yet. What was restored is verified at once.

    \b
      civcas restore desk-2024-06-01.zip -w desk-again
    """
    found = actions.restore(file, workspace, Settings.read(os.environ).database_url)
    ctx.exit(_tell(found, workspace, f"restored from {file}"))


def _tell(found: list[Fault], folder: Path, note: str) -> int:
    for fault in found:
        click.echo(visible(f"{fault.what.replace('_', ' ')}: {fault.message}", one_line=True))
    if not found:
        click.echo(f"{folder} holds: archive, texts, quotes and decision log; {note}")
    return 1 if found else 0
