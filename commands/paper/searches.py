"""Searches as buttons carry them: short queries as they are, long ones parked in the state store."""

from __future__ import annotations

import asyncio

from bot.errors import StaleButton
from bot.state.failures import is_passing
from bot.state.parked import Parked, key_of
from bot.views.custom_ids import length_of

_LONGEST_TOKEN = 34
"""Characters of a custom_id for the query, beside a verb, a paper's id, a sort and a page."""

_LONGEST_PARKING = 1.0
"""Seconds: Discord waits three for an answer."""


async def token_for(parked: Parked, query: str) -> str:
    """`=` and the query itself, or `#` and the key under which it is parked."""
    token = f"={query}"
    if length_of(token) <= _LONGEST_TOKEN:
        return token
    try:
        async with asyncio.timeout(_LONGEST_PARKING):
            return f"#{await parked.park(query)}"
    except Exception as error:
        if not is_passing(error):
            raise
    # What was found counts more than its buttons: they work as soon as the same is looked for again.
    return f"#{key_of(query)}"


async def query_of(parked: Parked, token: str) -> str:
    """The search behind a button's token. Raises StaleButton where it was too long ago."""
    if token.startswith("="):
        return token[1:]
    query = await parked.fetch(token[1:]) if token.startswith("#") else None
    if query is None:
        raise StaleButton
    return query
