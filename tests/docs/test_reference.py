"""Every record, setting, command and option is documented, and the generated pages are what the code says today."""

from __future__ import annotations

import json
import pathlib
import re

import click
import jsonschema
import msgspec
import pytest

import generate
from civcas.cli import program
from civcas.core.jsonl import encode
from civcas.core.records import Account, Assessment, Claim, Document, Figure, Harm, Range, Span
from civcas.settings import PREFIX, Settings

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTED: list[generate.Kind] = [
    *generate.record_kinds(),
    *generate.project_kinds(),
    *generate.codebook_kinds(),
    Settings,
]
COMMANDS = [("civcas", program), *generate.commands()]


@pytest.mark.parametrize("kind", DOCUMENTED, ids=[kind.__name__ for kind in DOCUMENTED])
def test_every_field_has_a_meaning(kind: type[msgspec.Struct]) -> None:
    said = generate.meanings().get(kind.__name__, {})
    fields = {field.name for field in msgspec.structs.fields(kind)}
    assert set(said) == fields
    assert all(said.values())


def test_nothing_is_described_that_does_not_exist() -> None:
    assert set(generate.meanings()) == {kind.__name__ for kind in DOCUMENTED}


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_and_option_says_what_it_does(name: str, command: click.Command) -> None:
    assert command.help, f"{name} is missing its help"
    silent = [o.name for o in command.params if isinstance(o, click.Option) and not o.help]
    assert not silent, f"options of {name} without help: {silent}"


def test_every_variable_of_the_environment_is_documented() -> None:
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "bench").glob("*.py"), ROOT / "run"]
    read = {name for file in sources for name in re.findall(r"\bCIVCAS_[A-Z_]+[A-Z]\b", file.read_text("utf-8"))}
    read |= {f"{PREFIX}{field.name.upper()}" for field in msgspec.structs.fields(Settings)}
    page = (generate.REFERENCE / "settings.md").read_text("utf-8")
    assert {name for name in read if f"`{name}`" not in page} == set()


def test_the_schema_is_that_of_the_records() -> None:
    written = generate.SCHEMA.read_text("utf-8")
    assert written == generate.schema(), "the records have changed: ./run docs"


def test_lines_hold_by_the_schema_and_faults_do_not() -> None:
    schema = json.loads(generate.SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    text = "At least 12 people were killed."
    span = Span.of(text, 0, 11)
    claim = Claim.make(
        document="d", kind="killed", value=Figure(number=12, bound="at_least"), span=span, origin="rules"
    )
    account = Account(id="a", document="d", kind="incident", harm=(Harm(kind="killed", min=12),), claims=(claim,))
    assessment = Assessment(code="XX000000a", documents=("d",), accounts=("a",), killed={"civilians": Range(min=12)})
    for record in (Document(id="d", text=text), account, assessment):
        kind = type(record).__name__
        jsonschema.validate(json.loads(encode(record)), {**schema, "anyOf": [{"$ref": f"#/$defs/{kind}"}]})
    broken = json.loads(encode(account)) | {"kind": "rumour"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, {**schema, "anyOf": [{"$ref": "#/$defs/Account"}]})
