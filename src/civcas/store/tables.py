"""All rows of all tables as JSON lines, and back: what a backup is made of."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from django.apps import apps
from django.core.management.color import no_style
from django.db import connections, models

from civcas.core.errors import BadStore
from civcas.store.rows import batches


def _models() -> dict[str, type[models.Model]]:
    return {model.__name__: model for model in apps.get_app_config("store").get_models()}


def dump(db: str) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each table's name with its rows, one a line, in the order of their keys."""
    for name, model in _models().items():
        yield name, _rows(db, model)


def _rows(db: str, model: type[models.Model]) -> Iterator[bytes]:
    columns = [field.attname for field in model._meta.concrete_fields]
    for row in model._base_manager.using(db).order_by("pk").values_list(*columns).iterator(chunk_size=200):
        plain = (bytes(v) if isinstance(v, memoryview) else v for v in row)
        yield msgspec.json.encode(dict(zip(columns, plain, strict=True))) + b"\n"


def load(db: str, name: str, lines: Iterable[bytes]) -> None:
    """Adds the rows to a table that has none; raises BadStore for what is no row of it."""
    model = _models().get(name)
    if model is None:
        raise BadStore(
            f"the backup holds a table {name!r} that this civcas does not know: upgrade civcas to restore it"
        )
    if model._base_manager.using(db).exists():
        raise BadStore("the database holds a record already: a backup is restored into an empty database")
    for batch in batches(lines, 200):
        model._base_manager.using(db).bulk_create([_row(model, line) for line in batch])


def _row(model: type[models.Model], line: bytes) -> models.Model:
    try:
        given: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
        fields = {field.attname: field for field in model._meta.concrete_fields}
        return model(**{column: _value(fields[column], value) for column, value in given.items()})
    except (msgspec.DecodeError, KeyError, ValueError, TypeError) as fault:
        raise BadStore(f"a row of {model.__name__} in the backup cannot be read: {fault!r}") from fault


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(field, models.BinaryField) and value is not None:
        return base64.b64decode(value, validate=True)
    return field.to_python(value)


def settle(db: str) -> None:
    """Lets the database's own counters go on after the highest numbers loaded (PostgreSQL)."""
    connection = connections[db]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(_models().values())):
            cursor.execute(statement)
