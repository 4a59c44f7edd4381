"""Dates as files write them: a day, or only its year."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

EARLIEST, LATEST = 1000, 2199
"""Years beyond these are slips."""

_YEAR = r"(?P<year>1\d{3}|2[01]\d{2})"
_ISO = re.compile(rf"{_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?!\d)")
_COMPACT = re.compile(rf"{_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>[0-2]\d|3[01])(?!\d)")
_DAY_FIRST = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s.-]+(?P<name>[A-Za-z]{{3,9}})\.?,?[\s-]+{_YEAR}(?!\d)"
)
_MONTH_FIRST = re.compile(
    rf"(?P<name>[A-Za-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}(?!\d)"
)
_SLASHES = re.compile(rf"(?P<one>\d{{1,2}})[/.-](?P<two>\d{{1,2}})[/.-]{_YEAR}(?!\d)")
_ANY_YEAR = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_MONTH_NAME = re.compile(r"[A-Za-z]{3,9}")
_NUMBER = re.compile(r"\d{1,2}")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}


class When(NamedTuple):
    day: date | None = None
    year: int | None = None


def when(value: object) -> When:
    """The day, or only the year, that `value` holds: ISO 8601 and its parts, ranges, month names, a number.

    `07/26/2019` is read where it can be one day only. Nothing is guessed.
    """
    if isinstance(value, bool) or value is None:
        return When()
    if isinstance(value, int | float):
        return When(None, int(value)) if EARLIEST <= value <= LATEST and value == int(value) else When()
    if not isinstance(value, str):
        return When()
    text = value.strip()[:100]
    for pattern in (_ISO, _COMPACT):
        if found := pattern.match(text):
            return _of(found["year"], found["month"], found["day"])
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        if (found := pattern.search(text)) and (month := month_of(found["name"])):
            return _of(found["year"], month, found["day"])
    if found := _SLASHES.match(text):
        one, two = int(found["one"]), int(found["two"])
        if one == two or one > 12 or two > 12:
            day, month = (one, two) if one > 12 or one == two else (two, one)
            return _of(found["year"], month, day)
        return When(None, int(found["year"]))
    found = _ANY_YEAR.search(text)
    return When(None, int(found["year"])) if found else When()


def combined(year: object, month: str = "", day: str = "") -> When:
    """The same from separate fields, of which the month may hold the day, too (`jun~12`)."""
    known = when(year)
    if known.day or known.year is None or not month:
        return known
    number = month_of(month)
    in_month = _NUMBER.findall(month) if _MONTH_NAME.search(month) else []
    days = in_month or _NUMBER.findall(day)
    if number is None or len(days) != 1 or re.search(r"[/–]|--|[a-z]-", month):
        return known
    return _of(known.year, number, days[0])


def month_of(text: str) -> int | None:
    """1 to 12, from an English name, its beginning, or a number."""
    text = text.strip()
    if name := _MONTH_NAME.search(text):
        return _MONTHS.get(name[0][:3].lower())
    return int(text) if text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 12 else None


def _of(year: str | int, month: str | int, day: str | int) -> When:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return When(None, int(year))
    return When(found, found.year)
