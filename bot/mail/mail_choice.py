"""Which papers a mail has: the same for the same catalog and plan, without those of earlier mails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Final

from cachetools import LRUCache

from bot.catalog import changes, featured, news
from bot.clock import Clock
from bot.following.likes import new_ones_like
from bot.following.personal_picks import PersonalPicks, TooFew, first_untold, is_of
from bot.inbox.finder import BEFORE, MOST_LIKED
from bot.mail.mail_times import reaches_back
from bot.paper.model import Paper
from bot.readers.follows import Found
from bot.readers.mailing import MOST_PAPERS, Content, MailPlan, Subscription
from bot.search.queries import Queries
from bot.state.inbox import Inboxes
from bot.state.mails import Mails
from bot.state.plans import Pick
from bot.state.reading_lists import ReadingLists

_REMEMBERED: Final = 200
"""Plans whose papers are kept at hand: many people get the same."""
_STALE_AFTER: Final = 300
"""Seconds after which it is looked up again: upvotes change without a paper that comes."""
_LONGEST_BACK: Final = timedelta(days=14)
"""What is new to somebody whose last mail was long ago."""

Chosen = tuple[list[Pick], int]
"""The papers, and how many more there were."""


class MailChoice:
    """What is new for a subscription."""

    def __init__(
        self,
        *,
        catalog: Queries,
        personal: PersonalPicks,
        inboxes: Inboxes,
        lists: ReadingLists,
        mails: Mails,
        clock: Clock,
    ) -> None:
        self._catalog = catalog
        self._personal = personal
        self._inboxes = inboxes
        self._lists = lists
        self._mails = mails
        self._clock = clock
        self._known: LRUCache[object, list[str]] = LRUCache(_REMEMBERED)

    async def of(self, subscription: Subscription, day: date) -> Chosen:
        """For the mail of local `day`: at most MOST_PAPERS, the best or the newest first."""
        had = await self._mails.had(subscription.id)
        first, begun = self._first(subscription, day), await self._begun(subscription)
        if subscription.plan.content is Content.FOLLOWS:
            return await self._followed(subscription, first, begun, had)
        if subscription.plan.content is Content.PICKED:
            return await self._picked(subscription.person_id, day, begun, had)
        ids = [each for each in await self._candidates(subscription.plan, first, begun) if each not in had]
        picks: list[Pick] = []
        for place, paper_id in enumerate(ids):
            if len(picks) == MOST_PAPERS:
                return picks, len(ids) - place
            paper = await self._catalog.paper(paper_id)
            if paper is not None and paper.id not in had:
                picks.append(_pick(paper))
        return picks, 0

    def _first(self, subscription: Subscription, day: date) -> date:
        """The day from which on papers are new to it."""
        first = day - reaches_back(subscription.plan)
        last = subscription.last_mail_at
        if last is not None:
            first = min(first, last.date())
        return max(first, day - _LONGEST_BACK)

    async def _begun(self, subscription: Subscription) -> datetime | None:
        """The instant of a restore before which nothing is new to it: mails since the backup had that."""
        begun = await self._inboxes.begun()
        was_there = begun is not None and (subscription.confirmed_at or begun) <= begun
        return begun if was_there else None

    async def _candidates(self, plan: MailPlan, first: date, begun: datetime | None) -> list[str]:
        """The ids of what is new, whoever asks; looked up once while the catalog stays as it is."""
        work: Callable[[], Awaitable[list[str]]]
        match plan.content:
            case Content.TOPIC:
                key, work = plan.text, partial(self._about, plan.text, first, begun)
            case Content.LIST:
                liked = await self._lists.latest_ids(int(plan.text), MOST_LIKED)
                key, work = " ".join(liked), partial(self._like, liked, first, begun)
            case _:
                key, work = "", partial(self._trending, first, begun)
        at = await self._catalog.read(
            lambda connection: (changes.identity(connection), changes.position(connection))
        )
        known = (at, self._clock().timestamp() // _STALE_AFTER, plan.content, key, first, begun)
        if known not in self._known:
            self._known[known] = await work()
        return self._known[known]

    async def _trending(self, first: date, begun: datetime | None) -> list[str]:
        found = await self._catalog.read(partial(featured.trending, first=first))
        return await self._since({paper.id: max(paper.featured) for paper in found}, begun)

    async def _about(self, topic: str, first: date, begun: datetime | None) -> list[str]:
        new = await self._new(first, begun)
        about = await self._catalog.about_ids(topic, new)
        return [each for each in new if each in about]

    async def _like(self, liked: Sequence[str], first: date, begun: datetime | None) -> list[str]:
        new = await self._new(first, begun)
        of_list = frozenset(await self._catalog.current_ids(liked))
        found = await self._catalog.ask(lambda search: new_ones_like(search, frozenset(new), of_list))
        return [each for each in new if each in found]

    async def _new(self, first: date, begun: datetime | None) -> list[str]:
        """Over a weekend arXiv lists what was published earlier; what was in a mail is left out later."""
        found = await self._catalog.read(lambda connection: news.since(connection, first - BEFORE))
        return await self._since({paper.id: paper.day for paper in found}, begun)

    async def _since(self, found: Mapping[str, date], begun: datetime | None) -> list[str]:
        """Of papers and their days what is new since a restore, as it is to follows.

        That is nothing of a day before it, and nothing of its day that the catalog had by then.
        """
        if begun is None:
            return list(found)
        of_its_day = [each for each, day in found.items() if day == begun.date()]
        had_then = await self._inboxes.looked_at(of_its_day, until=begun)
        return [each for each, day in found.items() if day >= begun.date() and each not in had_then]

    async def _followed(
        self, subscription: Subscription, first: date, begun: datetime | None, had: set[str]
    ) -> Chosen:
        """What the person's follows brought since then, whether they were told of it elsewhere or not."""
        since = subscription.last_mail_at or datetime.combine(first, time(), UTC)
        since = max(since, self._clock() - _LONGEST_BACK, begun or since)
        found = await self._inboxes.all_of(subscription.person_id)
        picks: dict[str, Pick] = {}
        more: set[str] = set()
        for each in found:
            if each.found_at < since or each.match.paper_id in had or each.match.paper_id in picks:
                continue
            if len(picks) == MOST_PAPERS:
                more.add(each.match.paper_id)
            elif (paper := await self._catalog.paper(each.match.paper_id)) is not None:
                picks[each.match.paper_id] = _followed_pick(each, paper)
        return list(picks.values()), len(more - picks.keys())

    async def _picked(self, person: int, day: date, begun: datetime | None, had: set[str]) -> Chosen:
        since = first_untold(begun) if begun is not None else None
        found = await self._personal.of_day(person, day, self._catalog, since=since)
        picks = () if isinstance(found, TooFew) else found.picks
        papers = [await self._catalog.paper(each.paper_id) for each in picks if each.paper_id not in had]
        return [_pick(paper) for paper in papers if paper is not None and is_of(paper, since)], 0


def _pick(paper: Paper) -> Pick:
    return Pick(paper.id, paper.title, paper.featured[-1] if paper.featured else None)


def _followed_pick(found: Found, paper: Paper) -> Pick:
    return Pick(found.match.paper_id, paper.title, where=found.match.key)
