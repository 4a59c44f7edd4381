"""What the shell says to what an operator types, and with which exit code it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import cli as command_line

WRONG = [
    (["find"], "Tell me what to find"),
    (["find", " "], "Tell me what to find"),
    (["find", "x", "--limit", "0"], "--limit"),
    (["find", "x", "--sort", "oldest"], "--sort"),
    (["fnd", "x"], "I don't know the command `fnd`. Did you mean `find`?"),
    (["--colour"], "--colour"),
    (["find", "--colour", "x"], "--colour"),
    (["backfill"], "--since"),
    (["backfill", "--since", "yesterday"], "yesterday"),
    (["backfill", "--since", "2999-01-01"], "is in the future"),
    (["daily", "--weekdays", "someday", "x"], "I couldn't read “someday” as days"),
    (["daily", "🤖"], "has no word that I can search for"),
    (["daily", "--until", "2025-13-01", "x"], "I couldn't read “2025-13-01” as a date. Try 2025-03-20."),
    (["find", "-agents"], "`paperboy find -- agents -games`"),
    (["daily", "-game", "x"], "`paperboy daily -- agents -games`"),
    (["export", "agents", "-games"], "`paperboy export -- agents -games`"),
    (["invite", "--application-id", "12"], "12 isn't an application's id"),
    (["import"], "FILE"),
    (["import", "nowhere.bib"], "nowhere.bib"),
    (["import", "."], "is a directory"),
    (["remove"], "Tell me which papers"),
    (["remove", "x" * 65], "isn't a paper's id"),
    (["invite", "--application-id", "abc"], "abc"),
    (["invite", "--application-id", "-4"], "-4"),
    (["export", "--format", "docx"], "docx"),
    (["catalog", "--catalog", "."], "is a directory"),
]
FAILED = [
    (["find", "x", "--catalog", "nowhere.db"], "There is no catalog nowhere.db"),
    (["export", "--output", "no/such/folder"], "no/such/folder"),
    (["invite"], "--application-id"),
    (["run"], "DISCORD_TOKEN is not set"),
    (["embed"], "PAPERBOY_SENTENCE_MODEL"),
    (["embed", "--model", "nowhere"], "nowhere"),
    (["remove", "--undo", "2401.00001"], "was not removed"),
]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, and settings of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERBOY_CATALOG", str(tmp_path / "catalog.db"))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'state.db'}")
    for name in ("DISCORD_TOKEN", "PAPERBOY_TOKEN", "PAPERBOY_SENTENCE_MODEL"):
        monkeypatch.delenv(name, raising=False)


def ended(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of `paperboy` with these arguments."""
    monkeypatch.setattr("sys.argv", ["paperboy", *arguments])
    with pytest.raises(SystemExit) as end:
        command_line.main()
    return int(end.value.code or 0)


@pytest.mark.parametrize(
    ("arguments", "sentence", "code"),
    [(*each, 2) for each in WRONG] + [(*each, 1) for each in FAILED],
    ids=lambda each: " ".join(each)[:30] if isinstance(each, list) else "",
)
def test_what_is_typed_wrong_gets_one_line(
    arguments: list[str],
    sentence: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ended(arguments, monkeypatch) == code
    said = capsys.readouterr()
    (line,) = said.err.splitlines()
    assert line.startswith("paperboy: ")
    assert sentence in line
    assert line.endswith(".")
    assert said.out == ""


@pytest.mark.parametrize(
    "arguments",
    [["find", "zzzzqqqq"], ["find", "2999.99999"], ["export", "zzzzqqqq"], ["remove", "--list"], ["--help"]],
    ids=" ".join,
)
def test_nothing_found_is_no_error(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert ended(arguments, monkeypatch) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("🤖", "I need at least one word"),
        ("after:20xx", "a date looks like"),
        ("zzzzqqqq", "no similar titles"),
    ],
)
def test_nothing_found_says_what_to_try(
    words: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended(["find", words], monkeypatch)
    (line,) = capsys.readouterr().out.splitlines()
    assert said in line


def test_one_paper_is_one_paper(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    ended(["export", "2411.13543"], monkeypatch)
    assert capsys.readouterr().err == "1 paper exported.\n"


def test_a_source_that_is_away_is_said_once(tmp_path: Path) -> None:
    away = {
        "PAPERBOY_CATALOG": str(tmp_path / "catalog.db"),
        "PAPERBOY_HUGGING_FACE_ENDPOINT": "http://127.0.0.1:9",
        "PAPERBOY_ARXIV_ENDPOINT": "http://127.0.0.1:9",
    }
    done = subprocess.run(
        [sys.executable, "-m", "bot", "update"], env=os.environ | away, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stdout == "0 new papers, 0 updated, 0 unchanged.\n"
    assert done.stderr.count("Hugging Face cannot be reached") == 1
    assert done.stderr.count("arXiv cannot be reached") == 1
    assert len(done.stderr.splitlines()) == 1
