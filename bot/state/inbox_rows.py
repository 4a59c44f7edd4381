"""Rows of inboxes and of what was brought there, read and written."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from bot.readers.follows import Found, Inbox, InboxPlan, Match, Pace, Way, news_of


def inbox_from_row(row: Row[Any]) -> Inbox:
    """What a newer version wrote reads as kept for `/inbox show`; a weekday that is none is some other."""
    way, pace = (
        next((each for each in kind if each == value), otherwise)
        for kind, value, otherwise in ((Way, row.way, Way.KEPT), (Pace, row.pace, Pace.DAILY))
    )
    plan = InboxPlan(Way(way), Pace(pace), row.at, row.zone, row.weekday % 7)
    return Inbox(
        row.person_id,
        plan,
        row.channel_id,
        row.guild_id,
        row.thread_id,
        row.last_letter_at,
        row.paused_at,
        row.paused_reason,
        row.retry_at,
    )


def inbox_values(plan: InboxPlan) -> dict[str, Any]:
    """The columns that a plan has."""
    return {
        "way": plan.way.value,
        "pace": plan.pace.value,
        "at": plan.at,
        "zone": plan.zone,
        "weekday": plan.weekday,
    }


def found_from_row(row: Row[Any]) -> Found:
    """Also of news that a newer version writes."""
    news, version = news_of(row.news)
    match = Match(row.person_id, row.paper_id, row.title, row.follow_id, news, version)
    return Found(match, row.found_at, row.told_at)
