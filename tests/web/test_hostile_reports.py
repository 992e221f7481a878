"""Script in a report's text, name, address or place stays words on every page and in every file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from tests.web.conftest import Report, Site, publish, recorded, served

SCRIPT = "<script>alert(1)</script>"
REPORTS: list[Report] = [
    {"id": "<img src=x onerror=alert(2)>",
     "text": f"{SCRIPT} An airstrike on 3 May 2019 in Bajil, Hodeidah, Yemen, killed 8 civilians, medics said. "
     f"\u202e{SCRIPT}\u202c The Saudi-led coalition denied '\"><svg/onload=alert(3)> any strike. "
     "{{ 1234*4321 }} {% load x %} {{1234|multiply:4321}}",
     "published": "2019-05-04", "publisher": "=cmd|' /C calc'!A0\"><script>alert(4)</script>", "language": "en",
     "url": "javascript:alert(5)//https://sample.example"},
    {"id": "b", "text": "An airstrike on 3 May 2019 in Bajil, Hodeidah, Yemen, killed 9 civilians, a hospital said.",
     "published": "2019-05-05\"><script>alert(6)</script>", "publisher": "Sample", "language": "en\"><script>",
     "url": "https://user:pw@sample.example/\"><script>alert(7)</script>"},
]  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    workspace = tmp_path_factory.mktemp("hostile") / "desk"
    codes = recorded(workspace, REPORTS)
    for code in codes:
        publish(workspace, code)
    with served(workspace) as site:
        yield site, codes[0]


@pytest.mark.parametrize("tag", ["en", "ar"])
@pytest.mark.parametrize(
    "page", ["", "archive/?q=%3Cscript%3Ealert(8)%3C/script%3E", "incident/CODE/", "changes/", "data/", "style/"]
)
def test_nothing_a_report_says_becomes_markup(hostile: tuple[Site, str], tag: str, page: str) -> None:
    site, code = hostile
    text = site.get(f"/{tag}/{page.replace('CODE', code)}").text
    for code_in_it in ("<script>alert", "<img src=x", "<svg/onload", 'href="javascript:', "\u202e"):
        assert code_in_it not in text
    assert "5332114" not in text, "a template of the report was run"


def test_the_words_are_still_there_to_be_read(hostile: tuple[Site, str]) -> None:
    site, code = hostile
    assert "&lt;script&gt;alert(1)" in site.get(f"/en/incident/{code}/").text


def test_a_cell_of_the_download_is_no_formula(hostile: tuple[Site, str]) -> None:
    site, _ = hostile
    rows = list(csv.reader(io.StringIO(site.get("/download/incidents.csv").text.removeprefix("\ufeff"))))
    assert all(
        not cell.startswith(("=", "+", "-", "@", "\t")) for row in rows[1:] for cell in row if not cell[:1].isdigit()
    )


def test_json_in_a_page_cannot_end_its_script(hostile: tuple[Site, str]) -> None:
    site, code = hostile
    text = site.get(f"/en/incident/{code}/").text
    for block in text.split('type="application/json">')[1:]:
        assert "<" not in block.split("</script>")[0]
