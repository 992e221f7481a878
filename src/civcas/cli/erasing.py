"""erase: what must not be kept, out of the record for good."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from civcas import actions
from civcas.cli import options
from civcas.cli.deciding import now, say_decided
from civcas.cli.desk import open_workspace
from civcas.cli.recording import refresh
from civcas.cli.streams import Faults
from civcas.core.errors import BadDecision
from civcas.core.redacting import redactor
from civcas.core.visible import visible
from civcas.store import Store, Viewer

LISTED = 20


@click.command()
@click.argument("documents", nargs=-1, metavar="[DOCUMENT...]")
@click.option("--person", "persons", multiple=True, metavar="NAME", help="Only this name in them; may be repeated.")
@click.option("--line", "lines", multiple=True, type=click.IntRange(1), metavar="N", help="A line of the log.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.workspace
@options.signed
@click.pass_context
def erase(
    ctx: click.Context, documents: Sequence[str], persons: Sequence[str], lines: Sequence[int], yes: bool,
    workspace: Path, by: str, reason: str,
) -> None:  # fmt: skip
    """Take a document, a person's name or a line of the log out for good.

    Of a whole DOCUMENT a stub is left: its text, claims, accounts and quotes, its pictures, its bytes
    in the archive and every file that it came in are gone. With --person only the name is taken out
    of its text, title and custody lines, each letter made a block, and the text is read anew; its
    original bytes go too. With --line what a line of the log says. A signed tombstone in the log
    says that it was done, and everything still verifies. It cannot be undone.

    \b
      civcas erase report-12 --by "An Admin" --reason "the witness asked for it" -w desk
      civcas erase report-12 --person "Sami Haddad" --by "An Admin" --reason "the family asked" -w desk
      civcas erase --line 7 --by "An Admin" --reason "it names a source" -w desk
    """
    if persons and not documents:
        raise click.UsageError("--person needs the documents that the name is to be taken out of")
    if not documents and not lines:
        raise click.UsageError("name a document, or a line of the log with --line")
    with open_workspace(workspace) as store:
        _check(store, documents, lines)
        what = [*documents, *(f"line {line}" for line in lines)]
        if not yes:
            click.confirm(visible(f"Erase {', '.join(what)} for good?", one_line=True), abort=True, err=True)
        actor = Viewer.local(by)
        for document in documents:
            made = actions.erase_document(store, document, persons=persons, actor=actor, at=now(), reason=reason)
            say_decided(store, made)
        for line in lines:
            say_decided(store, actions.erase(store, line, actor=actor, at=now(), reason=reason))
        faults = Faults()
        faults.read += 1  # the erasing is done, whatever else is told
        refresh(store, faults)
        store.rewrite()  # what was worked out anew took the place of what still told of it
        _tell_what_is_left(store, persons)
    ctx.exit(faults.code)


def _check(store: Store, documents: Sequence[str], lines: Sequence[int]) -> None:
    """Raises BadDecision before anything is erased where one of the names is wrong."""
    known = store.resolve(documents)
    if unknown := next((d for d in documents if d not in known), None):
        raise BadDecision(f"there is no document {unknown!r}: `civcas explain CODE` shows the ids; nothing was erased")
    if gone := next((n for n in lines if store.said(n) is None), None):
        raise BadDecision(f"line {gone} of the log is not there or is erased already; nothing was erased")


def _tell_what_is_left(store: Store, persons: Sequence[str]) -> None:
    if persons:
        documents, lines = store.naming(redactor(persons))
        if documents:
            told = ", ".join(documents[:LISTED]) + (
                f" and {len(documents) - LISTED} more" if documents[LISTED:] else ""
            )
            click.echo(visible(f"The name still stands in: {told}.", one_line=True))
        if lines:
            click.echo(f"Lines of the log that hold it: {', '.join(map(str, lines))} (`civcas erase --line N`).")
    click.echo("Backups, releases and files written before this still hold it: make new ones and destroy the old.")
