"""What an admin is asked to confirm, or to correct, kept in the state store: it fits into no button."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from bot.daily.when.zones import Spot
from bot.errors import StaleButton
from bot.state.feeds import Plan
from bot.state.parked import Parked
from bot.views.feed_buttons import FillAgain, ProposeFeed


@dataclass(frozen=True, slots=True)
class Draft:
    plan: Annotated[Plan, Field(alias="daily")]
    feed_id: Annotated[int | None, Field(alias="feed")]
    """The feed to change; None for a new one."""
    asked: int
    """The id of the interaction: two equal drafts, asked for twice, are two."""
    spot: Spot | None = None
    """The place that was chosen for its clock, where one was."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in."""

    at: str
    zone: str
    weekdays: str
    topic: str
    channel_id: int | None = None
    """Where a new one goes."""
    feed_id: int | None = None
    """The feed to change; None for a new one."""


_DRAFT = TypeAdapter(Draft)
_FILLED = TypeAdapter(Filled)


async def keep(parked: Parked, draft: Draft) -> str:
    """Returns the key for the button."""
    return await parked.park(_DRAFT.dump_json(draft, by_alias=True).decode())


async def on_topic(parked: Parked, draft: Draft, topic: str) -> ProposeFeed:
    """The button that goes on with the same on another topic."""
    return ProposeFeed(await keep(parked, replace(draft, plan=replace(draft.plan, topic=topic))))


async def kept(parked: Parked, key: str) -> Draft:
    """The draft under `key`; StaleButton where there is none: a custom_id is input."""
    try:
        return _DRAFT.validate_json(await parked.fetch(key) or "")
    except ValidationError:
        raise StaleButton from None


async def keep_filled(parked: Parked, filled: Filled) -> FillAgain:
    """The button that opens the form so again."""
    return FillAgain(await parked.park(_FILLED.dump_json(filled).decode()))


async def kept_filled(parked: Parked, key: str) -> Filled:
    """The form under `key`; StaleButton where there is none."""
    try:
        return _FILLED.validate_json(await parked.fetch(key) or "")
    except ValidationError:
        raise StaleButton from None
