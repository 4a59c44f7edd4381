"""What a message shows, and what was chosen in its menus."""

from __future__ import annotations

from typing import Any, cast

import discord
from discord import ui

from bot.errors import StaleButton
from commands.answering.context import Interaction


def chosen(interaction: Interaction) -> list[str]:
    """The values, none of them looked at."""
    data = cast(dict[str, Any], interaction.data or {})
    return [str(value) for value in data.get("values", ())]


def all_offered(interaction: Interaction) -> list[str]:
    """The values of the menus on the message, chosen or not; none of them looked at."""
    if interaction.message is None:
        return []
    return [
        option.value
        for item in shown_on(interaction.message).walk_children()
        if isinstance(item, ui.Select)
        for option in item.options
    ]


def shown_on(message: discord.Message) -> ui.LayoutView:
    """What a message shows, to be looked at or changed; it waits for no press."""
    view = ui.LayoutView.from_message(message, timeout=None)
    view.stop()
    return view


def the_chosen(interaction: Interaction) -> str:
    """The only value; StaleButton where there is none."""
    value = next(iter(chosen(interaction)), "")
    if not value:
        raise StaleButton
    return value
