"""The main job over a workspace: what is new is taken in and read, then all of it is matched and assessed.

Each stage reads from the store, calls the pure function and writes, in batches that stand on their own: a run that was
broken off is gone on with by the next, and a run with nothing to do writes nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from civcas.core.records import Account, Captured, Claim, Document, Problem, Record, digest
from civcas.gazetteer.index import stamp_of
from civcas.languages import LANGUAGES, load
from civcas.pipeline.joining import join
from civcas.pipeline.reading import Reader, Rules, spread
from civcas.preserve import Archive

if TYPE_CHECKING:
    from civcas.store import Reading, Store

MANNER = 2  # how packs are chosen for a text; another number reads all of it anew
Tell = Callable[[Problem], None]
Advance = Callable[[int], None]


class Intake(Record, frozen=True, kw_only=True):
    """What taking reports in came to."""

    reports: int = 0  # that could be read out of the inputs
    new: int = 0
    captures: int = 0  # further captures of reports that were there
    refused: int = 0


class Outcome(Record, frozen=True, kw_only=True):
    """What reading, matching and assessing came to; all zero where nothing changed."""

    read: int = 0
    failed: int = 0
    accounts: int = 0
    incidents: int = 0
    assessments: int = 0

    @property
    def changed(self) -> bool:
        return bool(self.read or self.accounts or self.incidents or self.assessments)


def take_in(store: Store, found: Iterable[Captured | Problem], *, tell: Tell, advance: Advance) -> Intake:
    """Stores the reports with their custody, and the problems met among them, each told as it is met.

    What is doubtful of a report is told too; it is stored with the report.
    """
    from civcas.store import layout  # with the store: stages that keep nothing read no database

    refused = 0
    erased = store.erased_bytes()
    coming: deque[Captured] = deque()

    def reports() -> Iterator[Captured]:
        nonlocal refused
        for item in found:
            if isinstance(item, Captured) and (line := erased.get(item.document.sha256 or "")):
                refused += 1
                tell(_erased(item, line))
            elif isinstance(item, Captured):
                coming.append(item)
                yield item
            else:
                refused += not item.notice
                store.add_problems([item])
                tell(item)

    count = new = captures = 0
    for stored in store.add_documents(reports()):
        captured = coming.popleft()
        for doubt in (*captured.document.warnings, *renamed(stored.id, stored.given)):
            tell(doubt_of(captured, doubt))
        count += 1
        new += stored.new or stored.new_text
        captures += stored.new_capture and not stored.new
        advance(1)
    archive = Archive(store.workspace / layout.ARCHIVE)
    for bytes_ in erased:  # collecting has put them there again
        archive.erase(bytes_)
    return Intake(reports=count, new=new, captures=captures, refused=refused)


def _erased(captured: Captured, line: int) -> Problem:
    message = f"was erased from this record (line {line} of the log) and is not taken in again: leave it out"
    return Problem(source=captured.capture.source, line=captured.capture.line, message=message)


def renamed(id_: str, given: str | None) -> tuple[str, ...]:
    """The warning of a report whose id was given to another text before it."""
    if given is None or not id_.startswith(f"{given}@"):
        return ()
    return (f"the id {given[:60]!r} was given to another text before: this one is {id_[:80]}",)


def doubt_of(captured: Captured, message: str) -> Problem:
    """What is doubtful of a report that was read, as the notice that says where the report stands."""
    return Problem(source=captured.capture.source, line=captured.capture.line, message=message, notice=True)


def bring_up_to_date(
    store: Store, rules: Rules, *, tell: Tell, reading: Advance, assessing: Advance, workers: int | None = None
) -> Outcome:
    """Reads what these rules have not read yet, then matches and assesses the whole record."""
    note(store, rules, tell=tell)
    read = read_new(store, rules, tell=tell, advance=reading, workers=workers)
    joined = join(store, rules, advance=assessing)
    return msgspec.structs.replace(read, incidents=joined.incidents, assessments=joined.assessments)


def note(store: Store, rules: Rules, *, tell: Tell) -> None:
    """Keeps the project and codebook that the record is worked out by, so that what was can be worked out again."""
    before, now = store.codebook_text(), msgspec.json.encode(rules.codebook).decode()
    store.note_project(msgspec.json.encode(rules.project).decode())
    if store.note_codebook(now) and before is not None and not any(d.verb == "codebook" for d in store.decisions()):
        was, book = msgspec.json.decode(before), rules.codebook
        told = f"the codebook is {book.name} {book.version} now, {was['name']} {was['version']} before"
        shows = "`civcas diff` shows what it moved; `civcas codebook preview` shows that beforehand"
        tell(Problem(source="codebook", message=f"{told}: {shows}", notice=True))


def signature(rules: Rules) -> str:
    """The name a reading goes by: another pack, codebook, project or place list reads anew."""
    packs = [load(tag, rules.project.parties).origin for tag in LANGUAGES]
    places = [stamp_of(index) for index in rules.gazetteers]
    return f"{'+'.join(packs)}#{digest(MANNER, rules.project, rules.codebook, places, length=12)}"


def read_new(store: Store, rules: Rules, *, tell: Tell, advance: Advance, workers: int | None = None) -> Outcome:
    """Reads each document that these rules have not read in its present text."""
    from civcas.store import Reading

    by = signature(rules)
    read = failed = 0

    def readings() -> Iterator[Reading]:
        nonlocal read, failed
        for found in spread(reading_of, store.unread(by), rules, workers=workers):
            advance(1)
            if isinstance(found, Problem):
                failed += 1
                store.add_problems([found])
                tell(found)
                continue
            read += 1
            yield Reading(document=found.document, claims=found.claims, accounts=found.accounts)

    written = store.add_readings(readings(), by)
    return Outcome(read=read, failed=failed, accounts=written.accounts + written.superseded)


class Found(Record, frozen=True, kw_only=True):
    """What was read in one document, as it comes back from a worker."""

    document: str
    claims: tuple[Claim, ...]
    accounts: tuple[Account, ...]


def reading_of(reader: Reader, document: Document) -> Found:
    claims = reader.claims(document) if reader.may_tell(document) else []
    return Found(document=document.id, claims=tuple(claims), accounts=tuple(reader.accounts(document, claims)))
