"""Days as people write them: in numbers, with a month's name, or in words such as "3 days ago".

Numbers are read by rules of our own, since `3/4` is two days and nobody may be shown the wrong one. Names and
words, in the reader's language or in English, are read by dateparser, whose guesses are checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from bot.paper.punctuation import plain

_FIRST_YEAR = 1991
"""arXiv's first: no paper's day lies before it."""
_RECENT = timedelta(days=31)
_LONGEST = 60
_NUMBERS = re.compile(
    r"(?P<a>[0-9]{1,4})(?P<sign>[-./ ])\s?(?P<b>[0-9]{1,2})(?:(?P=sign)\s?(?P<c>[0-9]{2}|[0-9]{4}))?\.?"
)
_WRITTEN_TOGETHER = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DIGITS = re.compile(r"[0-9]+")
_OWN_MONTH = re.compile(r"[0-9]+\s?[月월]")
_WORDS = re.compile(r"(?<!\w)[^\W\d_]{2,}")
"""Not the letters behind a number: `th` is a Thursday in dateparser's English."""
_TIME_OF_DAY = re.compile(r"(?<=[0-9]{4}-[0-9]{2}-[0-9]{2})[t ][0-9]{2}:[0-9]{2}.*")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was meant by a text."""

    days: tuple[date, ...]
    """One day; several, the likeliest first, where it can't be told which; none where it is no day."""
    is_guess: bool = False
    """Whether a part of the day was not written but supposed."""
    weekday: date | None = None
    """The day that was written with the name of another weekday: then `days` is empty."""


NOTHING = Reading(())


def read_day(
    text: str, today: date, locale: str = "en-US", newest: date | None = None, first: date | None = None
) -> Reading:
    """The day that `text` means for a reader of `locale` (Discord's codes), of those until `today` the last.

    Where `newest`, the last day that there is, lies elsewhere, a day without a year is one until then; no
    day before `first`, the first that there is, is supposed for the sake of its weekday. Words
    of time to come are read, too. The first call with a name or a word takes some tenths of a second.
    """
    elsewhere = newest is not None and not today - _RECENT <= newest <= today
    until = newest if newest and elsewhere else today
    written = " ".join(plain(text).split()).strip(" ,;:!?\"'()*_`~|<>").lower()
    written = _TIME_OF_DAY.sub("", written)
    if not written or len(written) > _LONGEST:
        return NOTHING
    if not any(character.isalpha() for character in written):
        return _in_numbers(written, today, until, month_first=locale.lower() in ("en-us", "en"))
    return _in_words(written, today, until, locale, first)


def _in_numbers(written: str, today: date, until: date, *, month_first: bool) -> Reading:
    if together := _WRITTEN_TOGETHER.fullmatch(written):
        day = _day(int(together[1]), int(together[2]), int(together[3]))
        return Reading((day,)) if day else NOTHING
    match = _NUMBERS.fullmatch(written)
    if match is None:
        return NOTHING
    a, b, c = match["a"], match["b"], match["c"]
    if len(a) == 4:
        day = _day(int(a), int(b), int(c)) if c and len(c) == 2 else None
        return Reading((day,)) if day else NOTHING
    if c is None:
        return _without_year(int(a), int(b), match["sign"], until, month_first=month_first)
    years = [int(c)] if len(c) == 4 else [2000 + int(c)]
    found = list(_either_way(int(a), int(b), match["sign"], years[0], month_first=month_first))
    if len(c) == 2 and match["sign"] == "-" and len(a) == 2 and (day := _day(2000 + int(a), int(b), int(c))):
        found.insert(0, day)
    return _of_several(found, today, is_guess=len(c) == 2)


def _without_year(a: int, b: int, sign: str, until: date, *, month_first: bool) -> Reading:
    either = (
        _last(partial(_day, month=b, day_of_month=a), until),
        _last(partial(_day, month=a, day_of_month=b), until),
    )
    found = [day for day in either if day]
    if sign == ".":
        found = found[:1] if a <= 31 and b <= 12 else []
    elif month_first:
        found.reverse()
    return _of_several(found, until, is_guess=True)


def _either_way(a: int, b: int, sign: str, year: int, *, month_first: bool) -> Iterator[date]:
    """Day and month, month and day; with dots between them the day always comes first."""
    ways = ((b, a),) if sign == "." else ((a, b), (b, a)) if month_first else ((b, a), (a, b))
    for month, day_of_month in ways:
        if day := _day(year, month, day_of_month):
            yield day


def _of_several(found: list[date], today: date, *, is_guess: bool) -> Reading:
    """Of two days the one to come is not the one that is meant."""
    if not found:
        return NOTHING
    distinct = tuple(dict.fromkeys(found))
    past = tuple(day for day in distinct if day <= today)
    if len(distinct) > 1 and len(past) == 1:
        return Reading(past, is_guess=True)
    return Reading(past or distinct, is_guess=is_guess)


def _in_words(written: str, today: date, until: date, locale: str, first: date | None) -> Reading:
    from dateparser.date import DateDataParser  # its start takes 0.3 s: only who needs it waits

    languages = _languages(locale)

    def parsed(parser: str, *required: str) -> Any:
        settings: Any = {
            "PARSERS": [parser],
            "PREFER_DATES_FROM": "past",
            "REQUIRE_PARTS": list(required),
            "RELATIVE_BASE": datetime.combine(today, time(12)),
        }
        try:
            return DateDataParser(languages=languages, settings=settings).get_date_data(written)
        except (ValueError, OverflowError, RecursionError):
            return None

    if (relative := parsed("relative-time")) and relative.date_obj:
        return _within_reason(relative.date_obj.date(), is_guess=relative.period != "day")
    numbers = [int(number) for number in _DIGITS.findall(written)]
    absolute = parsed("absolute-time", "day", "month") if numbers else parsed("absolute-time")
    if not (absolute and absolute.date_obj):
        return NOTHING
    day = absolute.date_obj.date()
    weekdays = _named_weekdays(written, absolute.locale)
    if not numbers:
        return Reading((day,), is_guess=True) if day.weekday() in weekdays else NOTHING
    return _checked(written, numbers, day, weekdays, until, first or date.min)


def _checked(
    written: str, numbers: list[int], day: date, weekdays: set[int], until: date, first: date
) -> Reading:
    """dateparser's day, where it leaves out or makes up no number, and the weekday agrees."""
    left = list(numbers)
    if _OWN_MONTH.search(written) and day.month in left:
        left.remove(day.month)
    if day.day not in left:
        return NOTHING
    left.remove(day.day)
    has_year = bool(left)
    if left not in ([], [day.year], [day.year % 100]):
        return NOTHING
    if not has_year:
        on_weekday = _last(lambda year: _day(year, day.month, day.day, weekdays), until)
        if on_weekday and weekdays and on_weekday < first:
            return Reading((), weekday=_last(lambda year: _day(year, day.month, day.day), until))
        return Reading((on_weekday,), is_guess=True) if on_weekday else NOTHING
    if weekdays and day.weekday() not in weekdays:
        return Reading((), weekday=day)
    return _within_reason(day, is_guess=left == [day.year % 100])


def _within_reason(day: date, *, is_guess: bool) -> Reading:
    return Reading((day,), is_guess=is_guess) if day.year >= _FIRST_YEAR else NOTHING


def _last(day_of: Callable[[int], date | None], until: date) -> date | None:
    """The last day until `until` that `day_of` gives for a year; after eleven, weekdays repeat."""
    for year in range(until.year, until.year - 12, -1):
        day = day_of(year)
        if day is not None and day <= until:
            return day
    return None


def _day(year: int, month: int, day_of_month: int, weekdays: set[int] | None = None) -> date | None:
    try:
        day = date(year, month, day_of_month)
    except ValueError:
        return None
    return day if year >= _FIRST_YEAR and (not weekdays or day.weekday() in weekdays) else None


def _languages(locale: str) -> list[str]:
    """dateparser's languages for one of Discord's: the reader's own and English."""
    from dateparser.data.languages_info import language_order

    language = locale.lower().partition("-")[0]
    language = {"no": "nb"}.get(language, language)
    return [language, "en"] if language != "en" and language in language_order else ["en"]


def _named_weekdays(written: str, locale: str | None) -> set[int]:
    """The weekdays, Monday 0, whose names stand in `written`."""
    from dateparser.languages.loader import default_loader

    if not locale:
        return set()
    info = default_loader.get_locale(locale).info
    words = set(_WORDS.findall(written))
    return {
        number
        for number, weekday in enumerate(_WEEKDAYS)
        for name in info.get(weekday, ())
        if name.lower().rstrip(".") in words or (len(name) > 1 and not name.isascii() and name in written)
    }
