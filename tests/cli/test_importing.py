"""What `paperboy import` says, and with which exit code it ends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.catalog.imports import import_under_way
from bot.cli import cli


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return tmp_path / "catalog.db"


def run(catalog: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["import", "--catalog", str(catalog), *map(str, arguments)])


def written(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_one_paper_is_one_paper(tmp_path: Path, catalog: Path) -> None:
    path = written(tmp_path, "p.bib", "@misc{a, title={Reeds}, eprint={2103.00777}}")
    first, again = run(catalog, path), run(catalog, path)
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.output == "p.bib: 1 paper imported (1 new, 0 updated, 0 unchanged).\n"
    assert again.output == "p.bib: 1 paper imported (0 new, 0 updated, 1 unchanged).\n"


def test_what_was_passed_over_is_said_once(tmp_path: Path, catalog: Path) -> None:
    path = written(tmp_path, "p.bib", "@misc{a, title={Reeds}}\n@misc{b, author={Doe}}")
    ran = run(catalog, path)
    assert ran.exit_code == 0
    assert ran.stderr == "1 record skipped: no title (entry b, line 2)\n"


def test_nothing_imported_is_an_error(tmp_path: Path, catalog: Path) -> None:
    ran = run(catalog, written(tmp_path, "p.bib", "@misc{b, author={Doe}}"))
    assert ran.exit_code == 1
    assert ran.stdout == "p.bib: no papers imported.\n"
    assert ran.stderr == "1 record skipped: no title (entry b, line 1)\n"


def test_a_file_that_can_not_be_read_is_said_once_and_stops_no_other(tmp_path: Path, catalog: Path) -> None:
    bad = written(tmp_path, "notes.txt", "Not a paper in sight.\n" * 20)
    good = written(tmp_path, "p.bib", "@misc{a, title={Reeds}}")
    ran = run(catalog, bad, good)
    assert ran.exit_code == 1
    assert ran.stdout == "p.bib: 1 paper imported (1 new, 0 updated, 0 unchanged).\n"
    assert ran.stderr.count("I don't know this kind of file") == 1
    assert "expected a day" not in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


def test_the_encoding_is_named_and_can_be_told(tmp_path: Path, catalog: Path) -> None:
    path = written(tmp_path, "p.csv", "title\nUn étang tranquille\n".encode("cp1252"))
    assert run(catalog, path).stdout.endswith("0 unchanged), read as Windows-1252.\n")
    told = run(catalog, path, "--encoding", "latin-1")
    assert told.stdout.endswith("1 unchanged), read as ISO8859-1.\n")
    assert run(catalog, path, "--encoding", "klingon").exit_code == 1


def test_a_folder_and_a_missing_file_are_usage_errors(tmp_path: Path, catalog: Path) -> None:
    assert run(catalog, tmp_path).exit_code == 2
    assert run(catalog, tmp_path / "none.bib").exit_code == 2


def test_paperboy_catalog_shows_how_far_an_import_has_come(tmp_path: Path, catalog: Path) -> None:
    run(catalog, written(tmp_path, "p.bib", "@misc{a, title={Reeds}, eprint={2103.00777}}"))
    show = ["catalog", "--catalog", str(catalog)]
    with import_under_way(catalog) as progress:
        assert "import under way     just begun\n" in CliRunner().invoke(cli, show).stdout
        progress.say("arxiv.jsonl", 250, 1000, 4000)
        said = CliRunner().invoke(cli, show).stdout
        assert "import under way     arxiv.jsonl, 25% read, 4,000 papers in 1 s (4,000/s)\n" in said
        assert "search index         in memory alone\n" in said
    assert "import under way" not in CliRunner().invoke(cli, show).stdout


def test_paperboy_catalog_shows_how_the_index_stands(
    tmp_path: Path, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = ["catalog", "--catalog", str(catalog)]
    run(catalog, written(tmp_path, "p.bib", "@misc{a, title={Reeds}, eprint={2103.00777}}"))
    assert CliRunner().invoke(cli, ["index", "--catalog", str(catalog)]).exit_code == 0
    assert re.search(r"^search index +built [\d-]+ [\d:]+ UTC$", CliRunner().invoke(cli, show).stdout, re.M)
    run(catalog, written(tmp_path, "q.bib", "@misc{b, title={Rushes}, eprint={2103.00778}}"))
    monkeypatch.setattr("bot.cli.catalog.LARGEST_DELTA", 0)
    assert "UTC, 1 paper behind\n" in CliRunner().invoke(cli, show).stdout
    with import_under_way(catalog):
        said = CliRunner().invoke(cli, show).stdout
    assert "1 paper behind; to be built when the import has ended\n" in said
