"""What Discord sends of an interaction, before discord.py reads it and drops some of it."""

from __future__ import annotations

import json
from typing import Any

import discord

from bot.log_ids import INTERACTION, SERVER, Ids, about

_EVENT = "INTERACTION_CREATE"


def name_commands(client: discord.Client, key: str) -> None:
    """From now on a press carries in its data, under `key`, which command made the message.

    And no text of an interaction holds what can't be written.
    """
    parsers: dict[str, Any] = client._connection.parsers
    parse = parsers[_EVENT]

    def named(event: dict[str, Any]) -> None:
        message = event.get("message") or {}
        # Discord has both; it calls the second one deprecated.
        made_by = message.get("interaction_metadata") or {}
        name = made_by.get("name") or (message.get("interaction") or {}).get("name")
        data = {each: value for each, value in (event.get("data") or {}).items() if each != key}
        if name is not None:
            data[key] = name
        # Whatever answers it is a task that begins in here, and has its ids.
        with about(_ids_of(event)):
            parse(_encodable({**event, "data": data} if "data" in event else event))

    parsers[_EVENT] = named


def _ids_of(event: dict[str, Any]) -> Ids:
    named = {INTERACTION: event.get("id"), SERVER: event.get("guild_id")}
    return {name: int(found) for name, found in named.items() if found is not None}


def _encodable(event: dict[str, Any]) -> dict[str, Any]:
    """Without halves of surrogate pairs, which JSON can hold, and no database or answer can."""
    written = json.dumps(event, ensure_ascii=False)
    try:
        written.encode()
    except UnicodeEncodeError:
        replaced: dict[str, Any] = json.loads(written.encode(errors="replace"))
        return replaced
    return event
