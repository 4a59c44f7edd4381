"""When the next letter of somebody may go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.daily.when.schedule import EVERY_DAY, Schedule
from bot.readers.follows import Inbox, InboxPlan, Pace, Way

AT_MOST_EVERY = timedelta(hours=1)
"""Between two letters to one person, however much comes."""
TRY_AGAIN = timedelta(days=1)
"""Between two tries to write to somebody whose direct messages are closed."""
_PICKED_BEFORE = timedelta(hours=1)
"""Its time papers are picked for a letter: well before it goes."""
_PICKED_UNTIL = timedelta(hours=6)
"""After its time papers are still picked for a letter: as late as a daily paper may be."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A letter that has the papers picked for a person."""

    day: date
    """The person's own."""
    picked_at: datetime
    letter_at: datetime


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


def turns(plan: InboxPlan, now: datetime) -> tuple[Turn | None, Turn]:
    """The turn of picks that has begun and isn't over, if there is one, and the next."""
    # Where letters go as papers come, the papers picked come at the person's time.
    comes = plan.pace is Pace.COME
    schedule = schedule_of(replace(plan, pace=Pace.DAILY) if comes else plan)
    before = timedelta(0) if comes else _PICKED_BEFORE

    def turn_after(instant: datetime) -> Turn:
        at = schedule.next_after(instant)
        return Turn(schedule.local_date(at), at - before, at)

    begun, coming = None, turn_after(now - _PICKED_UNTIL)
    while coming.picked_at <= now:
        begun, coming = coming, turn_after(coming.letter_at)
    return begun, coming


def local_day(plan: InboxPlan, instant: datetime) -> date:
    """The date where the person lives."""
    return schedule_of(plan).day_of(instant)


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
