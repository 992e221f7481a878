"""Decisions from the command line, each with who and why, and the log that holds them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from civcas import actions
from civcas.cli import options, tables
from civcas.cli.desk import open_workspace
from civcas.cli.publishing import refresh_public
from civcas.cli.recording import refresh
from civcas.cli.streams import Faults, writing
from civcas.core import log as core_log
from civcas.core.errors import BadDecision
from civcas.core.records import Anchor, Decision, DecisionVerb
from civcas.core.visible import visible
from civcas.pipeline.past import last_line, moment
from civcas.store import Store, Viewer


@click.command()
@click.argument("judgement", type=click.Choice(["same", "not-same"]), metavar="same|not-same")
@click.argument("left", metavar="A")
@click.argument("right", metavar="B")
@options.workspace
@options.signed
@click.pass_context
def decide(ctx: click.Context, judgement: str, left: str, right: str, workspace: Path, by: str, reason: str) -> None:
    """Settle that two accounts or incidents are the same, or are not.

    A and B are incident codes, account ids, or ids of reports that tell of one event only. The
    decision goes into the log and the record is matched and assessed anew; a later decision to the
    contrary prevails.

    \b
      civcas decide same SY240115a SY240116b --by "A. Reviewer" --reason "one strike, told a day apart" -w desk
      civcas decide not-same report-12 report-31 --by "A. Reviewer" --reason "two districts" -w desk
    """
    verb: DecisionVerb = "same" if judgement == "same" else "not_same"
    with open_workspace(workspace) as store:
        if verb == "not_same":
            _check_apart(store, left, right)
        # Joined, the two codes become one: the accounts themselves are named, so that the decision still finds them.
        subjects = [
            a for name in (left, right) for a in (_accounts(store, name) if verb == "same" else [_one(store, name)])
        ]
        settle(ctx, store, verb, subjects, by=by, reason=reason)


@click.command()
@click.argument("codes", nargs=-1, required=True, metavar="CODE CODE...")
@options.workspace
@options.signed
@click.pass_context
def merge(ctx: click.Context, codes: Sequence[str], workspace: Path, by: str, reason: str) -> None:
    """Make several incidents one.

    The earliest code stays; the others lead to it from now on.

    \b
      civcas merge SY240115a SY240116b --by "A. Reviewer" --reason "one strike" -w desk
    """
    with open_workspace(workspace) as store:
        settle(ctx, store, "merge", [Anchor(code=code_of(store, code)) for code in codes], by=by, reason=reason)


@click.command()
@click.argument("code")
@click.argument("members", nargs=-1, required=True, metavar="MEMBER...")
@options.workspace
@options.signed
@click.pass_context
def split(ctx: click.Context, code: str, members: Sequence[str], workspace: Path, by: str, reason: str) -> None:
    """Take accounts or reports out of an incident.

    MEMBER is the id of an account or report in it. What is taken out becomes an incident of its own, or joins another.

    \b
      civcas split SY240115a report-12 --by "A. Reviewer" --reason "another village" -w desk
    """
    with open_workspace(workspace) as store:
        subjects = [Anchor(code=code_of(store, code)), *(store.anchor(name) for name in members)]
        settle(ctx, store, "split", subjects, by=by, reason=reason)


@click.command()
@click.argument("code")
@options.workspace
@options.signed
def publish(code: str, workspace: Path, by: str, reason: str) -> None:
    """Make an incident public.

    From now on the public sees it, with the quotes that its figures rest on. The project's
    publication rules (sign-off, number of sources) must be met.

    \b
      civcas publish SY240115a --by "An Editor" --reason "checked against all reports" -w desk
    """
    with open_workspace(workspace) as store:
        made = actions.publish(store, code, actor=Viewer.local(by), at=now(), reason=reason)
        say_decided(store, made)


@click.command()
@click.argument("code")
@options.workspace
@options.signed
def withdraw(code: str, workspace: Path, by: str, reason: str) -> None:
    """Take an incident back from the public.

    \b
      civcas withdraw SY240115a --by "An Editor" --reason "a family asked for it" -w desk
    """
    with open_workspace(workspace) as store:
        made = actions.withdraw(store, code, actor=Viewer.local(by), at=now(), reason=reason)
        say_decided(store, made)


@click.command()
@options.workspace
@options.as_of
@options.as_json
def log(workspace: Path, as_of: str | None, as_json: bool) -> None:
    """The decision log with its signed head.

    One line for each decision: its number, time, who, what, why, and the start of the hash that
    binds it to the line before. Note the head somewhere else: `civcas verify --head NUMBER:HASH`
    shows later whether the log was cut off or written anew. --json exports the lines as they are
    hashed, so that others can check them without this program.

    \b
      civcas log -w desk
      civcas log -w desk --json > log.jsonl
      civcas log -w desk --as-of 2024-06-01
    """
    with open_workspace(workspace) as store:
        links, sealed = store.log()
        head = store.head()
        until = last_line(store, moment(store, as_of)) if as_of else head.number
    links = [link for link in links if link.number <= until]
    with writing("-") as stream:
        for link in links:
            said = sealed.get(link.number)
            if as_json:
                stream.write(core_log.export(link, said))
            else:
                told = core_log.read_payload(said.payload) if said else None
                stream.write(f"{link.number:>4}  {link.hash[:12]}  {_told(told)}\n".encode())
    if until < head.number:
        then = links[-1].hash if links else core_log.GENESIS
        click.echo(f"head {until}:{then} as of {as_of}; the log goes on to line {head.number}", err=as_json)
        return
    click.echo(f"head {head.number}:{head.hash}", err=as_json)
    click.echo(f"signed by key {head.key}, signature {head.signature}", err=as_json)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


# ------------------------------------------------------------------ what a name names


def _one(store: Store, name: str) -> Anchor:
    """The incident, or the one account, that the name stands for; raises BadDecision where it might be several."""
    return Anchor(code=code) if (code := store.current_code(name)) else _accounts(store, name)[0]


def _check_apart(store: Store, left: str, right: str) -> None:
    """Raises BadDecision where both names are codes of one incident: that would say of it that it is not itself."""
    code = store.current_code(left)
    incident = store.incident(code) if code and code == store.current_code(right) else None
    if incident is not None:
        told = "".join(
            f"\n  {a.id}  of {a.document}: {tables.when_text(a.when)}, {tables.where_text(a.where)}"
            for a in incident.members
        )
        raise BadDecision(f"both are one incident now: {incident.code}; give the documents or accounts{told}")


def _accounts(store: Store, name: str) -> list[Anchor]:
    """Each account that the name stands for: all of an incident's, the one of an id, the only one of a report."""
    if incident := store.incident(name):
        return [Anchor(document=a.document, kind=a.kind, spans=a.spans) for a in incident.members]
    anchor = store.anchor(name)
    if anchor.spans:
        return [anchor]
    told = list(store.accounts([name], kind="incident"))
    if len(told) != 1:
        ids = "".join(f"\n  {a.id}  {tables.when_text(a.when)}, {tables.where_text(a.where)}" for a in told)
        raise BadDecision(f"{name} tells of {len(told) or 'no'} events: name one of its accounts{ids}")
    return [Anchor(document=a.document, kind=a.kind, spans=a.spans) for a in told]


def code_of(store: Store, name: str) -> str:
    code = store.current_code(name)
    if code is None:
        raise BadDecision(f"{name} is no incident of this workspace: `civcas record` lists them")
    return code


# ------------------------------------------------------------------ taking and telling

LONG = (
    "stays",
    "codebook",
    "bytes",
    "signature",
    "key",
)  # parts of a decision's value that --json shows and no line for a person


def settle(
    ctx: click.Context, store: Store, verb: DecisionVerb, subjects: Sequence[Anchor], *, by: str, reason: str,
    value: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Takes the decision, then matches and assesses the record by it."""
    made = actions.decide(store, verb, subjects, actor=Viewer.local(by), at=now(), reason=reason, value=value)
    faults = Faults()
    faults.read += 1  # the decision itself is done, whatever else is told
    outcome = refresh(store, faults)
    say_decided(store, made)
    changed = f"{outcome.incidents} incident{'' if outcome.incidents == 1 else 's'} changed"
    click.echo(f"The record was matched anew: {changed if outcome.incidents else 'no incident changed'}.")
    ctx.exit(faults.code)


def say_decided(store: Store, made: Decision) -> None:
    """Tells the decision and the head of the log, once the public archive has it too."""
    refresh_public(store)
    head = store.head()
    click.echo(visible(_told(made), one_line=True))
    click.echo(f"head {head.number}:{head.hash}")


def _told(decision: Decision | None) -> str:
    """The decision on one line; None is one whose words were erased."""
    if decision is None:
        return "(erased)"
    about = " and ".join(_named(anchor) for anchor in decision.subjects)
    said = {name: value for name, value in decision.value.items() if name not in LONG}
    value = f" {msgspec.json.encode(said).decode()}" if said else ""
    what = f"{decision.verb.replace('_', ' ')} {about}{value}".strip()
    return visible(
        f"{decision.at:%Y-%m-%d %H:%M}Z  {decision.actor}: {what}, because: {decision.reason}", one_line=True
    )


def _named(anchor: Anchor) -> str:
    if anchor.code:
        return anchor.code
    where = f" at {anchor.spans[0][0]}-{anchor.spans[-1][1]}" if anchor.spans else ""
    return f"{anchor.document}{where}"
