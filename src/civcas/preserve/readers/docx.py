"""Word documents: every visible word of body, tables, notes and text boxes, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from lxml import etree

from civcas.core.errors import BadSource
from civcas.preserve.limits import unfolded
from civcas.preserve.parts import Picture, Report, Source

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_NOTES = ("/word/footnotes.xml", "/word/endnotes.xml")


def read_docx(source: Source) -> Iterator[Report]:
    """The document as one report; pictures in it come along as its media."""
    import docx  # takes a quarter of a second

    copy = unfolded(source.path)
    pictures = _pictures(copy)
    try:
        opened = docx.Document(copy)
        text = "\n".join(_blocks(opened.element.body))
        notes = [part for part in opened.part.package.iter_parts() if part.partname in _NOTES]
        for note in notes:
            text += "".join(f"\n{block}" for block in _blocks(_parsed(note.blob)) if block.strip())
        title = opened.core_properties.title.strip() or None
    except Exception as fault:  # as many things as there are ways to damage a document
        raise BadSource(f"is a broken Word document: {fault}") from fault
    yield Report(text=text, title=title, pictures=pictures, reader=f"docx/python-docx-{version('python-docx')}")


def _blocks(parent: Any) -> Iterator[str]:
    """Each paragraph, and each row of a table with its cells parted by tabs."""
    for node in parent:
        if node.tag == f"{_W}p":
            yield "".join(_words(node))
        elif node.tag == f"{_W}tr":
            yield "\t".join("\n".join(_blocks(cell)) for cell in node.iter(f"{_W}tc") if _row_of(cell) is node)
        elif isinstance(node.tag, str) and node.tag != _FALLBACK:
            yield from _blocks(node)


def _row_of(cell: Any) -> Any:
    return next(cell.iterancestors(f"{_W}tr"))


def _words(node: Any) -> Iterator[str]:
    """The text of a paragraph as shown: insertions in, tracked deletions (another tag) out, each text box once."""
    for child in node:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag == f"{_W}txbxContent":
            yield "\n" + "\n".join(_blocks(child)) + "\n"
        elif isinstance(child.tag, str) and child.tag != _FALLBACK:
            yield from _words(child)


def _parsed(data: bytes) -> Any:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def _pictures(copy: BytesIO) -> tuple[Picture, ...]:
    with ZipFile(copy) as opened:
        names = sorted(name for name in opened.namelist() if name.startswith("word/media/") and not name.endswith("/"))
        return tuple(Picture(name=name.rpartition("/")[2], data=opened.read(name)) for name in names)
