"""The program as a whole: its help, its exit codes, and what it leaves unloaded."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import click
import pytest

from civcas import __version__, cli
from civcas.cli import SECTIONS, VERBS, program


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)


def test_the_help_names_every_verb(run: Callable[..., Any]) -> None:
    ran = run("--help")
    assert ran.code == 0
    for verb in VERBS:
        assert f"\n  {verb}" in ran.out


def test_the_help_loads_no_stage_and_no_database() -> None:
    ran = python("import sys; from civcas.cli import main; main(['--help']); print(*sys.modules)")
    loaded = ran.stdout.split("\n")[-2].split()
    assert ran.returncode == 0
    assert {"django", "rich", "edtf", "msgspec", "civcas.pipeline", "civcas.preserve"}.isdisjoint(loaded)


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_help_with_its_summary_and_an_example(verb: str) -> None:
    command = program.get_command(click.Context(program), verb)
    assert command is not None
    assert command.help
    assert " ".join(command.help.split("\n\n")[0].split()) == VERBS[verb][1]
    texts = [command.help]
    if isinstance(command, click.Group):
        texts = [sub.help or "" for sub in command.commands.values()]
    for text in texts:
        assert "\b\n  civcas " in text or "\b\n      civcas " in text, f"{verb} shows no example"


def test_a_verb_stands_in_one_section() -> None:
    assert sum(len(verbs) for verbs in SECTIONS.values()) == len(VERBS)


def test_an_unknown_verb_is_wrong_usage_and_the_nearest_is_named(run: Callable[..., Any]) -> None:
    ran = run("extrct")
    assert ran.code == 2
    assert "extract" in ran.err


def test_a_missing_input_is_wrong_usage(run: Callable[..., Any]) -> None:
    assert run("record").code == 2
    assert run("extract").code == 2


def test_the_version_is_told(run: Callable[..., Any]) -> None:
    assert run("--version") == (0, f"civcas {__version__}\n", "")


def test_an_interrupt_ends_with_a_word_and_130(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.program, "main", interrupted)
    ran = run("log")
    assert ran.code == 130
    assert "interrupted" in ran.err


def test_the_pure_stages_load_no_database() -> None:
    ran = python(
        "import sys, tempfile, pathlib; from civcas.cli import main\n"
        "f = pathlib.Path(tempfile.mkdtemp(), 'report.txt')\n"
        "f.write_text('On 3 May 2019 an airstrike in Raqqa, Syria killed 12 civilians.')\n"
        "a, m, i = (str(f.with_name(n)) for n in 'ami')\n"
        "codes = [main(x) for x in (['extract', str(f), '-o', a], ['match', a, '-o', m], ['assess', m, '-o', i])]\n"
        "print(codes, 'django.db' in sys.modules or 'civcas.store' in sys.modules)"
    )
    assert ran.stdout.strip() == "[0, 0, 0] False", ran.stderr


def test_a_reader_that_goes_away_ends_the_program_without_a_traceback() -> None:
    code = (
        "import subprocess, sys\n"
        'text = (\'{"text": "On 3 May 2019 an airstrike in Raqqa, Syria killed 12 civilians."}\\n\' * 3000).encode()\n'
        "p = subprocess.Popen([sys.executable, '-m', 'civcas.cli', 'annotate', '-', '--workers', '1'],\n"
        "    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)\n"
        "import threading\n"
        "def feed():\n"
        "    p.stdin.write(text); p.stdin.close()\n"
        "threading.Thread(target=feed).start()\n"
        "p.stdout.read(10); p.stdout.close()\n"
        "print(p.stderr.read().decode(), p.wait())"
    )
    assert python(code).stdout.strip() == "141"
