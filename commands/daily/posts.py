"""`/daily preview`, `now` and `history`: the posts themselves, to come, at once, and gone by."""

from __future__ import annotations

from datetime import datetime

from discord import app_commands

from bot.daily.service import DailyService
from bot.daily.when.due import next_due, schedule_of
from bot.errors import UserError
from bot.state.deliveries import FeedDelivery, Kind, State
from bot.state.feeds import Feed, Plan
from bot.views.feed_buttons import Doing, History, PostFeed, PreviewFeed
from bot.views.feed_cards import POSTED_A_PAGE, FeedHistory, PostedLine
from bot.views.layout import Layout, Notice
from bot.views.outlook_lines import DailyOutlook
from bot.views.post_layouts import layout_of
from bot.views.reason_sentences import sentence
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.replies import Manner, answer
from commands.daily.daily_group import daily, feed_of, feeds_of, server_of, service_of
from commands.daily.drafts import Draft
from commands.daily.facts import message_link, message_url, outlook_of
from commands.daily.options import WHICH, feeds
from commands.daily.panel import choice_of, panel_of
from commands.daily.places import ChannelOption


async def preview_of(service: DailyService, plan: Plan, due: datetime) -> Layout | None:
    """The post due then as it would look now; None where there is no paper for it."""
    post = await service.posts.preview(plan, schedule_of(plan).local_date(due))
    return layout_of(post) if post.entries else None


@daily.command(name="preview", description="Preview the next post; only you see it.")
@app_commands.describe(feed=WHICH)
@app_commands.autocomplete(feed=feeds)
async def preview(interaction: Interaction, feed: int | None = None) -> None:
    """`/daily preview`."""

    async def work() -> Layout:
        if feed is None and len(await feeds_of(interaction)) > 1:
            return await choice_of(interaction, Doing.PREVIEW, 1)
        return await _previewed(interaction, await feed_of(interaction, feed))

    await answer(interaction, work(), Manner.PRIVATE)


async def _previewed(interaction: Interaction, feed: Feed) -> Layout:
    service = service_of(interaction)
    due = await service.upcoming.next_due(feed.plan, feed.id)
    nothing = Notice("No paper to post right now: this channel has already seen every match.")
    shown = await preview_of(service, feed.plan, due) or nothing
    if feed.plan.topic:
        draft = Draft(feed.plan, feed.id, interaction.id)
        parked, found = services_of(interaction).parked, await service.upcoming.outlook(feed.plan)
        outlook = await outlook_of(parked, draft, found)
        shown.beside = [DailyOutlook(outlook, due)]
    return shown


async def _press_preview(interaction: Interaction, wanted: PreviewFeed) -> None:
    async def work() -> Layout:
        return await _previewed(interaction, await feed_of(interaction, wanted.feed))

    await answer(interaction, work(), Manner.PRIVATE)


@daily.command(name="now", description="Post today's paper right now.")
@app_commands.describe(feed=WHICH)
@app_commands.autocomplete(feed=feeds)
async def now(interaction: Interaction, feed: int | None = None) -> None:
    """`/daily now`."""

    async def work() -> Layout:
        if feed is None and len(await feeds_of(interaction)) > 1:
            return await choice_of(interaction, Doing.POST, 1)
        return Notice(await _post_now(service_of(interaction), await feed_of(interaction, feed)))

    await answer(interaction, work(), Manner.PRIVATE)


async def _press_post(interaction: Interaction, wanted: PostFeed) -> None:
    async def work() -> Layout:
        said = await _post_now(service_of(interaction), await feed_of(interaction, wanted.feed))
        return await panel_of(interaction, await feed_of(interaction, wanted.feed), wanted.page, said)

    await answer(interaction, work(), Manner.TURN)


async def _post_now(service: DailyService, feed: Feed) -> str:
    if feed.paused_at is not None or feed.gone is not None:
        return "This daily paper is paused. Resume it first with `/daily resume`."
    instant = service.clock()
    today = schedule_of(feed.plan).day_of(instant)
    later = next_due(feed.plan, instant, not_on={today})
    delivery = await service.post_now(feed, today, next_due_at=later)
    if delivery is not None:
        return _outcome(delivery)
    out = await service.deliveries.of_day(feed.id, today)
    if out is not None and out.state is State.SENT:
        return f"Today's paper is already posted: {message_link(out)}"
    if out is not None and out.state is State.FAILED:
        return f"Today's paper may already be posted, so I posted nothing. {_noted(out)}"
    return "Today's paper is already on its way."


def _outcome(delivery: FeedDelivery) -> str:
    match delivery.state:
        case State.SENT if delivery.kind is Kind.EXHAUSTED:
            return f"No new paper today; I let the channel know: {message_link(delivery)}"
        case State.SENT:
            note = f"\nBut: {_noted(delivery)}" if delivery.note else ""
            return f"Posted: {message_link(delivery)}{note}"
        case State.CLAIMED:
            return f"It's on its way. {_noted(delivery)} I'll keep trying.".replace("  ", " ")
        case State.SKIPPED:
            return f"I posted nothing. {_noted(delivery)}"
        case _:
            return f"I posted nothing, and paused the daily paper. {_noted(delivery)}"


def _noted(delivery: FeedDelivery) -> str:
    return sentence(delivery.note) if delivery.note else ""


@daily.command(name="history", description="Papers already posted in a channel, with links.")
@app_commands.describe(channel="Which channel; this one if you leave it out")
async def history(
    interaction: Interaction, channel: app_commands.Transform[int, ChannelOption] | None = None
) -> None:
    """`/daily history`."""
    place = channel or interaction.channel_id or 0
    await answer(interaction, _history(interaction, place, 1), Manner.PRIVATE)


async def _history(interaction: Interaction, channel_id: int, page: int) -> Layout:
    guild, service = server_of(interaction), service_of(interaction)
    posted = await service.history.of_channel(
        guild.id, channel_id, limit=POSTED_A_PAGE, offset=(page - 1) * POSTED_A_PAGE
    )
    total = await service.history.count(guild.id, channel_id)
    if total and not posted:
        raise UserError("That page doesn't exist. Run `/daily history` for the first one.")
    lines = [
        PostedLine(each.title, each.day, message_url(guild.id, each.message_channel_id, each.message_id))
        for each in posted
    ]
    return FeedHistory(channel_id, lines, total, page)


async def _press_history(interaction: Interaction, wanted: History) -> None:
    await answer(interaction, _history(interaction, wanted.channel, wanted.page), Manner.TURN)


BUTTONS: Handlers = {History: _press_history, PreviewFeed: _press_preview, PostFeed: _press_post}
