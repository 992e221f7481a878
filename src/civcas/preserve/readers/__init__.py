"""One reader for each kind of file, found by suffix."""

from __future__ import annotations

import logging

from civcas.preserve.parts import Reader
from civcas.preserve.readers.docx import read_docx
from civcas.preserve.readers.html import read_html
from civcas.preserve.readers.lines import read_lines
from civcas.preserve.readers.mail import read_mail
from civcas.preserve.readers.pdf import read_pdf
from civcas.preserve.readers.plain import read_markdown, read_text
from civcas.preserve.readers.tables import read_csv, read_xlsx
from civcas.preserve.readers.warc import read_warc

READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".eml": read_mail,
    ".jsonl": read_lines,
    ".ndjson": read_lines,
    ".json": read_lines,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".xlsx": read_xlsx,
    ".xlsm": read_xlsx,
    ".warc": read_warc,
    ".warc.gz": read_warc,
}

STREAMED = (read_lines, read_warc)
"""Readers that hold one report at a time, so that a file of any size can be given to them."""

for _name in ("trafilatura", "htmldate", "courlan", "justext", "charset_normalizer", "pypdfium2", "warcio"):
    logging.getLogger(_name).addHandler(logging.NullHandler())  # what they doubt is said in a document's warnings
