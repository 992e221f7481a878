"""Looking at the record without changing it: the incidents, now or as they stood, and what moved between two states."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from civcas.cli import options, tables
from civcas.cli.desk import open_workspace, rules_in, view_of
from civcas.cli.recording import show, tell_credits, under_all_ids
from civcas.cli.streams import lines_of, writing
from civcas.core.changes import Changed, Moved, Span, State, Sum, changes, summed
from civcas.core.errors import BadSource
from civcas.core.jsonl import encode
from civcas.core.records import Assessment
from civcas.core.visible import visible
from civcas.pipeline.past import Past, moment
from civcas.store import Store

SHOWN = 6  # values of an incident that moved; --json has them all


@click.command()
@options.workspace
@options.as_of
@options.as_json
@options.output
def incidents(workspace: Path, as_of: str | None, as_json: bool, output: str) -> None:
    """The incidents of the record, now or as they stood.

    With --as-of the record is worked out anew from the documents, readings, decisions and rules of
    that moment. -o writes JSON lines to a file.

    \b
      civcas incidents -w desk
      civcas incidents -w desk --as-of 2024-06-01
      civcas incidents -w desk --as-of 12 --json -o as-published.jsonl
    """
    with open_workspace(workspace) as store:
        view = view_of(store, as_of)
        if output == "-":
            show(view, as_json=as_json)
            tell_credits(store, as_json=as_json)
            return
        found = under_all_ids(view, list(view.assessments()))
        with writing(output) as stream:
            stream.writelines(map(encode, found))
        click.echo(f"{len(found)} incident{'' if len(found) == 1 else 's'} written to {output}.")
        tell_credits(store, as_json=False)


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B", default="now")
@options.workspace
@options.as_json
def diff(before: str, after: str, workspace: Path, as_json: bool) -> None:
    """What moved between two states of the record, and why.

    A and B are each a day (its end, UTC), a time, a line of `civcas log`, a head NUMBER:HASH, `now`,
    or a file of incidents written earlier by `civcas incidents -o`. Without B, until now. Each
    incident that is new, gone or another is told with what came in between: documents, decisions,
    another codebook, another reader; then all of it in sum. Exit 0 also where something moved.

    \b
      civcas diff 2024-06-01 -w desk
      civcas diff 12 15 -w desk --json
      civcas diff as-published.jsonl now -w desk
    """
    with open_workspace(workspace) as store:
        states = [_state(store, name) for name in (before, after)]
    tell_changes(*states, names=(before, after), as_json=as_json)


def _state(store: Store, name: str) -> State:
    file = Path(name)
    if file.is_file():
        found = list(lines_of([name], Assessment))
        if wrong := next((f for f in found if isinstance(f, BadSource)), None):
            raise wrong
        if not found:
            raise BadSource(f"{name} holds no incident")
        return State(assessments={a.code: a for a in found if isinstance(a, Assessment)}, whole=False)
    return Past(store, moment(store, name), rules_in(store)).state()


def tell_changes(before: State, after: State, *, names: tuple[str, str], as_json: bool) -> None:
    """Writes the changes and their sum, as JSON lines or for a person."""
    found = changes(before, after)
    total = summed(before, after, found)
    if as_json:
        with writing("-") as stream:
            stream.writelines(map(encode, (*found, total)))
        return
    for one in found:
        click.echo("\n".join(_lines(one)))
    click.echo("\n".join(_sum_lines(total, names)))


# ------------------------------------------------------------------ what is shown


def _lines(changed: Changed) -> Iterator[str]:
    leads = f", now {changed.now}" if changed.now else ""
    public = f", {changed.published}" if changed.published else ""
    yield click.style(visible(f"{changed.code}  {changed.kind}{leads}{public}", one_line=True), bold=True)
    told = [m for m in changed.moved if m.field != "documents"]
    for moved in told[:SHOWN]:
        yield "  " + visible(_moved(moved, changed), one_line=True)
    if len(told) > SHOWN:
        yield f"  and {len(told) - SHOWN} values more: --json gives them all"
    yield from ("  because: " + visible(why.text, one_line=True) for why in changed.why)


def _moved(moved: Moved, changed: Changed) -> str:
    if changed.kind != "changed":
        return f"{moved.field} {_value(moved.after if changed.kind == 'new' else moved.before)}"
    by = ""
    if isinstance(moved.before, int) and isinstance(moved.after, int):
        by = f" ({moved.after - moved.before:+d})"
    return f"{moved.field} {_value(moved.before)} -> {_value(moved.after)}{by}"


def _value(value: object) -> str:
    match value:
        case None:
            return tables.UNKNOWN
        case list():
            return ", ".join(map(str, value)) or "none"
        case _:
            return tables.plain(str(value))


def _sum_lines(total: Sum, names: tuple[str, str]) -> Iterator[str]:
    then, now = total.incidents
    if not (total.new or total.gone or total.changed):
        yield f"Nothing moved between {names[0]} and {names[1]}: {now} incidents."
        return
    counted = {
        "new": total.new, "gone": total.gone, "changed": total.changed, "regraded": total.regraded,
        "of another strike status": total.restatused, "published": total.published, "withdrawn": total.withdrawn,
    }  # fmt: skip
    yield f"\nIn sum, {then} -> {now} incidents: " + ", ".join(f"{n} {what}" for what, n in counted.items() if n)
    yield _span_line("killed", *total.killed)
    yield _span_line("injured", *total.injured)
    if total.why:
        words = ", ".join(f"{tables.plain(kind)} ({n})" for kind, n in total.why.items())
        yield f"  because of: {words}"


def _span_line(kind: str, was: Span, now: Span) -> str:
    ends = f"{now.min - was.min:+d} minimum, {now.max - was.max:+d} maximum"
    return f"  civilians {kind}: {ends} ({was.min}–{was.max} -> {now.min}–{now.max})"
