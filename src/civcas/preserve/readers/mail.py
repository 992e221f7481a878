"""Mail: the best body part as the report, files sent along as reports of their own or as its media."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import errors, message, message_from_bytes, policy
from email.utils import getaddresses

from civcas.core.errors import BadSource
from civcas.preserve.parts import OWN, Attachment, Part, Picture, Refusal, Report, Source
from civcas.preserve.readers.fields import moment
from civcas.preserve.readers.html import page_report
from civcas.preserve.text import decode

PARTS = 1000
"""Parts of one mail; the library's time grows with the square of nested ones, and its stack with their depth."""
_NESTING = re.compile(rb"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)


def read_mail(source: Source) -> Iterator[Part]:
    """The mail as one report, then its attachments."""
    data = source.path.read_bytes()
    if len(_NESTING.findall(data)) > PARTS // 10:
        raise BadSource("is a mail of parts nested more than a hundred deep: an attack, no person writes one")
    try:
        mail = message_from_bytes(data, policy=policy.default)
        parts = list(_leaves(mail))
    except RecursionError:
        raise BadSource("is a mail of parts nested too deep to be read") from None
    if len(parts) > PARTS:
        raise BadSource(f"is a mail of more than {PARTS} parts")
    body = _body(parts)
    files = [part for part in parts if part is not body and _is_file(part)]
    pictures = [part for part in files if _media_type(part).startswith(("image/", "video/", "audio/"))]
    found = _bodied(body)
    if found is not None:
        yield _report(mail, found, tuple(Picture(name=_name(part), data=_bytes(part)) for part in pictures))
    for part in files:
        if part not in pictures or found is None:
            yield Attachment(
                name=_name(part), data=_bytes(part), media_type=_media_type(part), charset=part.get_content_charset()
            )
    if found is None and not files:
        raise BadSource("is a mail without text" if _header(mail, "from") else "is no mail: it has no header lines")
    if found is None:
        yield Refusal(message="the mail has no text of its own; what was sent with it was read", notice=True)


def _leaves(mail: message.Message) -> Iterator[message.Message]:
    """The parts that hold something, a forwarded mail as one."""
    if mail.get_content_type() == "message/rfc822" or not mail.is_multipart():
        yield mail
        return
    for part in mail.get_payload():
        if isinstance(part, message.Message):
            yield from _leaves(part)


def _body(parts: list[message.Message]) -> message.Message | None:
    texts = [part for part in parts if _media_type(part).startswith("text/") and not _sent_as_file(part)]
    plain = [part for part in texts if _media_type(part) == "text/plain" and _bytes(part).strip()]
    pages = [part for part in texts if _media_type(part) == "text/html"]
    return next(iter((*plain, *pages)), None)


def _bodied(body: message.Message | None) -> Report | None:
    if body is None:
        return None
    text, warnings = decode(_bytes(body), body.get_content_charset())
    if _media_type(body) == "text/html":
        try:
            return page_report(text, warnings=warnings)
        except BadSource:
            return None
    return Report(text=text, reader="", warnings=warnings) if text.strip() else None


def _report(mail: message.Message, found: Report, pictures: tuple[Picture, ...]) -> Report:
    senders = getaddresses([_header(mail, "from") or ""])
    name, address = senders[0] if senders else ("", "")
    return Report(
        text=found.text,
        title=_header(mail, "subject"),
        publisher=name or address or None,
        published=_date(mail),
        language=found.language,
        pictures=pictures,
        reader="+".join(filter(None, (f"mail/{OWN}", found.reader))),
        warnings=found.warnings,
    )


def _header(mail: message.Message, name: str) -> str | None:
    try:
        value = mail.get(name)
        return " ".join(str(value).split()) or None if value is not None else None
    except (errors.MessageError, ValueError, LookupError, TypeError, IndexError, AttributeError):
        return None  # the library breaks on some malformed headers; the bytes are kept


def _date(mail: message.Message) -> str | None:
    given = _header(mail, "date")
    return (moment(given) or given) if given else None


def _is_file(part: message.Message) -> bool:
    return _sent_as_file(part) or not _media_type(part).startswith("text/")


def _sent_as_file(part: message.Message) -> bool:
    try:
        return part.get_content_disposition() == "attachment" or bool(part.get_filename())
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return False


def _media_type(part: message.Message) -> str:
    try:
        return part.get_content_type()
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return "application/octet-stream"


def _name(part: message.Message) -> str:
    try:
        name = part.get_filename()
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        name = None
    if _media_type(part) == "message/rfc822":
        return f"{name or 'forwarded'}.eml".replace(".eml.eml", ".eml")
    return (name or "part").replace("/", "_").replace("\0", "")


def _bytes(part: message.Message) -> bytes:
    try:
        if _media_type(part) == "message/rfc822":
            inner = part.get_payload(0) if part.is_multipart() else None
            return inner.as_bytes() if isinstance(inner, message.Message) else b""
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, IndexError):
        return b""
    return data if isinstance(data, bytes) else b""
