"""What people type, and what it means."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.query import parse_query


def test_words_are_folded_and_keep_their_order_and_repeats() -> None:
    assert parse_query("Schütze’s Multi‑Agent agent").words == ("schutze", "s", "multi", "agent", "agent")


def test_a_phrase_is_required_and_its_words_rank() -> None:
    query = parse_query("“Web Agents” benchmark")
    assert query.phrases == (("web", "agents"),)
    assert query.words == ("web", "agents", "benchmark")


def test_a_word_or_a_phrase_is_excluded_by_a_minus() -> None:
    query = parse_query('agents -games -"web shopping" multi-agent')
    assert query.excluded == (("games",), ("web", "shopping"))
    assert query.words == ("agents", "multi", "agent")


def test_filters() -> None:
    query = parse_query('author:"Hinrich Schütze" after:2024 before:2024-06 cat:cs.CL debate')
    assert query.authors == (("hinrich", "schutze"),)
    assert (query.after, query.before) == (date(2024, 1, 1), date(2024, 6, 1))
    assert query.categories == ("cs.cl",)
    assert query.words == ("debate",)


def test_filters_can_be_negated() -> None:
    query = parse_query("-author:smith -cat:cs.CV")
    assert query.excluded_authors == (("smith",),)
    assert query.excluded_categories == ("cs.cv",)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("after:yesterday", ("after", "yesterday")),
        ("before:2024-13", ("before", "2024", "13")),
        ("after:0000", ("after", "0000")),
        ("author: a study", ("author", "a", "study")),
        ("BALROG: games", ("balrog", "games")),
        ('unbalanced " quotes "', ("unbalanced", "quotes")),
        ("NEAR(a b) OR title:x* ^y {z}", ("near", "a", "b", "or", "title", "x", "y", "z")),
        ("'; DROP TABLE papers; --", ("drop", "table", "papers")),
        ("ＧＰＴ４ full​width", ("gpt4", "fullwidth")),
        ("תחרות בין סוכנים", ("תחרות", "בין", "סוכנים")),
    ],
)
def test_what_is_no_filter_is_read_as_words(typed: str, words: tuple[str, ...]) -> None:
    assert parse_query(typed).words == words


@pytest.mark.parametrize("typed", ["", "   ", "🦉" * 100, '"', '""', "-", "()", "\x00"])
def test_nothing_to_search_for_is_an_empty_query(typed: str) -> None:
    assert parse_query(typed).is_empty


@pytest.mark.parametrize(
    "typed",
    [
        "2411.13543",
        "2411.13543v2",
        "arXiv:2411.13543",
        "https://arxiv.org/abs/2411.13543v1",
        "https://huggingface.co/papers/2411.13543",
        " <https://arxiv.org/pdf/2411.13543.pdf> ",
    ],
)
def test_an_id_or_an_address_is_a_reference(typed: str) -> None:
    assert parse_query(typed).reference == "2411.13543"


@given(st.text(max_size=200))
def test_any_text_is_a_query_and_its_own_text_means_the_same(text: str) -> None:
    query = parse_query(text)
    assert parse_query(query.text) == query
