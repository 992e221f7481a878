"""Letters of readers: taken once, kept for the desk, shown to nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.web.conftest import Report, Site, civcas, publish, recorded, served

REPORTS: list[Report] = [
    {"id": "a", "text": "On 3 May 2019 an airstrike on the market of Bajil in Hodeidah, Yemen, killed 8 civilians.",
     "published": "2019-05-04", "language": "en"},
]  # fmt: skip


@pytest.fixture
def form(tmp_path: Path) -> Iterator[tuple[Site, str]]:
    workspace = tmp_path / "desk"
    (code,) = recorded(workspace, REPORTS)
    publish(workspace, code)
    with served(workspace) as site:
        yield site, f"/en/incident/{code}/write/"


def _token(site: Site, path: str) -> tuple[str, str]:
    answer = site.get(path)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.text)
    assert token
    return token[1], answer.headers["Set-Cookie"].split(";")[0]


def _sent(site: Site, path: str, **given: str) -> int:
    token, cookie = _token(site, path)
    body = urlencode({"csrfmiddlewaretoken": token, **given})
    return site.post(path, body, Cookie=cookie, Referer=f"{site.address}{path}").status


def test_a_relatives_letter_reaches_the_desk_first_and_nobody_else(form: tuple[Site, str]) -> None:
    site, path = form
    assert _sent(site, path, kind="correct", relation="other", text="The day is wrong.") == 200
    assert _sent(site, path, kind="withdraw", relation="relative", text="هذا أخي", contact="x@example.org") == 200
    told = civcas("letters", "-w", str(site.workspace))
    assert told.index("هذا أخي") < told.index("The day is wrong.")
    for page in ("/en/", path, "/en/changes/", "/api/v1/incidents", "/download/incidents.jsonl"):
        assert "هذا أخي" not in site.get(page).text


def test_a_form_from_elsewhere_is_refused(form: tuple[Site, str]) -> None:
    site, path = form
    body = urlencode({"kind": "correct", "text": "x"})
    assert site.post(path, body).status == 403
    token, cookie = _token(site, path)
    crossed = urlencode({"csrfmiddlewaretoken": token, "kind": "correct", "text": "x"})
    assert site.post(path, crossed, Cookie=cookie, Origin="https://evil.example").status == 403
    assert "Nobody has written" in civcas("letters", "-w", str(site.workspace))


@pytest.mark.parametrize(
    "given",
    [{}, {"kind": "correct"}, {"kind": "other", "text": "x"}, {"kind": "correct", "relation": "admin", "text": "x"},
     {"kind": "correct", "text": "x" * 5001}, {"kind": "correct", "text": "x", "website": "http://spam.example"}],
)  # fmt: skip
def test_what_is_wrong_with_a_letter_is_said(form: tuple[Site, str], given: dict[str, str]) -> None:
    site, path = form
    assert _sent(site, path, **given) == 400
    assert "Nobody has written" in civcas("letters", "-w", str(site.workspace))


def test_one_address_writes_ten_letters_and_no_more(form: tuple[Site, str]) -> None:
    site, path = form
    answers = [_sent(site, path, kind="add", text=f"number {n}") for n in range(12)]
    assert answers == [200] * 10 + [429] * 2


def test_there_is_no_form_for_what_is_not_public(form: tuple[Site, str]) -> None:
    site, _ = form
    assert site.get("/en/incident/YE990101z/write/").status == 404
    assert site.post("/en/incident/YE990101z/write/", "kind=correct").status in (403, 404)
