"""What is said of a day's papers and of the most upvoted ones, in Discord and on the web."""

from __future__ import annotations

from datetime import date

from bot.search.results import Period
from bot.views.markdown import clip_escaped, day

_SHOWN_TOPIC = 100


def why_empty(before: date | None, after: date | None) -> str:
    """Of a day without papers, by the nearest days that have some."""
    if after is None and before is not None:
        return f"My newest day is {before:%A}, {day(before)}."
    if before is None and after is not None:
        return f"My first day is {after:%A}, {day(after)}."
    return "No papers were featured that day."


def span_of(first: date, last: date) -> str:
    """`14 Mar 2025 to 20 Mar 2025`"""
    return day(last) if first == last else f"{day(first)} to {day(last)}"


def none_trending(first: date, last: date, topic: str, period: Period, meant: str = "") -> str:
    """That no paper was upvoted then, and what to try; `meant` is what the topic may be a slip of."""
    concerning = f" about {clip_escaped(topic, _SHOWN_TOPIC)}" if topic else ""
    when = f"on {day(last)}" if first == last else f"from {span_of(first, last)}"
    if meant:
        return f"No upvoted papers{concerning} {when}. Did you mean **{clip_escaped(meant, _SHOWN_TOPIC)}**?"
    ways = ["a longer period"] * (period is not Period.MONTH) + ["another topic"] * bool(topic)
    hint = f" Try {' or '.join(ways)}." if ways else ""
    return f"No upvoted papers{concerning} {when}.{hint}"
