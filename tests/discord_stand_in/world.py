"""What exists on this Discord: servers, channels, threads, messages. Changes emit the gateway's events."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.discord_stand_in import payloads
from tests.discord_stand_in.errors import (
    ALREADY_CROSSPOSTED,
    CANNOT_MESSAGE_USER,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    TAG_REQUIRED,
    THREAD_ARCHIVED,
    THREAD_EXISTS,
    UNKNOWN_CHANNEL,
    UNKNOWN_GUILD,
    UNKNOWN_MESSAGE,
    UNKNOWN_TAG,
    WRONG_CHANNEL_TYPE,
    ApiError,
)

Json = dict[str, Any]

TEXT, DM, ANNOUNCEMENT, ANNOUNCEMENT_THREAD, THREAD, FORUM = 0, 1, 5, 10, 11, 15
VIEW, SEND, MANAGE_MESSAGES, EMBED, ATTACH, HISTORY = 1 << 10, 1 << 11, 1 << 13, 1 << 14, 1 << 15, 1 << 16
MENTION, PUBLIC_THREADS, SEND_IN_THREADS = 1 << 17, 1 << 35, 1 << 38
ALL_THAT_A_BOT_NEEDS = (
    VIEW | SEND | MANAGE_MESSAGES | EMBED | ATTACH | HISTORY | MENTION | PUBLIC_THREADS | SEND_IN_THREADS
)
CROSSPOSTED = 1 << 1
REQUIRES_TAG = 1 << 4
NONCE_MEMORY = 300.0
"""Seconds for which a repeated nonce gives the first message again; Discord says "the past few minutes"."""

_EPOCH = 1_420_070_400_000
TOKEN = "stand-in.token"


@dataclass
class Channel:
    id: int
    type: int
    name: str
    guild_id: int | None
    parent_id: int | None = None
    denied: int = 0
    """Permission bits that the bot lacks here."""
    flags: int = 0
    tags: list[Json] = field(default_factory=list)
    messages: dict[int, Json] = field(default_factory=dict)
    archived: bool = False
    locked: bool = False
    applied_tags: list[str] = field(default_factory=list)
    recipient: Json | None = None
    closed: bool = False
    """Whether the person takes no direct messages."""

    @property
    def is_thread(self) -> bool:
        return self.type in (THREAD, ANNOUNCEMENT_THREAD)


@dataclass
class Guild:
    id: int
    name: str
    owner_id: int
    channels: dict[int, Channel] = field(default_factory=dict)
    permissions: int = ALL_THAT_A_BOT_NEEDS
    present: bool = True
    """Whether the bot is a member."""
    available: bool = True
    system_channel: int | None = None
    """Where Discord itself writes; the first channel where that is not chosen."""
    timed_out_until: float = 0.0
    """Until when a moderator silenced the bot, in seconds since 1970."""


class World:
    """`emit(guild_id, event, data)` is set by the gateway; events of direct messages have no guild."""

    def __init__(self) -> None:
        self._last_id = 0
        self._began = int(time.time() * 1000) - _EPOCH
        self.emit: Callable[[int | None, str, Json], None] = lambda _guild, _event, _data: None
        self.bot = payloads.user(self.new_id(), "Paperboy", bot=True)
        self.application_id = int(self.bot["id"])
        self.application: Json = {}
        """What is said of the application in place of the usual."""
        self.sessions_left = 1000
        self._people: dict[str, Json] = {}
        self.owner = self.person("owner")
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.commands: dict[int | None, list[Json]] = {}
        """What the bot registered: globally under None, else by server."""
        self._nonces: dict[tuple[int, str], tuple[float, int]] = {}
        self.nonce_memory = NONCE_MEMORY
        self.nonces_repeated = 0

    def new_id(self) -> int:
        """A snowflake above all earlier ones."""
        self._last_id = max(self._last_id + 1, (int(time.time() * 1000) - _EPOCH) << 22)
        return self._last_id

    def person(self, name: str) -> Json:
        if name not in self._people:
            self._people[name] = payloads.user(self.new_id(), name)
        return self._people[name]

    def people(self) -> list[Json]:
        return [self.bot, *self._people.values()]

    # Servers and channels

    def add_guild(self, name: str = "Lab", permissions: int = ALL_THAT_A_BOT_NEEDS) -> Guild:
        # Shards are told apart by the bits above the lowest 22: there, ids of servers count up one by one.
        number = len(self.guilds)
        guild = Guild(((self._began + number) << 22) | 0x3FF000 | number, name, int(self.owner["id"]))
        guild.permissions = permissions
        self.guilds[guild.id] = guild
        self.emit(guild.id, "GUILD_CREATE", payloads.guild(self, guild))
        return guild

    def add_channel(self, guild: Guild, **fields: Any) -> Channel:
        channel = Channel(id=self.new_id(), guild_id=guild.id, **fields)
        self._place(guild, channel)
        self.emit(guild.id, "CHANNEL_CREATE", payloads.channel(self, channel))
        return channel

    def remove_channel(self, channel: Channel) -> None:
        self.channels.pop(channel.id)
        if channel.guild_id is not None:
            self.guilds[channel.guild_id].channels.pop(channel.id)
            event = "THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE"
            self.emit(channel.guild_id, event, payloads.channel(self, channel))

    def remove_bot(self, guild: Guild) -> None:
        guild.present = False
        self.emit(guild.id, "GUILD_DELETE", {"id": str(guild.id)})

    def bring_bot_back(self, guild: Guild) -> None:
        guild.present = True
        self.emit(guild.id, "GUILD_CREATE", payloads.guild(self, guild))

    def set_available(self, guild: Guild, available: bool) -> None:
        guild.available = available
        if available:
            self.emit(guild.id, "GUILD_CREATE", payloads.guild(self, guild) | {"unavailable": False})
        else:
            self.emit(guild.id, "GUILD_DELETE", {"id": str(guild.id), "unavailable": True})

    def archive(self, thread: Channel) -> None:
        thread.archived = True
        assert thread.guild_id is not None
        self.emit(thread.guild_id, "THREAD_UPDATE", payloads.channel(self, thread))

    def lock(self, thread: Channel) -> None:
        thread.locked = True
        self.archive(thread)

    def guild(self, guild_id: int) -> Guild:
        guild = self.guilds.get(guild_id)
        if guild is None or not guild.present:
            raise ApiError(404, UNKNOWN_GUILD, "Unknown Guild")
        return guild

    def channel(self, channel_id: int, needed: int = VIEW) -> Channel:
        """The channel; an ApiError when there is none or the bot lacks a permission there."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise ApiError(404, UNKNOWN_CHANNEL, "Unknown Channel")
        if channel.guild_id is not None:
            guild = self.guilds[channel.guild_id]
            held = guild.permissions & ~self._denied(channel)
            if not guild.present or not held & VIEW:
                raise ApiError(403, MISSING_ACCESS, "Missing Access")
            if needed & ~held or (needed & ~(VIEW | HISTORY) and time.time() < guild.timed_out_until):
                raise ApiError(403, MISSING_PERMISSIONS, "Missing Permissions")
        return channel

    def direct_channel(self, user: Json) -> Channel:
        for channel in self.channels.values():
            if channel.recipient is not None and channel.recipient["id"] == user["id"]:
                return channel
        channel = Channel(self.new_id(), DM, "", None, recipient=user)
        self.channels[channel.id] = channel
        return channel

    def threads(self, guild_id: int, *, archived: bool = False) -> Iterator[Channel]:
        for channel in self.guilds[guild_id].channels.values():
            if channel.is_thread and channel.archived is archived:
                yield channel

    def _denied(self, channel: Channel) -> int:
        parent = self.channels.get(channel.parent_id) if channel.parent_id else None
        return channel.denied | (parent.denied if parent is not None and channel.is_thread else 0)

    def _place(self, guild: Guild, channel: Channel) -> None:
        guild.channels[channel.id] = channel
        self.channels[channel.id] = channel

    # Messages

    def post(self, channel_id: int, body: Json) -> Json:
        """A message by the bot; a nonce that this channel had lately gives the first message again."""
        channel = self.channel(channel_id, SEND_IN_THREADS if self._is_thread(channel_id) else SEND)
        if channel.closed:
            raise ApiError(403, CANNOT_MESSAGE_USER, "Cannot send messages to this user")
        if channel.type == FORUM:
            raise ApiError(400, WRONG_CHANNEL_TYPE, "Cannot send messages in a non-text channel")
        if body.get("enforce_nonce") and body.get("nonce") is not None:
            known = self._nonces.get((channel.id, str(body["nonce"])))
            if known is not None and time.monotonic() - known[0] < self.nonce_memory:
                self.nonces_repeated += 1
                return channel.messages[known[1]]
        if channel.archived and channel.locked:
            raise ApiError(400, THREAD_ARCHIVED, "Thread is archived")
        message = self.add_message(channel, body)
        if body.get("nonce") is not None:
            self._nonces[channel.id, str(body["nonce"])] = (time.monotonic(), int(message["id"]))
        return message

    def add_message(
        self, channel: Channel, body: Json, author: Json | None = None, origin: Json | None = None
    ) -> Json:
        """`origin` is what it says about the interaction that it answers."""
        message = payloads.message(self.new_id(), channel, author or self.bot, body) | (origin or {})
        channel.messages[int(message["id"])] = message
        if channel.archived:
            channel.archived = False
        where = {} if channel.guild_id is None else {"guild_id": str(channel.guild_id)}
        self.emit(channel.guild_id, "MESSAGE_CREATE", message | where)
        return message

    def message(self, channel_id: int, message_id: int) -> Json:
        channel = self.channel(channel_id, VIEW | HISTORY)
        if message_id not in channel.messages:
            raise ApiError(404, UNKNOWN_MESSAGE, "Unknown Message")
        return channel.messages[message_id]

    def crosspost(self, channel_id: int, message_id: int) -> Json:
        message = self.message(channel_id, message_id)
        channel = self.channel(channel_id, SEND)
        if channel.type != ANNOUNCEMENT:
            raise ApiError(400, WRONG_CHANNEL_TYPE, "Cannot execute action on this channel type")
        if message["flags"] & CROSSPOSTED:
            raise ApiError(400, ALREADY_CROSSPOSTED, "This message has already been crossposted.")
        message["flags"] |= CROSSPOSTED
        return message

    # Threads

    def open_thread(self, channel_id: int, message_id: int, body: Json) -> Channel:
        """The discussion of a message; it has the message's id, so there is one at most."""
        message = self.message(channel_id, message_id)
        parent = self.channel(channel_id, PUBLIC_THREADS)
        if message_id in self.channels:
            raise ApiError(400, THREAD_EXISTS, "A thread has already been created for this message")
        kind = ANNOUNCEMENT_THREAD if parent.type == ANNOUNCEMENT else THREAD
        thread = self._add_thread(parent, message_id, kind, body["name"])
        message["thread"] = payloads.channel(self, thread)
        message["flags"] |= 1 << 5
        return thread

    def open_bare_thread(self, channel_id: int, body: Json) -> Channel:
        parent = self.channel(channel_id, PUBLIC_THREADS)
        return self._add_thread(parent, self.new_id(), body.get("type") or THREAD, body["name"])

    def post_in_forum(self, channel_id: int, body: Json) -> tuple[Channel, Json]:
        """A forum post: a thread whose first message has the thread's id."""
        forum = self.channel(channel_id, SEND)
        applied = [str(tag) for tag in body.get("applied_tags") or []]
        if forum.flags & REQUIRES_TAG and not applied:
            raise ApiError(400, TAG_REQUIRED, "A tag is required to create a forum post in this channel")
        if set(applied) - {str(tag["id"]) for tag in forum.tags}:
            raise ApiError(400, UNKNOWN_TAG, "Unknown Tag")
        thread = self._add_thread(forum, self.new_id(), THREAD, body["name"], applied)
        message = payloads.message(thread.id, thread, self.bot, body["message"])
        thread.messages[thread.id] = message
        return thread, message

    def _add_thread(
        self, parent: Channel, thread_id: int, kind: int, name: str, tags: list[str] | None = None
    ) -> Channel:
        assert parent.guild_id is not None
        thread = Channel(thread_id, kind, name, parent.guild_id, parent_id=parent.id, applied_tags=tags or [])
        self._place(self.guilds[parent.guild_id], thread)
        self.emit(parent.guild_id, "THREAD_CREATE", payloads.channel(self, thread) | {"newly_created": True})
        return thread

    def _is_thread(self, channel_id: int) -> bool:
        return channel_id in self.channels and self.channels[channel_id].is_thread
