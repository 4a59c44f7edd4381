"""What an admin is asked to confirm, kept in the state store: it fits into no button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from bot.errors import StaleButton
from bot.state.feeds import Plan
from bot.state.parked import Parked


@dataclass(frozen=True, slots=True)
class Draft:
    plan: Annotated[Plan, Field(alias="daily")]
    feed_id: Annotated[int | None, Field(alias="feed")]
    """The feed to change; None for a new one."""
    asked: int
    """The id of the interaction: two equal drafts, asked for twice, are two."""


_DRAFT = TypeAdapter(Draft)


async def keep(parked: Parked, draft: Draft) -> str:
    """Returns the key for the button."""
    return await parked.park(_DRAFT.dump_json(draft, by_alias=True).decode())


async def kept(parked: Parked, key: str) -> Draft:
    """The draft under `key`; StaleButton where there is none: a custom_id is input."""
    try:
        return _DRAFT.validate_json(await parked.fetch(key) or "")
    except ValidationError:
        raise StaleButton from None
