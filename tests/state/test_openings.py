"""Direct messages are opened few at a time, whoever opens them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.state.openings import Openings
from bot.state.store import Store
from tests.support.time import SettableClock


async def test_ten_in_ten_minutes_over_all_processes(
    store: Store, state_url: str, clock: SettableClock
) -> None:
    other = Store(state_url)
    both = [Openings(store, clock), Openings(other, clock)]
    answers = await asyncio.gather(*(both[number % 2].take() for number in range(14)))
    assert answers.count(None) == 10
    assert set(answers) == {None, clock() + timedelta(minutes=10)}
    await other.close()


async def test_room_comes_back_one_by_one(store: Store, clock: SettableClock) -> None:
    openings = Openings(store, clock)
    for _ in range(10):
        assert await openings.take() is None
        clock.move(seconds=30)
    assert await openings.take() == clock() + timedelta(minutes=5)
    clock.move(minutes=5)
    assert await openings.take() is None
    assert await openings.take() is not None


async def test_openings_of_a_clock_far_ahead_do_not_use_up_the_budget(
    store: Store, clock: SettableClock
) -> None:
    openings = Openings(store, clock)
    clock.move(days=3_650)
    for _ in range(10):
        assert await openings.take() is None
    clock.move(days=-3_650)
    assert await openings.take() is None
