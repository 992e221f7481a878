"""What the user named, spread out: files in order, folders walked, media laid beside the reports they belong to."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from civcas.core.errors import BadSource
from civcas.core.records import Problem
from civcas.preserve.kinds import MEDIA, suffix_of

STDIN = "-"
_WHOLE_REPORTS = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".docx", ".eml")
"""Kinds of file that are one report, so that a picture beside one can only belong to it."""


class Input(NamedTuple):
    """A file to be read, as the user named it, with the media that go with it; path None is standard input."""

    name: str
    path: Path | None
    size: int = 0
    media: tuple[Path, ...] = ()


def spread(named: Iterable[str | Path], *, keep_out: Path) -> tuple[list[Input], list[Problem]]:
    """The files to read and what cannot be; folders named keep_out, or holding it, are left out of a walk."""
    found: list[Input] = []
    problems: list[Problem] = []
    for name in named:
        if str(name) == STDIN:
            found.append(Input(STDIN, None))
            continue
        try:
            for one in _files(Path(name), keep_out):
                (found if isinstance(one, Input) else problems).append(one)  # type: ignore[arg-type]
        except (BadSource, OSError, ValueError) as fault:
            problems.append(Problem(source=shown(name), message=reason(fault)))
    return _paired(found), problems


def shown(path: str | Path) -> str:
    """The name of a file as text: bytes of it that are no UTF-8 as U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace").replace("\0", "\ufffd")


def reason(fault: BaseException) -> str:
    """Why a file could not be read, in words that need no knowledge of Python."""
    if isinstance(fault, BadSource):
        return str(fault)
    if isinstance(fault, FileNotFoundError):
        return "there is no such file"
    if isinstance(fault, PermissionError):
        return "may not be read: permission is denied"
    if isinstance(fault, OSError):
        return f"cannot be read: {(fault.strerror or str(fault)).lower()}"
    return f"could not be read ({type(fault).__name__}: {str(fault)[:300]})"


def _files(path: Path, keep_out: Path) -> Iterator[Input | Problem]:
    state = path.stat()
    if stat.S_ISDIR(state.st_mode):
        yield from _walk(path, path.resolve(), keep_out)
    elif stat.S_ISREG(state.st_mode) or stat.S_ISFIFO(state.st_mode):  # a fifo is what <(command) gives
        yield Input(shown(path), path, state.st_size)
    else:
        raise BadSource("is a device or socket, not a file")


def _walk(folder: Path, root: Path, keep_out: Path) -> Iterator[Input | Problem]:
    """The files below a folder in the order of their names; hidden ones and links that lead out are left."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as fault:
        yield Problem(source=shown(folder), message=reason(fault))
        return
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith("."):
            continue
        try:
            yield from _entry(path, entry, root, keep_out)
        except OSError as fault:
            yield Problem(source=shown(path), message=reason(fault))


def _entry(path: Path, entry: os.DirEntry[str], root: Path, keep_out: Path) -> Iterator[Input | Problem]:
    if entry.is_symlink() and not path.resolve(strict=True).is_relative_to(root):
        yield Problem(source=shown(path), message="is a link that leads out of the folder: not followed", notice=True)
    elif entry.is_dir():
        # a link to a folder inside is met again under its own name; the workspace is no report
        if not entry.is_symlink() and path.resolve() not in (keep_out, keep_out.parent):
            yield from _walk(path, root, keep_out)
    elif entry.is_file():
        yield Input(shown(path), path, entry.stat().st_size)
    else:
        yield Problem(source=shown(path), message="is a device, pipe or socket, not a file", notice=True)


def _paired(found: list[Input]) -> list[Input]:
    """The inputs without the media among them, which go to the report of their name or the only one beside them."""
    folders: dict[Path, list[Input]] = defaultdict(list)
    for one in found:
        if one.path is not None:
            folders[one.path.parent].append(one)
    media: dict[Path, list[Path]] = defaultdict(list)
    for beside in folders.values():
        reports = [one.path for one in beside if one.path and suffix_of(one.name) not in MEDIA]
        whole = [path for path in reports if suffix_of(path.name) in _WHOLE_REPORTS]
        for one in beside:
            if one.path is None or suffix_of(one.name) not in MEDIA:
                continue
            owners = [path for path in whole if path.stem == one.path.stem] or (whole if len(reports) == 1 else [])
            for owner in owners:
                media[owner].append(one.path)
            if not owners:
                media[one.path] = []  # kept, and told of, by itself
    return [
        one._replace(media=tuple(media[one.path]) if one.path else ())
        for one in found
        if one.path is None or suffix_of(one.name) not in MEDIA or one.path in media
    ]
