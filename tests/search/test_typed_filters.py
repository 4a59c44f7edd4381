"""Filters as people type them."""

from __future__ import annotations

import pytest

from bot.search.query import Unread, Unreadable, parse_query


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("author:Silver, David", 'author:"David Silver"'),
        ("games au:LeCun, Y. after:2020", 'games au:"Y. LeCun" after:2020'),
        ("author:vaswani, attention is all", "author:vaswani, attention is all"),
        ("author:Vaswani, Attention is all", "author:Vaswani, Attention is all"),
        ("after:March 2024 agents", "after:2024-03 agents"),
        ("since:20 Mar 2024 before:May 1st, 2025", "since:2024-03-20 before:2025-05-01"),
        ("after:maybe 2024", "after:maybe 2024"),
        ('"after:March 2024"', '"after:March 2024"'),
    ],
)
def test_a_name_and_a_date_are_read_whole(typed: str, meant: str) -> None:
    assert parse_query(typed).text == meant


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("titel:agents", "title:agents"),
        ("-tilte:agents", "-title:agents"),
        ('autor:"Y. LeCun"', 'author:"Y. LeCun"'),
        ("Atfer:2024", "after:2024"),
    ],
)
def test_a_misspelt_name_of_a_filter_is_read_as_the_filter_and_told(typed: str, read: str) -> None:
    query = parse_query(f"games {typed}")
    assert query.text == f"games {read}"
    assert query.unread == (Unread(typed, Unreadable.NAME, read),)


@pytest.mark.parametrize("typed", ["data:efficient", "later:on", '"games titel:agents"', "arxiv:titel"])
def test_other_words_before_a_colon_are_words(typed: str) -> None:
    query = parse_query(typed)
    assert not query.unread
    assert not query.titles
