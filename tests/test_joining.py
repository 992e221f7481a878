"""What is new is matched by itself, and the record is what matching all of it at once gives."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.factories import account, anchor

from civcas.core import log
from civcas.core.codebook import named_codebook
from civcas.core.match import match
from civcas.core.project import default_project
from civcas.core.records import Account, Capture, Captured, Decision, Document, digest
from civcas.pipeline import blocking, joining
from civcas.pipeline.reading import Rules
from civcas.store import Reading, Store, open_store

AT = datetime.datetime(2019, 5, 5, tzinfo=datetime.UTC)
RULES = Rules(project=default_project(), codebook=named_codebook("default"), gazetteers=())
PLACES = {"Qasra": (35.10, 36.20), "Harba": (35.14, 36.25), "Talin": (34.20, 37.70)}
WORDS = (
    "vendors", "smoke", "crates", "shutters", "awning", "flour", "queue", "oven", "diesel", "culvert", "tanker",
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "desk") as found:
        yield found


def made(chance: random.Random, document: str) -> Account:
    place = chance.choice(list(PLACES))
    return account(
        killed=chance.choice([None, "5", "12-24", "25"]),
        on=chance.choice([None, "2017-03-14", "2017-03-15", "2017-03-20"]),
        at=PLACES[place],
        place=place,
        words=" ".join(chance.choices(WORDS, k=chance.choice([0, 4, 12]))),
        document=document,
        start=chance.choice([0, 200]),
        published=chance.choice([None, "2017-03-16"]),
    )


def put(store: Store, accounts: Iterable[Account]) -> None:
    """The accounts as what is read of their documents."""
    by_document: dict[str, dict[str, Account]] = {}
    for one in accounts:
        by_document.setdefault(one.document, {})[one.id] = one
    documents = (Document(id=name, text=f"{name} {'-' * 900}", sha256=digest(name, length=64)) for name in by_document)
    capture = Capture(document="", sha256="", source="reports.jsonl", at=AT)
    list(
        store.add_documents(
            Captured(document=d, capture=replace(capture, document=d.id, sha256=d.sha256 or "", given_id=d.id))
            for d in documents
        )
    )
    store.add_readings(
        (Reading(document=name, claims=(), accounts=tuple(told.values())) for name, told in by_document.items()), "test"
    )


def join(store: Store) -> joining.Joined:
    return joining.join(store, RULES, advance=lambda _: None)


def decide(store: Store, verb: str, *accounts: Account, value: dict[str, str] | None = None) -> Decision:
    subjects = tuple(map(anchor, accounts))
    made_ = log.decision(verb, subjects, actor="A. Reviewer", at=AT, reason="invented", value=value or {})  # type: ignore[arg-type]
    store.append(made_)
    return made_


def check(store: Store) -> None:
    """The record is what matching all of it gives, each incident with what was compared, and each is assessed."""
    accounts = list(store.accounts(kind="incident"))
    whole = match(accounts, store.decisions(), codes=store.codes(), retired=store.used_codes())
    found = list(store.incidents())
    assert sorted(i.code for i in found) == sorted(a.code for a in store.assessments())
    told = {frozenset(i.accounts): i.comparisons for i in found}
    assert told == {frozenset(i.accounts): i.comparisons for i in whole}
    assert {i.code for i in found} == {i.code for i in whole}


@pytest.mark.parametrize("seed", range(6))
def test_what_is_new_joins_as_if_all_were_matched_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(blocking, "SCARCE", 3)
    monkeypatch.setattr("civcas.core.match.blocks.SCARCE", 3)
    monkeypatch.setattr(blocking, "FULL", 12)
    monkeypatch.setattr("civcas.core.match.blocks.FULL", 12)
    monkeypatch.setattr("civcas.core.match.blocks.STRETCH", 4)
    chance = random.Random(seed)
    put(store, [made(chance, f"report-{n % 20}") for n in range(24)])
    join(store)
    check(store)
    monkeypatch.setattr(joining._Work, "all", lambda _: pytest.fail("all of it was matched"))
    taken: list[Decision] = []
    for step in range(6):
        names = [f"report-{chance.randrange(40)}" for _ in range(3)]
        put(store, [made(chance, name) for name in names])
        accounts = sorted(store.accounts(kind="incident"), key=lambda a: a.id)
        if step % 2:
            one, other = chance.sample(accounts, 2)
            taken.append(decide(store, chance.choice(["same", "not_same"]), one, other))
        elif taken:
            undone = taken.pop(chance.randrange(len(taken)))
            decide(store, "undo", value={"decision": undone.id})
        join(store)
        check(store)


def test_nothing_new_changes_nothing(store: Store) -> None:
    put(store, [made(random.Random(n), f"report-{n}") for n in range(6)])
    assert join(store).incidents
    assert join(store) == joining.Joined()


def test_only_what_is_touched_is_assessed_anew(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    told = [account(killed="5", on=f"2017-03-{n + 1:02}", at=(30.0 + n, 36.0), place=f"Place{n}x") for n in range(20)]
    put(store, told)
    join(store)
    counted = 0

    def advance(_: int) -> None:
        nonlocal counted
        counted += 1

    put(store, [account(killed="5", on="2017-03-03", at=(32.0, 36.0), place="Place2x", document="new")])
    joining.join(store, RULES, advance=advance)
    check(store)
    assert counted == 1


def test_what_is_kept_of_matching_can_be_lost(store: Store) -> None:
    put(store, [made(random.Random(n), f"report-{n}") for n in range(8)])
    join(store)
    codes = store.codes()
    store.matching().restart({}, (), {})
    join(store)
    check(store)
    assert store.codes() == codes
