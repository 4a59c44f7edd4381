"""Interactions built by hand, for what the simulated Discord's actors do not do."""

from __future__ import annotations

from typing import Any

import simcord
from simcord.backend import serializers
from simcord.interactions import base_payload
from simcord.results import InteractionResult

from tests.support.reading import walk

COMMAND = 2
COMPONENT = 3
AUTOCOMPLETE = 4


def emit(
    env: simcord.Env,
    kind: int,
    channel_id: int,
    user_id: int,
    data: dict[str, Any],
    *,
    in_guild: int | None = None,
    message_id: int | None = None,
    **changes: Any,
) -> InteractionResult:
    """Send INTERACTION_CREATE with `changes` to its payload, not waiting for the bot; then `env.settle()`."""
    record, payload = base_payload(
        env.backend, type=kind, channel_id=channel_id, guild_id=in_guild, user_id=user_id, data=data
    )
    if message_id is not None:
        record.source_message_id = message_id
        payload["message"] = dict(
            serializers.message_payload(env.backend, env.backend.get_message(channel_id, message_id))
        )
    payload.update(changes)
    env.backend.emit("INTERACTION_CREATE", payload)
    return InteractionResult(env, record)


def press(env: simcord.Env, message: Any, user_id: int, custom_id: str) -> InteractionResult:
    """Press a button with this custom_id on `message`, as if the message had been sent with it."""
    stored = env.backend.get_message(message.channel_id, message.id)
    if all(part.get("custom_id") != custom_id for part in walk(stored.components)):
        next(part for part in walk(stored.components) if part.get("custom_id"))["custom_id"] = custom_id
    return forge(env, message, user_id, custom_id)


def forge(env: simcord.Env, message: Any, user_id: int, custom_id: str) -> InteractionResult:
    """Claim to have pressed a button with this custom_id on `message`, whatever buttons it has."""
    return emit(
        env,
        COMPONENT,
        message.channel_id,
        user_id,
        {"custom_id": custom_id, "component_type": 2},
        in_guild=env.backend.get_channel(message.channel_id).guild_id,
        message_id=message.id,
    )


def slash_data(command: str, **options: Any) -> dict[str, Any]:
    """The data of a slash command such as `paper find` with text options."""
    root, *path = command.split()
    leaf: list[dict[str, Any]] = [
        {"name": name, "type": 5 if isinstance(value, bool) else 3, "value": value}
        for name, value in options.items()
    ]
    for name in reversed(path):
        leaf = [{"name": name, "type": 1, "options": leaf}]
    return {"id": "1", "name": root, "type": 1, "options": leaf}
