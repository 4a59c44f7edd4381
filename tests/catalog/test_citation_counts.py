"""Counts of citations are beside what is merged: no import brings or takes one, and no export has any."""

from __future__ import annotations

import io
import json
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from bot.catalog import citation_counts, papers
from bot.catalog.merging import writing
from bot.catalog.removals import take_out
from bot.paper import bibliography
from bot.paper.harvest import Origin
from bot.paper.ids import own_id
from bot.paper.model import Citations, Paper
from bot.paper.text import title_key
from bot.sources.files import PaperFile
from tests.support.putting import put

ID, TITLE = "2411.13543", "BALROG: Benchmarking Agentic LLM and VLM Reasoning On Games"
COUNTED = Citations(count=41, influential=3, source="Semantic Scholar", day=date(2026, 11, 12))
WRITERS = [
    bibliography.write_json_lines,
    bibliography.write_csv,
    bibliography.write_bibtex,
    bibliography.write_ris,
    bibliography.write_csl_json,
]


def known(database: sqlite3.Connection, paper_id: str = ID) -> Citations | None:
    paper = papers.get(database, paper_id)
    assert paper is not None
    return paper.citations


@pytest.fixture
def counted(database: sqlite3.Connection) -> sqlite3.Connection:
    put(database, [Paper(id=ID, title=TITLE, upvotes=3), Paper(id="2411.00001", title="Another one")])
    with writing(database):
        citation_counts.keep(database, {ID: COUNTED, "2411.99999": COUNTED})
    return database


def test_a_count_is_known_with_its_source_and_day(counted: sqlite3.Connection) -> None:
    assert known(counted) == COUNTED
    assert known(counted, "2411.00001") is None
    later = COUNTED.model_copy(update={"count": 44, "day": date(2026, 11, 19)})
    with writing(counted):
        citation_counts.keep(counted, {ID: later})
    assert known(counted) == later


@pytest.mark.parametrize("origin", list(Origin))
def test_no_import_takes_a_count_away_or_brings_one(counted: sqlite3.Connection, origin: Origin) -> None:
    other = COUNTED.model_copy(update={"count": 1_000_000})
    put(counted, [Paper(id=ID, title=TITLE + "!", upvotes=9, citations=other)], origin)
    put(counted, [Paper(id="2411.00002", title="A third one", citations=other)], origin)
    assert known(counted) == COUNTED
    assert known(counted, "2411.00002") is None


def test_a_count_decides_nothing_of_what_is_merged(counted: sqlite3.Connection) -> None:
    """The same records with and without a count make the same rows."""
    row = "SELECT title, upvotes, provenance FROM papers WHERE id = ?"
    for paper_id, title in ((ID, TITLE), ("2411.00001", "Another one")):
        put(counted, [Paper(id=paper_id, title=title, upvotes=3)])
        put(counted, [Paper(id=paper_id, title="The better title", upvotes=7)], Origin.HUGGING_FACE)
        put(counted, [Paper(id=paper_id, title="A lesser title", upvotes=1)])
    with_count, without = (counted.execute(row, (each,)).fetchone() for each in (ID, "2411.00001"))
    assert with_count == without
    assert with_count[:2] == ("The better title", 7)


def test_a_paper_that_is_found_to_be_another_keeps_its_count(counted: sqlite3.Connection) -> None:
    put(
        counted,
        [
            Paper(
                id=own_id(title_key("A Long Title by Which a Paper Is Known Alone")),
                title="A Long Title by Which a Paper Is Known Alone",
                upvotes=1,
            )
        ],
    )
    put(counted, [Paper(id=ID, title="A Long Title by Which a Paper Is Known Alone")], Origin.ARXIV)
    assert papers.count(counted) == 2
    assert known(counted) == COUNTED


def test_a_count_goes_with_its_paper(counted: sqlite3.Connection) -> None:
    """The row's number may be another paper's next."""
    put(counted, [Paper(id="2411.00009", title="The last one")])
    with writing(counted):
        citation_counts.keep(counted, {"2411.00009": COUNTED})
        take_out(counted, {"2411.00009": "2411.00009"})
    put(counted, [Paper(id="2411.00010", title="The next one")])
    assert known(counted, "2411.00010") is None
    assert counted.execute("SELECT count(*) FROM citations").fetchone() == (1,)


@pytest.mark.parametrize("write", WRITERS)
def test_a_file_is_the_same_to_the_byte_with_and_without_counts(
    counted: sqlite3.Connection, write: object
) -> None:
    def written() -> str:
        out = io.StringIO()
        write(papers.every(counted), out)  # type: ignore[operator]
        return out.getvalue()

    with_count = written()
    counted.execute("DELETE FROM citations")
    assert known(counted) is None
    assert written() == with_count
    assert "41" not in with_count.replace("2411", "")


def test_a_file_that_tells_of_citations_brings_none(database: sqlite3.Connection, tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    record = {"id": ID, "title": TITLE, "citations": {"count": 5}, "citationCount": 5, "cited": 5}
    path.write_text(json.dumps(record), encoding="utf-8")
    for harvest in PaperFile(path).harvests():
        put(database, harvest.papers)
    assert known(database) is None
