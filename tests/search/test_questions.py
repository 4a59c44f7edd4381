"""Questions in plain English, asked of the catalog that comes with Paperboy."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.quality import QUESTIONS, questions
from bot.search import full_text_search
from bot.search.query import parse_query
from bot.search.results import Sort
from tests.support.catalogs import Catalog


@pytest.mark.parametrize(
    ("name", "path", "first", "among_three"),
    [
        ("questions", QUESTIONS["questions"], 0.9, 0.97),
        ("paraphrases", QUESTIONS["paraphrases"], 0.85, 0.9),
    ],
)
def test_plain_questions_find_the_right_paper(
    seed: Catalog, name: str, path: Path, first: float, among_three: float
) -> None:
    if not path.exists():
        pytest.skip(f"the {name} are not on this machine")
    titles = seed.titles()
    ranks, corrected = [], []
    for right, question in questions(path):
        results = seed.find(question, limit=3)
        found = [titles.index(hit.paper.title) for hit in results.hits]
        ranks.append(next((rank for rank, place in enumerate(found, 1) if place in right), 99))
        corrected += [results.corrected] if results.corrected else []
    assert corrected == []
    assert sum(rank == 1 for rank in ranks) / len(ranks) >= first
    assert sum(rank <= 3 for rank in ranks) / len(ranks) >= among_three


@pytest.mark.parametrize(
    "word",
    [
        *("get", "did", "read", "real", "wrote", "bots", "latest", "please", "film", "teach", "wireless"),
        *("courts", "lawyers", "bully", "recipes", "cheating", "gossip", "tired", "weather", "kitchen"),
        *("can't", "don't", "it's", "wanna", "whats", "dont", "pls", "qwen3", "gpt5", "mixtral8x7b", "sql"),
    ],
)
def test_no_plain_word_is_a_slip(seed: Catalog, word: str) -> None:
    assert seed.find(word).corrected is None
    assert seed.find(f"agents {word}").corrected is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("agnets", "agents"),
        ("langauge", "language"),
        ("negotation", "negotiation"),
        ("(Debtae)", "(debate)"),
        ("multi-agnet's debate", "multi-agent's debate"),
        ("reenforcemant learning", "reinforcement learning"),
        ("teh debate", "the debate"),
        ('"multi agent" debtae', '"multi agent" debate'),
    ],
)
def test_a_slip_is_corrected_where_it_stands(seed: Catalog, typed: str, meant: str) -> None:
    assert seed.find(typed).corrected == meant


def test_the_beginning_of_a_word_is_no_slip_and_finds_that_word(seed: Catalog) -> None:
    for typed in ("deb", "negotiat", "collabor", "reinforc"):
        results = seed.find(typed)
        assert results.corrected is None
        assert results.holding > 0, typed
    assert "Debate" in seed.find("deb").hits[0].paper.title


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("behaviour", "behavior"),
        ("decentralised", "decentralized"),
        ("optimisation", "optimization"),
        ("modelling", "modeling"),
        ("analyse", "analyze"),
    ],
)
def test_either_english_finds_the_other(
    catalog_of: Callable[..., Catalog], british: str, american: str
) -> None:
    catalog = catalog_of(f"On {american} in agents", "Something else")
    results = catalog.find(british)
    assert (results.corrected, results.holding) == (None, 1)


def test_either_english_finds_the_other_the_other_way(catalog_of: Callable[..., Catalog]) -> None:
    assert catalog_of("Colour and defence", "Something else").find("color defense").holding == 1


def papers_with(seed: Catalog, *beginnings: str) -> int:
    """How many papers hold a word with each of these beginnings, by going through them."""
    rows = seed.connection.execute(
        "SELECT lower(title || ' ' || abstract || ' ' || keywords) AS text FROM papers"
    )
    texts = [row["text"] for row in rows]
    return sum(all(re.search(rf"\b{each}", text) for each in beginnings) for text in texts)


def test_counts_are_of_papers_that_hold_what_was_asked(seed: Catalog) -> None:
    for typed in (("auction",), ("debat",), ("negotiat",), ("negotiat", "game"), ("debat", "game")):
        results = seed.find(" ".join(typed))
        assert results.holding == papers_with(seed, *typed), typed
        assert results.total >= results.holding
    assert seed.find("zebra agents").holding == 0 < seed.find("zebra agents").total <= 25
    assert seed.find("zebra").total == 0


def test_the_latest_papers_on_a_subject_come_newest_first(seed: Catalog) -> None:
    results = seed.find("what are the latest papers on debate?", limit=60)
    assert (results.corrected, results.sort) == (None, Sort.NEWEST)
    assert results.total == seed.find("debate", sort=Sort.NEWEST).total == seed.find("debate").holding
    days = [hit.paper.published for hit in results.hits if hit.paper.published]
    assert days == sorted(days, reverse=True)
    assert seed.find("latest papers").total == 69
    assert seed.find("latest papers on debate", sort=Sort.UPVOTED).sort is Sort.UPVOTED


def test_the_newest_of_what_no_paper_holds_whole_are_related(seed: Catalog) -> None:
    results = seed.find("newest zebra negotiation papers", limit=60)
    assert results.holding == 0 < results.total == len(results.hits)


@pytest.mark.parametrize(
    "typed", ["debate after:20xx", "debate before:2024-13", "debate cat:", "sort:new debate"]
)
def test_the_search_goes_on_without_a_filter_that_cannot_be_read(seed: Catalog, typed: str) -> None:
    results = seed.find(typed)
    assert [each.part for each in results.unread] == [part for part in typed.split() if ":" in part]
    assert (results.corrected, results.holding) == (None, seed.find("debate").holding)


def test_an_address_that_is_no_paper_is_never_searched_for_as_words(seed: Catalog) -> None:
    for typed in (
        "https://example.com/agents",
        "github.com/agents/agents",
        "https://arxiv.org/abs/2501.99999",
    ):
        results = seed.find(typed)
        assert (results.total, results.corrected, results.nearest) == (0, None, ()), typed
        assert seed.suggested(typed) == []
    assert seed.find("debate https://example.com/games").holding == seed.find("debate").holding


def test_a_title_filter_narrows_to_titles(seed: Catalog) -> None:
    found = seed.find("title:debate", limit=60)
    assert found.total == sum("debate" in title.lower() for title in seed.titles())
    assert all(
        "multi-agent" in hit.paper.title.lower() for hit in seed.find('title:"multi agent"', limit=60).hits
    )
    without = [hit.paper.title for hit in seed.find("debate -title:debate", limit=60).hits]
    assert without
    assert not any("Debate" in title for title in without)


def test_a_phrase_that_no_paper_has_is_searched_without_its_quotation_marks(seed: Catalog) -> None:
    results = seed.find('"debate agents multi" -games')
    assert results.unquoted == "debate agents multi -games"
    assert results.hits == seed.find("debate agents multi -games").hits
    assert seed.find('"multi agent debate"').unquoted is None
    assert seed.find('"zzyzx qwrt"').unquoted is None


def test_a_word_in_quotes_does_not_narrow_a_long_question(seed: Catalog) -> None:
    question = 'how is it that several models which argue in a debate before they answer reach "truth" sooner'
    assert "Debate" in seed.find(question).hits[0].paper.title


@pytest.mark.parametrize(
    ("typed", "holding"),
    [
        ("is there a paper about debates?", 4),
        ("negotiation auction", 0),
        ("title:debate", 1),
        ("debate -title:debate", 3),
        ("2411.13543", 1),
        ("2501.99999", 0),
    ],
)
def test_without_the_index_the_language_and_the_counts_are_the_same(
    seed: Catalog, typed: str, holding: int
) -> None:
    found = full_text_search.find(seed.connection, parse_query(typed), Sort.BEST, 5, 0)
    assert found.holding == holding <= found.total
    if not parse_query(typed).references:
        assert seed.find(typed).holding == holding
