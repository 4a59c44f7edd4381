"""Files of kinds that people really bring, beside the project, with their right values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.paper.model import Paper
from bot.sources.files import PaperFile
from tests.support.project import PROJECT

FILES = PROJECT.parent / "shared" / "cases" / "files"

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the handed files are not beside the project")

_DOE_AND_ROE = ("Ada Doe", "Ben Roe")

EXPECTED: dict[str, list[dict[str, Any]]] = {
    "b01_field_twice.bib": [
        {"id": "2103.00777", "title": "Counting Ducks on Small Ponds", "authors": _DOE_AND_ROE}
    ],
    "b02_corr_volume.bib": [{"id": "1907.11692"}],
    "b03_math_braces.bib": [
        {"title": r"Sorting Ducks in $O(n^{10}\log_{2} n)$ Time over $\mathbb{Z}_{2^{k}}$"}
    ],
    "b04_year_only.bib": [
        {
            "year": 2017,
            "published": "2017-06-12",
            "doi": "10.1234/pond.2017.3",
            "url": "https://ponds.example.org/papers/3.pdf",
        }
    ],
    "b05_groups.bib": [{"authors": ("Gemini Team, Google", "Barnes and Noble", "OpenAI", "Ada Doe")}],
    "b07_strings.bib": [{"title": "Reeds and Rushes", "authors": _DOE_AND_ROE, "venue": "Journal of Ponds"}],
    "b09_percent.bib": [
        {
            "title": "Saving 50% of the Reeds: 100% Natural & Cheap",
            "abstract": "About 50% of ducks (see http://example.org/a%20b) and 30% of geese. "
            "Costs $5 & more_than #1.",
        }
    ],
    "b12_missing_comma.bib": [
        {"title": "A Comma is Missing Here", "authors": ("Ada Doe",), "year": 2011},
        {"title": "This One is Fine"},
    ],
    "b14_title_tex.bib": [
        {
            "title": "Gallus and Anas: H$_2$O, CO2, duck.py — “Quoted” & naïve 5–10 km — LaTeX link",
            "id": "2405.00011",
        }
    ],
    "b15_subtitle.bib": [{"title": "Ponds: A Natural History", "categories": ("cs.CL",), "year": 2018}],
    "b17_date.bib": [
        {"published": "2019-07-26", "year": 2019},
        {"published": None, "year": 2019},
        {"published": "2019-07-26", "year": 2019},
        {"published": "2019-07-26", "year": 2019},
        {"published": "2019-07-26", "year": 2019},
        {"published": None, "year": None},
    ],
    "b18_latin1.bib": [{"id": "2205.00001", "title": "Un étang tranquille"}],
    "b21_doi_title.bib": [{"title": "Editorial"}] * 2 + [{"title": "Introduction"}] * 2,
    "c01_header_case.csv": [
        {"abstract": "We look at a pond.", "authors": _DOE_AND_ROE, "published": "2021-03-04"}
    ],
    "c02_id_in_link.csv": [{"id": "2301.05062", "authors": _DOE_AND_ROE}, {"id": "2301.05063"}],
    "c04_json_list_cell.csv": [{"authors": _DOE_AND_ROE, "categories": ("cs.CL",)}],
    "c05_year_column.csv": [{"year": 2016, "doi": "10.1234/pond.16", "url": "https://ponds.example.org/16"}],
    "c08_sep_line.csv": [{"id": "2301.05071", "title": "From Excel"}],
    "c11_trailing_cells.csv": [
        {"id": "2301.05074", "title": 'A Title, With "Quotes" and a break'},
        {"id": "2301.05075"},
    ],
    "j01_array.json": [{"id": "2301.06001"}, {"id": "2301.06002"}],
    "j02_object_list.json": [{"id": "2301.06003"}],
    "j04_s2.jsonl": [{"id": "2301.06005", "authors": _DOE_AND_ROE, "published": "2023-01-15"}],
    "j05_arxiv_py.jsonl": [
        {
            "id": "2301.06006",
            "abstract": "We count ducks on a pond. We find many.",
            "summary": None,
            "categories": ("cs.CL", "cs.LG"),
        }
    ],
    "j07_sanity.jsonl": [{"id": "2301.06008", "abstract": "We count.", "authors": _DOE_AND_ROE}],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_its_papers_are_read_right(name: str) -> None:
    harvests = list(PaperFile(FILES / name).harvests())
    assert [skipped for harvest in harvests for skipped in harvest.skipped] == []
    papers = [paper for harvest in harvests for paper in harvest.papers]
    assert [_shown(paper, wanted) for paper, wanted in zip(papers, EXPECTED[name], strict=True)] == EXPECTED[
        name
    ]


def test_none_is_left_out() -> None:
    assert {path.name for path in _data(FILES)} == set(EXPECTED)


def _data(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix != ".md"]


def _shown(paper: Paper, wanted: dict[str, Any]) -> dict[str, Any]:
    values = {name: getattr(paper, name) for name in wanted}
    return {name: str(value) if name == "published" and value else value for name, value in values.items()}
