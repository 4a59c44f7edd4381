"""What is exported comes back: as BibTeX, RIS, CSL-JSON, JSON lines and CSV."""

from __future__ import annotations

import io
import json
import lzma
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TextIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.paper import bibliography
from bot.paper.citing import bibtex
from bot.paper.latex import plain
from bot.paper.model import Paper
from bot.sources.bibtex import read_bibtex
from bot.sources.files import PaperFile
from tests.support.project import PROJECT

COLLECTION = PROJECT.parent / "shared" / "data" / "arxiv_200k.jsonl.xz"
EVERY = 100
"""Of the collection's 200,000 papers, each so-many-th: 2,000."""

Writer = Callable[[Iterable[Paper], TextIO], int]

WRITERS: dict[str, Writer] = {
    "papers.jsonl": bibliography.write_json_lines,
    "papers.csv": bibliography.write_csv,
    "papers.bib": bibliography.write_bibtex,
    "papers.ris": bibliography.write_ris,
    "papers.json": bibliography.write_csl_json,
}

TITLES = [
    "BALROG: Benchmarking Agentic LLM and VLM Reasoning On Games",
    "50% of $5 & #1: a_b, x^2, ~tilde",
    "PanGu-$\\pi$ and M$^{2}$UGen in $O(n^{10}\\log_{2} n)$",
    "K_{3,3}-Free Graphs and {0,1}-Matrices",
    "Toolkit -- Toward a---b, “curly” and \"straight\", ``TeX'' and 'single'",
    "Étude naïve de Schrödinger–Erdős à Łódź, 深度学习, Ωμέγα, Ы",
    "costs $5",
    "a<b and b>c | d",
    "Ends in a comma, and begins, too",
]


def written(tmp_path: Path, name: str, papers: Iterable[Paper]) -> list[Paper]:
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as out:
        WRITERS[name](papers, out)
    harvests = list(PaperFile(path).harvests())
    assert [skipped for harvest in harvests for skipped in harvest.skipped] == []
    return [paper for harvest in harvests for paper in harvest.papers]


@pytest.mark.parametrize("name", WRITERS)
def test_titles_come_back(tmp_path: Path, name: str) -> None:
    papers = [Paper(id=f"2411.{number:05}", title=title) for number, title in enumerate(TITLES)]
    back = written(tmp_path, name, papers)
    expected = [
        plain(title) if name.endswith(".bib") and "\\" in _outside_math(title) else title for title in TITLES
    ]
    assert [paper.title for paper in back] == expected
    assert [paper.id for paper in back] == [paper.id for paper in papers]


def _outside_math(title: str) -> str:
    return "".join(title.split("$")[::2])


ELSEWHERE = Paper(
    id="pb-480999c27044ccd2",
    title="A Pond of One's Own",
    authors=("Ada van Doe", "Ben Roe, Jr.", "OpenAI", "Łukasz Kuciński"),
    year=2017,
    doi="10.1234/pond.(2017)_3",
    url="https://ponds.example.org/papers/3_a.pdf?x=1%20",
    venue="Proceedings of the Pond Workshop",
)
PREPRINT = Paper(
    id="2411.13543",
    title="BALROG",
    authors=("Ada Doe", "Ben Roe"),
    abstract="We play 50% of {games} -- a_b, $x^{2}$ & more, naïvely.",
    published=date(2024, 11, 20),
    categories=("cs.AI",),
    keywords=("games", "agents"),
)


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_known_of_a_paper_elsewhere_comes_back(tmp_path: Path, name: str) -> None:
    (back,) = written(tmp_path, name, [ELSEWHERE])
    for field in ("title", "authors", "year", "doi", "url", "venue"):
        assert getattr(back, field) == getattr(ELSEWHERE, field), field


@pytest.mark.parametrize("name", WRITERS)
def test_an_arxiv_paper_comes_back_as_one(tmp_path: Path, name: str) -> None:
    (back,) = written(tmp_path, name, [PREPRINT])
    assert (back.id, back.title, back.authors, back.year) == ("2411.13543", "BALROG", PREPRINT.authors, 2024)
    assert (back.doi, back.url, back.venue) == (None, None, None)
    assert (back.published, back.abstract, back.keywords) == (
        PREPRINT.published,
        PREPRINT.abstract,
        PREPRINT.keywords,
    )


@pytest.mark.parametrize("name", ["papers.jsonl", "papers.csv", "papers.json", "papers.bib"])
def test_groups_stay_whole(tmp_path: Path, name: str) -> None:
    paper = Paper(id="2411.13543", title="T", authors=("Gemini Team, Google", "Barnes and Noble", "01. AI"))
    assert written(tmp_path, name, [paper])[0].authors == paper.authors


@pytest.mark.parametrize("name", WRITERS)
def test_a_family_that_is_read_first_stays_first(tmp_path: Path, name: str) -> None:
    names = ("肖 发民", "趙 紫陽", "山田 太郎", "김 철수", "ジョン スミス", "趙紫陽", "Ada Doe")
    (back,) = written(tmp_path, name, [Paper(id="2411.13543", title="Title", authors=names)])
    assert back.authors == names


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.bib", "@misc{a, title={T}, author={肖, 发民 and 趙, 紫陽 and Doe, Ada}}"),
        (
            "a.bib",
            "@misc{a, title={T}, author={family=肖, given=发民 and family=趙, given=紫陽 and Ada Doe}}",
        ),
        ("a.ris", "TY  - JOUR\nTI  - T\nAU  - 肖, 发民\nAU  - 趙, 紫陽\nAU  - Doe, Ada\nER  - \n"),
        (
            "a.json",
            '[{"type": "article", "title": "T", "author": [{"family": "肖", "given": "发民"}, '
            '{"family": "趙", "given": "紫陽"}, {"family": "Doe", "given": "Ada"}]}]',
        ),
        ("a.csv", 'title,authors\nT,"肖, 发民; 趙, 紫陽; Doe, Ada"\n'),
    ],
)
def test_chinese_names_are_read_family_first(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    ((paper,),) = (harvest.papers for harvest in PaperFile(path).harvests())
    assert paper.authors == ("肖 发民", "趙 紫陽", "Ada Doe")


def test_a_summary_without_an_abstract_stays_one(tmp_path: Path) -> None:
    paper = Paper(id="2411.13543", title="T", summary="Plays games.")
    assert written(tmp_path, "papers.jsonl", [paper]) == [paper]
    assert written(tmp_path, "papers.csv", [paper]) == [paper]


letters = st.characters(exclude_categories=("C", "Z", "M"), include_characters=" ")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(letters, min_size=1, max_size=40))
def test_any_title_without_backslashes_comes_back_from_bibtex(title: str) -> None:
    paper = Paper.model_validate({"id": "2411.13543", "title": f"A {title} B"})
    if "\\" in title or not _is_even(paper.title):
        return
    (back,) = read_bibtex(bibtex(paper))
    assert isinstance(back, Paper)
    assert back.title == paper.title


def _is_even(title: str) -> bool:
    """Whether braces and dollars have their partners: others mean something in LaTeX, or nothing."""
    return not set(title) & set("{}$")


@pytest.mark.skipif(
    not COLLECTION.is_file(), reason="the collection of arXiv papers is not beside the project"
)
def test_two_thousand_real_titles_come_back_but_for_accents() -> None:
    with lzma.open(COLLECTION, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in islice(lines, 0, None, EVERY)]
    papers = {
        record["arxiv_id"]: Paper(
            id=record["arxiv_id"], title=record["title"], authors=record["authors"] or ()
        )
        for record in records
    }
    out = io.StringIO()
    assert bibliography.write_bibtex(papers.values(), out) == len(papers) >= 2_000
    back = {paper.id: paper for paper in read_bibtex(out.getvalue()) if isinstance(paper, Paper)}
    assert back.keys() == papers.keys()
    wrong = [
        (paper.title, back[paper.id].title)
        for paper in papers.values()
        if _folded(back[paper.id].title) != _folded(_said(paper.title))
    ]
    assert wrong == []
    assert [paper.id for paper in papers.values() if _names(paper) != _names(back[paper.id])] == []


def _said(title: str) -> str:
    """Of a title with commands what they say: `\\'Etale` comes back as `Étale`."""
    return plain(title) if "\\" in _outside_math(title) else title


def _folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _names(paper: Paper) -> list[str]:
    return [_folded(plain(name) if "\\" in name else name) for name in paper.authors]
