"""The button "Page n of m": it asks for a number, and turns to that page."""

from __future__ import annotations

from typing import Any

from discord import ui

from bot.errors import UserError
from bot.views.button_base import AskForPage
from commands.answering.context import Handlers, Interaction
from commands.answering.modal import Modal
from commands.answering.presses import press


async def _ask(interaction: Interaction, asked: AskForPage) -> None:
    await interaction.response.send_modal(_PageNumber(asked))


class _PageNumber(Modal):
    def __init__(self, asked: AskForPage) -> None:
        super().__init__(title="Go to page", timeout=900)
        self._asked = asked
        pages = f"1 to {asked.pages}"
        self.number: ui.TextInput[Any] = ui.TextInput(placeholder=pages, max_length=7)
        self.add_item(ui.Label(text=f"Page, {pages}", component=self.number))

    async def on_submit(self, interaction: Interaction, /) -> None:
        typed = self.number.value.strip()
        if not (typed.isdecimal() and 1 <= int(typed) <= self._asked.pages):
            raise UserError(f"Type a page number from 1 to {self._asked.pages}.")
        await press(interaction, self._asked.to.at(int(typed)))


BUTTONS: Handlers = {AskForPage: _ask}
