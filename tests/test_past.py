"""Any past state is worked out again from what was captured, read and decided by then. All reports are invented."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec
import pytest
from tests.store.world import Clock, captured

from civcas import actions
from civcas.core.changes import Changed, State, changes, summed
from civcas.core.codebook import named_codebook
from civcas.core.errors import BadSource
from civcas.core.project import default_project
from civcas.core.records import Anchor, Assessment
from civcas.gazetteer import index_path
from civcas.pipeline.past import Moment, Past, last_line, moment
from civcas.pipeline.reading import Rules
from civcas.pipeline.recording import bring_up_to_date
from civcas.store import Store, Viewer, open_store

RULES = Rules(project=default_project(), codebook=named_codebook("default"), gazetteers=(index_path(),))
OTHER_RULES = msgspec.structs.replace(RULES, codebook=named_codebook("isaf"))
FIRST = "On 3 May 2019 an airstrike in Raqqa, Syria killed 40 civilians, activists said."
SECOND = "Residents said an airstrike killed 45 civilians in Raqqa, Syria on 3 May 2019."
THIRD = "On 4 May 2019 shelling in Homs, Syria killed several people."
EDITOR = Viewer.local("An Editor")


class Desk:
    """A desk that works: what it does, and the record as it stood after each step."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.rules = RULES
        self.stood: list[tuple[datetime.datetime, list[Assessment], frozenset[str]]] = []

    def take(self, *texts: str) -> None:
        given = [captured(text, f"report-{text[:12]}") for text in texts]
        list(self.store.add_documents(given))
        self.settle()

    def decide(self, verb: str, *subjects: Anchor, **value: object) -> None:
        at = self.clock()
        actions.decide(self.store, verb, subjects, actor=EDITOR, at=at, reason="seen", value=value)  # type: ignore[arg-type]
        self.settle()

    def settle(self) -> None:
        bring_up_to_date(
            self.store, self.rules, tell=lambda _: None, reading=lambda _: None, assessing=lambda _: None, workers=1
        )
        self.stood.append((self.clock.now, self.assessments(), self.store.published()))

    def assessments(self) -> list[Assessment]:
        return sorted(self.store.assessments(), key=lambda a: a.code)

    def past(self, at: datetime.datetime | int) -> Past:
        found = Moment(at=at) if isinstance(at, datetime.datetime) else moment(self.store, str(at))
        return Past(self.store, found, self.rules)

    def account_of(self, start: str) -> Anchor:
        found = next(a for a in self.store.accounts() if a.document == f"report-{start}")
        return Anchor(document=found.document, kind=found.kind, spans=found.spans)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Seven steps: two reports, a third, a value set, a split, a publication, another codebook, the value undone."""
    clock = Clock()
    store = open_store(tmp_path_factory.mktemp("past") / "desk", clock=clock)
    desk = Desk(store, clock)
    desk.take(FIRST, THIRD)
    desk.take(SECOND)
    desk.decide("override", Anchor(code="SY190503a"), field="killed.civilians.max", to=77)
    desk.decide("split", Anchor(code="SY190503a"), desk.account_of(SECOND[:12]))
    desk.decide("publish", Anchor(code="SY190504a"))
    desk.rules = OTHER_RULES
    desk.settle()
    undone = next(d.id for d in store.decisions() if d.verb == "override")
    desk.decide("undo", decision=undone)
    return desk


def by_code(found: list[Changed]) -> dict[str, Changed]:
    return {one.code: one for one in found}


def between(desk: Desk, before: int, after: int) -> tuple[State, State]:
    """The states after two of the steps."""
    return tuple(desk.past(desk.stood[n][0]).state() for n in (before, after))  # type: ignore[return-value]


@pytest.mark.parametrize("step", range(7))
def test_every_state_comes_out_as_it_stood(desk: Desk, step: int) -> None:
    at, assessments, published = desk.stood[step]
    past = desk.past(at)
    assert list(past.assessments()) == assessments
    assert past.published() == published


def test_now_is_the_record_as_it_is(desk: Desk) -> None:
    past = Past(desk.store, moment(desk.store, "now"), desk.rules)
    assert list(past.assessments()) == desk.assessments()


def test_a_line_of_the_log_is_the_state_that_its_decision_made(desk: Desk) -> None:
    """The first line set a value: its state is that after the step, though the record was written a moment later."""
    assert list(desk.past(1).assessments()) == desk.stood[2][1]
    assert list(desk.past(2).assessments()) == desk.stood[3][1]
    assert list(desk.past(0).assessments()) == desk.stood[1][1]


def test_before_anything_there_is_nothing(desk: Desk) -> None:
    past = desk.past(datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC))
    assert (list(past.assessments()), list(past.documents()), list(past.accounts())) == ([], [], [])
    assert past.incident("SY190503a") is None


def test_a_text_read_anew_since_is_shown_as_it_was(tmp_path: Path) -> None:
    clock = Clock()
    with open_store(tmp_path / "desk", clock=clock) as store:
        first = captured("One text.", "report")
        list(store.add_documents([first]))
        then = clock.now
        better = msgspec.structs.replace(first, document=msgspec.structs.replace(first.document, text="Another text."))
        list(store.add_documents([better]))
        assert [d.text for d in store.documents()] == ["Another text."]
        assert [d.text for d in store.documents(as_of=then)] == ["One text."]


def test_a_code_leads_to_where_its_accounts_were_then(desk: Desk) -> None:
    split_off = next(c for c in desk.store.used_codes() if c not in ("SY190503a", "SY190504a"))
    assert desk.past(desk.stood[3][0]).current_code(split_off) == split_off
    assert desk.past(desk.stood[1][0]).current_code(split_off) is None  # not given yet
    assert desk.past(desk.stood[1][0]).current_code("nothing") is None


# --------------------------------------------------------------------- moments


def test_moments_are_named_in_many_ways(desk: Desk) -> None:
    store = desk.store
    head = store.head()
    assert moment(store, "2024-05-01").at.isoformat() == "2024-05-01T23:59:59.999999+00:00"
    assert moment(store, "2024-05-01T12:00:00Z").at.hour == 12
    assert moment(store, f"{head.number}:{head.hash}") == moment(store, str(head.number))
    assert moment(store, "1").line == 1
    assert last_line(store, moment(store, "now")) == head.number
    assert last_line(store, moment(store, "2000-01-01")) == 0


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("yesterday", "is no moment"),
        ("2024-13-01", "is no moment"),
        ("", "is no moment"),
        ("2024-05-01T12:00:00", "needs its time zone"),
        ("99", "there is no line 99 in the log: it ends at line 4"),
        ("9" * 400, "is no moment"),
        ("2:" + "0" * 64, "line 2 of the log has another hash"),
    ],
)
def test_what_names_no_moment_is_refused(desk: Desk, given: str, message: str) -> None:
    with pytest.raises(BadSource, match=message):
        moment(desk.store, given)


# --------------------------------------------------------------------- changes


def test_a_new_document_is_why_a_maximum_moved(desk: Desk) -> None:
    before, after = between(desk, 0, 1)
    found = by_code(changes(before, after))
    assert set(found) == {"SY190503a"}
    moved = {m.field: (m.before, m.after) for m in found["SY190503a"].moved}
    assert moved["killed.civilians.max"] == (40, 45)
    assert [(w.kind, w.document) for w in found["SY190503a"].why] == [("new_document", f"report-{SECOND[:12]}")]
    total = summed(before, after, list(found.values()))
    assert (total.killed[1].max - total.killed[0].max, total.killed[1].min - total.killed[0].min) == (5, 0)
    assert (total.new, total.gone, total.changed, total.why) == (0, 0, 1, {"new_document": 1})


def test_a_decision_is_why_with_its_line_and_who_took_it(desk: Desk) -> None:
    (changed,) = changes(*between(desk, 1, 2))
    (why,) = changed.why
    assert (why.kind, why.line) == ("decision", 1)
    assert why.text == "decision 1 by An Editor: override SY190503a killed.civilians.max = 77, because: seen"


def test_a_split_makes_a_new_incident_and_changes_the_old_one(desk: Desk) -> None:
    before, after = between(desk, 2, 3)
    found = changes(before, after)
    assert sorted(c.kind for c in found) == ["changed", "new"]
    for changed in found:
        assert any(w.kind == "decision" and ": split SY190503a" in w.text for w in changed.why)
    back = changes(after, before)  # the same, told backwards
    gone = next(c for c in back if c.kind == "gone")
    assert gone.now == "SY190503a"


def test_a_publication_is_told_though_no_value_moved(desk: Desk) -> None:
    before, after = between(desk, 3, 4)
    (changed,) = changes(before, after)
    assert (changed.code, changed.published, changed.moved) == ("SY190504a", "published", ())
    assert [w.kind for w in changed.why] == ["decision"]
    assert summed(before, after, [changed]).published == 1


def test_another_codebook_is_why_and_the_same_words_come_to_other_figures(desk: Desk) -> None:
    before, after = between(desk, 4, 5)
    found = by_code(changes(before, after))
    assert "SY190504a" in found  # "several"
    assert {w.kind for c in found.values() for w in c.why} == {"codebook"}
    assert all("default" in w.text and "isaf" in w.text for c in found.values() for w in c.why)


def test_an_undone_decision_is_why(desk: Desk) -> None:
    (changed,) = changes(*between(desk, 5, 6))
    assert [(w.kind, w.line) for w in changed.why] == [("undone", 1)]


def test_nothing_moves_between_a_state_and_itself(desk: Desk) -> None:
    assert changes(*between(desk, 3, 3)) == []


def test_a_file_of_incidents_is_a_state_of_which_no_more_is_known(desk: Desk) -> None:
    filed = State(assessments={a.code: a for a in desk.stood[1][1]}, whole=False)
    (changed,) = changes(filed, desk.past(desk.stood[2][0]).state())
    assert [m.field for m in changed.moved] == ["killed.civilians.max"]
    assert changed.published is None


def test_what_was_split_stays_split_and_the_code_stays_with_what_was_left(desk: Desk) -> None:
    """The accounts taken out get a code of their own, whatever is recorded after."""
    for _, assessments, _ in desk.stood[3:]:
        documents = {a.code: a.documents for a in assessments}
        assert documents["SY190503a"] == (f"report-{FIRST[:12]}",)
        assert sorted(documents) == ["SY190503a", "SY190503b", "SY190504a"]
