"""Says hello to a server that the bot joined, once, where it may."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

import discord

from bot.state.greetings import Greetings
from bot.views.hello import Hello
from bot.views.mentions import Commands

log = logging.getLogger(__name__)


class Greeter:
    """`named` gives the commands as messages name them."""

    def __init__(self, greetings: Greetings, named: Callable[[], Commands]) -> None:
        self._greetings = greetings
        self._named = named

    async def greet(self, guilds: Iterable[discord.Guild]) -> None:
        """Those of the servers that were joined since anybody keeps account, and were not greeted yet."""
        by_id = {guild.id: guild for guild in guilds}
        joined = {each.id: each.me.joined_at for each in by_id.values() if each.me and each.me.joined_at}
        for guild_id in await self._greetings.new_among(joined):
            if await self._greetings.claim(guild_id):
                await self._say_hello(by_id[guild_id])

    async def _say_hello(self, guild: discord.Guild) -> None:
        channel = _where(guild)
        if channel is None:
            log.info("There is no channel to say hello in, in server %s.", guild.id)
            return
        try:
            await channel.send(view=Hello().naming(self._named()))
        except discord.HTTPException as error:
            log.warning("Saying hello in server %s failed: %s", guild.id, error)


def _where(guild: discord.Guild) -> discord.TextChannel | None:
    """The system channel, else the first text channel where the bot may write and everybody can read."""
    channels = sorted(guild.text_channels, key=lambda channel: channel.position)
    open_ones = [each for each in channels if each.permissions_for(guild.default_role).view_channel]
    candidates = [guild.system_channel, *open_ones, *channels]
    return next((each for each in candidates if each is not None and _may_write(each)), None)


def _may_write(channel: discord.TextChannel) -> bool:
    may = channel.permissions_for(channel.guild.me)
    return may.view_channel and may.send_messages and not channel.is_news()
