"""Tables and JSON by whatever names people and programs give their columns."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.errors import SourceError
from bot.paper.model import Paper
from bot.sources.people import people
from bot.sources.record_dates import when
from tests.sources.read_by_name import ids, record, table


@pytest.mark.parametrize(
    "fields",
    [
        {"arxiv_id": "2301.05062v2"},
        {"ArXiv ID": "arXiv:2301.05062"},
        {"arxiv": "https://arxiv.org/abs/2301.05062"},
        {"paper_id": "2301.05062"},
        {"id": "http://arxiv.org/abs/2301.05062v1"},
        {"entry_id": "http://arxiv.org/abs/2301.05062v1"},
        {"pdf_url": "https://arxiv.org/pdf/2301.05062v1.pdf"},
        {"Link": "https://huggingface.co/papers/2301.05062"},
        {"doi": "10.48550/arXiv.2301.05062"},
        {"externalIds": {"ArXiv": "2301.05062", "DOI": "10.1/x"}},
        {"externalIds": {"DOI": "10.48550/ARXIV.2301.05062"}, "paperId": "f" * 40},
        {"journal": {"name": "ArXiv", "volume": "abs/2301.05062"}},
        {"venue": "arXiv preprint arXiv:2301.05062"},
        {"links": [{"href": "https://arxiv.org/abs/2301.05062", "rel": "alternate"}]},
        {"number": "arXiv:2301.05062", "publisher": "arXiv", "type": "article"},
        {"arxiv_id": 2301.05062},
    ],
)
def test_an_id_where_it_is_the_papers_own(fields: dict[str, Any]) -> None:
    assert record(**fields).id == "2301.05062"


@pytest.mark.parametrize(
    "fields",
    [
        {"notes": "see 2301.05062"},
        {"abstract": "We extend arXiv:2301.05062."},
        {"comment": "Extends arXiv:2301.05062"},
        {"references": ["2301.05062"]},
        {"venue": "Answers to arXiv:2301.05062"},
        {"id": "https://openalex.org/W2741809807"},
        {"paperId": "649def34f8be52c8b66281af98ae884c09aef38b"},
        {"id": "doe2020", "issued": {"date-parts": [[2020]]}},
        {"id": {"a": 1}},
        {"id": True},
        {"id": 10**400},
        {"id": "\u202eabc"},
    ],
)
def test_what_is_no_id_of_the_paper(fields: dict[str, Any]) -> None:
    assert record(**fields).id.startswith("pb-")


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (["Ada Doe", "Ben Roe"], ("Ada Doe", "Ben Roe")),
        ([{"name": "Ada Doe"}, {"name": "Ben Roe", "hidden": True}], ("Ada Doe",)),
        ([{"family": "Doe", "given": "Ada"}, {"literal": "Pond Group"}], ("Ada Doe", "Pond Group")),
        ([{"first": "Ada", "last": "Doe"}, {"firstName": "Ben", "lastName": "Roe"}], ("Ada Doe", "Ben Roe")),
        ([{"author": {"display_name": "Ada Doe"}}], ("Ada Doe",)),
        ([["Doe", "Ada", ""], ["Roe", "B.", "Jr."]], ("Ada Doe", "B. Roe Jr.")),
        ({"name": "Ada Doe"}, ("Ada Doe",)),
        ("Ada Doe; Ben Roe", ("Ada Doe", "Ben Roe")),
        ("Ada Doe, Ben Roe and Cy Poe", ("Ada Doe", "Ben Roe", "Cy Poe")),
        ("Ada Doe | Ben Roe", ("Ada Doe", "Ben Roe")),
        ("Ada Doe & Ben Roe", ("Ada Doe", "Ben Roe")),
        ("Doe, Ada", ("Ada Doe",)),
        ("Doe, Ada M.", ("Ada M. Doe",)),
        ("van Doe, Ada", ("Ada van Doe",)),
        ("Doe, A., Roe, B. C.", ("A. Doe", "B. C. Roe")),
        ("Doe, Ada; Roe, Ben", ("Ada Doe", "Ben Roe")),
        ("Sammy Davis, Jr.; Ada Doe", ("Sammy Davis, Jr.", "Ada Doe")),
        ("Ada Doe, Ben Roe, et al.", ("Ada Doe", "Ben Roe")),
        ('["Ada Doe", "Pond, Inc"]', ("Ada Doe", "Pond, Inc")),
        ("['Ada Doe', \"Ben O'Roe\"]", ("Ada Doe", "Ben O'Roe")),
        ("['Jos\\xe9 Doe', 'Ben O\\'Roe']", ("José Doe", "Ben O'Roe")),
        ("[{'name': 'Ada Doe', 'id': '1'}, {'name': 'Ben Roe'}]", ("Ada Doe", "Ben Roe")),
        ('[{"name": "Ada Doe"}]', ("Ada Doe",)),
        ("Zoe Doe, Zoe Doe, Ben Roe", ("Zoe Doe", "Ben Roe")),
        ("Van De Doe, L., Poe, T., De Roe, A.B.", ("L. Van De Doe", "T. Poe", "A.B. De Roe")),
        ("Poe Fox, A.-B. and G. Roe", ("A.-B. Poe Fox", "G. Roe")),
        ("Doe, Ada and Poe Fox, Ben and\nRoe, Cy", ("Ada Doe", "Ben Poe Fox", "Cy Roe")),
        ("Ada Doe AND Ben Roe", ("Ada Doe", "Ben Roe")),
        ("Doe, Ada and Roe, Jr., Ben and Poe, Cy", ("Ada Doe", "Ben Roe, Jr.", "Cy Poe")),
        ("Doe A B, Roe C D", ("A B Doe", "C D Roe")),
        ("Doe, SR; Roe, JR", ("SR Doe", "JR Roe")),
        ("Doe,Ada B,; Roe, Ben", ("Ada B Doe", "Ben Roe")),
        ("Ada Doe\nBen Roe", ("Ada Doe", "Ben Roe")),
        ("Doe A, Poe Fox BC", ("A Doe", "BC Poe Fox")),
        ("Doe A.B.; Roe C.-D.", ("A.B. Doe", "C.-D. Roe")),
        ("Doe AB, Ben Roe", ("Doe AB", "Ben Roe")),
        ("Doe A.B.", ("A.B. Doe",)),
        (["Pond AI"], ("Pond AI",)),
        (["Reed LLM"], ("Reed LLM",)),
        ("Pond AI, Reed Lab UK", ("Pond AI", "Reed Lab UK")),
        ("Ada Doe III, Ben Roe II", ("Ada Doe III", "Ben Roe II")),
        ("A Doe, BC Roe, D Poe…", ("A Doe", "BC Roe", "D Poe")),
        ("Authors: Ada Doe, Ben Roe", ("Ada Doe", "Ben Roe")),
        (["Doe, Ada", "Poe Fox, Ben Cy"], ("Ada Doe", "Ben Cy Poe Fox")),
        (["Ada Doe", "Roe, Ben"], ("Ada Doe", "Ben Roe")),
        (["Ada Doe", "Reed Laboratory, Pond Street"], ("Ada Doe", "Reed Laboratory, Pond Street")),
        (["Doe, A.; Roe, B."], ("A. Doe", "B. Roe")),
        (["Ada Doe 0001", "Ben Roe (1234567)"], ("Ada Doe", "Ben Roe")),
        (["适 胡", "Ada X"], ("适 胡", "Ada X")),
        ("Doe, M D; Roe, MD", ("M D Doe", "MD Roe")),
        ("Ada Doe, MD; Ben Roe, Ph.D.", ("Ada Doe, MD", "Ben Roe, Ph.D.")),
        (7, ()),
        ([None, 3, {"x": 1}, ""], ()),
    ],
)
def test_authors(given: Any, names: tuple[str, ...]) -> None:
    assert record(authors=given).authors == names


@pytest.mark.parametrize(
    "text", ["[" * 50_000, "['" * 20_000, "[{'name': " * 10_000, "; " * 50_000, "," * 50_000]
)
def test_a_hostile_cell_is_read(text: str) -> None:
    assert len(people(text) or ()) <= 50_000


@pytest.mark.parametrize(
    ("fields", "day", "year"),
    [
        ({"published": "2023-01-15T18:00:00Z"}, date(2023, 1, 15), 2023),
        ({"Publication Date": "January 15, 2023"}, date(2023, 1, 15), 2023),
        ({"publicationDate": "2023-01-15", "year": 2023}, date(2023, 1, 15), 2023),
        ({"date": "15 Jan. 2023"}, date(2023, 1, 15), 2023),
        ({"date": "01/31/2023"}, date(2023, 1, 31), 2023),
        ({"date": "01/02/2023"}, None, 2023),
        ({"date": "20230115"}, date(2023, 1, 15), 2023),
        ({"issued": {"date-parts": [[2023, 1, 15]]}}, date(2023, 1, 15), 2023),
        ({"issued": {"date-parts": [["2023"]]}}, None, 2023),
        ({"issued": {"date-parts": []}}, None, None),
        ({"Year": "2016"}, None, 2016),
        ({"publication_year": 2016.0}, None, 2016),
        ({"year": 10**5000}, None, None),
        ({"year": float("nan")}, None, None),
        ({"year": "soon"}, None, None),
    ],
)
def test_typed_days(fields: dict[str, Any], day: date | None, year: int | None) -> None:
    paper = record(**fields)
    assert (paper.published, paper.year) == (day, year)


def test_a_day_without_its_place_is_none() -> None:
    assert when("2023-02-31").day is None
    assert when("2023-02-31").year == 2023


def test_arxivs_summary_is_the_abstract_and_ours_is_not() -> None:
    assert record(summary="We count reeds.").abstract == "We count reeds."
    assert record(summary="We count reeds.").summary is None
    ours = record(abstract="", summary="Counts reeds.")
    assert (ours.abstract, ours.summary) == ("", "Counts reeds.")
    both = record(summary="We count reeds.", ai_summary="Counts reeds.")
    assert (both.abstract, both.summary) == ("We count reeds.", "Counts reeds.")


def test_categories_with_the_primary_one_first() -> None:
    assert record(primary_category="cs.CL", categories=["cs.LG", "cs.CL"]).categories == ("cs.CL", "cs.LG")
    assert record(tags=[{"term": "cs.CV"}, {"term": "I.2.7"}]).categories == ("cs.CV",)
    subjects = "Computation and Language (cs.CL); Machine Learning (cs.LG)"
    assert record(subjects=subjects).categories == ("cs.CL", "cs.LG")


def test_an_address_that_spells_a_doi_is_kept_beside_it() -> None:
    address = "https://link.springer.com/chapter/10.1007/978-3-031-20083-0_1"
    for paper in (record(url=address), record(doi=address, url=address)):
        assert (paper.doi, paper.url) == ("10.1007/978-3-031-20083-0_1", address)


def test_springers_table() -> None:
    head, doi = "Item Title,Item DOI,Authors,Publication Year\n", "10.1007/s11227-011-0631-3"
    one, two = table(f"{head}Reeds,{doi},Ada Doe,2012\nWind,,Ada DoeBen Roe,2013\n")
    assert (one.title, one.doi, one.authors, one.year) == ("Reeds", doi, ("Ada Doe",), 2012)
    assert (two.title, two.authors, two.year) == ("Wind", (), 2013)


def test_a_row_with_a_cell_too_many_is_read_as_far_as_its_columns_are_sure() -> None:
    rows = table(
        "Authors,Title,Year,DOI,Source title,EID\n"
        '"Doe, A.",A Census of Reeds,2020,10.1234/pond.7,Ponds,2-s2.0-1,\n'
        '"Doe, A.",A Census of Reeds,2020,10.1234/pond.7,Funding,Ponds,2-s2.0-1\n'
        '"Doe, A.",A Census of Reeds,2020,,Funding,Ponds,2-s2.0-1\n'
        "Doe,A.,A Census of Reeds,2020,10.1234/pond.7,Ponds,2-s2.0-1\n"
    )
    read = [(row.title, row.year, row.doi, row.venue) for row in rows if isinstance(row, Paper)]
    assert read == [
        ("A Census of Reeds", 2020, "10.1234/pond.7", "Ponds"),
        ("A Census of Reeds", 2020, "10.1234/pond.7", None),
        ("A Census of Reeds", 2020, None, None),
    ]
    assert ids(rows)[3:] == ["more cells than the header names"]


def test_braces_that_a_table_made_of_bibtex_keeps_go() -> None:
    (paper,) = table(
        "AUTHOR,TITLE,DOI,JOURNAL\n"
        '"{Doe, Ada and Roe, Bob}","{Aid Is {Not} Oil}",{10.1017/S0020818315000296},{Ponds \\& Lakes}\n'
    )
    assert (paper.title, paper.authors) == ("Aid Is Not Oil", ("Ada Doe", "Bob Roe"))
    assert (paper.doi, paper.venue) == ("10.1017/s0020818315000296", "Ponds & Lakes")


def test_doi_address_and_venue() -> None:
    paper = record(DOI="https://doi.org/10.1234/Pond.16", URL="https://ponds.example.org/16", Journal="Ponds")
    assert (paper.doi, paper.url, paper.venue) == ("10.1234/pond.16", "https://ponds.example.org/16", "Ponds")
    assert record(venue="arXiv.org").venue is None


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Title,ArXiv ID,Authors", "Reeds,2301.05071,Ada Doe"),
        ("title;arxiv_id;authors", "Reeds;2301.05071;Ada Doe"),
        ("TITLE\tarxiv-id\tauthor", "Reeds\t2301.05071\tAda Doe"),
        ("title|arXiv|Author(s)", "Reeds|2301.05071|Ada Doe"),
        ("sep=;\r\nTitle;Link;Authors", "Reeds;https://arxiv.org/abs/2301.05071;Ada Doe"),
        ('"sep=,"\ntitle,link', '"Reeds",https://arxiv.org/pdf/2301.05071'),
        ("\ufefftitle,arxiv_id", "Reeds,2301.05071,,,"),
        ("\n\npaper title,arxiv id", "Reeds,2301.05071"),
        (",Title,arxiv_id", "0,Reeds,2301.05071"),
    ],
)
def test_tables(header: str, row: str) -> None:
    (paper,) = table(f"{header}\r\n{row}\r\n")
    assert isinstance(paper, Paper)
    assert (paper.id, paper.title) == ("2301.05071", "Reeds")


def test_a_table_whose_cells_hold_lists_and_line_breaks() -> None:
    text = 'title,authors,categories\n"Reeds,\nand ""Rushes""","[""Ada Doe"", ""Ben Roe""]","[\'cs.CL\']"\n'
    (paper,) = table(text)
    assert isinstance(paper, Paper)
    assert paper.title == 'Reeds, and "Rushes"'
    assert (paper.authors, paper.categories) == (("Ada Doe", "Ben Roe"), ("cs.CL",))


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "sep=;\n", "sep=;\na;b\n"])
def test_a_table_without_titles_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="expected a header that names a column `title`"):
        table(text)


@pytest.mark.parametrize("name", ["journal", "publication", "conf", "Journal/Conference", "Source title"])
def test_an_address_is_no_venue(name: str) -> None:
    paper = record(**{name: "https://ponds.example.org/reeds."})
    assert (paper.venue, paper.url) == (None, "https://ponds.example.org/reeds")
    assert record(**{name: "ICSE 2026"}).venue == "ICSE 2026"
    assert record(**{name: r"Reeds \& Ponds"}).venue == "Reeds & Ponds"


@pytest.mark.parametrize(
    ("header", "row", "authors", "venue"),
    [
        (
            "ID,Author(s),Title,Source,Year",
            'CN-1,"Doe A, Roe B",A Census of Reeds,Ponds,2020',
            "A Doe;B Roe",
            "Ponds",
        ),
        ("Title,Authors,Source", 'A Census of Reeds,"Doe A, Roe B",PubMed', "A Doe;B Roe", None),
        (
            "PMID,Title,Authors,Journal/Book",
            '1,A Census of Reeds,"Doe AB, O\'Connor RE.",Ponds',
            "AB Doe;RE O'Connor",
            "Ponds",
        ),
        ("PMID,Title,Authors,Journal/Book", "1,A Census of Reeds,O'Connor RE.,Ponds", "RE O'Connor", "Ponds"),
        (
            "Title Primary\tAuthors, Primary\tPeriodical Full",
            "A Census of Reeds\tDoe, Ada;Roe, Ben\tPonds",
            "Ada Doe;Ben Roe",
            "Ponds",
        ),
        (
            '"Search of 3 March",2\n"reeds"\n"TITLE","AUTHOR NAMES"',
            '"A Census of Reeds","Doe A.; Roe B."',
            "A. Doe;B. Roe",
            None,
        ),
    ],
    ids=["cochrane", "a database's name", "pubmed", "pubmed, one", "refworks", "embase"],
)
def test_columns_of_databases(header, row, authors, venue):
    (paper,) = table(f"{header}\n{row}\n")
    assert ";".join(paper.authors) == authors
    assert paper.venue == venue


def test_zotero_lists_editors_beside_authors():
    creators = [
        {"firstName": "Ada", "lastName": "Doe", "creatorType": "author"},
        {"firstName": "Ed", "lastName": "Itor", "creatorType": "editor"},
    ]
    assert record(creators=creators).authors == ("Ada Doe",)
    assert record(creators=creators[1:]).authors == ("Ed Itor",), "a collection has nobody else"
