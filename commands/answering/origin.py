"""What Discord says of an interaction: which command made its message, who ran it, and texts that are text.

discord.py keeps who it was, and drops the command's name from what Discord sends beside it; the name is kept
here, where messages had it before.
"""

from __future__ import annotations

import json
from typing import Any

import discord

from commands.answering.context import Interaction

_EVENT = "INTERACTION_CREATE"


def keep_commands_names(client: discord.Client) -> None:
    """From now on `command_of` knows the command of a message whose button is pressed.

    And no text of an interaction holds what can't be written.
    """
    parsers: dict[str, Any] = client._connection.parsers
    parse = parsers[_EVENT]

    def named(data: dict[str, Any]) -> None:
        message = data.get("message") or {}
        metadata = message.get("interaction_metadata") or {}
        if "name" in metadata and "interaction" not in message:
            data = {**data, "message": {**message, "interaction": metadata}}
        parse(_encodable(data))

    parsers[_EVENT] = named


def _encodable(data: dict[str, Any]) -> dict[str, Any]:
    """Without halves of surrogate pairs, which JSON can hold, and no database or answer can."""
    written = json.dumps(data, ensure_ascii=False)
    try:
        written.encode()
    except UnicodeEncodeError:
        replaced: dict[str, Any] = json.loads(written.encode(errors="replace"))
        return replaced
    return data


def command_of(interaction: Interaction) -> str | None:
    """`daily list`, for a press on that command's answer; None where Discord names no command."""
    made_by = interaction.message._interaction if interaction.message else None
    return made_by.name if made_by else None


def is_answer(interaction: Interaction) -> bool:
    """Whether the message whose button is pressed answers somebody at all."""
    return interaction.message is not None and interaction.message.interaction_metadata is not None


def is_own(interaction: Interaction) -> bool:
    """Whether the message whose button is pressed answers the person who presses."""
    made_by = interaction.message.interaction_metadata if interaction.message else None
    return made_by is not None and made_by.user.id == interaction.user.id
