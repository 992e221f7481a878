"""Examples in the documentation print what the pages show; links lead somewhere."""

from __future__ import annotations

import pathlib
import re

import pytest

import examples

RUN = examples.pages_with_examples()


def name(page: pathlib.Path) -> str:
    return str(page.relative_to(examples.ROOT))


@pytest.mark.parametrize("page", RUN, ids=name)
def test_examples_print_what_the_page_shows(page: pathlib.Path) -> None:
    for step in examples.run(page):
        assert step.code in (0, 1), f"$ {step.command}\n{step.printed}"
        assert step.holds, f"./run docs writes it anew\n$ {step.command}\n{step.printed}\n--- shown ---\n{step.shown}"


def test_the_readme_and_the_tutorial_are_run() -> None:
    assert {name(page) for page in RUN} >= {"README.md", "docs/tutorial.md"}


def test_an_example_that_prints_something_else_is_seen(tmp_path: pathlib.Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "<!-- run -->\n```console\n$ echo one; echo two\none\n...\n$ echo three\nfour\n```\n", encoding="utf-8"
    )
    assert [step.holds for step in examples.run(page)] == [True, False]
    assert examples.write(page)
    assert page.read_text("utf-8").endswith("$ echo one; echo two\none\n...\n$ echo three\nthree\n```\n")


@pytest.mark.parametrize("page", examples.PAGES, ids=name)
def test_links_lead_somewhere(page: pathlib.Path) -> None:
    text = page.read_text("utf-8")
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", text):
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{page.name} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in headings}
