"""What parties answered to allegations: their histories, and the steps that people record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

import click
from rich.text import Text

from civcas.cli import options, tables
from civcas.cli.deciding import code_of, settle
from civcas.cli.desk import open_workspace
from civcas.cli.streams import writing
from civcas.core.assess.responses import MISREAD
from civcas.core.errors import BadDecision
from civcas.core.jsonl import encode
from civcas.core.records import (
    Anchor,
    Assessment,
    Grounds,
    PartyAssessment,
    PartyResponse,
    Record,
    Response,
    ResponsePosition,
)
from civcas.store import Store

STEP = 8  # characters of the id by which a step is named
QUOTED = 100  # characters of a statement in the table; --json has all of it


class Answered(Record, frozen=True, kw_only=True):
    """One party's history on one incident, as a line of JSON."""

    code: str
    party: str
    assessment: PartyAssessment
    position: ResponsePosition | None
    attribution: str | None
    responsibility: str | None
    history: tuple[Response, ...]


@click.command()
@click.argument("code", required=False)
@options.workspace
@options.as_json
def responses(code: str | None, workspace: Path, as_json: bool) -> None:
    """What each party answered to an allegation, first to last.

    Every party that is named as having acted, and every party that spoke, with its steps: asked by
    the desk, denied, opened an investigation, accepted, with the day and the words. A step stays
    when a later one follows it. The number in brackets names a step for `civcas respond --corrects`.
    Without CODE, all incidents.

    \b
      civcas responses SY240115a -w desk
      civcas responses --json -w desk > responses.jsonl
    """
    with open_workspace(workspace) as store:
        found = [_assessed(store, code)] if code else list(store.assessments())
    if as_json:
        with writing("-") as stream:
            stream.writelines(encode(line) for one in found for line in _lines(one))
        return
    table = tables.table_of("Code", "Party", "Where it stands", "Steps")
    for one in found:
        for party in one.responses:
            table.add_row(one.code, _party(one, party), _stands(party), _steps(party))
    if table.row_count:
        tables.console().print(table)
    else:
        click.echo("No party is named in these incidents, and none has answered.")


@click.command()
@click.argument("code")
@click.option(
    "--party", required=True, metavar="NAME", help="Who answers, or was asked: a name or alias of project.toml."
)
@click.option(
    "--position",
    required=True,
    type=click.Choice([*get_args(ResponsePosition), MISREAD]),
    help="The step. `misread`, with --corrects, strikes a step out that was read wrongly.",
)
@click.option("--date", metavar="DATE", help="The day of the step, as 2024-05-01 or another EDTF date.")
@click.option("--quote", metavar="TEXT", help="The party's own words.")
@click.option("--url", metavar="URL", help="Where they stand.")
@click.option(
    "--grounds",
    "grounds",
    multiple=True,
    type=click.Choice(get_args(Grounds)),
    help="Why the party holds the allegation credible or not; may be given several times.",
)
@click.option("--killed", metavar="N|N-M", help="Civilians whom the party says it killed.")
@click.option("--injured", metavar="N|N-M", help="Civilians whom the party says it injured.")
@click.option("--corrects", metavar="STEP", help="The step that this one takes the place of.")
@options.workspace
@options.signed
@click.pass_context
def respond(
    ctx: click.Context, code: str, party: str, position: str, date: str | None, quote: str | None, url: str | None,
    grounds: Sequence[str], killed: str | None, injured: str | None, corrects: str | None,
    workspace: Path, by: str, reason: str,
) -> None:  # fmt: skip
    """Record that a party was asked, or what it answered.

    The step goes into the history of that incident and party as a decision, and the record is
    assessed anew: a party that accepts the harm makes the grade `confirmed`, as when a report tells
    of it. Nothing that stands in the history is overwritten; --corrects names a step that is wrong.

    \b
      civcas respond SY240115a --party "Northern Army" --position asked --date 2024-02-01 \\
          --by "A. Reviewer" --reason "letter to the press office" -w desk
      civcas respond SY240115a --party "Northern Army" --position accepts --date 2024-03-10 --killed 2-3 \\
          --grounds killed_in_adjacent_structure --by "A. Reviewer" --reason "their reply" -w desk
    """
    with open_workspace(workspace) as store:
        subjects = [Anchor(code=code_of(store, code))]
        found = _assessed(store, code)
        value: dict[str, Any] = {"party": _known(store, found, party), "position": position}
        value |= {k: v for k, v in (("date", date), ("quote", quote), ("url", url)) if v}
        if grounds:
            value["grounds"] = list(grounds)
        conceded = {kind: _number(said) for kind, said in (("killed", killed), ("injured", injured)) if said}
        if conceded:
            value["conceded"] = conceded
        if corrects:
            step = _step_of(found, corrects)
            if step.decision:
                value["corrects"] = step.decision
            elif step.claim:
                subjects.append(store.anchor(step.claim))
        settle(ctx, store, "respond", subjects, by=by, reason=reason, value=value)


# ------------------------------------------------------------------ what a word names


def _assessed(store: Store, code: str) -> Assessment:
    found = store.assessment(code_of(store, code))
    if found is None:
        raise BadDecision(f"{code} is not assessed yet: run `civcas record` once more")
    return found


def _known(store: Store, found: Assessment, party: str) -> str:
    """The party's name in the record; a name that nobody knows is more often a slip than a party."""
    entry = store.project().party(party)
    if entry is not None:
        return entry.name
    named = {r.party.casefold(): r.party for r in found.responses}
    if party.strip().casefold() in named:
        return named[party.strip().casefold()]
    told = ", ".join(named.values()) or "nobody"
    raise BadDecision(
        f"{party!r} is no party of project.toml and is not named in {found.code} (named: {told}): "
        "enter it in project.toml under [[parties]]"
    )


_RANGE = re.compile(r"(\d{1,7})(?:\s*[-–]\s*(\d{1,7}))?")


def _number(said: str) -> list[int]:
    found = _RANGE.fullmatch(said.strip())
    if found is None or (found[2] and int(found[2]) < int(found[1])):
        raise BadDecision(f"{said!r} is no number of people: give 3, or 2-3")
    return [int(found[1]), int(found[2] or found[1])]


def _step_of(found: Assessment, name: str) -> Response:
    steps = [s for r in found.responses for s in r.history if _id(s).startswith(name.strip("[]"))]
    if len(steps) != 1 or not name:
        known = ", ".join(_id(s)[:STEP] for r in found.responses for s in r.history) or "none"
        raise BadDecision(f"{name!r} names no one step of {found.code}: there are {known}")
    return steps[0]


def _id(step: Response) -> str:
    return step.decision or step.claim or ""


# ------------------------------------------------------------------ what is shown


def _lines(found: Assessment) -> Iterator[Answered]:
    for told in found.responses:
        yield Answered(
            code=found.code, party=told.party, assessment=told.assessment, position=told.position,
            attribution=told.attribution, responsibility=found.responsibility, history=told.history,
        )  # fmt: skip


def _party(found: Assessment, told: PartyResponse) -> Text:
    held = told.attribution or "not named as having acted"
    shared = found.responsibility if told.attribution and found.responsibility in ("joint", "contested") else None
    return tables.cell(f"{told.party}\n{', '.join(filter(None, (held, shared)))}")


def _stands(told: PartyResponse) -> Text:
    position = tables.plain(told.position) if told.position else "has said nothing"
    return tables.cell(f"{position}\n{tables.plain(told.assessment)}")


def _steps(told: PartyResponse) -> Text:
    return tables.cell("\n".join(map(_step_text, told.history)))


def _step_text(step: Response) -> str:
    days = step.date or "day unknown"
    day = f"{days} (the report's own day)" if step.dated_by == "report" else days
    killed = [f"concedes {tables.span_text(h.min, h.max)} {h.kind}" for h in step.conceded]
    quote = " ".join((step.quote or "").split())
    said = f"“{quote[:QUOTED]}{'…' if len(quote) > QUOTED else ''}”" if quote else ""
    grounds = f"({', '.join(map(tables.plain, step.grounds))})" if step.grounds else ""
    source = step.document or step.url or "recorded by a person"
    words = " ".join(filter(None, (tables.plain(step.position), grounds, said)))
    return f"{'; '.join((f'{day}: {words}', *killed))} [{_id(step)[:STEP]}] {source}"
