"""Reports in the store: documents with their text versions, other ids, captures, media and problems."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from civcas.core.records import Capture, Captured, Document, Media, Problem, Record, digest
from civcas.store.models import AliasRow, CaptureRow, DocumentRow, MediaRow, ProblemRow, TextRow
from civcas.store.rows import batches, body, next_position, plain, usable_id

AT_ONCE = 32  # documents read together: any of them may be 50 MB long
_document = msgspec.json.Decoder(Document)
_capture = msgspec.json.Decoder(Capture)
_media = msgspec.json.Decoder(Media)
_problem = msgspec.json.Decoder(Problem)


class Stored(Record, frozen=True, kw_only=True):
    """What became of a captured report: the id it has in the store and what was new of it."""

    id: str
    given: str
    new: bool = False  # no such bytes were there before
    new_text: bool = False  # the same bytes, read into other words
    new_capture: bool = False


def add(db: str, captured: list[Captured], now: datetime.datetime) -> list[Stored]:
    """Writes what is new of one batch, in its order; the same bytes are one document whatever ids they come under."""
    intake = _Intake(db, captured, now)
    stored = [intake.take(c) for c in captured]
    intake.write()
    return stored


class _Intake:
    """One batch on its way in: what the store knows of it already, and the rows that it adds."""

    def __init__(self, db: str, captured: list[Captured], now: datetime.datetime) -> None:
        self.db, self.now = db, now
        named = {c.document.id for c in captured} | {c.capture.given_id for c in captured if c.capture.given_id}
        ids = {name for name in named if usable_id(name)}
        hashes = {_hash(c) for c in captured}
        rows = DocumentRow.objects.using(db)
        self.by_hash = dict(rows.filter(sha256__in=hashes).values_list("sha256", "id"))
        self.taken = set(rows.filter(id__in=ids).values_list("id", flat=True))
        self.alias = dict(AliasRow.objects.using(db).filter(alias__in=ids).values_list("alias", "document_id"))
        here = {*self.by_hash.values(), *self.taken}
        versions = TextRow.objects.using(db).filter(document_id__in=here).order_by("number")
        self.text = {
            id_: (number, hash_) for id_, number, hash_ in versions.values_list("document_id", "number", "digest")
        }
        keys = [_capture_id(c) for c in captured]
        self.captures = set(CaptureRow.objects.using(db).filter(id__in=keys).values_list("id", flat=True))
        self.next_document = next_position(DocumentRow.objects, db)
        self.next_capture = next_position(CaptureRow.objects, db)
        self.documents: list[DocumentRow] = []
        self.texts: list[TextRow] = []
        self.media: list[MediaRow] = []
        self.aliases: list[AliasRow] = []
        self.capture_rows: list[CaptureRow] = []

    def take(self, captured: Captured) -> Stored:
        hash_ = _hash(captured)
        known = self.by_hash.get(hash_)
        id_ = known or self._new_document(captured.document, hash_)
        new_text = known is not None and self._new_text(known, captured.document)
        for name in (captured.document.id, captured.capture.given_id):
            self._name(name, id_)
        return Stored(
            id=id_, given=captured.capture.given_id or captured.document.id,
            new=known is None, new_text=new_text, new_capture=self._capture(captured, id_),
        )  # fmt: skip

    def _new_document(self, document: Document, hash_: str) -> str:
        id_ = document.id if usable_id(document.id) else hash_[:24]
        if id_ in self.taken or id_ in self.alias:  # other bytes under an id that is taken: both are kept
            id_ = f"{id_}@{hash_[:12]}"
        row = DocumentRow(id=id_, position=self.next_document, sha256=hash_, body=_bare(document, id_))
        self.next_document += 1
        self.taken.add(id_)
        self.by_hash[hash_] = id_
        self.documents.append(row)
        self._text_row(id_, 1, document)
        for number, media in enumerate(document.media, 1):
            row_ = MediaRow(document_id=id_, number=number, sha256=media.sha256, body=body(media))
            self.media.append(row_)
        return id_

    def _text_row(self, id_: str, number: int, document: Document) -> None:
        text = document.text.encode()
        hash_ = hashlib.sha256(text).hexdigest()
        self.text[id_] = number, hash_
        row = TextRow(
            document_id=id_, number=number, reader=document.reader, text=text, digest=hash_, since=self.now
        )  # fmt: skip
        self.texts.append(row)

    def _new_text(self, id_: str, document: Document) -> bool:
        number, hash_ = self.text[id_]
        if hashlib.sha256(document.text.encode()).hexdigest() == hash_:
            return False
        self._text_row(id_, number + 1, document)
        return True

    def _name(self, name: str | None, id_: str) -> None:
        """The id given to the report answers for it, unless it answers for another already."""
        if name and usable_id(name) and name not in self.taken and name not in self.alias:
            self.alias[name] = id_
            self.aliases.append(AliasRow(alias=name, document_id=id_))

    def _capture(self, captured: Captured, id_: str) -> bool:
        key = _capture_id(captured)
        if key in self.captures:
            return False
        self.captures.add(key)
        capture = msgspec.structs.replace(captured.capture, document=id_)
        self.capture_rows.append(CaptureRow(id=key, position=self.next_capture, document_id=id_, body=body(capture)))
        self.next_capture += 1
        return True

    def write(self) -> None:
        DocumentRow.objects.using(self.db).bulk_create(self.documents)
        TextRow.objects.using(self.db).bulk_create(self.texts)
        newer = [t for t in self.texts if t.number > 1]
        for text in newer:
            DocumentRow.objects.using(self.db).filter(id=text.document_id).update(current_text=text.number)
        MediaRow.objects.using(self.db).bulk_create(self.media)
        AliasRow.objects.using(self.db).bulk_create(self.aliases)
        CaptureRow.objects.using(self.db).bulk_create(self.capture_rows)


def _hash(captured: Captured) -> str:
    return captured.document.sha256 or captured.capture.sha256


def _capture_id(captured: Captured) -> str:
    """The same source giving the same bytes once more is no second capture; another source is."""
    c = captured.capture
    return digest(c.sha256, c.source, c.method, c.line, c.given_id, captured.document.id, length=64)


def _bare(document: Document, id_: str) -> str:
    return body(msgspec.structs.replace(document, id=id_, text="", media=(), reader=None))


def _current_texts(db: str, ids: Iterable[str], as_of: datetime.datetime | None = None) -> Iterator[TextRow]:
    for batch in batches(ids):
        newest: dict[str, TextRow] = {}
        rows = TextRow.objects.using(db).filter(document_id__in=batch).order_by("number")
        for row in rows if as_of is None else rows.filter(since__lte=as_of):
            newest[row.document_id] = row
        yield from newest.values()


# ------------------------------------------------------------------ reading


def resolve(db: str, names: Iterable[str]) -> dict[str, str]:
    """For each id or alias that the store knows, the id of its document."""
    found: dict[str, str] = {}
    for batch in batches(dict.fromkeys(filter(usable_id, names))):
        found.update(AliasRow.objects.using(db).filter(alias__in=batch).values_list("alias", "document_id"))
        own = DocumentRow.objects.using(db).filter(id__in=batch).values_list("id", flat=True)
        found.update((id_, id_) for id_ in own)
    return found


def read(db: str, ids: list[str], as_of: datetime.datetime | None = None) -> list[Document]:
    """The documents of these ids (no aliases) in the order given: all, or those that were there at a moment."""
    rows = DocumentRow.objects.using(db).in_bulk(ids)
    texts = {t.document_id: t for t in _current_texts(db, ids, as_of)}
    media: dict[str, list[Media]] = {}
    for m in MediaRow.objects.using(db).filter(document_id__in=ids).order_by("number"):
        media.setdefault(m.document_id, []).append(_media.decode(m.body))
    return [_whole(rows[id_], texts[id_], tuple(media.get(id_, ()))) for id_ in ids if id_ in rows and id_ in texts]


def _whole(row: DocumentRow, text: TextRow, media: tuple[Media, ...]) -> Document:
    bare = _document.decode(row.body)
    return msgspec.structs.replace(bare, text=plain(text.text).decode(), reader=text.reader, media=media)


def ids(db: str) -> list[str]:
    """All document ids in the order they came."""
    return list(DocumentRow.objects.using(db).order_by("position").values_list("id", flat=True))


def all_texts(db: str, document_ids: Sequence[str]) -> dict[str, dict[int, str]]:
    """Every text version of the documents, by document and number."""
    found: dict[str, dict[int, str]] = {}
    for row in TextRow.objects.using(db).filter(document_id__in=document_ids):
        found.setdefault(row.document_id, {})[row.number] = plain(row.text).decode(errors="replace")
    return found


def titles(db: str, document_ids: Sequence[str]) -> dict[str, str | None]:
    """The titles of the documents; a row that cannot be read has none."""
    found: dict[str, str | None] = {}
    for id_, said in DocumentRow.objects.using(db).filter(id__in=document_ids).values_list("id", "body"):
        with contextlib.suppress(ValueError, TypeError):
            found[id_] = _document.decode(said).title
    return found


def aliases(db: str) -> dict[str, str]:
    """Each other id with the id of its document."""
    return dict(AliasRow.objects.using(db).order_by("alias").values_list("alias", "document_id"))


def captures(db: str, document_id: str | None) -> Iterator[Capture]:
    rows = CaptureRow.objects.using(db).order_by("position")
    chosen = rows if document_id is None else rows.filter(document_id=document_id)
    for row in chosen.iterator():
        yield _capture.decode(row.body)


# ----------------------------------------------------------------- problems


def add_problems(db: str, problems: Iterable[Problem], now: datetime.datetime) -> int:
    """Writes the problems not known yet; returns how many."""
    given = {digest(p, length=64): p for p in problems}
    known = {
        id_
        for batch in batches(given)
        for id_ in ProblemRow.objects.using(db).filter(id__in=batch).values_list("id", flat=True)
    }
    first = next_position(ProblemRow.objects, db)
    new = [(id_, p) for id_, p in given.items() if id_ not in known]
    rows = [ProblemRow(id=id_, position=first + n, since=now, body=body(p)) for n, (id_, p) in enumerate(new)]
    ProblemRow.objects.using(db).bulk_create(rows, batch_size=500)
    return len(rows)


def problems(db: str) -> Iterator[Problem]:
    for row in ProblemRow.objects.using(db).order_by("position").iterator():
        yield _problem.decode(row.body)
