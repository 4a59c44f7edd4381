"""Five new papers a day for one person, by what they saved and liked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.clock import Clock
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
        self, profile: Profile, day: date, *, wanted: int, without: Sequence[str]
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


class PersonalPicks:
    def __init__(self, liked: LikedPapers, picked: PickedPapers, clock: Clock) -> None:
        self._liked = liked
        self._picked = picked
        self._clock = clock

    async def of_today(self, person: int, library: Fits) -> PicksOfDay | TooFew:
        """By UTC days: those picked today already stay, whatever was saved since; what is missing comes now.

        Raises what the library raises.
        """
        likings = await self._liked.of(person)
        known = await library.remembered([each.paper_id for each in likings])
        if len(known) < ENOUGH_LIKED:
            return TooFew(len(known), len(likings) - len(known))
        how = {known[each.paper_id]: each.how for each in likings if each.paper_id in known}
        day, before = self._clock().date(), await self._picked.of(person)
        todays = [each for each in before if each.day == day and not each.refused][:A_DAY]
        if len(todays) == A_DAY:
            return PicksOfDay(day, todays, how)
        refused = tuple(each.paper_id for each in before if each.refused)
        found = await library.fitting(
            Profile(tuple(known.values()), refused),
            day,
            wanted=A_DAY - len(todays),
            without=[each.paper_id for each in before],
        )
        new = [Pick(fit.paper_id, day, fit.because) for fit in found]
        await self._picked.keep(person, new, first=len(before))
        return PicksOfDay(day, [*todays, *new], how)

    async def reasons(self, person: int, papers: Sequence[Paper], catalog: Queries) -> dict[str, Picked]:
        """By their ids those of the papers that were picked for the person, on whatever day, with why."""
        picks = {each.paper_id: each for each in await self._picked.of(person)}
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
