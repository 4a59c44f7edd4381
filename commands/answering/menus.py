"""What was chosen in a select menu."""

from __future__ import annotations

from typing import Any, cast

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
    view = ui.LayoutView.from_message(interaction.message, timeout=None)
    view.stop()
    return [
        option.value
        for item in view.walk_children()
        if isinstance(item, ui.Select)
        for option in item.options
    ]


def the_chosen(interaction: Interaction) -> str:
    """The only value; StaleButton where there is none."""
    value = next(iter(chosen(interaction)), "")
    if not value:
        raise StaleButton
    return value
