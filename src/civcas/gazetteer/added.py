"""Place lists that a desk adds, each compiled into an index of its own beside the bundled one."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from civcas.core.errors import BadSource
from civcas.core.records import Problem, Record
from civcas.gazetteer.entries import Entry
from civcas.gazetteer.files import read_places
from civcas.gazetteer.index import FORMAT, facts_of, index_path, keep_fact, write_index


class Report(Record, frozen=True, kw_only=True):
    """What adding a file came to: the places loaded, and what could not be read, by file and line."""

    loaded: int
    problems: tuple[Problem, ...] = ()


def add(index: Path, file: Path) -> Report:
    """Compiles the file into an index at `index`, in place of what was there; faulty lines are told and left out."""
    problems: list[Problem] = []
    regions = msgspec.json.decode(facts_of(index_path()).get("regions", "{}"), type=dict[str, str])
    try:
        loaded = write_index(index, _sound(read_places(file, regions), problems), stamp=_stamp(file))
    except OSError as fault:
        raise BadSource(f"{file}: {fault.strerror or fault}") from fault
    report = Report(loaded=loaded, problems=tuple(problems))
    keep_fact(index, "report", msgspec.json.encode(report).decode())
    return report


def compiled(file: Path) -> tuple[Path, Report]:
    """The index of a file used for one run, kept by the file's content: one read before is not read again."""
    stamp = _stamp(file)
    index = _cache() / f"{stamp[:32]}.sqlite"
    if facts_of(index).get("stamp") == stamp and "report" in facts_of(index):
        return index, msgspec.json.decode(facts_of(index)["report"], type=Report)
    return index, add(index, file)


def _stamp(file: Path) -> str:
    try:
        with file.open("rb") as content:
            return hashlib.sha256(
                hashlib.file_digest(content, "sha256").digest() + f"{FORMAT} {file.stem}".encode()
            ).hexdigest()
    except OSError as fault:
        raise BadSource(f"{file}: {fault.strerror or fault}") from fault


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME")
    cache = (Path(home) if home else Path.home() / ".cache") / "civcas" / "gazetteer"
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="civcas-gazetteer-"))
    return cache


def _sound(read: Iterator[Entry | Problem], problems: list[Problem]) -> Iterator[Entry]:
    for item in read:
        if isinstance(item, Problem):
            problems.append(item)
        else:
            yield item
