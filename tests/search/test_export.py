"""What is exported comes back as it was."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.catalog import file, papers
from bot.catalog.merging import merge
from bot.cli import cli
from bot.paper import bibliography
from bot.paper.model import Paper
from bot.search.engine import SearchEngine
from bot.sources.files import PaperFile
from bot.sources.seed import build_seed

PAPERS = [
    Paper(
        id="2411.13543",
        title="BALROG: “Games”, $\\pi$ & more",
        abstract='One.\n\nTwo; three, "four".',
        authors=("Ada Lovelace", "Sammy Davis, Jr."),
        published="2024-11-20",
        categories=("cs.AI", "cs.CL"),
        upvotes=0,
        featured=("2024-11-25", "2025-03-20"),
        code_url="https://github.com/balrog-ai/BALROG",
        code_stars=9,
        summary="A benchmark.",
        keywords=("games", "agents"),
        withdrawn=True,
    ),
    Paper(id="MED-10", title="Without anything", authors=("Martin Luther King, Jr.",)),
]


@pytest.mark.parametrize(
    ("suffix", "write"), [(".jsonl", bibliography.write_json_lines), (".csv", bibliography.write_csv)]
)
def test_there_and_back(tmp_path: Path, suffix: str, write: object) -> None:
    path = tmp_path / f"papers{suffix}"
    with path.open("w", encoding="utf-8", newline="") as out:
        assert write(PAPERS, out) == 2  # type: ignore[operator]
    back = [paper for harvest in PaperFile(path).harvests() for paper in harvest.papers]
    assert back == PAPERS


def test_bibtex_keys_differ_and_the_papers_come_back(tmp_path: Path) -> None:
    twice = [
        Paper(id="2411.00001", title="On Games", authors=("Ada Lovelace",)),
        Paper(id="2411.00002", title="On Games", authors=("Ada Lovelace",)),
    ]
    out = io.StringIO()
    assert bibliography.write_bibtex(twice, out) == 2
    heads = [line for line in out.getvalue().splitlines() if line.startswith("@")]
    assert len(set(heads)) == 2
    path = tmp_path / "papers.bib"
    path.write_text(out.getvalue(), encoding="utf-8")
    (harvest,) = PaperFile(path).harvests()
    assert [paper.id for paper in harvest.papers] == ["2411.00001", "2411.00002"]


def test_every_paper_of_the_catalog(database: sqlite3.Connection) -> None:
    merge(database, next(iter(_many(1203))))
    assert [paper.id for paper in papers.every(database)] == [f"n{n}" for n in range(1203)]


def _many(count: int):
    from bot.paper.harvest import Harvest, Origin

    yield Harvest(Origin.FILE, tuple(Paper(id=f"n{n}", title=f"Paper {n}") for n in range(count)))


def test_the_command_exports_what_a_query_finds(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.db"
    build_seed(catalog)
    run = CliRunner().invoke(cli, ["export", "--format", "csv", "--catalog", str(catalog), "negotiation"])
    assert run.exit_code == 0, run.output
    rows = list(csv.DictReader(io.StringIO(run.stdout)))
    assert 0 < len(rows) < 69
    assert rows[0]["title"]


@pytest.mark.parametrize("query", ["2411.13543", "https://arxiv.org/abs/2411.13543v2"])
def test_the_export_of_an_id_is_one_paper_and_ends(tmp_path: Path, query: str) -> None:
    catalog = tmp_path / "catalog.db"
    build_seed(catalog)
    run = CliRunner().invoke(cli, ["export", "--catalog", str(catalog), query])
    assert run.exit_code == 0, run.output
    assert [json.loads(line)["id"] for line in run.stdout.splitlines()] == ["2411.13543"]
    assert run.stderr == "1 paper exported.\n"


def test_every_paper_that_a_query_finds_is_exported_once(database: sqlite3.Connection, path: Path) -> None:
    merge(database, next(iter(_many(1203))))
    with closing(file.open_for_reading(path)) as connection, closing(SearchEngine(path)) as engine:
        found = [paper.id for paper in engine.on(connection).find_all("paper")]
    assert sorted(found) == sorted(f"n{n}" for n in range(1203))


def test_an_export_that_finds_nothing_is_no_error(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.db"
    build_seed(catalog)
    run = CliRunner().invoke(cli, ["export", "--catalog", str(catalog), "zzzzqqqq"])
    assert (run.exit_code, run.stdout, run.stderr) == (0, "", "0 papers exported.\n")


@pytest.mark.parametrize("format_", ["jsonl", "csv", "bibtex", "ris", "csl-json"])
def test_each_format_of_the_command_is_read_again(tmp_path: Path, format_: str) -> None:
    catalog, out, again = tmp_path / "catalog.db", tmp_path / "papers.txt", tmp_path / "again.db"
    build_seed(catalog)
    runner = CliRunner()
    arguments = ["--catalog", str(catalog), "--format", format_, "--output", str(out)]
    assert runner.invoke(cli, ["export", *arguments]).exit_code == 0
    read = runner.invoke(cli, ["import", str(out), "--catalog", str(again)])
    assert read.exit_code == 0, read.output
    assert read.stdout == "papers.txt: 69 papers imported (69 new, 0 updated, 0 unchanged).\n"


def test_nothing_is_written_beside_the_export(caplog: pytest.LogCaptureFixture) -> None:
    """pylatexenc logs each character that it has no word for."""
    awkward = Paper(id="2411.00001", title="李 ſ 🤖 \u2603 \U0001d54f", authors=("李 明",))
    bibliography.write_bibtex([awkward], io.StringIO())
    assert caplog.records == []


def test_the_command_exports_everything_into_a_file(tmp_path: Path) -> None:
    catalog, out, again = tmp_path / "catalog.db", tmp_path / "out.jsonl", tmp_path / "again.db"
    build_seed(catalog)
    runner = CliRunner()
    assert runner.invoke(cli, ["export", "--catalog", str(catalog), "--output", str(out)]).exit_code == 0
    assert runner.invoke(cli, ["import", str(out), "--catalog", str(again)]).exit_code == 0
    with closing(file.open_for_reading(catalog)) as one, closing(file.open_for_reading(again)) as other:
        assert papers.recent(one, 100) == papers.recent(other, 100)
