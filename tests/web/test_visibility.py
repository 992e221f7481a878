"""What is not published cannot be told from what is not there, whichever way it is asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.web.conftest import Report, Site, publish, recorded, served

from civcas.catalogue.file import NAME, File

TOWN = "Markadah"
REPORTS: list[Report] = [
    {"id": "a", "text": "On 3 May 2019 an airstrike on the market of Bajil in Hodeidah, Yemen, killed 8 civilians, "
     "medics said. Samir Invented, 34, was among the dead.",
     "published": "2019-05-04", "publisher": "Sample News", "language": "en",
     "url": "https://sample.example/a"},
    {"id": "b", "text": "Artillery fire killed 4 civilians in Markadah, Hasakah, Syria, on 7 June 2019, "
     "residents said.",
     "published": "2019-06-08", "publisher": "@a_private_person", "language": "en", "url": "https://t.me/a_private_person/77"},
]  # fmt: skip


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    workspace = tmp_path / "desk"
    recorded(workspace, REPORTS)
    with served(workspace) as found:
        yield found


def _codes(site: Site) -> tuple[str, str]:
    codes = recorded(site.workspace, REPORTS)
    return next(c for c in codes if c.startswith("YE")), next(c for c in codes if c.startswith("SY"))


def _asked(site: Site, code: str, word: str) -> list[tuple[int, bytes]]:
    """Every way to the incident, with the code and word taken out of the answer."""
    paths = [f"/en/incident/{code}/", f"/ar/incident/{code}/write/", f"/api/v1/incidents/{code}",
             f"/api/v1/incidents?q={word}",
             f"/en/archive/?q={word}", f"/api/v1/totals?q={word}", f"/api/v1/months?q={word}",
             f"/map/cells?z=3&q={word}", f"/download/incidents.csv?q={word}", f"/download/incidents.geojson?q={word}",
             f"/download/incidents.jsonl?q={word}", f"/en/archive/?q={code}", "/en/changes/"]  # fmt: skip
    answers = [site.get(path) for path in paths]
    return [(a.status, a.body.replace(code.encode(), b"CODE").replace(word.encode(), b"WORD")) for a in answers]


def test_unpublished_and_missing_are_the_same_to_the_byte(site: Site) -> None:
    yemen, syria = _codes(site)
    publish(site.workspace, yemen)
    assert _asked(site, syria, TOWN) == _asked(site, "SY990101z", "Nowherat")
    assert site.get("/api/v1/incidents").text.count('"code"') == 1


def test_unpublished_and_missing_take_the_same_queries(site: Site) -> None:
    yemen, syria = _codes(site)
    publish(site.workspace, yemen)
    counts = []
    for code in (syria, "SY990101z"):
        file = File(site.workspace / NAME)
        asked: list[str] = []
        file.db.set_trace_callback(asked.append)
        assert (file.entry(code), file.lead(code)) == (None, None)
        counts.append(len(asked))
        file.close()
    assert counts[0] == counts[1] > 0


def test_what_is_withdrawn_is_gone_at_once_and_from_the_file_too(site: Site) -> None:
    yemen, syria = _codes(site)
    publish(site.workspace, yemen)
    publish(site.workspace, syria)
    assert site.get(f"/en/incident/{syria}/").status == 200
    assert TOWN in site.get("/download/incidents.csv").text
    publish(site.workspace, syria, "withdraw")
    assert site.get(f"/en/incident/{syria}/").status == 404
    assert TOWN not in site.get("/download/incidents.csv").text
    assert '"total":0' in site.get(f"/api/v1/incidents?q={TOWN}").text
    assert b"Markadah" not in (site.workspace / NAME).read_bytes()
    wal = site.workspace / f"{NAME}-wal"
    assert not wal.exists() or b"Markadah" not in wal.read_bytes()


def test_names_that_nobody_released_and_private_persons_are_not_named_anywhere(site: Site) -> None:
    yemen, syria = _codes(site)
    publish(site.workspace, yemen)
    publish(site.workspace, syria)
    for path in (
        f"/en/incident/{yemen}/",
        f"/api/v1/incidents/{yemen}",
        "/download/incidents.jsonl",
        "/en/archive/?q=Samir",
    ):
        assert "Samir Invented" not in site.get(path).text
    assert '<span class="masked">' in site.get(f"/en/incident/{yemen}/").text
    for path in (
        f"/en/incident/{syria}/",
        f"/api/v1/incidents/{syria}",
        "/download/incidents.jsonl",
        "/download/incidents.csv",
    ):
        assert "a_private_person" not in site.get(path).text
    assert "Local social-media account" in site.get(f"/en/incident/{syria}/").text
    assert b"a_private_person" not in (site.workspace / NAME).read_bytes()
    assert site.get("/api/v1/incidents?q=Samir").text.find('"total":0') > 0


def test_the_file_holds_no_report_in_full(site: Site) -> None:
    yemen, _ = _codes(site)
    publish(site.workspace, yemen)
    with sqlite3.connect(site.workspace / NAME) as db:
        bodies = [body.decode() for (body,) in db.execute("SELECT body FROM entry")]
    assert len(bodies) == 1
    assert "A Tester" not in bodies[0]
