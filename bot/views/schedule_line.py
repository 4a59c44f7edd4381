"""When a daily paper comes, in words."""

from __future__ import annotations

from datetime import time

from bot.daily.when.offsets import shown

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def when(at: time, zone: str, weekdays: frozenset[int]) -> str:
    """`every day at 09:00, Europe/Berlin`"""
    return f"{weekdays_text(weekdays)} at {at:%H:%M}, {shown(zone)}"


def weekdays_text(days: frozenset[int]) -> str:
    """`every day`, `Monday to Friday`, `weekends`, `Mon, Wed and Fri`."""
    if days == frozenset(range(7)):
        return "every day"
    if days == frozenset(range(5)):
        return "Monday to Friday"
    if days == frozenset({5, 6}):
        return "weekends"
    if len(days) == 1:
        return f"{_DAYS[min(days)]}s"
    if not days:
        return "on no day"
    *first, last = (_DAYS[day][:3] for day in sorted(days))
    return f"{', '.join(first)} and {last}"
