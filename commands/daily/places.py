"""Where a daily paper may go: the channels that can be chosen, and what the bot needs there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord
from discord import app_commands

from bot.delivery import permissions
from bot.errors import NotAllowed, UserError
from bot.state.feeds import ChannelKind, Plan
from bot.views.permission_names import FORUM_NAMES, NAMES
from commands.answering.context import Interaction

Place = discord.TextChannel | discord.ForumChannel | discord.Thread

_KINDS = {
    discord.ChannelType.text: ChannelKind.TEXT,
    discord.ChannelType.news: ChannelKind.NEWS,
    discord.ChannelType.forum: ChannelKind.FORUM,
    discord.ChannelType.public_thread: ChannelKind.THREAD,
    discord.ChannelType.private_thread: ChannelKind.THREAD,
    discord.ChannelType.news_thread: ChannelKind.THREAD,
}
CHANNEL_TYPES = list(_KINDS)
"""Of the channels that can have a daily paper."""


class ChannelOption(app_commands.Transformer):
    """A channel that can have a daily paper, by its id: the bot may not see it yet."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """A channel."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """The kinds of channels that Discord offers."""
        return CHANNEL_TYPES

    async def transform(self, _: Interaction, value: Any, /) -> int:
        """The channel's id."""
        return int(value.id)


def kind_of(place: Place) -> ChannelKind:
    """The kind of a channel as the state keeps it."""
    return _KINDS[place.type]


async def place_in(guild: discord.Guild, channel_id: int) -> Place:
    """The channel or thread; UserError where the bot cannot see it."""
    channel = guild.get_channel_or_thread(channel_id)
    if channel is None:
        try:
            channel = await guild.fetch_channel(channel_id)
        except (discord.NotFound, discord.Forbidden):
            raise UserError(
                f"I can't see <#{channel_id}>. Give me **View Channel** there, then try again."
            ) from None
    if not isinstance(channel, Place):
        raise UserError("A daily paper can go to a text, announcement or forum channel, or to a thread.")
    return channel


@dataclass(frozen=True, slots=True)
class Needs:
    """What is missing, in Discord's own words; empty when all is there."""

    permissions: tuple[str, ...]
    others: tuple[str, ...]

    def require(self, place: Place) -> None:
        """UserError that names each thing."""
        sentences = list(self.others)
        if self.permissions:
            named = ", ".join(f"**{name}**" for name in self.permissions)
            sentences.insert(
                0, f"I need {named} in {place.mention}. You can grant it in the channel's settings."
            )
        if sentences:
            raise UserError(f"{' '.join(sentences)} Nothing was saved.")


async def needs(place: Place, plan: Plan) -> Needs:
    """Everything that would keep the plan's posts from arriving."""
    # Without the members intent the cached roles of the bot may be old: ask.
    me = await place.guild.fetch_member(place.guild.me.id)
    have = place.permissions_for(me)
    role = place.guild.get_role(plan.ping_role_id) if plan.ping_role_id else None
    wanted = _wanted(place, plan, role)
    names = NAMES | (FORUM_NAMES if isinstance(place, discord.ForumChannel) else {})
    missing = tuple(names[name] for name in wanted if not getattr(have, name))
    return Needs(missing, tuple(_others(place, plan, role)))


def require_of_person(person: discord.Member | discord.User, place: Place, plan: Plan) -> None:
    """NotAllowed where the person could not post there themselves: the bot is no way around that."""
    have = place.permissions_for(person) if isinstance(person, discord.Member) else discord.Permissions.none()
    role = place.guild.get_role(plan.ping_role_id) if plan.ping_role_id else None
    posts = "send_messages_in_threads" if isinstance(place, discord.Thread) else "send_messages"
    wanted = ["view_channel", posts]
    if role is not None and not role.mentionable:
        wanted.append("mention_everyone")
    if missing := [NAMES[name] for name in wanted if not getattr(have, name)]:
        named = ", ".join(f"**{name}**" for name in missing)
        raise NotAllowed(f"In {place.mention} you need {named} yourself for that. Nothing was saved.")


def _wanted(place: Place, plan: Plan, role: discord.Role | None) -> list[str]:
    """What the plan's posts, threads and publications need there, each once."""
    moderated = isinstance(place, discord.ForumChannel) and any(
        tag.id == plan.tag_id and tag.moderated for tag in place.available_tags
    )
    pings = role is not None and not role.mentionable
    wanted = permissions.to_post(kind_of(place), pings=pings, moderated_tag=moderated)
    if plan.opens_thread:
        wanted += permissions.to_open_thread()
    if plan.publishes:
        wanted += permissions.to_publish()
    return list(dict.fromkeys(wanted))


def _others(place: Place, plan: Plan, role: discord.Role | None) -> list[str]:
    sentences = []
    if plan.ping_role_id and (role is None or role.is_default()):
        sentences.append("I can ping a role of this server, but not @everyone. Choose another role.")
    if isinstance(place, discord.ForumChannel):
        tags = {tag.id: tag.name for tag in place.available_tags}
        if plan.tag_id is not None and plan.tag_id not in tags:
            sentences.append(f"{place.mention} doesn't have that tag. Choose one from the menu of `tag`.")
        elif plan.tag_id is None and place.flags.require_tag:
            sentences.append(f"{place.mention} wants a tag on each post. Choose one with `tag`.")
    elif plan.tag_id is not None:
        sentences.append("Only forums have tags. Leave `tag` out.")
    if isinstance(place, discord.Thread) and place.locked:
        sentences.append(f"{place.mention} is locked. Unlock it first.")
    if plan.publish and place.type is not discord.ChannelType.news:
        sentences.append("I can only publish posts in an announcement channel. Set `publish` to False.")
    if plan.thread and isinstance(place, discord.Thread):
        sentences.append("A thread can't hold threads. Set `thread` to False.")
    return sentences
