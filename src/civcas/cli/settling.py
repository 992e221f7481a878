"""What a person settles about one incident: a value set, a report left out, a sign-off, and taking a decision back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from civcas import actions
from civcas.cli import options
from civcas.cli.deciding import code_of, now, say_decided, settle
from civcas.cli.desk import open_workspace, place_indexes
from civcas.core.assess.overrides import HARM_FIELDS
from civcas.core.errors import BadDecision
from civcas.core.locate import at_point, chosen
from civcas.core.records import Anchor, Where
from civcas.core.values import kilometres
from civcas.gazetteer import Gazetteer
from civcas.store import Store, Viewer

LONGEST_NUMBER = 12  # digits; an id of a decision that is all digits is longer
_NEAR_KM = 25.0  # between the place read and coordinates set, from which they may lie in two provinces
UNKNOWN = ("unknown", "none", "null", "-")


@click.command()
@click.argument("code")
@click.argument("field")
@click.argument("value")
@options.workspace
@options.signed
@click.pass_context
def override(ctx: click.Context, code: str, field: str, value: str, workspace: Path, by: str, reason: str) -> None:
    """Set a figure, the grade or the strike status of an incident.

    FIELD is grade, strike_status, responsibility, where, or one end of a range such as
    killed.civilians.min or injured.children.max. VALUE is a number of people, `unknown`, a grade or
    status, or for where the id of a place (`civcas gazetteer find` and `civcas explain` print them)
    or coordinates. What the rules give stays beside it: `civcas explain` shows both. `civcas undo`
    takes it back.

    \b
      civcas override SY240115a killed.civilians.min 41 --by "An Editor" --reason "41 burials" -w desk
      civcas override SY240115a grade fair --by "An Editor" --reason "a second witness" -w desk
      civcas override US240115a where geonames:4409896 --by "An Editor" --reason "its police say so" -w desk
      civcas override SY240115a where "36.1171, 36.8021" --by "An Editor" --reason "the video shows it" -w desk
    """
    with open_workspace(workspace) as store:
        subject = Anchor(code=code_of(store, code))
        to = place_for(store, code, value) if field == "where" else value_for(field, value)
        settle(ctx, store, "override", [subject], by=by, reason=reason, value=to)


def place_for(store: Store, code: str, given: str) -> dict[str, Any]:
    """The value of a decision that sets the place; raises BadDecision for what is no id and no coordinates."""
    given = given.strip()
    if given.lower() in UNKNOWN:
        return {"field": "where", "to": None}
    assessment = store.assessment(code)
    before = assessment.where if assessment else None
    why = "chosen by a person"
    where = at_point(given, given, why)
    if where is None:
        with Gazetteer(place_indexes(store.workspace)) as places:
            entry = places.entry(given)
        if entry is None:
            raise BadDecision(
                f"where cannot be set to {given[:60]!r}: it takes the id of a place, as `civcas gazetteer find` prints "
                "it, coordinates such as 36.1171, 36.8021, or `unknown`"
            )
        where = chosen(entry, why)
    elif before is not None and _about(before, where):
        where = msgspec.structs.replace(where, name=before.name, country=before.country, admin1=before.admin1)
    return {"field": "where", "to": {k: v for k, v in msgspec.to_builtins(where).items() if v}}


def _about(before: Where, where: Where) -> bool:
    """Whether the point may lie in the province of the place that was read: near it, or that had no point."""
    if before.lat is None or before.lon is None or where.lat is None or where.lon is None:
        return True
    return kilometres(before.lat, before.lon, where.lat, where.lon) <= max(_NEAR_KM, before.radius_km or 0)


def value_for(field: str, given: str) -> dict[str, Any]:
    """The value of a decision that sets the field; raises BadDecision for what is no number of people."""
    if field.partition(".")[0] not in HARM_FIELDS:
        return {"field": field, "to": given.strip().replace(" ", "_")}
    if given.strip().lower() in UNKNOWN:
        return {"field": field, "to": None}
    if not given.strip().isdecimal() or len(given) > LONGEST_NUMBER:
        raise BadDecision(f"{field} cannot be set to {given[:40]!r}: it takes a number of people, or `unknown`")
    return {"field": field, "to": int(given)}


@click.command()
@click.argument("members", nargs=-1, required=True, metavar="MEMBER...")
@options.workspace
@options.signed
@click.pass_context
def exclude(ctx: click.Context, members: Sequence[str], workspace: Path, by: str, reason: str) -> None:
    """Leave reports or accounts out of every figure.

    MEMBER is the id of a report or account. It stays in its incident and in the archive, and counts
    for no figure, grade or status until `civcas undo` takes the decision back.

    \b
      civcas exclude report-12 --by "A. Reviewer" --reason "a hoax, see report-31" -w desk
    """
    with open_workspace(workspace) as store:
        settle(ctx, store, "exclude", [store.anchor(name) for name in members], by=by, reason=reason)


@click.command()
@click.argument("code")
@options.workspace
@options.signed
def sign_off(code: str, workspace: Path, by: str, reason: str) -> None:
    """Answer for an incident as it is assessed now.

    Where project.toml asks for it (publication.sign_off), an incident is published only by somebody
    else than the person who signed it off. A sign-off is of the assessment as it stands: once a
    figure, grade or reason of it moves, it takes another.

    \b
      civcas sign-off SY240115a --by "A. Reviewer" --reason "read all three reports" -w desk
    """
    with open_workspace(workspace) as store:
        made = actions.sign_off(store, code, actor=Viewer.local(by), at=now(), reason=reason)
        say_decided(store, made)


@click.command()
@click.argument("decision")
@options.workspace
@options.signed
@click.pass_context
def undo(ctx: click.Context, decision: str, workspace: Path, by: str, reason: str) -> None:
    """Take a decision back.

    DECISION is its line in `civcas log`, or its id. It stays in the log and no longer holds; undoing
    the line that undid it brings it back.

    \b
      civcas undo 7 --by "An Editor" --reason "the photograph is of another street" -w desk
    """
    with open_workspace(workspace) as store:
        settle(ctx, store, "undo", (), by=by, reason=reason, value={"decision": _decision(store, decision)})


def _decision(store: Store, name: str) -> str:
    """The id of the decision that a line of the log or an id names."""
    if not name.isdecimal() or len(name) > LONGEST_NUMBER:
        return name
    said = store.said(int(name))
    if said is None:
        raise BadDecision(f"line {name} of the log is not there or was erased: `civcas log` shows the lines")
    return said.id
