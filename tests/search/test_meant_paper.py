"""Which paper is meant by what somebody typed, on the shipped catalog."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.paper.ids import Address, ArxivId, Doi
from bot.paper.model import Paper
from bot.paper.text import title_key
from bot.search.library import Library
from bot.search.meant_paper import Meant, meant
from bot.search.query import parse_query
from tests.support.putting import put_in

DEBATE = "2305.19118"


@pytest.fixture
async def library(seed_catalog: Path) -> AsyncIterator[Library]:
    opened = Library(seed_catalog)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("typed", "paper_id"),
    [
        ("2305.19118", DEBATE),
        ("https://arxiv.org/abs/2305.19118v4.", DEBATE),
        ("[here](https://huggingface.co/papers/2305.19118)", DEBATE),
        ("is https://arxiv.org/abs/2305.19118 any good?", DEBATE),
        ("https://example.org/post on https://arxiv.org/abs/2305.19118", DEBATE),
        ("Encouraging Divergent Thinking in Large Language Models through Multi-Agent Debate", DEBATE),
        ("encouraging divergent thinking in large language models through multi agent debate", DEBATE),
        (
            "“Encouraging Divergent Thinking in Large Language Models through Multi-Agent Debate” (2023)",
            DEBATE,
        ),
        ("Encouraging divergent thinking", DEBATE),
        ("encourag", DEBATE),
        ("webarena", "2307.13854"),
        ("WebAr", "2307.13854"),
        ("a-mem", "2502.12110"),
        ("generative agents interactive simulacra", "2304.03442"),
    ],
)
async def test_a_paper_without_a_doubt(library, typed, paper_id):
    found = (await meant(library, parse_query(typed))).paper
    assert found is not None
    assert found.id == paper_id


@pytest.mark.parametrize(
    ("address", "paper_id"),
    [
        ("https://paperswithcode.com/paper/balrog-benchmarking-agentic-llm-and-vlm", "2411.13543"),
        (
            "https://www.semanticscholar.org/paper/BALROG%3A-Benchmarking-Agentic-LLM-and-VLM-Reasoning-Paglieri-"
            "Cupia%C5%82/0123456789abcdef0123456789abcdef01234567",
            "2411.13543",
        ),
        (
            "https://www.researchgate.net/publication/1_Encouraging_Divergent_Thinking_in_Large_Language",
            DEBATE,
        ),
        ("https://paperswithcode.com/paper/balrog-benchmarking", None),
        ("https://paperswithcode.com/paper/balrog-benchmarking-agentic-llm-and-cows", None),
        ("https://paperswithcode.com/paper/attention-is-all-you-need", None),
    ],
)
async def test_an_address_that_spells_a_title_is_that_paper_and_no_other(library, address, paper_id):
    found = await meant(library, parse_query(address))
    assert (found.paper.id if found.paper else None) == paper_id
    assert found.choices == ()


@pytest.mark.parametrize("typed", ["deb", "debate", "agents", "w", "language models", "encuraging thinking"])
async def test_where_there_is_a_doubt_the_nearest_are_to_choose_from(library, typed):
    found = await meant(library, parse_query(typed))
    assert found.paper is None
    assert 1 <= len(found.choices) <= 5
    assert len({paper.id for paper in found.choices}) == len(found.choices)


async def test_half_a_word_offers_first_what_the_menu_offers(library):
    choices = (await meant(library, parse_query("deb"))).choices
    assert choices[0].id == (await library.suggest("deb", limit=1))[0].id
    assert "Debate" in choices[0].title


async def test_of_two_titles_that_begin_alike_none_is_taken(library):
    titles = {"2608.00001": "WebArena: Another", "2608.00002": "Twins", "2608.00003": "Twins"}
    await put_in(library, [Paper(id=paper_id, title=title) for paper_id, title in titles.items()])
    assert (await meant(library, parse_query("webarena"))).paper is None
    found = await meant(library, parse_query("twins"))
    assert found.paper is None
    assert {"2608.00002", "2608.00003"} <= {paper.id for paper in found.choices}


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        ("https://arxiv.org/abs/1706.03762!", ArxivId("1706.03762")),
        ("https://openreview.net/forum?id=fp6t3F669F", Address("https://openreview.net/forum?id=fp6t3F669F")),
        ("doi:10.1145/3543873.3587583", Doi("10.1145/3543873.3587583")),
        ("attention https://arxiv.org/abs/1706.03762 is all you need", ArxivId("1706.03762")),
        ("multi-agent debate https://example.org/a", Address("https://example.org/a")),
    ],
)
async def test_what_the_catalog_lacks_is_never_looked_for_as_words(library, typed, missing):
    found = await meant(library, parse_query(typed))
    assert (found.paper, found.choices, found.missing) == (None, (), (missing,))


async def test_of_several_papers_each_can_be_chosen(library):
    found = await meant(library, parse_query("2305.19118, 1706.03762 and https://arxiv.org/abs/2307.13854"))
    assert [paper.id for paper in found.choices] == [DEBATE, "2307.13854"]
    assert found.missing == (ArxivId("1706.03762"),)


@pytest.mark.parametrize("typed", ["", "🤖", "-", "*" * 200, '"'])
async def test_no_words_mean_no_paper(library, typed):
    assert await meant(library, parse_query(typed)) == Meant()


@pytest.fixture
def meaning(seed_catalog: Path) -> Iterator[Callable[[str], Meant]]:
    with asyncio.Runner() as runner:

        async def opened() -> Library:
            return Library(seed_catalog)

        library = runner.run(opened())
        yield lambda text: runner.run(meant(library.background, parse_query(text)))
        library.close()


AROUND = st.text(st.sampled_from(" .,;:!?()[]<>*_~`|\"'\n论文“”…-"), max_size=6)
FORMS = [
    "{}",
    "arXiv:{}",
    "https://arxiv.org/abs/{}",
    "https://arxiv.org/pdf/{}v2.pdf",
    "[x](https://hf.co/papers/{})",
]
IDS = ["2411.13543", "2307.13854", "1706.03762", "2401.99999"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(AROUND, st.sampled_from(FORMS), st.sampled_from(IDS), AROUND)
def test_whatever_stands_around_a_link_no_other_paper_is_meant(meaning, before, form, arxiv_id, after):
    found = meaning(before + form.format(arxiv_id) + after)
    assert found.paper is None or found.paper.id == arxiv_id
    if found.paper is None and not found.choices:
        assert all(reference.id == arxiv_id for reference in found.missing if isinstance(reference, ArxivId))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_any_text_means_at_most_a_paper_whose_title_it_begins(meaning, text):
    found = meaning(text)
    assert found.paper is None or title_key(found.paper.title).startswith(title_key(text))
