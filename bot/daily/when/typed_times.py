"""Times and weekdays as people write them, and back."""

from __future__ import annotations

import re
from datetime import time

from bot.errors import UserError

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVERY_DAY = frozenset(range(7))
FRIDAY = frozenset({4})
WORKDAYS = frozenset(range(5))
WEEKEND = frozenset({5, 6})
COMMON_WEEKDAYS = ("every day", "Monday to Friday", "weekends", "Mon, Wed, Fri", "Tue, Thu", *DAYS)

_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:\s*(?:[:.h点點時时시]|uhr)\s*(?P<minute>\d{2})\s*[分분]?)?"
    r"\s*(?:h|uhr|o'clock|[点點時时시])?\s*(?P<half>[ap])?\.?\s*(?:m\.?)?"
)
_DIGITS = re.compile(r"\d{3,4}")
"""As in `0900`."""
_WHOLE = {"every day": EVERY_DAY, "everyday": EVERY_DAY, "daily": EVERY_DAY, "all": EVERY_DAY} | {
    "weekdays": WORKDAYS,
    "workdays": WORKDAYS,
    "working days": WORKDAYS,
    "weekend": WEEKEND,
    "weekends": WEEKEND,
}


def parse_time(text: str) -> time:
    """`9`, `09:00`, `0900`, `9.30`, `9:30 pm`, `21h`, `21点`, `noon`; UserError for anything else."""
    typed = " ".join(text.lower().replace("：", ":").split())
    if typed in ("noon", "midday"):
        return time(12)
    if typed == "midnight":
        return time(0)
    if _DIGITS.fullmatch(typed):
        typed = f"{typed[:-2]}:{typed[-2:]}"
    match = _TIME.fullmatch(typed)
    if match:
        hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        elif half:
            hour = 99
        if hour == 24 and minute == 0:
            hour = 0
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise UserError(f"“{text[:30]}” isn't a time I understand. Try `09:00` or `9:30 pm`.")


def parse_weekdays(text: str) -> frozenset[int]:
    """`every day`, `Monday to Friday`, `mon, wed, fri`, `mon wed-fri`, `all`; UserError for anything else."""
    typed = " ".join(text.lower().replace("–", "-").split())
    if typed in _WHOLE:
        return _WHOLE[typed]
    days: set[int] = set()
    for part in re.split(r"\s*(?:,|;|\+|&|\band\b)\s*", typed):
        if part in _WHOLE:
            days |= _WHOLE[part]
        else:
            days |= _of_words(re.sub(r"\s*(?:-|\bto\b|\bthrough\b)\s*", "-", part), text)
    return frozenset(days)


def _of_words(words: str, whole: str) -> set[int]:
    """Of days and spans of days, each a word: `mon wed-fri`."""
    days: set[int] = set()
    for word in words.split() or [""]:
        first, *last = word.split("-")
        if len(last) > 1:
            raise _no_weekdays(whole)
        start, end = _day(first, whole), _day(last[0] if last else first, whole)
        days |= {(start + step) % 7 for step in range((end - start) % 7 + 1)}
    return days


def _day(name: str, whole: str) -> int:
    plain = name.strip(" .").removesuffix("s") if len(name) > 4 else name.strip(" .")
    for index, day in enumerate(DAYS):
        if len(plain) >= 2 and day.lower().startswith(plain):
            return index
    raise _no_weekdays(whole)


def _no_weekdays(text: str) -> UserError:
    return UserError(
        f"I couldn't read “{text[:60]}” as days. Try `every day`, `Monday to Friday` or `mon, wed, fri`."
    )
