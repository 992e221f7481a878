"""codebook: what another one would move, shown before it is put in force by a decision."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from civcas.cli import options
from civcas.cli.deciding import settle
from civcas.cli.desk import open_workspace, rules_in
from civcas.cli.looking import tell_changes
from civcas.cli.progress import progress
from civcas.cli.rules import codebook_of
from civcas.core.codebook import Codebook
from civcas.pipeline.previewing import previewed

BOOK = click.argument("book", metavar="NAME|FILE")


@click.group()
def codebook() -> None:
    """What another codebook would move, and putting it in force.

    The codebook turns words to numbers and holds the thresholds of the rules. The one in force is
    that of the last `civcas codebook apply`, else the one that project.toml names.
    """


@codebook.command()
@BOOK
@options.workspace
@options.as_json
def preview(book: str, workspace: Path, as_json: bool) -> None:
    """Which incidents and totals another codebook would move.

    NAME is one that ships (default, isaf, acled, ucdp), FILE a TOML file of your own. Nothing is
    changed: the claims that stand are gathered, matched and assessed by both codebooks. Exit 0 also
    where something would move.

    \b
      civcas codebook preview ours.toml -w desk
      civcas codebook preview isaf -w desk --json
    """
    other = codebook_of(book)
    with open_workspace(workspace) as store, progress("assessing") as advance:
        rules = rules_in(store)
        before, after = previewed(store, rules, other, advance=advance)
    tell_changes(before, after, names=(_named(rules.codebook), _named(other)), as_json=as_json)


@codebook.command()
@BOOK
@options.workspace
@options.signed
@click.pass_context
def apply(ctx: click.Context, book: str, workspace: Path, by: str, reason: str) -> None:
    """Put a codebook in force, by a decision.

    The whole of it goes into the log, and the record is worked out by it from now on, whatever
    becomes of the file; `civcas undo` takes it back. Reports are read anew, since what their words
    come to is another.

    \b
      civcas codebook apply ours.toml --by "An Editor" --reason "dozens is 24 and more with us" -w desk
    """
    other = codebook_of(book)
    with open_workspace(workspace) as store:
        value = {"name": other.name, "version": other.version, "codebook": msgspec.to_builtins(other)}
        settle(ctx, store, "codebook", (), by=by, reason=reason, value=value)


def _named(book: Codebook) -> str:
    return f"codebook {book.name} {book.version}"
