"""Brings people who follow it the papers that are picked for them, once a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from bot.clock import Clock
from bot.following.personal_picks import PersonalPicks, TooFew
from bot.inbox.letter_times import picks_at
from bot.readers.follows import Followed, InboxPlan, Match
from bot.search.queries import Queries
from bot.state.followings import Followings
from bot.state.inbox import Inboxes

_AT_ONCE: Final = 20
"""People of one look: letters that are due wait for it."""


class DailyPicks:
    """What it brings waits to be told as anything else that follows bring."""

    def __init__(
        self,
        *,
        catalog: Queries,
        followings: Followings,
        inboxes: Inboxes,
        personal: PersonalPicks,
        clock: Clock,
    ) -> None:
        self._catalog = catalog
        self._followings = followings
        self._inboxes = inboxes
        self._personal = personal
        self._clock = clock
        self._done: dict[int, date] = {}
        """By follow the day on which this process looked last."""
        self.next_at: datetime | None = None
        """When somebody's are due next today, as far as the last look knows."""

    async def bring(self) -> None:
        """Bring those that are due now; where they are many, some of them, and `next_at` is now."""
        now = self._clock()
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        follows = await self._followings.for_me()
        plans = await self._inboxes.plans_of({follow.person_id for follow in follows})
        self._done = {each.id: self._done[each.id] for each in follows if each.id in self._done}
        due: list[Followed] = []
        later: list[datetime] = []
        for follow in follows:
            at = picks_at(plans.get(follow.person_id, InboxPlan()), day)
            # What was shown before they followed it comes no more.
            if at is None or at <= follow.made_at or self._done.get(follow.id) == day.date():
                continue
            if at <= now:
                due.append(follow)
            else:
                later.append(at)
        for follow in due[:_AT_ONCE]:
            await self._bring(follow, day)
            self._done[follow.id] = day.date()
        self.next_at = now if len(due) > _AT_ONCE else min(later, default=None)

    async def _bring(self, follow: Followed, day: datetime) -> None:
        found = await self._personal.of_today(follow.person_id, self._catalog)
        if isinstance(found, TooFew):
            return
        papers = [await self._catalog.paper(pick.paper_id) for pick in found.picks]
        brought = [
            Match(follow.person_id, paper.id, paper.title, follow.id) for paper in papers if paper is not None
        ]
        await self._inboxes.picked(follow, brought, since=day)
