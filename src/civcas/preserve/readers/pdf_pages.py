"""Run as a program of its own: the text of each page of a PDF as JSON, so that a PDF that crashes,
hangs or fills the memory of its reader takes nothing else with it."""

from __future__ import annotations

import json
import resource
import sys

MEMORY = 4 << 30
SECONDS = 120
MOST_CHARACTERS = 200_000_000


def pages_of(path: str) -> dict[str, object]:
    """The pages' text and the title of the PDF, or the fault that says why there are none."""
    import pypdfium2 as pdfium
    from pypdfium2 import raw

    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as fault:
        locked = raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "password" in str(fault).lower()
        return {"fault": "encrypted" if locked else "broken"}
    pages: list[str] = []
    faults: list[int] = []
    total = 0
    for number in range(len(document)):
        try:
            page = document[number]
            pages.append(page.get_textpage().get_text_bounded())
            page.close()
            total += len(pages[-1]) + 1
        except pdfium.PdfiumError:
            pages.append("")
            faults.append(number + 1)
        if total > MOST_CHARACTERS:
            return {"fault": "large"}
    title = document.get_metadata_dict().get("Title") or None
    return {"pages": pages, "faults": faults, "title": title}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    json.dump(pages_of(sys.argv[1]), sys.stdout)
