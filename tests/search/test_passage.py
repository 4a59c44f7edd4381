"""The passage of an abstract that a search shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.catalog import papers
from bot.paper.model import Paper
from bot.search.passage import passage
from tests.support.catalogs import Catalog


def test_passages_show_where_the_words_stand(catalog_of: Callable[..., Catalog]) -> None:
    abstract = (
        "First sentence about nothing. " * 12 + "Here agents negotiate a price. " + "And more follows. " * 12
    )
    (hit,) = catalog_of(Paper(id="p1", title="Bargains", abstract=abstract)).find("negotiating agents").hits
    assert hit.passage is not None
    marked = [hit.passage.text[start:end] for start, end in hit.passage.marks]
    assert marked == ["agents", "negotiate"]
    assert hit.passage.text.startswith("… ")
    assert len(hit.passage.text) <= 190


def test_passages_mark_words_within_words_and_never_function_words(seed: Catalog) -> None:
    passages = [
        hit.passage
        for question in (
            "how do agents get better when they debate each other",
            "what is the state of agents",
        )
        for hit in seed.find(question, limit=69).hits
        if hit.passage
    ]
    marked = {p.text[start:end].lower() for p in passages for start, end in p.marks}
    assert {"agent", "agents", "debate"} <= marked
    assert not marked & {"how", "do", "when", "they", "each", "other", "what", "is", "the", "of"}
    assert any(
        "Multi-Agent" in p.text
        and (p.text.index("Multi-Agent") + 6, p.text.index("Multi-Agent") + 11) in p.marks
        for p in passages
    )


@pytest.mark.parametrize("length", [60, 100, 180])
def test_no_passage_begins_or_ends_within_a_word(seed: Catalog, length: int) -> None:
    for row in seed.connection.execute("SELECT id FROM papers"):
        paper = papers.get(seed.connection, row["id"])
        assert paper is not None
        words = set(paper.abstract.split())
        for stems in ({"agent"}, {"model", "languag"}, {"github"}, {"multi"}, {"base"}):
            found = passage(paper, stems, length)
            if found:
                shown = found.text.removeprefix("… ").removesuffix(" …").split()
                assert {shown[0], shown[-1]} <= words
