"""gazetteer: place lists of the desk's own, whose they are, and what is found in them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from civcas.cli import options
from civcas.cli.desk import PLACES, add_places, credit_lines, is_workspace, open_workspace, place_indexes
from civcas.cli.streams import Faults
from civcas.core.disputed import territories
from civcas.core.jsonl import encode
from civcas.core.records import Where
from civcas.core.visible import visible
from civcas.gazetteer import Candidate, Gazetteer, Terms, credits
from civcas.gazetteer.files import FIELDS


@click.group()
def gazetteer() -> None:
    """Place lists of your own.

    A workspace knows the places that ship with civcas and those of the lists added to it.
    """


def declared(ctx: click.Context, param: click.Parameter, value: dict[str, str]) -> dict[str, str]:
    unknown = sorted(set(value) - set(FIELDS))
    if unknown:
        raise click.BadParameter(f"{', '.join(unknown)}: choose among {', '.join(FIELDS)}", ctx, param)
    return value


@gazetteer.command()
@click.argument("files", nargs=-1, required=True, type=options.existing, metavar="FILE...")
@options.workspace
@click.option(
    "--columns",
    type=options.Columns(),
    default={},
    callback=declared,
    metavar="FIELD=COLUMN,...",
    help=f"Which columns of a table hold {', '.join(FIELDS)}; by default they are known by their usual names.",
)
@click.option(
    "--alternate-names",
    "alternates",
    type=options.existing,
    metavar="FILE",
    help="GeoNames' alternateNames or alternateNamesV2 (.txt, .zip): further names for a dump of GeoNames.",
)
@click.option("--credit", metavar="TEXT", help="Whose the list is, as it is to be named where its places are shown.")
@click.option("--licence", metavar="TEXT", help="The terms that the list may be used under.")
@click.pass_context
def add(
    ctx: click.Context, files: Sequence[Path], workspace: Path, columns: dict[str, str], alternates: Path | None,
    credit: str | None, licence: str | None,
) -> None:  # fmt: skip
    """Add place lists to a workspace.

    FILE is a GeoNames dump (.txt or .zip), an OCHA p-code table (.csv), GeoJSON, or a table with the
    columns name, lat and lon. Lines that cannot be read are named, and the rest is added. Added
    again, a list of the same name takes the place of the earlier one; one without a single sound
    line leaves it as it is. The next `civcas record` reads all reports with it.

    \b
      civcas gazetteer add SY.zip --alternate-names alternateNamesV2.zip -w desk
      civcas gazetteer add syr_admin.csv villages.geojson -w desk
      civcas gazetteer add villages.csv --columns name=Village,lat=Y,lon=X --credit "Field team" -w desk
    """
    faults = Faults()
    terms = Terms(columns=columns, credit=credit, licence=licence, alternates=alternates)
    if is_workspace(workspace):
        with open_workspace(workspace):
            places = add_places(workspace, files, terms, tell=faults.meet)
    else:
        places = _first_places(workspace, files, terms, faults)
    if not places and not is_workspace(workspace):
        click.echo(f"Nothing could be read, and no workspace was made in {workspace}.")
        ctx.exit(faults.code)
    faults.read += places
    click.echo(f"{places:,} place{'' if places == 1 else 's'} added to {workspace}.")
    ctx.exit(faults.code)


def _first_places(workspace: Path, files: Sequence[Path], terms: Terms, faults: Faults) -> int:
    """Adds lists where there is no workspace yet; one is made only if there is a place to put in it."""
    there, indexes = workspace.exists(), workspace / PLACES
    workspace.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        places = add_places(workspace, files, terms, tell=faults.meet)
    finally:
        with contextlib.suppress(OSError):  # there are places in it, or somebody else has put something in it
            indexes.rmdir()
            if not there:
                workspace.rmdir()
    if places:
        open_workspace(workspace, create=True).close()
    return places


@gazetteer.command("list")
@options.workspace
@options.as_json
def list_(workspace: Path, as_json: bool) -> None:
    """The place lists a workspace goes by, with their credits and licences.

    Without a workspace it tells of the bundled places alone. Whoever shows the places of a list, on
    a map or in a table, owes its owner the credit.

    \b
      civcas gazetteer list -w desk
    """
    for source in credits(place_indexes(workspace)):
        if as_json:
            click.echo(encode(source), nl=False)
            continue
        number = "" if source.places is None else f": {source.places:,} place{'' if source.places == 1 else 's'}"
        click.echo(visible(f"{source.name}{number}\n  {source.line}"))
        if source.credit is None or source.licence is None:
            click.echo("  credit or licence not stated: add the list again with --credit and --licence")


@gazetteer.command("credits")
@options.workspace
def credits_(workspace: Path) -> None:
    """The credits owed for the places of the record, a line each, to stand under a map or table of it.

    Without a workspace, or where its record has no place yet, those of all the lists that it goes by.

    \b
      civcas gazetteer credits -w desk
    """
    places: list[Where | None] = []
    if is_workspace(workspace):
        with open_workspace(workspace) as store:
            places = [found.where for found in store.assessments()]
            places += [account.where for account in (*store.accounts(kind="tally"), *store.accounts(kind="strikes"))]
    every = (source.line for source in credits(place_indexes(workspace)))
    for line in credit_lines(workspace, places) or dict.fromkeys(every):
        click.echo(visible(line))


@gazetteer.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@options.workspace
@options.as_json
@click.pass_context
def find(ctx: click.Context, names: Sequence[str], workspace: Path, as_json: bool) -> None:
    """The places of a name in the lists a workspace goes by, and how the name matched.

    Exact: a name of the place as it stands in the list. Folded: the same but for case, marks, the
    article, hyphens, or how it is written in Latin letters. Fuzzy: much like one of its names.

    \b
      civcas gazetteer find "Khan Sheikhoun" خان شيخون -w desk
    """
    faults = Faults()
    with Gazetteer(place_indexes(workspace)) as places:
        for name in names:
            found = places.lookup(name)
            faults.read += len(found)
            if not found:
                faults.tell(f"no place is called {name}, or much like it")
            for candidate in found:
                if as_json:
                    click.echo(encode(candidate), nl=False)
                else:
                    click.echo(visible(" · ".join(_told(candidate))))
    ctx.exit(1 if faults.refused else 0)


def _told(c: Candidate) -> Iterator[str]:
    yield f"{c.name}, {c.admin1}" if c.admin1 and c.admin1 != c.name else c.name
    yield c.country or "no country"
    yield f"{c.lat:.4f}, {c.lon:.4f}"
    yield c.kind
    yield c.match if c.match != "fuzzy" else f"fuzzy {c.likeness:.2f}"
    yield c.gazetteer_id
    if c.disputed:
        yield f"disputed: {territories()[c.disputed].name}"


@gazetteer.command()
@options.as_json
def disputed(as_json: bool) -> None:
    """The territories that are marked as disputed: who claims them, who administers them, by which document.

    \b
      civcas gazetteer disputed
    """
    for territory in territories().values():
        told = territory.told()
        if as_json:
            click.echo(encode(told), nl=False)
        else:
            claimed, held = ", ".join(told.claimed_by), ", ".join(told.administered_by)
            click.echo(f"{told.territory}: claimed by {claimed}; administered by {held}\n  {told.source}")
