"""Telling admins that a feed is paused."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, func, select

from bot.clock import system_clock
from bot.daily.service import DailyService
from bot.daily.when.due import next_due
from bot.search.library import Library
from bot.state.feeds import ChannelKind, Feed, Plan
from bot.state.store import Store
from bot.state.table_base import NOBODY
from bot.state.tables import feeds
from tests.support.statements import value
from tests.support.waiting import until_true

_PLAN = Plan(
    guild_id=1, channel_id=1, kind=ChannelKind.TEXT, at=time(9), zone="UTC", weekdays=frozenset(range(7))
)


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


class NoWordInTheServer:
    """A way to Discord to servers without a channel for such words."""

    def __init__(self) -> None:
        self.told: list[int] = []

    async def tell_server(self, _feeds: Sequence[Feed]) -> bool:
        return False

    async def tell_person(self, person: int, _feeds: Sequence[Feed]) -> None:
        self.told.append(person)


async def test_where_nobody_is_left_to_be_told_nobody_is_and_it_ends(
    seed_catalog: Path, tmp_path: Path
) -> None:
    store, library, sender = (
        Store(f"sqlite:///{tmp_path / 'state.db'}"),
        Library(seed_catalog),
        NoWordInTheServer(),
    )
    await store.migrate()
    way: Any = sender
    daily = DailyService(library=library, store=store, clock=system_clock, sender=way, owner="test")
    due = next_due(_PLAN, system_clock() + timedelta(hours=1))
    for number, person in enumerate((NOBODY, 7), 1):
        await daily.feeds.add(replace(_PLAN, channel_id=number), created_by=person, next_due_at=due)
    await store.change(feeds.update().values(tell_from=system_clock() - timedelta(seconds=10)))
    daily.dispatcher.start()
    waiting = select(func.count()).where(feeds.c.tell_from.is_not(None))

    async def nobody_waits() -> bool:
        return not await store.read(value(waiting))

    await until_true(nobody_waits, 10)
    await daily.dispatcher.close()
    assert sender.told == [7]
    library.close()
    await store.close()


async def test_admins_who_wait_for_their_turn_keep_nobody_busy(seed_catalog: Path, tmp_path: Path) -> None:
    store, library, slow = Store(f"sqlite:///{tmp_path / 'state.db'}"), Library(seed_catalog), SlowDiscord()
    await store.migrate()
    sender: Any = slow
    daily = DailyService(library=library, store=store, clock=system_clock, sender=sender, owner="test")
    due = next_due(_PLAN, system_clock() + timedelta(hours=1))
    for number in range(1, 31):
        await daily.feeds.add(replace(_PLAN, guild_id=number), created_by=1, next_due_at=due)
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
