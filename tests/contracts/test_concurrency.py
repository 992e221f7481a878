"""Several processes write one record at once, or are killed while they write: nothing told of as done is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.store.world import Place

from civcas import actions

EACH = 15
WRITER = """
import datetime, sys
from pathlib import Path
from civcas.core import log
from civcas.core.records import Anchor, Capture, Captured, Document
from civcas.store import open_store
import hashlib

folder, url, name, number = sys.argv[1:5]
with open_store(Path(folder), url or None) as store:
    print("ready", flush=True)
    for n in range(int(number)):
        text = f"Constructed sample {name} {n}."
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        document = Document(id=f"{name}-{n}", text=text, sha256=sha256)
        capture = Capture(document=document.id, sha256=sha256, source=name)
        at = datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)
        with store.transaction():
            list(store.add_documents([Captured(document=document, capture=capture)]))
            store.append(log.decision("exclude", [Anchor(document=document.id)], actor=name, at=at, reason="invented"))
        print(document.id, flush=True)
"""


def start(place: Place, name: str, number: int) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", WRITER, str(place.folder), place.url or "", name, str(number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def test_processes_that_decide_at_once_lose_nothing_and_make_one_chain(place: Place) -> None:
    """They even make the workspace at once: it was not there before."""
    writers = [start(place, name, EACH) for name in ("rana", "omar", "lina")]
    ends = [writer.communicate(timeout=120) for writer in writers]
    assert [(w.returncode, errors) for w, (_, errors) in zip(writers, ends, strict=True)] == [(0, "")] * 3
    told = {line for out, _ in ends for line in out.split() if line != "ready"}
    with place.open(create=False) as store:
        links, _ = store.log()
        assert [link.number for link in links] == list(range(1, 3 * EACH + 1))
        assert {d.subjects[0].document for d in store.decisions()} == told
        assert {d.id for d in store.documents()} == told
        assert list(store.faults()) == []


def test_a_writer_killed_in_the_middle_leaves_a_record_that_holds(place: Place) -> None:
    told: set[str] = set()
    for round_ in range(3):
        writer = start(place, f"writer{round_}", 100_000)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(0.15 + 0.05 * round_)
        writer.kill()
        out, _ = writer.communicate()
        *whole, _ = out.split("\n")  # the last line may be cut short
        told.update(whole)
    assert told
    with place.open(create=False) as store:
        assert list(store.faults()) == []
        written = {d.id for d in store.documents()}
        assert {d.subjects[0].document for d in store.decisions()} == written
        assert told <= written
        assert actions.verify(store) != [], "the archive was never written: its bytes must be missed"


def test_a_workspace_half_made_when_its_maker_was_killed_can_be_opened(place: Place) -> None:
    for pause in (0.25, 0.4, 0.55):
        maker = start(place, "maker", 0)
        time.sleep(pause)
        maker.kill()
        maker.communicate()
    with place.open() as store:
        assert list(store.faults()) == []
        assert store.head().number == 0
    leftovers = [p.name for p in Path(place.folder).iterdir() if p.name.endswith(".part")]
    assert len(leftovers) <= 3
