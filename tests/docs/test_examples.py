"""Console examples that stand under a `<!-- run -->` line are run, and print what the page shows.

In an example a line of `...` stands for any lines, and `...` within a line for any words.
"""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sysconfig

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MARKED = re.compile(r"<!-- run -->\n+```console\n(.*?)\n```", re.DOTALL)
WITH_EXAMPLES = [page for page in PAGES if MARKED.search(page.read_text("utf-8"))]


def steps(page: pathlib.Path) -> list[tuple[str, str]]:
    """The commands of a page in order, each with the output shown."""
    blocks = "\n".join(MARKED.findall(page.read_text("utf-8")))
    return [
        (command.replace("\\\n", ""), shown.strip("\n"))
        for command, shown in re.findall(r"^\$ ((?:.*\\\n)*.*)\n?((?:(?!\$ ).*\n?)*)", blocks, re.MULTILINE)
    ]


def pattern(shown: str) -> re.Pattern[str]:
    lines = re.escape(shown).replace(r"\.\.\.", ".*?")
    return re.compile(re.sub(r"^\.\*\?$", r"(?s:.*?)", lines, flags=re.MULTILINE) + r"\s*")


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_print_what_the_page_shows(page: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    scripts = sysconfig.get_path("scripts")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CIVCAS_")}
    environment |= {"PATH": f"{scripts}:{os.environ['PATH']}", "COLUMNS": "120", "NO_COLOR": "1"}
    for command, shown in steps(page):
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {command}"], cwd=tmp_path, env=environment, text=True, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        assert done.returncode in (0, 1), f"{command}\n{done.stdout}"
        assert "Traceback" not in done.stdout
        assert pattern(shown).fullmatch(done.stdout), f"$ {command}\n{done.stdout}\n--- the page shows ---\n{shown}"


def test_the_tutorial_is_run() -> None:
    assert ROOT / "docs" / "tutorial.md" in WITH_EXAMPLES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: pathlib.Path) -> None:
    text = page.read_text("utf-8")
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", text):
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{page.name} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in headings}
