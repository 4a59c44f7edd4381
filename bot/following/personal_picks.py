"""Five new papers a day for one person, by what they saved and liked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.paper.model import Paper
from bot.readers.likings import ENOUGH_LIKED, Because, How, Picked
from bot.search.profile import Fitting, Profile
from bot.search.queries import Queries
from bot.state.liked_papers import LikedPapers
from bot.state.picked import Pick, PickedPapers

A_DAY = 5


class Fits(Protocol):
    """A library, as it is seen somewhere."""

    async def remembered(self, paper_ids: Sequence[str]) -> dict[str, str]:
        """See `bot.search.profile.remembered`."""

    async def fitting(
        self, profile: Profile, day: date, *, wanted: int, without: Sequence[str], since: date | None = None
    ) -> list[Fitting]:
        """See `bot.search.profile.fitting`."""


@dataclass(frozen=True, slots=True)
class TooFew:
    """What somebody likes is too little to go by."""

    known: int
    """Papers that they like and that the catalog has: fewer than ENOUGH_LIKED."""
    lacking: int
    """Those that it lacks."""


@dataclass(frozen=True, slots=True)
class PicksOfDay:
    day: date
    picks: Sequence[Pick]
    """At most A_DAY; none on a day that has nothing new for them."""
    how: Mapping[str, How]
    """By today's ids of what they like, how they showed it."""
    refused: Sequence[Pick] = ()
    """Those of the day's picks that were not for them."""


def first_untold(restored_at: datetime) -> date:
    """The first day of papers that nobody can have been told of before the state was restored."""
    return restored_at.date() + timedelta(days=1)


def is_of(paper: Paper, since: date | None) -> bool:
    """Whether it was published on the day `since` or later; any is for None."""
    return since is None or (paper.published or date.min) >= since


class PersonalPicks:
    def __init__(self, liked: LikedPapers, picked: PickedPapers) -> None:
        self._liked = liked
        self._picked = picked

    async def of_day(
        self, person: int, day: date, library: Fits, *, since: date | None = None
    ) -> PicksOfDay | TooFew:
        """By the person's own days: those picked for `day` already stay, whatever was saved since, and
        whichever catalog had them; what is missing comes now, of papers published at `since` or later.

        Raises what the library raises.
        """
        likings = await self._liked.of(person)
        known = await library.remembered([each.paper_id for each in likings])
        if len(known) < ENOUGH_LIKED:
            return TooFew(len(known), len(likings) - len(known))
        how = {known[each.paper_id]: each.how for each in likings if each.paper_id in known}
        before = await self._picked.of(person)
        todays = [each for each in before if each.day == day and not each.refused][:A_DAY]
        unwanted = [each for each in before if each.day == day and each.refused and each.was_picked]
        if len(todays) == A_DAY:
            return PicksOfDay(day, todays, how, unwanted)
        refused = tuple(each.paper_id for each in before if each.refused)
        found = await library.fitting(
            Profile(tuple(known.values()), refused),
            day,
            wanted=A_DAY - len(todays),
            without=[each.paper_id for each in before],
            since=since,
        )
        new = [Pick(fit.paper_id, day, fit.because) for fit in found]
        return PicksOfDay(day, await self._picked.keep(person, day, new, most=A_DAY), how, unwanted)

    async def has_enough(self, person: int, library: Fits) -> bool:
        """Whether they like enough to go by; nothing is picked for that."""
        likings = await self._liked.of(person)
        return len(await library.remembered([each.paper_id for each in likings])) >= ENOUGH_LIKED

    async def refused(self, person: int, catalog: Queries) -> set[str]:
        """The ids of what was not for them, as they are kept and as the catalog has them today."""
        kept = {each.paper_id for each in await self._picked.of(person) if each.refused}
        return kept | {*(await catalog.todays_ids(kept)).values()}

    async def reasons(self, person: int, papers: Sequence[Paper], catalog: Queries) -> dict[str, Picked]:
        """By their ids those of the papers that were picked for the person, on whatever day, with why."""
        picked = {each.paper_id: each for each in await self._picked.of(person)}
        today = await catalog.todays_ids(picked)
        picks = {today.get(paper_id, paper_id): each for paper_id, each in picked.items()}
        likings = await self._liked.of(person)
        known = await catalog.remembered([each.paper_id for each in likings])
        how = {known[each.paper_id]: each.how for each in likings if each.paper_id in known}
        found = {}
        for paper in papers:
            pick = picks.get(paper.id)
            if pick is not None and pick.because is not None:
                liked = await catalog.paper(pick.because)
                found[paper.id] = Picked(paper, Because(liked, how.get(pick.because)))
            elif pick is not None:
                found[paper.id] = Picked(paper)
        return found
