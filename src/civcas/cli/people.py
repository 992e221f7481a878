"""The people whom reports name: who they are, whether they stand on a list, and whether their names may be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import click
import msgspec
from rich.text import Text

from civcas.cli import options, tables
from civcas.cli.deciding import code_of, settle
from civcas.cli.desk import open_workspace
from civcas.cli.streams import Faults, writing
from civcas.core.errors import BadDecision
from civcas.core.jsonl import encode
from civcas.core.match.lists import FIELDS, Listed, Mention, Pair, Person, duplicates, held_against, named
from civcas.core.match.persons import Candidate, Held, Status, words_of
from civcas.core.records import Anchor, Consent, DecisionVerb, Record, Sensitivity, Victim
from civcas.pipeline.naming import official, people_in
from civcas.store import Store

codes = click.argument("codes", nargs=-1, required=True, metavar="PERSON...")


class Shown(Record, frozen=True, kw_only=True):
    """One person as a line of JSON."""

    person: str
    incident: str
    victim: Victim
    documents: int
    mentions: tuple[Mention, ...] = ()


class Matched(Record, frozen=True, kw_only=True):
    """One person held against a list, as a line of JSON."""

    person: str
    incident: str
    name: str
    age: float | None
    list: str
    status: Status
    decided: bool
    candidates: tuple[Candidate, ...]
    official: tuple[Listed, ...]  # the rows of the candidates


class Twice(Record, frozen=True, kw_only=True):
    """Two people who may be one, as a line of JSON."""

    pair: Pair
    left: Shown
    right: Shown


@click.command()
@click.argument("code", required=False)
@click.option("--duplicates", "twice", is_flag=True, help="Pairs of people who may be one, likeliest first.")
@click.option(
    "--against", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="LIST",
    help="An official list to hold them against: CSV, .xlsx or JSON lines, a person a row.",
)  # fmt: skip
@click.option(
    "--columns", type=options.Columns(), default={}, metavar="FIELD=COLUMN,...",
    help=f"Which columns of the list hold {', '.join(FIELDS)} (`original` is the name in its own script).",
)  # fmt: skip
@click.option("--list", "list_", metavar="NAME", help="What decisions call the list; by default its file name.")
@click.option("--status", type=click.Choice(get_args(Status)), help="With --against, only people of this status.")
@options.workspace
@options.as_json
@click.pass_context
def victims(
    ctx: click.Context, code: str | None, twice: bool, against: Path | None, columns: dict[str, str],
    list_: str | None, status: Status | None, workspace: Path, as_json: bool,
) -> None:  # fmt: skip
    """Who is named; who may be named twice; who stands on an official list.

    Names are compared across spellings and scripts, with age and gender. Each person has a code
    (P-...) by which decisions name them. Against a list, `full` means that the whole of a name of
    three words (or two and the age) agrees with one row only and nothing conflicts; `partial`, that
    something is missing or conflicts or several rows fit; an age conflict is shown as a range. The
    scores are in bits, as in `civcas review`. For the desk only: names nobody released are shown.

    \b
      civcas victims SY240115a -w desk
      civcas victims --duplicates -w desk
      civcas victims --against ministry.csv --columns name=name_en,original=name_ar,age=age,id=id -w desk
    """
    if twice and against is not None:
        raise click.UsageError("--duplicates and --against are two questions: ask one at a time", ctx)
    if against is None and (columns or list_ or status):
        raise click.UsageError("--columns, --list and --status are of a list: name it with --against LIST", ctx)
    faults = Faults()
    with open_workspace(workspace) as store:
        people = people_in(store, code_of(store, code) if code else None)
        if against is not None:
            rows = official(against, columns, tell=faults.meet)
            faults.read += len(rows)
            held = held_against(people, rows, list_ or against.stem, store.decisions())
            _show_held([h for h in held if status in (None, h.status)], people, rows, list_ or against.stem, as_json)
        elif twice:
            _show_twice(duplicates(people, store.decisions()), people, workspace, as_json)
        else:
            _show_people(people, as_json)
    ctx.exit(faults.code)


@click.command()
@click.argument("judgement", type=click.Choice(["same", "not-same"]), metavar="same|not-same")
@codes
@click.option("--list", "list_", metavar="NAME", help="An official list, by the name it has in `civcas victims`.")
@click.option("--id", "id_", metavar="ID", help="The id of the row of the list.")
@options.workspace
@options.signed
@click.pass_context
def identify(
    ctx: click.Context, judgement: Literal["same", "not-same"], codes: Sequence[str], list_: str | None,
    id_: str | None, workspace: Path, by: str, reason: str,
) -> None:  # fmt: skip
    """Settle that two people are one, or are not, or who is meant on a list.

    Two people of one incident who are one are counted once; kept apart they are counted twice. Of
    two incidents, the decision says that one person is named in both.

    \b
      civcas identify same P-1a2b3c P-4d5e6f --by "A. Reviewer" --reason "two spellings" -w desk
      civcas identify same P-1a2b3c --list ministry --id 40012 --by "A. Reviewer" --reason "age and father" -w desk
    """
    on_list = list_ is not None or id_ is not None
    if on_list and not (list_ and id_):
        raise click.UsageError("a row of a list has both --list NAME and --id ID", ctx)
    if len(codes) != (1 if on_list else 2):
        raise click.UsageError(f"name {'one person' if on_list else 'two people'} by their codes (P-...)", ctx)
    with open_workspace(workspace) as store:
        found = _people(store, codes)
        _check_reason(found, reason)
        if on_list:
            verb: DecisionVerb = "on_list" if judgement == "same" else "not_on_list"
            value = {"list": list_, "id": id_}
            settle(ctx, store, verb, found[0][1], by=by, reason=reason, value=value)
            return
        verb = "same_person" if judgement == "same" else "not_same_person"
        if found[0][0].code == found[1][0].code:
            mentions = {m.anchor for code in codes for m in found[0][0].mentions if m.code.startswith(code.strip())}
            if verb == "same_person" or len(mentions) < 2:
                raise BadDecision(f"{codes[0]} and {codes[1]} are one person already")
            found = [(found[0][0], (m,)) for m in sorted(mentions, key=repr)[:2]]
        settle(ctx, store, verb, [_first(anchors) for _, anchors in found], by=by, reason=reason)


@click.command()
@codes
@click.option("--consent", "consent_", type=click.Choice(get_args(Consent)), help="Of the person, or of the family.")
@click.option(
    "--sensitivity", type=click.Choice(get_args(Sensitivity)),
    help="What naming could do; `at_risk` holds the name back whatever else is decided.",
)  # fmt: skip
@options.workspace
@options.signed
@click.pass_context
def consent(
    ctx: click.Context, codes: Sequence[str], consent_: str | None, sensitivity: str | None, workspace: Path,
    by: str, reason: str,
) -> None:  # fmt: skip
    """Record whether somebody agreed to be named, and what naming could do.

    A refusal, or that naming puts somebody at risk, holds the name back from the public whatever was
    released before. What was recorded stands until it is recorded otherwise.

    \b
      civcas consent P-1a2b3c --consent given --sensitivity ordinary --by "A. Reviewer" --reason "a call" -w desk
    """
    value = {k: v for k, v in (("consent", consent_), ("sensitivity", sensitivity)) if v}
    _on_names(ctx, "consent", codes, workspace, by, reason, value)


@click.command()
@codes
@options.workspace
@options.signed
@click.pass_context
def release_name(ctx: click.Context, codes: Sequence[str], workspace: Path, by: str, reason: str) -> None:
    """Let the public see a name.

    Names stay out of all that the public reads until they are released, one by one; everywhere else
    in the public record the words of unreleased names are blacked out.

    \b
      civcas release-name P-1a2b3c --by "An Editor" --reason "the family asked for it" -w desk
    """
    _on_names(ctx, "release_name", codes, workspace, by, reason)


@click.command()
@codes
@options.workspace
@options.signed
@click.pass_context
def withhold_name(ctx: click.Context, codes: Sequence[str], workspace: Path, by: str, reason: str) -> None:
    """Take a name back from the public.

    \b
      civcas withhold-name P-1a2b3c --by "A. Reviewer" --reason "the family asked for it" -w desk
    """
    _on_names(ctx, "withhold_name", codes, workspace, by, reason)


def _on_names(
    ctx: click.Context, verb: DecisionVerb, codes: Sequence[str], workspace: Path, by: str, reason: str,
    value: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    with open_workspace(workspace) as store:
        found = _people(store, codes)
        _check_reason(found, reason)
        anchors = [a for _, named_at in found for a in named_at]
        settle(ctx, store, verb, anchors, by=by, reason=reason, value=value)


def _people(store: Store, codes: Sequence[str]) -> list[tuple[Person, tuple[Anchor, ...]]]:
    everybody = people_in(store)
    found = []
    for code in codes:
        there = named(everybody, code)
        if len(there) != 1:
            several = f": {', '.join(p.code for p, _ in there)}" if there else ""
            raise BadDecision(
                f"{code!r} names {len(there) or 'nobody'} here{several}: `civcas victims` lists the codes"
            )
        found += there
    return found


def _first(anchors: Sequence[Anchor]) -> Anchor:
    """One mention of the person, by which the decision finds it: the others are the same person by their names."""
    first = anchors[0]
    return msgspec.structs.replace(first, spans=first.spans[:1])


def _check_reason(people: Iterable[tuple[Person, Any]], reason: str) -> None:
    """The log is shown to others: a reason that names the person would carry the name there."""
    said = {w.letters for w in words_of(re.sub(r"['’]s\b", "", reason))}
    for person, _ in people:
        for name in (person.victim.name, *person.victim.spellings):
            words = {w.letters for w in words_of(name)}
            if words and words <= said:
                raise BadDecision(
                    f"the reason holds the name of {person.code}: the log is shown to others, leave it out"
                )


# ------------------------------------------------------------------ what is shown


def _show_people(people: Sequence[Person], as_json: bool) -> None:
    if as_json:
        _write(map(_line, people))
        return
    table = tables.table_of("Person", "Incident", "Name", "Age", "Gender", "What happened", "The name", "Reports")
    for person in people:
        victim = person.victim
        table.add_row(
            person.code, person.incident, _names(person), tables.cell(_age(victim)), victim.gender or "",
            victim.outcome, tables.cell(_naming(victim)), str(person.documents),
        )  # fmt: skip
    _print(table, len(people), "Nobody is named.")


def _show_held(
    held: Sequence[Held], people: Sequence[Person], rows: Sequence[Listed], name: str, as_json: bool
) -> None:
    by_code, by_id = {p.code: p for p in people}, {r.id: r for r in rows}
    if as_json:
        _write(
            Matched(
                person=h.id, incident=by_code[h.id].incident, name=by_code[h.id].victim.name,
                age=by_code[h.id].victim.age, list=name, status=h.status, decided=h.decided, candidates=h.candidates,
                official=tuple(by_id[c.id] for c in h.candidates),
            )
            for h in held
        )  # fmt: skip
        return
    table = tables.table_of("Person", "Incident", "Name", "Age", "Status", "Who may be meant")
    for one in held:
        person = by_code[one.id]
        status = f"{one.status} (decided)" if one.decided else one.status
        told = "\n".join(_candidate(c, by_id[c.id]) for c in one.candidates)
        table.add_row(
            person.code, person.incident, _names(person), tables.cell(_age(person.victim)), status,
            tables.cell(told),
        )  # fmt: skip
    _print(table, len(held), "Nobody is named, or nobody has that status.")
    counts = ", ".join(f"{sum(h.status == s for h in held):,} {s}" for s in get_args(Status))
    click.echo(f"{counts}; {len(rows):,} people on the list {name}.")


def _show_twice(pairs: Sequence[Pair], people: Sequence[Person], workspace: Path, as_json: bool) -> None:
    by_code = {p.code: p for p in people}
    if as_json:
        _write(Twice(pair=p, left=_line(by_code[p.left]), right=_line(by_code[p.right])) for p in pairs)
        return
    table = tables.table_of("Score", "Person", "Incident", "Name", "Age", "What speaks")
    for pair in pairs:
        left, right = by_code[pair.left], by_code[pair.right]
        score = "decided: one person" if pair.decided_by else f"{pair.score:+.1f}"
        speaks = "\n".join(f"{f.weight:+.1f} {f.name}: {f.detail}" for f in pair.features)
        ages = tables.cell("\n".join((_age(left.victim), _age(right.victim))))
        table.add_row(
            score, f"{left.code}\n{right.code}", f"{left.incident}\n{right.incident}",
            tables.cell(f"{left.victim.name}\n{right.victim.name}"), ages, tables.cell(speaks),
        )  # fmt: skip
    _print(table, len(pairs), "Nobody seems to be named twice.")
    if any(p.decided_by is None for p in pairs):
        click.echo(f'civcas identify same|not-same PERSON PERSON --by "YOUR NAME" --reason "..." -w {workspace}')


def _write(lines: Iterable[Record]) -> None:
    with writing("-") as stream:
        stream.writelines(map(encode, lines))


def _print(table: Any, rows: int, nothing: str) -> None:
    if rows:
        tables.console().print(table)
    else:
        click.echo(nothing)


def _line(person: Person) -> Shown:
    return Shown(
        person=person.code,
        incident=person.incident,
        victim=person.victim,
        documents=person.documents,
        mentions=person.mentions,
    )


def _names(person: Person) -> Text:
    """The name, and each other spelling with the code of a mention that has it."""
    by_name = {m.name: m.code for m in reversed(person.mentions)}
    others = [f"{name} ({by_name.get(name, person.code)})" for name in person.victim.spellings]
    return tables.cell("\n".join((person.victim.name, *others)))


def _age(victim: Victim) -> str:
    ages = victim.ages or ((victim.age,) if victim.age is not None else ())
    return "–".join(f"{a:g}" for a in sorted({min(ages), max(ages)})) if ages else ""


def _naming(victim: Victim) -> str:
    shown = "released" if victim.released else "withheld"
    consent_ = f"consent {victim.consent}" if victim.consent else ""
    return "\n".join(filter(None, (shown, consent_, tables.plain(victim.sensitivity or ""))))


def _candidate(candidate: Candidate, row: Listed) -> str:
    parts: Iterator[str | None] = iter(
        (row.name, row.original, f"{row.age:g}" if row.age is not None else None, *candidate.conflicts)
    )
    return f"{candidate.score:+.1f}  {row.id}: {', '.join(filter(None, parts))}"
