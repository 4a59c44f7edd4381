"""Telling admins that a feed is paused."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from bot.clock import system_clock
from bot.daily.service import DailyService
from bot.daily.when.due import next_due
from bot.search.library import Library
from bot.state.feeds import ChannelKind, Feed, Plan
from bot.state.store import Store
from bot.state.tables import feeds


class SlowDiscord:
    """A way to Discord on which every word to an admin takes for ever."""

    def __init__(self) -> None:
        self.telling = 0
        self.full = asyncio.Event()
        self.given_up = 0
        self._never: asyncio.Future[bool] = asyncio.Future()

    async def tell_server(self, _feeds: Sequence[Feed]) -> bool:
        self.telling += 1
        if self.telling == 20:
            self.full.set()
        try:
            return await self._never
        except asyncio.CancelledError:
            self.given_up += 1
            raise


async def test_admins_who_wait_for_their_turn_keep_nobody_busy(seed_catalog: Path, tmp_path: Path) -> None:
    store, library, slow = Store(f"sqlite:///{tmp_path / 'state.db'}"), Library(seed_catalog), SlowDiscord()
    await store.migrate()
    sender: Any = slow
    daily = DailyService(library=library, store=store, clock=system_clock, sender=sender, owner="test")
    plan = Plan(
        guild_id=1,
        channel_id=1,
        kind=ChannelKind.TEXT,
        at=time(9),
        zone="UTC",
        weekdays=frozenset(range(7)),
    )
    due = next_due(plan, system_clock() + timedelta(hours=1))
    for number in range(1, 31):
        await daily.feeds.add(replace(plan, guild_id=number), created_by=1, next_due_at=due)
    await store.change(feeds.update().values(tell_from=system_clock() - timedelta(seconds=10)))
    statements: list[str] = []

    def note(*execution: Any) -> None:
        statements.append(execution[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        daily.dispatcher.start()
        await asyncio.wait_for(slow.full.wait(), 10)
        await asyncio.sleep(0.3)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    rounds = sum("min(deliveries.wake_at)" in statement for statement in statements)
    assert slow.telling == 20
    assert 1 <= rounds <= 2
    await daily.dispatcher.close()
    assert slow.given_up == 20, "nobody is left telling once the clockwork has stopped"
    library.close()
    await store.close()
