"""The options that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
DEFAULT_WORKSPACE = "workspace"

existing = click.Path(exists=True, path_type=Path)
inputs = click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
output = click.option(
    "-o", "--output", default="-", metavar="FILE", help="Where the lines go; `-`, the default, is standard output."
)
gazetteers = click.option(
    "--gazetteer", "gazetteers", multiple=True, type=existing, metavar="FILE",
    help="A further list of places (GeoNames .txt or .zip, p-code CSV, GeoJSON); may be given several times.",
)  # fmt: skip
codebook = click.option(
    "--codebook",
    metavar="NAME|FILE",
    help="Words to numbers and thresholds: default, isaf, acled, ucdp, or a TOML file of your own.",
)
project = click.option("--project", type=existing, metavar="FILE", help="A project.toml: parties, outlets, criteria.")
workers = click.option(
    "--workers",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Processes that read; by default as many as there are processors.",
)
workspace = click.option(
    "-w", "--workspace", type=click.Path(path_type=Path, file_okay=False), envvar="CIVCAS_WORKSPACE",
    default=Path(DEFAULT_WORKSPACE), metavar="FOLDER",
    help=f"The workspace; otherwise CIVCAS_WORKSPACE, otherwise ./{DEFAULT_WORKSPACE}.",
)  # fmt: skip
as_of = click.option(
    "--as-of", metavar="MOMENT",
    help="As it stood then: a day (its end, UTC), a time (2024-06-01T12:00:00Z), a line of `civcas log`, or a head.",
)  # fmt: skip
as_json = click.option("--json", "as_json", is_flag=True, help="JSON lines instead of a table.")


def signed(command: F) -> F:
    """Who decides and why: every decision says both."""
    command = click.option("--reason", required=True, metavar="TEXT", help="Why.")(command)
    return click.option("--by", required=True, metavar="NAME", help="Who decides.")(command)


class Columns(click.ParamType[dict[str, str]]):
    """field=column pairs, as text=Description,published=Date."""

    name = "columns"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, str]:
        if isinstance(value, dict):
            return value
        pairs = [pair.partition("=") for pair in str(value).split(",") if pair.strip()]
        for field, sign, column in pairs:
            if not sign or not field.strip() or not column.strip():
                self.fail(f"{field!r} is no FIELD=COLUMN pair, such as text=Description", param, ctx)
        return {field.strip(): column.strip() for field, _, column in pairs}


columns = click.option(
    "--columns", type=Columns(), default={}, metavar="FIELD=COLUMN,...",
    help="Which columns of a table hold text, title, published, captured, publisher, url, language, id.",
)  # fmt: skip


def reading(command: F) -> F:
    """What the stages that read reports have in common."""
    for option in (workers, columns, project, codebook, gazetteers, output, inputs):
        command = option(command)
    return command
