"""What the commands that need the state say where its database cannot be used."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli
from bot.errors import SettingsError
from bot.sources.seed import build_seed

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.G.x"


def sentence(command: str | list[str], url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("PAPERBOY_CATALOG", str(tmp_path / "catalog.db"))
    monkeypatch.setenv("PAPERBOY_UPDATES", "no")
    failed = CliRunner().invoke(cli, [command] if isinstance(command, str) else command)
    assert isinstance(failed.exception, SettingsError), failed.exception
    return str(failed.exception)


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_folder_that_cannot_be_made(command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = sentence(command, f"sqlite:///{tmp_path / 'file' / 'in' / 'state.db'}", monkeypatch, tmp_path)
    assert "cannot be used" in said
    assert "check DATABASE_URL" in said


@pytest.mark.parametrize("command", ["run", "migrate", "remove"])
def test_a_folder_in_the_files_place(command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "state.db").mkdir()
    arguments = [command, "--list"] if command == "remove" else [command]
    said = sentence(arguments, f"sqlite:///{tmp_path / 'state.db'}", monkeypatch, tmp_path)
    assert "DATABASE_URL names a folder" in said


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_another_programs_file_is_left_untouched(
    command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "theirs.db"
    build_seed(path)
    before = tables(path)
    said = sentence(command, f"sqlite:///{path}", monkeypatch, tmp_path)
    assert "is another program's: it holds " in said
    assert tables(path) == before


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_database_that_the_server_does_not_have(
    command: str, postgres_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = sentence(command, f"{postgres_url}_not", monkeypatch, tmp_path)
    assert 'database "' in said
    assert "does not exist): check DATABASE_URL" in said


def test_a_server_that_is_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = sentence("migrate", "postgresql://me:secret@127.0.0.1:9/x", monkeypatch, tmp_path)
    assert "cannot be used" in said
    assert "secret" not in said
