"""`/daily preview`, `now` and `history`: the posts themselves, to come, at once, and gone by."""

from __future__ import annotations

from datetime import datetime

from discord import app_commands

from bot.daily.service import DailyService
from bot.daily.turns import next_due, schedule_of
from bot.errors import UserError
from bot.state.deliveries import Delivery, Kind, State
from bot.state.feeds import Feed, Plan
from bot.views.buttons import History
from bot.views.daily_post import DailyEntry, DailyPost
from bot.views.feeds import POSTED_A_PAGE, FeedHistory, PostedLine
from bot.views.layout import Layout, Notice
from bot.views.outlook import DailyOutlook
from bot.views.reasons import sentence
from bot.views.why import why
from commands.answering.context import Handlers, Interaction
from commands.answering.replies import Manner, answer, show
from commands.daily.facts import message_link, message_url, outlook_of
from commands.daily.group import daily, feed_of, server_of, service_of
from commands.daily.options import feeds
from commands.daily.places import ChannelOption

_NO_MARK = 0x40000000
"""A preview is no delivery: nobody looks for it."""


async def preview_of(service: DailyService, plan: Plan, due: datetime) -> Layout | None:
    """The post due then as it would look now; None where there is no paper for it."""
    day = schedule_of(plan).local_date(due)
    entries = [
        DailyEntry(entry.paper, why(entry.pick, day)) for entry in await service.upcoming.entries(plan, due)
    ]
    if not entries:
        return None
    return DailyPost(entries, day, mark=_NO_MARK, topic=plan.topic, ping_role_id=plan.ping_role_id)


@daily.command(name="preview", description="See what the next post would bring; nobody else sees it.")
@app_commands.describe(feed="Which one, where there are several")
@app_commands.autocomplete(feed=feeds)
async def preview(interaction: Interaction, feed: int | None = None) -> None:
    service = service_of(interaction)

    await interaction.response.defer(ephemeral=True, thinking=True)
    found = await feed_of(interaction, feed)
    due = await service.upcoming.next_due(found.plan, found.id)
    nothing = Notice("No paper for it right now: this channel has already seen every match.")
    await show(interaction, await preview_of(service, found.plan, due) or nothing, Manner.PRIVATE)
    if found.plan.topic:
        outlook = outlook_of(found.plan, await service.upcoming.outlook(found.plan))
        await interaction.followup.send(view=DailyOutlook(outlook, due), ephemeral=True)


@daily.command(name="now", description="Post today's paper at once; it counts as today's.")
@app_commands.describe(feed="Which one, where there are several")
@app_commands.autocomplete(feed=feeds)
async def now(interaction: Interaction, feed: int | None = None) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    found = await feed_of(interaction, feed)
    await show(interaction, Notice(await _post_now(service_of(interaction), found)), Manner.PRIVATE)


async def _post_now(service: DailyService, feed: Feed) -> str:
    if feed.paused_at is not None or feed.gone is not None:
        return "This daily paper is paused: `/daily resume` it first."
    instant = service.clock()
    today = schedule_of(feed.plan).day_of(instant)
    later = next_due(feed.plan, instant, not_on={today})
    delivery = await service.dispatcher.deliver_now(feed, today, next_due_at=later)
    if delivery is not None:
        return _outcome(delivery)
    out = await service.deliveries.of_day(feed.id, today)
    if out is not None and out.state is State.SENT:
        return f"Today's is out already: {message_link(out)}"
    if out is not None and out.state is State.FAILED:
        return f"Today's may be out already, so nothing was posted. {_noted(out)}"
    return "Today's is on its way already."


def _outcome(delivery: Delivery) -> str:
    match delivery.state:
        case State.SENT if delivery.kind is Kind.EXHAUSTED:
            return f"There was no new paper, and the channel was told so: {message_link(delivery)}"
        case State.SENT:
            note = f"\nBut: {_noted(delivery)}" if delivery.note else ""
            return f"Posted: {message_link(delivery)}{note}"
        case State.CLAIMED:
            return f"It is on its way. {_noted(delivery)} I keep trying by myself.".replace("  ", " ")
        case State.SKIPPED:
            return f"Nothing was posted. {_noted(delivery)}"
        case _:
            return f"Nothing was posted, and the daily paper is paused. {_noted(delivery)}"


def _noted(delivery: Delivery) -> str:
    return sentence(delivery.note) if delivery.note else ""


@daily.command(name="history", description="The papers that a channel had, with links to their posts.")
@app_commands.describe(channel="Which channel; this one when not given")
async def history(
    interaction: Interaction, channel: app_commands.Transform[int, ChannelOption] | None = None
) -> None:
    place = channel or interaction.channel_id or 0
    await answer(interaction, _history(interaction, place, 1), Manner.PRIVATE)


async def _history(interaction: Interaction, channel_id: int, page: int) -> Layout:
    guild, service = server_of(interaction), service_of(interaction)
    posted = await service.history.of_channel(
        guild.id, channel_id, limit=POSTED_A_PAGE, offset=(page - 1) * POSTED_A_PAGE
    )
    total = await service.history.count(guild.id, channel_id)
    if total and not posted:
        raise UserError("There is no such page (any more).")
    lines = [
        PostedLine(each.title, each.day, message_url(guild.id, each.message_channel_id, each.message_id))
        for each in posted
    ]
    return FeedHistory(channel_id, lines, total, page)


async def _press_history(interaction: Interaction, wanted: History) -> None:
    await answer(interaction, _history(interaction, wanted.channel, wanted.page), Manner.TURN)


BUTTONS: Handlers = {History: _press_history}
