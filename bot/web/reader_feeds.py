"""The feeds, made from one request to the catalog."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from bot.catalog import featured, papers
from bot.catalog.arrivals import Arrivals, arrivals
from bot.paper.model import Paper
from bot.search.engine import Search
from bot.search.results import Asked, Sort
from bot.state.feed_tokens import FeedChannel
from bot.state.history import Posted
from bot.views.filters import unreadable
from bot.views.markdown import clip
from bot.views.page_links import PageLinks, with_query
from bot.web.content import Content, Refused
from bot.web.feed_entries import Feed, FeedEntry, entries_of, first_featured, midnight, published, xml_text
from bot.web.feed_formats import atom, json_feed
from bot.web.reader_pages import Asking

FORMATS: Mapping[str, Callable[[Feed], Content]] = {"atom": atom, "json": json_feed}
"""By how a feed's address ends."""

POSTED = 50
"""Papers of a channel."""
_DAYS = 7
"""Lists of Daily Papers: who looks once a week misses none."""
_MOST = 400
_FOUND = 50
_TITLE = 80


class ReaderFeeds:
    def __init__(self, links: PageLinks) -> None:
        self._links = links

    def daily(self, search: Search, ending: str) -> Content:
        """The Daily Papers of the last days, each on the first day that featured it."""
        found = featured.new_of_days(search.connection, _DAYS, _MOST)
        address = self._links.whole(f"/feed.{ending}")
        feed = Feed(
            title="Daily Papers",
            id=self._links.whole("/feed.atom"),
            home=self._links.whole("/"),
            address=address,
            entries=_entries(search, found, first_featured, self._links),
        )
        return FORMATS[ending](feed)

    def of_search(self, search: Search, asking: Asking, ending: str) -> Content:
        """The newest papers that hold what was asked."""
        if asking.query.unread:
            # What is left out would be missed for ever: nobody looks at a feed's first page.
            raise Refused(400, unreadable(asking.query.unread[0]))
        results = search.find(asking.query, sort=Sort.NEWEST, limit=_FOUND)
        if results.asked is Asked.NOTHING:
            raise Refused(400, "A feed of a search needs at least one word: `/feed.atom?q=debate`.")
        found = [hit.paper for hit in results.hits] if results.holding else []
        of_it = {"q": asking.text}
        feed = Feed(
            title=f"Papers: {xml_text(clip(asking.text, _TITLE))}",
            id=self._links.whole(with_query("/feed.atom", **of_it)),
            home=self._links.whole(with_query("/", **of_it, sort=Sort.NEWEST.value)),
            address=self._links.whole(with_query(f"/feed.{ending}", **of_it)),
            entries=_entries(search, found, published, self._links),
        )
        return FORMATS[ending](feed)

    def of_channel(
        self,
        search: Search,
        channel: FeedChannel,
        posted: Sequence[Posted],
        hidden: Collection[str],
        ending: str,
    ) -> Content:
        """What a channel had, the latest first, without what its server hides.

        Only papers of the catalog: of the rest nothing is known here.
        """
        times: dict[str, datetime] = {}
        found = []
        unwanted = papers.current_ids(search.connection, hidden)
        for each in posted:
            paper = papers.get(search.connection, each.paper_id)
            if paper is not None and unwanted.isdisjoint((paper.id, each.paper_id)):
                # The same paper under an earlier id: its first post there counts, and stays.
                at = _posted_at(each)
                times[paper.id] = min(at, times.get(paper.id, at))
                found.append(paper)
        feed = Feed(
            title="Daily papers of your channel",
            id=uuid.uuid5(uuid.NAMESPACE_OID, f"channel {channel.channel_id}").urn,
            home=self._links.whole("/"),
            address="",
            entries=entries_of(search.connection, found, lambda paper: times[paper.id], self._links),
        )
        return FORMATS[ending](feed)


def _entries(
    search: Search, found: Sequence[Paper], at: Callable[[Paper, Arrivals], datetime], links: PageLinks
) -> list[FeedEntry]:
    came = arrivals(search.connection, [paper.id for paper in found])
    return entries_of(search.connection, found, lambda paper: at(paper, came), links)


def _posted_at(posted: Posted) -> datetime:
    """To the second, as both formats have it: readers drop what is older than when they looked last."""
    return posted.at.replace(microsecond=0) if posted.at is not None else midnight(posted.day)
