"""Who may decide what, about what; each change with its line in the log, or no change."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.world import START, Place, assessment, fill

from civcas import actions
from civcas.core.errors import BadDecision
from civcas.core.records import Anchor, DecisionVerb
from civcas.store import PUBLIC, Role, Store, Viewer

RANA, OMAR = Viewer(role="editor", name="Rana"), Viewer(role="editor", name="Omar")
ADMIN = Viewer.local("desk")
A, B = "SY240501a", "SY240501b"
SIGN_OFF = 'version = "1"\n[publication]\nsign_off = true\n'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Place(tmp_path / "workspace", None).open() as opened:
        fill(opened)
        yield opened


def published(store: Store) -> list[str]:
    return [i.code for i in store.incidents(visible_to=PUBLIC)]


def test_publishing_and_withdrawing_leave_their_lines(store: Store) -> None:
    first = actions.publish(store, A, actor=RANA, at=START, reason="two sources agree")
    assert published(store) == [A]
    assert (first.actor, first.reason, first.subjects) == ("Rana", "two sources agree", (Anchor(code=A),))
    actions.withdraw(store, A, actor=OMAR, at=START, reason="a victim's family asks")
    assert published(store) == []
    assert [d.verb for d in store.decisions()] == ["publish", "withdraw"]


def test_publishing_what_is_published_changes_nothing(store: Store) -> None:
    first = actions.publish(store, A, actor=RANA, at=START, reason="holds")
    later = START + datetime.timedelta(days=1)
    assert actions.publish(store, A, actor=OMAR, at=later, reason="holds still") == first
    assert store.head().number == 1


def test_a_decision_about_nothing_is_refused_with_what_to_do(store: Store) -> None:
    with pytest.raises(BadDecision, match="no incident SY990101a: `civcas record` lists"):
        actions.publish(store, "SY990101a", actor=RANA, at=START, reason="holds")
    with pytest.raises(BadDecision, match="no document 'report-9'"):
        actions.decide(store, "exclude", [Anchor(document="report-9")], actor=RANA, at=START, reason="a copy")
    assert store.decisions() == []


def test_an_old_code_decides_about_the_incident_it_leads_to(store: Store) -> None:
    a, b = store.incidents()
    joined = type(a)(code=a.code, documents=(*a.documents, *b.documents), accounts=(*a.accounts, *b.accounts))
    store.set_incidents([joined])
    store.set_assessments([assessment(joined, 5)])
    assert actions.publish(store, B, actor=RANA, at=START, reason="holds").subjects == (Anchor(code=A),)
    assert published(store) == [A]


@pytest.mark.parametrize(
    ("actor", "at", "reason", "said"),
    [
        (Viewer(role="editor"), START, "holds", "--by NAME"),
        (Viewer(role="editor", name="  "), START, "holds", "--by NAME"),
        (RANA, START, " ", "--reason TEXT"),
        (RANA, START.replace(tzinfo=None), "holds", "time zone"),
    ],
)
def test_nobody_decides_namelessly_or_without_a_reason(
    store: Store, actor: Viewer, at: datetime.datetime, reason: str, said: str
) -> None:
    with pytest.raises(BadDecision, match=said):
        actions.publish(store, A, actor=actor, at=at, reason=reason)
    assert store.head().number == 0


@pytest.mark.parametrize(
    ("role", "may"),
    [("public", ()), ("reviewer", ("same", "exclude")), ("editor", ("same", "exclude", "publish"))],
)
def test_each_role_may_do_its_own(store: Store, role: Role, may: tuple[str, ...]) -> None:
    accounts = [store.anchor(a.id) for a in store.accounts()][:2]
    subjects: dict[DecisionVerb, list[Anchor]] = {
        "same": accounts, "exclude": accounts[:1], "publish": [Anchor(code=A)]
    }  # fmt: skip
    done = []
    for verb, anchors in subjects.items():
        try:
            actions.decide(store, verb, anchors, actor=Viewer(role=role, name="Rana"), at=START, reason="holds")
            done.append(verb)
        except BadDecision as refused:
            assert "it takes the role" in str(refused)  # noqa: PT017
    assert tuple(done) == may
    assert [d.verb for d in store.decisions()] == done


# ---------------------------------------------------------------- sign-off


def test_a_project_that_asks_for_sign_off_publishes_only_what_a_second_person_signed(store: Store) -> None:
    (store.workspace / "project.toml").write_text(SIGN_OFF)
    with pytest.raises(BadDecision, match="not signed off by a second person"):
        actions.publish(store, A, actor=RANA, at=START, reason="holds")
    actions.sign_off(store, A, actor=RANA, at=START, reason="checked")
    with pytest.raises(BadDecision, match="somebody else than Rana"):
        actions.publish(store, A, actor=RANA, at=START, reason="holds")
    with pytest.raises(BadDecision, match="somebody else than rana"):
        actions.publish(store, A, actor=Viewer(role="editor", name=" rana"), at=START, reason="holds")
    assert published(store) == []
    actions.sign_off(store, A, actor=Viewer(role="reviewer", name="Omar"), at=START, reason="checked")
    actions.publish(store, A, actor=RANA, at=START, reason="holds")
    assert published(store) == [A]


def test_a_sign_off_is_of_the_assessment_that_was_seen(store: Store) -> None:
    (store.workspace / "project.toml").write_text(SIGN_OFF)
    actions.sign_off(store, A, actor=OMAR, at=START, reason="checked")
    a, b = store.incidents()
    store.set_assessments([assessment(a, 40), assessment(b, 3)])
    with pytest.raises(BadDecision, match="as it is assessed now"):
        actions.publish(store, A, actor=RANA, at=START, reason="holds")
    actions.sign_off(store, A, actor=OMAR, at=START, reason="checked again")
    actions.publish(store, A, actor=RANA, at=START, reason="holds")
    assert published(store) == [A]


def test_signing_the_same_off_twice_is_one_line(store: Store) -> None:
    first = actions.sign_off(store, A, actor=OMAR, at=START, reason="checked")
    assert actions.sign_off(store, A, actor=OMAR, at=START, reason="checked once more") == first
    actions.undo(store, first.id, actor=OMAR, at=START, reason="a slip")
    (store.workspace / "project.toml").write_text(SIGN_OFF)
    with pytest.raises(BadDecision, match="not signed off"):
        actions.publish(store, A, actor=RANA, at=START, reason="holds")


def test_a_project_may_ask_for_more_sources(store: Store) -> None:
    (store.workspace / "project.toml").write_text('version = "1"\n[publication]\nminimum_sources = 2\n')
    with pytest.raises(BadDecision, match="has 1 of the 2 sources"):
        actions.publish(store, A, actor=RANA, at=START, reason="holds")


# ---------------------------------------------------------- undo and erase


def test_accept_then_undo_restores(store: Store) -> None:
    before = list(store.incidents(visible_to=PUBLIC)), store.decisions()
    decision = actions.publish(store, A, actor=RANA, at=START, reason="holds")
    actions.undo(store, decision.id, actor=RANA, at=START, reason="too early")
    assert (list(store.incidents(visible_to=PUBLIC)), store.decisions()) == before
    assert len(store.decisions(all_of_them=True)) == 2


def test_what_cannot_be_undone(store: Store) -> None:
    decision = actions.publish(store, A, actor=RANA, at=START, reason="holds")
    with pytest.raises(BadDecision, match="no decision 'abc': `civcas log`"):
        actions.undo(store, "abc", actor=RANA, at=START, reason="no")
    with pytest.raises(BadDecision, match="taken by Rana: it takes an editor"):
        actions.undo(store, decision.id, actor=Viewer(role="reviewer", name="Omar"), at=START, reason="no")
    actions.undo(store, decision.id, actor=OMAR, at=START, reason="too early")
    with pytest.raises(BadDecision, match="undone already"):
        actions.undo(store, decision.id, actor=RANA, at=START, reason="too early")


def test_erasing_a_line_takes_its_words_away_and_the_record_still_verifies(store: Store) -> None:
    actions.publish(store, A, actor=RANA, at=START, reason="holds")
    actions.withdraw(store, A, actor=RANA, at=START, reason="the uncle of Invented Name asks")
    stone = actions.erase(store, 2, actor=ADMIN, at=START, reason="asked for by the person named")
    assert (stone.verb, stone.value["line"]) == ("erase", 2)
    links, sealed = store.log()
    assert [link.number for link in links] == [1, 2, 3]
    assert sorted(sealed) == [1, 3]
    assert b"Invented Name" not in b"".join(s.payload for s in sealed.values())
    assert published(store) == [], "what the erased line did must go on being done"
    assert list(store.faults()) == []
    on_disk = b"".join(path.read_bytes() for path in store.workspace.glob("civcas.sqlite3*"))
    assert b"asked for by the person named" in on_disk
    assert b"Invented Name" not in on_disk


def test_what_cannot_be_erased(store: Store) -> None:
    actions.publish(store, A, actor=RANA, at=START, reason="holds")
    with pytest.raises(BadDecision, match="it takes the role admin"):
        actions.erase(store, 1, actor=RANA, at=START, reason="asked for")
    with pytest.raises(BadDecision, match="line 7 of the log is not there"):
        actions.erase(store, 7, actor=ADMIN, at=START, reason="asked for")
    stone = actions.erase(store, 1, actor=ADMIN, at=START, reason="asked for")
    with pytest.raises(BadDecision, match="erased already"):
        actions.erase(store, 1, actor=ADMIN, at=START, reason="asked for")
    with pytest.raises(BadDecision, match="tombstone"):
        actions.erase(store, 2, actor=ADMIN, at=START, reason="asked for")
    with pytest.raises(BadDecision, match="cannot be undone"):
        actions.undo(store, stone.id, actor=ADMIN, at=START, reason="asked for")
    with pytest.raises(BadDecision, match="action of its own"):
        actions.decide(store, "erase", (), actor=ADMIN, at=START, reason="asked for")


# ------------------------------------------------------------ shapes of decisions


@pytest.mark.parametrize(
    ("verb", "names", "value", "said"),
    [
        ("same", ["report-1"], None, "two accounts or more"),
        ("not_same", ["report-1", "report-1"], None, "two accounts or more"),
        ("merge", [A], None, "two different incident codes"),
        ("merge", [A, "report-3"], None, "two different incident codes"),
        ("split", ["report-1", "report-2"], None, "an incident code and then"),
        ("split", [A], None, "an incident code and then"),
        ("split", [A, "report-3"], None, "report-3 is not in SY240501a"),
        ("correct", [A], None, "needs a value such as"),
        ("correct", [], {"field": "grade", "to": "fair"}, "what it corrects"),
        ("override", [A], {"field": "grade", "to": "splendid"}, "cannot be set to 'splendid'"),
        ("override", [A], {"field": "killed.civilians.min", "to": 9}, "minimum would be above the maximum"),
        ("exclude", [A], None, "not an incident code"),
        ("publish", ["report-1"], None, "one incident code"),
        ("withdraw", [A], None, "is not published"),
        ("undo", [], None, "there is no decision ''"),
    ],
)
def test_a_decision_of_the_wrong_shape_is_refused(
    store: Store, verb: DecisionVerb, names: list[str], value: dict[str, object] | None, said: str
) -> None:
    anchors = [store.anchor(name) for name in names]
    with pytest.raises(BadDecision, match=said):
        actions.decide(store, verb, anchors, actor=ADMIN, at=START, reason="holds", value=value)
    assert store.head().number == 0


def test_decisions_of_the_right_shape_are_taken(store: Store) -> None:
    shapes: list[tuple[DecisionVerb, list[str], dict[str, object]]] = [
        ("same", ["report-1", "report-3"], {}),
        ("merge", [A, B], {}),
        ("split", [A, "report-2"], {}),
        ("exclude", ["report-2"], {}),
        ("override", [A], {"field": "grade", "to": "fair"}),
        ("correct", [A], {"field": "killed.civilians.max", "to": 9}),
    ]
    for verb, names, value in shapes:
        anchors = [store.anchor(name) for name in names]
        made = actions.decide(store, verb, anchors, actor=ADMIN, at=START, reason="holds", value=value)
        given = {name: said for name, said in made.value.items() if name != "stays"}
        assert (made.verb, given, made.subjects) == (verb, value, tuple(anchors))
        assert [stay["document"] for stay in made.value.get("stays", ())] == ["report-1"] * (verb == "split")
    assert [d.verb for d in store.decisions()] == [shape[0] for shape in shapes]
