"""The parts of the documentation that are made from the code: cog calls these, and `./run docs` writes them anew."""

from __future__ import annotations

import pathlib
import re
import tomllib
import typing
from collections.abc import Iterator

import click
import msgspec

from civcas.cli import SECTIONS, program
from civcas.core import codebook, project, records
from civcas.core.records import Record
from civcas.settings import PREFIX, Settings

Kind = type[msgspec.Struct]
REFERENCE = pathlib.Path(__file__).parent / "reference"
SCHEMA = REFERENCE / "records.schema.json"
LINES = (records.Document, records.Account, records.Incident, records.Assessment, records.Problem)


def record_kinds() -> list[Kind]:
    """The records that stand in JSON lines, in the order of their module."""
    return [kind for kind in vars(records).values() if _is_record(kind) and kind.__module__ == records.__name__]


def project_kinds() -> list[Kind]:
    return [project.Project, *(k for k in vars(project).values() if _is_record(k) and _own(k, project.Project))]


def codebook_kinds() -> list[Kind]:
    return [codebook.Codebook, *(k for k in vars(codebook).values() if _is_record(k) and _own(k, codebook.Codebook))]


def _is_record(thing: object) -> typing.TypeGuard[Kind]:
    return isinstance(thing, type) and issubclass(thing, msgspec.Struct) and thing is not Record


def _own(kind: Kind, head: Kind) -> bool:
    return kind.__module__ == head.__module__ and kind is not head


def meanings() -> dict[str, dict[str, str]]:
    return tomllib.loads((REFERENCE / "fields.toml").read_text("utf-8"))


def table(kind: Kind) -> Iterator[str]:
    """A record's fields as a Markdown table."""
    said = meanings().get(kind.__name__, {})
    types = {
        name: note
        for parent in reversed(kind.__mro__)
        for name, note in vars(parent).get("__annotations__", {}).items()
    }
    yield "| field | type | default | meaning |"
    yield "|---|---|---|---|"
    for field in msgspec.structs.fields(kind):
        given = "required" if field.required else f"`{msgspec.json.encode(_default(field)).decode()}`"
        yield f"| `{field.encode_name}` | {_type(types[field.name])} | {given} | {said.get(field.name, '')} |"


def _type(note: str) -> str:
    """A Python annotation in the words of JSON."""
    note = re.sub(r"\btuple\[(.+), \.\.\.\]", r"list[\1]", note)
    note = re.sub(r"Literal\[(.+?)\]", lambda words: re.sub(r"'(\w+)',?", r"`\1`", words[1]), note)
    return note.replace("None", "null").replace("|", "or")


def _default(field: msgspec.structs.FieldInfo) -> object:
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()


def section(kind: Kind, level: str = "##") -> str:
    doc = " ".join((kind.__doc__ or "").split())
    return "\n".join([f"{level} {kind.__name__}", "", doc, "", *table(kind), ""])


def choices() -> Iterator[str]:
    """The words that a field of a fixed set of words may hold."""
    for name, thing in vars(records).items():
        if typing.get_origin(thing) is typing.Literal:
            yield f"- **{name}**: {', '.join(f'`{word}`' for word in typing.get_args(thing))}"
        elif typing.get_origin(thing) and name == "Value":
            yield f"- **Value**: {', '.join(member.__name__ for member in typing.get_args(thing))}"


def records_page() -> str:
    return "\n".join([*(section(kind) for kind in record_kinds()), "## Fixed sets of words", "", *choices()])


def settings_page() -> str:
    said = meanings()["Settings"]
    lines = ["## Environment", "", "| variable | default | meaning |", "|---|---|---|"]
    for field in msgspec.structs.fields(Settings):
        default = f"`{field.default}`" if field.default is not None else ""
        lines.append(f"| `{PREFIX}{field.name.upper()}` | {default} | {said.get(field.name, '')} |")
    pages = ["\n".join([*lines, ""]), "## project.toml", ""]
    pages += [section(kind, "###") for kind in project_kinds()]
    pages += ["## Codebook", ""]
    pages += [section(kind, "###") for kind in codebook_kinds()]
    return "\n".join(pages)


def schema() -> str:
    """The JSON Schema of the lines that the verbs read and write."""
    _, components = msgspec.json.schema_components(LINES, ref_template="#/$defs/{name}")
    page = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Lines of civcas",
        "anyOf": [{"$ref": f"#/$defs/{kind.__name__}"} for kind in LINES],
        "$defs": components,
    }
    return msgspec.json.format(msgspec.json.encode(page, order="sorted"), indent=2).decode() + "\n"


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command by its full name, as a user types it."""
    for section_verbs in SECTIONS.values():
        for verb in section_verbs:
            command = program.get_command(click.Context(program), verb)
            assert command is not None
            yield from _with_children(f"civcas {verb}", command)


def _with_children(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for child, inner in command.commands.items():
            yield from _with_children(f"{name} {child}", inner)


def help_of(name: str, command: click.Command) -> str:
    parent, _, own = name.rpartition(" ")
    above = click.Context(program, info_name=parent) if parent else None
    context = click.Context(command, info_name=own, parent=above, terminal_width=100, max_content_width=100)
    return re.sub(r"[ \t]+$", "", command.get_help(context), flags=re.MULTILINE)


def cli_page() -> str:
    pages = [f"## civcas\n\n```text\n{help_of('civcas', program)}\n```\n"]
    pages += [f"## {name}\n\n```text\n{help_of(name, command)}\n```\n" for name, command in commands()]
    return "\n".join(pages)


if __name__ == "__main__":
    SCHEMA.write_text(schema(), encoding="utf-8")
