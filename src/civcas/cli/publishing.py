"""The public archive and the desk: what is published goes there, and what readers write comes back (letters)."""

from __future__ import annotations

from pathlib import Path

import click

from civcas.catalogue import refresh
from civcas.catalogue.file import NAME
from civcas.cli import options
from civcas.cli.desk import open_workspace, rules_in
from civcas.cli.streams import writing
from civcas.core.jsonl import encode
from civcas.core.visible import visible
from civcas.store import Store


@click.command()
@options.workspace
@options.as_json
def letters(workspace: Path, as_json: bool) -> None:
    """What readers of the public archive wrote to the desk, relatives first.

    \b
      civcas letters -w desk
    """
    with open_workspace(workspace) as store:
        found = sorted(store.letters(), key=lambda x: (x.relation != "relative", x.at))
    if as_json:
        with writing("-") as stream:
            stream.writelines(map(encode, found))
        return
    for letter in found:
        contact = f", {letter.contact}" if letter.contact else ""
        click.echo(visible(f"{letter.at:%Y-%m-%d %H:%M} {letter.code} {letter.kind}, by a {letter.relation}{contact}"))
        click.echo("  " + visible(letter.text).replace("\n", "\n  "))
    if not found:
        click.echo("Nobody has written yet.")


def refresh_public(store: Store, *, make: bool = False) -> None:
    """Brings the public archive up to the record, where there is one."""
    if make or (store.workspace / NAME).is_file():
        rules = rules_in(store)
        refresh(store, rules.codebook, places=rules.gazetteers)
