"""A small invented record for the tests of the store: reports whose claims really stand in their texts."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from civcas.core.records import (
    Account,
    Anchor,
    Assessment,
    Capture,
    Captured,
    Claim,
    Decision,
    Document,
    Figure,
    Incident,
    Range,
    Span,
    digest,
)
from civcas.preserve import Archive
from civcas.store import Reading, Store, layout, open_store

START = datetime.datetime(2024, 5, 1, 8, tzinfo=datetime.UTC)
READER = "rules/en@1"
TEXTS = (
    "Constructed sample. Three people were killed near the invented village of Tell Asfar.",
    "Constructed sample. Rescuers said 5 people were killed at Tell Asfar.",
    "Constructed sample. Two people were killed in the invented town of Wadi Zahr.",
)
QUOTES = ("Three people were killed", "5 people were killed", "Two people were killed")


class Clock:
    """A clock that moves on by a minute whenever it is asked."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime.datetime:
        self.now += datetime.timedelta(minutes=1)
        return self.now


class Place(msgspec.Struct):
    """Where a test's workspace lies and, on PostgreSQL, its database."""

    folder: Path
    url: str | None

    def open(self, *, create: bool = True, clock: Clock | None = None) -> Store:
        return open_store(self.folder, self.url, create=create, clock=clock or Clock())


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def captured(text: str, id_: str | None = None, *, source: str = "reports.jsonl", reader: str = "jsonl") -> Captured:
    """A report as collect hands it on."""
    hash_ = sha256(text)
    document = Document(id=id_ or hash_[:24], text=text, sha256=hash_, reader=reader)
    return Captured(document=document, capture=Capture(document=document.id, sha256=hash_, source=source, given_id=id_))


def killed(document: Document, quote: str, number: int, origin: str = READER) -> Claim:
    start = document.text.index(quote)
    return Claim.make(
        document=document.id, kind="killed", value=Figure(number=number),
        span=Span.of(document.text, start, start + len(quote)), origin=origin,
    )  # fmt: skip


def account(document: Document, *claims: Claim) -> Account:
    return Account(id=digest(document.id, [c.id for c in claims]), document=document.id, kind="incident", claims=claims)


def incident(code: str, *members: Account) -> Incident:
    documents = tuple(dict.fromkeys(a.document for a in members))
    return Incident(code=code, documents=documents, accounts=tuple(a.id for a in members), members=members)


def assessment(found: Incident, killed: int) -> Assessment:
    ranges = {"civilians": Range(min=killed, max=killed)}
    return Assessment(
        code=found.code, documents=found.documents, accounts=found.accounts, killed=ranges, grade="weak", sources=1
    )


def fill(store: Store) -> list[Incident]:
    """Three reports of two incidents, preserved, read, joined and assessed: SY240501a (two reports) and SY240501b."""
    given = [captured(text, f"report-{n}") for n, text in enumerate(TEXTS, 1)]
    Archive(store.workspace / layout.ARCHIVE).put_many([text.encode() for text in TEXTS])
    list(store.add_documents(given))
    documents = list(store.documents())
    accounts = read(store, documents)
    incidents = [incident("SY240501a", *accounts[:2]), incident("SY240501b", accounts[2])]
    store.set_incidents(incidents)
    store.set_assessments(assessment(i, 3) for i in incidents)
    return incidents


def read(store: Store, documents: Sequence[Document], reader: str = READER) -> list[Account]:
    """Each document's one claim and account, stored."""
    found = [killed(d, q, n) for d, q, n in zip(documents, QUOTES, (3, 5, 2), strict=False)]
    accounts = [account(d, c) for d, c in zip(documents, found, strict=False)]
    readings = [Reading(document=a.document, claims=a.claims, accounts=(a,)) for a in accounts]
    store.add_readings(readings, reader)
    return accounts


def decided(
    verb: str, *subjects: Anchor, at: datetime.datetime = START, actor: str = "rana", **value: object
) -> Decision:
    said = {"verb": verb, "actor": actor, "at": at, "reason": "an invented reason", "value": value}
    return msgspec.convert({"id": digest(said, subjects), "subjects": subjects, **said}, Decision)
