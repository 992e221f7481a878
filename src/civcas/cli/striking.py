"""Declared strikes held against an allegation, and the decision which of them it is."""

from __future__ import annotations

from pathlib import Path

import click

from civcas.cli import options, tables
from civcas.cli.deciding import code_of, settle
from civcas.cli.desk import open_workspace, report_files, rules_in
from civcas.cli.streams import writing
from civcas.core.assess import Standing, led
from civcas.core.errors import BadDecision
from civcas.core.jsonl import encode
from civcas.core.match.strikes import Match, ranked
from civcas.core.records import Anchor, Assessment, DecisionVerb
from civcas.pipeline.strikes import declarations
from civcas.store import Store

SHOWN = 10


@click.command()
@click.argument("code")
@click.option(
    "--limit", type=click.IntRange(1), default=SHOWN, show_default=True, metavar="N", help="How many reports."
)
@click.option("--is", "is_", metavar="REPORT", help="Decide that this report declares the strike.")
@click.option("--is-not", metavar="REPORT", help="Decide that it does not.")
@click.option("--party", metavar="NAME", help="With --is: who declares it, where the report does not say so itself.")
@click.option("--by", metavar="NAME", help="Who decides.")
@click.option("--reason", metavar="TEXT", help="Why.")
@options.workspace
@options.as_json
@click.pass_context
def strikes(
    ctx: click.Context, code: str, limit: int, is_: str | None, is_not: str | None, party: str | None,
    by: str | None, reason: str | None, workspace: Path, as_json: bool,
) -> None:  # fmt: skip
    """Declared strikes that may be the one an incident tells of.

    Reports in which a party tells of its own strikes are taken in like any others. Here they are
    ranked for one incident by day, distance, party and target, each with what speaks for and
    against it (in bits: +1 makes it twice as likely). A report that gives no year is held against the
    day and month. Which strike it is, a person says: the strike status is then `declared`, and the
    party's answer is that it struck.

    \b
      civcas strikes SY240115a -w desk
      civcas strikes SY240115a --is report-7 --by "A. Reviewer" --reason "day, village and target" -w desk
    """
    deciding = is_ or is_not
    if is_ and is_not:
        raise click.UsageError("--is and --is-not are two decisions: take one at a time", ctx)
    if deciding and not (by and reason):
        raise click.UsageError("a decision needs --by NAME and --reason TEXT", ctx)
    if not deciding and (by or reason or party):
        raise click.UsageError("--by, --reason and --party are of a decision: give --is or --is-not REPORT", ctx)
    with open_workspace(workspace) as store:
        found = _assessed(store, code)
        if deciding:
            _decide(ctx, store, found, deciding, is_ is not None, party, by or "", reason or "")
            return
        decided = {
            s.document: d.verb == "strike_is"
            for d in Standing.of(led(store.decisions(), store.current_code)).about(
                found.code, "strike_is", "strike_is_not"
            )
            for s in d.subjects
            if s.document
        }
        matches = ranked(found, declarations(store, rules_in(store), found), decided=decided)
        if as_json:
            with writing("-") as stream:
                stream.writelines(map(encode, matches[:limit]))
            return
        _show(store, matches, limit, found.code, workspace)


def _assessed(store: Store, code: str) -> Assessment:
    found = store.assessment(code_of(store, code))
    if found is None:
        raise BadDecision(f"{code} is not assessed yet: run `civcas record` once more")
    return found


def _decide(
    ctx: click.Context,
    store: Store,
    found: Assessment,
    report: str,
    same: bool,
    party: str | None,
    by: str,
    reason: str,
) -> None:
    document = store.anchor(report).document
    if document is None:
        raise BadDecision(f"{report!r} is no report: name a declared strike by the id of its report")
    if document in found.documents:
        raise BadDecision(f"{report} tells of {found.code} itself: what it declares is in the record already")
    verb: DecisionVerb = "strike_is" if same else "strike_is_not"
    value = _declared(store, found, document, party) if same else {}
    settle(ctx, store, verb, [Anchor(code=found.code), Anchor(document=document)], by=by, reason=reason, value=value)


def _declared(store: Store, found: Assessment, document: str, party: str | None) -> dict[str, str]:
    """Who declares the strike, and the day and place that the report names for it; raises BadDecision where nobody
    can say whose report it is."""
    offered = ranked(found, declarations(store, rules_in(store), found))
    match = next((m for m in offered if m.document == document), None)
    told = match.parties if match else ()
    entry = store.project().party(party) if party else None
    if party and entry is None:
        raise BadDecision(f"{party!r} is no party of project.toml: enter it there under [[parties]]")
    if entry is None and len(told) != 1:
        said = f"several parties speak in it ({', '.join(told)})" if told else "it does not say whose report it is"
        raise BadDecision(f"{document}: {said}: say who declares the strike with --party")
    value = {"party": entry.name if entry else told[0]}
    value |= {"date": match.edtf} if match and match.edtf else {}
    return value | ({"place": match.place.name} if match and match.place else {})


def _show(store: Store, matches: list[Match], limit: int, code: str, workspace: Path) -> None:
    if not matches:
        click.echo("No report declares a strike that may be this one.")
        return
    files = report_files(store, (m.document for m in matches[:limit]))
    table = tables.table_of("Score", "Report", "Party", "What speaks")
    for match in matches[:limit]:
        settled = {True: "decided: this one", False: "decided: not this one"}.get(bool(match.decided))
        score = f"{match.score:+.1f}" if match.decided is None else f"{settled}"
        named = f"{match.document}\n{files[match.document]}" if match.document in files else match.document
        speaks = "\n".join(f"{f.weight:+.1f} {f.name}: {f.detail}" for f in match.features)
        parties = "\n".join(match.parties) or tables.UNKNOWN
        table.add_row(score, tables.cell(named), tables.cell(parties), tables.cell(speaks))
    tables.console().print(table)
    if len(matches) > limit:
        click.echo(f"{len(matches) - limit} more: --limit {len(matches)} lists all.", err=True)
    click.echo(f'civcas strikes {code} --is|--is-not REPORT --by "YOUR NAME" --reason "..." -w {workspace}')
