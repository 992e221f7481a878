"""What was done to a record behind its back is found, and named."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from tests.store.world import START, TEXTS, Place, captured, decided, fill, sha256

from civcas import actions
from civcas.core.log import GENESIS, Noted
from civcas.core.records import Anchor
from civcas.preserve import Archive
from civcas.store import Store, Viewer, layout
from civcas.store.models import AccountRow, ClaimRow, HeadRow, LinkRow, PayloadRow, TextRow

A = Anchor(code="SY240501a")


@pytest.fixture
def full(store: Store) -> Store:
    """A record with three lines in its log."""
    fill(store)
    for hour, verb in enumerate(("publish", "withdraw", "publish")):
        store.append(decided(verb, A, at=START + datetime.timedelta(hours=hour)))
    return store


def found(store: Store, *noted: Noted) -> list[tuple[str, int | None]]:
    return [(f.what, f.line) for f in actions.verify(store, noted=noted)]


def test_a_record_that_nobody_touched_holds(full: Store) -> None:
    head = full.head()
    assert actions.verify(full, noted=[Noted(number=head.number, hash=head.hash)]) == []


def test_an_empty_record_holds(store: Store) -> None:
    assert actions.verify(store) == []
    assert (store.head().number, store.head().hash) == (0, GENESIS)


def test_an_archived_byte_that_changed_is_found(full: Store) -> None:
    digest = sha256(TEXTS[0])
    path = next(full.workspace.glob(f"archive/**/{digest}"))
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"Three", b"Thirt"))
    assert [(f.what, digest in f.message) for f in actions.verify(full)] == [("altered", True)]


def test_archived_bytes_that_are_gone_are_found(full: Store) -> None:
    digest = sha256(TEXTS[1])
    next(full.workspace.glob(f"archive/**/{digest}")).unlink()
    assert [(f.what, digest in f.message) for f in actions.verify(full)] == [("missing", True)]


def test_a_decision_altered_in_the_database_is_named(full: Store) -> None:
    row = PayloadRow.objects.using(full._db).get(link_id=2)
    PayloadRow.objects.using(full._db).filter(link_id=2).update(payload=bytes(row.payload).replace(b"rana", b"omar"))
    assert found(full) == [("altered", 2)]


def test_a_decision_that_vanished_is_named(full: Store) -> None:
    PayloadRow.objects.using(full._db).filter(link_id=2).delete()
    assert found(full) == [("missing", 2)]


def test_a_withdrawal_filed_as_something_else_is_named(full: Store) -> None:
    """The column is what published() asks: changing it alone would publish or hide."""
    PayloadRow.objects.using(full._db).filter(link_id=2).update(verb="exclude")
    assert found(full) == [("altered", 2)]


def test_a_line_taken_out_is_named(full: Store) -> None:
    PayloadRow.objects.using(full._db).filter(link_id=2).delete()
    LinkRow.objects.using(full._db).filter(number=2).delete()
    assert found(full) == [("missing", 2)]


def _cut(store: Store) -> None:
    PayloadRow.objects.using(store._db).filter(link_id=3).delete()
    LinkRow.objects.using(store._db).filter(number=3).delete()


def test_the_end_cut_off_shows_against_the_signed_head(full: Store) -> None:
    _cut(full)
    assert found(full) == [("cut_off", 3)]


def test_the_end_cut_off_with_a_head_made_up_for_it_shows(full: Store) -> None:
    _cut(full)
    last = LinkRow.objects.using(full._db).get(number=2)
    HeadRow.objects.using(full._db).update(number=2, hash=last.hash)
    assert found(full) == [("unsigned", 2)]


def test_the_end_cut_off_by_who_holds_the_key_shows_against_a_head_noted_elsewhere(full: Store) -> None:
    noted = Noted(number=3, hash=full.head().hash)
    _cut(full)
    HeadRow.objects.using(full._db).filter(id=1).delete()
    assert found(full, noted) == [("missing", None), ("cut_off", 3)]


def test_an_altered_text_and_the_quotes_that_no_longer_stand_in_it_are_found(full: Store) -> None:
    changed = TEXTS[2].replace("Two people", "Ten people").encode()
    TextRow.objects.using(full._db).filter(document_id="report-3").update(text=changed)
    faults = actions.verify(full)
    assert [f.what for f in faults] == ["altered", "misquoted"]
    assert all("report-3" in f.message for f in faults)


def _other_quote(row: ClaimRow | AccountRow) -> str:
    return row.body.replace("Two people were killed", "Ten people were killed")


def test_an_altered_quote_is_found(full: Store) -> None:
    rows = ClaimRow.objects.using(full._db).filter(document_id="report-3")
    rows.update(body=_other_quote(rows.get()))
    assert {f.what for f in actions.verify(full)} == {"altered", "misquoted"}


def test_an_altered_quote_in_an_account_is_found(full: Store) -> None:
    rows = AccountRow.objects.using(full._db).filter(document_id="report-3")
    rows.update(body=_other_quote(rows.get()))
    assert {f.what for f in actions.verify(full)} == {"altered", "misquoted"}


def test_another_key_put_in_place_of_the_workspaces_is_found(
    full: Store, make_place: Callable[[str, str], Place]
) -> None:
    other = make_place("sqlite", "other")
    other.open().close()
    key = full.workspace / "workspace.key"
    key.write_bytes((other.folder / "workspace.key").read_bytes())
    assert found(full) == [("foreign", None)]


@pytest.mark.parametrize("persons", [(), ("Tell Asfar",)])
def test_a_record_holds_without_a_document_or_a_name_that_was_erased(full: Store, persons: tuple[str, ...]) -> None:
    """Also once it is read, joined and taken in anew: the last rows were erased, and their places are given again."""
    admin = Viewer.local("An Admin")
    for name in ("report-1", "report-2"):
        actions.erase_document(full, name, persons=persons, actor=admin, at=START, reason="asked for")
    assert found(full) == []
    texts = {d.id: d.text for d in full.documents()}
    assert "Tell Asfar" not in texts["report-1"] + texts["report-2"]
    assert texts["report-3"] == TEXTS[2]
    assert full.incident("SY240501a") is None
    actions.erase_document(full, "report-3", actor=admin, at=START, reason="asked for")
    list(full.add_documents([captured("Constructed sample, another one.", "report-4")]))
    Archive(full.workspace / layout.ARCHIVE).put(b"Constructed sample, another one.")
    assert found(full) == []
    assert sorted(full.erased_bytes().values()) == [4, 5, 6]


def test_a_tombstone_of_a_document_with_other_bytes_in_it_is_found(full: Store) -> None:
    made = actions.erase_document(full, "report-1", actor=Viewer.local("A"), at=START, reason="asked for")
    forged = {**made.value, "bytes": [*made.value["bytes"], sha256(TEXTS[1])]}
    full.append(decided("erase", Anchor(document="report-1"), **forged))
    assert ("unsigned", None) in found(full)
