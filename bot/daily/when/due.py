"""What a feed gets when its time has come, or has long gone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.daily.when.schedule import Schedule
from bot.delivery.lifecycle import GRACE
from bot.reasons import Code, reason
from bot.state.claims import CannotTell, Turn
from bot.state.feeds import ChannelKind, Feed, Plan
from bot.state.plans import Edition


def schedule_of(plan: Plan) -> Schedule:
    """When the plan's posts are due. Raises ZoneInfoNotFoundError for a zone that this host doesn't know."""
    return Schedule(plan.at, plan.zone, plan.weekdays)


def next_due(plan: Plan, now: datetime, *, not_on: Collection[date] = ()) -> datetime:
    """The next post after `now`, not on the local days in `not_on`."""
    return schedule_of(plan).next_after(now, not_on=not_on)


def turn_of(feed: Feed, now: datetime) -> Turn:
    """The turn of a feed that is due at `now`, however long it has been; CannotTell where nobody can say."""
    if ChannelKind.UNKNOWN in (feed.plan.kind, feed.gone) or feed.plan.edition is Edition.UNKNOWN:
        raise CannotTell(reason(Code.NEWER_VERSION))
    try:
        ZoneInfo(feed.plan.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # The database of zones is the host's: another may have known it.
        raise CannotTell(reason(Code.UNKNOWN_ZONE, zone=feed.plan.zone)) from None
    schedule = schedule_of(feed.plan)
    due = feed.next_due_at or now
    # A feed served early, by a clock that was then set back, still waits for its next day.
    after = schedule.next_after(max(now, due))
    if now - due <= GRACE:
        return Turn(after, (schedule.local_date(due), due))
    missed = (schedule.local_date(due), due)
    latest = schedule.next_after(now - GRACE)
    serve = (schedule.local_date(latest), latest) if latest <= now else None
    return Turn(after, serve, missed)
