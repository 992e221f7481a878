"""reconcile: which incidents of a dataset ours are, which are only here, which only there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from civcas.cli import options, tables
from civcas.cli.desk import open_workspace, place_indexes
from civcas.cli.progress import progress
from civcas.cli.spreadsheets import csv_rows
from civcas.cli.streams import writing
from civcas.core.jsonl import encode
from civcas.core.reconcile import VERDICTS, Candidate, Ours, Reconciled, Summary, Verdict
from civcas.core.reconcile import reconcile as held_against
from civcas.gazetteer import Gazetteer
from civcas.store import Store

MOST_ROWS = 100  # of each verdict in a table; --json and --csv give all
LOUDEST = 3  # features shown of a pair; --json has them all
WORDS: dict[Verdict, str] = {
    "same": "the same", "ambiguous": "may be one of several", "only_here": "only here", "only_there": "only there",
}  # fmt: skip
COLUMNS = (
    "verdict", "dataset", "code", "when", "where", "killed_min", "killed_max", "their_code", "their_id", "their_when",
    "their_where", "their_killed_min", "their_killed_max", "score", "why",
)  # fmt: skip


@click.command()
@click.argument("names", nargs=-1, metavar="[DATASET...]")
@click.option("--show", multiple=True, type=click.Choice(VERDICTS), metavar="VERDICT", help="Only these.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV, a row for each candidate.")
@options.output
@options.workspace
@options.as_json
@click.pass_context
def reconcile(
    ctx: click.Context, names: Sequence[str], show: Sequence[Verdict], as_csv: bool, output: str, workspace: Path,
    as_json: bool,
) -> None:  # fmt: skip
    """Which incidents of a dataset ours are, which are only here, which only there.

    Holds every incident of the record against those of the imported datasets, or of DATASET, by the
    same comparison that joins reports, and tells what spoke for and against. Where several fit about
    as well, all of them are listed (ambiguous). One of ours may be several of theirs, where their dead
    add up to ours, and several of ours one of theirs. Exit 1 where one is ambiguous.

    VERDICT is same, ambiguous, only_here or only_there.

    \b
      civcas reconcile airwars -w desk
      civcas reconcile airwars --show ambiguous --json -w desk
      civcas reconcile --csv -o compared.csv -w desk
    """
    if as_csv and as_json:
        raise click.UsageError("--csv and --json exclude each other", ctx)
    with open_workspace(workspace) as store:
        known = [d.name for d in store.datasets() if d.format != "own"]
        if stranger := next((name for name in names if name not in known), None):
            there = ", ".join(known) or "none: `civcas import` takes one in"
            raise click.UsageError(f"there is no dataset {stranger!r}; imported are {there}", ctx)
        if not known:
            raise click.UsageError("no dataset is imported: `civcas import FORMAT FILE` takes one in", ctx)
        found = [line for name in names or known for line in _compared(store, name)]
    shown = [line for line in found if not show or line.verdict in show]
    if as_json or as_csv or output != "-":
        with writing(output) as stream:
            stream.writelines(csv_rows(COLUMNS, rows_of(shown)) if as_csv else map(encode, shown))
    else:
        _print(shown)
    ctx.exit(1 if any(line.verdict == "ambiguous" for line in shown) else 0)


def _compared(store: Store, name: str) -> list[Reconciled]:
    assessed = {a.code: a for a in store.assessments()}
    ours = [Ours(assessment=assessed[i.code], incident=i) for i in store.incidents() if i.code in assessed]
    with Gazetteer(place_indexes(store.workspace)) as places, progress("comparing incidents") as advance:
        return held_against(ours, store.entries(name), name, store.project(), lookup=places.lookup, advance=advance)


# ------------------------------------------------------------------ what is shown


def _print(shown: Sequence[Reconciled]) -> None:
    out = tables.console()
    for verdict in VERDICTS:
        lines = [line for line in shown if line.verdict == verdict]
        if lines:
            out.print(_table(lines[:MOST_ROWS], verdict))
            if len(lines) > MOST_ROWS:
                out.print(f"and {len(lines) - MOST_ROWS:,} more: --json and --csv give them all")
            out.print("")
    counted = Counter((line.dataset, line.verdict) for line in shown)
    for (dataset, verdict), number in sorted(counted.items(), key=lambda c: (c[0][0], VERDICTS.index(c[0][1]))):
        out.print(f"{dataset}: {number:,} {WORDS[verdict]}")


def _table(lines: Sequence[Reconciled], verdict: Verdict) -> Table:
    theirs = ("Theirs", "Their when and where", "Their killed", "Bits", "What spoke loudest")
    if verdict == "only_there":
        table = tables.table_of("Only there", "When", "Where", "Killed")
        for line in lines:
            assert line.theirs is not None
            table.add_row(*(tables.cell(text) for text in _told(line.theirs)))
        return table
    if verdict == "only_here":
        table = tables.table_of("Only here", "When", "Where", "Killed")
        for line in lines:
            assert line.ours is not None
            table.add_row(*(tables.cell(text) for text in _told(line.ours)))
        return table
    table = tables.table_of("Same" if verdict == "same" else "Ambiguous", "When", "Where", "Killed", *theirs)
    for line in lines:
        assert line.ours is not None
        for place, candidate in enumerate(line.candidates):
            own = _told(line.ours) if place == 0 else ("", "", "", "")
            code, when, where, killed = _told(candidate.incident)
            cells = (*own, code, f"{when}\n{where}", killed, f"{candidate.score:+.1f}", _why(candidate))
            table.add_row(*(tables.cell(text) for text in cells))
    return table


def _told(summary: Summary) -> tuple[str, str, str, str]:
    killed = tables.span_text(summary.killed.min, summary.killed.max)
    return summary.code, tables.when_text(summary.when), tables.where_text(summary.where), killed


def _why(candidate: Candidate, most: int = LOUDEST) -> str:
    return "\n".join(f"{f.name} {f.weight:+.1f}: {f.detail}" for f in candidate.features[:most])


def rows_of(lines: Sequence[Reconciled]) -> Iterator[dict[str, Any]]:
    """A row for each candidate; one without any where there is none."""
    for line in lines:
        if line.ours is None:
            yield {"verdict": line.verdict, "dataset": line.dataset} | _cells(line.theirs, "their_")
            continue
        own = {"verdict": line.verdict, "dataset": line.dataset} | _cells(line.ours, "")
        for candidate in line.candidates if line.verdict != "only_here" else ():
            why = "; ".join(_why(candidate, len(candidate.features)).splitlines())
            yield own | _cells(candidate.incident, "their_") | {"score": candidate.score, "why": why}
        if line.verdict == "only_here":
            yield own


def _cells(summary: Summary | None, prefix: str) -> dict[str, Any]:
    if summary is None:
        return {}
    own = {
        "code": summary.code, "id": summary.id, "when": summary.when.edtf if summary.when else None,
        "where": summary.where.name if summary.where else None,
        "killed_min": summary.killed.min, "killed_max": summary.killed.max,
    }  # fmt: skip
    return {f"{prefix}{name}": value for name, value in own.items() if value is not None}
