"""Code that appears is told once, and nothing at first sight."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.catalog import file, papers
from bot.following.paper_events import PaperEvent, events_of
from bot.paper.harvest import Origin
from bot.paper.model import Paper
from tests.support.putting import put

_PAPER = Paper(id="2411.13543", title="Web agents")
_WITH_CODE = _PAPER.model_copy(update={"code_url": "https://github.com/a/b"})
_OTHER_CODE = _PAPER.model_copy(update={"code_url": "https://github.com/c/d"})


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(file.open_for_writing(tmp_path / "catalog.db")) as opened:
        yield opened


def merged(database: sqlite3.Connection, paper: Paper, origin: Origin = Origin.FILE) -> list[PaperEvent]:
    before = papers.get(database, paper.id)
    put(database, [paper], origin)
    return [*events_of(before, papers.get(database, paper.id))]


def test_code_that_appears_is_told_once(database: sqlite3.Connection) -> None:
    assert merged(database, _PAPER) == []
    assert merged(database, _WITH_CODE) == [PaperEvent.CODE]
    assert merged(database, _WITH_CODE) == []
    assert merged(database, _PAPER, Origin.ARXIV) == []
    assert merged(database, _WITH_CODE, Origin.HUGGING_FACE) == []


def test_nothing_is_told_at_first_sight_or_of_other_code(database: sqlite3.Connection) -> None:
    assert merged(database, _WITH_CODE) == []
    assert merged(database, _OTHER_CODE) == []


def test_a_paper_that_has_left_has_no_event() -> None:
    assert events_of(_PAPER, None) == events_of(None, None) == ()
