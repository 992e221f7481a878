"""A better reader changes no settled thing: decisions taken on one version of it hold after the next.

The invented sample reports are read by the packs that ship, decided upon, and read again by packs that move the spans
of claims, find fewer of them, and find nothing in one of the reports.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from civcas import actions
from civcas.core.changes import changes
from civcas.core.codebook import named_codebook
from civcas.core.extract import claims
from civcas.core.language import LanguagePack
from civcas.core.project import default_project
from civcas.core.records import Anchor, Assessment, Claim, Decision, DecisionVerb, Document, Span
from civcas.gazetteer import index_path
from civcas.pipeline import reading, recording
from civcas.pipeline.checking import in_record
from civcas.pipeline.past import Moment, Past
from civcas.pipeline.reading import Rules
from civcas.preserve import Archive, collect
from civcas.store import Store, Viewer, open_store

SAMPLES = Path(__file__).parents[1] / "examples" / "reports"
RULES = Rules(project=default_project(), codebook=named_codebook("default"), gazetteers=(index_path(),))
AT = datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)
EDITOR = Viewer.local("An Editor")
KEPT = ("killed", "date", "place", "belligerent")  # what the other reader still finds


def nothing(_: object) -> None: ...


def settle(store: Store) -> dict[str, Assessment]:
    recording.bring_up_to_date(store, RULES, tell=nothing, reading=nothing, assessing=nothing, workers=1)
    return {a.code: a for a in store.assessments()}


def decide(store: Store, verb: DecisionVerb, *subjects: Anchor, **value: object) -> Decision:
    return actions.decide(store, verb, subjects, actor=EDITOR, at=AT, reason="looked at it", value=value)


class Settled(msgspec.Struct):
    """The record as the packs that ship read it, with what was decided on it."""

    store: Store
    before: dict[str, Assessment]
    excluded: str  # documents and codes
    split: tuple[str, str]
    joined: tuple[str, str]
    valued: str
    published: str
    lost: str


@pytest.fixture
def settled(tmp_path: Path) -> Iterator[Settled]:
    with open_store(tmp_path / "desk") as store:
        found = collect([SAMPLES], Archive(tmp_path / "desk" / "archive"), at=AT)
        recording.take_in(store, found, tell=nothing, advance=nothing)
        read = settle(store)
        first, second, third, lost = (read[code] for code in ("SY190403a", "SY190412a", "YE190220a", "IL190413a"))
        left, right = read["UA240221a"], read["UA240227a"]
        subject = {a.id: Anchor(document=a.document, kind=a.kind, spans=a.spans) for a in store.accounts()}
        decide(store, "exclude", subject[first.accounts[0]])
        decide(store, "split", Anchor(code=second.code), subject[second.accounts[0]])
        decide(store, "same", subject[left.accounts[0]], subject[right.accounts[0]])
        decide(store, "override", Anchor(code=third.code), field="killed.civilians.max", to=4321)
        decide(store, "correct", subject[third.accounts[0]], field="grade", to="fair")
        decide(store, "exclude", subject[lost.accounts[0]])
        before = settle(store)
        actions.publish(store, third.code, actor=EDITOR, at=AT, reason="settled")
        yield Settled(
            store=store, before=before, excluded=first.documents[0], split=(second.code, second.documents[0]),
            joined=(left.documents[0], right.documents[0]), valued=third.code, published=third.code,
            lost=lost.documents[0],
        )  # fmt: skip


def read_otherwise(monkeypatch: pytest.MonkeyPatch, blind: str) -> None:
    """From now on the packs are of another version: spans reach one character further, fewer claims are found, and
    none at all in the blind document."""
    read = claims.read

    def other(document: Document, pack: LanguagePack) -> list[Claim]:
        found = [] if document.id == blind else read(document, pack)
        return [moved(claim, document.text) for claim in found if claim.kind in KEPT]

    monkeypatch.setattr(reading, "read", other)
    monkeypatch.setattr(recording, "MANNER", "another version")


def moved(claim: Claim, text: str) -> Claim:
    end = min(claim.span.end + 1, len(text))
    return Claim.make(
        document=claim.document, kind=claim.kind, value=claim.value, span=Span.of(text, claim.span.start, end),
        origin=f"{claim.origin}-better", speaker=claim.speaker, negated=claim.negated, hedged=claim.hedged,
        scope=claim.scope,
    )  # fmt: skip


def of_document(found: dict[str, Assessment], document: str) -> list[str]:
    return [code for code, a in found.items() if document in a.documents]


def test_what_was_decided_holds_after_a_better_reader(settled: Settled, monkeypatch: pytest.MonkeyPatch) -> None:
    store = settled.store
    read_otherwise(monkeypatch, blind=settled.lost)
    after = settle(store)
    assert not {a.id for a in store.accounts()} & {i for a in settled.before.values() for i in a.accounts}

    (code,) = {c for c in of_document(after, settled.excluded) if c in settled.before}
    assert after[code].sources == len(after[code].documents) - 1  # the one left out is in it and counts for nothing
    whole, out = settled.split
    assert out not in after[whole].documents
    assert of_document(after, out)[0] == of_document(settled.before, out)[0] != whole
    left, right = settled.joined
    assert set(of_document(after, left)) & set(of_document(after, right))
    assert after[settled.valued].killed["civilians"].max == 4321
    assert after[settled.valued].grade == "fair"
    assert store.published() == {settled.published}
    assert len(store.decisions()) == 7


def test_codes_stay_where_their_accounts_went(settled: Settled, monkeypatch: pytest.MonkeyPatch) -> None:
    read_otherwise(monkeypatch, blind=settled.lost)
    after = settle(settled.store)
    kept = [code for code in settled.before if code in after]
    assert len(kept) >= len(settled.before) - 3  # fewer claims make fewer events
    assert all(set(after[c].documents) & set(settled.before[c].documents) for c in kept)


def test_what_lost_its_subject_is_listed_and_stays_in_force(settled: Settled, monkeypatch: pytest.MonkeyPatch) -> None:
    store = settled.store

    def lost() -> list[str]:
        found = in_record(store, today=datetime.date(2024, 6, 1))
        return [finding.message for finding in found if finding.kind == "decision_without_subject"]

    assert lost() == []
    read_otherwise(monkeypatch, blind=settled.lost)
    settle(store)
    (message,) = lost()
    assert message.startswith(f"exclude by An Editor: {settled.lost} at ")
    assert any(d.verb == "exclude" and d.subjects[0].document == settled.lost for d in store.decisions())
    monkeypatch.undo()
    assert settle(store) == settled.before  # back to the first reader: all as it was, decisions too
    assert lost() == []


def test_the_record_verifies_and_its_past_comes_out_as_it_was(
    settled: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    then = datetime.datetime.now(datetime.UTC)
    read_otherwise(monkeypatch, blind=settled.lost)
    settle(settled.store)
    assert actions.verify(settled.store) == []
    past = Past(settled.store, Moment(at=then), RULES)
    assert {a.code: a for a in past.assessments()} == settled.before


def test_what_moved_by_another_reader_is_told_so(settled: Settled, monkeypatch: pytest.MonkeyPatch) -> None:
    then = datetime.datetime.now(datetime.UTC)
    read_otherwise(monkeypatch, blind=settled.lost)
    settle(settled.store)
    now = datetime.datetime.now(datetime.UTC)
    states = [Past(settled.store, Moment(at=at), RULES).state() for at in (then, now)]
    told = [why for changed in changes(*states) for why in changed.why]
    assert {"reader", "document_gone"} <= {why.kind for why in told}
    assert any("-better now" in why.text for why in told if why.kind == "reader")
    assert settled.lost in {why.document for why in told if why.kind == "document_gone"}
