"""When somebody wants to hear of papers, as they type it."""

from __future__ import annotations

import asyncio

from discord import app_commands

from bot.daily.when.typed_times import DAYS
from bot.daily.when.zones import Reading, read
from bot.errors import UserError
from bot.views.markdown import escape
from bot.views.zone_choices import taken_for

_SHOWN = 60
_NAMED = 3
"""Places that are named where it is not clear which is meant."""
WEEKDAYS: list[app_commands.Choice[int]] = [
    app_commands.Choice(name=name, value=number) for number, name in enumerate(DAYS)
]
_UTC = "UTC"


def zone_note(zone: Reading | None, plans: str, *, timed: bool) -> str:
    """What a place was taken for; or where a time was given without one, that it's the plan's, UTC."""
    if zone is not None:
        return taken_for(zone.typed, zone.spot.name) if zone.is_guess else ""
    return "For your own time, give your city as `timezone`." if timed and plans == _UTC else ""


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
