"""Record held against dataset: one to one, one to many, many to one, and the doubtful left open. All invented."""

from __future__ import annotations

import datetime
import random
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from civcas.core.datasets.entries import Entry, Side
from civcas.core.datasets.placing import placed
from civcas.core.placereading import Candidate
from civcas.core.project import PartyEntry, Project
from civcas.core.reconcile import Ours, Reconciled, reconcile
from civcas.core.records import Assessment, Belligerent, Incident, Range, When, Where
from civcas.core.values import Period

DAY = datetime.date(2019, 5, 3)
PROJECT = Project(
    version="1",
    parties=(
        PartyEntry(name="Northern Coalition", slug="nc"),
        PartyEntry(name="Northern Air Force", slug="naf", part_of=("Northern Coalition",)),
    ),
)


def ours(code: str, *, days: int = 0, lat: float = 15.0, killed: tuple[int, int] | None = (8, 9), **more: Any) -> Ours:
    when = When.of(Period.day(DAY + datetime.timedelta(days=days)))
    harm = {"civilians": Range(min=killed[0], max=killed[1])} if killed else {}
    where = Where(name="Tell Asfar", lat=lat, lon=43.0, radius_km=2)
    told = Assessment(code=code, documents=(), accounts=(), when=when, where=where, killed=harm, **more)
    return Ours(assessment=told, incident=Incident(code=code, documents=(), accounts=()))


def theirs(
    id_: str, *, days: int = 0, lat: float = 15.0, killed: tuple[int, int] | None = (8, 9), **more: Any
) -> Entry:
    harm = {"civilians": Range(min=killed[0], max=killed[1])} if killed else {}
    fields: dict[str, Any] = {"name": "Tell Asfar", "lat": lat, "lon": 43.0, "radius_km": 2.0} | more
    return Entry(id=id_, start=DAY + datetime.timedelta(days=days), killed=harm, **fields)


def told(found: list[Reconciled]) -> dict[str, tuple[str, list[str]]]:
    lines: dict[str, tuple[str, list[str]]] = {}
    for line in found:
        summary = line.ours or line.theirs
        assert summary is not None
        lines[summary.code] = (line.verdict, [c.incident.code for c in line.candidates])
    return lines


def test_the_same_day_and_place_is_the_same_and_what_spoke_is_told() -> None:
    found = reconcile([ours("A")], [theirs("x"), theirs("y", days=40), theirs("z", lat=18.0)], "d", PROJECT)
    assert told(found) == {"A": ("same", ["x"]), "y": ("only_there", []), "z": ("only_there", ["A"])}
    spoke = {f.name: f.detail for f in found[0].candidates[0].features}
    assert spoke["killed"] == "8-9 against 8-9"
    assert spoke["period"].startswith("same days")


def test_a_namesake_far_off_on_the_same_day_settles_nothing() -> None:
    found = reconcile([ours("A")], [theirs("z", lat=18.0)], "d", PROJECT)
    assert told(found) == {"A": ("ambiguous", ["z"])}


def test_two_that_fit_as_well_are_listed_and_none_is_chosen() -> None:
    found = reconcile([ours("A", killed=None)], [theirs("x"), theirs("y", killed=(3, 4))], "d", PROJECT)
    assert told(found) == {"A": ("ambiguous", ["x", "y"])}


def test_one_that_stands_out_among_several_is_chosen_and_the_other_is_only_there() -> None:
    found = reconcile(
        [ours("A", killed=(40, 41))], [theirs("x", killed=(40, 50)), theirs("y", killed=(1, 1))], "d", PROJECT
    )
    assert told(found) == {"A": ("same", ["x"]), "y": ("only_there", ["A"])}


def test_one_here_is_several_there_where_their_dead_add_up() -> None:
    parts = [theirs("x", killed=(3, 3)), theirs("y", killed=(5, 5))]
    assert told(reconcile([ours("A", killed=(8, 8))], parts, "d", PROJECT)) == {"A": ("same", ["y", "x"])}


def test_several_here_are_one_there() -> None:
    found = reconcile([ours("A"), ours("B", days=1)], [theirs("x", end=DAY + datetime.timedelta(days=1))], "d", PROJECT)
    assert told(found) == {"A": ("same", ["x"]), "B": ("same", ["x"])}


def test_what_is_far_likelier_another_of_ours_is_not_settled() -> None:
    near = ours("A", infrastructure=("market",), strike_type=("airstrike",), killed=(8, 9))
    far = ours("B", days=1, killed=None)
    entry = theirs("x", infrastructure=("market",), strike_type=("airstrike",))
    assert told(reconcile([near, far], [entry], "d", PROJECT)) == {"A": ("same", ["x"]), "B": ("ambiguous", ["x"])}


def test_a_member_and_its_coalition_are_one_party() -> None:
    told_here = ours("A", belligerents=(Belligerent(name="Northern Air Force"),))
    (line,) = reconcile([told_here], [theirs("x", sides=(Side(name="Northern Coalition"),))], "d", PROJECT)
    (spoke,) = [f for f in line.candidates[0].features if f.name == "belligerents"]
    assert spoke.weight > 0


def test_an_entry_without_a_date_and_one_with_its_dead_the_wrong_way_round_stop_nothing() -> None:
    entries = [msgspec.structs.replace(theirs("x"), start=None), theirs("y", killed=(9, 8))]
    assert told(reconcile([ours("A")], entries, "d", PROJECT)) == {"A": ("same", ["y"]), "x": ("only_there", [])}


@given(st.randoms(use_true_random=False))
def test_the_order_of_either_side_changes_nothing(chance: random.Random) -> None:
    here = [ours("A"), ours("B", days=1, killed=(3, 3)), ours("C", lat=15.1, killed=None)]
    there = [theirs("x"), theirs("y", days=1), theirs("z", lat=15.1, killed=(3, 3)), theirs("w", days=2)]
    expected = told(reconcile(here, there, "d", PROJECT))
    chance.shuffle(here)
    chance.shuffle(there)
    found = {code: (v, sorted(c)) for code, (v, c) in told(reconcile(here, there, "d", PROJECT)).items()}
    assert found == {code: (v, sorted(c)) for code, (v, c) in expected.items()}


def candidate(name: str, lat: float, *, admin1: str = "North", kind: str = "PPL", country: str = "NW") -> Candidate:
    return Candidate(
        gazetteer_id=f"{name}{lat}", name=name, lat=lat, lon=43.0, kind=kind, country=country, admin1=admin1
    )


def test_a_place_without_coordinates_is_placed_where_one_alone_fits() -> None:
    places = {
        "Nowhere": [candidate("Nowhere", 15, kind="PCLI")],
        "Tell Asfar": [candidate("Tell Asfar", 15.0), candidate("Tell Asfar", 19.0, admin1="South")],
        "Kafr": [candidate("Kafr", 15.0), candidate("Kafr", 17.0)],
    }
    entry = Entry(id="x", name="village of Tell Asfar, north", admin1="North", country="Nowhere")
    lookup = lambda name: places.get(name, [])  # noqa: E731 (a place list of three names)
    assert placed(entry, lookup).lat == 15.0
    several = msgspec.structs.replace(entry, name="Kafr")
    assert placed(several, lookup).lat is None
    own = msgspec.structs.replace(entry, lat=1.0, lon=1.0)
    assert (placed(own, lookup).lat, placed(own, lookup).country) == (1.0, "NW")
