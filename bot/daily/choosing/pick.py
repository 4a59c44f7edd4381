"""Which paper a channel gets: the same for the same catalog, day and history, whoever asks.

New papers come first: those of the last lists that have closed. With a topic only those that are about it
(see `bot.search.index.aboutness`), central ones before those that touch it; then by standing among the day's
upvotes, freshness, and where the topic stands. Without a topic, what shares keywords with the channel's last
posts loses up to a tenth of its score. In a channel that learns, what is like what it liked gains up to half.
When nothing is new, and without a topic at weekends, the paper comes from the archive. Equal scores go by id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from cachetools import LRUCache

from bot.catalog import days
from bot.clock import Clock
from bot.daily.choosing import featured_lists
from bot.daily.choosing.featured_lists import Candidate, FeaturedLists
from bot.daily.choosing.taste import tilted
from bot.daily.choosing.variety import least_alike
from bot.daily.when.schedule import WEEKEND
from bot.search.index.aboutness import About, Degree, Where
from bot.search.queries import Queries
from bot.state.plans import Pick, Plan

_FRESH_HALF_LIFE = 2.0
_ARCHIVE_HALF_LIFE = 365.0
_PAGE = 200
_KEPT = timedelta(minutes=5)
"""How long what was read from the catalog serves further feeds."""
_KEPT_AT_MOST = 3_000
"""Readings that are kept: a topic is three of them."""

_ANYTHING = About(Degree.CENTRAL, Where.NOWHERE, 1.0)
"""What every paper is without a topic."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A paper, how much it is about the topic, and its score among those of its degree."""

    candidate: Candidate
    about: About
    score: float


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was read from the catalog: feeds that ask for the same at once wait for one reading."""

    read_at: datetime
    catalog: int
    """Its identity."""
    closed: date
    tasks: LRUCache[tuple[object, ...], asyncio.Task[Any]] = field(
        default_factory=lambda: LRUCache(_KEPT_AT_MOST)
    )

    async def once(self, key: tuple[object, ...], make: Callable[[], Awaitable[Any]]) -> Any:
        task = self.tasks.get(key)
        if task is None:
            task = self.tasks[key] = asyncio.ensure_future(make())
            task.add_done_callback(lambda done: self._forget_failed(key, done))
        # Whoever is cancelled while it waits leaves the reading to the others.
        return await asyncio.shield(task)

    def _forget_failed(self, key: tuple[object, ...], task: asyncio.Task[Any]) -> None:
        if task.cancelled() or task.exception() is not None:
            self.tasks.pop(key, None)

    def serves(self, catalog: int, closed: date, now: datetime) -> bool:
        same = (self.catalog, self.closed) == (catalog, closed)
        return same and timedelta() <= now - self.read_at < _KEPT


class Picker:
    def __init__(self, catalog: Queries, clock: Clock) -> None:
        self._catalog = catalog
        self._clock = clock
        self._current: _Kept | None = None

    async def pick(
        self,
        plan: Plan,
        day: date,
        had: Collection[str],
        *,
        latest: Collection[str] = (),
        liked: Sequence[str] = (),
        closed: date | None = None,
    ) -> list[Pick]:
        """The papers for local `day`, at most `plan.papers`; fewer or none when the channel had all others.

        `had` are the ids that the channel had, `latest` those of its last posts, `liked` those that tilt
        the pick. `closed` is the last closed day, for a pick as it would have been then; the present one
        where it is None.
        Raises what the catalog raises: CatalogError.
        """
        kept = await self._kept()
        now = await self.lists()
        then = await kept.once(("lists", closed), partial(_as_of, now, closed)) if closed else now
        alike = then.keywords_of(latest) if latest and not plan.topic else frozenset()
        fresh = await self._tilted(await self._fresh(kept, then, plan, day), liked)
        choices = least_alike(fresh, had, plan.papers, alike)
        picks = [_pick(choice, archive=False) for choice in choices]
        seen = {*had, *(pick.paper_id for pick in picks)}
        page = 0
        while len(picks) < plan.papers:
            archive = await self._archive(kept, then, plan.topic, page)
            if archive is None:
                break
            archive = await self._tilted(archive, liked)
            wanted = plan.papers - len(picks)
            picks += [_pick(choice, archive=True) for choice in least_alike(archive, seen, wanted, alike)]
            page += 1
        return picks

    async def lists(self) -> FeaturedLists:
        """The lists as they are now."""
        kept = await self._kept()
        read = partial(featured_lists.read_featured_lists, closed=kept.closed)
        found: FeaturedLists = await kept.once(("lists",), lambda: self._catalog.read(read))
        return found

    async def about(self, topic: str) -> Mapping[int, About]:
        """The featured papers that are about the topic, by row number."""
        return await self._about(await self._kept(), await self.lists(), topic)

    async def _kept(self) -> _Kept:
        now = self._clock()
        closed = days.last_closed(now)
        catalog = await self._catalog.identity()
        kept = self._current
        if kept is None or not kept.serves(catalog, closed, now):
            kept = self._current = _Kept(now, catalog, closed)
        return kept

    async def _about(self, kept: _Kept, then: FeaturedLists, topic: str) -> Mapping[int, About]:
        read = partial(self._catalog.about, topic, then.every)
        found: dict[int, About] = await kept.once(("about", topic), read)
        return found

    async def _fresh(self, kept: _Kept, then: FeaturedLists, plan: Plan, day: date) -> list[Choice]:
        """The new papers that are about the topic, best first."""
        if not plan.topic and day.weekday() in WEEKEND and not plan.weekdays <= WEEKEND:
            return []
        since_last = _days_since_last(plan, day)

        async def order() -> list[Choice]:
            new = then.new(since_last)
            about = await self._about(kept, then, plan.topic) if plan.topic and new else None
            return _ordered(
                Choice(
                    each,
                    topic,
                    topic.strength * each.standing * _fading(then, each.featured_on, _FRESH_HALF_LIFE),
                )
                for each in new
                if (topic := _ANYTHING if about is None else about.get(each.number))
            )

        fresh: list[Choice] = await kept.once(("fresh", then.closed, plan.topic, since_last), order)
        return fresh

    async def _tilted(self, choices: list[Choice], liked: Sequence[str]) -> list[Choice]:
        if not liked or not choices:
            return choices
        numbers = [choice.candidate.number for choice in choices]
        return tilted(choices, await self._catalog.liking(liked, numbers))

    async def _archive(self, kept: _Kept, then: FeaturedLists, topic: str, page: int) -> list[Choice] | None:
        """A page of everything about the topic, best first; None after the last."""
        read: Callable[[], Awaitable[list[Choice] | None]]
        if not topic:
            read = partial(self._never_featured, then, page - 1) if page else partial(_all_featured, then)
        elif page == 0:
            read = partial(self._featured_on, kept, then, topic)
        elif page == 1:
            read = partial(self._others_on, then, topic)
        else:
            return None
        found: list[Choice] | None = await kept.once(("archive", then.closed, topic, page), read)
        return found

    async def _never_featured(self, then: FeaturedLists, page: int) -> list[Choice] | None:
        offset = page * _PAGE
        read = partial(featured_lists.never_featured, closed=then.closed, limit=_PAGE, offset=offset)
        others = await self._catalog.read(read)
        return [Choice(each, _ANYTHING, 0.0) for each in others] or None

    async def _featured_on(self, kept: _Kept, then: FeaturedLists, topic: str) -> list[Choice]:
        about = await self._about(kept, then, topic)
        there = [(then.featured[number], found) for number, found in about.items() if number in then.featured]
        return _ordered(Choice(each, found, _worth(then, each, found)) for each, found in there)

    async def _others_on(self, then: FeaturedLists, topic: str) -> list[Choice]:
        about = await self._catalog.about(topic)
        numbers = sorted(about.keys() - then.every)
        others = await self._catalog.read(partial(featured_lists.others, closed=then.closed, numbers=numbers))
        chosen = (Choice(each, about[each.number], _worth(then, each, about[each.number])) for each in others)
        return _ordered(chosen)


async def _as_of(now: FeaturedLists, closed: date) -> FeaturedLists:
    return now.as_of(closed)


async def _all_featured(then: FeaturedLists) -> list[Choice]:
    return _ordered(
        Choice(each, _ANYTHING, each.standing * _fading(then, each.featured_on, _ARCHIVE_HALF_LIFE))
        for each in then.featured.values()
    )


def _worth(then: FeaturedLists, candidate: Candidate, about: About) -> float:
    """In the archive, where the topic stands counts for more than what was thought of the paper, and when."""
    age = _fading(then, candidate.featured_on or candidate.published, _ARCHIVE_HALF_LIFE)
    return about.strength**2 * (0.5 + candidate.standing / 2) * (0.5 + age / 2)


def _days_since_last(plan: Plan, day: date) -> int:
    """How many days ago the feed's last post was."""
    return next(back for back in range(1, 8) if (day - timedelta(days=back)).weekday() in plan.weekdays)


def _fading(then: FeaturedLists, day: date | None, half_life: float) -> float:
    age = max(0, (then.closed - day).days) if day else 10 * half_life
    return float(0.5 ** (age / half_life))


def _ordered(choices: Iterable[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda each: (-each.about.degree, -each.score, each.candidate.id))


def _pick(choice: Choice, *, archive: bool) -> Pick:
    each, where = choice.candidate, choice.about.where
    known = None if where is Where.NOWHERE else where.value
    return Pick(each.id, each.title, each.featured_on, each.rank, archive, known)
