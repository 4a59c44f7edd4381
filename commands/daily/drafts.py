"""What an admin is asked to confirm, kept in the state store: it fits into no button."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import time
from typing import Any

from bot.errors import StaleButton
from bot.state.feeds import ChannelKind, Plan
from bot.state.parked import Parked


@dataclass(frozen=True, slots=True)
class Draft:
    plan: Plan
    feed_id: int | None
    """The feed to change; None for a new one."""
    asked: int
    """The id of the interaction: two equal drafts, asked for twice, are two."""


async def keep(parked: Parked, draft: Draft) -> str:
    """Returns the key for the button."""
    plan = asdict(draft.plan)
    plan |= {"at": draft.plan.at.isoformat(), "weekdays": sorted(draft.plan.weekdays)}
    return await parked.park(json.dumps({"daily": plan, "feed": draft.feed_id, "asked": draft.asked}))


async def kept(parked: Parked, key: str) -> Draft:
    """The draft under `key`; StaleButton where there is none: a custom_id is input."""
    text = await parked.fetch(key)
    try:
        found: dict[str, Any] = json.loads(text or "")
        plan: dict[str, Any] = found["daily"]
        plan |= {
            "at": time.fromisoformat(plan["at"]),
            "weekdays": frozenset(plan["weekdays"]),
            "kind": ChannelKind(plan["kind"]),
        }
        return Draft(Plan(**plan), found["feed"], found["asked"])
    except (ValueError, KeyError, TypeError):
        raise StaleButton from None
