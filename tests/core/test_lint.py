"""Each kind of contradiction is found in an invented entry that bears it, and in no sound one."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civcas.core import log
from civcas.core.datasets.entries import Entry, Named, Side
from civcas.core.lint import KINDS, Finding, lint, lost, of_assessment
from civcas.core.records import Anchor, Assessment, Range, Victim

TODAY = datetime.date(2020, 1, 1)
DAY = datetime.date(2019, 5, 3)
SOUND = Entry(
    id="1",
    code="XX1",
    start=DAY,
    name="Tell Asfar",
    admin1="Northern Province",
    country="Nowhere",
    lat=36.1,
    lon=36.8,
    killed={"civilians": Range(min=3, max=5), "children": Range(min=1, max=2), "women": Range(min=2, max=3)},
    grades=("fair",),
    strike_status="likely_strike",
    sides=(Side(name="Northern Army"),),
    victims=(Named(name="Sami Tallawi", outcome="killed"),),
)


def changed(**fields: object) -> Entry:
    return Entry(**{f: getattr(SOUND, f) for f in SOUND.__struct_fields__} | fields)


def found(*entries: Entry) -> list[Finding]:
    return [finding for _, finding in lint(entries, today=TODAY)]


BEARING: dict[str, Entry] = {
    "min_above_max": changed(killed={"civilians": Range(min=5, max=3)}),
    "negative": changed(killed={"civilians": Range(min=-1, max=3)}),
    "parts_above_min": changed(killed=SOUND.killed | {"men": Range(min=1)}),
    "parts_above_max": changed(killed=SOUND.killed | {"men": Range(max=1)}),
    "parts_without_total": changed(killed={"children": Range(min=1, max=1)}),
    "named_above_max": changed(victims=tuple(Named(name=f"Person {n}", outcome="killed") for n in range(6))),
    "conceded_min_above_max": changed(sides=(Side(name="Northern Army", conceded_killed=Range(min=2, max=1)),)),
    "two_grades": changed(grades=("contested", "discounted")),
    "unknown_grade": changed(grades=("excellent",)),
    "unknown_strike_status": changed(strike_status="perhaps"),
    "no_date": changed(start=None),
    "ends_before_start": changed(end=datetime.date(2019, 5, 1)),
    "date_in_future": changed(start=datetime.date(2021, 1, 1)),
    "date_too_early": changed(start=datetime.date(1019, 5, 3)),
    "no_place": changed(name=None, admin1=None, lat=None, lon=None),
    "off_the_globe": changed(lon=4239.00416),
    "half_a_point": changed(lon=None),
    "nowhere": changed(lat=0.0, lon=0.0),
    "area_is_number": changed(admin1="36.1"),
    "party_twice": changed(sides=(Side(name="Northern Army"), Side(name="Northern Army"))),
}


@pytest.mark.parametrize("kind", BEARING)
def test_each_kind_is_found_alone(kind: str) -> None:
    (finding,) = found(BEARING[kind])
    assert (finding.kind, finding.severity, finding.subject) == (kind, KINDS[kind][0], "XX1")


def test_every_kind_has_its_test() -> None:
    together = {"code_twice", "id_twice", "area_misspelt", "decision_without_subject"}
    assert set(KINDS) == {*BEARING, *together}


def test_a_sound_entry_and_one_of_which_nothing_but_the_day_is_known_bear_nothing() -> None:
    assert found(SOUND) == []
    assert found(Entry(id="1", start=DAY, name="Tell Asfar")) == []


def test_codes_and_ids_given_twice_are_told_at_the_second() -> None:
    told = list(lint([SOUND, changed(id="2"), changed(code="XX3", id="2")], today=TODAY))
    assert [(place, f.kind) for place, f in told] == [(1, "code_twice"), (2, "id_twice")]


def test_a_province_one_slip_away_from_one_that_many_bear() -> None:
    many = [changed(id=str(n), code=None) for n in range(8)]
    other = [changed(id=str(n), code=None, admin1="Southern Province") for n in range(8, 16)]
    slip = changed(id="17", code=None, admin1="Nothern Provinc")
    (finding,) = found(*many, *other, slip)
    assert (finding.kind, finding.subject) == ("area_misspelt", "17")
    assert "'Northern Province'" in finding.message
    elsewhere = changed(id="17", code=None, admin1="Nothern Provinc", country="Elsewhere")
    assert found(*many, elsewhere) == []


@given(st.permutations([*BEARING.values(), SOUND]))
def test_the_order_of_entries_changes_no_finding_of_one_entry(entries: list[Entry]) -> None:
    alone = sorted(f.kind for entry in entries for f in found(entry))
    told = [f.kind for f in found(*entries) if f.kind not in ("code_twice", "id_twice")]
    assert sorted(told) == alone


def test_an_assessment_is_checked_in_the_same_terms() -> None:
    people = tuple(Victim(name=f"Person {n}") for n in range(3))
    made = Assessment(
        code="XX1", documents=(), accounts=(), killed={"civilians": Range(min=1, max=2)}, victims=people, grade="fair"
    )
    assert [f.kind for f in found(of_assessment(made))] == ["named_above_max", "no_date", "no_place"]


def test_decisions_whose_subject_is_no_longer_read() -> None:
    at = datetime.datetime(2019, 6, 1, tzinfo=datetime.UTC)
    there = Anchor(document="a", kind="incident", spans=((5, 9),))
    gone = Anchor(document="b", kind="incident", spans=((5, 9),))
    old = Anchor(code="XX9")
    made = [
        log.decision("same", (there, subject), actor="A. Reviewer", at=at, reason="one strike")
        for subject in (Anchor(document="b"), gone, old, Anchor(code="XX1"))
    ]
    told = list(lost(made, {"a": [(0, 6)], "b": [(9, 12)]}, ["XX1"]))
    assert [f.subject for f in told] == [made[1].id[:12], made[2].id[:12]]
    assert "b at 5-9 is no longer read" in told[0].message
