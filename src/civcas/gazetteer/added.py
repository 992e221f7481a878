"""Place lists that a desk adds, each compiled into an index of its own beside the bundled one."""

from __future__ import annotations

import functools
import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

import civcas.core
from civcas.core.errors import BadSource
from civcas.core.records import Problem, Record
from civcas.gazetteer import geonames
from civcas.gazetteer.entries import Entry
from civcas.gazetteer.files import Listing, Places, open_listing
from civcas.gazetteer.index import FORMAT, facts_of, index_path, writing
from civcas.gazetteer.seen import Seen
from civcas.gazetteer.sources import FACT, encoded, source_of

T = TypeVar("T")
_TOLD = 100  # faults told one by one; of more, only how many


class Terms(Record, frozen=True, kw_only=True):
    """What a desk says of a list that the list does not say itself."""

    columns: dict[str, str] = {}
    credit: str | None = None
    licence: str | None = None
    alternates: Path | None = None  # GeoNames' table of alternate names


class Report(Record, frozen=True, kw_only=True):
    """What adding a file came to: the places loaded, and what could not be read, by file and line."""

    loaded: int
    problems: tuple[Problem, ...] = ()


class _Nothing(Exception):
    """No place could be read, so that no index is made."""


def add(index: Path, file: Path, terms: Terms | None = None) -> Report:
    """Compiles the file into an index at `index`, in place of what was there; faulty lines are told and left out.

    Where not one place could be read, what was there stays.
    """
    faults = _Faults(file)
    try:
        loaded = _compile(index, file, terms or Terms(), faults)
    except _Nothing:
        loaded = 0
        faults.tell_if_none(Problem(source=str(file), message="there is no place in it"))
    except OSError as fault:
        raise BadSource(f"{fault.filename or file}: {fault.strerror or fault}") from fault
    except sqlite3.Error as fault:
        raise BadSource(f"{index}: the index could not be written: {fault}") from fault
    return Report(loaded=loaded, problems=faults.told)


def compiled(file: Path) -> tuple[Path | None, Report]:
    """The index of a file used for one run, kept by the file's content: one read before is not read again."""
    stamp = _stamp(file, Terms())
    index = _cache() / f"{stamp[:32]}.sqlite"
    facts = facts_of(index)
    if facts.get("stamp") == stamp and "report" in facts:
        return index, msgspec.json.decode(facts["report"], type=Report)
    report = add(index, file)
    return index if report.loaded else None, report


def _compile(index: Path, file: Path, terms: Terms, faults: _Faults) -> int:
    regions = msgspec.json.decode(facts_of(index_path()).get("regions", "{}"), type=dict[str, str])
    stamp = _stamp(file, terms)
    listing = open_listing(file, regions, terms.columns)
    seen = Seen()
    with writing(index) as writer:
        try:
            writer.add(_sound(listing.places, file, seen, faults))
            if not writer.places:
                raise _Nothing
            if terms.alternates:
                writer.add_names(faults.sift(_alternates(listing, terms.alternates, seen)))
        finally:
            seen.close()
        source = source_of(file, listing.form, writer.places, credit=terms.credit, licence=terms.licence)
        report = Report(loaded=writer.places, problems=faults.told)
        told = {"report": msgspec.json.encode(report).decode(), FACT: encoded([source])}
        writer.keep(stamp=stamp, **told)
        return writer.places


def _sound(places: Places, file: Path, seen: Seen, faults: _Faults) -> Iterator[Entry]:
    """The places, each id once."""
    place = 0
    for item in places:
        if isinstance(item, Problem):
            faults.meet(item)
            continue
        line, entry = item
        if seen.add(entry.gazetteer_id, place + 1):
            place += 1
            yield entry
        else:
            message = f"the id {entry.gazetteer_id} stands in the file twice; the first is kept"
            faults.meet(Problem(source=str(file), line=line, message=message))


def _alternates(listing: Listing, file: Path, seen: Seen) -> Iterator[tuple[int, str] | Problem]:
    if listing.form != "geonames":
        message = "alternate names go by GeoNames' numbers, and the list of places is no dump of GeoNames"
        return iter([Problem(source=str(file), message=message)])
    return geonames.names_of(file, seen.numbers)


class _Faults:
    """The problems met in a file and the tables that go with it: the first hundred, how many more, and the last.

    The last tells where a file broke off.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._told: list[Problem] = []
        self._more = 0
        self._last: Problem | None = None

    def meet(self, problem: Problem) -> None:
        if len(self._told) < _TOLD:
            self._told.append(problem)
            return
        self._more += self._last is not None
        self._last = problem

    def tell_if_none(self, problem: Problem) -> None:
        if not self._told:
            self.meet(problem)

    def sift(self, found: Iterable[T | Problem]) -> Iterator[T]:
        for item in found:
            if isinstance(item, Problem):
                self.meet(item)
            else:
                yield item

    @property
    def told(self) -> tuple[Problem, ...]:
        more = Problem(source=str(self._file), message=f"{self._more} more lines could not be read")
        last = [self._last] if self._last else []
        return (*self._told, *([more] if self._more else []), *last)


@functools.cache
def _made_by() -> bytes:
    """A digest of the code that makes an index: one that an older civcas kept spells and sounds names otherwise."""
    core = [Path(civcas.core.__path__[0], name) for name in ("placenames.py", "placekinds.py", "disputed.py")]
    code = [*sorted(Path(__file__).parent.glob("*.py")), *core]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in code)).digest()


def _stamp(file: Path, terms: Terms) -> str:
    """A hash of what an index is made of: the contents of its files, the code that reads them, the ids' prefix, and
    what the desk says."""
    told = hashlib.sha256(f"{FORMAT} {file.stem}".encode())
    told.update(_made_by())
    told.update(msgspec.json.encode((terms.columns, terms.credit, terms.licence), order="deterministic"))
    for part in (file, terms.alternates):
        try:
            if part is not None:
                with part.open("rb") as content:
                    told.update(hashlib.file_digest(content, "sha256").digest())
        except OSError as fault:
            raise BadSource(f"{part}: {fault.strerror or fault}") from fault
    return told.hexdigest()


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME")
    cache = (Path(home) if home else Path.home() / ".cache") / "civcas" / "gazetteer"
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="civcas-gazetteer-"))
    return cache
