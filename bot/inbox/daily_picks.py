"""Brings people who follow it the papers that are picked for them, once a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from bot.clock import Clock
from bot.delivery.outage import Outage
from bot.following.personal_picks import PersonalPicks, TooFew, first_untold, is_of
from bot.inbox.letter_times import Turn, local_day, turns
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
        outage: Outage,
        clock: Clock,
    ) -> None:
        self._catalog = catalog
        self._followings = followings
        self._inboxes = inboxes
        self._personal = personal
        self._outage = outage
        self._clock = clock
        self._done: dict[int, date] = {}
        """By follow the day that this process has brought last."""
        self._failed: set[int] = set()
        """Follows that a bug kept from bringing theirs: they come after all others."""
        self.next_at: datetime | None = None
        """When somebody's are picked next, as far as the last look knows."""

    async def bring(self) -> None:
        """Bring those that are due now; where they are many, some of them, and `next_at` is now.

        One person's that fail hold up nobody else's, and are tried again at the next look.
        """
        now = self._clock()
        follows = await self._followings.for_me()
        plans = await self._inboxes.plans_of({follow.person_id for follow in follows})
        restored_at = await self._inboxes.begun() if follows else None
        ids = {follow.id for follow in follows}
        self._done = {each: day for each, day in self._done.items() if each in ids}
        self._failed &= ids
        due: list[tuple[Followed, Turn, date | None]] = []
        later: list[datetime] = []
        for follow in follows:
            plan = plans.get(follow.person_id, InboxPlan())
            turn, coming = turns(plan, now)
            later.append(coming.picked_at)
            # What was shown before they followed it comes no more.
            if turn is None or turn.picked_at <= follow.made_at or self._done.get(follow.id) == turn.day:
                continue
            since = None
            if restored_at is not None and follow.made_at <= restored_at:
                if turn.day <= local_day(plan, restored_at):
                    continue
                since = first_untold(restored_at)
            due.append((follow, turn, since))
        due.sort(key=lambda each: each[0].id in self._failed)
        for follow, turn, since in due[:_AT_ONCE]:
            if await self._outage.apart("Picking papers for somebody", self._bring, follow, turn, since):
                self._done[follow.id] = turn.day
                self._failed.discard(follow.id)
            else:
                self._failed.add(follow.id)
        is_more = any(follow.id not in self._failed for follow, _, _ in due[_AT_ONCE:])
        self.next_at = now if is_more else min(later, default=None)

    async def _bring(self, follow: Followed, turn: Turn, since: date | None) -> bool:
        # What is picked and isn't told is lost: it comes on no other day.
        if await self._inboxes.has_picks_of(follow, turn.day):
            return True
        found = await self._personal.of_day(follow.person_id, turn.day, self._catalog, since=since)
        if isinstance(found, TooFew):
            return True
        brought = []
        for pick in found.picks:
            paper = await self._catalog.paper(pick.paper_id)
            if paper is None:
                # Another process picked it, by a catalog that is ahead: it waits by its id.
                brought.append(Match(follow.person_id, pick.paper_id, pick.paper_id, follow.id))
            elif is_of(paper, since):
                brought.append(Match(follow.person_id, paper.id, paper.title, follow.id))
        await self._inboxes.picked(follow, turn.day, brought, due=turn.letter_at)
        return True
