"""Which catalog a command works on, and what is said of one that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import cli as command_line
from bot.catalog import file
from bot.errors import CatalogError

READING = [["find", "agents"], ["daily", "agents"], ["catalog"], ["export"], ["index"], ["find", "--stdin"]]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings' catalog, which is not there yet."""
    path = tmp_path / "data" / "catalog.db"
    monkeypatch.setenv("PAPERBOY_CATALOG", str(path))
    return path


def run(*arguments: str | Path, stdin: str = "") -> Result:
    return CliRunner().invoke(command_line.cli, [str(argument) for argument in arguments], input=stdin)


def test_a_first_search_finds_the_papers_that_come_with_paperboy(path: Path) -> None:
    found = run("find", "--json", "multi-agent debate")
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["total"] > 0
    assert "papers               69" in run("catalog").stdout


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_a_slip_in_a_catalogs_name_makes_no_new_catalog(tmp_path: Path, arguments: list[str]) -> None:
    slip = tmp_path / "catalogue.db"
    failed = run(*arguments, "--catalog", slip)
    assert isinstance(failed.exception, CatalogError)
    assert "There is no catalog" in str(failed.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [*READING, ["update"]], ids=" ".join)
def test_a_folder_that_cannot_be_written_to_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    (tmp_path / "data").touch()
    monkeypatch.setenv("PAPERBOY_CATALOG", str(tmp_path / "data" / "catalog.db"))
    failed = run(*arguments)
    assert isinstance(failed.exception, CatalogError)
    assert "Check that its folder can be written to" in str(failed.exception)


def test_damage_that_shows_only_in_reading_ends_as_a_sentence(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run("catalog")
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[: size // 2].ljust(size, b"\xee"))
    monkeypatch.setattr(file, "_CHECKED_SIZE", 0)
    monkeypatch.setattr("sys.argv", ["paperboy", "export", "--output", "/dev/null"])
    with pytest.raises(SystemExit, match="1"):
        command_line.main()
    assert capsys.readouterr().err.startswith("paperboy: The catalog can't be used any further (")


def test_many_queries_are_answered_in_their_order(path: Path) -> None:
    answers = run("find", "--stdin", "--json", "--limit", "2", stdin='negotiatoin\n"\n2411.13543v2\n').stdout
    typo, nothing, by_id = [json.loads(line) for line in answers.splitlines()]
    assert (typo["query"], typo["corrected"]) == ("negotiatoin", "negotiation")
    assert [each["rank"] for each in typo["results"]] == [1, 2]
    assert {"id", "title", "score"} < typo["results"][0].keys()
    assert (nothing["query"], nothing["results"]) == ('"', [])
    assert by_id["results"][0]["id"] == "2411.13543"
    assert all(each["took_ms"] > 0 for each in (typo, nothing, by_id))


def test_an_exclusion_comes_after_two_dashes(path: Path) -> None:
    everything, without = (
        json.loads(run("find", "--json", "--limit", "100", "--", *words).stdout)
        for words in (["negotiation"], ["negotiation", "-game"])
    )
    assert 0 < without["total"] < everything["total"]
