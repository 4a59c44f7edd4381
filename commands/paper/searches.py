"""Searches as buttons carry them: short queries as they are, long ones parked in the state store."""

from __future__ import annotations

from bot.catalog.results import Sort
from bot.errors import StaleButton
from bot.state.parked import Parked
from bot.views.custom_ids import length_of, page_number
from bot.views.results import Place

_LONGEST_TOKEN = 34
"""Characters of a custom_id for the query, beside a verb, a paper's id, a sort and a page."""


async def token_for(parked: Parked, query: str) -> str:
    """`=` and the query itself, or `#` and the key under which it is parked."""
    token = f"={query}"
    return token if length_of(token) <= _LONGEST_TOKEN else f"#{await parked.park(query)}"


async def query_of(parked: Parked, token: str) -> str:
    if token.startswith("="):
        return token[1:]
    query = await parked.fetch(token[1:]) if token.startswith("#") else None
    if query is None:
        raise StaleButton
    return query


def place_from(token: str, order: str, page: str) -> Place:
    """The place that a button's fields name; StaleButton where they name none."""
    try:
        sort = Sort(order.removesuffix("!"))
    except ValueError:
        raise StaleButton from None
    return Place(token, sort, exact=order.endswith("!"), page=page_number(page))
