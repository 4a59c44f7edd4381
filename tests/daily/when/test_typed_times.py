"""Times and weekdays as people write them."""

from __future__ import annotations

import contextlib
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.daily.when.typed_times import DAYS, parse_time, parse_weekdays
from bot.errors import UserError
from bot.views.schedule_line import weekdays_text


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("09:00", time(9)),
        ("9", time(9)),
        ("9.30", time(9, 30)),
        ("9:30 pm", time(21, 30)),
        ("12 am", time(0)),
        ("12 pm", time(12)),
        ("9 a.m.", time(9)),
        ("21h", time(21)),
        ("7h05", time(7, 5)),
        ("noon", time(12)),
        ("24:00", time(0)),
        (" 18 : 45 ", time(18, 45)),
        ("0900", time(9)),
        ("1730", time(17, 30)),
        ("5 p. m.", time(17)),
        ("9 Uhr 30", time(9, 30)),
        ("21点", time(21)),
        ("9時30分", time(9, 30)),
    ],
)
def test_times(typed, at):
    assert parse_time(typed) == at


@pytest.mark.parametrize(
    "typed", ["", "25:00", "9:60", "13 pm", "0 am", "morning", "9:3", "-1", "1e3", "９９"]
)
def test_what_is_no_time(typed):
    with pytest.raises(UserError, match="isn't a time I understand"):
        parse_time(typed)


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("every day", range(7)),
        ("Monday to Friday", range(5)),
        ("mon-fri", range(5)),
        ("Mon – Fri", range(5)),
        ("weekdays", range(5)),
        ("weekends", {5, 6}),
        ("mon, wed, fri", {0, 2, 4}),
        ("Mo We Fr", {0, 2, 4}),
        ("mon wed - fri, sunday", {0, 2, 3, 4, 6}),
        ("tuesdays and thursdays", {1, 3}),
        ("fri-mon", {4, 5, 6, 0}),
        ("Sunday", {6}),
        ("weekends, wed", {2, 5, 6}),
    ],
)
def test_weekdays(typed, days):
    assert parse_weekdays(typed) == frozenset(days)


@pytest.mark.parametrize("typed", ["", "someday", "m", "mon-", "mon-tue-wed", ",", "1,2"])
def test_what_names_no_weekdays(typed):
    with pytest.raises(UserError, match="I couldn't read"):
        parse_weekdays(typed)


@given(st.frozensets(st.integers(0, 6), min_size=1))
def test_what_is_written_is_read_back(days):
    assert parse_weekdays(weekdays_text(days)) == days


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_a_sentence(text):
    for parse in (parse_time, parse_weekdays):
        with contextlib.suppress(UserError):
            parse(text)


def test_one_day_reads_as_a_plural():
    assert [weekdays_text(frozenset({day})) for day in range(7)] == [f"{day}s" for day in DAYS]
