"""The people of a workspace, and the official lists that they are held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from civcas.core.assess.naming import mentions_of
from civcas.core.errors import BadSource
from civcas.core.match.lists import FIELDS, Listed, Person, coded, listed
from civcas.core.records import Anchor, Problem, Victim, When, claims_of
from civcas.preserve.sheets import Line, lines_of

if TYPE_CHECKING:
    from civcas.store import Store

Tell = Callable[[Problem], None]


def people_in(store: Store, code: str | None = None) -> list[Person]:
    """Everybody whom the assessed incidents name, or those of one incident, with codes to name them by.

    Codes are given over the whole record, so that one stands for one person whatever is listed.
    """
    assessed = {a.code: a for a in store.assessments()}
    found: list[tuple[str, Victim, Sequence[tuple[str, Anchor]], When | None]] = []
    for incident in store.incidents([c for c, a in assessed.items() if a.victims]):
        claims, assessment = claims_of(incident.members), assessed[incident.code]
        found += [(incident.code, v, mentions_of(v, claims), assessment.when) for v in assessment.victims]
    people = coded(found)
    return people if code is None else [p for p in people if p.incident == code]


def official(path: Path, columns: Mapping[str, str], *, tell: Tell) -> list[Listed]:
    """The people on the list; what cannot be read is told and left out. Raises BadSource where nobody is on it."""
    found = list(_rows(path, columns, tell))
    if not found:
        raise BadSource(f"{path}: no row could be read as a person: say which columns hold what with --columns")
    times = Counter(one.id for one in found)
    twice = sorted(id_ for id_, n in times.items() if n > 1)
    if twice:
        message = f"the id {twice[0]!r} stands twice" + (f", and {len(twice) - 1} others" if len(twice) > 1 else "")
        tell(Problem(source=str(path), message=message, notice=True))
    return found


def _rows(path: Path, columns: Mapping[str, str], tell: Tell) -> Iterator[Listed]:
    if strange := [field for field in columns if field not in FIELDS]:
        raise BadSource(f"--columns names {strange[0]!r}, which is no field of a list ({', '.join(FIELDS)})")
    places: dict[str, str] | None = None
    for line in lines_of(path, name=str(path)):
        if isinstance(line, Problem):
            tell(line)
            continue
        places = _places(path, line, columns) if places is None else places
        try:
            yield listed({field: line.cells.get(column) for field, column in places.items()}, number=line.number)
        except BadSource as fault:
            tell(Problem(source=str(path), line=line.number, message=f"the row {fault}"))


def _places(path: Path, line: Line, columns: Mapping[str, str]) -> dict[str, str]:
    """The column of each field: the one named, else one that bears the field's name."""
    there = {name.casefold(): name for name in (line.columns or tuple(line.cells))}
    places = {}
    for field in FIELDS:
        wanted = columns.get(field, field).casefold()
        if wanted in there:
            places[field] = there[wanted]
        elif field in columns:
            raise BadSource(f"{path} has no column {columns[field]!r}; its columns are: {', '.join(there.values())}")
    if not {"name", "original"} & set(places):
        known = ", ".join(there.values())
        raise BadSource(f"{path}: which column holds the names? --columns name=COLUMN; its columns are: {known}")
    return places
