"""How things look on the wire."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.discord_stand_in.world import Channel, Guild, World

Json = dict[str, Any]

_FORUM = 15
_JOINED = "2024-01-01T00:00:00+00:00"


def user(user_id: int, name: str, *, bot: bool = False) -> Json:
    return {
        "id": str(user_id),
        "username": name,
        "discriminator": "0",
        "global_name": name,
        "avatar": None,
        "bot": bot,
        "public_flags": 0,
        "flags": 0,
        "verified": True,
        "mfa_enabled": False,
        "locale": "en-US",
    }


def application(world: World) -> Json:
    return {
        "id": str(world.application_id),
        "name": world.bot["username"],
        "description": "",
        "icon": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": world.owner,
        "team": None,
        "verify_key": "0" * 64,
        "flags": 0,
        "summary": "",
        "approximate_guild_count": len(world.guilds),
        "integration_types_config": {"0": {}, "1": {}},
        **world.application,
    }


def guild(world: World, guild: Guild) -> Json:
    channels = [each for each in guild.channels.values() if not each.is_thread]
    return {
        **partial_guild(guild),
        "icon": None,
        "owner_id": str(guild.owner_id),
        "roles": [role(guild.id, "@everyone", guild.permissions)],
        "emojis": [],
        "stickers": [],
        "features": ["NEWS", "COMMUNITY"],
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "system_channel_id": _text(guild.system_channel or (channels[0].id if channels else None)),
        "system_channel_flags": 0,
        "afk_timeout": 300,
        "joined_at": _JOINED,
        "large": False,
        "member_count": 2,
        "members": [member(world.bot)],
        "channels": [channel(world, each) for each in channels],
        "threads": [channel(world, each) for each in world.threads(guild.id)],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def partial_guild(guild: Guild) -> Json:
    return {"id": str(guild.id), "name": guild.name, "features": [], "locale": "en-US"}


def role(role_id: int, name: str, permissions: int) -> Json:
    colors = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    return {
        "id": str(role_id),
        "name": name,
        "permissions": str(permissions),
        "position": 0,
        "color": 0,
        "colors": colors,
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def member(user: Json, permissions: int | None = None) -> Json:
    payload: Json = {
        "user": user,
        "roles": [],
        "nick": None,
        "avatar": None,
        "joined_at": _JOINED,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }
    return payload if permissions is None else payload | {"permissions": str(permissions)}


def channel(world: World, channel: Channel) -> Json:
    if channel.recipient is not None:
        return {"id": str(channel.id), "type": channel.type, "recipients": [channel.recipient]}
    if channel.is_thread:
        return _thread(world, channel)
    denied = {"id": world.bot["id"], "type": 1, "allow": "0", "deny": str(channel.denied)}
    payload: Json = {
        "id": str(channel.id),
        "type": channel.type,
        "guild_id": str(channel.guild_id),
        "name": channel.name,
        "position": 0,
        "permission_overwrites": [denied] if channel.denied else [],
        "parent_id": None,
        "topic": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "last_message_id": str(max(channel.messages)) if channel.messages else None,
        "flags": channel.flags,
    }
    if channel.type == _FORUM:
        payload |= {"available_tags": channel.tags, "default_reaction_emoji": None, "default_forum_layout": 0}
    return payload


def _thread(world: World, thread: Channel) -> Json:
    created = datetime.fromtimestamp(((thread.id >> 22) + 1_420_070_400_000) / 1000, UTC).isoformat()
    return {
        "id": str(thread.id),
        "type": thread.type,
        "guild_id": str(thread.guild_id),
        "parent_id": str(thread.parent_id),
        "owner_id": world.bot["id"],
        "name": thread.name,
        "last_message_id": str(max(thread.messages)) if thread.messages else None,
        "rate_limit_per_user": 0,
        "message_count": len(thread.messages),
        "total_message_sent": len(thread.messages),
        "member_count": 1,
        "flags": 0,
        "applied_tags": thread.applied_tags,
        "thread_metadata": {
            "archived": thread.archived,
            "auto_archive_duration": 1440,
            "archive_timestamp": created,
            "create_timestamp": created,
            "locked": thread.locked,
        },
    }


def message(message_id: int, channel: Channel, author: Json, body: Json) -> Json:
    attachments = [
        {"id": str(n), "filename": each.get("filename") or "file", "size": 1, "url": "https://cdn.invalid/f"}
        | {"proxy_url": "https://cdn.invalid/f"}
        for n, each in enumerate(body.get("attachments") or [])
    ]
    payload: Json = {
        "id": str(message_id),
        "channel_id": str(channel.id),
        "author": author,
        "content": body.get("content") or "",
        "timestamp": datetime.now(UTC).isoformat(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": attachments,
        "embeds": body.get("embeds") or [],
        "pinned": False,
        "type": 0,
        "flags": body.get("flags") or 0,
        "components": numbered(body.get("components") or []),
    }
    if body.get("nonce") is not None:
        payload["nonce"] = body["nonce"]
    return payload


def numbered(components: list[Json]) -> list[Json]:
    """The components with an id each, which Discord gives where the bot did not."""
    return _numbered(components, itertools.count(1))


def _numbered(components: list[Json], ids: itertools.count[int]) -> list[Json]:
    given = []
    for component in components:
        copy = {**component, "id": component.get("id") or next(ids)}
        if "components" in copy:
            copy["components"] = _numbered(copy["components"], ids)
        if copy.get("accessory"):
            copy["accessory"] = _numbered([copy["accessory"]], ids)[0]
        given.append(copy)
    return given


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
