"""What people type, and what it means."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.paper.ids import Address, ArxivId, Doi
from bot.search.query import Unreadable, parse_query


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
        ("BALROG: games", ("balrog", "games")),
        ('unbalanced " quotes "', ("unbalanced", "quotes")),
        ("NEAR(a b) OR x* ^y {z}", ("near", "a", "b", "or", "x", "y", "z")),
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
        "have you seen https://arxiv.org/abs/2411.13543?",
        "[BALROG](https://arxiv.org/abs/2411.13543), games",
    ],
)
def test_an_id_or_an_address_is_a_reference(typed: str) -> None:
    assert parse_query(typed).references == (ArxivId("2411.13543"),)


def test_papers_are_named_among_words_and_several_at_once() -> None:
    query = parse_query("is 2411.13543 better than https://doi.org/10.1145/3543873.3587583 ?")
    assert query.references == (ArxivId("2411.13543"), Doi("10.1145/3543873.3587583"))
    assert query.words == ()


def test_an_address_alone_is_that_address_and_beside_words_it_is_left_out() -> None:
    address = "https://openreview.net/forum?id=fp6t3F669F"
    assert parse_query(f"<{address}>").references == (Address(address),)
    query = parse_query(f"debate {address}")
    assert query.references == ()
    assert query.words == ("debate",)
    assert [unread.part for unread in query.unread] == [address]


@given(st.text(max_size=200))
def test_any_text_is_a_query_and_its_own_text_means_the_same(text: str) -> None:
    query = parse_query(text)
    assert parse_query(query.text) == query


@pytest.mark.parametrize(
    ("typed", "part", "kind"),
    [
        ("debate after:20xx", "after:20xx", Unreadable.DATE),
        ("before:2024-13 debate", "before:2024-13", Unreadable.DATE),
        ("debate after:0000", "after:0000", Unreadable.DATE),
        ("debate year:soon", "year:soon", Unreadable.DATE),
        ("debate -after:2024", "-after:2024", Unreadable.DATE),
        ("debate cat:", "cat:", Unreadable.CATEGORY),
        ("debate cat:7", "cat:7", Unreadable.CATEGORY),
        ("author: debate", "author:", Unreadable.AUTHOR),
        ("title: debate", "title:", Unreadable.TITLE),
        ("debate sort:new", "sort:new", Unreadable.ORDER),
        ("debate https://example.com/agents?q=1#x", "https://example.com/agents?q=1#x", Unreadable.ADDRESS),
        ("github.com/owner/agents debate", "github.com/owner/agents", Unreadable.ADDRESS),
        ("www.example.org debate", "www.example.org", Unreadable.ADDRESS),
    ],
)
def test_a_part_that_cannot_be_read_is_named_and_left_out(typed: str, part: str, kind: Unreadable) -> None:
    query = parse_query(typed)
    assert [(each.part, each.kind) for each in query.unread] == [(part, kind)]
    assert query.words == ("debate",)
    assert not query.has_conditions


@pytest.mark.parametrize(
    "typed", ["client/server", "and/or", "cs.CL/cs.AI", "e.g./i.e.", "gpt-4.5", "TCP://", "3.5/4"]
)
def test_a_slash_or_a_dot_makes_no_address(typed: str) -> None:
    assert parse_query(typed).unread == ()


def test_filters_under_other_names_and_with_a_space_behind_the_colon() -> None:
    assert parse_query("au:liang").authors == parse_query('author: "liang"').authors == (("liang",),)
    assert parse_query("since:2024").after == parse_query("after: 2024").after == date(2024, 1, 1)
    assert parse_query("category: cs.CL").categories == ("cs.cl",)
    query = parse_query("year:2024")
    assert (query.after, query.before) == (date(2024, 1, 1), date(2025, 1, 1))


def test_a_title_filter() -> None:
    query = parse_query('title:debate -title:"multi agent" games')
    assert query.titles == (("debate",),)
    assert query.excluded_titles == (("multi", "agent"),)
    assert query.words == ("games",)


def test_numbers_behind_a_minus_leave_nothing_out() -> None:
    query = parse_query("E2f-1, -2, -3 and apoptosis")
    assert query.excluded == ()
    assert query.words == ("e2f", "1", "2", "3", "and", "apoptosis")
    assert parse_query('agents -"2"').excluded == (("2",),)


def test_quotation_marks_in_a_long_question_only_rank() -> None:
    words = " ".join(f"word{number}" for number in range(12))
    assert parse_query(f'{words} "old age"').phrases == (("old", "age"),)
    long = parse_query(f'{words} more "old age"')
    assert (long.phrases, long.has_conditions) == ((), False)
    assert long.words[-2:] == ("old", "age")


@pytest.mark.parametrize(
    ("typed", "telling"),
    [
        ("is there a paper on negotiation between language models?", "negotiation language models"),
        ("who wrote the paper about generative agents", "generative agents"),
        ("please find me a survey of agentic RAG", "survey agentic rag"),
        ("how do agents work", "agents work"),
        ("the area of don't-care logic", "area don t care logic"),
        ("I don't know what it's called but agents debate", "agents debate"),
        ("chain of thought", "chain thought"),
        ('"chain of thought"', "chain of thought"),
        ("state-of-the-art agents", "state of the art agents"),
        ("paper recommendation", "paper recommendation"),
        ("papers by Ada Doe", "ada doe"),
        ("show me preprints by Ada Doe", "ada doe"),
        ("research by agents", "research agents"),
        ("papers with code", "papers code"),
        ("research assistants", "research assistants"),
        ("search with LLM agents", "search llm agents"),
        ("search for papers on LLM agents", "llm agents"),
        ("LLM agents for research", "llm agents research"),
        ("the who", "the who"),
        ("AI that writes research papers for me", "ai writes research"),
        ("web agents, anything good?", "web agents"),
        ("debate papers please, thanks", "debate"),
        ("debate papers that I should read", "debate"),
    ],
)
def test_words_that_only_ask_tell_nothing(typed: str, telling: str) -> None:
    assert " ".join(parse_query(typed).telling.values()) == telling


@pytest.mark.parametrize(
    ("typed", "telling"),
    [
        ("latest papers on debate", "debate"),
        ("newest debate", "debate"),
        ("what are the most recent papers about web agents?", "web agents"),
        ("debate, newest first", "debate"),
        ("any new work on debate", "debate"),
        ("latest papers", ""),
    ],
)
def test_the_newest_are_asked_for_in_words(typed: str, telling: str) -> None:
    query = parse_query(typed)
    assert query.newest
    assert " ".join(query.telling.values()) == telling


@pytest.mark.parametrize(
    "typed", ["recent advances in debate", "a new method for debate", "news agents", "latent papers"]
)
def test_a_subject_that_is_new_is_not_the_newest(typed: str) -> None:
    assert not parse_query(typed).newest


@pytest.mark.parametrize(
    "typed",
    ["Doe et al. 2023", "(Doe et al., 2023a)", "Doe et al (2023)", "doe et. al, 2023", "[Doe et al., 2023]"],
)
def test_a_citation_is_its_author_and_year(typed: str) -> None:
    query = parse_query(typed)
    assert query.authors == (("doe",),)
    assert (query.after, query.before) == (parse_query("year:2023").after, parse_query("year:2023").before)
    assert query.words == ()
    assert parse_query(f"reeds {typed} in ponds").words == ("reeds", "in", "ponds")


def test_et_al_without_a_year_or_a_name() -> None:
    assert parse_query("reeds by O'Doe et al").authors == (("o", "doe"),)
    assert parse_query("et al").authors == ()
    assert parse_query('"as Doe et al 2023 say"').phrases == (("as", "doe", "et", "al", "2023", "say"),)


def test_what_is_typed_is_kept_with_all_that_it_names() -> None:
    query = parse_query(" look at https://example.org/a and 2411.13543v2 ")
    assert query.typed == " look at https://example.org/a and 2411.13543v2 "
    assert query.mentioned == (Address("https://example.org/a"), ArxivId("2411.13543"))
    assert query.references == (ArxivId("2411.13543"),)
    beside_words = parse_query("agents https://example.org/a")
    assert (beside_words.mentioned, beside_words.references) == ((Address("https://example.org/a"),), ())
