"""The first catalog, from the page and the facts that come with Paperboy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from bot.catalog import file, papers
from bot.paper.model import Paper
from bot.sources.seed import build_seed


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    catalog = tmp_path_factory.mktemp("seed") / "catalog.db"
    build_seed(catalog)
    return catalog


@pytest.fixture
def connection(seeded: Path) -> Iterator[sqlite3.Connection]:
    with closing(file.open_for_reading(seeded)) as opened:
        yield opened


def test_it_holds_the_69_papers(tmp_path: Path) -> None:
    assert build_seed(tmp_path / "deep" / "catalog.db") == 69


def test_building_it_twice_changes_nothing(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.db"
    build_seed(catalog)
    with closing(file.open_for_reading(catalog)) as before:
        first = papers.recent(before, 100)
    assert build_seed(catalog) == 69
    with closing(file.open_for_reading(catalog)) as after:
        assert papers.recent(after, 100) == first


def test_the_abstract_comes_from_the_page_and_the_rest_from_the_facts(connection: sqlite3.Connection) -> None:
    balrog = papers.get(connection, "2411.13543")
    assert balrog is not None
    assert balrog.title == "BALROG: Benchmarking Agentic LLM and VLM Reasoning On Games"
    assert balrog.abstract.startswith("Large Language Models (LLMs) and Vision Language Models")
    assert balrog.published == date(2024, 11, 20)
    assert balrog.upvotes == 11
    assert balrog.featured == (date(2024, 11, 25), date(2025, 3, 20))


def test_what_is_unknown_stays_unknown(connection: sqlite3.Connection) -> None:
    def unknown(known: str) -> int:
        (count,) = connection.execute(f"SELECT count(*) FROM papers WHERE NOT ({known})").fetchone()
        return int(count)

    assert unknown("upvotes IS NOT NULL") == 51
    assert unknown("categories <> '[]'") == 13
    assert unknown("authors <> '[]'") == 11
    assert unknown("published IS NOT NULL") == 8
    assert unknown("year IS NOT NULL") == 0


def test_every_paper_has_its_arxiv_id_and_its_abstract(connection: sqlite3.Connection) -> None:
    shipped: list[Paper] = papers.recent(connection, 100)
    assert all(paper.arxiv_id and len(paper.abstract) > 120 for paper in shipped)
