"""Documents to accounts and mentions by the pure stages, in several processes where there are many documents."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import re
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from civcas.core.accounts import gather
from civcas.core.codebook import Codebook, range_of
from civcas.core.errors import CivcasError
from civcas.core.extract.claims import read
from civcas.core.extract.prefilter import Prefilter
from civcas.core.headline import headline, untold
from civcas.core.language import LanguagePack
from civcas.core.locate import locate
from civcas.core.placespotting import of_a_people, peoples, spotted
from civcas.core.project import Project
from civcas.core.records import Account, Claim, DateValue, Document, Figure, PlaceName, Problem, Record, Where
from civcas.gazetteer import Gazetteer
from civcas.languages import load

T = TypeVar("T")
FEW = 48  # documents that one process reads sooner than others have started
BATCH_DOCUMENTS = 16
BATCH_CHARACTERS = 200_000
PIECE = 250_000  # characters read at once of a text more than twice as long
FAIR = 0.15  # share of a text's letters from which a second language in it is read too
SCRIPTS = {  # of the languages there are packs for
    "ar": re.compile("[\u0621-\u064a\u066e-\u06d3\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]+"),
    "en": re.compile("[A-Za-z]+"),
}
_OTHER = re.compile(r"[^\W\d_\u0000-\u024f\u0600-\u077f\ufb50-\ufdff\ufe70-\ufefc]+")
_NO_WORDS = re.compile(r"https?://\S+|[@#]\w+")  # whatever the language of a text, these are Latin


class Rules(Record, frozen=True, kw_only=True):
    """What reading goes by: the desk's project, the codebook, and the indexes of places."""

    project: Project
    codebook: Codebook
    gazetteers: tuple[Path, ...] = ()


class Mention(Record, frozen=True, kw_only=True):
    """A date, place, count or other fact in a text, where it stands and what it comes to."""

    start: int
    end: int
    quote: str
    label: str
    value: dict[str, Any]


class Annotation(Record, frozen=True, kw_only=True):
    id: str
    mentions: tuple[Mention, ...]


class Reader:
    """Reads one document at a time; packs and place lists are opened once."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.gazetteer = Gazetteer(rules.gazetteers)
        self._prefilters: dict[tuple[str, ...], Prefilter] = {}

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.gazetteer.close()

    def packs(self, document: Document) -> tuple[LanguagePack, ...]:
        """The packs for the document's languages, that of most of it first; none where there is none."""
        return tuple(load(tag, self.rules.project.parties) for tag in languages_of(document))

    def may_tell(self, document: Document) -> bool:
        """Whether the document may tell of harm at all; no account is ever made of one that may not."""
        if len(document.text) > 2 * PIECE:
            return True  # its pieces may be in other languages than the whole
        packs = self.packs(document)
        tags = tuple(pack.tag for pack in packs)
        if packs and tags not in self._prefilters:
            self._prefilters[tags] = Prefilter(packs)
        return bool(packs) and self._prefilters[tags].may_tell(f"{document.title or ''}\n{document.text}")

    def claims(self, document: Document) -> list[Claim]:
        """The document's claims, those of its title first where the text does not say the same."""
        told = self._text_claims(document)
        stretch = headline(document)
        if stretch is None:
            return told
        title = document.words(*stretch)
        read = self._read(msgspec.structs.replace(document, text=title, title=None))
        return [*untold((_moved(claim, stretch[0]) for claim in read), told, title), *told]

    def _text_claims(self, document: Document) -> list[Claim]:
        """What the text says; a very long one is read in pieces, so that memory does not grow with it."""
        if len(document.text) <= 2 * PIECE:
            return self._read(document)
        found = []
        for start, end in pieces(document.text, PIECE):
            piece = msgspec.structs.replace(document, text=document.text[start:end])
            found += [_moved(claim, start) for claim in self._read(piece)]
        return found

    def _read(self, document: Document) -> list[Claim]:
        """The claims by every pack, in the order of the text, what two packs read alike once."""
        packs = self.packs(document)
        if len(packs) == 1:
            return read(document, packs[0])
        found: dict[str, Claim] = {}
        for pack in packs:
            for claim in read(document, pack):
                found.setdefault(claim.id, claim)
        return sorted(found.values(), key=lambda c: (c.span.start, c.span.end, c.kind, c.id))

    def accounts(self, document: Document, claims: Sequence[Claim] | None = None) -> list[Account]:
        """The document's accounts, from claims read before where they are given."""
        if claims is None:
            claims = self.claims(document) if self.may_tell(document) else []
        return gather(document, claims, self.places(document, claims), self.rules.codebook)

    def places(self, document: Document, claims: Sequence[Claim]) -> dict[str, Where]:
        return locate(document, claims, self.gazetteer.lookup)

    def annotate(self, document: Document) -> Annotation:
        claims = self._text_claims(document)  # mentions are offered where they stand in the text
        further = spotted(document, claims)
        places = self.places(document, [*claims, *further])
        nations = peoples([c for c in (*claims, *further) if c.id not in places], self.gazetteer.lookup)
        told = [*claims, *(c for c in further if c.id in places or c.id in nations)]
        made = (self._mention(of_a_people(c) if c.id in nations else c, (places | nations).get(c.id)) for c in told)
        # Two rules may see the same words alike: one mention says it once.
        unique = {msgspec.json.encode(mention): mention for mention in made}
        return Annotation(
            id=document.id, mentions=tuple(sorted(unique.values(), key=lambda m: (m.start, m.end, m.label)))
        )

    def _mention(self, claim: Claim, where: Where | None) -> Mention:
        value: dict[str, Any] = {
            k: v for k, v in msgspec.to_builtins(claim.value).items() if v is not None and k != "type"
        }
        label: str = claim.kind
        if isinstance(claim.value, Figure):
            count = range_of(claim.value, self.rules.codebook)
            label, value = "count", {"kind": claim.kind, **value, "min": count.min, "max": count.max}
        elif isinstance(claim.value, PlaceName) and where is not None:
            placed = ("name", "country", "admin1", "lat", "lon", "radius_km", "gazetteer_id", "precision", "reason")
            value |= {name: getattr(where, name) for name in placed}
            value |= {"candidates": where.candidates} if where.candidates else {}
        elif isinstance(claim.value, DateValue):
            value = {"edtf": claim.value.edtf, "relative": claim.value.relative, "role": claim.value.role}
        value |= {"negated": True} if claim.negated else {}
        return Mention(start=claim.span.start, end=claim.span.end, quote=claim.span.quote, label=label, value=value)


def pieces(text: str, size: int) -> Iterator[tuple[int, int]]:
    """The text in stretches of about that size, each ending with a paragraph, or a line, or at the worst anywhere."""
    start = 0
    while start < len(text):
        end = start + size
        if end < len(text):
            breaks = (text.rfind("\n\n", start + size // 2, end) + 2, text.rfind("\n", start + size // 2, end) + 1)
            end = next((b for b in breaks if b > start + size // 2), end)
        yield start, min(end, len(text))
        start = end


def _moved(claim: Claim, by: int) -> Claim:
    """The claim as it stands in the whole text, of which a piece began at that offset."""
    span = msgspec.structs.replace(claim.span, start=claim.span.start + by, end=claim.span.end + by)
    return Claim.make(
        document=claim.document, kind=claim.kind, value=claim.value, span=span, origin=claim.origin,
        speaker=claim.speaker, negated=claim.negated, hedged=claim.hedged, scope=claim.scope,
    )  # fmt: skip


def languages_of(document: Document) -> list[str]:
    """The languages with a pack that the document is to be read in: the one stated, else that of the script most of
    its letters are in; then each whose script makes up a fair part of the text."""
    words = _NO_WORDS.sub(" ", document.text)
    letters = {tag: sum(map(len, script.findall(words))) for tag, script in SCRIPTS.items()}
    letters["other"] = sum(map(len, _OTHER.findall(words)))
    most = max(letters, key=lambda tag: (letters[tag], tag == "en"))
    stated = document.language.partition("-")[0].lower() if document.language else most
    fair = [tag for tag in SCRIPTS if letters[tag] and letters[tag] >= FAIR * sum(letters.values())]
    if stated in SCRIPTS and (document.language or letters[stated]):
        return [stated, *(tag for tag in fair if tag != stated)]
    # Most of a text in a language without a pack is in the script of that language, and is not for another's pack.
    return [tag for tag in fair if tag != most]


# A task is done in a worker process, which keeps its own reader; what it gives is sent back as bytes.


def account_lines(reader: Reader, document: Document) -> bytes:
    """The document's accounts as JSON lines."""
    return b"".join(msgspec.json.encode(account) + b"\n" for account in reader.accounts(document))


def annotation_line(reader: Reader, document: Document) -> bytes:
    return msgspec.json.encode(reader.annotate(document)) + b"\n"


Task = Callable[[Reader, Document], T]
_reader: Reader | None = None


def spread(
    task: Task[T], documents: Iterable[Document], rules: Rules, *, workers: int | None = None
) -> Iterator[T | Problem]:
    """What the task gives for each document, in the order of the documents; a Problem where it fails."""
    coming = iter(documents)
    first = list(itertools.islice(coming, FEW))
    workers = workers or os.cpu_count() or 1
    if len(first) < FEW or workers == 1:
        with Reader(rules) as reader:
            for document in itertools.chain(first, coming):
                yield _try(task, reader, document)
        return
    # Forked, so that a worker starts at once and needs no importable main module.
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(rules,))
    waiting: deque[Future[list[T | Problem]]] = deque()
    try:
        for batch in _batches(itertools.chain(first, coming)):
            waiting.append(pool.submit(_work, task, batch))
            if len(waiting) > 2 * workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool as fault:
        raise CivcasError(
            "a process that read reports was ended (out of memory?): try again with --workers 1"
        ) from fault
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    batch: list[Document] = []
    size = 0
    for document in documents:
        batch.append(document)
        size += len(document.text)
        if len(batch) == BATCH_DOCUMENTS or size > BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _start(rules: Rules) -> None:
    global _reader
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the work, so that what is done gets written
    _reader = Reader(rules)


def _work(task: Task[T], documents: Sequence[Document]) -> list[T | Problem]:
    assert _reader is not None
    return [_try(task, _reader, document) for document in documents]


def _try(task: Task[T], reader: Reader, document: Document) -> T | Problem:
    try:
        return task(reader, document)
    except Exception as fault:  # whatever is wrong with one report, the others are read
        message = f"could not be read: {type(fault).__name__}: {fault}"
        return Problem(source=f"document {document.id}", message=message, sha256=document.sha256)
