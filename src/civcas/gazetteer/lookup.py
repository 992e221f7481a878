"""A name to the places that bear it, over one or more indexes."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal, TypeAlias

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from civcas.core.errors import BadStore
from civcas.core.locate import Candidate
from civcas.core.placenames import fold_name, plain_name, romanised, skeleton
from civcas.core.values import kilometres
from civcas.gazetteer.index import FORMAT

# How far a name is from the one asked for: 0 the same, 1 of the same key, 2 only of the same sound.
_BY_SOUND = """
SELECT p.gazetteer_id, p.name, p.lat, p.lon, p.kind, p.country, p.admin1, p.admin2, p.population, p.radius_km,
  p.centroid, p.disputed, n.far, n.key
FROM (
  SELECT place, rank, key, CASE WHEN key <> ?2 THEN 2 WHEN surface <> ?3 THEN 1 ELSE 0 END AS far
  FROM name WHERE sound = ?1 ORDER BY far, rank, place LIMIT ?4
) n JOIN place p ON p.id = n.place
"""
_BY_ID = """
SELECT gazetteer_id, name, lat, lon, kind, country, admin1, admin2, population, radius_km, centroid, disputed, 0, ''
FROM place WHERE gazetteer_id = ?
"""
_EQUAL = "SELECT sound FROM rough WHERE skeleton = ? LIMIT 5000"
_OTHER_SPELLING = 0.95
_OTHER_LETTERS = 0.93  # dh for z, th for s
_OTHER_SCRIPT = 0.9
# Letters of a sound that one slip of the pen may change: fewer and words that are no names are a slip from some town
# (of 150 common English words of four to seven letters every second is). Two words together are seldom anything else.
_ONE_SLIP, _ONE_SLIP_OF_SEVERAL, _ONE_SLIP_ARABIC, _TWO_SLIPS = 8, 6, 5, 11
_AS_WRITTEN = 0.6  # likeness of the spellings themselves: Krymsk sounds like Crimesc, and is not written like it
_SAME_BONES = 5  # consonants that must agree where nothing else can be compared
_SWAPPED = (("dh", "z"), ("th", "s"))  # one Arabic letter, in two customs of romanisation
_CONSONANTS = "bdfgjklmnrstz"  # the letters of a skeleton
_KEPT = 20_000  # names kept with their answers: a document's names come again and again
_MOST = 200
_SAME_PLACE_KM = 3.0  # between the points that two lists give a town; its outlying villages are further out
_MAPPED = 2_147_418_112  # bytes of an index that are mapped into memory: the most that SQLite allows

Match: TypeAlias = Literal["exact", "folded", "fuzzy"]
_Row: TypeAlias = tuple[
    str, str, float, float, str, str | None, str | None, str | None, int | None, float | None, int, str | None, int, str
]


class Gazetteer:
    """Looks names up in index files, read-only; the first is the bundled one, the others are a desk's own."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._answers: dict[str, tuple[Candidate, ...]] = {}
        self._indexes = [_open(path) for path in paths]

    def __enter__(self) -> Gazetteer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for index in self._indexes:
            index.close()
        self._indexes = []

    def lookup(self, name: str) -> tuple[Candidate, ...]:
        """The places of that name, exact spellings first, then by people; if none, those of a name much like it."""
        known = self._answers.get(name)
        if known is None:
            if len(self._answers) >= _KEPT:
                self._answers.clear()
            known = self._answers[name] = self._find(name)
        return known

    def entry(self, gazetteer_id: str) -> Candidate | None:
        """The place with this id; reads the whole index, for one place that a person names."""
        for number, index in enumerate(self._indexes):
            row = index.execute(_BY_ID, (gazetteer_id,)).fetchone()
            if row is not None:
                return _candidate(row, "exact", 1.0, added=number > 0)
        return None

    def _find(self, name: str) -> tuple[Candidate, ...]:
        key = fold_name(name)
        if not key:
            return ()
        found = self._named(key, plain_name(name)) or self._swapped(key) or self._alike(key, _slips(name, key))
        return tuple(sorted(_as_large(list(found.values())), key=_order)[:_MOST])

    def _named(self, key: str, plain: str) -> dict[str, Candidate]:
        """The places of one sound, such as mansoura and mansura; exact where one of their names is the plain one."""
        sound = romanised(key)
        asked = (sound, "" if key == sound else key, "" if plain == key else plain, 2 * _MOST)
        farthest = 2 if len(skeleton(key)) > 1 else 1  # Ain and Una sound alike; two consonants tell more
        found: dict[str, Candidate] = {}
        for number, index in enumerate(self._indexes):
            for row in sorted(index.execute(_BY_SOUND, asked), key=_nearest):
                if row[12] <= farthest and (row[0] not in found or row[12] == 0 != _far(found[row[0]])):
                    likeness = 1.0 if row[12] < 2 else _OTHER_SPELLING
                    match: Match = "folded" if row[12] else "exact"
                    found[row[0]] = _candidate(row, match, likeness, added=number > 0)
        return found

    def _swapped(self, key: str) -> dict[str, Candidate]:
        """The places whose name is this one but for letters that two customs of romanisation write differently."""
        found: dict[str, Candidate] = {}
        if len(skeleton(key)) < 2:
            return found
        for first, second in _SWAPPED:
            levelled = romanised(key.replace(first, second))
            for sound in {levelled, romanised(key.replace(second, first))} if first in key or second in key else ():
                for number, row in self._rows(sound):
                    if romanised((row[13] or sound).replace(first, second)) == levelled:
                        found.setdefault(row[0], _candidate(row, "folded", _OTHER_LETTERS, added=number > 0))
        return found

    def _alike(self, key: str, slips: int) -> dict[str, Candidate]:
        """The places of the ten sounds most like it, if any is within so many slips."""
        found: dict[str, Candidate] = {}
        for sound, likeness in self._like_sounds(key, slips)[:10] if slips else ():
            for number, row in self._rows(sound):
                written = row[13] or sound
                if written.isascii() != key.isascii() or OSA.normalized_similarity(written, key) >= _AS_WRITTEN:
                    found.setdefault(row[0], _candidate(row, "fuzzy", likeness, added=number > 0))
        return found

    def _rows(self, sound: str) -> Iterator[tuple[int, _Row]]:
        for number, index in enumerate(self._indexes):
            for row in sorted(index.execute(_BY_SOUND, (sound, "", "", _MOST)), key=_nearest):
                yield number, row

    def _like_sounds(self, key: str, slips: int) -> list[tuple[str, float]]:
        """Sounds of the same consonants, or all but one of them, within so many slips, with their likeness."""
        bones, own = skeleton(key), romanised(key)
        if len(bones) < 2:
            return []
        same = self._of_skeletons([bones])
        near = same if len(bones) < 4 else same + self._of_skeletons(_neighbours(bones))
        like = [
            (sound, JaroWinkler.similarity(own, sound))
            for sound, _, _ in process.extract(own, near, scorer=OSA.distance, score_cutoff=slips, limit=20)
            if sound[0] == own[0]
        ]
        if len(bones) >= _SAME_BONES:
            like += [(sound, _OTHER_SCRIPT) for sound in same if sound.isascii() != own.isascii()]
        return sorted(like, key=lambda told: (-told[1], told[0]))

    def _of_skeletons(self, wanted: Sequence[str]) -> list[str]:
        return sorted(
            {row[0] for index in self._indexes for bones in wanted for row in index.execute(_EQUAL, (bones,))}
        )


def _slips(name: str, key: str) -> int:
    """How many letters of the name's sound may be other than those of a place like it; none of a common word."""
    own = romanised(key)
    several = len(name.split()) > 1 or "-" in name
    least = _ONE_SLIP_ARABIC if not own.isascii() else _ONE_SLIP_OF_SEVERAL if several else _ONE_SLIP
    if len(own) < least or key in _common_words():
        return 0
    return 2 if len(own) >= _TWO_SLIPS else 1


@functools.cache
def _common_words() -> frozenset[str]:
    """The keys of words that are no names, however like one they are spelt."""
    lines = Path(__file__).with_name("data").joinpath("words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(fold_name(word) for line in lines if not line.startswith("#") for word in line.split())


def _neighbours(bones: str) -> list[str]:
    """The skeletons with one consonant more, less or other than this, its first two kept: people mishear the rest."""
    found = {bones[:at] + bones[at + 1 :] for at in range(2, len(bones))}
    found |= {bones[:at] + c + bones[at + 1 :] for at in range(2, len(bones)) for c in _CONSONANTS}
    found |= {bones[:at] + c + bones[at:] for at in range(2, len(bones) + 1) for c in _CONSONANTS}
    return sorted(found - {bones})


def _as_large(found: list[Candidate]) -> list[Candidate]:
    """The places, one of a desk's list being as large as the bundled place of that name that it stands upon: the lists
    that desks keep give names and points, and seldom people."""
    told = [c for c in found if not c.added and c.population and c.kind.startswith("PPL")]
    if not told or not any(c.added and c.population is None for c in found):
        return found
    made = []
    for c in found:
        if c.added and c.population is None and c.kind == "PPL":
            same = [o for o in told if kilometres(c.lat, c.lon, o.lat, o.lon) <= _SAME_PLACE_KM]
            if same:
                largest = max(same, key=lambda o: (o.population or 0, o.gazetteer_id))
                c = msgspec.structs.replace(c, population=largest.population, kind=largest.kind)
        made.append(c)
    return made


def _nearest(row: _Row) -> int:
    return row[12]


def _far(c: Candidate) -> int:
    return 0 if c.match == "exact" else 1


def _order(c: Candidate) -> tuple[int, float, int, str]:
    return ("exact", "folded", "fuzzy").index(c.match), -c.likeness, -(c.population or 0), c.gazetteer_id


def _candidate(row: _Row, match: Match, likeness: float, *, added: bool) -> Candidate:
    return Candidate(
        gazetteer_id=row[0], name=row[1], lat=row[2], lon=row[3], kind=row[4], country=row[5], admin1=row[6],
        admin2=row[7], population=row[8], radius_km=row[9], match=match, likeness=round(likeness, 3), added=added,
        centroid=bool(row[10]), disputed=row[11],
    )  # fmt: skip


def _open(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise BadStore(f"there is no gazetteer index at {path}: build it with python -m civcas.gazetteer build")
    try:
        # immutable: many readers may map the file, on a shared disk too, without a lock
        index = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        try:
            index.execute(f"PRAGMA mmap_size = {_MAPPED}")
            format_ = index.execute("SELECT value FROM source WHERE name = 'format'").fetchone()
        except sqlite3.Error:
            index.close()
            raise
    except sqlite3.Error as fault:
        raise BadStore(
            f"{path} is no gazetteer index ({fault}): build it anew with python -m civcas.gazetteer build"
        ) from fault
    if format_ != (FORMAT,):
        index.close()
        raise BadStore(
            f"{path} is an index of another version of civcas: build the bundled one anew with "
            "python -m civcas.gazetteer build, and add the lists of a workspace again with civcas gazetteer add"
        )
    return index
