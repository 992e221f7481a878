"""PDF by pdfium, with poppler's pdftotext as a second opinion on every number."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import msgspec

from civcas.core.errors import BadSource
from civcas.preserve.parts import Report, Source
from civcas.preserve.readers import pdf_pages

_FAULTS = {
    "encrypted": "is an encrypted PDF: save it without its password and give it again",
    "broken": "is a broken PDF: no page of it can be read",
    "large": "is a PDF that unfolds to more text than is read from one file",
}


class Found(msgspec.Struct, frozen=True):
    """What pdf_pages found."""

    pages: list[str] = []
    faults: list[int] = []
    title: str | None = None
    fault: str | None = None


def read_pdf(source: Source) -> Iterator[Report]:
    """The text of all pages as one report, an empty line between pages."""
    found = _pages(source.path)
    pages = [_clean(page) for page in found.pages]
    text = "\n\n".join(page for page in pages if page.strip())
    if not text:
        raise BadSource(f"holds no text on its {len(pages)} pages: they are pictures and need text recognition first")
    warnings = []
    if faults := found.faults:
        warnings.append(f"pages that could not be read: {', '.join(map(str, faults))}")
    if empty := [str(number) for number, page in enumerate(pages, 1) if not page.strip() and number not in faults]:
        warnings.append(f"pages without text (pictures?): {', '.join(empty[:20])}")
    if differing := numbers_differ(text, _second_opinion(source.path)):
        warnings.append(f"pdfium and pdftotext read different numbers, look at the page itself: {differing}")
    yield Report(
        text=text,
        title=found.title,
        reader=f"pdf/pypdfium2-{version('pypdfium2')}",
        warnings=tuple(warnings),
    )


def _pages(path: Path) -> Found:
    command = [sys.executable, "-I", str(Path(pdf_pages.__file__)), str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=3 * pdf_pages.SECONDS, check=False)  # noqa: S603
        found = msgspec.json.decode(done.stdout, type=Found)
    except subprocess.TimeoutExpired:
        raise BadSource("is a PDF that takes too long to read") from None
    except msgspec.DecodeError:
        raise BadSource("is a PDF that its reader broke down on: out of time or memory, or a broken file") from None
    if found.fault:
        raise BadSource(_FAULTS[found.fault])
    return found


def _clean(page: str) -> str:
    # pdfium ends lines with \r\n and writes a hyphen at a line's end as U+FFFE or U+0002
    return re.sub("[\ufffe\x02]", "-", page.replace("\r\n", "\n"))


def _second_opinion(path: Path) -> str | None:
    """The text as pdftotext gives it, None where it is not installed or does not answer."""
    program = shutil.which("pdftotext")
    if program is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603
            [program, "-q", "-enc", "UTF-8", str(path), "-"], capture_output=True, timeout=120, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def numbers_differ(text: str, other: str | None) -> str | None:
    """The numbers that only one of the two texts has, None where they agree or there is no second."""
    if other is None:
        return None
    here, there = (Counter(re.findall(r"\d+", t)) for t in (text, other))
    if here == there:
        return None
    only_here, only_there = (", ".join(list(a - b)[:8]) or "none" for a, b in ((here, there), (there, here)))
    return f"{only_here} / {only_there}"
