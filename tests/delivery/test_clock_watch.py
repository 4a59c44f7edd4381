"""What a clock far ahead put off is looked for often enough, and not more often."""

from __future__ import annotations

import pytest

from bot.delivery.clock_watch import ClockWatch
from tests.support.time import SettableClock


async def test_it_looks_once_an_hour_and_whenever_the_clock_goes_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, looks = SettableClock(), []

    async def set_right() -> int:
        looks.append(clock())
        return len(looks) == 3

    watch = ClockWatch("letters", set_right, clock)
    for minutes, often in ((0, 1), (59, 1), (1, 2), (-90 * 24 * 60, 3), (59, 3), (1, 4)):
        clock.move(minutes=minutes)
        await watch.look()
        assert len(looks) == often
    assert caplog.messages == ["The clock was set back: 1 letters that waited for its time go on."]


async def test_a_look_that_fails_is_made_again() -> None:
    failures = iter([OSError("away")])

    async def set_right() -> int:
        for failure in failures:
            raise failure
        return 0

    watch = ClockWatch("letters", set_right, SettableClock())
    with pytest.raises(OSError, match="away"):
        await watch.look()
    await watch.look()
