"""The store: the only way to the record. It takes and gives core records; Django stays behind it."""

from __future__ import annotations

import contextlib
import datetime
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from django.db import transaction

from civcas.core import log
from civcas.core.assess.shield import Shield
from civcas.core.datasets.entries import Dataset, Entry
from civcas.core.log import Fault, Noted, Sealed
from civcas.core.project import Project
from civcas.core.records import (
    Account,
    AccountKind,
    Anchor,
    Assessment,
    Capture,
    Captured,
    Claim,
    Decision,
    Document,
    Head,
    Incident,
    Letter,
    Link,
    Problem,
)  # fmt: skip
from civcas.store import (
    anchors,
    backup,
    datasets,
    decisions,
    documents,
    engine,
    erasing,
    incidents,
    letters,
    matched,
    readings,
    seal,
    verify,
    workspace,
)
from civcas.store.datasets import Taken
from civcas.store.documents import Stored
from civcas.store.keys import Key, read_key
from civcas.store.matched import Matching
from civcas.store.readings import Reading, Written
from civcas.store.rows import batches
from civcas.store.visibility import DESK, Sight, Viewer

Clock = Callable[[], datetime.datetime]
ArchiveCheck = Callable[[Iterable[str]], Iterable[object]]  # expected digests -> what does not hold, as text


class Store:
    """An open workspace. A context manager; one per thread of work."""

    def __init__(self, folder: Path, db: str, clock: Clock) -> None:
        self.workspace = folder
        self._db = db
        self._clock = clock

    @classmethod
    def open(cls, folder: Path, url: str | None, *, create: bool, clock: Clock) -> Store:
        """The store of the workspace; made where there is none, unless `create` is False: then BadStore."""
        return cls(folder, workspace.prepare(folder, url, create=create), clock)

    def close(self) -> None:
        engine.forget(self._db)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is written together, or none of it; may be nested.

        Nobody else writes meanwhile, in any process, so what is read inside holds until its end.
        """
        with engine.faults_named("the record cannot be written"), transaction.atomic(using=self._db):
            decisions.lock(self._db)
            yield

    # ------------------------------------------------------------- reports

    def add_documents(self, captured: Iterable[Captured]) -> Iterator[Stored]:
        """What became of each report, in the order given; each batch is on disk before it is told of."""
        for batch in batches(captured, weight=lambda c: len(c.document.text)):
            with self.transaction():
                stored = documents.add(self._db, batch, self._clock())
                seal.extend(self._db, self.workspace, seal.REPORTS)
            yield from stored

    def add_problems(self, problems: Iterable[Problem]) -> int:
        """How many of the problems were not known yet; all are stored."""
        with self.transaction():
            added = documents.add_problems(self._db, problems, self._clock())
            seal.extend(self._db, self.workspace, ["problem"])
        return added

    def documents(
        self, ids: Iterable[str] | None = None, *, as_of: datetime.datetime | None = None, visible_to: Viewer = DESK
    ) -> Iterator[Document]:
        """The documents in the order they came, or those of the ids or aliases given, in that order and each once;
        at a moment, those that were there, with their text of then."""
        sight = self._sight(visible_to)
        wanted = documents.ids(self._db) if ids is None else self._known(ids)
        for batch in batches((id_ for id_ in wanted if sight.report(id_)), documents.AT_ONCE):
            yield from map(sight.document, documents.read(self._db, batch, as_of))

    def document(self, name: str, *, visible_to: Viewer = DESK) -> Document | None:
        """The document of that id or alias."""
        return next(self.documents([name], visible_to=visible_to), None)

    def unread(self, reader: str) -> Iterator[Document]:
        """The documents whose present text this reader has not gone over: where an interrupted run goes on."""
        return self.documents(readings.unread(self._db, reader))

    def has(self, name: str) -> bool:
        """Whether a document answers to that id or alias."""
        return bool(documents.resolve(self._db, [name]))

    def resolve(self, names: Iterable[str]) -> dict[str, str]:
        """For each id or alias that the store knows, the id of its document."""
        return documents.resolve(self._db, names)

    def aliases(self) -> dict[str, str]:
        """Each other id that a report was given under, with the id of its document."""
        return documents.aliases(self._db)

    def captures(self, document_id: str | None = None, *, visible_to: Viewer = DESK) -> Iterator[Capture]:
        """The chain of custody of one document, or of all."""
        sight = self._sight(visible_to)
        return (sight.capture(c) for c in documents.captures(self._db, document_id) if sight.report(c.document))

    def problems(self) -> Iterator[Problem]:
        """What could not be read, in the order it was met. For the desk only."""
        return documents.problems(self._db)

    # ------------------------------------------------------------ readings

    def add_claims(self, document_id: str, claims: Iterable[Claim], reader: str) -> Written:
        """Stores what the reader claims of one document; claims no longer read are superseded, never deleted."""
        return self.add_readings([Reading(document=document_id, claims=tuple(claims))], reader)

    def add_accounts(self, document_id: str, accounts: Iterable[Account], reader: str) -> Written:
        """Stores the accounts of one document; those no longer read are superseded, never deleted."""
        return self.add_readings([Reading(document=document_id, accounts=tuple(accounts))], reader)

    def add_readings(self, found: Iterable[Reading], reader: str) -> Written:
        """Stores the claims and accounts of many documents, a batch of documents in each transaction."""
        written = Written()
        for batch in batches(found, 200):
            with self.transaction():
                before = seal.held(self._db, (r.document for r in batch))
                written += readings.add(self._db, batch, reader, self._clock())
                more = seal.held(self._db, (r.document for r in batch)) - before
                seal.extend(self._db, self.workspace, seal.READINGS, more=more)
        return written

    def claims(
        self, document_ids: Iterable[str] | None = None, *, as_of: datetime.datetime | None = None,
        superseded: bool = False, visible_to: Viewer = DESK,
    ) -> Iterator[Claim]:  # fmt: skip
        """The claims that hold; with `superseded`, those that no longer do. The public: those of published accounts."""
        if not visible_to.inside:
            if superseded:
                return
            for account in self.accounts(document_ids, visible_to=visible_to):
                yield from account.claims
            return
        wanted = None if document_ids is None else self._known(document_ids)
        yield from readings.claims(self._db, document_ids=wanted, as_of=as_of, superseded=superseded)

    def accounts(
        self, document_ids: Iterable[str] | None = None, *, kind: AccountKind | None = None,
        as_of: datetime.datetime | None = None, visible_to: Viewer = DESK,
    ) -> Iterator[Account]:  # fmt: skip
        """The accounts that hold now (or held at a moment), in the order of their documents."""
        sight = self._sight(visible_to)
        wanted = None if document_ids is None else self._known(document_ids)
        found = readings.accounts(self._db, document_ids=wanted, kind=kind, as_of=as_of)
        return (sight.shown(a) for a in found if sight.account(a.id))

    # ----------------------------------------------------------- incidents

    def set_incidents(self, found: Sequence[Incident]) -> int:
        """Makes these the incidents that there are; a code that falls away leads on to where its accounts went."""
        with self.transaction():
            changed = incidents.replace(self._db, found, self._clock())
            seal.extend(self._db, self.workspace, (), now=True)
        return changed

    def renew(self, found: Sequence[Incident], accounts: Iterable[str]) -> int:
        """Makes these the incidents that there are of all these accounts; the others stay."""
        with self.transaction():
            codes = incidents.coded(self._db, accounts)
            changed = incidents.replace(self._db, found, self._clock(), codes)
            seal.extend(self._db, self.workspace, (), now=codes | {incident.code for incident in found})
        return changed

    def matching(self) -> Matching:
        """How the accounts were last matched, to go on from."""
        return Matching(self._db)

    def column_lines(self) -> Iterator[tuple[str, bytes]]:
        """The columns of each account of an incident (core.match.flat), in the order of their ids."""
        return matched.lines(self._db)

    def accounts_by_id(self, ids: Iterable[str]) -> Iterator[Account]:
        """The accounts of these ids that hold, in no order."""
        return readings.accounts_of(self._db, ids)

    def members_of(self, codes: Iterable[str]) -> frozenset[str]:
        """The accounts in the incidents of these codes."""
        return frozenset(incidents.members(self._db, codes))

    def incident_mates(self, accounts: Iterable[str]) -> frozenset[str]:
        """The accounts in the incidents that these are in."""
        return frozenset(incidents.members(self._db, set(incidents.codes_of(self._db, accounts).values())))

    def codes_of(self, accounts: Iterable[str]) -> dict[str, str]:
        """`codes` of these accounts alone, and of what they are read as now."""
        return incidents.codes_of(self._db, accounts)

    def incidents(self, codes: Sequence[str] | None = None, *, visible_to: Viewer = DESK) -> Iterator[Incident]:
        """The incidents with their accounts, in the order their codes were given."""
        sight = self._sight(visible_to)
        return (sight.incident(i) for i in incidents.read(self._db, codes) if sight.code(i.code))

    def incident(self, code: str, *, visible_to: Viewer = DESK) -> Incident | None:
        """The incident that the code leads to today."""
        current = incidents.current_code(self._db, code)
        return None if current is None else next(self.incidents([current], visible_to=visible_to), None)

    def codes(self, as_of: datetime.datetime | None = None) -> dict[str, str]:
        """For each account in an incident (now, or at a moment), the incident's code: matching keeps codes by it."""
        return incidents.codes(self._db, as_of)

    def used_codes(self, as_of: datetime.datetime | None = None) -> frozenset[str]:
        """Every code ever given, or given up to a moment; none is given again."""
        return incidents.used_codes(self._db, as_of)

    def ever_coded(self, code: str) -> frozenset[str]:
        """The accounts that were ever of the incident of that code."""
        return incidents.ever_coded(self._db, code)

    def current_code(self, code: str) -> str | None:
        """The code that this one leads to today; None where it leads nowhere."""
        return incidents.current_code(self._db, code)

    def set_assessments(self, assessments: Iterable[Assessment]) -> int:
        """How many assessments differ from what was stored; all are stored."""
        with self.transaction():
            given = list(assessments)
            changed = incidents.set_assessments(self._db, given)
            seal.extend(self._db, self.workspace, (), now={assessment.code for assessment in given})
        return changed

    def assessments(self, *, visible_to: Viewer = DESK) -> Iterator[Assessment]:
        sight = self._sight(visible_to)
        return (sight.assessment(a) for a in incidents.assessments(self._db) if sight.code(a.code))

    def assessment(self, code: str, *, visible_to: Viewer = DESK) -> Assessment | None:
        """The assessment of the incident that the code leads to today."""
        current = incidents.current_code(self._db, code)
        sight = self._sight(visible_to)
        found = incidents.assessment(self._db, current) if current and sight.code(current) else None
        return None if found is None else sight.assessment(found)

    # ----------------------------------------------------------- decisions

    def append(self, decision: Decision) -> Link:
        """The line of the log that holds the decision from now on; the same decision twice is one line."""
        with self.transaction():
            return decisions.append(self._db, decision, self._key())

    def decisions(self, as_of: datetime.datetime | int | None = None, *, all_of_them: bool = False) -> list[Decision]:
        """The decisions in force, in their order: now, at a moment, or up to a line; `all_of_them`: undone ones too."""
        found = decisions.read(self._db, as_of)
        return found if all_of_them else log.in_force(found)

    def decision(self, decision_id: str) -> Decision | None:
        return decisions.find(self._db, decision_id)

    def lines(self) -> dict[str, int]:
        """The line of the log that each decision stands on, by its id."""
        return decisions.lines(self._db)

    def said(self, line: int) -> Decision | None:
        """The decision on that line of the log; None where there is no such line, or it was erased."""
        return decisions.at_line(self._db, line)

    def log(self) -> tuple[list[Link], dict[int, Sealed]]:
        """The chain, and what its lines say by number; an erased line says nothing."""
        return list(decisions.links(self._db)), decisions.sealed(self._db)

    def head(self) -> Head:
        """The signed end of the log."""
        return decisions.head(self._db)

    def erase_line(self, number: int, tombstone: Callable[[dict[str, Any]], Decision]) -> Link:
        """Takes away what a line says; the decision that `tombstone` makes of its signed value stands in its place."""
        with self.transaction():
            key = self._key()
            line = decisions.append(self._db, tombstone(decisions.erase(self._db, number, key)), key)
        decisions.scrub(self._db)
        return line

    def erase_document(
        self, document: str, names: re.Pattern[str] | None, tombstone: Callable[[dict[str, Any]], Decision]
    ) -> Link:
        """Takes a document, or the names in it, out of the record for good; the decision that `tombstone` makes of its
        signed value says so. The bytes in the archive are left to whoever knows it (`erased_bytes`)."""
        with self.transaction():
            key = self._key()
            line = decisions.append(
                self._db, tombstone(erasing.erase(self._db, self.workspace, document, names, key)), key
            )
        engine.rewrite(self._db)
        return line

    def rewrite(self) -> None:
        """Leaves no trace on the disk of what rows held before."""
        engine.rewrite(self._db)

    def erased_bytes(self) -> dict[str, int]:
        """The digests of all bytes that were erased, each with the line of the log that says so."""
        return erasing.erased_bytes(self._db)

    def naming(self, names: re.Pattern[str]) -> tuple[list[str], list[int]]:
        """The documents, and the lines of the log, in which any of the names stands."""
        return erasing.naming(self._db, names)

    def published(self) -> frozenset[str]:
        """The codes whose latest publish or withdraw decision publishes them."""
        return frozenset(log.publications(decisions.read_publications(self._db)))

    def anchor(self, name: str) -> Anchor:
        """What a decision about that incident code, account, claim or document names; raises BadDecision."""
        return anchors.find(self._db, name)

    def check_anchor(self, anchor: Anchor) -> Anchor:
        """The anchor with today's code and document id; raises BadDecision where it names nothing that is stored."""
        return anchors.check(self._db, anchor)

    def log_faults(self, noted: Iterable[Noted] = ()) -> Iterator[Fault]:
        """What no longer holds in the decision log alone: quicker than all of `faults`."""
        return verify.log_faults(self._db, self.workspace, noted)

    def faults(self, archive: ArchiveCheck | None = None, *, noted: Iterable[Noted] = ()) -> Iterator[Fault]:
        """What no longer holds: the log against its heads, rows against their seal, texts and quotes, the archive."""
        yield from verify.faults(self._db, self.workspace, noted)
        if archive is not None:
            for found in archive(verify.expected(self._db)):
                yield Fault(what=getattr(found, "kind", "altered"), message=str(found))

    def back_up(self, file: Path) -> None:
        """Writes the whole workspace into one file, as it stands at this moment."""
        with engine.faults_named("the backup cannot be made"):
            backup.back_up(self._db, self.workspace, file)

    # ------------------------------------------------------------ datasets

    def add_dataset(self, dataset: Dataset, entries: Iterable[Entry]) -> Taken:
        """Takes in a version of a dataset: only what differs from the one before is written, and nothing where
        nothing does. For the desk only: what others publish is no part of the record."""
        with self.transaction():
            taken = datasets.add(self._db, dataset, entries)
            seal.extend(self._db, self.workspace, seal.DATASETS)
        return taken

    def datasets(self) -> list[Dataset]:
        """The newest version of each dataset, by name."""
        return datasets.datasets(self._db)

    def dataset_versions(self, name: str) -> list[Dataset]:
        """Every version of a dataset that was taken in, the first one first."""
        return datasets.versions(self._db, name)

    def entries(self, name: str, version: int | None = None) -> Iterator[Entry]:
        """The incidents of a dataset, in its newest version or the one asked for."""
        return datasets.entries(self._db, name, version)

    # ------------------------------------------------------------- letters

    def add_letter(self, letter: Letter) -> None:
        """Puts what a reader wrote into the desk's queue."""
        with self.transaction():
            letters.add(self._db, letter)

    def letters(self) -> Iterator[Letter]:
        """What readers wrote, in the order it came. For the desk only."""
        return letters.read(self._db)

    # ------------------------------------------------------------- project

    def project(self) -> Project:
        """What the desk decided beforehand: the workspace's project.toml, or the one that ships with civcas."""
        return workspace.project(self.workspace)

    def note_project(self, text: str) -> bool:
        """Keeps the project file as it stands now, for looking back; whether it was new."""
        with self.transaction():
            return workspace.note(self._db, "project", text, self._clock())

    def project_text(self, as_of: datetime.datetime | None = None) -> str | None:
        """The project file as it was noted last, or as it stood at a moment."""
        return workspace.noted(self._db, "project", as_of)

    def note_codebook(self, text: str) -> bool:
        """Keeps the codebook that the project names as it stands now, for looking back; whether it was new."""
        with self.transaction():
            return workspace.note(self._db, "codebook", text, self._clock())

    def codebook_text(self, as_of: datetime.datetime | None = None) -> str | None:
        """The codebook as it was noted last, or as it stood at a moment."""
        return workspace.noted(self._db, "codebook", as_of)

    # ------------------------------------------------------------- private

    def _key(self) -> Key:
        return read_key(self.workspace)

    def _known(self, names: Iterable[str]) -> list[str]:
        asked = list(names)
        known = documents.resolve(self._db, asked)
        return list(dict.fromkeys(known[name] for name in asked if name in known))

    def _sight(self, viewer: Viewer) -> Sight:
        if viewer.inside:
            return Sight(everything=True)
        codes = self.published()
        homes = incidents.members(self._db, codes)
        told: dict[str, set[str]] = {}
        for account, document in readings.documents_of(self._db, homes).items():
            told.setdefault(document, set()).add(homes[account])
        of_document = {document: tuple(sorted(found)) for document, found in told.items()}
        return Sight(everything=False, codes=codes, homes=homes, told=of_document, shield=self._shields(of_document))

    def _shields(self, told: Mapping[str, Sequence[str]]) -> Callable[[str], Shield]:
        """By the code of an incident, what hides the people whom any account of its reports names."""
        reports: dict[str, list[str]] = {}
        for document, codes in sorted(told.items()):
            for code in codes:
                reports.setdefault(code, []).append(document)

        @functools.cache
        def naming() -> list[Decision]:
            return decisions.read_naming(self._db)

        @functools.lru_cache(maxsize=64)  # one read asks for an incident, its accounts and its reports in turn
        def shield(code: str) -> Shield:
            return Shield.of(list(readings.accounts(self._db, document_ids=reports.get(code, []))), naming())

        return shield
