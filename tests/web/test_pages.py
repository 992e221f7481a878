"""The pages of the sample's archive: what each shows, in both languages, and what none ever does."""

from __future__ import annotations

import re

import pytest
from tests.web.conftest import Site

PAGES = ["", "archive/", "archive/?grade=fair&q=market", "incident/SY190412a/", "incident/SY190412a/write/", "data/",
         "method/", "changes/", "api/", "style/"]  # fmt: skip


@pytest.mark.parametrize("tag", ["en", "ar"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_drawn_in_its_language_and_loads_from_the_site_alone(sample: Site, tag: str, page: str) -> None:
    answer = sample.get(f"/{tag}/{page}")
    assert answer.status == 200
    direction = {"en": "ltr", "ar": "rtl"}[tag]
    assert f'<html lang="{tag}" dir="{direction}">' in answer.text
    loaded = re.findall(r'<(?:script|link|img|iframe|form)[^>]*?(?:src|href|action)="([^"]*)"', answer.text)
    assert loaded
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)
    assert not re.search(r"<script(?![^>]*(?:src=|application/json))", answer.text), "code stands in the page"
    assert not re.search(r"\son\w+=|style=", answer.text)


def test_the_policy_lets_nothing_in_from_elsewhere(sample: Site) -> None:
    headers = sample.get("/en/").headers
    policy = headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy.replace("https:", "")
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("wanted", "to"), [("ar,en;q=0.5", "/ar/"), ("en-GB", "/en/"), ("fr", "/en/"), ("", "/en/"), ("*;q=x\0", "/en/")]
)
def test_a_reader_comes_to_the_front_page_in_his_language(sample: Site, wanted: str, to: str) -> None:
    answer = sample.get("/", Accept_Language=wanted.replace("\0", ""))
    assert (answer.status, answer.headers["Location"]) == (302, to)


def test_the_front_page_adds_fair_and_confirmed_once_and_says_what_is_not_known(sample: Site) -> None:
    text = sample.get("/en/").text
    assert "60–79" in text
    assert "in 10 incidents graded fair or confirmed" in text
    assert "2 incidents wait at the desk and are not public." in text
    assert "every report, person and incident on these pages is invented" in text


def test_an_incident_leads_from_its_number_to_the_quoted_words(sample: Site) -> None:
    text = sample.get("/en/incident/SY190412a/").text
    assert 'href="#r-killed.civilians"' in text
    section = re.search(r'id="r-killed\.civilians".*?</section>', text, re.DOTALL)
    assert section
    assert "Rule" in section[0]
    assert "<mark>" in section[0]
    assert "SHA-256" in text
    assert "Local social-media account" in text or "origin" in text


def test_a_browser_that_has_the_page_is_told_so(sample: Site) -> None:
    first = sample.get("/en/archive/")
    again = sample.get("/en/archive/", If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/en/nowhere/", "/en/incident/XX990101z/", "/fr/", "/static/../settings.py", "/en/incident/%00/"]
)
def test_what_is_not_there_is_a_plain_404(sample: Site, path: str) -> None:
    answer = sample.get(path)
    assert answer.status == 404
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=99999999999999999999", "page=١", "size=9999999", "sort=';DROP TABLE entry;--",
     "from=2017-13-45", "from=99999", "to=x", "bbox=1,2,3", "bbox=nan,nan,nan,nan", "bbox=9e999,0,1,1",
     "grade=" + "x" * 500,
     "grade=" + "&grade=".join(f"g{n}" for n in range(300)), "belligerent=%00", "q=" + "%22" * 100, "q=NEAR(a b)",
     "q=%F0%9F%92%A5*", "q=" + "a " * 400, "q=%D9%90%D9%90%D9%90", "from=2020&to=2010", "=&==&&"],
)  # fmt: skip
def test_a_hostile_filter_is_answered_with_a_page(sample: Site, query: str) -> None:
    for path in (f"/en/archive/?{query}", f"/ar/data/?{query}", f"/en/changes/?{query}"):
        assert sample.get(path.replace(" ", "%20").replace("١", "%D9%A1")).status == 200
    for path in (f"/api/v1/incidents?{query}", f"/map/cells?z=3&{query}", f"/download/incidents.csv?{query}"):
        answer = sample.get(path.replace(" ", "%20").replace("١", "%D9%A1"))
        assert answer.status in ((200, 422, 429) if "download" in path else (200, 422))


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost:80@evil.example", "", "a" * 5000]
)
def test_another_host_is_refused(sample: Site, host: str) -> None:
    assert sample.get("/en/", Host=host).status == 400


def test_a_forwarded_host_or_address_is_not_believed(sample: Site) -> None:
    text = sample.get("/en/incident/SY190412a/", X_Forwarded_Host="evil.example", X_Forwarded_Proto="https").text
    assert "evil.example" not in text
    assert "https://127.0.0.1" not in text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_only_reading_is_answered(sample: Site, method: str) -> None:
    import http.client

    for path in ("/en/archive/", "/api/v1/incidents", "/download/incidents.csv"):
        connection = http.client.HTTPConnection("127.0.0.1", sample.port, timeout=30)
        connection.request(method, path)
        assert connection.getresponse().status in (403, 405)
        connection.close()
