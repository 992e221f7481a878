"""Named people through the program: who is who, who is on a list, and whose name the public sees. All are invented."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from civcas.store import PUBLIC, Store, open_store

SIGNED = ("--by", "A. Reviewer", "--reason", "an invented reason", "-w", "desk")
REPORTS = (
    (
        "english",
        "https://example.org/sarhan-marzouk-killed",
        "Sarhan Marzouk killed in Raqqa",
        "On 3 May 2019 an airstrike in Raqqa, Syria killed two people. Their names are: Sarhan Adel Marzouk, 34, and "
        "Hudhaifa Nabil Qattan, 9. Residents said that Sarhan's house was hit.",
    ),
    (
        "arabic",
        None,
        None,
        "قتل مدنيان بغارة جوية على مدينة الرقة في سوريا بتاريخ 3 أيار 2019. "
        "أسماء الشهداء: سرحان عادل مرزوق، حذيفة نبيل قطان.",
    ),
    (
        "later",
        None,
        None,
        "On 20 June 2019 shelling in Homs, Syria killed one person: Sarhan Adel Marzuq, 34.",
    ),
)


@pytest.fixture
def desk(run: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """The program, once a workspace called desk holds three reports of two incidents."""
    lines = [
        json.dumps({"id": i, "published": "2019-06-21", "url": url, "title": title, "text": text})
        for i, url, title, text in REPORTS
    ]
    (tmp_path / "reports.jsonl").write_text("\n".join(lines) + "\n")
    assert run("record", "reports.jsonl", "-w", "desk").code == 0
    return run


def lines(ran: Any) -> list[dict[str, Any]]:
    assert ran.code in (0, 1), ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


def people(run: Callable[..., Any], code: str = "SY190503a") -> dict[str, Any]:
    """The people of the incident by every form of their names."""
    found = lines(run("victims", code, "-w", "desk", "--json"))
    return {name: p for p in found for name in (p["victim"]["name"], *p["victim"]["spellings"])}


def number(run: Callable[..., Any]) -> int:
    return len(lines(run("victims", "SY190503a", "-w", "desk", "--json")))


def public(tmp_path: Path) -> bytes:
    """All that the public can read of the workspace, as bytes."""
    with open_store(tmp_path / "desk", None, create=False) as store:
        return b"\n".join(msgspec.json.encode(record) for record in everything(store))


def everything(store: Store) -> Iterator[Any]:
    for read in (store.documents, store.captures, store.claims, store.accounts, store.incidents, store.assessments):
        yield from read(visible_to=PUBLIC)
    for code in store.published():
        yield store.incident(code, visible_to=PUBLIC)
        yield store.assessment(code, visible_to=PUBLIC)


def publish(run: Callable[..., Any], *codes: str) -> None:
    for code in codes or ("SY190503a", "SY190620a"):
        assert run("publish", code, *SIGNED).code == 0


NAMES = ("Sarhan", "Marzouk", "Marzuq", "Hudhaifa", "Qattan", "سرحان", "مرزوق", "حذيفة", "قطان", "sarhan", "marzouk")


def leaked(seen: bytes) -> list[str]:
    text = seen.decode()
    return [name for name in NAMES if name in text]


# ------------------------------------------------------------------ who is who


def test_a_name_in_two_scripts_is_one_person(desk: Callable[..., Any]) -> None:
    found = people(desk)
    assert number(desk) == 2
    assert found["Sarhan Adel Marzouk"] == found["سرحان عادل مرزوق"]
    assert found["Sarhan Adel Marzouk"]["documents"] == 2
    (incident,) = [
        i for i in lines(desk("record", "reports.jsonl", "-w", "desk", "--json")) if i["code"] == "SY190503a"
    ]
    assert incident["killed"]["civilians"] == {"min": 2, "max": 2}


def test_somebody_named_in_two_incidents_is_found_and_settled(desk: Callable[..., Any]) -> None:
    (pair,) = lines(desk("victims", "--duplicates", "-w", "desk", "--json"))
    assert {pair["left"]["incident"], pair["right"]["incident"]} == {"SY190503a", "SY190620a"}
    assert {f["name"] for f in pair["pair"]["features"]} == {"name", "age", "incident"}
    two = (pair["left"]["person"], pair["right"]["person"])
    assert desk("identify", "same", *two, *SIGNED).code == 0
    (settled,) = lines(desk("victims", "--duplicates", "-w", "desk", "--json"))
    assert settled["pair"]["decided_by"]
    assert "decided: one person" in desk("victims", "--duplicates", "-w", "desk").out
    assert desk("identify", "not-same", *two, *SIGNED).code == 0
    assert lines(desk("victims", "--duplicates", "-w", "desk", "--json")) == []


def test_mentions_that_a_person_keeps_apart_are_two_people(desk: Callable[..., Any]) -> None:
    codes = {m["name"]: m["code"] for m in people(desk)["Sarhan Adel Marzouk"]["mentions"]}
    two = (codes["Sarhan Adel Marzouk"], codes["سرحان عادل مرزوق"])
    assert desk("identify", "not-same", *two, *SIGNED).code == 0
    assert number(desk) == 3
    apart = people(desk)
    two = (apart["Sarhan Adel Marzouk"]["person"], apart["سرحان عادل مرزوق"]["person"])
    assert desk("identify", "same", *two, *SIGNED).code == 0
    assert number(desk) == 2


# ------------------------------------------------------------------ lists

LIST = "no,name_ar,years,sex\n17,سرحان عادل مرزوق,35,ذكر\n18,حذيفة نبيل قطان,12,ذكر\n19,أمل سمير الحلاق,20,أنثى\n"
COLUMNS = ("--columns", "original=name_ar,age=years,gender=sex,id=no")


def test_people_are_held_against_a_list_in_another_script(desk: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "ministry.csv").write_text(LIST)
    ran = desk("victims", "SY190503a", "--against", "ministry.csv", *COLUMNS, "-w", "desk", "--json")
    found = {line["person"]: line for line in lines(ran)}
    sure, unsure = (found[people(desk)[name]["person"]] for name in ("Sarhan Adel Marzouk", "Hudhaifa Nabil Qattan"))
    assert (sure["status"], sure["candidates"][0]["id"]) == ("full", "17")
    assert (unsure["status"], unsure["candidates"][0]["conflicts"]) == ("partial", ["age 9–12"])
    table = desk("victims", "SY190503a", "--against", "ministry.csv", *COLUMNS, "-w", "desk").out
    assert "1 full, 1 partial, 0 none; 3 people on the list ministry." in table
    assert "age 9–12" in table


def test_who_is_meant_on_a_list_is_decided_by_a_person(desk: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "ministry.csv").write_text(LIST)
    ask = ("victims", "SY190503a", "--against", "ministry.csv", *COLUMNS, "-w", "desk", "--json")
    child = people(desk)["Hudhaifa Nabil Qattan"]["person"]
    assert desk("identify", "same", child, "--list", "ministry", "--id", "18", *SIGNED).code == 0
    found = {line["person"]: line for line in lines(desk(*ask))}[child]
    assert (found["status"], found["decided"], found["official"][0]["age"]) == ("full", True, 12)
    assert desk("identify", "not-same", child, "--list", "ministry", "--id", "18", *SIGNED).code == 0
    assert {line["person"]: line for line in lines(desk(*ask))}[child]["status"] == "none"
    assert len(lines(desk(*ask, "--status", "none"))) == 1


@pytest.mark.parametrize(
    ("content", "columns", "code", "said"),
    [
        (b"", (), 2, "is empty"),
        (b"no,label\n1,x\n", (), 2, "which column holds the names?"),
        (b"name\n", (), 2, "no row could be read"),
        (b"name\nA B\n", ("--columns", "name=nom"), 2, "has no column 'nom'; its columns are: name"),
        (b"name\nA B\n", ("--columns", "colour=name"), 2, "'colour', which is no field of a list"),
        (b"\x7fELF\x02\x01\x01" + bytes(200), (), 2, "is no table"),
        (b"name,age\nA B,999999999999\nC D,40\n", (), 1, "line 2: the row has the age '999999999999'"),
        (b"name,age\n,4\nC D,-1\nE F,4\n", (), 1, "line 2: the row names nobody"),
        (b"name,id\nA B,7\nC D,7\n", (), 0, "the id '7' stands twice"),
        ("name,age\nA \x1b[31mB,٤٠\n".encode(), (), 0, ""),
        ("name\nسامر نديم الراوي\n".encode("cp1256"), (), 0, ""),
    ],
)
def test_a_list_that_cannot_be_read_is_named(
    desk: Callable[..., Any], tmp_path: Path, content: bytes, columns: tuple[str, ...], code: int, said: str
) -> None:
    (tmp_path / "list.csv").write_bytes(content)
    ran = desk("victims", "--against", "list.csv", *columns, "-w", "desk")
    assert ran.code == code, ran.err
    assert said in ran.err
    assert "\x1b" not in ran.out


# ------------------------------------------------------------------ names and the public


def test_no_name_reaches_the_public_unless_it_is_released(desk: Callable[..., Any], tmp_path: Path) -> None:
    publish(desk)
    seen = public(tmp_path)
    assert leaked(seen) == []
    assert b"name withheld" in seen
    assert "▮▮▮".encode() in seen
    assert b'"age":9' in seen
    adult = people(desk)["Sarhan Adel Marzouk"]["person"]
    assert desk("release-name", adult, *SIGNED).code == 0
    seen = public(tmp_path)
    assert {"Sarhan", "Marzouk", "سرحان"} <= set(leaked(seen))
    assert not {"Hudhaifa", "Qattan", "حذيفة", "قطان"} & set(leaked(seen))
    assert desk("withhold-name", adult, *SIGNED).code == 0
    assert leaked(public(tmp_path)) == []


def test_a_refusal_or_a_risk_holds_a_name_back(desk: Callable[..., Any], tmp_path: Path) -> None:
    publish(desk)
    adult = people(desk)["Sarhan Adel Marzouk"]["person"]
    assert desk("release-name", adult, *SIGNED).code == 0
    assert desk("consent", adult, "--consent", "refused", *SIGNED).code == 0
    assert leaked(public(tmp_path)) == []
    refused = desk("release-name", adult, *SIGNED)
    assert (refused.code, "consent was refused" in refused.err) == (2, True)
    assert desk("consent", adult, "--consent", "given", "--sensitivity", "at_risk", *SIGNED).code == 0
    assert leaked(public(tmp_path)) == []
    assert "naming puts somebody at risk" in desk("release-name", adult, *SIGNED).err
    assert desk("consent", adult, "--sensitivity", "ordinary", *SIGNED).code == 0
    assert "Marzouk" in leaked(public(tmp_path))
    victim = people(desk)["Sarhan Adel Marzouk"]["victim"]
    assert (victim["consent"], victim["sensitivity"], victim["released"]) == ("given", "ordinary", True)


def test_what_is_erased_of_a_decision_shows_no_name(desk: Callable[..., Any], tmp_path: Path) -> None:
    """The tombstone of a refusal goes on refusing; that of a withheld name goes on withholding it."""
    publish(desk)
    adult = people(desk)["Sarhan Adel Marzouk"]["person"]
    for command in (("release-name", adult), ("consent", adult, "--consent", "refused"), ("withhold-name", adult)):
        assert desk(*command, *SIGNED).code == 0
    from civcas import actions
    from civcas.cli.deciding import now
    from civcas.store import Viewer

    with open_store(tmp_path / "desk", None, create=False) as store:
        for line in (4, 5):
            actions.erase(store, line, actor=Viewer.local("admin"), at=now(), reason="asked for")
        assert actions.verify(store) == []
    assert leaked(public(tmp_path)) == []


def test_no_name_stands_in_the_log(desk: Callable[..., Any]) -> None:
    adult = people(desk)["Sarhan Adel Marzouk"]["person"]
    refused = desk(
        "release-name", adult, "--by", "A. Reviewer", "--reason", "Sarhan Adel Marzouk's family", "-w", "desk"
    )
    assert (refused.code, "holds the name" in refused.err) == (2, True)
    for command in (("release-name", adult), ("consent", adult, "--consent", "given")):
        assert desk(*command, *SIGNED).code == 0
    ran = desk("log", "-w", "desk", "--json")
    assert leaked(ran.out.encode()) == []
    assert leaked(desk("log", "-w", "desk").out.encode()) == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("release-name", "P-ffffff"), "names nobody here"),
        (("release-name", "P-"), "names nobody here"),
        (("consent", "P-ffffff"), "names nobody here"),
        (("identify", "same", "P-ffffff"), "name two people"),
        (("identify", "same", "P-ffffff", "--list", "x"), "has both --list NAME and --id ID"),
        (("victims", "--duplicates", "--against", "reports.jsonl"), "two questions"),
        (("victims", "--status", "full"), "are of a list"),
        (("victims", "XX000000a"), "XX000000a"),
    ],
)
def test_wrong_usage_is_named(desk: Callable[..., Any], command: tuple[str, ...], said: str) -> None:
    signed = () if command[0] == "victims" else SIGNED[:4]
    ran = desk(*command, *signed, "-w", "desk")
    assert ran.code == 2
    assert said in ran.err


def test_consent_needs_something_to_record(desk: Callable[..., Any]) -> None:
    ran = desk("consent", people(desk)["Sarhan Adel Marzouk"]["person"], *SIGNED)
    assert (ran.code, "say what is known" in ran.err) == (2, True)
