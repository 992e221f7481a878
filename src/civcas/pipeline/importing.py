"""A file of incidents into a workspace as a dataset: read by its column map, kept apart from the record."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from civcas.core.codebook import Codebook
from civcas.core.datasets.entries import Dataset, Entry
from civcas.core.datasets.formats import Format
from civcas.core.datasets.reading import Read, entry_of
from civcas.core.errors import BadSource
from civcas.core.records import Problem, Record
from civcas.preserve import Archive
from civcas.preserve.sheets import Line, lines_of
from civcas.store import layout

if TYPE_CHECKING:
    from civcas.store import Store, Taken

Tell = Callable[[Problem], None]
Advance = Callable[[int], None]
LOST = 0.5  # share of a dataset's incidents; a version without so many is another dataset under its name, or cut off


class Told(Record, frozen=True, kw_only=True):
    """A row as read, with where it stands."""

    read: Read
    line: Line


def rows_of(path: Path, format_: Format, codebook: Codebook, *, name: str | None = None) -> Iterator[Told | Problem]:
    """Every row of the file as an entry with its faulty cells; raises BadSource where it is no table of this format."""
    called = name or str(path)
    checked = False
    for line in lines_of(path, name=called, sheet=format_.sheet):
        if isinstance(line, Problem):
            yield line
            continue
        if not checked:
            check_columns(line, format_, called)
            checked = True
        where = f"{line.sheet}-{line.number}" if line.sheet else str(line.number)
        yield Told(read=entry_of(line.cells, format_, codebook, fallback=where), line=line)


def headings_in(path: Path) -> tuple[str, ...]:
    """The headings of a spreadsheet; raises BadSource where it has none."""
    first = next((line for line in lines_of(path, name=str(path)) if isinstance(line, Line)), None)
    if first is None or not first.columns:
        raise BadSource(f"{path} has no row under a heading: a spreadsheet is CSV or .xlsx")
    return first.columns


def check_columns(line: Line, format_: Format, name: str) -> None:
    """Raises BadSource where a row has none of the columns that tell of incidents."""
    there = set(line.cells)
    if format_.telling and not there.intersection(format_.telling):
        raise BadSource(
            f"{name} is no file of the format {format_.name}: it has none of the columns "
            f"{', '.join(format_.telling)}; its columns are {listed(there)}"
        )


def listed(columns: Iterable[str]) -> str:
    named = sorted(columns)
    return ", ".join(repr(c[:40]) for c in named[:20]) + (" ..." if len(named) > 20 else "") if named else "none"


def faults_of(told: Told) -> list[str]:
    """What is wrong with the cells of a row, each with its place."""
    sheet = f"{told.line.sheet} " if told.line.sheet else ""
    return [
        f"{sheet}{told.line.cell(fault.column)} ({fault.field}): {fault.message}"
        if told.line.columns
        else f"{fault.column}: {fault.message}"
        for fault in told.read.faults
    ]


def whole_rows(found: Iterable[Told | Problem], name: str, tell: Tell, advance: Advance) -> Iterator[Entry]:
    """The entries of the rows that could be read whole; every other is told by file and line."""
    for told in found:
        advance(1)
        if isinstance(told, Problem):
            tell(told)
        elif told.read.faults:
            tell(Problem(source=name, line=told.line.number, message="; ".join(faults_of(told))))
        else:
            yield told.read.entry


class Found(Record, frozen=True, kw_only=True):
    """What a file holds: its entries, and how many lines were refused."""

    entries: tuple[Entry, ...]
    refused: int


def read_dataset(path: Path, format_: Format, codebook: Codebook, *, tell: Tell, advance: Advance) -> Found:
    """The entries of a published dataset's file; raises BadSource where there are none."""
    refused = 0

    def told(problem: Problem) -> None:
        nonlocal refused
        refused += not problem.notice
        tell(problem)

    entries = tuple(whole_rows(rows_of(path, format_, codebook), str(path), told, advance))
    if not entries:
        raise BadSource(f"{path}: none of its lines could be read as an incident of the format {format_.name}")
    return Found(entries=entries, refused=refused)


def keep_dataset(
    store: Store, path: Path, found: Found, format_: Format, *, dataset: str | None, at: datetime.datetime,
    by: str | None, publishable: bool,
) -> Taken:  # fmt: skip
    """Takes a published dataset in. `dataset` names it; without it, it goes by the name of its format."""
    with path.open("rb") as stream:
        sha256 = Archive(store.workspace / layout.ARCHIVE).put(stream)
    made = Dataset(
        name=dataset or format_.name, version=0, format=format_.name, source=str(path), sha256=sha256, at=at, by=by,
        title=format_.title, credit=format_.credit, licence=format_.licence, publishable=publishable,
        refused=found.refused,
    )  # fmt: skip
    with store.transaction():
        if dataset is None:
            check_same(store, made.name, found.entries)
        return store.add_dataset(made, found.entries)


def check_same(store: Store, name: str, entries: Sequence[Entry]) -> None:
    """Raises BadSource where the entries are too few of those that the dataset of that name had before."""
    there = {entry.id for entry in store.entries(name)}
    kept = len(there.intersection(e.id for e in entries))
    if there and kept < LOST * len(there):
        raise BadSource(
            f"{len(there) - kept:,} of the {len(there):,} incidents of the dataset {name!r} are not in this file: "
            f"if it is another dataset give it a name with --name NAME; if it is a new version, give --name {name}"
        )


def stated(format_: Format, *, title: str | None, credit: str | None, licence: str | None) -> Format:
    """The format with whose it is and under which terms, where these are given."""
    said = {k: v for k, v in (("title", title), ("credit", credit), ("licence", licence)) if v is not None}
    return msgspec.structs.replace(format_, **said)
