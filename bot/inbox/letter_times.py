"""When the next letter of somebody may go."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.daily.when.schedule import EVERY_DAY, Schedule
from bot.readers.follows import Inbox, InboxPlan, Pace, Way

AT_MOST_EVERY = timedelta(hours=1)
"""Between two letters to one person, however much comes."""
TRY_AGAIN = timedelta(days=1)
"""Between two tries to write to somebody whose direct messages are closed."""


def next_letter(inbox: Inbox, now: datetime) -> datetime | None:
    """At once, or at the person's own time; None where they want none."""
    plan = inbox.plan
    if plan.way is Way.KEPT or (plan.way is Way.THREAD and inbox.channel_id is None):
        return None
    if plan.way is Way.MESSAGE and inbox.retry_at is not None:
        # Further ahead than a refusal puts it, it is of a clock that has since been set back.
        now = max(now, inbox.retry_at) if inbox.retry_at <= now + TRY_AGAIN else now
    if plan.pace is Pace.COME:
        last = inbox.last_letter_at
        # One from the future is of a clock that has since been set back.
        return max(now, last + AT_MOST_EVERY) if last and last <= now + AT_MOST_EVERY else now
    return schedule_of(plan).next_after(now)


def picks_at(plan: InboxPlan, day: datetime) -> datetime | None:
    """When papers are picked on the UTC day that begins at `day`: None on one that has no letter.

    At the person's own time where letters go as papers come; else at once, so that they are there for it.
    """
    just_before = day - timedelta(microseconds=1)
    if plan.pace is Pace.COME:
        return schedule_of(replace(plan, pace=Pace.DAILY)).next_after(just_before)
    return day if schedule_of(plan).next_after(just_before) < day + timedelta(days=1) else None


def schedule_of(plan: InboxPlan) -> Schedule:
    """The person's own times, daily or weekly."""
    weekdays = EVERY_DAY if plan.pace is Pace.DAILY else frozenset({plan.weekday})
    return Schedule(plan.at, _known(plan.zone), weekdays)


def _known(zone: str) -> str:
    """A letter at another hour is better than none, where this host lacks the zone."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return zone
