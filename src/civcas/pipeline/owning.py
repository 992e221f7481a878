"""A desk's own spreadsheet into the record as its incidents, claims and decisions, and out again.

Each row is a report of its own: its cells are the text, and what they say are claims of the person who brings it. What
the record would say otherwise than the sheet (two rows joined, another grade, another figure) is settled by decisions
of that person, each with the cell it stands in.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from civcas.core.datasets import own
from civcas.core.datasets.entries import Dataset, Entry
from civcas.core.datasets.formats import Format, read_format
from civcas.core.datasets.placing import placed
from civcas.core.errors import BadSource
from civcas.core.match import compare_all, default_weights
from civcas.core.placereading import Lookup
from civcas.core.records import (
    Account,
    Anchor,
    Assessment,
    Capture,
    Captured,
    DecisionVerb,
    Document,
    Incident,
    Problem,
    Record,
)
from civcas.pipeline.importing import Told, check_same, faults_of, rows_of
from civcas.pipeline.joining import join
from civcas.pipeline.reading import Rules
from civcas.preserve import Archive
from civcas.preserve.documents import document_of
from civcas.preserve.parts import Report
from civcas.preserve.rewriting import Place, rewritten
from civcas.preserve.sheets import Line, lines_of
from civcas.preserve.text import storable
from civcas.store import Reading, Store, Taken, Viewer, layout

FORMAT = "own"
READER = "own/1"
LONGEST_CODE = 32
Tell = Callable[[Problem], None]
Advance = Callable[[int], None]
Settle = Callable[[Iterable[own.Proposal]], int]


class Brought(Record, frozen=True, kw_only=True):
    """What taking a spreadsheet in came to."""

    taken: Taken
    rows: int
    decisions: int = 0


class _Kept(msgspec.Struct):
    """A row on its way into the record."""

    line: Line
    entry: Entry
    document: str = ""
    account: Account | None = None


def bring(
    store: Store, path: Path, columns: str, rules: Rules, *, name: str | None, actor: Viewer, at: datetime.datetime,
    settle: Settle, lookup: Lookup, tell: Tell, advance: Advance,
) -> Brought:  # fmt: skip
    """Takes a spreadsheet in by its column map; a cell that cannot be read is told with its place and is unknown.
    `settle` takes the decisions that the sheet holds, in the actor's name."""
    format_ = read_format(columns, source="the column map")
    rows = list(_rows(path, format_, rules, tell, advance))
    if not rows:
        raise BadSource(f"{path}: none of its rows could be read as an incident")
    _check_map(path, rows, format_, tell)
    archive = Archive(store.workspace / layout.ARCHIVE)
    with path.open("rb") as stream:
        sha256 = archive.put(stream)
    called = name or FORMAT
    made = Dataset(
        name=called, version=0, format=FORMAT, source=str(path), sha256=sha256, at=at, by=actor.name, columns=columns
    )
    with store.transaction():
        last = _last(store, called)
        if last is not None and (last.sha256, last.columns) == (sha256, columns):
            return Brought(taken=Taken(dataset=last, is_new=False), rows=len(rows))
        if name is None:
            check_same(store, called, [row.entry for row in rows])
        _as_reports(store, archive, path, rows, format_, rules, actor, at, sha256, lookup, called)
        decided = settle(_kept_apart(rows, path))
        _with_codes(store, rows, tell, path)
        join(store, rules, advance=lambda _: None)
        decided += settle(_deviating(store, rows, format_, path))
        join(store, rules, advance=lambda _: None)
        taken = store.add_dataset(made, _with_baseline(store, rows, format_))
    return Brought(taken=taken, rows=len(rows), decisions=decided)


def _rows(path: Path, format_: Format, rules: Rules, tell: Tell, advance: Advance) -> Iterator[_Kept]:
    for told in rows_of(path, format_, rules.codebook):
        advance(1)
        if isinstance(told, Problem):
            tell(told)
            continue
        if not told.line.columns:
            raise BadSource(f"{path} is no spreadsheet: a desk's own incidents come as CSV or .xlsx")
        for fault in faults_of(told):
            tell(Problem(source=str(path), line=told.line.number, message=f"{fault}: left blank"))
        yield _Kept(line=told.line, entry=_placed_in(told))


def _check_map(path: Path, rows: Sequence[_Kept], format_: Format, tell: Tell) -> None:
    """Raises BadSource where no column of the map is in the sheet; a field none of whose columns is, is told."""
    there = {column for row in rows for column in row.line.columns}
    if not there & format_.used:
        raise BadSource(f"{path}: the column map fits none of its columns; they are {', '.join(rows[0].line.columns)}")
    for field in format_.columns:
        spec = format_.cells(field)
        if spec and not there.intersection(spec.columns):
            message = f"it has no column {' or '.join(map(repr, spec.columns))}, which the map has for {field}"
            tell(Problem(source=str(path), message=message, notice=True))


def _placed_in(told: Told) -> Entry:
    return msgspec.structs.replace(told.read.entry, sheet=told.line.sheet, line=told.line.number)


def _last(store: Store, name: str) -> Dataset | None:
    found = next((d for d in store.datasets() if d.name == name), None)
    if found is not None and found.format != FORMAT:
        raise BadSource(f"{name!r} is a published dataset: give the spreadsheet another name with --name")
    return found


# ------------------------------------------------------------------ rows as reports


def _as_reports(
    store: Store, archive: Archive, path: Path, rows: Sequence[_Kept], format_: Format, rules: Rules, actor: Viewer,
    at: datetime.datetime, sha256: str, lookup: Lookup, name: str,
) -> None:  # fmt: skip
    """Stores each row as a report with the account that it gives; rows that are no longer there are read no more."""
    before = {e.account: e for e in store.entries(name) if e.account}
    made = [own.row_of(row.line.cells, row.line.columns) for row in rows]
    texts = [storable(one.text).text for one in made]
    digests = archive.put_many([text.encode() for text in texts])
    captured = [
        _captured(row, text, digest, path, actor, at, sha256, name)
        for row, text, digest in zip(rows, texts, digests, strict=True)
    ]
    for row, stored in zip(rows, store.add_documents(captured), strict=True):
        row.document = stored.id
    reader = f"person:{actor.name}"
    documents = {d.id: d for d in store.documents(row.document for row in rows)}
    for row, one in zip(rows, made, strict=True):
        entry = placed(row.entry, lookup)
        row.account = own.account_of(
            documents[row.document], entry, row.line.cells, one.spans, format_, rules.codebook, origin=reader
        )
    current = {row.document for row in rows}
    gone = {a.document for a in store.accounts(kind="incident") if a.id in before} - current
    readings = {row.document: row.account for row in rows if row.account}
    store.add_readings(
        [
            *(Reading(document=d, claims=a.claims, accounts=(a,)) for d, a in readings.items()),
            *(Reading(document=d, claims=(), accounts=()) for d in sorted(gone)),
        ],
        reader,
    )


def _captured(
    row: _Kept, text: str, digest: str, path: Path, actor: Viewer, at: datetime.datetime, sha256: str, name: str
) -> Captured:
    report = Report(text=text, reader=READER, id=f"{name}:{row.entry.label}", line=row.line.number)
    document: Document = document_of(report, sha256=digest, at=at)
    capture = Capture(
        document=document.id, sha256=digest, source=str(path), given_id=document.id, at=at, by=actor.name,
        line=row.line.number, size=len(text.encode()), container=sha256,
    )  # fmt: skip
    return Captured(document=document, capture=capture)


# ------------------------------------------------------------------ decisions


def _kept_apart(rows: Sequence[_Kept], path: Path) -> Iterator[own.Proposal]:
    """Rows of one code are one incident; rows of two codes that might be taken for one are two."""
    unsure = default_weights().unsure
    by_account = {row.account.id: row for row in rows if row.account}
    by_code: dict[str, list[_Kept]] = defaultdict(list)
    for row in by_account.values():
        if row.entry.code:
            by_code[row.entry.code].append(row)
    for code, same in by_code.items():
        for other in same[1:]:
            reason = f"{_where(other, path)} and line {same[0].line.number} have the code {code}"
            yield own.Proposal(verb="same", subjects=(_anchor(same[0]), _anchor(other)), reason=reason)
    for pair in compare_all([row.account for row in by_account.values() if row.account]):
        left, right = by_account[pair.left], by_account[pair.right]
        if pair.score >= unsure and (left.entry.code is None or left.entry.code != right.entry.code):
            reason = f"{_where(right, path)} and line {left.line.number} are two incidents"
            yield own.Proposal(verb="not_same", subjects=(_anchor(left), _anchor(right)), reason=reason)


def _anchor(row: _Kept) -> Anchor:
    assert row.account is not None
    return Anchor(document=row.account.document, kind="incident", spans=row.account.spans)


def _where(row: _Kept, path: Path) -> str:
    return f"{path.name}, {row.line.sheet + ' ' if row.line.sheet else ''}line {row.line.number}"


def _with_codes(store: Store, rows: Sequence[_Kept], tell: Tell, path: Path) -> None:
    """Gives the desk's codes to its incidents. A code that another incident bears, or that is none, is told."""
    held, used = store.codes(), store.used_codes()
    own_before: dict[str, set[str]] = defaultdict(set)
    for incident in store.incidents():
        own_before[incident.code].update(incident.accounts)
    given: dict[str, list[Account]] = defaultdict(list)
    ours = {e.account for d in store.datasets() if d.format == FORMAT for e in store.entries(d.name)}
    for row in rows:
        code = row.entry.code
        if code is None or row.account is None or held.get(row.account.id) == code:
            continue
        if len(code) > LONGEST_CODE or not code.isprintable():
            fault = f"has more than {LONGEST_CODE} characters, or such as cannot be seen"
            message = f"the code {code[:40]!r} {fault}: the incident gets another"
        elif code in used and not own_before[code] & ours:
            message = f"the code {code!r} belongs to another incident of the record: this one gets another"
        else:
            given[code].append(row.account)
            continue
        tell(Problem(source=str(path), line=row.line.number, message=message))
    if not given:
        return
    moved = {a.id for accounts in given.values() for a in accounts}
    kept = []
    for incident in store.incidents():
        rest = tuple(a for a in incident.accounts if a not in moved)
        if incident.code in given:
            mine = given.pop(incident.code)
            documents = (*incident.documents, *(a.document for a in mine))
            accounts = tuple(dict.fromkeys((*incident.accounts, *(a.id for a in mine))))
            kept.append(msgspec.structs.replace(incident, documents=documents, accounts=accounts))
        elif rest:
            kept.append(msgspec.structs.replace(incident, accounts=rest))
    new = [
        Incident(
            code=code,
            documents=tuple(dict.fromkeys(a.document for a in accounts)),
            accounts=tuple(a.id for a in accounts),
        )
        for code, accounts in given.items()
    ]
    store.set_incidents([*kept, *new])


def _deviating(store: Store, rows: Sequence[_Kept], format_: Format, path: Path) -> Iterator[own.Proposal]:
    """What the record says otherwise than the sheet, settled as the sheet has it; where rows of one incident differ
    among themselves, the rules go on to say."""
    assessed = _assessed(store)
    wanted: dict[str, dict[str, list[tuple[Any, _Kept]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        told = assessed.get(row.account.id) if row.account else None
        if told is not None:
            for field, value in own.settled(row.entry).items():
                wanted[told.code][field].append((value, row))
    for code, fields in wanted.items():
        told = store.assessment(code)
        assert told is not None
        for field, said in fields.items():
            value, row = said[0]
            if any(other != value for other, _ in said) or value_of(told, field) == value:
                continue
            columns = [c for c in own.columns_of(field, format_) if c in row.line.columns]
            cell = row.line.cell(columns[0]) if columns else f"line {row.line.number}"
            reason = f"as in {path.name}, {row.line.sheet + ' ' if row.line.sheet else ''}{cell}"
            verb: DecisionVerb = "override" if field in ("grade", "strike_status") else "correct"
            yield own.Proposal(
                verb=verb, subjects=(Anchor(code=code),), reason=reason, value={"field": field, "to": value}
            )


def _assessed(store: Store) -> dict[str, Assessment]:
    """The assessment of each account's incident."""
    return {account: a for a in store.assessments() for account in a.accounts}


def value_of(told: Assessment, field: str) -> Any:
    """What the record says of a field such as killed.civilians.min or grade."""
    name, _, rest = field.partition(".")
    if not rest:
        return getattr(told, name)
    group, _, end = rest.partition(".")
    low, high = own.ends(getattr(told, name), group)
    return low if end == "min" else high


# ------------------------------------------------------------------ and out again


def _with_baseline(store: Store, rows: Sequence[_Kept], format_: Format) -> Iterator[Entry]:
    assessed, fields = _assessed(store), own.settable(format_)
    for row in rows:
        account = row.account.id if row.account else None
        told = assessed.get(account) if account else None
        baseline = {field: value_of(told, field) for field in fields} if told else {}
        yield msgspec.structs.replace(row.entry, account=account, baseline=baseline)


class Out(Record, frozen=True, kw_only=True):
    """A spreadsheet as it goes out again, and how many of its cells differ from what came in."""

    data: bytes
    changed: int
    source: str


def take_out(store: Store, name: str) -> Out:
    """The spreadsheet as it came in, with the cells of what was settled otherwise since."""
    found = next((d for d in store.datasets() if d.name == name and d.format == FORMAT), None)
    if found is None:
        known = ", ".join(d.name for d in store.datasets() if d.format == FORMAT) or "none was taken in yet"
        raise BadSource(f"there is no spreadsheet {name!r} in this workspace; there is {known}")
    format_ = read_format(found.columns or "", source="the column map")
    entries = list(store.entries(name))
    assessed = _assessed(store)
    changes: dict[Place, Any] = {}
    for entry in entries:
        told = assessed.get(entry.account or "")
        if told is not None and entry.line is not None:
            changes |= _changes(entry, told, format_)
    archive = Archive(store.workspace / layout.ARCHIVE)
    archive.get(found.sha256)  # raises where the bytes no longer hold
    path = archive.path(found.sha256)
    cells = _in_its_words(path, found.source, format_, changes) if changes else {}
    data = rewritten(path, cells, name=found.source)
    return Out(data=data, changed=len(changes), source=found.source)


def _changes(entry: Entry, told: Assessment, format_: Format) -> dict[Place, tuple[str, Any]]:
    """The cells of which the record now says something else: the field, and what it says."""
    assert entry.line is not None
    changes: dict[Place, tuple[str, Any]] = {}
    for field, was in entry.baseline.items():
        now = value_of(told, field)
        columns = own.columns_of(field, format_)
        if now == was or not columns:
            continue
        name, _, rest = field.partition(".")
        if rest and own.one_cell(field, format_):
            now = own.ends(getattr(told, name), rest.partition(".")[0])
        changes[entry.sheet, entry.line, columns[0]] = field, now
    return changes


def _in_its_words(path: Path, name: str, format_: Format, changes: Mapping[Place, tuple[str, Any]]) -> dict[Place, str]:
    """The changed cells as the desk writes: its words for grades, its dash between two numbers."""
    lines = {(x.sheet, x.number): x for x in lines_of(path, name=name, sheet=format_.sheet) if isinstance(x, Line)}
    words = {column: {str(x.cells.get(column) or "") for x in lines.values()} for _, _, column in changes}
    cells = {}
    for (sheet, line, column), (field, now) in changes.items():
        before = str(lines[sheet, line].cells.get(column) or "") if (sheet, line) in lines else ""
        if isinstance(now, tuple):
            cells[sheet, line, column] = own.written(*now, dash="–" if "–" in before else "-")
        elif isinstance(now, int):
            cells[sheet, line, column] = str(now)
        else:
            cells[sheet, line, column] = own.word_of(now, field, format_, sorted(words[column]))
    return cells


def proposed(columns: Iterable[str], guessed: Mapping[str, str]) -> str:
    """A column map to be edited: what the headings say, and the columns that nothing was guessed of."""
    lines = ["# A guess by the headings: look it through, mend it, and give it with --columns.", "[columns]"]
    lines += [f"{_key(field)} = {_text(column)}" for field, column in guessed.items()]
    lines += [f"# not used: {_text(column)}" for column in columns if column not in guessed.values()]
    return "\n".join(lines) + "\n"


def _key(field: str) -> str:
    return _text(field) if "." in field else field


def _text(words: str) -> str:
    return msgspec.json.encode(words).decode()  # a JSON string is a basic string of TOML
