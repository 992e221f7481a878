"""What the linter looks at: the record of a workspace, an imported dataset, or a file of incidents."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from civcas.core.codebook import Codebook
from civcas.core.datasets.entries import Entry
from civcas.core.datasets.formats import Format, recognised
from civcas.core.errors import BadSource
from civcas.core.lint import Finding, lint, lost, of_assessment
from civcas.core.records import Assessment, Problem, Record
from civcas.pipeline.importing import Told, listed, rows_of
from civcas.preserve.sheets import Line, lines_of

if TYPE_CHECKING:
    from civcas.store import Store

Tell = Callable[[Problem], None]
OURS = frozenset({"code", "documents", "accounts"})  # fields that every line of incidents of our own has


class Lines(Record, frozen=True, kw_only=True):
    """Incidents with the lines of the file where they stand."""

    entries: tuple[Entry, ...]
    lines: tuple[int, ...]


def in_record(store: Store, *, today: datetime.date) -> Iterator[Finding]:
    """What is found in the workspace's own incidents and decisions."""
    entries = [of_assessment(a) for a in store.assessments()]
    yield from (finding for _, finding in lint(entries, today=today))
    decisions = store.decisions()
    named = {anchor.document for d in decisions for anchor in d.subjects if anchor.document and anchor.spans}
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for claim in store.claims(sorted(named)):
        spans[claim.document].append((claim.span.start, claim.span.end))
    for account in store.accounts(sorted(named)):
        spans[account.document].extend(account.spans)
    codes = {anchor.code for d in decisions for anchor in d.subjects if anchor.code}
    yield from lost(decisions, spans, (code for code in codes if store.current_code(code)))


def in_dataset(store: Store, name: str, *, today: datetime.date) -> Iterator[Finding]:
    """What is found in an imported dataset."""
    for _, finding in lint(list(store.entries(name)), today=today):
        yield msgspec.structs.replace(finding, source=name)


def in_lines(found: Lines, name: str, *, today: datetime.date) -> Iterator[Finding]:
    """What is found in a file, each with its line."""
    for place, finding in lint(found.entries, today=today):
        yield msgspec.structs.replace(finding, source=name, line=found.lines[place])


def lines_in(path: Path, format_: Format | None, codebook: Codebook, *, tell: Tell, unit: str = "code") -> Lines:
    """The incidents in a file: lines of our own, or a table of a format, known by its columns where none is named.
    With the unit `document`, the main incident of each report, under the report's id."""
    name = str(path)
    first = next((line for line in lines_of(path, name=name) if isinstance(line, Line)), None)
    if format_ is None and first is not None and set(first.cells) >= OURS:
        return _ours(path, tell, unit)
    chosen = format_ or recognised(first.cells if first else ())
    if chosen is None:
        columns = listed(first.cells) if first else "none"
        raise BadSource(
            f"{name} is neither incidents of civcas nor a format that it knows by its columns ({columns}): "
            "say which with --format, or with a column map of your own (--format FILE.toml)"
        )
    entries, lines = [], []
    for told in rows_of(path, chosen, codebook):
        if isinstance(told, Told):
            entries.append(told.read.entry)
            lines.append(told.line.number)
            for fault in told.read.faults:
                tell(Problem(source=name, line=told.line.number, message=f"{fault.column}: {fault.message}"))
        else:
            tell(told)
    return _any(entries, lines, name)


def _ours(path: Path, tell: Tell, unit: str) -> Lines:
    decoder = msgspec.json.Decoder(Assessment)
    entries, lines = [], []
    main: set[str] = set()  # reports whose main incident, the first that is written of each, was met
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                read = decoder.decode(line)
                if unit == "document":
                    if not read.documents or read.documents[0] in main:
                        continue
                    main.add(read.documents[0])
                    read = msgspec.structs.replace(read, code=read.documents[0])
                entries.append(of_assessment(read))
                lines.append(number)
            except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError) as fault:
                tell(Problem(source=str(path), line=number, message=str(fault)))
    return _any(entries, lines, str(path))


def _any(entries: Sequence[Entry], lines: Sequence[int], name: str) -> Lines:
    if not entries:
        raise BadSource(f"{name}: no incident could be read in it")
    return Lines(entries=tuple(entries), lines=tuple(lines))
