"""Web pages: the main text by trafilatura, else the plain text of the whole body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from importlib.metadata import version
from urllib.parse import urlsplit

from lxml import etree
from msgspec.structs import replace

from civcas.core.errors import BadSource
from civcas.preserve.parts import Report, Source
from civcas.preserve.text import decode

LARGE = 2 << 20
MANY_TAGS = 100_000
"""Above either a page is no article: its plain text is taken (trafilatura took 15 s over 500,000 tags)."""

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{1,40})""", re.IGNORECASE)
_LANGUAGE = re.compile(r"""<html\b[^>]{0,500}?\blang\s*=\s*["']?([A-Za-z]{2,3})\b""", re.IGNORECASE)
_DROPPED = {"script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object"}
_INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "q", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time",
    "tt", "u", "var", "wbr",
}  # fmt: skip


def read_html(source: Source) -> Iterator[Report]:
    """The page as one report, with the title, day and publisher that its markup states."""
    data = source.path.read_bytes()
    declared = _CHARSET.search(data[:8192])
    page, warnings = decode(data, source.charset or (declared[1].decode("ascii") if declared else None))
    yield page_report(page, url=source.url, warnings=warnings)


def page_report(page: str, *, url: str | None = None, warnings: tuple[str, ...] = ()) -> Report:
    """What a page in HTML says; raises BadSource where no text is found in it."""
    found = _main(page, url) if len(page) <= LARGE and page.count("<") <= MANY_TAGS else None
    if found:
        return _with_language(found, page, warnings)
    text = body_text(page)
    if not text:
        raise BadSource("holds no text: the page is empty, or is drawn by a script")
    kept = Report(
        text=text, title=page_title(page), url=url, publisher=_host(url), reader=f"html/lxml-{version('lxml')}"
    )
    return _with_language(kept, page, (*warnings, "no main text was found in the page: the whole of it is kept"))


def _with_language(report: Report, page: str, warnings: tuple[str, ...]) -> Report:
    language = _LANGUAGE.search(page[:8192])
    return replace(
        report, warnings=warnings, language=language[1].lower() if language and not report.language else None
    )


def _main(page: str, url: str | None) -> Report | None:
    from trafilatura import bare_extraction  # takes half a second to import

    # Only a date that the markup states: the extensive search guesses one from any year in the page, and
    # without a far end the library leaves out what lies after the day it happens to run on.
    dates = {"extensive_search": False, "original_date": True, "max_date": "2999-12-31"}
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        etree.fromstring(page.encode("utf-8", "replace"), parser)
        if _cut_short(parser):
            return None
        found = bare_extraction(page, url=url, with_metadata=True, include_comments=False, date_extraction_params=dates)
    except Exception:  # whatever breaks it, the plain text of the page is still there to be kept
        return None
    if found is None or isinstance(found, dict) or not (found.text or "").strip():
        return None
    address = url or found.url
    return Report(
        text=found.text or "",
        title=found.title,
        published=found.date,
        publisher=found.sitename or _host(address),
        url=address,
        reader=f"html/trafilatura-{version('trafilatura')}",
    )


def body_text(page: str) -> str:
    """All the words of the page that a browser would show, one block a line."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        tree = etree.fromstring(page.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    if tree is None:
        return ""
    if _cut_short(parser):
        return _lines(unescape(re.sub(r"<[^<>]{0,4000}>", "\n", page)))
    return _lines("".join(_pieces(tree)))


def _pieces(tree: etree._Element) -> Iterator[str]:
    hidden = 0
    for event, node in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            hidden += tag in _DROPPED
        elif event == "end":
            hidden -= tag in _DROPPED
        if tag and tag not in _INLINE:
            yield "\n"
        if not hidden:
            yield (node.text if event == "start" else node.tail) or ""


def _lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _cut_short(parser: etree.HTMLParser) -> bool:
    """Whether the parser gave up: tags nested thousands deep, whose words would be lost without a word."""
    return any("depth" in str(fault.message) for fault in parser.error_log)


def page_title(page: str) -> str | None:
    """The title that the head of the page gives."""
    found = re.search(r"<title[^>]{0,200}>([^<]{1,1000})", page[: 1 << 20], re.IGNORECASE)
    return " ".join(unescape(found[1]).split()) or None if found else None


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url).hostname if url else None
    except ValueError:
        return None
