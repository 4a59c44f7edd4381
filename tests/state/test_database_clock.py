"""Several hosts, one time: the database's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import system_clock
from bot.state.database_clock import DatabaseClock
from bot.state.store import Store
from tests.support.time import SettableClock

VIRTUAL = datetime(2026, 1, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize("off", [timedelta(seconds=150), timedelta(hours=-1)])
async def test_a_host_whose_clock_is_off_is_corrected_and_told(
    store: Store, caplog: pytest.LogCaptureFixture, off: timedelta
) -> None:
    def host() -> datetime:
        return system_clock() + off

    clock = DatabaseClock(store, host, host)
    await clock.measure()
    if store.is_sqlite:
        assert abs(clock() - host()) < timedelta(seconds=1), "one host: its clock is the clock"
        return
    assert abs(clock() - system_clock()) < timedelta(seconds=1)
    assert f"differs from the database's by {off.total_seconds():.0f}" in caplog.text.replace(".0 s", "")


async def test_virtual_time_stays_virtual(store: Store) -> None:
    virtual = SettableClock(VIRTUAL)
    clock = DatabaseClock(store, virtual)
    await clock.measure()
    assert abs(clock() - VIRTUAL) < timedelta(seconds=2)


async def test_it_is_measured_again_each_minute(store: Store) -> None:
    if store.is_sqlite:
        pytest.skip("SQLite has one host")
    off = timedelta()

    def host() -> datetime:
        return system_clock() + off

    clock = DatabaseClock(store, host, host)
    await clock.measure()
    off = timedelta(seconds=30)
    await clock.measure()
    assert clock() - system_clock() > timedelta(seconds=29), "measured less than a minute ago"
    off = timedelta(seconds=100)
    await clock.measure()
    assert abs(clock() - system_clock()) < timedelta(seconds=1)
