"""When papers are picked for somebody's letters, and for which of their days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.inbox.letter_times import turns
from bot.readers.follows import InboxPlan, Pace

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("zone", "at", "first"),
    [
        ("Asia/Tokyo", time(9), datetime(2026, 1, 10, tzinfo=UTC)),
        ("America/Los_Angeles", time(16), datetime(2026, 1, 11, tzinfo=UTC)),
        ("UTC", time(0, 20), datetime(2026, 1, 10, 0, 20, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("pace", [Pace.DAILY, Pace.WEEKLY])
def test_papers_are_picked_an_hour_before_the_letter_on_whatever_utc_day(zone, at, first, pace):
    """All of Saturday, 10 January."""
    plan = InboxPlan(pace=pace, at=at, zone=zone, weekday=5)
    _, coming = turns(plan, first - 2 * HOUR)
    assert (coming.day, coming.picked_at, coming.letter_at) == (date(2026, 1, 10), first - HOUR, first)
    begun, after = turns(plan, first - HOUR)
    assert begun == coming
    assert after.letter_at == first + timedelta(days=1 if pace is Pace.DAILY else 7)
    assert turns(plan, first + 5 * HOUR)[0] == coming, "the bot was off for a while"
    assert turns(plan, first + 7 * HOUR)[0] is None


def test_two_mornings_on_one_utc_day_each_have_their_own_picks():
    """Clocks go forward on 8 March."""
    plan = InboxPlan(pace=Pace.COME, at=time(16), zone="America/Los_Angeles")
    before, _ = turns(plan, datetime(2026, 3, 8, 0, 0, 1, tzinfo=UTC))
    after, _ = turns(plan, datetime(2026, 3, 8, 23, 0, 1, tzinfo=UTC))
    assert before is not None
    assert after is not None
    assert (before.day, after.day) == (date(2026, 3, 7), date(2026, 3, 8))
