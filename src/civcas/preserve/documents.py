"""A report as read into a Document: storable text, checked dates, a language, and every doubt as a warning."""

from __future__ import annotations

import datetime

import msgspec

from civcas.core.errors import BadSource
from civcas.core.records import Document, Media, day_of
from civcas.preserve.language import language_of, primary
from civcas.preserve.parts import Report
from civcas.preserve.readers.fields import moment
from civcas.preserve.text import storable

LONGEST_ID = 200
SHORT_ID = 24


def document_of(report: Report, *, sha256: str, at: datetime.datetime, media: tuple[Media, ...] = ()) -> Document:
    """The document; what the report says of itself that cannot be so is left out and warned of, never guessed."""
    if not report.text.strip():
        raise BadSource("holds no text")
    text, found = storable(report.text)
    warnings = [*report.warnings, *found]
    published = _moment(report.published, "published", warnings)
    captured = _moment(report.captured, "captured", warnings) or _utc(at)
    document = Document(
        id=_id(report.id, sha256, warnings),
        text=text,
        title=_clean(report.title),
        published=published,
        captured=captured,
        publisher=_clean(report.publisher),
        url=_clean(report.url),
        language=_language(report.language, text, warnings),
        sha256=sha256,
        reader=report.reader,
        media=tuple(_clean_media(one) for one in media),
    )
    if _later(published, captured):
        warnings.append(f"published {published} is later than captured {captured}")
    return msgspec.structs.replace(document, warnings=tuple(dict.fromkeys(storable(w).text for w in warnings)))


def _id(given: str | None, sha256: str, warnings: list[str]) -> str:
    cleaned = _clean(given)
    if cleaned and len(cleaned) > LONGEST_ID:
        warnings.append(f"its id of {len(cleaned)} characters is too long and was left out: {cleaned[:60]}...")
        cleaned = None
    return cleaned or sha256[:SHORT_ID]


def _moment(given: str | None, name: str, warnings: list[str]) -> str | None:
    if given is None:
        return None
    found = moment(given)
    if found is None:
        warnings.append(f"{name} {given[:80]!r} is no day and no RFC 3339 time: left out")
    return found


def _utc(at: datetime.datetime) -> str:
    return at.astimezone(datetime.UTC).isoformat(timespec="seconds")


def _later(published: str | None, captured: str) -> bool:
    """Whether a report says it came out after it was seen: to the moment where both are known, else to the day."""
    if published is None:
        return False
    if len(published) > 10 and len(captured) > 10:
        return datetime.datetime.fromisoformat(published) > datetime.datetime.fromisoformat(captured)
    first, last = day_of(published), day_of(captured)
    return first is not None and last is not None and first > last


def _language(given: str | None, text: str, warnings: list[str]) -> str | None:
    if given is not None:
        if tag := primary(given):
            return tag
        warnings.append(f"language {given[:40]!r} is no language tag: told from the text instead")
    return language_of(text)


def _clean(given: str | None) -> str | None:
    return storable(given).text if given else None


def _clean_media(media: Media) -> Media:
    return msgspec.structs.replace(media, name=_clean(media.name), url=_clean(media.url), sha256=_clean(media.sha256))
