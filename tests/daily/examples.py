"""Feeds in a simulated Discord."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any, cast

import discord
import simcord

from bot.connection.client import PaperboyClient
from bot.daily.service import DailyService
from bot.daily.when.due import next_due
from bot.state.feeds import ChannelKind, Feed, Plan
from tests.conftest import World

NINE = 8 * 3600
"""Seconds from the simulation's start to nine in Berlin."""


def daily_of(world: World) -> DailyService:
    return cast(PaperboyClient, world.env.bot).daily


async def feed_in(world: World, channel: simcord.ChannelHandle, **changes: Any) -> Feed:
    """A feed that posts at nine in Berlin, which is eight hours after the simulation's start."""
    values: dict[str, Any] = {
        "guild_id": world.channel.guild.id,
        "channel_id": channel.id,
        "kind": ChannelKind.TEXT,
        "at": time(9),
        "zone": "Europe/Berlin",
        "weekdays": frozenset(range(7)),
    }
    plan = Plan(**values | changes)
    daily = daily_of(world)
    # Each look at the tables costs the simulation real time.
    daily.dispatcher.longest_sleep = timedelta(days=2)
    cast(PaperboyClient, world.env.bot).inbox.dispatcher.longest_sleep = timedelta(days=2)
    feed = await daily.feeds.add(plan, created_by=world.alice.id, next_due_at=next_due(plan, world.env.now()))
    daily.dispatcher.wake()
    await world.env.settle()
    return feed


def posts(channel: simcord.ChannelHandle) -> list[discord.Message]:
    """The bot's messages there, without what Discord itself writes about threads."""
    return [message for message in channel.history() if message.components]
