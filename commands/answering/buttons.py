"""Every button of ours, of any message, at any time: its custom_id says what to do.

One dynamic item answers them all, so that they work after a restart and for ever, and so that an error in one
reaches the same handler as a command's: discord.py by itself would log and swallow it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any, Protocol, cast

from discord import ui

from bot.errors import StaleButton
from bot.views.custom_ids import PATTERN, parse
from commands.answering.context import Handler, Interaction
from commands.answering.failures import report
from commands.answering.tree import Tree


class _Client(Protocol):
    buttons: Mapping[str, Handler]
    tree: Tree


class Press(ui.DynamicItem[ui.Item[Any]], template=PATTERN):
    """A press of one of our buttons, or a choice in one of our select menus."""

    def __init__(self, item: ui.Item[Any], custom_id: str) -> None:
        super().__init__(item)
        self._pressed = custom_id

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str]) -> Press:
        return cls(item, match[0])

    async def callback(self, interaction: Interaction) -> None:
        try:
            verb, fields = parse(self._pressed)
            client = cast(_Client, interaction.client)
            client.tree.cooldowns.take(interaction)
            handler = client.buttons.get(verb)
            if handler is None or not _takes(handler, len(fields)):
                raise StaleButton
            await handler(interaction, *fields)
        except Exception as error:
            await report(interaction, error)


def _takes(handler: Handler, fields: int) -> bool:
    """Whether a button with so many fields is one that `handler` answers; a custom_id is input."""
    try:
        inspect.signature(handler).bind(None, *range(fields))
    except TypeError:
        return False
    return True
