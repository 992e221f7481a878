"""Date expressions to EDTF: absolute, partial, and relative to the day the report speaks from."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from typing import Any

from civcas.core.extract.tagging import Unit

Parts = Mapping[str, tuple[Unit, ...]]
Day = datetime.date
GRACE = datetime.timedelta(days=7)  # after the report, for a date its own calendar may put a little later
NEAR = datetime.timedelta(days=60)  # nobody leaves the year out of a date ten months gone
EARLIEST, LATEST = 1900, 2100  # four figures between these may be a year where their place in the sentence says so


def date(
    parts: Parts, attributes: Mapping[str, Any], reference: Day | None, *, ahead: bool = False, seen: Day | None = None
) -> Mapping[str, Any] | None:
    """The attributes of a DATE chunk ("edtf", "relative", "role"), None where the numbers make no date or a
    relative one has no day to be relative to; `ahead` where the words speak of what is still to come. Of a report
    whose own day nobody knows, a day of the week is the last of that name until it was `seen`, marked uncertain."""
    if reference is None and seen is not None and "weekday" in parts and not ahead and "which" not in parts:
        back = int(attributes.get("back", 0))
        return {"edtf": _weekday(_value(parts, "weekday") or 0, seen, None, back=back) + "?", "relative": True}
    try:
        edtf, relative = _edtf(parts, {**attributes, "ahead": ahead}, reference)
    except (ValueError, OverflowError):
        return None
    if edtf is None:
        return None
    known = {k: v for k, v in attributes.items() if k in ("role", "hedged")}
    if relative and reference and edtf[:10] > (reference + GRACE).isoformat():
        known["role"] = "period"  # what is still to come is no event's day
    return {**known, "edtf": edtf, "relative": relative}


def _value(parts: Parts, group: str, key: str = "value") -> int | None:
    """The number of a group, its parts added up: "the fifth-and-twentieth" of Arabic."""
    values = [v for u in parts.get(group, ()) if isinstance(v := u.attributes.get(key), int)]
    return sum(values) if values else None


def _edtf(parts: Parts, attributes: Mapping[str, Any], reference: Day | None) -> tuple[str | None, bool]:
    year, month, day = _year(parts), _value(parts, "month"), _value(parts, "day")
    ahead = bool(attributes.get("ahead"))
    if "decade" in parts:
        return (f"{year // 10}X", False) if year is not None and year >= EARLIEST and year % 10 == 0 else (None, False)
    if attributes.get("full_year") and year is not None and year != _value(parts, "year"):
        return None, False  # "3 May 12 people": a count, no year
    if "century" in parts or (year is not None and not 1000 <= year <= 2200):
        return None, False
    if "last_day" in parts and day is not None and month is not None:  # 16-17 March
        last = _value(parts, "last_day")
        if last is None or last <= day:
            return None, False
        filled = year if year is not None else _year_of(month, day, reference, ahead)
        if filled is None:
            return None, False
        return f"{Day(filled, month, day)}/{Day(filled, month, last)}", year is None
    if month is not None and not 1 <= month <= 12:
        return None, False
    if month is not None and day is not None:
        filled = year if year is not None else _year_of(month, day, reference, ahead)
        return (None, False) if filled is None else (Day(filled, month, day).isoformat(), year is None)
    if month is not None and "which" not in parts:
        filled = year if year is not None else _year_of(month, 1, reference, ahead)
        if filled is None:
            return None, False
        if "week" in parts:
            return _week_of_month(filled, month, _value(parts, "week") or 1), year is None
        return f"{filled:04d}-{month:02d}", year is None
    quarter = _value(parts, "quarter")
    if quarter is not None and (year is not None or reference is not None):
        filled = year or _year_of(3 * quarter - 2, 1, reference, ahead)
        return f"{filled:04d}-{32 + quarter}", year is None
    if year is not None:
        return f"{year:04d}", False
    return (None, False) if reference is None else (_relative(parts, attributes, reference), True)


def _year(parts: Parts) -> int | None:
    for unit in (*parts.get("plain_year", ()), *parts.get("decade", ())):  # a number that is a year by its look
        known = len(unit.text) == 4 and unit.text.isdigit() and EARLIEST <= int(unit.text) <= LATEST
        return int(unit.text) if known else -1
    year = _value(parts, "year")
    if year is not None and year < 100:  # 30/3/17; after a month's name two figures are rather a day
        if any("value" not in u.attributes or u.tag != "NUM" for u in parts.get("month", ())):
            return -1
        year += 2000 if year < 70 else 1900
    return year


def _year_of(month: int, day: int, reference: Day | None, ahead: bool = False) -> int | None:
    """The year of a date given without one: the latest that is not after the report (a week's grace); the
    next where it is still ahead, by the words or because the coming one is far nearer than the last."""
    if reference is None:
        return None
    if ahead:
        return reference.year + ((month, day) < (reference.month, reference.day))
    last = calendar.monthrange(reference.year, month)[1]
    this = Day(reference.year, month, min(day, last))
    soon = reference + (GRACE if day == 1 else NEAR)
    return reference.year if this <= soon else reference.year - 1


def _week_of_month(year: int, month: int, which: int) -> str:
    last = calendar.monthrange(year, month)[1]
    first = last - 6 if which < 0 else 7 * (which - 1) + 1
    return f"{Day(year, month, first)}/{Day(year, month, min(first + 6, last))}"


def _relative(parts: Parts, attributes: Mapping[str, Any], reference: Day) -> str | None:
    shift = datetime.timedelta
    if "days" in parts:  # yesterday, two days ago
        first = reference + shift(days=_value(parts, "days", "days") or 0)
        until = _value(parts, "days", "until")  # "overnight" is a night of two days
        return first.isoformat() if until is None else f"{first}/{reference + shift(days=until)}"
    count = _value(parts, "count")
    unit = parts["unit"][0].attributes.get("unit") if "unit" in parts else attributes.get("unit")
    which = parts["which"][0].attributes.get("which", -1) if "which" in parts else attributes.get("which")
    if "weekday" in parts:
        which = 1 if which is None and attributes.get("ahead") else which
        return _weekday(_value(parts, "weekday") or 0, reference, which, back=int(attributes.get("back", 0)))
    if "month" in parts and which is not None:
        month = _value(parts, "month") or 1
        if unit == "year":  # "in June last year"
            return f"{reference.year + which:04d}-{month:02d}"
        year = _year_of(month, 1, reference) or reference.year
        return f"{year if which <= 0 else year + 1:04d}-{month:02d}"
    if unit is None:
        return None
    if count is not None:
        if count > 500:
            return None
        return _moved(reference, unit, -count, exact=True)
    if which is None:
        return None
    return _moved(reference, unit, which, exact=False)


def _weekday(weekday: int, reference: Day, which: int | None, *, back: int) -> str:
    """The day of that name (0 is Monday): the latest up to the report; with "last", before its day; `back`
    more weeks for "the Friday before last"; with "next" after it."""
    behind = (reference.weekday() - weekday) % 7
    if which is not None and which > 0:
        return (reference + datetime.timedelta(days=7 - behind)).isoformat()
    if which is not None and which < 0 and behind == 0:
        behind = 7
    return (reference - datetime.timedelta(days=behind + 7 * back)).isoformat()


def _moved(reference: Day, unit: str, by: int, *, exact: bool) -> str | None:
    """The day, ISO week, month or year `by` units from the reference; `exact` counts from its very day."""
    if unit == "day":
        return (reference + datetime.timedelta(days=by)).isoformat()
    if unit == "week":
        if exact:
            return (reference + datetime.timedelta(weeks=by)).isoformat()
        monday = reference - datetime.timedelta(days=reference.weekday()) + datetime.timedelta(weeks=by)
        return f"{monday}/{monday + datetime.timedelta(days=6)}"
    if unit == "month":
        months = reference.year * 12 + reference.month - 1 + by
        return f"{months // 12:04d}-{months % 12 + 1:02d}"
    if unit == "quarter":
        quarters = reference.year * 4 + (reference.month - 1) // 3 + by
        return f"{quarters // 4:04d}-{33 + quarters % 4}"
    if unit == "year":
        return f"{reference.year + by:04d}"
    return None
