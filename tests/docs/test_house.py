"""What the tools that hold the house rules cannot see by themselves."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess
import time
import tomllib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = ("requirements", "requirements-dev", "requirements-data", "requirements-bench")
LOCKS = {name: ROOT / f"{name}.txt" for name in NAMES}


def run(*arguments: str, script: pathlib.Path = ROOT / "run", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [script, *arguments], capture_output=True, text=True, check=False, cwd="/", env={**os.environ, **environment}
    )


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_hashes_and_no_address(name: str) -> None:
    text = LOCKS[name].read_text("utf-8")
    assert "//" not in text
    pinned = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==\S+.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(pinned) == len(re.findall(r"==\S+ .*\\\n    --hash=sha256:", text)) > 0


@pytest.mark.parametrize("name", LOCKS)
def test_what_is_asked_for_is_locked(name: str) -> None:
    wanted = re.findall(r"^([A-Za-z][\w.-]*)", (ROOT / f"{name}.in").read_text("utf-8"), re.MULTILINE)
    locked = re.findall(r"^([\w.-]+)", LOCKS[name].read_text("utf-8"), re.MULTILINE)

    def normal(names: list[str]) -> set[str]:
        return {re.sub(r"[-_.]+", "-", each).lower() for each in names}

    assert normal(wanted) - normal(locked) == set()


def test_every_room_of_the_core_has_its_floor() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c.get("containers") == ["civcas.core"])
    named = set(re.findall(r"[\w.]+", " ".join(layers)))
    core = ROOT / "src" / "civcas" / "core"
    rooms = {file.stem for file in core.glob("*.py")} | {f"extract.{file.stem}" for file in core.glob("extract/*.py")}
    rooms |= {folder.name for folder in core.iterdir() if (folder / "__init__.py").exists()} - {"extract"}
    assert {room for room in rooms if not room.endswith("__init__")} - named == set()


def test_set_up_is_found_done_from_any_folder_in_under_a_second() -> None:
    run("setup")  # the gazetteer may have changed since the tests began
    done = run("civcas", "--version")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("civcas ")
    assert done.stderr == ""
    begun = time.perf_counter()
    assert run("setup").returncode == 0
    assert time.perf_counter() - begun < 1


def test_an_unknown_verb_is_wrong_usage() -> None:
    done = run("recrod")
    assert done.returncode == 2
    assert "there is no verb recrod" in done.stderr


@pytest.fixture
def bare(tmp_path: pathlib.Path) -> pathlib.Path:
    """A checkout that nothing was set up in, as far as `./run` looks before it finds a Python."""
    for name in ("run", "requirements.txt", "requirements-dev.txt", "requirements-data.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path / "run"


def fake_python(folder: pathlib.Path, body: str) -> str:
    script = folder / "python-of-a-test"
    script.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    script.chmod(0o755)
    return str(script)


def test_without_a_python_that_fits_it_says_which_would(bare: pathlib.Path, tmp_path: pathlib.Path) -> None:
    done = run("demo", script=bare, CIVCAS_PYTHON=fake_python(tmp_path, "exit 1"))
    assert done.returncode == 2
    assert "Python 3.11, 3.12 or 3.13 is needed" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_python_without_ensurepip_is_named_with_the_remedy(bare: pathlib.Path, tmp_path: pathlib.Path) -> None:
    lacking = fake_python(tmp_path, 'case "$2" in *ensurepip*) exit 1 ;; esac')
    done = run("demo", script=bare, CIVCAS_PYTHON=lacking)
    assert done.returncode == 2
    assert "apt-get install python3-venv" in done.stderr
