"""What `paperboy import` says, and with which exit code it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

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
