"""`/daily list`, `pause`, `resume` and `remove`."""

from __future__ import annotations

from discord import app_commands

from bot.errors import UserError
from bot.reasons import Code, reason
from bot.state.feeds import Feed, Gone
from bot.views.buttons import ListFeeds, PauseFeed, RemoveFeed, ResumeFeed
from bot.views.feeds import FEEDS_A_PAGE, FeedList, FeedRemoval
from bot.views.layout import Layout, Notice
from bot.views.paging import page_of
from commands.answering.context import Handlers, Interaction
from commands.answering.replies import Manner, answer, show
from commands.daily.facts import facts_of
from commands.daily.group import daily, feed_of, server_of, service_of
from commands.daily.options import feeds
from commands.daily.places import needs, place_in

_WHICH = "Which one, where there are several"


@daily.command(name="list", description="The daily papers of this server: when, where, and what is wrong.")
async def list_(interaction: Interaction) -> None:
    await answer(interaction, _list(interaction, 1), Manner.PRIVATE)


async def _list(interaction: Interaction, page: int) -> Layout:
    guild, service = server_of(interaction), service_of(interaction)
    found = await service.feeds.of_guild(guild.id)
    shown = page_of(found, page, FEEDS_A_PAGE)
    last = await service.deliveries.latest([feed.id for feed in shown.items])
    return FeedList(shown.showing([facts_of(feed, last.get(feed.id)) for feed in shown.items]))


@daily.command(name="pause", description="Stop a daily paper until it is resumed.")
@app_commands.describe(feed=_WHICH)
@app_commands.autocomplete(feed=feeds)
async def pause(interaction: Interaction, feed: int | None = None) -> None:
    async def work() -> Layout:
        found = await feed_of(interaction, feed)
        await _pause(interaction, found)
        return Notice(
            f"The daily paper of <#{found.plan.channel_id}> is paused. `/daily resume` goes on with it."
        )

    await answer(interaction, work(), Manner.PRIVATE)


async def _pause(interaction: Interaction, feed: Feed) -> None:
    if feed.paused_at is None:
        await service_of(interaction).feeds.pause(feed.id, reason(Code.PAUSED_BY_ADMIN))


@daily.command(name="resume", description="Go on with a daily paper that is paused.")
@app_commands.describe(feed=_WHICH)
@app_commands.autocomplete(feed=feeds)
async def resume(interaction: Interaction, feed: int | None = None) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    found = await feed_of(interaction, feed)
    resumed = await _resume(interaction, found)
    seconds = int(resumed.next_due_at.timestamp()) if resumed.next_due_at else 0
    sentence = f"The daily paper of <#{found.plan.channel_id}> goes on: the next one comes <t:{seconds}:F>."
    await show(interaction, Notice(sentence), Manner.PRIVATE)


async def _resume(interaction: Interaction, feed: Feed) -> Feed:
    """Runs again, once nothing is missing in its channel any more."""
    if feed.next_due_at is not None:
        return feed
    if feed.gone is Gone.CHANNEL:
        raise UserError(
            "Its channel was deleted: `/daily edit` can move it to another, or `/daily remove` it."
        )
    service = service_of(interaction)
    place = await place_in(server_of(interaction), feed.plan.channel_id)
    (await needs(place, feed.plan)).require(place)
    due = await service.upcoming.next_due(feed.plan, feed.id)
    resumed = await service.feeds.resume(feed.id, next_due_at=due)
    service.dispatcher.wake()
    return resumed or await feed_of(interaction, feed.id)


@daily.command(name="remove", description="Remove a daily paper; asks first.")
@app_commands.describe(feed=_WHICH)
@app_commands.autocomplete(feed=feeds)
async def remove(interaction: Interaction, feed: int | None = None) -> None:
    async def work() -> Layout:
        found = await feed_of(interaction, feed)
        last = await service_of(interaction).deliveries.latest([found.id])
        return FeedRemoval(facts_of(found, last.get(found.id)))

    await answer(interaction, work(), Manner.PRIVATE)


async def _press_remove(interaction: Interaction, wanted: RemoveFeed) -> None:
    async def work() -> Layout:
        found = await feed_of(interaction, wanted.feed)
        await service_of(interaction).feeds.remove(found.id)
        return Notice(
            f"The daily paper of <#{found.plan.channel_id}> is removed. "
            "`/daily history` still shows what it had."
        )

    await answer(interaction, work(), Manner.TURN)


async def _press_list(interaction: Interaction, wanted: ListFeeds) -> None:
    await answer(interaction, _list(interaction, wanted.page), Manner.TURN)


async def _press_pause(interaction: Interaction, wanted: PauseFeed) -> None:
    async def work() -> Layout:
        await _pause(interaction, await feed_of(interaction, wanted.feed))
        return await _list(interaction, wanted.page)

    await answer(interaction, work(), Manner.TURN)


async def _press_resume(interaction: Interaction, wanted: ResumeFeed) -> None:
    await interaction.response.defer()
    await _resume(interaction, await feed_of(interaction, wanted.feed))
    await show(interaction, await _list(interaction, wanted.page), Manner.TURN)


BUTTONS: Handlers = {
    RemoveFeed: _press_remove,
    ListFeeds: _press_list,
    PauseFeed: _press_pause,
    ResumeFeed: _press_resume,
}
