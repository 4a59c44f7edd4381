"""What a daily paper would have brought: the pick of each of the last days, as it would have been then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.catalog import days
from bot.daily.choosing.nearby_topics import FEW, Nearby, nearby
from bot.daily.choosing.pick import Picker
from bot.daily.choosing.variety import POSTS
from bot.daily.choosing.week import in_quiet_week
from bot.daily.when.schedule import Schedule
from bot.search.queries import Queries
from bot.state.plans import Pick, Plan

DAYS = 14
"""Days that an admin is told of."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A day's papers; none where nothing was left."""

    day: date
    picks: tuple[Pick, ...]


async def brought(
    picker: Picker, plan: Plan, until: date, last: int = DAYS, *, hidden: Collection[str] = ()
) -> AsyncIterator[Brought]:
    """What the plan would have brought on each of the `last` days to `until`, to a channel that had nothing.

    `hidden` are the ids of the papers that its server hides. Upvotes and days are as the catalog has them
    now; no list that closed after the day's post is looked at. Of a digest's weeks none is taken for one in
    which members chose papers.
    """
    plan = in_quiet_week(plan)
    had = set(hidden)
    posts: list[tuple[Pick, ...]] = []
    for back in reversed(range(last)):
        day = until - timedelta(days=back)
        due = _due(plan, day)
        if due is None:
            continue
        latest = [pick.paper_id for post in posts[-POSTS:] for pick in post]
        picks = tuple(await picker.pick(plan, day, had, latest=latest, closed=days.last_closed(due)))
        had.update(pick.paper_id for pick in picks)
        posts.append(picks)
        yield Brought(day, picks)


def _due(plan: Plan, day: date) -> datetime | None:
    """None where there is no post on that day."""
    schedule = Schedule(plan.at, plan.zone, plan.weekdays)
    return schedule.on(day) if day.weekday() in plan.weekdays else None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a plan would have brought lately, and what else is there for its topic."""

    days: int
    brought: tuple[Brought, ...]
    total: int
    """Papers in the catalog that are about the topic; no more than `topics.AT_MOST` are counted."""
    new: int
    """Those of them that the lists of these days have, brought or not."""
    nearby: tuple[Nearby, ...]
    """Where few are new: topics near it that have more."""
    spelt: tuple[str, int] | None = None
    """Where no paper is about it: what it may be a slip of, and the papers about that."""

    @property
    def picks(self) -> list[Pick]:
        """The newest first."""
        return [pick for day in reversed(self.brought) for pick in day.picks]


async def outlook(
    picker: Picker, catalog: Queries, plan: Plan, now: datetime, *, hidden: Collection[str] = ()
) -> Outlook:
    """The outlook of a plan that has a topic, without the papers with the ids `hidden`."""
    last = Schedule(plan.at, plan.zone, plan.weekdays).day_of(now)
    due = _due(plan, last)
    if due is None or due > now:
        last -= timedelta(days=1)
    days_before = tuple([each async for each in brought(picker, plan, last, hidden=hidden)])
    lists = await picker.lists()
    about, everything = await picker.about(plan.topic), await catalog.about(plan.topic)
    unwanted = await catalog.about_ids(plan.topic, list(hidden)) if hidden else {}
    latest = lists.since(lists.closed - timedelta(days=DAYS - 1))
    visible = [each for each in latest if each.id not in hidden]
    new = sum(each.number in about for each in visible)
    there = [lists.featured[number] for number in sorted(about, reverse=True) if number in lists.featured]
    others = await nearby(catalog, plan.topic, lists, there, visible, new) if new < FEW else ()
    spelt = await catalog.meant(plan.topic) if not everything else None
    return Outlook(DAYS, days_before, len(everything) - len(unwanted), new, others, spelt)
