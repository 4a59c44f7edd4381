"""A year and more of local days, in zones that make them hard."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.daily.when.schedule import Schedule
from bot.daily.when.zones import names

YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def dues(schedule: Schedule, start: datetime, days: int) -> list[datetime]:
    found, now = [], start
    while (now := schedule.next_after(now)) < start + timedelta(days=days):
        found.append(now)
    return found


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Pacific/Chatham",
        "America/St_Johns",
        "Africa/Casablanca",
        "Pacific/Kiritimati",
    ],
)
@pytest.mark.parametrize("at", [time(9), time(0), time(2, 30), time(1, 45), time(23, 59)])
def test_every_local_day_of_a_year_has_one_post_at_its_time(zone, at):
    schedule = Schedule(at, zone)
    found = dues(schedule, YEAR, 366)
    days = [schedule.local_date(due) for due in found]
    assert days == [days[0] + timedelta(days=step) for step in range(len(days))]
    assert len(days) in (365, 366)
    moved = [due for due in found if due.astimezone(ZoneInfo(zone)).time() != at]
    assert len(moved) <= 1  # a clock goes forward once a year


def test_a_time_that_does_not_exist_moves_forward():
    due = Schedule(time(2, 30), "Europe/Berlin").on(date(2026, 3, 29))
    assert due is not None
    assert due.astimezone(ZoneInfo("Europe/Berlin")).time() == time(3, 30)


def test_a_jump_of_half_an_hour_moves_by_half_an_hour():
    due = Schedule(time(2, 15), "Australia/Lord_Howe").on(date(2026, 10, 4))
    assert due is not None
    assert due.astimezone(ZoneInfo("Australia/Lord_Howe")).time() == time(2, 45)


def test_a_time_that_exists_twice_is_taken_the_first_time():
    schedule = Schedule(time(2, 30), "Europe/Berlin")
    first = schedule.on(date(2026, 10, 25))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert schedule.next_after(first) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_a_day_that_a_zone_never_had_has_no_post():
    schedule = Schedule(time(9), "Pacific/Apia")
    assert schedule.on(date(2011, 12, 30)) is None
    found = dues(schedule, datetime(2011, 12, 28, tzinfo=UTC), 6)
    assert [schedule.local_date(due).day for due in found] == [28, 29, 31, 1, 2, 3][: len(found)]
    assert len(found) == len(set(found))


def test_weekdays_are_those_of_the_zone():
    schedule = Schedule(time(8), "Pacific/Auckland", frozenset({0}))
    due = schedule.next_after(YEAR)
    assert due.astimezone(ZoneInfo("Pacific/Auckland")).weekday() == 0
    assert due.weekday() == 6  # it is still Sunday in UTC


def test_days_that_are_done_are_left_out():
    schedule = Schedule(time(9), "UTC")
    assert schedule.next_after(YEAR, not_on={date(2026, 1, 1)}) == YEAR + timedelta(days=1, hours=9)


def test_a_schedule_without_a_weekday_is_refused():
    with pytest.raises(ValueError, match="weekday"):
        Schedule(time(9), "UTC", frozenset())


@given(
    zone=st.sampled_from(names()),
    at=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    now=st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
)
def test_the_next_post_is_later_within_days_and_on_a_chosen_weekday(zone, at, now, weekdays):
    schedule = Schedule(at, zone, weekdays)
    due = schedule.next_after(now)
    assert now < due <= now + timedelta(days=16)
    assert schedule.local_date(due).weekday() in weekdays
    assert schedule.on(schedule.local_date(due)) == due
