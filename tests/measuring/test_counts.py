"""Counting by words, spreading over bounds, and what happened lately."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.measuring.counts import Count, Lately, Spread


def test_what_happens_is_counted_by_its_words_from_any_thread() -> None:
    count = Count("kind", "outcome")
    with ThreadPoolExecutor(8) as threads:
        for _ in range(500):
            threads.submit(count.add, "daily", "sent")
        threads.submit(count.add, "mail", "failed")
    assert count.all() == [(("daily", "sent"), 500), (("mail", "failed"), 1)]
    assert count.of("follow", "sent") == 0


def test_a_number_is_counted_at_the_first_bound_that_holds_it() -> None:
    spread = Spread((1, 5), "kind")
    for number in (0, 1, 1.5, 5, 9):
        spread.add(number, "daily")
    assert spread.all() == [(("daily",), [2, 2, 1], 16.5)]


def test_what_fails_is_timed_too() -> None:
    spread = Spread((60,))
    with pytest.raises(ValueError, match="lost"), spread.timed():
        raise ValueError("lost")
    ((_, within, seconds),) = spread.all()
    assert within == [1, 0]
    assert seconds > 0


def test_lately_forgets_what_is_long_past() -> None:
    now = 0.0
    lately = Lately(600, lambda: now)
    lately.add()
    now = 599.0
    lately.add()
    assert len(lately) == 2
    now = 600.0
    assert len(lately) == 1
    now = 2000.0
    assert len(lately) == 0
