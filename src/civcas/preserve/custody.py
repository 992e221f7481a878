"""The chain of custody: one line for each time the desk came by a report's bytes."""

from __future__ import annotations

import datetime

from civcas.core.records import Capture, Document
from civcas.preserve.parts import Report, Run, Source

MEDIA_TYPES = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".eml": "message/rfc822",
}
"""Of whole files; a line of JSON or a row of a table is archived as canonical JSON."""


def custody(document: Document, report: Report, source: Source, *, method: str, suffix: str, run: Run) -> Capture:
    """The custody line of a document: what was captured, when (UTC), from where, by whom and by which way."""
    assert document.sha256 is not None
    own = report.own
    return Capture(
        document=document.id,
        sha256=document.sha256,
        source=source.name,
        method=method,
        given_id=document.id if report.id else None,
        at=run.at.astimezone(datetime.UTC),
        by=run.by,
        line=report.line,
        size=source.size if own is None else len(own),
        media_type=MEDIA_TYPES.get(suffix) if own is None else "application/json",
        container=source.container if own is None else source.sha256,
    )
