"""The same paper from several sources is one row, and each field comes from the better source."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

import pytest

from bot.catalog import papers
from bot.paper.harvest import Origin, Tally
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.text import title_key
from tests.support.putting import put

ID = "2411.13543"
TITLE = "BALROG: Benchmarking Agentic LLM and VLM Reasoning On Games"


def known_by_title(**fields: Any) -> Paper:
    return Paper(**{"id": own_id(title_key(TITLE)), "title": TITLE, **fields})


def known_by_id(**fields: Any) -> Paper:
    return Paper(**{"id": ID, "title": TITLE, **fields})


def merged(database: sqlite3.Connection, paper_id: str = ID) -> Paper:
    paper = papers.get(database, paper_id)
    assert paper is not None
    return paper


def test_a_paper_known_by_its_title_gets_its_arxiv_id(database: sqlite3.Connection) -> None:
    page = known_by_title(abstract="Games are hard.", featured=("2025-03-20",))
    put(database, [page])
    put(database, [known_by_id(authors=("Davide Paglieri",))])
    assert papers.count(database) == 1
    balrog = merged(database)
    assert balrog.abstract == "Games are hard."
    assert balrog.authors == ("Davide Paglieri",)
    assert balrog.featured == (date(2025, 3, 20),)
    assert balrog.year == 2024


def test_the_old_id_still_finds_it(database: sqlite3.Connection) -> None:
    put(database, [known_by_title(), known_by_id()])
    assert merged(database, own_id(title_key(TITLE))).id == ID


def test_the_old_id_still_finds_it_after_a_new_title(database: sqlite3.Connection) -> None:
    put(database, [known_by_title(), known_by_id()])
    put(database, [known_by_id(title="BALROG, Revised")], Origin.ARXIV)
    put(database, [known_by_title()])
    assert papers.count(database) == 1
    assert merged(database, own_id(title_key(TITLE))).title == "BALROG, Revised"


def test_a_record_without_id_joins_the_only_paper_of_that_title(database: sqlite3.Connection) -> None:
    put(database, [known_by_id()])
    put(database, [known_by_title(abstract="Games are hard.")])
    assert papers.count(database) == 1
    assert merged(database).abstract == "Games are hard."


def test_two_papers_of_one_title_stay_two(database: sqlite3.Connection) -> None:
    put(database, [known_by_id(), known_by_id(id="2411.99999")])
    put(database, [known_by_title(abstract="Whose is this?")])
    assert papers.count(database) == 3


def test_two_rows_become_one_when_a_new_title_shows_that_they_are_the_same(
    database: sqlite3.Connection,
) -> None:
    put(database, [known_by_id(title="A working title", upvotes=4)])
    put(database, [known_by_title(abstract="Games are hard.", featured=("2025-03-20",))])
    assert papers.count(database) == 2
    put(database, [known_by_id()], Origin.ARXIV)
    assert papers.count(database) == 1
    assert merged(database) == known_by_id(
        abstract="Games are hard.", upvotes=4, featured=(date(2025, 3, 20),)
    )
    assert merged(database, own_id(title_key(TITLE))).id == ID


@pytest.mark.parametrize("origin", list(Origin))
def test_what_a_record_does_not_know_erases_nothing(database: sqlite3.Connection, origin: Origin) -> None:
    full = known_by_id(
        abstract="Games are hard.",
        authors=("Davide Paglieri",),
        published="2024-11-20",
        categories=("cs.AI",),
        upvotes=11,
        featured=("2024-11-25",),
        code_url="https://github.com/balrog-ai/BALROG",
        code_stars=90,
        project_url="https://balrogai.com/",
        picture_url="https://example.org/picture.png",
        summary="A benchmark of games.",
        keywords=("games",),
    )
    put(database, [full])
    put(database, [known_by_id()], origin)
    assert merged(database) == full


def test_a_better_source_replaces_and_a_lesser_one_only_fills(database: sqlite3.Connection) -> None:
    put(database, [known_by_id(abstract="By a file.")], Origin.FILE)
    put(database, [known_by_id(abstract="By arXiv.")], Origin.ARXIV)
    put(database, [known_by_id(abstract="By Hugging Face.", upvotes=3)], Origin.HUGGING_FACE)
    assert merged(database).abstract == "By arXiv."
    assert merged(database).upvotes == 3


def test_each_field_keeps_its_own_source(database: sqlite3.Connection) -> None:
    put(database, [known_by_id(categories=("cs.LG",))], Origin.FILE)
    put(database, [known_by_id(abstract="By Hugging Face.")], Origin.HUGGING_FACE)
    put(database, [known_by_id(categories=("cs.AI",), abstract="By a file.")], Origin.FILE)
    assert merged(database).categories == ("cs.AI",)
    assert merged(database).abstract == "By Hugging Face."


def test_a_retitled_version_replaces_the_title(database: sqlite3.Connection) -> None:
    put(database, [known_by_id()], Origin.ARXIV)
    put(database, [known_by_id(title="BALROG, Revised")], Origin.ARXIV)
    assert merged(database).title == "BALROG, Revised"
    assert papers.count(database) == 1


def test_upvotes_go_up_and_down_with_the_source(database: sqlite3.Connection) -> None:
    for upvotes in (5, 12, 9, 0):
        put(database, [known_by_id(upvotes=upvotes)], Origin.HUGGING_FACE)
        assert merged(database).upvotes == upvotes


def test_an_old_file_does_not_turn_the_upvotes_back(database: sqlite3.Connection) -> None:
    put(database, [known_by_id(upvotes=50)], Origin.HUGGING_FACE)
    put(database, [known_by_id(upvotes=7)], Origin.FILE)
    assert merged(database).upvotes == 50


def test_a_paper_featured_again_keeps_both_days(database: sqlite3.Connection) -> None:
    put(database, [known_by_id(featured=("2026-04-16",))], Origin.HUGGING_FACE)
    put(database, [known_by_id(featured=("2026-04-10",))], Origin.HUGGING_FACE)
    assert merged(database).featured == (date(2026, 4, 10), date(2026, 4, 16))


def test_only_arxiv_takes_back_a_withdrawal(database: sqlite3.Connection) -> None:
    put(database, [known_by_id(withdrawn=True)], Origin.ARXIV)
    put(database, [known_by_id()], Origin.HUGGING_FACE)
    assert merged(database).withdrawn
    put(database, [known_by_id()], Origin.ARXIV)
    assert not merged(database).withdrawn


def test_the_same_records_again_change_nothing(database: sqlite3.Connection) -> None:
    records = [known_by_title(), known_by_id(featured=("2025-03-20",)), known_by_id(id="2411.00001")]
    put(database, records)
    assert put(database, records) == Tally(same=3)


def test_an_error_on_the_way_leaves_the_catalog_as_it_was(database: sqlite3.Connection) -> None:
    def records() -> Any:
        yield known_by_id()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        put(database, records())
    assert papers.count(database) == 0


def test_the_full_text_index_follows(database: sqlite3.Connection) -> None:
    put(database, [known_by_title(), known_by_id(title="Netrunner, Revised")])
    put(database, [known_by_id(title="Ascension, Revised")], Origin.ARXIV)

    def found(word: str) -> int:
        query = "SELECT count(*) FROM papers_fts WHERE papers_fts MATCH ?"
        return int(database.execute(query, (word,)).fetchone()[0])

    assert (found("ascension"), found("netrunner")) == (1, 0)
    database.execute("INSERT INTO papers_fts (papers_fts, rank) VALUES ('integrity-check', 1)")


def test_the_full_text_index_follows_what_changes_in_the_batch_that_brought_it(
    database: sqlite3.Connection,
) -> None:
    put(
        database,
        [
            known_by_id(id="2411.00001", title="Netrunner"),
            known_by_id(id="2411.00001", title="Ascension"),
            known_by_title(),
            known_by_id(id="2411.00002", title="A working title"),
            known_by_id(id="2411.00002"),
            known_by_id(id="2411.00003", title="Dominion"),
        ],
    )
    rows = database.execute("SELECT id FROM papers JOIN papers_fts ON number = papers_fts.rowid ORDER BY id")
    assert [paper_id for (paper_id,) in rows] == ["2411.00001", "2411.00002", "2411.00003"]
    for word, found in {"netrunner": 0, "ascension": 1, "working": 0, "balrog": 1, "dominion": 1}.items():
        query = "SELECT count(*) FROM papers_fts WHERE papers_fts MATCH ?"
        assert database.execute(query, (word,)).fetchone() == (found,), word
    database.execute("INSERT INTO papers_fts (papers_fts, rank) VALUES ('integrity-check', 1)")


def test_a_date_to_come_is_unknown(database: sqlite3.Connection) -> None:
    put(database, [known_by_id(published="2099-01-01", featured=("2025-03-20", "2099-01-01"))])
    balrog = merged(database)
    assert balrog.published is None
    assert balrog.featured == (date(2025, 3, 20),)
    put(database, [known_by_id(published="2024-11-20")])
    put(database, [known_by_id(published="2099-01-01")], Origin.ARXIV)
    assert merged(database).published == date(2024, 11, 20)


def test_a_paper_from_the_future_does_not_lead_the_newest(database: sqlite3.Connection) -> None:
    others = [
        Paper(id="8901.00001", title="By its id"),
        Paper(id="x", title="By its day", published="2099-01-01"),
    ]
    put(database, [known_by_id(published="2024-11-20"), *others])
    assert papers.recent(database, 1)[0].id == ID


def untitled(title: str, **fields: Any) -> Paper:
    """A record without an id."""
    return Paper(**{"id": own_id(title_key(title)), "title": title, **fields})


EDITORIALS = [
    untitled("Editorial", authors=("Ada Doe",), year=2001),
    untitled("Editorial", authors=("Ben Roe",), year=2002),
    untitled("Editorial", year=2003),
    untitled("Editorial", doi="10.1234/four"),
    untitled("Introduction to the Special Issue on Ponds", authors=("Ada Doe",), year=2004),
    untitled("Introduction to the Special Issue on Ponds", authors=("Ben Roe",), year=2009),
]


def test_different_papers_of_one_title_stay_different_and_keep_their_ids(
    database: sqlite3.Connection,
) -> None:
    assert put(database, EDITORIALS).added == 6
    rows = database.execute("SELECT id, authors, year FROM papers ORDER BY number").fetchall()
    assert put(database, EDITORIALS) == Tally(same=6)
    assert put(database, EDITORIALS[::-1]) == Tally(same=6)
    assert database.execute("SELECT id, authors, year FROM papers ORDER BY number").fetchall() == rows


@pytest.mark.parametrize(
    "again",
    [
        untitled("Editorial", authors=("Doe, A.", "Cy Poe")),
        untitled("EDITORIAL", authors=("A. Doe",), year=2005),
        untitled("Editorial", year=2001),
    ],
)
def test_authors_or_the_year_make_papers_of_a_short_title_one(
    database: sqlite3.Connection, again: Paper
) -> None:
    put(database, [EDITORIALS[0]])
    assert put(database, [again]).added == 0


@pytest.mark.parametrize(
    "other",
    [
        untitled("Editorial", authors=("Ben Roe",), year=2001),
        untitled("Editorial"),
        untitled("Editorial", doi="10.1234/x", authors=("Ben Roe",)),
    ],
)
def test_a_short_title_alone_makes_no_two_papers_one(database: sqlite3.Connection, other: Paper) -> None:
    put(database, [EDITORIALS[0]])
    assert put(database, [other]).added == 1


def test_a_short_title_is_no_reason_to_take_an_arxiv_papers_place(database: sqlite3.Connection) -> None:
    put(database, [Paper(id="2411.00001", title="Editorial", authors=("Ada Doe",))])
    put(database, [untitled("Editorial", authors=("Ben Roe",), abstract="Another.")])
    assert papers.count(database) == 2
    assert merged(database, "2411.00001").abstract == ""


def test_one_doi_is_one_paper(database: sqlite3.Connection) -> None:
    put(database, [untitled("A Pond of One's Own", doi="10.1234/pond")])
    put(database, [untitled("A pond of one's own: revised", doi="10.1234/POND", abstract="More.")])
    put(database, [known_by_id(doi="https://doi.org/10.1234/pond")])
    assert papers.count(database) == 1
    assert merged(database).abstract == "More."


def test_two_dois_are_two_papers(database: sqlite3.Connection) -> None:
    for doi in ("10.1234/one", "10.1234/two"):
        put(database, [untitled("A Pond of One's Own", doi=doi, authors=("Ada Doe",))])
    assert papers.count(database) == 2


def test_lists_that_both_number_their_papers_from_one(database: sqlite3.Connection) -> None:
    put(database, [Paper(id="1", title="Reeds in Winter"), Paper(id="2", title="Rushes in Spring")])
    put(database, [Paper(id="1", title="Geese at Night", abstract="Other.")])
    assert papers.count(database) == 3
    assert merged(database, "1").title == "Reeds in Winter"
    assert put(database, [Paper(id="1", title="Geese at Night", abstract="Other.")]) == Tally(same=1)


def test_the_year_is_the_days_else_the_given_one_else_the_ids(database: sqlite3.Connection) -> None:
    put(database, [known_by_id()])
    assert merged(database).year == 2024
    put(database, [known_by_id(year=2025)])
    assert merged(database).year == 2025
    put(database, [known_by_id()], Origin.HUGGING_FACE)
    assert merged(database).year == 2025
    put(database, [known_by_id(published="2023-11-20")], Origin.ARXIV)
    assert merged(database).year == 2023
    put(database, [known_by_id(year=2025)])
    assert merged(database).year == 2023


def test_doi_address_and_venue_are_kept(database: sqlite3.Connection) -> None:
    paper = untitled(
        "A Pond of One's Own", year=2017, doi="10.1234/p", url="https://ponds.example.org/1", venue="Ponds"
    )
    put(database, [paper])
    assert merged(database, paper.id) == paper
    put(database, [paper.model_copy(update={"venue": "Lakes"})])
    assert merged(database, paper.id).venue == "Lakes"


@pytest.mark.parametrize(
    "doi", ["10.1234/P", "doi:10.1234/p", "https://doi.org/10.1234/p", "dx.doi.org/10.1234/P."]
)
def test_a_paper_is_found_by_its_doi(database: sqlite3.Connection, doi: str) -> None:
    paper = untitled("A Pond of One's Own", doi="10.1234/p")
    put(database, [paper])
    assert papers.by_doi(database, doi) == paper
    assert papers.by_address(database, doi) == paper
    assert papers.by_doi(database, "10.1234/q") is None
    assert papers.by_doi(database, "no doi") is None


@pytest.mark.parametrize(
    "address",
    ["https://ponds.example.org/1", "http://ponds.example.org/1/", "https://ponds.example.org/1#top"],
)
def test_a_paper_is_found_by_its_address(database: sqlite3.Connection, address: str) -> None:
    paper = untitled("A Pond of One's Own", url="https://ponds.example.org/1")
    put(database, [paper])
    assert papers.by_address(database, address) == paper
    assert papers.by_address(database, "https://ponds.example.org/2") is None
    assert papers.by_address(database, "") is None


@pytest.mark.parametrize("number", ["1", "P1", "ref-003", "doe2020a", "B", "#12"])
def test_two_lists_that_call_their_papers_alike_have_two_papers(
    database: sqlite3.Connection, number: str
) -> None:
    reeds = Paper(id=number, title="On the Growth of Reeds in Still Water", authors=("Ada Doe",))
    debate = Paper(id=number, title="Quantum Debate of Many Agents", authors=("Wei Wang",), year=2020)
    put(database, [reeds])
    put(database, [debate])
    put(database, [debate, reeds])
    assert papers.count(database) == 2
    assert merged(database, number).title == reeds.title


def test_an_id_of_its_own_is_not_enough_where_all_else_speaks_against_it(
    database: sqlite3.Connection,
) -> None:
    one = Paper(id="W2741809807", title="On the Growth of Reeds in Still Water", authors=("Ada Doe",))
    put(database, [one])
    put(database, [one.model_copy(update={"title": "Reeds in Water"})], Origin.ARXIV)
    assert papers.count(database) == 1, "a new title alone"
    put(database, [Paper(id=one.id, title="Quantum Debate of Many Agents", authors=("Wei Wang",))])
    assert papers.count(database) == 2
