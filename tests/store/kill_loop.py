"""A process that does one action after another on a workspace is killed (SIGKILL) again and again; after each time the
record must verify, with every action told of as done there, and the one it was in the middle of whole or absent.

    kill_loop.py FOLDER TIMES SEED

It forks its victims, so that each begins where the program is loaded already. Prints what it found as JSON.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from civcas import actions
from civcas.core.records import (
    Account,
    Assessment,
    Capture,
    Captured,
    Claim,
    Document,
    Figure,
    Incident,
    Range,
    Span,
    digest,
)
from civcas.preserve import Archive
from civcas.store import Reading, Store, Viewer, layout, open_store

AT = datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)
EDITOR = Viewer.local("An Editor")
QUOTE = "people were killed"
STEPS = 5  # actions on one report, the first of which takes it in
MOST = 3  # actions that a process does before it is killed in the next one


def report(number: int) -> Document:
    text = f"Constructed sample {number}: {number % 7 + 2} {QUOTE}."
    return Document(id=f"report-{number}", text=text, sha256=hashlib.sha256(text.encode()).hexdigest())


def account(document: Document) -> Account:
    start = document.text.index(QUOTE)
    span = Span.of(document.text, start, start + len(QUOTE))
    claim = Claim.make(document=document.id, kind="killed", value=Figure(number=3), span=span, origin="rules/en@1")
    return Account(id=digest(document.id), document=document.id, kind="incident", claims=(claim,))


def incident(found: Account) -> Incident:
    number = found.document.removeprefix("report-")
    return Incident(code=f"SY240501n{number}", documents=(found.document,), accounts=(found.id,), members=(found,))


def assessment(found: Incident) -> Assessment:
    ranges = {"civilians": Range(min=3, max=3)}
    return Assessment(
        code=found.code, documents=found.documents, accounts=found.accounts, killed=ranges, grade="weak", sources=1
    )


def take_in(store: Store, document: Document) -> None:
    Archive(store.workspace / layout.ARCHIVE).put(document.text.encode())
    capture = Capture(document=document.id, sha256=document.sha256 or "", source="sample", given_id=document.id)
    list(store.add_documents([Captured(document=document, capture=capture)]))


def read(store: Store, document: Document) -> None:
    found = account(document)
    store.add_readings([Reading(document=document.id, claims=found.claims, accounts=(found,))], "rules/en@1")


def join(store: Store, document: Document) -> None:
    """What the pipeline does last: incidents and their assessments in one transaction."""
    with store.transaction():
        incidents = [incident(a) for a in store.accounts()]
        store.set_incidents(incidents)
        store.set_assessments(map(assessment, incidents))


def publish(store: Store, document: Document) -> None:
    actions.publish(store, incident(account(document)).code, actor=EDITOR, at=AT, reason="settled")


def erase(store: Store, document: Document) -> None:
    """Every other report goes again, and the record is joined without it."""
    if int(document.id.removeprefix("report-")) % 2:
        actions.erase_document(store, document.id, actor=EDITOR, at=AT, reason="asked for")
        join(store, document)


ACTIONS: tuple[Callable[[Store, Document], None], ...] = (take_in, read, join, publish, erase)
assert len(ACTIONS) == STEPS


def work(folder: Path, first: int, told: int) -> None:
    """Does action after action; `told` hears the number of each that is done."""
    with open_store(folder, create=False) as store:
        os.write(told, b"ready\n")
        for step in range(first, first + 10_000):
            ACTIONS[step % STEPS](store, report(step // STEPS))
            os.write(told, f"{step}\n".encode())


def victim(folder: Path, first: int, acts: int, share: float) -> int:
    """The number of the next action after those that the process told of as done. It is killed after so many, when
    about that share of the time is over that one of them takes."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        with contextlib.suppress(BaseException):
            work(folder, first, writing)
        os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as heard:
        assert heard.readline() == "ready\n"
        begun = time.perf_counter()
        told = [heard.readline() for _ in range(acts)]
        time.sleep(share * (time.perf_counter() - begun) / acts)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        done = [line for line in ("".join(told) + heard.read()).split("\n")[:-1] if line]
    return int(done[-1]) + 1 if done else first


def wrong(store: Store, following: int) -> Iterator[str]:
    """What is not as it must be once all actions before the following one were told of as done."""
    yield from (fault.message for fault in actions.verify(store) if not _archive_only(fault.message))
    texts = {d.id: d.text for d in store.documents()}
    read_, joined = {a.document for a in store.accounts()}, {i.documents[0]: i for i in store.incidents()}
    assessed, published = {a.documents[0] for a in store.assessments()}, store.published()
    erased = {d.subjects[0].document for d in store.decisions() if d.verb == "erase"}
    if assessed - set(joined) or (set(joined) - assessed):
        yield "incidents stand without their assessments"
    for number in range(following // STEPS + 2):
        document, step = report(number), following - number * STEPS
        gone = number % 2 and step >= STEPS
        if document.id in erased or gone:
            whole = document.id in erased and texts.get(document.id) == "" and document.id not in read_
            yield from () if whole else (f"{document.id} is half erased",)
            continue
        there = (document.id in texts, document.id in read_, document.id in joined, _code(document) in published)
        least = (step >= 1, step >= 2, step >= 3, step >= 4)
        most = (step >= 0, step >= 1, step >= 2, step >= 3)
        if any(must and not is_ for must, is_ in zip(least, there, strict=True)):
            yield f"an action on {document.id} was told of as done and is not there: {there} after {step}"
        if any(is_ and not may for may, is_ in zip(most, there, strict=True)):
            yield f"an action on {document.id} is there that had not begun: {there} after {step}"
        if document.id in texts and texts[document.id] != document.text:
            yield f"{document.id} has another text"


def _archive_only(message: str) -> bool:
    """Whether it is of bytes that wait for their erasing: the tombstone was written, the next action clears them."""
    return "lies in the archive though line" in message


def _code(document: Document) -> str:
    return incident(account(document)).code


def main(folder: Path, times: int, seed: int) -> None:
    chance = random.Random(seed)
    open_store(folder).close()
    following, inside, faults = 0, 0, []
    for n in range(times):
        following = victim(folder, following, chance.randrange(1, MOST + 1), 1.5 * chance.random())
        with open_store(folder, create=False) as store:
            faults += [f"kill {n} before action {following}: {fault}" for fault in wrong(store, following)]
            actions.clear_archive(store)
            begun = following
            while whole(store, following):  # it was done, though nobody was told
                following += 1
            inside += following == begun
            faults += [f"after clearing {n}: {f.message}" for f in actions.verify(store)]
        if len(faults) > 20:
            break
    sys.stdout.write(json.dumps({"kills": n + 1, "actions": following, "absent": inside, "faults": faults}))


def whole(store: Store, step: int) -> bool:
    """Whether the action of that number is in the record already."""
    document = report(step // STEPS)
    match step % STEPS:
        case 0:
            return store.has(document.id)
        case 1:
            return any(True for _ in store.accounts([document.id]))
        case 2:
            return store.assessment(_code(document)) is not None
        case 3:
            return _code(document) in store.published()
    if not int(document.id.removeprefix("report-")) % 2:
        return False
    return any(d.verb == "erase" and d.subjects[0].document == document.id for d in store.decisions()) and (
        store.incident(_code(document)) is None
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
