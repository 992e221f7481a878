"""`review`: what a person is asked about, most useful first."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from civcas.cli import options, tables
from civcas.cli.desk import open_workspace, report_files
from civcas.cli.streams import writing
from civcas.core.jsonl import encode
from civcas.core.match.doubts import Doubt
from civcas.core.records import Account, Assessment, Incident
from civcas.core.visible import visible
from civcas.pipeline.matching import in_doubt

SHOWN = 10
LOUDEST = 4  # features of a pair that are shown; --json has them all
QUOTED = 160  # characters of a report


@click.command()
@click.option("--limit", type=click.IntRange(1), default=SHOWN, show_default=True, metavar="N", help="How many pairs.")
@options.workspace
@options.as_json
def review(workspace: Path, limit: int, as_json: bool) -> None:
    """Pairs of incidents that may be one, most useful first.

    A pair is listed where what speaks for one event and what speaks against it come near to each
    other and nobody has decided. First come those where most people would be counted twice. Each is
    shown with the two accounts that are most alike, what speaks for and against (in bits: +1 makes
    one event twice as likely), and the command that settles it.

    \b
      civcas review -w desk
      civcas review --limit 50 --json -w desk
    """
    with open_workspace(workspace) as store:
        incidents = list(store.incidents())
        found = in_doubt(incidents, store.decisions())
        if as_json:
            with writing("-") as stream:
                for doubt in found[:limit]:
                    stream.write(encode(doubt))
            return
        assessed = {a.code: a for a in store.assessments()}
        accounts = {a.id: a for i in incidents for a in i.members}
        shown = found[:limit]
        files = report_files(
            store, (accounts[i].document for d in shown for i in (d.comparison.left, d.comparison.right))
        )
        for number, doubt in enumerate(shown, 1):
            click.echo("\n".join(_told(number, doubt, incidents, assessed, accounts, files, workspace)))
    if not found:
        click.echo("No pair of incidents is in doubt.")
    elif len(found) > limit:
        click.echo(f"{len(found) - limit} more: --limit {len(found)} lists all.", err=True)


def _told(
    number: int, doubt: Doubt, incidents: Iterable[Incident], assessed: dict[str, Assessment],
    accounts: dict[str, Account], files: dict[str, str], workspace: Path,
) -> list[str]:  # fmt: skip
    home = {account: incident.code for incident in incidents for account in incident.accounts}
    pair = sorted((doubt.comparison.left, doubt.comparison.right), key=lambda i: home[i] != doubt.left)
    at_stake = f"{doubt.people:,} people counted twice if they are one" if doubt.people else "no toll at stake"
    lines = [f"{number}. {doubt.left} and {doubt.right}: {at_stake}"]
    for code, account in zip((doubt.left, doubt.right), pair, strict=True):
        lines.append(f"     {code:<12} {_summary(assessed.get(code), accounts[account])}")
        lines.append(f"     {'':<12} {tables.report_text(accounts[account], files)}: {_quote(accounts[account])}")
    loud = doubt.comparison.features[:LOUDEST]
    lines += [f"     {feature.weight:+5.1f}  {feature.name}: {feature.detail}" for feature in loud]
    settle = f'{doubt.left} {doubt.right} --by "YOUR NAME" --reason "..." -w {workspace}'
    lines += [f"     civcas decide same {settle}", f"     civcas decide not-same {settle}", ""]
    return [visible(line, one_line=True) for line in lines]


def _summary(found: Assessment | None, account: Account) -> str:
    when, where = (found.when, found.where) if found else (account.when, account.where)
    toll = tables.harm_text(found.killed).splitlines()[0] if found else tables.UNKNOWN
    return f"{tables.when_text(when)}, {tables.where_text(where)}, killed {toll}"


def _quote(account: Account) -> str:
    """The start of the words that tell of the harm."""
    told = [c for c in account.claims if c.kind in ("killed", "injured", "harm")] or list(account.claims)
    first = min(told, key=lambda c: c.span.start, default=None)
    words = " ".join(first.span.quote.split()) if first else ""
    return f"“{words[:QUOTED]}”" if words else ""
