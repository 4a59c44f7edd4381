"""The rest of a start, behind the first pages: so that nobody waits for it later."""

from __future__ import annotations

from bot.process import keep_for_good
from bot.search.library import Library


async def settle(library: Library) -> None:
    """Once all that searching needs is loaded, have the garbage collector leave it alone.

    A look at all of it, at 200 pages a second every ten seconds, stops the whole process for 0.1 s.
    """
    await library.background.wait_until_current()
    keep_for_good()
