"""A newcomer in a real browser: from the front page to the mosque on the map, its numbers, the quoted words, the file.

Needs Chromium (CIVCAS_CHROMIUM names one); the pictures of every page stand in build/screens afterwards.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.web.conftest import ROOT, Site

CHROMIUM = os.environ.get("CIVCAS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = ROOT / "build" / "screens"
DRAWING = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
PATIENCE = 60_000  # milliseconds: maps are drawn without a graphics card, beside other tests

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: the pages are not walked in a browser"),
    # The browser's own event loop is closed by the interpreter's end, not by us.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=DRAWING)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, sample: Site) -> Iterator[Any]:
    """A page that fails the test when anything is asked of another host, refused by the policy, or goes wrong."""
    context = browser.new_context(
        base_url=sample.address, viewport={"width": 1280, "height": 900}, accept_downloads=True
    )
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    opened.on(
        "request", lambda r: wrong.append(r.url) if not r.url.startswith((sample.address, "blob:", "data:")) else None
    )
    opened.on("pageerror", lambda e: wrong.append(str(e)))
    opened.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    yield opened
    context.close()
    assert wrong == []


def _drawn(page: Any) -> None:
    page.wait_for_selector("#map[data-ready]")
    page.wait_for_selector("#map[data-drawn]")


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_a_newcomer_finds_the_mosque_and_what_its_minimum_rests_on(page: Any, tag: str) -> None:
    page.goto(f"/{tag}/")
    page.click('a[href$="/archive/"] >> nth=0')
    page.fill("input[name=q]", {"en": "mosque", "ar": "مسجد"}[tag])
    page.press("input[name=q]", "Enter")
    page.wait_for_url("**q=**")
    assert page.locator(".list > li").count() == 1
    _drawn(page)
    assert page.get_attribute("#map", "data-drawn") == "1"
    shared = page.url

    page.wait_for_timeout(500)
    box = page.locator("#map canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)  # the only one is in the middle
    page.click(".maplibregl-popup-content a")
    page.wait_for_url("**/incident/SY190412a/")
    page.click("a.number.big")
    assert page.url.endswith("#r-killed.civilians")
    section = page.locator("[id='r-killed.civilians']")
    assert section.is_visible()
    assert section.locator("mark").first.is_visible()
    assert "3.2" in section.inner_text()

    page.goto(shared)
    assert page.locator(".list > li").count() == 1, "an address that is shared shows the same"
    page.click('a[href*="/data/"] >> nth=1')
    with page.expect_download() as told:
        page.click('a[href*="incidents.csv"]')
    text = Path(told.value.path()).read_text("utf-8-sig")
    assert "SY190412a" in text
    assert "YE190220a" not in text


def test_filters_apply_when_chosen_and_can_be_taken_away(page: Any) -> None:
    page.goto("/en/archive/")
    page.click("summary:has-text('Country')")
    page.check("input[name=country][value=YE]")
    page.wait_for_url("**country=YE**")
    assert page.locator(".list > li").count() == 2
    page.click(".chips a")
    page.wait_for_url("**/archive/?")
    assert page.locator(".list > li").count() == 10


def test_only_what_the_map_shows_is_listed(page: Any) -> None:
    page.goto("/en/archive/?country=YE")
    _drawn(page)
    page.click("#in-view")
    page.wait_for_url("**bbox=**")
    assert page.locator(".list > li").count() == 2


def test_the_keyboard_alone_is_enough(page: Any) -> None:
    page.goto("/en/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.goto("/en/archive/")
    page.focus("input[name=q]")
    page.keyboard.type("hospital")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=hospital**")
    page.focus(".list h3 a >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_url("**/incident/**")


def test_a_period_is_chosen_by_dragging_across_the_chart(page: Any) -> None:
    page.goto("/en/")
    chart = page.locator(".chart .u-over")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 60, steps=5)
    page.mouse.up()
    page.wait_for_url("**/archive/?**from=2019**")
    assert page.locator(".list > li").count() == 8


def test_without_scripting_everything_but_the_map_is_there(browser: Any, sample: Site) -> None:
    context = browser.new_context(base_url=sample.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/en/archive/?q=mosque")
    assert page.locator(".list > li").count() == 1
    page.click(".list h3 a")
    assert page.locator("mark").first.is_visible()
    context.close()


PAGES = [
    "",
    "archive/",
    "incident/SY190412a/",
    "incident/SY190412a/write/",
    "data/",
    "method/",
    "changes/",
    "api/",
    "style/",
]


@pytest.mark.parametrize("tag", ["en", "ar"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_sound_and_fits_its_width(browser: Any, sample: Site, tag: str, width: int) -> None:
    context = browser.new_context(base_url=sample.address, viewport={"width": width, "height": 850}, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    SCREENS.mkdir(parents=True, exist_ok=True)
    faults = []
    for path in PAGES:
        page.goto(f"/{tag}/{path}")
        if page.locator("#map").count():
            _drawn(page)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{path} is {wider} pixels wider than the screen"
        page.add_script_tag(path=str(AXE))
        found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice']})")
        faults += [
            (path, v["id"], [n["html"][:120] for n in v["nodes"]][:3])
            for v in found["violations"]
            if v["impact"] in ("serious", "critical")
        ]
        name = path.strip("/").replace("/", "-") or "front"
        page.screenshot(path=str(SCREENS / f"{tag}-{width}-{name}.png"), full_page=True)
    context.close()
    assert faults == []
