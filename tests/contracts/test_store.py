"""What every store does, whatever database lies under it."""

from __future__ import annotations

import datetime

import msgspec
import pytest
from tests.store.world import (
    READER,
    START,
    TEXTS,
    Clock,
    Place,
    account,
    assessment,
    captured,
    decided,
    fill,
    incident,
    killed,
    read,
    sha256,
)

from civcas.core.errors import BadDecision, BadStore
from civcas.core.records import Anchor, Capture, Media, Problem
from civcas.store import PUBLIC, Reading, Store, Written


def test_a_document_comes_out_as_it_went_in(store: Store) -> None:
    given = captured("A constructed report.\u202e reversed \0 end", "report-1")
    media = (Media(name="a.jpg", sha256="b" * 64, kind="image"), Media(url="https://example.org/b.mp4", kind="video"))
    document = msgspec.structs.replace(given.document, media=media, warnings=("holds characters that reverse text",))
    stored = list(store.add_documents([msgspec.structs.replace(given, document=document)]))
    assert [(s.id, s.given, s.new) for s in stored] == [("report-1", "report-1", True)]
    assert list(store.documents()) == [document]
    assert store.has("report-1")
    assert not store.has("report-2")
    assert store.document("report-2") is None


def test_the_same_bytes_under_two_ids_are_one_document_and_both_ids_answer(store: Store) -> None:
    text = TEXTS[0]
    stored = list(store.add_documents([captured(text, "first"), captured(text, "second", source="other.jsonl")]))
    assert [s.id for s in stored] == ["first", "first"]
    assert [s.given for s in stored] == ["first", "second"]
    assert [s.new_capture for s in stored] == [True, True]
    assert store.aliases() == {"second": "first"}
    assert [d.id for d in store.documents(["second", "first"])] == ["first"]
    assert [c.source for c in store.captures("first")] == ["reports.jsonl", "other.jsonl"]


def test_the_same_report_collected_again_writes_nothing(store: Store) -> None:
    given = [captured(text, f"report-{n}") for n, text in enumerate(TEXTS)]
    list(store.add_documents(given))
    again = list(store.add_documents(given))
    assert not any(s.new or s.new_text or s.new_capture for s in again)
    assert len(list(store.captures())) == len(TEXTS)


def test_other_bytes_under_a_taken_id_are_kept_beside_the_first(store: Store) -> None:
    first, second = list(store.add_documents([captured(TEXTS[0], "report"), captured(TEXTS[1], "report")]))
    assert (first.id, second.id) == ("report", f"report@{sha256(TEXTS[1])[:12]}")
    assert [d.text for d in store.documents()] == list(TEXTS[:2])
    assert [d.text for d in store.documents(["report"])] == [TEXTS[0]]


def test_another_reader_of_the_same_bytes_makes_a_text_version(store: Store) -> None:
    old = captured("Constructed sample: 12 kil led.", "report", reader="pdf/1")
    new = msgspec.structs.replace(
        old, document=msgspec.structs.replace(old.document, text="Constructed sample: 12 killed.", reader="pdf/2")
    )
    list(store.add_documents([old]))
    claim = killed(old.document, "12 kil led", 12)
    store.add_claims("report", [claim], READER)
    assert [d.id for d in store.unread(READER)] == []
    (stored,) = store.add_documents([new])
    assert (stored.new, stored.new_text) == (False, True)
    assert [(d.text, d.reader) for d in store.documents()] == [(new.document.text, "pdf/2")]
    assert [d.id for d in store.unread(READER)] == ["report"]


def test_documents_stream_while_the_store_is_written(store: Store) -> None:
    texts = [f"Constructed sample number {n}: 3 killed." for n in range(120)]
    list(store.add_documents(captured(text, f"r{n}") for n, text in enumerate(texts)))
    for document in store.documents():
        store.add_claims(document.id, [killed(document, "3 killed", 3)], READER)
    assert [d.text for d in store.documents()] == texts
    assert len(list(store.claims())) == len(texts)


@pytest.mark.parametrize("id_", ["x" * 900, "a\0b"])
def test_a_report_whose_id_no_database_can_hold_is_stored_under_its_hash(store: Store, id_: str) -> None:
    (stored,) = store.add_documents([captured(TEXTS[0], id_)])
    assert (stored.id, stored.given) == (sha256(TEXTS[0])[:24], id_)
    assert [d.text for d in store.documents([stored.id])] == [TEXTS[0]]
    assert not store.has(id_)


def test_problems_are_kept_once(store: Store) -> None:
    problem = Problem(source="broken.pdf", message="the file ends in the middle of a table", line=None)
    assert store.add_problems([problem, problem]) == 1
    assert store.add_problems([problem]) == 0
    assert list(store.problems()) == [problem]


# ---------------------------------------------------------------- readings


def test_claims_and_accounts_come_out_as_they_went_in(store: Store) -> None:
    fill(store)
    documents = list(store.documents())
    accounts = list(store.accounts())
    assert [a.document for a in accounts] == [d.id for d in documents]
    assert [c for a in accounts for c in a.claims] == list(store.claims())
    assert list(store.accounts(["report-2"])) == [accounts[1]]
    assert list(store.accounts(kind="tally")) == []


def test_reading_twice_writes_nothing_new(store: Store) -> None:
    fill(store)
    documents = list(store.documents())
    found = [Reading(document=a.document, claims=a.claims, accounts=(a,)) for a in store.accounts()]
    assert store.add_readings(found, READER) == Written()
    assert read(store, documents) == list(store.accounts())


def test_claims_no_longer_read_are_superseded_and_kept(store: Store) -> None:
    fill(store)
    document = next(store.documents())
    old = next(store.claims([document.id]))
    better = killed(document, "Three people were killed near", 3, origin="rules/en@2")
    written = store.add_claims(document.id, [better], "rules/en@2")
    assert written == Written(claims=1, superseded=1)
    assert list(store.claims([document.id])) == [better]
    assert list(store.claims(superseded=True)) == [old]
    back = store.add_claims(document.id, [old], READER)
    assert back == Written(claims=1, superseded=1)
    assert list(store.claims([document.id])) == [old]


def test_accounts_can_be_read_as_they_were(store: Store, clock: Clock) -> None:
    fill(store)
    before, past = list(store.accounts()), clock.now
    document = next(store.documents())
    better = killed(document, "Three people were killed near", 3)
    store.add_accounts(document.id, [account(document, better)], "rules/en@2")
    assert list(store.accounts(as_of=past)) == before
    assert list(store.accounts()) != before
    assert list(store.accounts(as_of=START)) == []


def test_an_account_of_the_same_id_that_says_something_else_replaces_it(store: Store) -> None:
    fill(store)
    first = next(store.accounts())
    moved = msgspec.structs.replace(first, publisher="Sample Agency")
    assert store.add_accounts(first.document, [moved], READER) == Written(accounts=1, superseded=1)
    assert next(store.accounts()) == moved


def test_a_document_that_was_never_collected_cannot_be_read(store: Store) -> None:
    document = captured(TEXTS[0], "nowhere").document
    with pytest.raises(BadStore, match="'nowhere' is not in the store"):
        store.add_claims("nowhere", [killed(document, "Three", 3)], READER)


def test_only_documents_not_yet_read_are_left_to_do(store: Store) -> None:
    list(store.add_documents([captured(text, f"report-{n}") for n, text in enumerate(TEXTS)]))
    store.add_readings([Reading(document="report-1", claims=(), accounts=())], READER)
    assert [d.id for d in store.unread(READER)] == ["report-0", "report-2"]
    assert [d.id for d in store.unread("rules/en@2")] == ["report-0", "report-1", "report-2"]


# --------------------------------------------------------------- incidents


def test_incidents_come_out_whole_and_setting_them_again_changes_nothing(store: Store) -> None:
    incidents = fill(store)
    assert list(store.incidents()) == incidents
    assert store.set_incidents(incidents) == 0
    assert store.codes() == {a: i.code for i in incidents for a in i.accounts}
    assert [a.code for a in store.assessments()] == ["SY240501a", "SY240501b"]
    assert store.set_assessments(list(store.assessments())) == 0


def test_a_code_that_falls_away_leads_to_the_incident_its_accounts_went_to(store: Store) -> None:
    a, b = fill(store)
    joined = incident("SY240501a", *a.members, *b.members)
    assert store.set_incidents([joined]) == 2
    assert store.current_code("SY240501b") == "SY240501a"
    assert store.incident("SY240501b") == joined
    assert [x.code for x in store.assessments()] == ["SY240501a"]
    assert store.used_codes() == {"SY240501a", "SY240501b"}
    assert store.set_incidents([joined]) == 0


def test_a_code_may_return_to_its_own_accounts_but_goes_to_no_others(store: Store) -> None:
    a, b = fill(store)
    store.set_incidents([a])
    assert store.current_code("SY240501b") is None
    with pytest.raises(BadStore, match="never given again"):
        store.set_incidents([incident("SY240501b", *a.members)])
    assert list(store.incidents()) == [a]
    assert store.set_incidents([a, b]) == 1
    assert store.incident("SY240501b") == b


def test_a_code_follows_an_account_that_is_read_otherwise(store: Store) -> None:
    a, b = fill(store)
    document = store.document("report-3")
    assert document is not None
    better = account(document, killed(document, "Two people were killed in the invented town", 2))
    store.add_accounts(document.id, [better], "rules/en@2")
    assert store.codes() == {**dict.fromkeys(a.accounts, "SY240501a"), better.id: "SY240501b"}
    store.set_incidents([a, incident("SY240501c", better)])
    assert store.current_code("SY240501b") == "SY240501c"
    assert b.accounts[0] not in store.codes()


def test_one_code_cannot_stand_for_two_incidents(store: Store) -> None:
    a, b = fill(store)
    with pytest.raises(BadStore, match="one code"):
        store.set_incidents([a, incident(a.code, *b.members)])


def test_an_assessment_needs_its_incident(store: Store) -> None:
    a, _ = fill(store)
    with pytest.raises(BadStore, match="no incident SY999999z"):
        store.set_assessments([assessment(incident("SY999999z", *a.members), 3)])


# --------------------------------------------------------------- decisions


def test_decisions_are_chained_and_the_same_one_is_one_line(store: Store) -> None:
    fill(store)
    first = decided("publish", Anchor(code="SY240501a"))
    second = decided("withdraw", Anchor(code="SY240501a"), at=START + datetime.timedelta(hours=1))
    assert [store.append(d).number for d in (first, second, first)] == [1, 2, 1]
    assert store.decisions() == [first, second]
    links, sealed = store.log()
    assert [x.number for x in links] == [1, 2]
    assert links[1].previous == links[0].hash
    assert sorted(sealed) == [1, 2]
    assert (store.head().number, store.head().hash) == (2, links[1].hash)
    assert store.decision(first.id) == first


def test_decisions_as_of_a_moment_or_a_line(store: Store) -> None:
    hour = datetime.timedelta(hours=1)
    all_ = [decided("publish", Anchor(code="SY240501a"), at=START + n * hour) for n in range(3)]
    for d in all_:
        store.append(d)
    assert store.decisions(START + hour) == all_[:2]
    assert store.decisions(1) == all_[:1]
    assert store.decisions(START - hour) == []


def test_an_undone_decision_is_not_in_force_until_the_undoing_is_undone(store: Store) -> None:
    first = decided("publish", Anchor(code="SY240501a"))
    undo = decided("undo", Anchor(code="SY240501a"), decision=first.id)
    again = decided("undo", Anchor(code="SY240501a"), decision=undo.id)
    store.append(first)
    store.append(undo)
    assert store.decisions() == []
    assert store.decisions(all_of_them=True) == [first, undo]
    store.append(again)
    assert store.decisions() == [first]


def test_a_transaction_that_fails_leaves_nothing_of_itself(store: Store) -> None:
    fill(store)
    with pytest.raises(RuntimeError), store.transaction():  # noqa: PT012
        store.append(decided("publish", Anchor(code="SY240501a")))
        list(store.add_documents([captured("Constructed sample: late.", "late")]))
        raise RuntimeError
    assert store.decisions() == []
    assert store.head().number == 0
    assert not store.has("late")


def test_names_become_anchors_that_outlive_a_reader(store: Store) -> None:
    a, _ = fill(store)
    one = a.members[0]
    assert store.anchor("SY240501a") == Anchor(code="SY240501a")
    assert store.anchor(one.id) == Anchor(document="report-1", kind="incident", spans=one.spans)
    assert store.anchor(one.claims[0].id) == Anchor(document="report-1", kind="killed", spans=one.spans)
    assert store.anchor("report-1") == Anchor(document="report-1")
    store.add_readings([Reading(document="report-1", claims=(), accounts=())], "rules/en@2")
    assert store.check_anchor(store.anchor(one.id)).spans == one.spans
    with pytest.raises(BadDecision, match="'nothing' is no incident code"):
        store.anchor("nothing")


def test_an_anchor_to_nothing_is_refused(store: Store) -> None:
    fill(store)
    for anchor, said in (
        (Anchor(code="SY240501z"), "no incident SY240501z"),
        (Anchor(document="report-9"), "no document 'report-9'"),
        (Anchor(document="report-1", kind="killed", spans=((0, 5),)), "stands at 0-5"),
        (Anchor(), "names neither"),
    ):
        with pytest.raises(BadDecision, match=said):
            store.check_anchor(anchor)


# -------------------------------------------------------------- visibility


def test_the_public_sees_nothing_before_anything_is_published(store: Store) -> None:
    fill(store)
    assert list(store.incidents(visible_to=PUBLIC)) == []
    assert list(store.assessments(visible_to=PUBLIC)) == []
    assert list(store.accounts(visible_to=PUBLIC)) == []
    assert list(store.claims(visible_to=PUBLIC)) == []
    assert list(store.documents(visible_to=PUBLIC)) == []
    assert list(store.captures(visible_to=PUBLIC)) == []
    assert store.incident("SY240501a", visible_to=PUBLIC) is None
    assert store.assessment("SY240501a", visible_to=PUBLIC) is None
    assert store.document("report-1", visible_to=PUBLIC) is None


def test_the_public_sees_a_published_incident_with_its_quotes_and_nothing_more(store: Store) -> None:
    a, b = fill(store)
    store.append(decided("publish", Anchor(code="SY240501b")))
    assert list(store.incidents(visible_to=PUBLIC)) == [b]
    assert [x.code for x in store.assessments(visible_to=PUBLIC)] == ["SY240501b"]
    assert list(store.accounts(visible_to=PUBLIC)) == list(b.members)
    assert list(store.claims(visible_to=PUBLIC)) == list(b.members[0].claims)
    assert list(store.claims(superseded=True, visible_to=PUBLIC)) == []
    (document,) = store.documents(visible_to=PUBLIC)
    assert (document.id, document.text) == ("report-3", "")
    assert store.document("report-1", visible_to=PUBLIC) is None
    assert [(c.document, c.source, c.by) for c in store.captures(visible_to=PUBLIC)] == [("report-3", "", None)]
    assert store.incident(a.code, visible_to=PUBLIC) is None


def test_withdrawing_hides_again_and_undoing_the_withdrawal_shows(store: Store) -> None:
    fill(store)
    anchor = Anchor(code="SY240501b")
    withdrawal = decided("withdraw", anchor)
    store.append(decided("publish", anchor))
    store.append(withdrawal)
    assert list(store.incidents(visible_to=PUBLIC)) == []
    store.append(decided("undo", anchor, decision=withdrawal.id))
    assert [i.code for i in store.incidents(visible_to=PUBLIC)] == ["SY240501b"]


def test_an_unpublished_incident_is_not_seen_through_a_code_that_led_to_a_published_one(store: Store) -> None:
    a, b = fill(store)
    store.append(decided("publish", Anchor(code="SY240501b")))
    store.set_incidents([incident("SY240501a", *a.members, *b.members)])
    assert store.incident("SY240501b", visible_to=PUBLIC) is None
    assert list(store.accounts(visible_to=PUBLIC)) == []


# ------------------------------------------------------ the workspace itself


def test_everything_is_there_when_opened_again(place: Place) -> None:
    with place.open() as store:
        incidents = fill(store)
        store.append(decided("publish", Anchor(code="SY240501a")))
        head = store.head()
    with place.open(create=False) as store:
        assert list(store.incidents()) == incidents
        assert store.head() == head


def test_two_stores_are_open_at_once_and_keep_apart(place: Place, store: Store) -> None:
    fill(store)
    with Place(place.folder.parent / "other", None).open() as other:
        assert list(other.documents()) == []
        list(other.add_documents([captured("Constructed sample: elsewhere.", "elsewhere")]))
    assert not store.has("elsewhere")


def test_a_workspace_that_is_not_there_is_not_made_unasked(place: Place) -> None:
    with pytest.raises(BadStore, match="there is no workspace in"):
        place.open(create=False)
    assert not place.folder.exists()


def test_a_database_belongs_to_one_workspace(place: Place) -> None:
    place.open().close()
    stranger = Place(place.folder.parent / "stranger", None)
    stranger.open().close()
    (place.folder / "workspace.key").write_bytes((stranger.folder / "workspace.key").read_bytes())
    with pytest.raises(BadStore, match="belongs to another workspace"):
        place.open()


def test_without_its_key_nothing_can_be_decided(place: Place) -> None:
    with place.open() as store:
        fill(store)
        (place.folder / "workspace.key").unlink()
        with pytest.raises(BadStore, match="put it back from a backup"):
            store.append(decided("publish", Anchor(code="SY240501a")))
        assert store.decisions() == []


def test_the_key_is_its_owners_alone(place: Place) -> None:
    place.open().close()
    assert (place.folder / "workspace.key").stat().st_mode & 0o777 == 0o600


def test_project_texts_are_kept_as_they_stood(store: Store, clock: Clock) -> None:
    assert store.project_text() is None
    assert store.note_project('version = "1"')
    first = clock.now
    assert not store.note_project('version = "1"')
    assert store.note_project('version = "2"')
    assert store.project_text() == 'version = "2"'
    assert store.project_text(first) == 'version = "1"'


def test_a_capture_keeps_its_custody_line(store: Store) -> None:
    given = captured(TEXTS[0], "report")
    capture = Capture(
        document="report", sha256=given.capture.sha256, source="mail.eml: letter.pdf", method="file", at=START,
        by="rana", line=3, size=84, media_type="application/pdf", given_id="report",
    )  # fmt: skip
    list(store.add_documents([msgspec.structs.replace(given, capture=capture)]))
    assert list(store.captures("report")) == [capture]


def test_which_accounts_an_incident_had_is_known_of_every_moment(store: Store, clock: Clock) -> None:
    """An account that leaves an incident and comes back was not of it in between."""
    _, alone = fill(store)
    first, second = next(store.incidents(["SY240501a"])).members
    moments = [clock.now]
    parted = [incident("SY240501a", first), alone, incident("SY240501c", second)]
    for found in (parted, [incident("SY240501a", first, second), alone]):
        store.set_incidents(found)
        moments.append(clock.now)
    both, apart, again = (store.codes(moment) for moment in moments)
    assert both == again == store.codes()
    assert (both[second.id], apart[second.id]) == ("SY240501a", "SY240501c")
    assert store.used_codes(moments[0]) == {"SY240501a", "SY240501b"}
    assert store.used_codes(moments[1]) == {"SY240501a", "SY240501b", "SY240501c"} == store.used_codes()
    assert store.codes(START) == {}
    assert store.ever_coded("SY240501c") == {second.id}


def test_codebooks_are_kept_as_they_stood_beside_projects(store: Store, clock: Clock) -> None:
    assert store.note_codebook('version = "1"')
    first = clock.now
    assert store.note_project('name = "Ours"')
    assert store.note_codebook('version = "2"')
    assert not store.note_codebook('version = "2"')
    assert (store.codebook_text(first), store.codebook_text()) == ('version = "1"', 'version = "2"')
    assert store.project_text(first) is None
