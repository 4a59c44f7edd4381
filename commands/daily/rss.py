"""`/daily rss`: a channel's daily papers in a feed reader, by a secret address."""

from __future__ import annotations

from discord import app_commands

from bot.errors import UserError
from bot.views.feed_address import FeedAddress
from bot.views.layout import Layout
from bot.views.page_links import PageLinks
from commands.answering.context import Interaction, services_of
from commands.answering.replies import Manner, answer
from commands.daily.daily_group import daily, feeds_of, server_of
from commands.daily.places import ChannelOption

_NO_ADDRESS = "This bot's pages have no public address: its operator can set `PAPERBOY_PUBLIC_URL`."
_NO_PAGES = (
    "This bot has no web pages: its operator can set them up with `PAPERBOY_WEB` and `PAPERBOY_PUBLIC_URL`."
)


@daily.command(name="rss", description="Get a channel's daily papers as a feed; only you see its address.")
@app_commands.describe(channel="Which channel; this one if you leave it out")
async def rss(
    interaction: Interaction, channel: app_commands.Transform[int, ChannelOption] | None = None
) -> None:
    """`/daily rss`."""
    await answer(interaction, _renewed(interaction, channel or interaction.channel_id or 0), Manner.PRIVATE)


async def _renewed(interaction: Interaction, channel_id: int) -> Layout:
    services = services_of(interaction)
    address = services.settings.public_url
    if address is None:
        raise UserError(_NO_ADDRESS if services.settings.web else _NO_PAGES)
    guild = server_of(interaction)
    if channel_id not in {feed.plan.channel_id for feed in await feeds_of(interaction)}:
        raise UserError(f"No daily paper in <#{channel_id}> yet. Set one up with `/daily setup`.")
    token = await services.feed_tokens.renew(guild.id, channel_id)
    return FeedAddress(channel_id, PageLinks.at(address), token)
