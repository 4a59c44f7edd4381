"""What `/daily list` opens: the list, each daily paper's panel, and the choice where a command needs one."""

from __future__ import annotations

from bot.state.feeds import Feed
from bot.views.feed_buttons import Doing
from bot.views.feed_cards import (
    FEEDS_A_PAGE,
    FeedChoice,
    FeedFacts,
    FeedList,
    FeedPanel,
    FeedRemoval,
    NoFeeds,
)
from bot.views.layout import Layout
from bot.views.paging import PageOf, page_of
from commands.answering.context import Interaction
from commands.daily.daily_group import all_feeds, service_of
from commands.daily.facts import facts_of


async def panel_or_list(interaction: Interaction, page: int) -> Layout:
    """The list; where there is only one, its panel."""
    found = await all_feeds(interaction)
    if not found:
        return NoFeeds()
    if len(found) == 1:
        return await panel_of(interaction, found[0], page)
    return FeedList(await _page(interaction, found, page))


async def panel_of(interaction: Interaction, feed: Feed, page: int, note: str = "") -> Layout:
    """`page` is that of the list which it leads back to, where there are several."""
    several = len(await all_feeds(interaction)) > 1
    return FeedPanel(await _facts_of(interaction, feed), page if several else None, note)


async def removal_of(interaction: Interaction, feed: Feed, page: int) -> Layout:
    """The question before a feed is removed."""
    return FeedRemoval(await _facts_of(interaction, feed), page)


async def choice_of(interaction: Interaction, doing: Doing, page: int) -> Layout:
    """The server's feeds, to choose which one is meant."""
    found = await all_feeds(interaction)
    return FeedChoice(await _page(interaction, found, page), doing) if found else NoFeeds()


async def _page(interaction: Interaction, found: list[Feed], page: int) -> PageOf[FeedFacts]:
    shown = page_of(found, page, FEEDS_A_PAGE)
    last = await service_of(interaction).deliveries.latest([feed.id for feed in shown.items])
    return shown.showing([facts_of(feed, last.get(feed.id)) for feed in shown.items])


async def _facts_of(interaction: Interaction, feed: Feed) -> FeedFacts:
    last = await service_of(interaction).deliveries.latest([feed.id])
    return facts_of(feed, last.get(feed.id))
