"""The stages over a store: resumed where they were broken off, done once, and the same however many processes read."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from civcas.core.codebook import named_codebook
from civcas.core.match import match
from civcas.core.project import default_project
from civcas.core.records import Account, Assessment, Capture, Captured, Document, Problem, digest
from civcas.gazetteer import index_path
from civcas.pipeline import joining, reading, recording
from civcas.pipeline.reading import Reader, Rules, languages_of, pieces, spread
from civcas.preserve import Archive, collect
from civcas.store import Store, open_store

SAMPLES = Path(__file__).parents[1] / "examples" / "reports"
AT = datetime.datetime(2019, 5, 5, tzinfo=datetime.UTC)
RULES = Rules(project=default_project(), codebook=named_codebook("default"), gazetteers=(index_path(),))


def report(number: int, text: str | None = None) -> Document:
    """An invented report of the fourth of May; every tenth tells of a strike."""
    if text is None:
        killed, day = number % 7 + 2, number % 28 + 1
        strike = f"on {day} April 2019 an airstrike in Raqqa, Syria killed {killed} civilians."
        text = f"Report {number}: {'a quiet day in Raqqa.' if number % 10 else strike}"
    sha256 = digest(text, length=64)
    return Document(id=f"report-{number}", text=text, published="2019-05-04", language="en", sha256=sha256)


STRIKE = "On 3 April 2019 an airstrike in Raqqa, Syria killed 4 civilians."


def captured(documents: Iterable[Document]) -> Iterator[Captured]:
    for d in documents:
        capture = Capture(document=d.id, sha256=d.sha256 or "", source="reports.jsonl", given_id=d.id, at=AT)
        yield Captured(document=d, capture=capture)


def nothing(_: object) -> None: ...


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "desk") as found:
        yield found


def take_in(store: Store, documents: Iterable[Document]) -> recording.Intake:
    return recording.take_in(store, captured(documents), tell=nothing, advance=nothing)


def bring(store: Store, rules: Rules = RULES, *, reading: recording.Advance = nothing) -> recording.Outcome:
    return recording.bring_up_to_date(store, rules, tell=nothing, reading=reading, assessing=nothing, workers=1)


def record_of(store: Store) -> dict[str, Assessment]:
    return {a.code: a for a in store.assessments()}


def test_a_second_run_changes_nothing(store: Store) -> None:
    first = take_in(store, map(report, range(5)))
    assert (first.reports, first.new, first.captures) == (5, 5, 0)
    assert bring(store).changed
    before = record_of(store)
    again = take_in(store, map(report, range(5)))
    assert (again.reports, again.new, again.captures) == (5, 0, 0)
    outcome = bring(store)
    assert outcome == recording.Outcome()
    assert record_of(store) == before


def test_a_run_that_was_broken_off_is_gone_on_with(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = list(map(report, range(300)))  # readings are written 200 documents at a time
    take_in(store, documents)
    seen = 0

    def interrupt(_: int) -> None:
        nonlocal seen
        seen += 1
        if seen == 250:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring(store, reading=interrupt)
    left = sum(1 for _ in store.unread(recording.signature(RULES)))
    assert 0 < left < 300
    assert bring(store).read == left
    with open_store(tmp_path / "whole") as whole:
        take_in(whole, documents)
        bring(whole)
        assert record_of(whole) == record_of(store)


def test_another_codebook_reads_anew_and_the_first_one_again(store: Store) -> None:
    take_in(store, [report(1, "On 3 May 2019 an airstrike in Raqqa, Syria killed several civilians.")])
    bring(store)
    isaf = Rules(project=RULES.project, codebook=named_codebook("isaf"), gazetteers=RULES.gazetteers)
    lows = []
    for rules in (RULES, isaf, RULES):
        bring(store, rules)
        (found,) = record_of(store).values()
        lows.append(found.killed["civilians"].min)
    assert lows == [2, 3, 2]


def test_problems_are_stored_and_told_and_a_notice_is_no_refusal(store: Store) -> None:
    told: list[Problem] = []
    broken = Problem(source="broken.pdf", message="is a broken PDF")
    notice = Problem(source="picture.jpg", message="is a picture", notice=True)
    found: list[Captured | Problem] = [*captured([report(1)]), broken, notice]
    intake = recording.take_in(store, found, tell=told.append, advance=nothing)
    assert (intake.reports, intake.refused) == (1, 1)
    assert told == [broken, notice]
    assert list(store.problems()) == [broken, notice]


def test_one_report_that_cannot_be_read_stops_no_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(document: Document, pack: object) -> list[object]:
        if document.id == "report-2":
            raise RecursionError("too deep")
        return []

    monkeypatch.setattr(reading, "read", read)
    take_in(store, (report(n, f"Report {n}: {STRIKE}") for n in range(4)))
    outcome = bring(store)
    assert (outcome.read, outcome.failed) == (3, 1)
    (problem,) = store.problems()
    assert problem.source == "document report-2"
    assert "too deep" in problem.message
    assert [d.id for d in store.unread(recording.signature(RULES))] == ["report-2"]


def test_of_two_runs_at_once_the_later_one_sees_the_codes_of_the_earlier(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_run() -> None:
        with open_store(tmp_path / "desk") as other:
            bring(other)

    take_in(store, [report(1, STRIKE)])
    bring(store)
    with open_store(tmp_path / "desk") as other:
        take_in(other, [report(2, "On 3 April 2019 shelling in Homs, Syria killed nine civilians.")])
    beside = threading.Thread(target=other_run)

    def match_beside(accounts: Iterable[Account], *further: Any, **codes: Any) -> Any:
        told = list(accounts)
        if not beside.ident:
            beside.start()
            beside.join(1)  # it waits for this run to end; it would be through by now if it did not
        return match(told, *further, **codes)

    monkeypatch.setattr(joining, "match", match_beside)
    store.matching().restart({}, (), {})  # so that there is something to match
    joining.join(store, RULES, advance=nothing)
    beside.join()
    found = record_of(store)
    assert sorted(d for one in found.values() for d in one.documents) == ["report-1", "report-2"]
    assert list(found) == ["SY190403a", "SY190403b"]


def test_results_come_in_the_order_of_the_documents() -> None:
    documents = list(map(report, range(120)))
    found = spread(lambda _, document: document.id, documents, RULES, workers=1)
    assert list(found) == [d.id for d in documents]


def test_several_processes_give_what_one_gives(tmp_path: Path) -> None:
    file = tmp_path / "reports.jsonl"
    day = "2019-05-04"
    rows = ({"id": d.id, "text": d.text, "published": day, "captured": day} for d in map(report, range(150)))
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    outputs = []
    for workers in ("1", "3"):
        output = tmp_path / f"accounts-{workers}.jsonl"
        command = [sys.executable, "-m", "civcas.cli", "extract", str(file), "--workers", workers, "-o", str(output)]
        subprocess.run(command, check=True, timeout=120)
        outputs.append(output.read_bytes())
    assert outputs[0] == outputs[1]
    assert outputs[0].count(b"\n") == 15


ARABIC = "قتل تسعة مدنيين في قصف على مدينة حمص في 4 نيسان 2019."


@pytest.mark.parametrize(
    ("text", "stated", "languages"),
    [
        ("An airstrike killed twelve.", None, ["en"]),
        (ARABIC, None, ["ar"]),
        (ARABIC, "ar-SY", ["ar"]),
        (ARABIC, "en", ["en", "ar"]),
        ("Un bombardement", "fr", []),
        ("بمباران شهر", "fa", []),
        ("Бомбардировка города", None, []),
        ("12.", None, []),
        ("12.", "en", ["en"]),
        (f"{STRIKE}\n{ARABIC}", "en", ["en", "ar"]),
        (f"{STRIKE}\n{ARABIC}", "ar", ["ar", "en"]),
        (f"{'Бомбардировка города, по словам жителей. ' * 3}{STRIKE}", "ru", ["en"]),
        (f"{ARABIC} https://example.org/news/Airstrike-in-Homs @HomsNews #Homs", "ar", ["ar"]),
        (f"{ARABIC * 3} (Homs)", "ar", ["ar"]),
    ],
)
def test_a_text_is_read_in_the_language_stated_and_in_those_of_its_scripts(
    text: str, stated: str | None, languages: list[str]
) -> None:
    assert languages_of(Document(id="d", text=text, language=stated)) == languages


def test_a_text_in_two_languages_is_read_in_both() -> None:
    document = Document(id="d", text=f"{STRIKE}\n\n{ARABIC}", language="en", published="2019-04-05")
    with Reader(RULES) as reader:
        claims = reader.claims(document)
        accounts = reader.accounts(document)
    assert {claim.origin.partition("@")[0] for claim in claims} == {"rules/en", "rules/ar"}
    assert [c.span.start for c in claims] == sorted(c.span.start for c in claims)
    assert len({c.id for c in claims}) == len(claims)
    killed = [(a.where and a.where.name, [h.min for h in a.harm if h.kind == "killed"]) for a in accounts]
    assert [figures for _, figures in killed] == [[4], [9]]


def test_a_text_that_tells_of_no_harm_is_not_read_further(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = report(1, "It rained in Raqqa on 3 April 2019.")
    with Reader(RULES) as reader:
        assert reader.annotate(quiet).mentions
        monkeypatch.setattr(reading, "read", lambda *_: pytest.fail("it was read"))
        assert reader.accounts(quiet) == []
        assert recording.reading_of(reader, quiet).claims == ()


def test_the_sample_reports_give_the_same_accounts_with_and_without_the_prefilter(tmp_path: Path) -> None:
    found = collect([SAMPLES], Archive(tmp_path, durable=False), at=AT)
    documents = [item.document for item in found if isinstance(item, Captured)]
    with Reader(RULES) as reader:
        assert len(documents) > 20
        for document in documents:
            assert reader.accounts(document) == reader.accounts(document, reader.claims(document)), document.id


def test_a_language_without_a_pack_gives_no_claim() -> None:
    with Reader(RULES) as reader:
        assert reader.claims(Document(id="d", text="Une frappe a tué douze civils.", language="fr")) == []


def test_a_long_text_is_read_in_pieces_as_it_would_be_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    paragraphs = (
        f"On {day} May 2019 an airstrike in “Raqqa”, Syria killed {day} civilians.\n\n" for day in range(1, 31)
    )
    document = Document(id="long", text="".join(paragraphs), published="2019-06-01", language="en")
    with Reader(RULES) as reader:
        whole = reader.claims(document)
        monkeypatch.setattr(reading, "PIECE", 300)
        parts = reader.claims(document)
    assert len(whole) > 100
    assert parts == whole
    for claim in parts:
        claim.span.check(document.text)


@pytest.mark.parametrize("text", ["", "one\n\ntwo\n\nthree\n\n", "a\nb\nc\n" * 9, "without a break " * 9, "\n" * 40])
def test_pieces_of_a_text_are_the_text(text: str) -> None:
    cut = list(pieces(text, 12))
    assert "".join(text[start:end] for start, end in cut) == text
    assert all(0 < end - start <= 12 for start, end in cut)


def test_a_title_is_read_where_the_text_is_lost() -> None:
    lost = Document(
        id="lost", title="Three civilians killed in airstrike in Raqqa, Syria | Sample Outlet",
        text="Sign in to read on.", published="2019-05-04",
    )  # fmt: skip
    with Reader(RULES) as reader:
        assert reader.may_tell(lost)
        claims = reader.claims(lost)
        assert all(lost.words(c.span.start, c.span.end) == c.span.quote for c in claims)
        (account,) = reader.accounts(lost)
        assert [(h.kind, h.min, h.max) for h in account.harm] == [("killed", 3, 3)]
        assert account.where is not None
        assert account.where.name == "Raqqa"
        assert "count" not in {mention.label for mention in reader.annotate(lost).mentions}  # it is not in the text


def test_a_title_gives_the_place_that_the_text_leaves_out_and_no_vague_number() -> None:
    told = Document(
        id="told", title="Civilians killed in Raqqa, Syria", text="On 3 May 2019 an airstrike killed 4 civilians.",
        published="2019-05-04",
    )  # fmt: skip
    with Reader(RULES) as reader:
        (account,) = reader.accounts(told)
    assert [(h.min, h.max) for h in account.harm] == [(4, 4)]
    assert account.where is not None
    assert account.where.name == "Raqqa"
