"""Finding in the catalog that comes with Paperboy, and in small catalogs made for one behaviour."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.typing import with_slips
from bot.catalog import papers
from bot.errors import SearchTooSlow
from bot.paper.model import Paper
from bot.search.query import parse_query
from bot.search.results import Asked, Sort
from tests.support.catalogs import Catalog


def short_name(title: str) -> str | None:
    name = title.split(":")[0]
    return name if ":" in title and len(name.split()) == 1 else None


def test_every_seed_paper_is_first_by_its_title(seed: Catalog) -> None:
    assert [title for title in seed.titles() if seed.find(title).hits[0].paper.title != title] == []


def test_every_seed_paper_is_first_by_its_short_name(seed: Catalog) -> None:
    named = {name: title for title in seed.titles() if (name := short_name(title))}
    assert {"BALROG", "MALT", "A-MEM", "WebArena"} <= set(named)
    assert [name for name, title in named.items() if seed.find(name).hits[0].paper.title != title] == []


@pytest.mark.parametrize("chance", [random.Random(seed) for seed in range(3)])
def test_every_seed_paper_is_among_three_by_its_title_with_two_typos(
    seed: Catalog, chance: random.Random
) -> None:
    missed = []
    for title in seed.titles():
        typed = with_slips(title, 2, chance)
        if title not in [hit.paper.title for hit in seed.find(typed, limit=3).hits]:
            missed.append(typed)
    assert missed == []


def test_a_misspelt_word_is_corrected_and_the_answer_says_so(seed: Catalog) -> None:
    results = seed.find("multi-agnet debtae")
    assert results.corrected == "multi-agent debate"
    assert "Multi-Agent Debate" in results.hits[0].paper.title


def test_what_was_typed_can_be_searched_as_it_is(seed: Catalog) -> None:
    assert seed.find("debtae", correct=False).total == 0


def test_nothing_found_offers_the_nearest_titles(seed: Catalog) -> None:
    results = seed.find("debtae", correct=False)
    assert results.hits == ()
    assert "Debate" in results.nearest[0].title


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("negoshiatshun", "Negotiation"),
        ("reenforsment", "Reinforcement"),
        ("webagentarena", "WebArena"),
        ("collaborashun -games", "Collaboration"),
    ],
)
def test_a_word_beyond_correcting_offers_the_titles_nearest_by_letters(
    seed: Catalog, typed: str, word: str
) -> None:
    results = seed.find(typed)
    assert results.total == 0
    assert results.nearest
    assert all(word.lower() in paper.title.lower() for paper in results.nearest)


@pytest.mark.parametrize("typed", ["zzyzx", "qwertyuiop", "zz", "\U0001f3b2" * 100, "مرحبا", "x" * 200])
def test_what_is_like_nothing_offers_nothing(seed: Catalog, typed: str) -> None:
    results = seed.find(typed)
    assert (results.total, results.nearest, results.instead) == (0, (), ())


@pytest.mark.parametrize(
    ("typed", "found_instead"),
    [
        ("agents after:2030 cat:cs.CL", ["agents cat:cs.CL"]),
        ("agents -agents", ["agents"]),
        ("after:2030", ["after:2025-03"]),
        ("before:1990", ["before:2021-02"]),
        ("cat:cs.ZZ", ["cat:cs"]),
        ("cat:cscl", ["cat:cs.cl"]),
        ("author:Liangg", ["author:liang"]),
        ("debate author:nobody cat:nothing", ["debate"]),
        ("author:Liangg after:2030", ["author:liang", "after:2025-03"]),
        ("author:Liangg author:liang after:2030", ["author:liang", "after:2025-03"]),
        ("debate author:Liangg after:2030", ["debate author:liang", "debate"]),
        ("author:liang cat:cs.CV", ["cat:cs.CV", "author:liang"]),
        ("agents before:2001 after:2002", ["agents before:2021-02 after:2002", "agents after:2002"]),
        ("zzyzx after:2024", []),
        ("author:nobody", []),
    ],
)
def test_filters_that_leave_nothing_offer_the_search_nearest_to_it(
    seed: Catalog, typed: str, found_instead: list[str]
) -> None:
    results = seed.find(typed)
    assert results.total == 0
    assert [other.query for other in results.instead] == found_instead
    assert all(seed.find(other.query).total == other.total > 0 for other in results.instead)


def test_filters_alone_find_the_newest_that_satisfy_them(seed: Catalog) -> None:
    results = seed.find("cat:cs.AI -games", limit=60)
    assert results.asked is Asked.FILTERS
    years = [hit.paper.year or 0 for hit in results.hits]
    assert len(years) == results.total > 5
    assert years == sorted(years, reverse=True)


def test_an_id_and_an_address_go_straight_to_the_paper(seed: Catalog) -> None:
    for typed in ("2411.13543", "2411.13543v1", "https://huggingface.co/papers/2411.13543"):
        results = seed.find(typed)
        assert results.reference is not None
        assert results.reference.title.startswith("BALROG")


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("https://arxiv.org/abs/2411.13543.", ["2411.13543"]),
        ("2411.13543 and https://arxiv.org/abs/2307.13854", ["2411.13543", "2307.13854"]),
        ("https://arxiv.org/abs/1706.03762!", []),
        ("doi:10.1145/3543873.3587583", []),
        ("https://openreview.net/forum?id=fp6t3F669F", []),
    ],
)
def test_ids_and_links_find_those_papers_and_no_other(seed: Catalog, typed: str, named: list[str]) -> None:
    results = seed.find(typed)
    assert [hit.paper.id for hit in results.hits] == named
    assert (results.asked, results.nearest, results.instead) == (Asked.NAMES, (), ())
    about = seed.engine.on(seed.connection).about_ids(typed, ["2411.13543", "2307.13854"])
    assert sorted(about) == sorted(named)
    drawn = seed.engine.on(seed.connection).random(typed)
    assert (drawn.id in named) if drawn else not named


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(max_size=200), sort=st.sampled_from(Sort), correct=st.booleans())
def test_nothing_that_can_be_typed_is_an_error(seed: Catalog, text: str, sort: Sort, correct: bool) -> None:
    results = seed.find(text, sort=sort, correct=correct)
    assert len(results.hits) <= 5
    assert results.total >= len(results.hits)
    for hit in results.hits:
        if hit.passage:
            assert all(0 <= start < end <= len(hit.passage.text) for start, end in hit.passage.marks)
    assert len(seed.suggested(text)) <= 25
    assert len(seed.engine.on(seed.connection).about(text)) <= 69


@settings(max_examples=200, deadline=None)
@given(
    pieces=st.lists(
        st.sampled_from(
            [
                "agents",
                '"',
                "-",
                "author:",
                "after:2024",
                "after:2030",
                "cat:cs",
                "-cat:cs.CL",
                "author:liangg",
                "(",
                "*",
                "NEAR",
                "-games",
                "“",
                "\x00",
            ]
        ),
        max_size=12,
    )
)
def test_no_mixture_of_the_language_is_an_error(seed: Catalog, pieces: list[str]) -> None:
    offered = [other.query for other in seed.find(" ".join(pieces)).instead]
    assert len(set(offered)) == len(offered) <= 3
    assert all(seed.find(query).total for query in offered)
    assert seed.find("".join(pieces)).took_ms >= 0


@pytest.mark.parametrize("text", ["language models agents", "how do agents of unheard-of zyzzyvas negotiate"])
def test_scores_fall_from_first_to_last(seed: Catalog, text: str) -> None:
    scores = [hit.score for hit in seed.find(text, limit=50, correct=False).hits]
    assert len(scores) > 5
    assert scores == sorted(scores, reverse=True)


def test_pages_follow_each_other_without_gap_or_repeat(seed: Catalog) -> None:
    whole = seed.ids("language model agents", limit=60)
    assert len(set(whole)) == len(whole) == min(60, seed.find("language model agents").total)
    assert [
        paper_id
        for offset in range(0, 60, 5)
        for paper_id in seed.ids("language model agents", offset=offset)
    ] == whole


ON_TURBINES = (
    Paper(id="tides", title="Turbines in tides", abstract="Currents under a bridge turn blades of steel."),
    Paper(id="bridge", title="Tides at a bridge", abstract="Turbines, currents, and steel for the blades."),
    Paper(id="jets", title="Turbines in jets", abstract="Kerosene and pilots."),
    *(Paper(id=word, title=f"On {word}", abstract=f"What is known of {word}.") for word in "abcdefghij"),
)


def test_papers_on_one_subject_support_each_other_where_none_holds_the_whole_question(
    catalog_of: Callable[..., Catalog],
) -> None:
    catalog = catalog_of(*ON_TURBINES)
    assert catalog.ids("turbines")[0] == "jets"
    assert catalog.ids("how do turbines age that nobody maintains", correct=False)[0] == "tides"


def test_how_often_a_paper_has_a_word_counts_more_where_none_holds_the_whole_question(
    catalog_of: Callable[..., Catalog],
) -> None:
    catalog = catalog_of(
        Paper(
            id="both", title="Notes", abstract="A kite and a plough, and what else was found in the attic."
        ),
        Paper(
            id="kites",
            title="Notes",
            abstract="A kite, a second kite, a third kite, and one more kite for each of us.",
        ),
        *(Paper(id=word, title=f"On {word}", abstract=f"What is known of {word}.") for word in "abcdefghij"),
    )
    assert catalog.ids("kite plough")[0] == "both"
    assert catalog.ids("kite plough gondola airship parachute", correct=False)[0] == "kites"


def test_a_paper_that_holds_the_whole_query_needs_no_support(catalog_of: Callable[..., Catalog]) -> None:
    assert catalog_of(*ON_TURBINES).ids("turbines kerosene")[0] == "jets"


def test_a_phrase_must_stand_as_it_is(catalog_of: Callable[..., Catalog]) -> None:
    catalog = catalog_of("Web agents at work", "Agents on the web")
    assert catalog.ids('"web agents"') == ["p1"]
    assert catalog.ids('agents -"web agents"') == ["p2"]


def test_a_word_can_be_excluded(catalog_of: Callable[..., Catalog]) -> None:
    assert catalog_of("Agents that play games", "Agents that shop").ids("agents -game") == ["p2"]


def test_authors_are_found_with_and_without_accents(catalog_of: Callable[..., Catalog]) -> None:
    catalog = catalog_of(
        Paper(id="p1", title="Bayes", authors=("Hinrich Schütze",)),
        Paper(id="p2", title="Bayes again", authors=("Ana Lopes",)),
    )
    for typed in ("Schutze", "Schütze", "author:schutze", 'author:"Hinrich Schütze"', "bayes author:Schütze"):
        assert catalog.ids(typed)[0] == "p1", typed
    assert catalog.ids("bayes author:Schütze") == ["p1"]
    assert catalog.ids("bayes -author:schutze") == ["p2"]


def test_days_and_categories_narrow(catalog_of: Callable[..., Catalog]) -> None:
    catalog = catalog_of(
        Paper(id="p1", title="Agents", published=date(2023, 12, 31), categories=("cs.CL",)),
        Paper(id="p2", title="Agents", published=date(2024, 1, 1), categories=("cs.CV", "stat.ML")),
        Paper(id="p3", title="Agents"),
    )
    assert catalog.ids("agents after:2024") == ["p2"]
    assert catalog.ids("agents before:2024") == ["p1"]
    assert catalog.ids("cat:cs.cl") == ["p1"]
    assert sorted(catalog.ids("agents cat:cs")) == ["p1", "p2"]
    assert sorted(catalog.ids("agents -cat:stat")) == ["p1", "p3"]


def test_what_is_unknown_sorts_last(catalog_of: Callable[..., Catalog]) -> None:
    catalog = catalog_of(
        Paper(id="p1", title="Agents"),
        Paper(id="p2", title="Agents", published=date(2024, 1, 1), upvotes=0),
        Paper(id="p3", title="Agents", published=date(2025, 1, 1)),
        Paper(id="p4", title="Agents", published=date(2020, 1, 1), upvotes=7),
    )
    assert catalog.ids("agents", sort=Sort.NEWEST) == ["p3", "p2", "p4", "p1"]
    assert catalog.ids("agents", sort=Sort.UPVOTED) == ["p4", "p2", "p3", "p1"]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("GPT4", "Probing GPT-4"),
        ("GPT-4", "Probing GPT4"),
        ("multiagent", "Multi-agent play"),
        ("multi-agent", "Multiagent play"),
        ("robots", "A robot that walks"),
        ("robot", "Robots that walk"),
    ],
)
def test_ways_to_write_a_word(catalog_of: Callable[..., Catalog], typed: str, title: str) -> None:
    assert catalog_of("Something else", title, "A third thing").ids(typed) == ["p2"]


def test_a_short_form_and_what_it_stands_for_are_learnt_from_the_papers(
    catalog_of: Callable[..., Catalog],
) -> None:
    catalog = catalog_of(
        Paper(id="p1", title="One", abstract="We study large language models (LLMs) at length."),
        Paper(id="p2", title="Two", abstract="Every large language model (LLM) is large."),
        Paper(id="p3", title="Three", abstract="A large language model without its short name."),
        Paper(id="p4", title="Four", abstract="An LLM without its long name."),
        Paper(id="p5", title="Five", abstract="Neither of them."),
    )
    assert set(catalog.ids("LLM")) == {"p1", "p2", "p3", "p4"}
    assert "p4" in catalog.ids("large language models")


def test_similar_papers_are_the_obvious_neighbours(seed: Catalog) -> None:
    def like(text: str) -> list[str]:
        paper = seed.find(text).hits[0].paper
        found = seed.engine.on(seed.connection).similar(paper.id, 5)
        assert paper not in found
        return [other.title for other in found]

    assert any("Negotiation" in title or "Bargain" in title for title in like("negotiation self-play")[:3])
    assert sum("Web" in title for title in like("WebPilot")) >= 2


def test_a_random_paper_is_one_that_matches(seed: Catalog) -> None:
    drawn = [seed.engine.on(seed.connection).random("negotiation") for _ in range(10)]
    matching = {hit.paper.id for hit in seed.find("negotiation", sort=Sort.NEWEST, limit=50).hits}
    assert {paper.id for paper in drawn if paper} <= matching
    assert seed.engine.on(seed.connection).random("cat:nosuch") is None


def test_a_search_is_stopped_when_it_is_time(seed: Catalog) -> None:
    def stop() -> None:
        raise SearchTooSlow

    with pytest.raises(SearchTooSlow):
        seed.engine.on(seed.connection, stop).find("multi-agent debate")


@pytest.mark.parametrize("has_index", [True, False])
def test_a_paper_of_which_only_the_year_is_known_has_its_place(
    catalog_of: Callable[..., Catalog], monkeypatch: pytest.MonkeyPatch, has_index: bool
) -> None:
    catalog = catalog_of(
        Paper(id="p1", title="Reeds of old", published=date(2010, 5, 1)),
        Paper(id="p2", title="Reeds of the year", year=2017),
        Paper(id="p3", title="Reeds of late", published=date(2020, 5, 1)),
        Paper(id="p4", title="Reeds at no time"),
    )
    if not has_index:
        monkeypatch.setattr(catalog.engine.index, "snapshot", lambda _: None)
    assert catalog.ids("reeds after:2017", sort=Sort.NEWEST) == ["p3", "p2"]
    assert catalog.ids("reeds before:2018", sort=Sort.NEWEST) == ["p2", "p1"]
    assert catalog.ids("reeds before:2017") == ["p1"]
    assert [paper.id for paper in papers.recent(catalog.connection, 3)] == ["p3", "p2", "p1"]


@pytest.mark.parametrize("typed", ["multi-agent debat", '"debate agents"', "2411.13543", "author:nobody", ""])
def test_a_text_that_was_understood_before_finds_the_same(seed: Catalog, typed: str) -> None:
    search = seed.engine.on(seed.connection)
    read, again = search.find(typed), search.find(parse_query(typed))
    assert replace(again, took_ms=0) == replace(read, took_ms=0)
    assert search.suggest(parse_query(typed)) == search.suggest(typed)
    assert search.about(parse_query(typed)) == search.about(typed)
