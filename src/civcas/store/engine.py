"""Django without a project: configured by the program, one database alias for each store that is opened."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import DatabaseError, InterfaceError, OperationalError
from django.db.utils import Error as DatabaseFault
from psycopg import Error as ConnectionFault
from psycopg.conninfo import conninfo_to_dict

from civcas.core.errors import BadStore
from civcas.store import django_settings, layout

# WAL lets readers work beside a writer; FULL because a decision that was acknowledged must outlive a power cut;
# secure_delete because what is erased must not be found in the file.
PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
BUSY_SECONDS = 60
MIGRATION_LOCK = 6_202_117  # any number that no other user of the PostgreSQL database takes
_numbers = itertools.count(1)


def configure() -> None:
    """Django's settings and registry, set up once in a process; a shell that set them up itself is left in peace."""
    if not settings.configured:
        settings.configure(**{k: v for k, v in vars(django_settings).items() if k.isupper()})
    django.setup()


def register(workspace: Path, url: str | None, alias: str | None = None) -> str:
    """The alias under which this database answers from now on in this process."""
    alias = alias or f"store{next(_numbers)}"
    database = _postgresql(url) if url else _sqlite(workspace)
    connections.settings[alias] = connections.configure_settings({"default": database})["default"]
    return alias


def forget(alias: str) -> None:
    """Closes this thread's connection and drops the alias."""
    connections[alias].close()
    del connections[alias]
    connections.settings.pop(alias, None)


def _sqlite(workspace: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(workspace / layout.DATABASE),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": PRAGMAS, "timeout": BUSY_SECONDS},
    }


def probe(workspace: Path) -> None:
    """Raises BadStore where the SQLite file is none or is damaged: Django would leave a connection to it behind."""
    path = workspace / layout.DATABASE
    if not path.is_file():
        return
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            connection.executescript(PRAGMAS)
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as fault:
        raise BadStore(f"the database cannot be opened: {path}: {fault}") from fault


def _postgresql(url: str) -> dict[str, Any]:
    like = "it must be like postgresql://user:password@host:5432/name"
    try:
        parts: dict[str, Any] = dict(conninfo_to_dict(url))
    except ConnectionFault:  # its message repeats the url, which may hold a password
        raise BadStore(f"the database url cannot be read: {like}") from None
    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    database = {setting: str(parts.pop(part)) for setting, part in named.items() if part in parts}
    if "NAME" not in database:
        raise BadStore(f"the database url names no database: {like}")
    return {"ENGINE": "django.db.backends.postgresql", "OPTIONS": parts, **database}


def migrate(alias: str) -> None:
    """Brings the tables to the state this version of civcas works with; to be called `alone`."""
    executor = MigrationExecutor(connections[alias])
    for app, name in sorted(executor.loader.applied_migrations):
        if app == "store" and (app, name) not in executor.loader.disk_migrations:
            raise BadStore(f"the record was written by a newer civcas ({name}): upgrade civcas to open it")
    targets = executor.loader.graph.leaf_nodes()
    if plan := executor.migration_plan(targets):
        executor.migrate(targets, plan)


def schema(alias: str) -> str:
    """The name of the last migration that the tables have gone through."""
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    return max(name for app, name in applied if app == "store")


@contextlib.contextmanager
def alone(alias: str, workspace: Path) -> Iterator[None]:
    """Nobody else makes or migrates this workspace meanwhile, from this machine or (PostgreSQL) any other."""
    connection = connections[alias]
    try:
        lock = (workspace / layout.LOCK).open("a")
    except OSError as fault:
        raise BadStore(f"the workspace {workspace} cannot be written: {fault.strerror}") from fault
    with lock as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def scrub(alias: str, table: str) -> None:
    """What was deleted from the table leaves the disk too: old pages of the log file, dead rows."""
    connection = connections[alias]
    if connection.in_atomic_block:
        return  # whoever opened the transaction ends it, and the next scrub covers it
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"VACUUM {connection.ops.quote_name(table)}")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def rewrite(alias: str) -> None:
    """The whole database is written anew, so that no page keeps a trace of what it held before."""
    connection = connections[alias]
    if connection.in_atomic_block:
        return  # whoever opened the transaction ends it, and the next rewriting covers it
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM FULL")
        else:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def name_faults(alias: str) -> None:
    """From now on a fault of the database itself (gone, full, damaged) met in any query comes out as a BadStore."""

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        try:
            return run(sql, params, many, context)
        except DatabaseFault as fault:
            if type(fault) in (OperationalError, DatabaseError, InterfaceError):
                raise BadStore(f"the database fails: {str(fault).strip()}") from fault
            raise  # a constraint that does not hold is the caller's to judge

    connections[alias].execute_wrappers.append(execute)


@contextlib.contextmanager
def faults_named(what: str) -> Iterator[None]:
    """A fault of the database server comes out as a BadStore that says what was being done."""
    try:
        yield
    except DatabaseFault as fault:
        raise BadStore(f"{what}: {str(fault).strip()}") from fault
