"""The table of how many arXiv abstracts hold each word."""

from __future__ import annotations

import pytest

from bot.search.index.background import ENOUGH, background
from bot.search.index.scoring import rarity
from bot.shipped import BACKGROUND


def test_the_table_is_small() -> None:
    assert BACKGROUND.stat().st_size <= 400_000


@pytest.mark.parametrize("word", ["get", "did", "read", "wrote", "debates", "debating", "movie", "agents"])
def test_words_in_use_are_known(word: str) -> None:
    assert background().knows(word)


@pytest.mark.parametrize("word", ["teh", "langauge", "agnets", "negotation", "zzyzx", ""])
def test_slips_are_not(word: str) -> None:
    assert not background().knows(word)


def test_a_small_catalog_is_filled_up_with_average_papers() -> None:
    table = background()
    everywhere, nowhere = table.rarity(10, 1, "the"), table.rarity(10, 1, "zzyzx")
    assert everywhere < 0.5 < 5 < nowhere
    assert table.rarity(10, 1, "agent") < table.rarity(10, 1, "zzyzx")


@pytest.mark.parametrize("papers", [ENOUGH, ENOUGH + 1, 1_000_000])
def test_a_catalog_that_is_large_enough_tells_by_itself(papers: int) -> None:
    assert background().rarity(papers, 7, "the") == rarity(papers, 7)


def test_nothing_in_the_table_is_more_frequent_than_there_are_abstracts() -> None:
    table = background()
    assert 0 < int(table.counts.max()) <= table.abstracts == 60_000
    assert len(table.words) > 30_000
