"""By which ids what was said of a paper may be kept: never by another's."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import permutations

import pytest

from bot.catalog import papers
from bot.catalog.earlier_ids import earlier_ids, latest_change, todays_ids
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.text import title_key
from tests.support.putting import put

EDITORIAL = own_id(title_key("Editorial"))


def titled(title: str, doi: str, author: str, paper_id: str = "") -> Paper:
    return Paper(id=paper_id or own_id(title_key(title)), title=title, doi=doi, authors=(author,))


ONE = titled("Editorial", "10.1234/one", "Ada Lovelace")
TWO = titled("Editorial", "10.1234/two", "Bob Byte")
ON_ARXIV = Paper(id="2611.00009", title="Editorial", authors=("Carl Case",))
ONE_ON_ARXIV = titled("What We Print", "10.1234/one", "Ada Lovelace", "2611.00001")


@pytest.mark.parametrize("order", [*permutations((ONE, TWO, ON_ARXIV, ONE_ON_ARXIV))])
def test_no_id_is_two_papers(database: sqlite3.Connection, order: Sequence[Paper]) -> None:
    had: dict[str, str] = {}
    for each in order:
        put(database, [each])
        there = list(papers.every(database))
        earlier = earlier_ids(database, there)
        ids = [each for paper in there for each in (paper.id, *earlier[paper.id])]
        assert len(ids) == len(set(ids)), "what is kept by it would be both's"
        for paper in there:
            assert set(todays_ids(database, earlier[paper.id]).values()) <= {paper.id}
            # Of the paper with this DOI, whatever it is called by now.
            if paper.doi and (before := had.get(paper.doi, paper.id)) != paper.id:
                assert before in earlier[paper.id], "what was kept by its former id is its own still"
        had |= {paper.doi: paper.id for paper in there if paper.doi}


def test_a_former_id_stays_the_papers_when_another_of_that_title_comes(database: sqlite3.Connection) -> None:
    put(database, [ONE])
    before = latest_change(database)
    put(database, [ONE_ON_ARXIV])
    assert latest_change(database) != before
    put(database, [TWO])
    assert todays_ids(database, [EDITORIAL]) == {EDITORIAL: ONE_ON_ARXIV.id}
    (two,) = (paper for paper in papers.every(database) if paper.doi == TWO.doi)
    assert two.id != EDITORIAL


def test_in_a_catalog_built_anew_a_title_tells_where_one_paper_has_it(database: sqlite3.Connection) -> None:
    put(database, [ON_ARXIV])
    assert todays_ids(database, [EDITORIAL]) == {EDITORIAL: ON_ARXIV.id}
    assert todays_ids(database, [EDITORIAL], by_title=False) == {}
    assert earlier_ids(database, [ON_ARXIV]) == {ON_ARXIV.id: [EDITORIAL]}
    put(database, [ON_ARXIV.model_copy(update={"id": "2611.00010", "authors": ("Dan Doe",)})])
    assert todays_ids(database, [EDITORIAL]) == {}
    assert earlier_ids(database, [ON_ARXIV]) == {ON_ARXIV.id: []}


def test_a_paper_that_was_taken_out_leaves_its_id_to_no_other_of_its_title(
    database: sqlite3.Connection,
) -> None:
    put(database, [ON_ARXIV])
    database.execute("INSERT INTO removed (id, removed_as) VALUES (?, ?)", (EDITORIAL, "2611.00011"))
    assert todays_ids(database, [EDITORIAL]) == {}
