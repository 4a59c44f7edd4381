"""JSON of whatever shape, by whatever names programs give their fields."""

from __future__ import annotations

import json
from datetime import date

import pytest

from bot.errors import SourceError
from bot.paper.model import Paper
from tests.sources.read_by_name import ids, record, whole

PAPER = '{"title": "Reeds", "arxiv_id": "2301.06001"}'


@pytest.mark.parametrize(
    "text",
    [
        f"[{PAPER}]",
        f"  \n[\n{PAPER}\n]\n",
        f"\ufeff[{PAPER}]",
        PAPER,
        f'{{"papers": [{PAPER}]}}',
        f'{{"title": "My list", "papers": [{PAPER}]}}',
        f'{{"date": "2026-02-04", "data": {{"items": [{PAPER}]}}}}',
        f'{{"2026-02-04": [{PAPER}]}}',
        f'{{"status": "ok", "message": {{"items": [{PAPER}]}}}}',
        '{"2301.06001": {"title": "Reeds"}}',
        '{"ponds": {"2301.06001": "|**2023-1-15**|**Reeds**|Ada Doe et.al.|[2301.06001](http://arxiv.org/abs/2301.06001v1)|null|\\n"}}',
        '{"ponds": {"Reeds": "|**2023-01-15**|**Reeds**|Ada Doe et.al|[paper](https://arxiv.org/abs/2301.06001)|-|"}}',
        '[{"paper": {"id": "2301.06001", "title": "Reeds", "summary": "x"}}]',
        '{"id": "2301.06001", "title": "Reeds", "summary": "x", "upvotes": 3, "publishedAt": "2023-01-15"}',
    ],
)
def test_shapes_of_json(text: str) -> None:
    (paper,) = whole(text)
    assert isinstance(paper, Paper)
    assert (paper.id, paper.title) == ("2301.06001", "Reeds")


def test_rows_of_a_daily_list_and_papers_by_title() -> None:
    row = "|**2023-01-15**|**A Census of Reeds**|Ada Doe et.al.|[2301.06001v2](http://arxiv.org/abs/2301.06001v2)|null|"
    by_title = {
        "author": "Ben Roe et.al",
        "date": "2024-02-03",
        "paper_url": "https://arxiv.org/abs/2402.00001",
    }
    first, second = whole(
        json.dumps({"ponds": {"2301.06001": row}, "lakes": {"A Lake in Winter": by_title, "seen": "no row"}})
    )
    assert first == Paper(
        id="2301.06001", title="A Census of Reeds", authors=("Ada Doe",), published=date(2023, 1, 15)
    )
    assert second == Paper(
        id="2402.00001", title="A Lake in Winter", authors=("Ben Roe",), published=date(2024, 2, 3)
    )


def test_what_was_copied_from_a_page_with_its_headings() -> None:
    paper = record(
        title="Title:Reeds of Ponds", abstract="Abstract:We count.", authors=["Authors:Ada Doe", "Ben Roe"]
    )
    assert (paper.title, paper.abstract, paper.authors) == (
        "Reeds of Ponds",
        "We count.",
        ("Ada Doe", "Ben Roe"),
    )
    assert record(title="Abstract: Art and Reeds").title == "Abstract: Art and Reeds"


def test_what_is_no_record_in_an_array_is_passed_over() -> None:
    assert ids(whole(f'[{PAPER}, [], {{"no": "title"}}, 7, {PAPER}, {{"title": "cut')) == [
        "2301.06001",
        "not a JSON object",
        "no title",
        "2301.06001",
        "not JSON, or cut short",
    ]


@pytest.mark.parametrize("at", range(2**18 - 40, 2**18 + 10, 7))
def test_a_record_on_the_edge_of_what_is_read_at_once(at: int) -> None:
    text = '[{"title": "Reeds \\\\\\" ]} {", "x": "' + "a" * (at - 60) + '\\\\"}, ' + PAPER + "]"
    assert ids(whole(text))[1:] == ["2301.06001"]


@pytest.mark.parametrize("text", ["[]", "{}", "1", "[1, 2]", '{"a": {"b": []}}', "null", '"text"', "[1]"])
def test_json_without_papers_says_what_is_read(text: str) -> None:
    with pytest.raises(SourceError, match=r"holds no papers: expected an array of records"):
        whole(text)


@pytest.mark.parametrize("text", ["{", "not JSON", '{"a":' * 5_000, "nan"])
def test_what_is_no_json_is_told_as_such(text: str) -> None:
    with pytest.raises(SourceError, match="This file is not JSON, or cut short"):
        whole(text)


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_file_is_called_empty(text: str) -> None:
    with pytest.raises(SourceError, match="This file is empty"):
        whole(text)


def test_a_day_for_recorded_answers_that_have_none() -> None:
    (paper,) = whole('[{"paper": {"id": "2301.06001", "title": "Reeds"}}]', date(2024, 5, 27))
    assert isinstance(paper, Paper)
    assert paper.featured == (date(2024, 5, 27),)


def test_csl_json_as_zotero_writes_it() -> None:
    item = {
        "id": "http://zotero.org/users/1/items/ABCD",
        "type": "article-journal",
        "title": "A Census of Reeds",
        "author": [{"family": "van Doe", "given": "Ada"}, {"literal": "Pond Group"}],
        "container-title": "Journal of Ponds",
        "DOI": "10.1234/POND.7",
        "URL": "https://ponds.example.org/7",
        "abstract": "We count.",
        "issued": {"date-parts": [["2019", 7, 26]]},
        "note": "Extends arXiv:2301.06001",
    }
    (paper,) = whole(json.dumps([item]))
    assert paper == Paper(
        id=paper.id,
        title="A Census of Reeds",
        authors=("Ada van Doe", "Pond Group"),
        venue="Journal of Ponds",
        doi="10.1234/pond.7",
        url="https://ponds.example.org/7",
        abstract="We count.",
        published=date(2019, 7, 26),
    )


def test_works_as_orcid_lists_them() -> None:
    summary = {
        "put-code": 7,
        "title": {"title": {"value": "A Census of Reeds"}, "subtitle": None},
        "journal-title": {"value": "Journal of Ponds"},
        "external-ids": {
            "external-id": [
                {
                    "external-id-type": "doi",
                    "external-id-value": "10.1234/pond.7",
                    "external-id-relationship": "self",
                },
                {
                    "external-id-type": "arxiv",
                    "external-id-value": "2301.09999",
                    "external-id-relationship": "part-of",
                },
            ]
        },
        "url": {"value": "https://ponds.example.org/7"},
        "publication-date": {"year": {"value": "2019"}, "month": {"value": "07"}, "day": None},
    }
    (paper,) = whole(json.dumps({"group": [{"work-summary": [summary]}]}))
    assert isinstance(paper, Paper)
    assert (paper.title, paper.venue, paper.doi, paper.url, paper.year) == (
        "A Census of Reeds",
        "Journal of Ponds",
        "10.1234/pond.7",
        "https://ponds.example.org/7",
        2019,
    )
    assert paper.id.startswith("pb-")


def test_dblps_answers():
    info = {
        "title": "A Census of Reeds",
        "authors": {"author": [{"@pid": "1", "text": "Ada Doe 0001"}, {"text": "Ben Roe"}]},
    }
    (paper,) = whole(json.dumps({"result": {"hits": {"hit": [{"@score": "1", "info": info}]}}}))
    assert paper.authors == ("Ada Doe", "Ben Roe")
    one = {"title": "A Census of Reeds", "authors": {"author": {"text": "Ada Doe"}}}
    assert record(**one).authors == ("Ada Doe",)


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ('"authors": {"author": [{"text": "Ada Doe"}]}', "A Census of Reeds"),  # dblp's, as the next
        ('"authors": {"author": {"text": "Ada Doe"}}', "A Census of Reeds"),
        ('"pmid": "26017442"', "A Census of Reeds"),  # Europe PMC's
        ('"authors": ["Ada Doe"]', "A Census of Reeds."),
    ],
)
def test_the_dot_that_some_put_behind_every_title(told: str, title: str) -> None:
    (paper,) = whole('[{"title": "A Census of Reeds.", ' + told + "}]")
    assert paper.title == title


def test_items_of_zoteros_api_are_in_envelopes():
    item = {"itemType": "journalArticle", "title": "A Census of Reeds", "creators": []}
    attachment = {"itemType": "attachment", "title": "Full Text PDF"}
    envelopes = [
        {"key": key, "library": {"name": "L"}, "data": data} for key, data in (("A", item), ("B", attachment))
    ]
    paper, skipped = whole(json.dumps(envelopes))
    assert paper.title == "A Census of Reeds"
    assert skipped.reason == "an attachment or a note, and no paper"
