"""The contract of the store runs over SQLite and over a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
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
    engine.migrate(alias, folder)
    engine.forget(alias)
    return "template_civcas"


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def place(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """A workspace that nobody has opened yet."""
    folder = tmp_path / "workspace"
    if backend == "sqlite":
        yield Place(folder, None)
        return
    server: Server = request.getfixturevalue("server")
    with server.database(request.getfixturevalue("template")) as url:
        yield Place(folder, url)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(place: Place, clock: Clock) -> Iterator[Store]:
    with place.open(clock=clock) as opened:
        yield opened
