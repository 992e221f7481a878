"""A real site for the tests: a workspace recorded by the program, served by the program, asked over loopback."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import pytest

ROOT = Path(__file__).parents[2]
ENV = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}


@dataclasses.dataclass
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclasses.dataclass
class Site:
    """A served workspace."""

    workspace: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> Answer:
        """The answer as it comes, without following a redirect."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(), dict(answer.getheaders()))

    def post(self, path: str, body: str, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            given = {"Content-Type": "application/x-www-form-urlencoded", **headers}
            connection.request("POST", path, body=body, headers={k.replace("_", "-"): v for k, v in given.items()})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(), dict(answer.getheaders()))


def civcas(*arguments: str) -> str:
    """What the program prints."""
    command = [sys.executable, "-m", "civcas.cli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=ENV, cwd=ROOT)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextlib.contextmanager
def served(workspace: Path, *options: str) -> Iterator[Site]:
    site = Site(workspace, _free_port())
    command = [sys.executable, "-m", "civcas.cli", "serve", "-w", str(workspace), "--port", str(site.port)]
    process = subprocess.Popen([*command, "--workers", "1", *options], env=ENV, cwd=ROOT, stderr=subprocess.PIPE)
    try:
        for _ in range(300):
            assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
            with (
                contextlib.suppress(urllib.error.URLError, ConnectionError),
                urllib.request.urlopen(f"{site.address}/robots.txt"),
            ):
                break
            time.sleep(0.1)
        yield site
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The sample record, read only: tests that change a record make their own."""
    workspace = tmp_path_factory.mktemp("sample") / "demo"
    civcas("demo", "-w", str(workspace))
    with served(workspace, "--sample") as site:
        yield site


Report = dict[str, str]


def recorded(workspace: Path, reports: list[Report]) -> list[str]:
    """The codes of the incidents that the reports amount to."""
    file = workspace.with_suffix(".jsonl")
    file.write_bytes(b"".join(msgspec.json.encode(report) + b"\n" for report in reports))
    told = civcas("record", str(file), "-w", str(workspace), "--json")
    return [msgspec.json.decode(line)["code"] for line in told.splitlines() if line.startswith("{")]


def publish(workspace: Path, code: str, verb: str = "publish") -> None:
    civcas(verb, code, "--by", "A Tester", "--reason", "for the test", "-w", str(workspace))
