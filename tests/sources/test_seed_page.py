"""The text of a Daily Papers page, and what is said about one that breaks the pattern."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from bot.catalog import papers
from bot.catalog.merging import merge
from bot.errors import SourceError
from bot.shipped import SEED_PAGE
from bot.sources.files import PaperFile
from bot.sources.seed_page import read_seed_page

ABSTRACT = (
    "We study how agents bargain, and show on three benchmarks that those who listen get the better deals. "
    * 2
)
PAGE = f"new\n\nGet trending papers\n\nMar 20\n\nOne Title\n\n{ABSTRACT}\n\nAnother Title\n\n{ABSTRACT}\n"


def test_a_page_gives_its_day_and_its_papers() -> None:
    page = read_seed_page(PAGE, year=2025)
    assert page.day == date(2025, 3, 20)
    assert [paper.title for paper in page.papers] == ["One Title", "Another Title"]
    assert page.papers[0].abstract == ABSTRACT.strip()
    assert page.papers[0].featured == (date(2025, 3, 20),)
    assert page.papers[0].arxiv_id is None


def test_the_page_that_comes_with_paperboy() -> None:
    assert len(read_seed_page(SEED_PAGE.read_text(encoding="utf-8"), year=2025).papers) == 69


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("", 'The page has no day: expected a line such as "Mar 20" before the first paper.'),
        ("new\n\nOne Title\n", 'The page has no day: expected a line such as "Mar 20"'),
        (f"new\n{ABSTRACT}", 'Line 2: expected a day such as "Mar 20" before the first paper.'),
        ("Feb 30\n", "Line 1: there is no Feb 30 in 2025."),
        ("Mar 20\n", "The page ends after its day: expected a title and an abstract for each paper."),
        (
            "Mar 20\n\nOne Title\n",
            "Line 3: expected an abstract after this title, found the end of the page.",
        ),
        (
            "Mar 20\nOne Title\nToo short.\n",
            "Line 3: expected the abstract of the title on line 2, found only 10",
        ),
        (f"Mar 20\n{ABSTRACT * 2}\n", "Line 2: expected a title, found"),
        (f"{PAGE}\nOne title.\n\n{ABSTRACT}", "Line 15: expected a new title, found that of line 7 again."),
    ],
)
def test_a_page_that_breaks_the_pattern(page: str, sentence: str) -> None:
    with pytest.raises(SourceError) as error:
        read_seed_page(page, year=2025)
    assert sentence in str(error.value)


def test_a_broken_page_changes_nothing(database: sqlite3.Connection, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(PAGE + "\nA title without an abstract\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"page\.txt: Line 15: expected an abstract"):
        merge(database, next(PaperFile(page, year=2025).harvests()))
    assert papers.count(database) == 0
