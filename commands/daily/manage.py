"""`/daily list`, `pause`, `resume` and `remove`, and the buttons of their answers."""

from __future__ import annotations

from discord import app_commands

from bot.errors import UserError
from bot.reasons import Code, reason
from bot.state.feeds import Feed, Gone
from bot.views.feed_buttons import (
    AskRemoveFeed,
    ChooseFeed,
    Doing,
    ListFeeds,
    OpenFeed,
    PauseFeed,
    RemoveFeed,
    ResumeFeed,
)
from bot.views.feed_cards import FeedRemoved
from bot.views.layout import Layout, Notice
from commands.answering.context import Handlers, Interaction
from commands.answering.replies import Manner, answer
from commands.daily.daily_group import daily, feed_of, feeds_of, server_of, service_of
from commands.daily.options import WHICH, feeds
from commands.daily.panel import choice_of, panel_of, panel_or_list, removal_of
from commands.daily.places import needs, place_in


@daily.command(name="list", description="See and change this server's daily papers: schedules and problems.")
async def list_(interaction: Interaction) -> None:
    """`/daily list`: the panel of one feed, or the choice of several."""
    await answer(interaction, panel_or_list(interaction, 1), Manner.PRIVATE)


@daily.command(name="pause", description="Pause a daily paper.")
@app_commands.describe(feed=WHICH)
@app_commands.autocomplete(feed=feeds)
async def pause(interaction: Interaction, feed: int | None = None) -> None:
    """`/daily pause`."""

    async def work() -> Layout:
        if feed is None and len(await feeds_of(interaction)) > 1:
            return await choice_of(interaction, Doing.PAUSE, 1)
        found = await feed_of(interaction, feed)
        await _pause(interaction, found)
        return Notice(
            f"Paused the daily paper in <#{found.plan.channel_id}>. Resume it with `/daily resume`."
        )

    await answer(interaction, work(), Manner.PRIVATE)


async def _pause(interaction: Interaction, feed: Feed) -> None:
    if feed.paused_at is None:
        await service_of(interaction).feeds.pause(feed.id, reason(Code.PAUSED_BY_ADMIN))


@daily.command(name="resume", description="Resume a paused daily paper.")
@app_commands.describe(feed=WHICH)
@app_commands.autocomplete(feed=feeds)
async def resume(interaction: Interaction, feed: int | None = None) -> None:
    """`/daily resume`."""

    async def work() -> Layout:
        if feed is None and len(await feeds_of(interaction)) > 1:
            return await choice_of(interaction, Doing.RESUME, 1)
        return Notice(_resumed(await _resume(interaction, await feed_of(interaction, feed))))

    await answer(interaction, work(), Manner.PRIVATE)


def _resumed(feed: Feed) -> str:
    seconds = int(feed.next_due_at.timestamp()) if feed.next_due_at else 0
    return f"Resumed. Next paper in <#{feed.plan.channel_id}>: <t:{seconds}:F>."


async def _resume(interaction: Interaction, feed: Feed) -> Feed:
    """Runs again, once nothing is missing in its channel any more."""
    if feed.next_due_at is not None:
        return feed
    if feed.gone is Gone.CHANNEL:
        raise UserError(
            "Its channel was deleted. Move it with `/daily edit`, or remove it with `/daily remove`."
        )
    service = service_of(interaction)
    place = await place_in(server_of(interaction), feed.plan.channel_id)
    (await needs(place, feed.plan)).require(place)
    due = await service.upcoming.next_due(feed.plan, feed.id)
    resumed = await service.feeds.resume(feed.id, next_due_at=due, by=interaction.user.id)
    service.dispatcher.wake()
    return resumed or await feed_of(interaction, feed.id)


@daily.command(name="remove", description="Remove a daily paper; asks first.")
@app_commands.describe(feed=WHICH)
@app_commands.autocomplete(feed=feeds)
async def remove(interaction: Interaction, feed: int | None = None) -> None:
    """`/daily remove`: asks first."""

    async def work() -> Layout:
        if feed is None and len(await feeds_of(interaction)) > 1:
            return await choice_of(interaction, Doing.REMOVE, 1)
        return await removal_of(interaction, await feed_of(interaction, feed), 1)

    await answer(interaction, work(), Manner.PRIVATE)


# The buttons


async def _press_list(interaction: Interaction, wanted: ListFeeds) -> None:
    await answer(interaction, panel_or_list(interaction, wanted.page), Manner.TURN)


async def _press_choose(interaction: Interaction, wanted: ChooseFeed) -> None:
    await answer(interaction, choice_of(interaction, wanted.doing, wanted.page), Manner.TURN)


async def _press_open(interaction: Interaction, wanted: OpenFeed) -> None:
    async def work() -> Layout:
        return await panel_of(interaction, await feed_of(interaction, wanted.feed), wanted.page)

    await answer(interaction, work(), Manner.TURN)


async def _press_pause(interaction: Interaction, wanted: PauseFeed) -> None:
    async def work() -> Layout:
        await _pause(interaction, await feed_of(interaction, wanted.feed))
        return await panel_of(interaction, await feed_of(interaction, wanted.feed), wanted.page)

    await answer(interaction, work(), Manner.TURN)


async def _press_resume(interaction: Interaction, wanted: ResumeFeed) -> None:
    async def work() -> Layout:
        resumed = await _resume(interaction, await feed_of(interaction, wanted.feed))
        return await panel_of(interaction, resumed, wanted.page)

    await answer(interaction, work(), Manner.TURN)


async def _press_ask_remove(interaction: Interaction, wanted: AskRemoveFeed) -> None:
    async def work() -> Layout:
        return await removal_of(interaction, await feed_of(interaction, wanted.feed), wanted.page)

    await answer(interaction, work(), Manner.TURN)


async def _press_remove(interaction: Interaction, wanted: RemoveFeed) -> None:
    async def work() -> Layout:
        found = await feed_of(interaction, wanted.feed)
        await service_of(interaction).feeds.remove(found.id)
        return FeedRemoved(found.plan.channel_id)

    await answer(interaction, work(), Manner.TURN)


BUTTONS: Handlers = {
    ListFeeds: _press_list,
    ChooseFeed: _press_choose,
    OpenFeed: _press_open,
    PauseFeed: _press_pause,
    ResumeFeed: _press_resume,
    AskRemoveFeed: _press_ask_remove,
    RemoveFeed: _press_remove,
}
