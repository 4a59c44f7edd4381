"""Whether each daily paper can be posted: the bot's permissions where it shall be."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import discord

from bot.clock import Clock
from bot.delivery import permissions
from bot.doctor.discord_api import DiscordApi
from bot.doctor.finding import WITHOUT_DISCORD, Finding, skipped, well, wrong
from bot.errors import PaperboyError
from bot.state.feeds import Feed, feed_from_row
from bot.state.plans import ChannelKind
from bot.state.rows import readable
from bot.state.store import Store
from bot.state.tables import feeds
from bot.views.permission_names import FORUM_NAMES, NAMES

_NAME: Final = "daily papers"
_SHOWN: Final = 20

Json = Mapping[str, Any]


async def check_channels(api: DiscordApi, store: Store | PaperboyError, clock: Clock) -> list[Finding]:
    """A line for each daily paper that can't be posted; one for all of them where each can."""
    own_id = await api.own_id()
    if own_id is None:
        return [skipped(_NAME, WITHOUT_DISCORD)]
    if not isinstance(store, Store):
        return [skipped(_NAME, f"None is looked at: {store}.")]
    running = await store.read(_running)
    if not running:
        return [well(_NAME, "None is set up.")]
    by_guild: dict[int, list[Feed]] = {}
    for feed in running:
        by_guild.setdefault(feed.plan.guild_id, []).append(feed)
    found = await asyncio.gather(*(_in_guild(api, own_id, some, clock()) for some in by_guild.values()))
    bad = [each for some in found for each in some]
    if not bad:
        return [well(_NAME, f"All {len(running):,} can be posted.")]
    more = [wrong(_NAME, f"So it is with {len(bad) - _SHOWN:,} more.")] if len(bad) > _SHOWN else []
    return [wrong(_NAME, each) for each in bad[:_SHOWN]] + more


def _running(connection: Any) -> list[Feed]:
    from sqlalchemy import select

    running = select(feeds).where(feeds.c.gone.is_(None), feeds.c.paused_at.is_(None))
    return readable(connection, running, feeds.c.id, feed_from_row)


async def _in_guild(api: DiscordApi, own_id: int, some: Sequence[Feed], now: datetime) -> list[str]:
    guild_id = some[0].plan.guild_id
    guild = await api.get(f"/guilds/{guild_id}")
    member = await api.get(f"/guilds/{guild_id}/members/{own_id}") if guild.is_well else guild
    if not guild.is_well or not member.is_well:
        return [f"I'm not in the server {guild_id} any longer: add the bot again, or leave it at that."]
    until = member.json.get("communication_disabled_until")
    if until and datetime.fromisoformat(until) > now:
        return [f"A moderator of {guild.json['name']} put me into a time-out: have it ended there."]
    said = await asyncio.gather(*(_in_channel(api, guild.json, member.json, own_id, each) for each in some))
    return list(dict.fromkeys(each for each in said if each))


async def _in_channel(api: DiscordApi, guild: Json, member: Json, own_id: int, feed: Feed) -> str:
    """What is wrong there; empty where nothing is."""
    plan, server = feed.plan, guild["name"]
    answer = await api.get(f"/channels/{plan.channel_id}")
    if answer.status == 404:
        return f"The channel {plan.channel_id} in {server} is gone: `/daily setup` takes another one."
    if answer.status == 403:
        return f"I need View Channel in the channel {plan.channel_id} of {server}: grant it there."
    if not answer.is_well:
        return f"Discord answered {answer.status} about the channel {plan.channel_id} in {server}: try again."
    channel = place = answer.json
    if plan.kind is ChannelKind.THREAD and channel.get("parent_id"):
        parent = await api.get(f"/channels/{channel['parent_id']}")
        place = parent.json if parent.is_well else channel
    have = _permissions(guild, member, own_id, place.get("permission_overwrites") or ())
    missing = [each for each in _needed(feed, guild) if not getattr(have, each)]
    if not missing:
        return ""
    names = NAMES | (FORUM_NAMES if plan.kind is ChannelKind.FORUM else {})
    listed = ", ".join(names.get(each, each) for each in missing)
    return f"I need {listed} in #{channel.get('name')} of {server}: grant it in the channel's permissions."


def _needed(feed: Feed, guild: Json) -> list[str]:
    plan = feed.plan
    role = next((each for each in guild["roles"] if int(each["id"]) == plan.ping_role_id), None)
    wanted = permissions.to_post(plan.kind, pings=role is not None and not role.get("mentionable"))
    wanted += permissions.to_open_thread() if plan.opens_thread else []
    wanted += permissions.to_publish() if plan.publishes else []
    return list(dict.fromkeys(wanted))


def _permissions(guild: Json, member: Json, own_id: int, overwrites: Iterable[Json]) -> discord.Permissions:
    """The bot's, as Discord computes them: everybody's, its roles', then the channel's in that order."""
    if int(guild["owner_id"]) == own_id:
        return discord.Permissions.all()
    everybody, roles = int(guild["id"]), {int(each) for each in member["roles"]}
    bits = 0
    for role in guild["roles"]:
        if int(role["id"]) in roles | {everybody}:
            bits |= int(role["permissions"])
    if discord.Permissions(bits).administrator:
        return discord.Permissions.all()
    by_id = {int(each["id"]): each for each in overwrites}
    for ids in ({everybody}, roles, {own_id}):
        some = [by_id[each] for each in ids if each in by_id]
        for each in some:
            bits &= ~int(each["deny"])
        for each in some:
            bits |= int(each["allow"])
    return discord.Permissions(bits)
