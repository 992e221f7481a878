"""Inputs into preserved documents: the bytes to the archive first, then a reader, then the record."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import replace

from civcas.core.errors import BadSource
from civcas.core.records import Captured, Media, Problem
from civcas.preserve.archive import Archive
from civcas.preserve.custody import custody
from civcas.preserve.documents import document_of
from civcas.preserve.inputs import STDIN, Input, reason, shown, spread
from civcas.preserve.kinds import HEAD, MEDIA, Kind, kind_of, kind_of_stdin, media_kind, suffix_of
from civcas.preserve.parts import Attachment, Part, Refusal, Report, Run, Source
from civcas.preserve.readers import READERS, STREAMED
from civcas.preserve.readers.warc import READ
from civcas.preserve.text import storable

Outcome = Captured | Problem
Progress = Callable[[int, int, str], None]
"""Called with the bytes done, the bytes there are, and the name of the file just done."""

WHOLE = 512 << 20
"""Bytes of a file that its reader must hold at once."""
_A = {"image": "an image", "video": "a video", "audio": "a recording", "other": "a media file"}
DEPTH = 5
"""Files within files: a letter in a mail in a mail is read, an endless nest of them is not."""
BATCH = 500
BATCH_BYTES = 8 << 20


def collect(
    inputs: Iterable[str | Path],
    archive: Archive,
    *,
    at: datetime.datetime,
    by: str | None = None,
    columns: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
    on_progress: Progress | None = None,
) -> Iterator[Outcome]:
    """Each report in the inputs with its custody line, and each thing that could not be read as a Problem.

    Nothing in an input stops the rest; only an archive that cannot be written does (BadStore).
    """
    archive.sweep()
    desk = Desk(archive, Run(at=at, by=by, columns=columns or {}))
    found, problems = spread(inputs, keep_out=archive.folder.resolve())
    yield from problems
    total = sum(one.size for one in found)
    done = 0
    for one in found:
        read = 0
        for outcome in desk.read_input(one, stdin):
            yield outcome
            if on_progress and isinstance(outcome, Captured) and outcome.capture.size and one.size > BATCH_BYTES:
                read = min(read + outcome.capture.size, one.size)
                on_progress(done + read, total, one.name)
        done += one.size
        if on_progress:
            on_progress(done, total, one.name)


class Desk:
    """One collecting: its archive and what it does with every file."""

    def __init__(self, archive: Archive, run: Run) -> None:
        self.archive = archive
        self.run = run

    def read_input(self, one: Input, stdin: BinaryIO | None) -> Iterator[Outcome]:
        """The outcomes of one file; its bytes are archived before anything looks at them."""
        try:
            if one.path is None:
                sha256 = self.archive.put(stdin or sys.stdin.buffer)
            else:
                with one.path.open("rb") as stream:
                    sha256 = self.archive.put(stream)
        except (OSError, ValueError) as fault:
            yield Problem(source=one.name, message=reason(fault))
            return
        path = self.archive.path(sha256)
        columns = self.run.columns
        source = Source(name=one.name, path=path, sha256=sha256, size=path.stat().st_size, columns=columns)
        media = [self._media_file(picture) for picture in one.media]
        yield from (kept for kept in media if isinstance(kept, Problem))
        beside = tuple(kept for kept in media if isinstance(kept, Media))
        yield from self._read(source, method="stdin" if one.path is None else "file", media=beside)

    def _media_file(self, path: Path) -> Media | Problem:
        try:
            with path.open("rb") as stream:
                head = stream.read(HEAD)
                stream.seek(0)
                sha256 = self.archive.put(stream)
        except OSError as fault:
            return Problem(source=shown(path), message=reason(fault))
        return Media(sha256=sha256, name=shown(path.name), kind=media_kind(path.name, head))

    def _read(
        self, source: Source, *, method: str, media: tuple[Media, ...] = (), said: str | None = None, depth: int = 0
    ) -> Iterator[Outcome]:
        """The outcomes of archived bytes, whatever they are; `said` is the kind that their container gives them."""
        try:
            kind = kind_of_stdin(source.path) if source.name == STDIN else kind_of(said or source.name, source.path)
            if kind.suffix in MEDIA:
                yield _problem(
                    source, f"is {_A[MEDIA[kind.suffix]]} and belongs to no report beside it: kept", notice=True
                )
                return
            reader = READERS[kind.suffix]
            if source.size > WHOLE and reader not in STREAMED:
                raise BadSource(f"is larger than {WHOLE >> 20} MB: split it, or give it as JSON lines")
        except Exception as fault:
            yield _problem(source, reason(fault))
            return
        parts = reports = 0
        for batch in _batches(reader(source)):
            parts += len(batch)
            reports += sum(isinstance(part, Report) for part in batch)
            digests = iter(self.archive.put_many([own for part in batch if (own := _bytes_of(part)) is not None]))
            for part in batch:
                sha256 = source.sha256 if _bytes_of(part) is None else next(digests)
                if isinstance(part, Refusal):
                    yield _problem(source, part.message, line=part.line, notice=part.notice)
                elif isinstance(part, Report):
                    yield self._captured(source, part, sha256=sha256, kind=kind, method=method, media=media)
                else:
                    yield from self._attached(source, part, sha256=sha256, kind=kind, depth=depth)
        if not parts:
            yield _problem(source, "holds no reports")
        if kind.notice and reports and not depth:  # the name of a part of a mail or web archive is not the user's
            yield _problem(source, kind.notice, notice=True)

    def _captured(
        self, source: Source, report: Report, *, sha256: str, kind: Kind, method: str, media: tuple[Media, ...]
    ) -> Outcome:
        digests = self.archive.put_many([picture.data for picture in report.pictures])
        inside = (
            Media(sha256=digest, name=picture.name, kind=media_kind(picture.name, picture.data[:HEAD]))
            for digest, picture in zip(digests, report.pictures, strict=True)
        )
        report = replace(
            report,
            url=source.url or report.url,
            captured=report.captured or source.captured,
            warnings=(*report.warnings, *filter(None, (kind.warning,))),
        )
        try:
            document = document_of(report, sha256=sha256, at=self.run.at, media=(*report.media, *inside, *media))
            capture = custody(document, report, source, method=method, suffix=kind.suffix, run=self.run)
        except Exception as fault:  # one report must not take the rest of its file with it
            return _problem(source, reason(fault), line=report.line)
        return Captured(document=document, capture=capture)

    def _attached(self, source: Source, part: Attachment, *, sha256: str, kind: Kind, depth: int) -> Iterator[Outcome]:
        inner = Source(
            name=storable(f"{source.name}: {part.name}").text,
            path=self.archive.path(sha256),
            sha256=sha256,
            size=len(part.data),
            columns=self.run.columns,
            charset=part.charset,
            url=part.url or source.url,
            captured=part.captured or source.captured,
            container=source.sha256,
        )
        if depth >= DEPTH:
            yield _problem(inner, f"lies more than {DEPTH} files deep: not read")
            return
        # the name of a file sent by mail says more than its stated type; an address on the web says nothing
        known = part.url is None and suffix_of(part.name) in (*READERS, *MEDIA)
        said = None if known else READ.get(part.media_type or "")
        method = "mail" if kind.suffix == ".eml" else "warc"
        yield from self._read(inner, method=method, said=said and f"file{said}", depth=depth + 1)


def _problem(source: Source, message: str, *, line: int | None = None, notice: bool = False) -> Problem:
    said = storable(message).text
    return Problem(source=source.name, message=said, line=line, sha256=source.sha256, notice=notice)


def _batches(parts: Iterator[Part]) -> Iterator[list[Part]]:
    """The parts in lots that are archived together; a fault of the reader comes after what it gave before."""
    batch: list[Part] = []
    size = 0
    try:
        for part in parts:
            batch.append(part)
            size += len(_bytes_of(part) or b"")
            if len(batch) >= BATCH or size >= BATCH_BYTES:
                yield batch
                batch, size = [], 0
    except Exception as fault:
        batch.append(Refusal(message=reason(fault)))
    if batch:
        yield batch


def _bytes_of(part: Part) -> bytes | None:
    """The bytes that a part of a larger file has of its own."""
    if isinstance(part, Attachment):
        return part.data
    return part.own if isinstance(part, Report) else None
