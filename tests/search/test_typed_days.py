"""Days as people write them."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.search.typed_days import NOTHING, Reading, read_day

TODAY = date(2026, 11, 26)
DAY = date(2025, 3, 20)


def one(day: date) -> Reading:
    return Reading((day,))


def guess(*days: date) -> Reading:
    return Reading(days, is_guess=True)


@pytest.mark.parametrize(
    "typed",
    [
        "2025-03-20",
        "20250320",
        "2025/3/20",
        "2025.03.20",
        "20.3.2025",
        "20. 3. 2025",
        "20/03/2025",
        "3/20/2025",
        "20-3-2025",
        "20 3 2025",
        "2025-03-20T10:00:00Z",
        "(2025-03-20)",
        "２０２５-０３-２０",
        "**2025-03-20**",
        "20 Mar 2025",
        "Mar 20th, 2025",
        "20 March 2025",
        "March 20 2025",
        "Thursday, 20 Mar 2025",
        "thu 20 mar 2025",
    ],
)
def test_a_day_that_leaves_no_doubt(typed: str) -> None:
    assert read_day(typed, TODAY) == one(DAY)


@pytest.mark.parametrize(
    ("typed", "locale"),
    [
        ("20. März 2025", "de"),
        ("Donnerstag, 20. März 2025", "de"),
        ("jeudi 20 mars 2025", "fr"),
        ("20 de marzo de 2025", "es-ES"),
        ("20 de março de 2025", "pt-BR"),
        ("20 марта 2025", "ru"),
        ("2025年3月20日", "zh-CN"),
        ("2025年3月20日", "ja"),
        ("2025년 3월 20일", "ko"),
        ("20 March 2025", "de"),
        ("Thursday, 20 Mar 2025", "fr"),
    ],
)
def test_months_in_the_readers_language_and_in_english(typed: str, locale: str) -> None:
    assert read_day(typed, TODAY, locale) == one(DAY)


@pytest.mark.parametrize(
    ("typed", "locale", "ago"),
    [
        ("today", "en-US", 0),
        ("yesterday", "en-GB", 1),
        ("3 days ago", "en-US", 3),
        ("day before yesterday", "en-US", 2),
        ("gestern", "de", 1),
        ("vor 3 Tagen", "de", 3),
        ("hier", "fr", 1),
        ("anteayer", "es-419", 2),
        ("i går", "no", 1),
        ("вчера", "ru", 1),
        ("昨天", "zh-TW", 1),
        ("yesterday", "ja", 1),
        ("tomorrow", "en-US", -1),
    ],
)
def test_words(typed: str, locale: str, ago: int) -> None:
    assert read_day(typed, TODAY, locale) == one(TODAY - timedelta(days=ago))


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("20 Mar", date(2026, 3, 20)),
        ("the 20th of March", date(2026, 3, 20)),
        ("1 Dec", date(2025, 12, 1)),
        ("29 Feb", date(2024, 2, 29)),
        ("20.3.", date(2026, 3, 20)),
        ("3/20", date(2026, 3, 20)),
        ("20 Mar 25", DAY),
        ("3/20/25", DAY),
        ("Thursday, 20 Mar", DAY),
        ("Thursday", date(2026, 11, 19)),
        ("last Monday", date(2026, 11, 23)),
        ("12/11/2026", date(2026, 11, 12)),
    ],
)
def test_what_was_not_written_is_supposed_and_marked_as_a_guess(typed: str, day: date) -> None:
    assert read_day(typed, TODAY) == guess(day)


@pytest.mark.parametrize("typed", ["20 Mar", "20.3.", "3/20", "Thursday, 20 Mar"])
def test_a_day_without_a_year_is_one_that_the_catalog_may_have(typed: str) -> None:
    assert read_day(typed, TODAY, newest=DAY) == guess(DAY)
    assert read_day("yesterday", TODAY, newest=DAY) == one(TODAY - timedelta(days=1))


def test_two_days_in_one_text_are_both_given_the_readers_order_first() -> None:
    march, april = date(2025, 3, 4), date(2025, 4, 3)
    assert read_day("3/4/2025", TODAY, "en-US").days == (march, april)
    assert read_day("3/4/2025", TODAY, "de").days == (april, march)
    assert read_day("3-4-2025", TODAY, "en-GB").days == (april, march)
    assert read_day("3/4", TODAY, "en-US") == guess(date(2026, 3, 4), date(2026, 4, 3))
    assert len(read_day("05-03-04", TODAY).days) == 3


@pytest.mark.parametrize("locale", ["en-US", "de"])
def test_with_dots_the_day_comes_first_everywhere(locale: str) -> None:
    assert read_day("3.4.2025", TODAY, locale) == one(date(2025, 4, 3))


def test_no_day_before_the_first_is_supposed_for_its_weekday() -> None:
    assert read_day("Monday, 20 Mar", TODAY, newest=DAY) == guess(date(2023, 3, 20))
    first = date(2023, 12, 7)
    assert read_day("Monday, 20 Mar", TODAY, newest=DAY, first=first) == Reading((), weekday=DAY)
    assert read_day("Wednesday, 20 Mar", TODAY, newest=DAY, first=first) == guess(date(2024, 3, 20))


def test_a_weekday_must_agree() -> None:
    assert read_day("Friday, 20 Mar 2025", TODAY) == Reading((), weekday=DAY)
    assert read_day("Freitag, 20. März 2025", TODAY, "de") == Reading((), weekday=DAY)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "31 Feb",
        "31.02.2025",
        "29 Feb 2025",
        "2025-03",
        "2025-13-01",
        "2025",
        "March",
        "Mar 2025",
        "5",
        "20th",
        "2nd of 3rd",
        "the day after",
        "someday",
        "noon",
        "20 Mar 2025 at 5pm",
        "1.1.1980",
        "900000000 days ago",
        "20 foo",
        "x" * 500,
        "9" * 500,
        "🤖",
        "20 Mar 2025 21 Mar 2025",
        "40/50",
        "0/0/0000",
        "2025--03--20",
    ],
)
def test_what_is_no_day(typed: str) -> None:
    assert read_day(typed, TODAY) == NOTHING


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=30),
        st.from_regex(r"[0-9]{1,4}[-./ ][0-9]{1,4}([-./ ][0-9]{1,4})?", fullmatch=True),
        st.from_regex(r"[0-9]{1,4} (Mar|days ago|of May|Monday) ?[0-9]{0,4}", fullmatch=True),
    )
)
def test_any_text_is_a_day_with_its_numbers_or_none(typed: str) -> None:
    reading = read_day(typed, TODAY)
    assert len(set(reading.days)) == len(reading.days) <= 3
    if typed.isascii() and "ago" not in typed and "/" in typed:
        assert all(str(day.day) in typed and str(day.month) in typed for day in reading.days)


def test_the_bot_starts_without_what_only_few_answers_need() -> None:
    program = (
        "import sys, bot.connection.client; sys.exit(bool({'dateparser', 'nameparser'} & {*sys.modules}))"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
