"""Catalogs for tests: an empty one, the one that comes with Paperboy, and small ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.catalog import file
from bot.paper.model import Paper
from bot.search.engine import SearchEngine
from bot.search.results import Results
from bot.sources.seed import build_seed
from tests.support.putting import put


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.db"


@pytest.fixture
def database(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(file.open_for_writing(path)) as opened:
        yield opened


@dataclass
class Catalog:
    connection: sqlite3.Connection
    engine: SearchEngine

    def find(self, text: str, **options: Any) -> Results:
        return self.engine.on(self.connection).find(text, **options)

    def ids(self, text: str, **options: Any) -> list[str]:
        return [hit.paper.id for hit in self.find(text, **options).hits]

    def titles(self) -> list[str]:
        return [row["title"] for row in self.connection.execute("SELECT title FROM papers ORDER BY number")]

    def suggested(self, text: str, limit: int = 25) -> list[str]:
        return [choice.title for choice in self.engine.on(self.connection).suggest(text, limit)]


def opened(path: Path) -> Iterator[Catalog]:
    engine = SearchEngine(path)
    with closing(file.open_for_reading(path)) as connection:
        yield Catalog(connection, engine)
    engine.close()


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    path = tmp_path_factory.mktemp("seed") / "catalog.db"
    build_seed(path)
    yield from opened(path)


@pytest.fixture
def catalog_of(tmp_path: Path) -> Iterator[Callable[..., Catalog]]:
    """Makes a catalog of papers given by title, or whole."""
    open_ones = []

    def make(*given: str | Paper) -> Catalog:
        path = tmp_path / "catalog.db"
        made = [
            paper if isinstance(paper, Paper) else Paper(id=f"p{number}", title=paper)
            for number, paper in enumerate(given, 1)
        ]
        with closing(file.open_for_writing(path)) as database:
            put(database, made)
        generator = opened(path)
        open_ones.append(generator)
        return next(generator)

    yield make
    for generator in open_ones:
        next(generator, None)
