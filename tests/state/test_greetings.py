"""Which servers were said hello to, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.state.greetings import Greetings
from bot.state.store import Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def test_account_is_kept_from_the_first_start_on(store: Store) -> None:
    await Greetings(store, lambda: NOW).begin()
    await Greetings(store, lambda: NOW + timedelta(days=9)).begin()
    greetings = Greetings(store, lambda: NOW)
    joined = {1: NOW - timedelta(seconds=1), 2: NOW, 3: NOW + timedelta(days=1)}
    assert await greetings.new_among(joined) == [2, 3]


async def test_before_anybody_keeps_account_nobody_is_new(store: Store) -> None:
    assert await Greetings(store, lambda: NOW).new_among({1: NOW}) == []


async def test_each_server_is_claimed_once(store: Store) -> None:
    greetings = Greetings(store, lambda: NOW)
    await greetings.begin()
    assert [await greetings.claim(2**62), await greetings.claim(2**62)] == [True, False]
    assert await greetings.new_among({2**62: NOW, 5: NOW}) == [5]
