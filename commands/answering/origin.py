"""What Discord says of a press: which command made the message, and who ran it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from commands.answering.context import Interaction

MADE_BY: Final = "made_by"
"""Where a press's data has the name of the command; see `bot.connection.interactions`."""


def command_of(interaction: Interaction) -> str | None:
    """`daily list`, for a press on that command's answer; None where Discord names no command."""
    data: Mapping[str, object] = {**(interaction.data or {})}
    name = data.get(MADE_BY)
    return name if isinstance(name, str) else None


def is_answer(interaction: Interaction) -> bool:
    """Whether the message whose button is pressed answers somebody at all."""
    return interaction.message is not None and interaction.message.interaction_metadata is not None


def is_own(interaction: Interaction) -> bool:
    """Whether the message whose button is pressed answers the person who presses."""
    made_by = interaction.message.interaction_metadata if interaction.message else None
    return made_by is not None and made_by.user.id == interaction.user.id
