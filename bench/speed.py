"""How fast reports are read, on one core, and how fast a set-up that is done is found done."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import time
from collections.abc import Iterator

from civcas.core.extract.claims import read
from civcas.core.project import default_project
from civcas.core.records import Document
from civcas.languages import load

SECONDS = 4.0  # of reading for each line; long enough to outweigh what else the machine does
SETS = ("syria", "gaza", "gvc")  # the largest Arabic set, dense English assessments, plain English news


def language_of(text: str) -> str:
    return "ar" if len(re.findall("[\u0620-\u064a]", text)) * 2 > len(re.findall(r"\w", text)) else "en"


def samples(root: pathlib.Path) -> list[Document]:
    """The invented reports that lie in examples/ as plain text."""
    files = sorted(file for file in (root / "examples").rglob("*") if file.suffix in {".txt", ".md"})
    texts = [(file.name, file.read_text("utf-8")) for file in files]
    return [Document(id=name, text=text, published="2024-01-01", language=language_of(text)) for name, text in texts]


def evaluation(folder: pathlib.Path) -> list[Document]:
    rows = [json.loads(line) for line in (folder / "documents.jsonl").read_text("utf-8").splitlines()]
    return [
        Document(id=row["id"], text=row["text"], published=row.get("published"), language=language_of(row["text"]))
        for row in rows
    ]


def reading(documents: list[Document]) -> tuple[float, float]:
    """Megabytes and documents read in a second of the processor's time, over and over until the time is up."""
    parties = default_project().parties
    packs = {tag: load(tag, parties) for tag in {document.language or "en" for document in documents}}
    count = size = 0
    begun = time.process_time()
    while (taken := time.process_time() - begun) < SECONDS:
        for document in documents:
            read(document, packs[document.language or "en"])
            size += len(document.text.encode())
            count += 1
    return size / taken / 1e6, count / taken


def found_done(root: pathlib.Path) -> float:
    """Seconds that `./run` takes to see that everything is set up: the best of five."""

    def once() -> float:
        begun = time.perf_counter()
        subprocess.run([root / "run", "setup"], check=True, capture_output=True)
        return time.perf_counter() - begun

    return min(once() for _ in range(5))


def report(data: pathlib.Path | None, root: pathlib.Path) -> Iterator[str]:
    """Lines for a person."""
    kinds = {"examples": samples(root)}
    if data:
        kinds |= {name: evaluation(data / name) for name in SETS if (data / name).is_dir()}
    for name, documents in kinds.items():
        for tag in ("en", "ar"):
            chosen = [document for document in documents if document.language == tag]
            if chosen:
                megabytes, count = reading(chosen)
                yield f"reading {name} ({tag}): {megabytes:.2f} MB/s, {count:.0f} documents/s on one core"
    yield f"set-up found done in {found_done(root):.3f} s"
