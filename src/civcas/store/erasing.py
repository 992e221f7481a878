"""A document, or one person in it, taken out of every table for good. What is left is a stub and a signed tombstone.

Rows are deleted or written anew, and their entries in the seal with them; entries of other rows stay as they were
sealed, so that nothing else done to the record is covered up. All of it runs in the tombstone's transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from django.db.models import Q

from civcas.core import log
from civcas.core.errors import BadDecision
from civcas.core.records import Capture, Document, Incident
from civcas.core.redacting import redacted
from civcas.store import decisions, seal
from civcas.store.keys import Key
from civcas.store.models import (
    AccountRow,
    AliasRow,
    AssessmentRow,
    CaptureRow,
    ClaimRow,
    CodeRow,
    DocumentRow,
    MediaRow,
    MemberRow,
    PayloadRow,
    ProblemRow,
    ReadingRow,
    TextRow,
)
from civcas.store.rows import body, plain

ERASED = "erased"
Names = re.Pattern[str] | None  # None: the whole document

_document = msgspec.json.Decoder(Document)
_capture = msgspec.json.Decoder(Capture)
_incident = msgspec.json.Decoder(Incident)


def erase(db: str, folder: Path, document: str, names: Names, key: Key) -> dict[str, Any]:
    """Takes the document, or the names in it, out of all rows; gives the value of its tombstone, to be appended."""
    row = DocumentRow.objects.using(db).filter(id=document).first()
    if row is None:
        raise BadDecision(f"there is no document {document!r}")
    if names is not None and not _stands(db, row, names):
        raise BadDecision(f"no such name stands in document {document!r}: it is written there in another way")
    digests = sorted(_bytes(db, row, whole=names is None))
    before, was = seal.held(db, [document]), seal.orders(db, document)
    _take_out_of_incidents(db, document)
    for model in (ClaimRow, AccountRow, ReadingRow):
        model.objects.using(db).filter(document_id=document).delete()
    told = ProblemRow.objects.using(db).filter(body__contains=msgspec.json.encode(f"document {document}").decode())
    was["problem"] = set(told.values_list("position", flat=True))
    told.delete()
    _document_rows(db, row, names)
    seal.forget(db, folder, document, was, more=seal.held(db, [document]) - before)
    value = {"document": document, "what": "document" if names is None else "person", "bytes": digests}
    message = log.erasure_message(document, digests)
    return {**value, "key": key.public, "signature": key.sign(message)}


def _stands(db: str, row: DocumentRow, names: re.Pattern[str]) -> bool:
    texts = TextRow.objects.using(db).filter(document_id=row.id).values_list("text", flat=True)
    return bool(names.search(row.body)) or any(names.search(plain(text).decode()) for text in texts)


def _bytes(db: str, row: DocumentRow, *, whole: bool) -> Iterator[str]:
    """The digests of all archived bytes that the document stands in: its own, those of the files it came in and of the
    files that these came in, and, of a whole document, its pictures unless another document has them too."""
    captures = CaptureRow.objects.using(db)
    waiting = {
        _capture.decode(text).sha256 for text in captures.filter(document_id=row.id).values_list("body", flat=True)
    }
    waiting.add(_document.decode(row.body).sha256 or "")
    seen = {""}
    while waiting - seen:
        digest = (waiting - seen).pop()
        seen.add(digest)
        for text in captures.filter(body__contains=digest).values_list("body", flat=True):
            capture = _capture.decode(text)
            if capture.sha256 == digest and capture.container:
                waiting.add(capture.container)
    yield from seen - {""}
    if whole:
        media = MediaRow.objects.using(db).filter(sha256__isnull=False)
        own = set(media.filter(document_id=row.id).values_list("sha256", flat=True))
        others = set(media.exclude(document_id=row.id).values_list("sha256", flat=True))
        yield from (digest for digest in own - others - seen if digest)


def _take_out_of_incidents(db: str, document: str) -> None:
    """Its accounts leave their incidents, whose assessments go until they are worked out anew."""
    accounts = set(AccountRow.objects.using(db).filter(document_id=document).values_list("account", flat=True))
    if not accounts:
        return
    naming = Q()
    for account in accounts:
        naming |= Q(body__contains=account)
    members = MemberRow.objects.using(db).filter(account__in=accounts)
    codes = set(members.values_list("code_id", flat=True))
    for row in CodeRow.objects.using(db).filter(body__isnull=False).filter(naming):
        incident = _incident.decode(row.body or "")
        left = tuple(a for a in incident.accounts if a not in accounts)
        comparisons = tuple(c for c in incident.comparisons if not {c.left, c.right} & accounts)
        bare = msgspec.structs.replace(
            incident, accounts=left, comparisons=comparisons,
            documents=tuple(d for d in incident.documents if d != document),
        )  # fmt: skip
        CodeRow.objects.using(db).filter(code=row.code).update(body=body(bare) if left else None)
        codes.add(row.code)
    AssessmentRow.objects.using(db).filter(code_id__in=codes).delete()
    members.delete()


def _document_rows(db: str, row: DocumentRow, names: Names) -> None:
    texts = TextRow.objects.using(db).filter(document_id=row.id)
    captures = CaptureRow.objects.using(db).filter(document_id=row.id)
    aliases = AliasRow.objects.using(db).filter(document_id=row.id)
    if names is None:
        stub: Document = Document(id=row.id, text="", warnings=(ERASED,))
        MediaRow.objects.using(db).filter(document_id=row.id).delete()
        captures.delete()
        aliases.delete()
        texts.exclude(number=row.current_text).delete()
        texts.update(number=1, text=b"", digest=_sha256(b""), reader=None)
        DocumentRow.objects.using(db).filter(id=row.id).update(sha256=None, current_text=1, body=body(stub))
        return
    for text in texts:
        text.text = redacted(plain(text.text).decode(), names).encode()
        text.digest = _sha256(text.text)
        text.save(using=db)
    for capture in captures:
        capture.body = body(_redacted(_capture.decode(capture.body), names))
        capture.save(using=db)
    for alias in aliases:
        if names.search(alias.alias):
            alias.delete()
    for medium in MediaRow.objects.using(db).filter(document_id=row.id):
        medium.body = redacted(medium.body, names)
        medium.save(using=db)
    bare = _redacted(_document.decode(row.body), names)
    warnings = tuple(dict.fromkeys((*bare.warnings, "a name was erased from it")))
    kept = body(msgspec.structs.replace(bare, warnings=warnings))
    DocumentRow.objects.using(db).filter(id=row.id).update(sha256=None, body=kept)


def _redacted(record: Any, names: re.Pattern[str]) -> Any:
    """The record with the names out of every word in it, but for its id."""
    told = msgspec.to_builtins(record)
    said = {name: _in(value, names) for name, value in told.items() if name not in ("id", "document")}
    return msgspec.convert({**told, **said}, type(record))


def _in(value: Any, names: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return redacted(value, names)
    return [_in(one, names) for one in value] if isinstance(value, list) else value


def _sha256(data: bytes) -> str:
    return seal.sha256(data)


# ------------------------------------------------------------------- afterwards


def erased_bytes(db: str) -> dict[str, int]:
    """The digests of all bytes that were erased, each with the line of the log that says so."""
    found: dict[str, int] = {}
    rows = PayloadRow.objects.using(db).filter(verb="erase").order_by("link_id")
    for line, payload in rows.values_list("link_id", "payload"):
        found.update((str(digest), line) for digest in log.read_payload(plain(payload)).value.get("bytes", ()))
    return found


def naming(db: str, names: re.Pattern[str]) -> tuple[list[str], list[int]]:
    """The documents, and the lines of the log, in which any of the names stands."""
    documents: dict[str, None] = {}
    texts = TextRow.objects.using(db).order_by("document__position").values_list("document_id", "text")
    for document, text in texts.iterator(chunk_size=100):
        if names.search(plain(text).decode(errors="replace")):
            documents[document] = None
    for document, said in DocumentRow.objects.using(db).order_by("position").values_list("id", "body").iterator():
        if names.search(said):
            documents[document] = None
    sealed = decisions.sealed(db)
    return list(documents), [n for n, said in sealed.items() if names.search(said.payload.decode(errors="replace"))]
