"""Compares new papers with what everybody follows, each paper once."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.catalog import changes, news, papers
from bot.catalog.changes import Position
from bot.catalog.news import NewPaper, Until
from bot.clock import Clock
from bot.following.likes import like
from bot.following.matching import Follow, Follows
from bot.readers.follows import Followed, Kind, Match, Standing
from bot.search.queries import Queries
from bot.state.followings import Extent, Followings
from bot.state.inbox import Inboxes
from bot.state.reading_lists import ReadingLists

log = logging.getLogger(__name__)

NEW_FOR = timedelta(days=14)
"""A paper is news for so long after it was published or featured: what is read in late is still brought."""
BEFORE = timedelta(days=4)
"""By which a paper's day may lie before the follow: over a weekend arXiv lists what was published earlier."""
MOST_LIKED = 30
"""Of a list the latest so many papers are what new ones are compared with."""
_AT_ONCE = 500
_LEARNT = 100
"""Topics that are looked up at a time: so long at most does a look wait."""
_IDLE = 1_000
"""Topics that nobody follows anymore: beyond so many more than are followed, their room is given back."""
_BY_WORDS = (Kind.TOPIC, Kind.AUTHOR)


class Finder:
    """Looks when asked; two looks at once are one after the other."""

    def __init__(
        self,
        *,
        catalog: Queries,
        followings: Followings,
        inboxes: Inboxes,
        lists: ReadingLists,
        clock: Clock,
    ) -> None:
        self._catalog = catalog
        self._followings = followings
        self._inboxes = inboxes
        self._lists = lists
        self._clock = clock
        self._follows = Follows()
        self._known: dict[int, Follow] = {}
        self._looked: tuple[int, Position] | None = None
        self._compared: tuple[int, Until] | None = None
        self._compared_at: datetime | None = None
        self._learnt: Extent | None = None
        self._one_at_a_time = asyncio.Lock()

    async def look(self) -> int:
        """Compare what is new since the last look; how many matches that brought."""
        async with self._one_at_a_time:
            now_at = await self._catalog.read(
                lambda connection: (changes.identity(connection), changes.position(connection))
            )
            brought = await self._changed()
            if now_at != self._looked:
                brought += await self._look()
                self._looked = now_at
            return brought

    async def _look(self) -> int:
        first = self._clock().date() - NEW_FOR
        there = await self._catalog.read(lambda connection: news.since(connection, first))
        looked_at = await self._inboxes.looked_at([paper.id for paper in there])
        new = [paper for paper in there if paper.id not in looked_at]
        if not new:
            return 0
        begun = await self._inboxes.begun()
        active, brought = await self._followings.active(), 0
        await self._catalog.wait_until_current()
        self._take_over(active)
        liked = await self._liked(active)
        for start in range(0, len(new), _AT_ONCE):
            some = new[start : start + _AT_ONCE]
            timely = [paper for paper in some if begun is None or paper.day >= begun.date()]
            found = await self._matches(timely, active, liked) if timely else []
            brought += await self._inboxes.found([paper.id for paper in some], found)
        if brought:
            log.info("%d new papers brought %d matches.", len(new), brought)
        return brought

    async def learn(self) -> None:
        """Look up what is followed and isn't yet, as long as there is any: then the next look is quick."""
        extent = await self._followings.extent()
        if extent != self._learnt:
            async with self._one_at_a_time:
                self._take_over(await self._followings.active())
            self._learnt = extent
        learnt = 1
        while learnt:
            async with self._one_at_a_time:
                learnt = await self._catalog.ask(lambda search: self._follows.learn(search, _LEARNT))

    async def brought_by(self, follows: Sequence[Followed], paper_ids: Sequence[str]) -> dict[str, int]:
        """For each of these papers that one of the follows brings, too, the id of the first that does."""
        active = [each for each in follows if not each.is_paused(self._clock())]
        by_words = Follows(Follow(each.id, each.kind, each.text) for each in active if each.kind in _BY_WORDS)
        found = await self._catalog.ask(lambda search: by_words.match(search, paper_ids))
        pairs = [(each, follow) for follow, about in found.items() for each in about]
        if liked := await self._liked(active):
            near = await self._catalog.ask(lambda search: like(search, paper_ids, liked.keys()))
            pairs += [
                (each, follow.id) for each, likes in near.items() for one in likes for follow in liked[one]
            ]
        return dict(sorted(pairs, reverse=True))

    def _take_over(self, active: Iterable[Followed]) -> None:
        if self._follows.idle > _IDLE + len(self._follows):
            self._follows, self._known = Follows(), {}
        wanted = {each.id: Follow(each.id, each.kind, each.text) for each in active if each.kind in _BY_WORDS}
        for gone in self._known.keys() - wanted.keys():
            self._follows.remove(gone)
        for follow in wanted.values():
            if self._known.get(follow.id) != follow:
                self._follows.add(follow)
        self._known = wanted

    async def _matches(
        self,
        new: Sequence[NewPaper],
        active: Sequence[Followed],
        liked: Mapping[str, Sequence[Followed]],
    ) -> list[Match]:
        ids, by_id = [paper.id for paper in new], {paper.id: paper for paper in new}
        followed = {each.id: each for each in active}
        pairs: list[tuple[Followed, NewPaper]] = []
        if self._known:
            found = await self._catalog.ask(lambda search: self._follows.match(search, ids))
            pairs += [(followed[follow], by_id[each]) for follow, about in found.items() for each in about]
        if liked:
            near = await self._catalog.ask(lambda search: like(search, ids, liked.keys()))
            own = {(follow.id, each) for each, follows in liked.items() for follow in follows}
            pairs += [
                (follow, by_id[each])
                for each, likes in near.items()
                for one in likes
                for follow in liked[one]
                if (follow.id, each) not in own
            ]
        timely = [(follow, paper) for follow, paper in pairs if _is_timely(follow, paper)]
        before = await self._known_before(timely)
        return [
            Match(follow.person_id, paper.id, paper.title, follow.id)
            for follow, paper in timely
            if (follow.person_id, paper.id) not in before
        ]

    async def _known_before(self, pairs: Collection[tuple[Followed, NewPaper]]) -> set[tuple[int, str]]:
        """Who had which of these papers already, when it had another id."""
        people = {follow.person_id for follow, _ in pairs}
        earlier = await self._catalog.earlier_ids([paper for _, paper in pairs])
        today = {former: each for each, others in earlier.items() for former in others}
        return {(person, today[each]) for person, each in await self._inboxes.known(people, today)}

    async def _liked(self, active: Sequence[Followed]) -> dict[str, list[Followed]]:
        """By the ids of papers what is followed that is like them."""
        liked: dict[str, list[Followed]] = {}
        for follow in active:
            for paper_id in await self._papers_of(follow):
                liked.setdefault(paper_id, []).append(follow)
        if not liked:
            return {}
        current = await self._catalog.read(
            lambda connection: {each: papers.current_ids(connection, [each]) for each in liked}
        )
        found: dict[str, list[Followed]] = {}
        for paper_id, follows in liked.items():
            for each in current[paper_id]:
                found.setdefault(each, []).extend(follows)
        return found

    async def _papers_of(self, follow: Followed) -> Sequence[str]:
        match follow.kind:
            case Kind.PAPER:
                return [follow.text]
            case Kind.LIST:
                return await self._lists.latest_ids(int(follow.text), MOST_LIKED)
            case _:
                return ()

    async def begin(self, follow: Followed) -> None:
        """What a followed paper, or those on a followed list, have by now is no news."""
        match follow.kind:
            case Kind.PAPER:
                ids = [follow.text]
            case Kind.LIST:
                ids = await self._lists.latest_ids(int(follow.text))
            case _:
                return
        known = await self._inboxes.known_papers(ids)
        await self._know(set(ids) - known)

    async def note(self, paper_ids: Collection[str]) -> None:
        """Tell who follows these papers what they have by now: to whoever saves them next it is no news."""
        if known := await self._inboxes.known_papers(set(paper_ids)):
            there = await self._catalog.read(lambda connection: news.standings(connection, known))
            await self._inboxes.changed(there, self._compared_at)

    async def _know(self, paper_ids: Collection[str]) -> None:
        there = await self._catalog.read(lambda connection: news.standings(connection, paper_ids))
        nothing = {each: Standing(each, "", None, None) for each in paper_ids if each not in there}
        await self._inboxes.know(there | nothing)

    async def _changed(self) -> int:
        """Followed and saved papers whose code or whose newer version has appeared."""
        before, now = self._compared, self._clock()

        def read(connection: sqlite3.Connection) -> tuple[int, Until, set[str] | None]:
            catalog = changes.identity(connection)
            since = before[1] if before is not None and before[0] == catalog else None
            return catalog, *news.standing_since(connection, since)

        catalog, until, changed = await self._catalog.read(read)
        if changed is None:
            # Saved by a Paperboy that told nothing of it, or before a restore.
            await self._know(await self._inboxes.unknown_papers())
        brought = 0
        if changed is None or changed:
            ids = await self._inboxes.known_papers(changed)
            there = await self._catalog.read(lambda connection: news.standings(connection, ids))
            brought = await self._inboxes.changed(there, self._compared_at)
        self._compared, self._compared_at = (catalog, until), now
        return brought


def _is_timely(follow: Followed, paper: NewPaper) -> bool:
    return paper.day >= (follow.made_at - BEFORE).date()
