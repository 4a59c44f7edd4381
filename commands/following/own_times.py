"""When somebody wants to hear of papers, as they type it."""

from __future__ import annotations

import asyncio

from discord import app_commands

from bot.daily.when.typed_times import DAYS
from bot.daily.when.zones import Reading, read
from bot.errors import UserError
from bot.views.markdown import escape

_SHOWN = 60
_NAMED = 3
"""Places that are named where it is not clear which is meant."""
WEEKDAYS: list[app_commands.Choice[int]] = [
    app_commands.Choice(name=name, value=number) for number, name in enumerate(DAYS)
]


async def zone_of(typed: str) -> Reading:
    """The place; UserError, which names some, where it is not clear which is meant."""
    clock = await asyncio.to_thread(read, typed)
    if clock.is_clear:
        return clock
    shown = escape(typed[:_SHOWN])
    names = " or ".join(f"`{spot.name}`" for spot in clock.spots[:_NAMED])
    if clock.asks:
        raise UserError(f"I don't know “{shown}”. Did you mean {names}? Give it as `timezone`.")
    raise UserError(f"“{shown}” has several clocks. Give the place as `timezone`, such as {names}.")
