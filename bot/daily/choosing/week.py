"""A server's week: what its members liked and saved, and the best that the channel hasn't had."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from dataclasses import replace
from datetime import date
from typing import Final

from bot.daily.choosing.pick import Picker
from bot.paper.model import Paper
from bot.readers.votes import Liked, Since, by_paper
from bot.search.queries import Queries
from bot.state.plans import Edition, Pick, Plan
from bot.state.server_votes import Votes

MOST: Final = 5
"""Papers of a digest in all."""
_LIKED: Final = 2
_SAVED: Final = 1
_VOTES: Final = 2
"""In a week with fewer, its members have chosen nothing."""
_QUIET: Final = 3
"""Papers that such a week has at least."""
_LOOKED_AT: Final = 50


def in_quiet_week(plan: Plan) -> Plan:
    """What a post brings of the plan's papers; a digest, where its members have chosen nothing."""
    return replace(plan, papers=max(plan.papers, _QUIET)) if plan.edition is Edition.WEEKLY else plan


class WeekPicker:
    def __init__(self, *, catalog: Queries, votes: Votes, picker: Picker) -> None:
        self._catalog = catalog
        self._votes = votes
        self._picker = picker

    async def pick(
        self,
        plan: Plan,
        day: date,
        had: Collection[str],
        *,
        hidden: Set[str],
        latest: Collection[str] = (),
        liked: Sequence[str] = (),
    ) -> list[Pick]:
        """The digest of the week up to local `day`: most liked, most saved, then `plan.papers` others.

        `had`, `latest` and `liked` are as `Picker.pick` takes them; `hidden` are the ids that the server
        hides. Raises what the catalog raises: CatalogError.
        """
        chosen = await self._by_members(plan.guild_id, hidden)
        others = replace(plan, papers=min(plan.papers, MOST - len(chosen))) if chosen else in_quiet_week(plan)
        besides = {*had, *(paper.id for paper, _ in chosen)}
        found = await self._picker.pick(others, day, besides, latest=latest, liked=liked)
        return [*(Pick(paper.id, paper.title, votes=n.votes, saves=n.saves) for paper, n in chosen), *found]

    async def _by_members(self, guild_id: int, hidden: Set[str]) -> list[tuple[Paper, Liked]]:
        week = await self._votes.liked(guild_id, Since.WEEK)
        if sum(each.votes for each in week) < _VOTES:
            return []
        unwanted = await self._catalog.current_ids(hidden)
        saved = sorted(week, key=lambda each: (-each.saves, -each.votes, each.paper_id))
        found = [
            (paper, each)
            for each in {**dict.fromkeys(week[:_LOOKED_AT]), **dict.fromkeys(saved[:_LOOKED_AT])}
            if (paper := await self._catalog.paper(each.paper_id))
            and unwanted.isdisjoint((paper.id, each.paper_id))
        ]
        rows = by_paper(found)
        liked = [row for row in rows if row[1].votes][:_LIKED]
        by_saves = sorted(rows, key=lambda row: (-row[1].saves, -row[1].votes, row[0].title))
        return liked + [row for row in by_saves if row[1].saves and row not in liked][:_SAVED]
