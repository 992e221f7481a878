"""What stands in one cell as a value: a number of people, a day or days, a number. A blank cell is unknown, and so is
one that says so; a cell that says neither raises BadCell with a word on what it may hold."""

from __future__ import annotations

import calendar
import datetime
import functools
import importlib.resources
import math
import re
from typing import Any, Literal

import msgspec

from civcas.core.codebook import Codebook, range_of
from civcas.core.errors import BadSource
from civcas.core.records import Bound, Figure, Record
from civcas.core.values import Count, Period

Order = Literal["dmy", "mdy", "ymd"]
MOST = 50_000_000  # as in extract.quantities: no count of people, but a telephone or account number


class BadCell(BadSource):
    """A cell that does not hold what its column is for."""


class Ways(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """cells.toml as a record."""

    unknown: tuple[str, ...]
    none_of: tuple[str, ...]
    bounds: dict[Bound, tuple[str, ...]]
    behind: dict[Bound, tuple[str, ...]]
    words: dict[str, tuple[str, ...]]
    genders: dict[Literal["female", "male"], tuple[str, ...]]
    outcomes: dict[Literal["killed", "injured", "missing", "detained"], tuple[str, ...]]


@functools.cache
def ways() -> Ways:
    file = importlib.resources.files("civcas.core.datasets").joinpath("cells.toml")
    return msgspec.toml.decode(file.read_text(encoding="utf-8"), type=Ways)


def words(cell: Any) -> str:
    """The cell as text with its spaces made even; "" where it is blank."""
    if cell is None:
        return ""
    text = cell if isinstance(cell, str) else str(cell)
    return " ".join(text.replace("\ufeff", "").split())


def known(cell: Any) -> str:
    """The cell's words, "" where they say that nothing is known."""
    said = words(cell)
    return "" if said.casefold() in _unknown() else said


@functools.cache
def _unknown() -> frozenset[str]:
    return frozenset(ways().unknown)


# ------------------------------------------------------------------ people

_THOUSANDS = re.compile(r"(?<=\d)[,\u066c'\u00a0\u202f ](?=\d{3}(?!\d))")
_RANGE = re.compile(r"(\d+)\s*(?:-|–|—|‒|−|to|and|until|\.\.|إلى|الى)\s*(\d+)")
_BETWEEN = re.compile(r"^(?:between|from|بين|من)\s+")
_WHOLE = re.compile(r"\d+(?:\.0+)?")


def people(cell: Any, codebook: Codebook) -> Count:
    """The range that the cell's words stand for, by the codebook; unknown where it is blank."""
    figure = figure_of(cell, codebook)
    return Count() if figure is None else range_of(figure, codebook)


def figure_of(cell: Any, codebook: Codebook) -> Figure | None:
    """The form of the cell's words: "12", "3-5", "at least 4", "dozens"; None where it is blank."""
    if isinstance(cell, bool):
        raise BadCell(f"{cell!r} is no number of people")
    if isinstance(cell, int | float):
        return Figure(number=_people(cell))
    said = known(cell)
    return _figure(said.casefold(), said, codebook) if said else None


def _figure(text: str, said: str, codebook: Codebook) -> Figure:
    text = _THOUSANDS.sub("", text)
    if text in ways().none_of:
        return Figure(number=0)
    ranged = _RANGE.fullmatch(_BETWEEN.sub("", text))
    if ranged:
        low, high = (_people(int(end)) for end in ranged.groups())
        if low > high:
            raise BadCell(f"{said!r}: the lower number stands last")
        return Figure(number=low, upper=high, bound="between")
    bound, rest = _bounded(text)
    if _WHOLE.fullmatch(rest):
        return Figure(number=_people(float(rest)), bound=bound)
    word = _word(rest, codebook)
    if word is None:
        raise BadCell(f"{said[:60]!r} is no number of people (such as 12, 3-5, at least 4, dozens; blank for unknown)")
    return Figure(word=word, bound=bound)


def _bounded(text: str) -> tuple[Bound, str]:
    for bound, phrases in ways().bounds.items():
        for phrase in sorted(phrases, key=len, reverse=True):
            rest = text.removeprefix(phrase)
            if rest != text and (rest[:1] == " " or not phrase[-1].isalpha()) and not rest.startswith("="):
                return bound, rest.strip()
    for bound, phrases in ways().behind.items():
        for phrase in sorted(phrases, key=len, reverse=True):
            if text.endswith(phrase) and text != phrase:
                return bound, text.removesuffix(phrase).strip()
    return "exactly", text


def _word(text: str, codebook: Codebook) -> str | None:
    named = next((key for key, phrases in ways().words.items() if text in phrases), text.replace(" ", "_"))
    return named if named in codebook.words and named != "none" else None


def _people(number: float) -> int:
    if not math.isfinite(number) or number != int(number) or not 0 <= number <= MOST:
        raise BadCell(f"{number:g} is no number of people")
    return int(number)


def whole(cell: Any) -> int | None:
    """A number of people that stands there as such; None where the cell is blank."""
    if isinstance(cell, bool):
        raise BadCell(f"{cell!r} is no number of people")
    if isinstance(cell, int | float):
        return _people(cell)
    said = known(cell)
    if not said:
        return None
    text = _THOUSANDS.sub("", said)
    if not _WHOLE.fullmatch(text):
        raise BadCell(f"{said[:60]!r} is no whole number")
    return _people(float(text))


def number(cell: Any) -> float | None:
    """A number, also one that cannot be (4239 as a longitude); None where the cell is blank."""
    said = known(cell)
    if not said or isinstance(cell, bool):
        return None
    try:
        found = float(said.replace(",", ".") if said.count(",") == 1 and "." not in said else said)
    except ValueError:
        raise BadCell(f"{said[:60]!r} is no number") from None
    if not math.isfinite(found):
        raise BadCell(f"{said[:60]!r} is no number")
    return found


# ------------------------------------------------------------------ days

_TIME = re.compile(r"[ T]\d{1,2}:\d\d.*$")
_NUMBERS = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})")
_MONTHS = {name.casefold(): n for n, name in enumerate(calendar.month_abbr) if name}
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?[ -](\d{4}|\d\d)")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_CENTURY = 70  # two-digit years from here on are the last century's, as spreadsheets read them


def days(cell: Any, order: Order | None = None) -> Period | None:
    """The day or days that the cell names; None where it is blank. What may be two dates (03/04/2017) is refused
    unless the order of day and month is told."""
    if isinstance(cell, datetime.datetime):
        return Period.day(cell.date())
    if isinstance(cell, datetime.date):
        return Period.day(cell)
    said = known(cell)
    if not said:
        return None
    text = _TIME.sub("", said).strip()
    try:
        return _named(text.casefold()) or _numbered(text, said, order) or Period.parse(text)
    except (ValueError, BadSource) as fault:
        if isinstance(fault, BadCell):
            raise
        raise BadCell(f"{said[:60]!r} is no date (such as 2017-03-16, 16 March 2017 or 2017-03)") from None


def _named(text: str) -> Period | None:
    if told := _DAY_MONTH.fullmatch(text):
        day, month, year = told.groups()
    elif told := _MONTH_DAY.fullmatch(text):
        month, day, year = told.groups()
    else:
        return None
    if month[:3] not in _MONTHS:
        raise ValueError(month)
    return Period.day(datetime.date(_year(year), _MONTHS[month[:3]], int(day)))


def _numbered(text: str, said: str, order: Order | None) -> Period | None:
    told = _NUMBERS.fullmatch(text)
    if told is None:
        return None
    first, second, third = told.groups()
    if len(first) == 4:
        return Period.day(datetime.date(int(first), int(second), int(third)))
    day, month = int(first), int(second)
    if order == "mdy" or (order is None and month > 12):
        day, month = month, day
    elif order is None and day <= 12 and day != month:
        raise BadCell(f'{said!r} may be two dates: say in the column map whether it is dates = "dmy" or "mdy"')
    return Period.day(datetime.date(_year(third), month, day))


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) > 2 else year + (1900 if year >= _CENTURY else 2000)
