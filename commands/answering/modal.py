"""A modal whose errors reach the one handler."""

from __future__ import annotations

from discord import ui

from commands.answering.context import Interaction
from commands.answering.error_replies import report


class Modal(ui.Modal):
    async def on_error(self, interaction: Interaction, error: Exception, /) -> None:  # type: ignore[override] # discord.py's own Modal narrows it so
        """One sentence to whoever sent the form, and a trace in the log."""
        await report(interaction, error)
