"""When somebody wants to hear of papers, as they type it."""

from __future__ import annotations

import asyncio

from discord import app_commands

from bot.daily.when.typed_times import DAYS
from bot.daily.when.zones import read
from bot.errors import UserError
from bot.views.markdown import escape

WEEKDAYS: list[app_commands.Choice[int]] = [
    app_commands.Choice(name=name, value=number) for number, name in enumerate(DAYS)
]


async def zone_of(typed: str) -> str:
    """The zone of a place; UserError where several are meant."""
    clock = await asyncio.to_thread(read, typed)
    if not clock.is_clear:
        raise UserError(
            f"“{escape(typed[:60])}” could be several places with different clocks. Choose one of those "
            "that I offer while you type."
        )
    return clock.spot.zone
