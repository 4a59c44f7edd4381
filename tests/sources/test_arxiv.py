"""arXiv's API, over the wire and in both of its renderings."""

from __future__ import annotations

from datetime import date

import pytest

from bot.errors import SourceError
from bot.paper.harvest import Origin
from bot.sources.arxiv import ArXiv, read_feed
from tests.support import paper_server as faults
from tests.support.paper_server import ERROR_ENTRY, PaperServer, atom, entry

OLD = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title type="html">ArXiv Query: search_query=cat:cs.RO</title>
  <opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">5619</opensearch:totalResults>
  <entry>
    <id>http://arxiv.org/abs/cs/9301111v2</id>
    <updated>2025-10-16T17:59:37Z</updated>
    <published>1989-12-31T17:59:37Z</published>
    <title>Textbook Examples of
  Recursion</title>
    <summary>  We discuss properties of recursive schemas
related to McCarthy's ``91 function''.
  A second paragraph.
</summary>
    <author><name>Donald E. Knuth</name></author>
    <arxiv:comment xmlns:arxiv="http://arxiv.org/schemas/atom">Abstract added
  by Greg</arxiv:comment>
    <link title="pdf" href="http://arxiv.org/pdf/cs/9301111v2" rel="related" type="application/pdf"/>
    <arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="cs.CC"/>
    <category term="cs.AI" scheme="http://arxiv.org/schemas/atom"/>
    <category term="cs.CC" scheme="http://arxiv.org/schemas/atom"/>
  </entry>
</feed>"""


def test_the_old_rendering() -> None:
    (paper,) = read_feed(OLD.encode()).papers
    assert paper.id == "cs/9301111"
    assert paper.title == "Textbook Examples of Recursion"
    assert paper.abstract == (
        "We discuss properties of recursive schemas related to McCarthy's ``91 function''."
        "\n\nA second paragraph."
    )
    assert paper.authors == ("Donald E. Knuth",)
    assert paper.published == date(1989, 12, 31)
    assert paper.categories == ("cs.CC", "cs.AI")
    assert not paper.withdrawn


def test_the_new_rendering() -> None:
    (paper,) = read_feed(atom(entry("2605.08083", "2026-05-10")).encode()).papers
    assert (paper.id, paper.published, paper.categories) == (
        "2605.08083",
        date(2026, 5, 10),
        ("cs.MA", "cs.AI"),
    )


def test_an_empty_feed() -> None:
    assert read_feed(atom().encode()).papers == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"comment": "This paper has been withdrawn by the author due to an error in Lemma 2"},
        {"comment": "Withdrawn"},
        {"summary": "This paper has been withdrawn."},
        {"summary": "The paper was withdrawn by the authors, as the proof has a gap."},
        {"summary": "Withdrawn by arXiv administrators."},
    ],
)
def test_a_withdrawn_paper_is_marked(fields: dict[str, str]) -> None:
    assert read_feed(atom(entry("2605.08083", **fields)).encode()).papers[0].withdrawn


@pytest.mark.parametrize(
    "fields",
    [
        {"comment": "12 pages, 3 figures"},
        {"summary": "We study how papers are withdrawn from preprint servers, and why."},
        {"summary": "Funds that were withdrawn early lose interest."},
    ],
)
def test_a_paper_about_withdrawing_is_not(fields: dict[str, str]) -> None:
    assert not read_feed(atom(entry("2605.08083", **fields)).encode()).papers[0].withdrawn


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (atom(entry("2605.08083"))[:-40], "is not XML, or was cut short"),
        ("<html><body>Rate exceeded.</body></html>", "is not an Atom feed"),
        ("Rate exceeded.", "is not XML"),
        ("", "is not XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><feed>&b;</feed>', "is not XML"),
    ],
)
def test_what_is_no_feed_is_refused(answer: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        read_feed(answer.encode())


async def test_papers_by_their_ids(server: PaperServer, arxiv: ArXiv) -> None:
    ids = [f"2605.{number:05}" for number in range(130)]
    server.entries = {arxiv_id: entry(arxiv_id) for arxiv_id in ids[:-1]}
    harvest = await arxiv.papers(ids)
    assert harvest.origin == Origin.ARXIV
    assert [paper.id for paper in harvest.papers] == ids[:-1]
    assert [len(query["id_list"].split(",")) for query in server.asked("/api/query")] == [100, 30]


async def test_an_id_that_arxiv_calls_wrong_is_no_paper(server: PaperServer, arxiv: ArXiv) -> None:
    server.always = faults.body(atom(ERROR_ENTRY), "application/atom+xml")
    harvest = await arxiv.paper("2605.08083")
    assert harvest.papers == ()
    assert harvest.skipped[0].where == "incorrect id format for x"


async def test_a_query_that_arxiv_calls_wrong_is_refused(server: PaperServer, arxiv: ArXiv) -> None:
    server.always = faults.body(atom(ERROR_ENTRY), "application/atom+xml")
    with pytest.raises(SourceError, match="incorrect id format for x"):
        await arxiv.query("cat:")


async def test_html_instead_of_atom_is_refused(server: PaperServer, arxiv: ArXiv) -> None:
    server.always = faults.body("<html></html>", "text/html")
    with pytest.raises(SourceError, match="answered with text/html"):
        await arxiv.query("cat:cs.MA")


async def test_a_followed_listing_is_read_back_to_the_last_time(server: PaperServer, arxiv: ArXiv) -> None:
    server.listing = [entry(f"2608.{9000 - n:05}", f"2026-08-{20 - n // 50:02}") for n in range(600)]
    harvests = [harvest async for harvest in arxiv.since(date(2026, 8, 15), date(2026, 8, 20))]
    days = {paper.published for harvest in harvests for paper in harvest.papers}
    assert (min(filter(None, days)), max(filter(None, days))) == (date(2026, 8, 15), date(2026, 8, 20))
    queries = server.asked("/api/query")
    assert [query["start"] for query in queries] == ["0", "200"]
    assert queries[0]["search_query"] == "cat:cs.MA"
    assert (queries[0]["sortBy"], queries[0]["sortOrder"]) == ("submittedDate", "descending")


async def test_without_a_listing_nothing_is_asked(server: PaperServer) -> None:
    source = ArXiv.at(server.url)
    assert [harvest async for harvest in source.since(date(2026, 8, 15), date(2026, 8, 20))] == []
    assert server.requests == []
