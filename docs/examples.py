"""Console examples under a `<!-- run -->` line: run in order, in a folder of their own, and held against the page.

In the output a page shows, a line of `...` stands for any lines, and `...` within a line for any words.
`python docs/examples.py` writes the real output where it is another; tests/docs/test_examples.py fails there.
"""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"(?<=<!-- run -->\n```console\n).*?(?=```)", re.DOTALL)
STEP = re.compile(r"^\$ (?P<command>(?:.*\\\n)*.*)\n(?P<shown>(?:(?!\$ ).*\n)*)", re.MULTILINE)
# What no two runs print alike (time, key, and the hashes that follow from them), or no two versions of a reader.
CHANGING = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\dZ|(?<=head \d:)[0-9a-f]{64}|(?<=key )[0-9a-f]{64}|(?<=signature )[0-9a-f]{128}|"
    r"(?<=^   \d  )[0-9a-f]{12}|(?<=^[TS]-)[0-9a-f]{6}",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Step:
    """One command of a page, what the page shows of it, and what it printed when it was run."""

    command: str
    shown: str
    printed: str
    code: int

    @property
    def holds(self) -> bool:
        return bool(_pattern(self.shown.strip("\n")).fullmatch(self.printed.strip("\n")))


def run(page: pathlib.Path) -> Iterator[Step]:
    """The commands of a page, each run after the one before; the samples lie in examples/."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CIVCAS_")}
    path = f"{sysconfig.get_path('scripts')}:{os.environ['PATH']}"
    environment |= {"PATH": path, "COLUMNS": "150", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "examples").symlink_to(ROOT / "examples")
        for block in BLOCK.findall(page.read_text("utf-8")):
            for step in STEP.finditer(block):
                done = subprocess.run(
                    ["/bin/bash", "-c", f"exec 2>&1; set -o pipefail; {step['command']}"],
                    cwd=folder, env=environment, stdout=subprocess.PIPE, encoding="utf-8", check=False,
                )  # fmt: skip
                printed = "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())
                yield Step(step["command"], step["shown"], printed, done.returncode)


def _pattern(shown: str) -> re.Pattern[str]:
    words = re.escape(shown).replace(r"\.\.\.", ".*?")
    return re.compile(re.sub(r"^\.\*\?$", r"(?s:.*?)", words, flags=re.MULTILINE))


def write(page: pathlib.Path) -> bool:
    """Puts the real output where the page shows another; whether anything changed."""
    steps = run(page)

    def renewed(block: re.Match[str]) -> str:
        return STEP.sub(lambda shown: _shown(shown[0], next(steps)), block[0])

    before = page.read_text("utf-8")
    after = BLOCK.sub(renewed, before)
    page.write_text(after, encoding="utf-8")
    return after != before


def _shown(text: str, step: Step) -> str:
    return text if step.holds else f"$ {step.command}\n{CHANGING.sub('...', step.printed)}"


def pages_with_examples() -> list[pathlib.Path]:
    return [page for page in PAGES if BLOCK.search(page.read_text("utf-8"))]


if __name__ == "__main__":
    for each in pages_with_examples():
        if write(each):
            sys.stderr.write(f"{each.relative_to(ROOT)}: examples written anew\n")
