"""What ends for good, and by which kind a list of deletions knows it: no backup shall bring it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from sqlalchemy import Select

if TYPE_CHECKING:
    from bot.state.store import Store

MAIL: Final = "mail"
"""The hash of a link that stops mails."""
FEED_ADDRESS: Final = "feed address"
"""The hash of a secret address's token."""

Ended = Callable[[str], Awaitable[None]]
"""Told what names something that ends, before it does."""


async def note_ended(store: Store, ended: Ended | None, names: Select[str]) -> None:
    """Tell `ended` each of `names`: a backup from before knows them still."""
    if ended is None:
        return
    for name in await store.read(lambda connection: connection.scalars(names).all()):
        await ended(name)
