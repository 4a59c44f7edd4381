"""Every button of ours, of any message, at any time: its custom_id says what to do.

One dynamic item answers them all, so that they work after a restart and for ever, and so that an error in one
reaches the same handler as a command's: discord.py by itself would log and swallow it. A press counts only
where it may: on a component that the message holds, and for some on the messages of one command alone.
"""

from __future__ import annotations

import re
from typing import Any, Protocol, cast

from discord import app_commands, ui

from bot.errors import NotAllowed, StaleButton
from bot.views.button_base import Button, Home
from bot.views.buttons import decode
from bot.views.custom_ids import PATTERN
from commands.answering.coming import came
from commands.answering.context import Handlers, Interaction
from commands.answering.error_replies import report
from commands.answering.origin import command_of, is_answer, is_own
from commands.answering.tree import Tree


class _Client(Protocol):
    buttons: Handlers
    tree: Tree


class Press(ui.DynamicItem[ui.Item[Any]], template=PATTERN):
    """A press of one of our buttons, or a choice in one of our select menus.

    discord.py makes one only where a component of the message that Discord sends along has the custom_id.
    """

    def __init__(self, item: ui.Item[Any], custom_id: str) -> None:
        super().__init__(item)
        self._pressed = custom_id

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str]) -> Press:
        """What discord.py asks for when a custom id matches."""
        return cls(item, match[0])

    async def callback(self, interaction: Interaction) -> None:
        """Give the press to the handler of its button's type."""
        try:
            cast(_Client, interaction.client).tree.cooldowns.take(interaction)
            if getattr(self.item, "disabled", False):
                raise StaleButton
            await press(interaction, decode(self._pressed))
        except StaleButton:
            await report(interaction, StaleButton(_again(interaction)))
        except Exception as error:
            await report(interaction, error)
        finally:
            await came(interaction)


async def press(interaction: Interaction, button: Button) -> None:
    """Do what `button` does, where this person may press it here; StaleButton, NotAllowed otherwise."""
    if button.home is not None:
        _check(interaction, button.home)
    handler = cast(_Client, interaction.client).buttons.get(type(button))
    if handler is None:
        raise StaleButton
    await handler(interaction, button)


def _check(interaction: Interaction, home: Home) -> None:
    command = command_of(interaction)
    if not is_answer(interaction) or (command is not None and command.split()[0] != home.command):
        raise StaleButton
    if interaction.permissions.manage_guild:
        return
    # Who ran the command may press, since the server let them. Where Discord names none, nobody knows that.
    if command is None or not is_own(interaction):
        raise NotAllowed(
            "Only the person who ran the command, or someone with Manage Server, can press this."
        )


def _again(interaction: Interaction) -> str:
    """The command to type for a fresh answer; empty where the message has none."""
    command = command_of(interaction)
    typed = (
        each.qualified_name
        for each in interaction.client.tree.walk_commands()
        if isinstance(each, app_commands.Command)
    )
    return command if command and command in typed else ""
