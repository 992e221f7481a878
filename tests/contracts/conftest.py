"""The contract of the store runs over SQLite and over a real PostgreSQL server."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.postgres import Server, running_server
from tests.store.world import Clock, Place

from civcas.store import Store, engine


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One server for each worker of the test run; it starts in about half a second."""
    with running_server() as found:
        yield found


@pytest.fixture(scope="session")
def template(server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with empty tables, to be copied: migrating anew for each test would take longer than the tests."""
    server.run("CREATE DATABASE template_civcas")
    engine.configure()
    folder = tmp_path_factory.mktemp("template")
    alias = engine.register(folder, server.url("template_civcas"))
    with engine.alone(alias, folder):
        engine.migrate(alias)
    engine.forget(alias)
    return "template_civcas"


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def make_place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str, str], Place]]:
    """Workspaces that nobody has opened yet, by backend and name."""
    with contextlib.ExitStack() as databases:

        def make(backend: str, name: str) -> Place:
            if backend == "sqlite":
                return Place(tmp_path / name, None)
            server: Server = request.getfixturevalue("server")
            url = databases.enter_context(server.database(request.getfixturevalue("template")))
            return Place(tmp_path / name, url)

        yield make


@pytest.fixture
def place(backend: str, make_place: Callable[[str, str], Place]) -> Place:
    return make_place(backend, "workspace")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(place: Place, clock: Clock) -> Iterator[Store]:
    with place.open(clock=clock) as opened:
        yield opened
