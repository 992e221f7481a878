"""What a reader asks of the catalogue, read from the parameters of an address: anybody may write anything there."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, get_args

import msgspec

from civcas.core.errors import BadSource
from civcas.core.extract.text import fold_words

Facet = Literal["grade", "status", "belligerent", "position", "country", "type", "infrastructure", "harm"]
FACETS: tuple[Facet, ...] = get_args(Facet)
SORTS = ("newest", "oldest", "killed", "changed")
PAGE_SIZE = 20
LARGEST_PAGE = 500
MOST_PAGES = 100_000
LONGEST_SEARCH = 200
MOST_VALUES = 50  # of one filter
_SLUG = re.compile(r"[\w .,()'/&+-]{1,80}")
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """A filter state; equal states are one address."""

    words: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    chosen: tuple[tuple[Facet, tuple[str, ...]], ...] = ()
    box: tuple[float, float, float, float] | None = None  # west, south, east, north
    sort: str = "newest"
    page: int = 1
    size: int = PAGE_SIZE

    def values(self, facet: str) -> tuple[str, ...]:
        return next((values for name, values in self.chosen if name == facet), ())

    @property
    def filtered(self) -> bool:
        return bool(self.words or self.since or self.until or self.chosen or self.box)

    def pairs(self, **other: str | None) -> list[tuple[str, str]]:
        """The state as parameters in a fixed order, without what is as usual; `other` replaces or (None) drops one."""
        state: list[tuple[str, str]] = [("q", self.words)] if self.words else []
        state += [("from", self.since.isoformat())] if self.since else []
        state += [("to", self.until.isoformat())] if self.until else []
        state += [(name, value) for name, values in self.chosen for value in values]
        state += [("bbox", ",".join(f"{x:g}" for x in self.box))] if self.box else []
        state += [("sort", self.sort)] if self.sort != "newest" else []
        state += [("size", str(self.size))] if self.size != PAGE_SIZE else []
        state += [("page", str(self.page))] if self.page > 1 else []
        kept = [(name, value) for name, value in state if name not in other]
        return kept + [(name, value) for name, value in other.items() if value is not None]


def parse_query(given: Mapping[str, Sequence[str]]) -> tuple[Query, tuple[str, ...]]:
    """The query of these parameters, and the names of those that say nothing it can use."""
    refused: list[str] = []
    chosen = []
    for facet in FACETS:
        values = tuple(sorted({v for v in given.get(facet, ())[:MOST_VALUES] if _SLUG.fullmatch(v)}))
        if len(values) < len({v for v in given.get(facet, ()) if v}):
            refused.append(facet)
        if values:
            chosen.append((facet, values))
    since, until = _day(given, "from", refused), _day(given, "to", refused, last=True)
    words = " ".join(_one(given, "q").replace("\0", " ").split())[:LONGEST_SEARCH]
    sort = _one(given, "sort")
    if sort and sort not in SORTS:
        refused.append("sort")
    return Query(
        words=words,
        since=since,
        until=until,
        chosen=tuple(chosen),
        box=_box(given, refused),
        sort=sort if sort in SORTS else "newest",
        page=_number(given, "page", 1, MOST_PAGES, refused),
        size=_number(given, "size", PAGE_SIZE, LARGEST_PAGE, refused),
    ), tuple(refused)


def match_expression(words: str) -> str | None:
    """The words as an expression of FTS5, each in search form; None where they hold none.

    Letters and digits alone get through, so nothing that anybody types is taken for syntax. A word matches by its
    beginning, and an Arabic one with its article and glued particles too.
    """
    tokens = re.findall(r"[^\W_]+", fold_words(words))[:12]
    return " AND ".join(f"({' OR '.join(_forms(token))})" for token in tokens) or None


_GLUED = ("ال", "وال", "بال", "لل", "و", "ب", "ل", "ف")


def _forms(token: str) -> Iterator[str]:
    yield f'"{token}"*'
    if re.fullmatch("[\u0621-\u064a]{3,}", token):
        bare = next(
            (token[len(g) :] for g in ("وال", "بال", "ال") if token.startswith(g) and len(token) > len(g) + 2), token
        )
        yield from (f'"{form}"*' for form in dict.fromkeys((bare, *(g + bare for g in _GLUED))) if form != token)


def day_of_parameter(text: str, *, last: bool = False) -> datetime.date:
    """The day that a day, month or year names, its last one where asked; raises BadSource for anything else."""
    if not _DAY.fullmatch(text):
        raise BadSource(f"{text[:20]!r} is no day, month or year such as 2017-03-16")
    parts = [int(part) for part in text.split("-")]
    try:
        if len(parts) == 3:
            return datetime.date(*parts)
        year, month = parts[0], parts[1] if len(parts) == 2 else (12 if last else 1)
        if not last:
            return datetime.date(year, month, 1)
        return datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)
    except (ValueError, OverflowError):
        raise BadSource(f"{text!r} is no date of the calendar") from None


def _one(given: Mapping[str, Sequence[str]], name: str) -> str:
    values = given.get(name) or ("",)
    return values[0]


def _day(
    given: Mapping[str, Sequence[str]], name: str, refused: list[str], *, last: bool = False
) -> datetime.date | None:
    text = _one(given, name)
    if not text:
        return None
    try:
        return day_of_parameter(text, last=last)
    except BadSource:
        refused.append(name)
        return None


def _number(given: Mapping[str, Sequence[str]], name: str, usual: int, most: int, refused: list[str]) -> int:
    text = _one(given, name)
    if not text:
        return usual
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= most:
        refused.append(name)
        return usual
    return int(text)


def _box(given: Mapping[str, Sequence[str]], refused: list[str]) -> tuple[float, float, float, float] | None:
    text = _one(given, "bbox")
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        refused.append("bbox")
        return None
    if -180 <= west <= east <= 180 and -90 <= south <= north <= 90:
        return (west, south, east, north)
    refused.append("bbox")
    return None
