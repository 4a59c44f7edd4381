"""`paperboy daily`: what a daily paper on a topic would have brought."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.catalog import file
from bot.cli import cli
from bot.paper.model import Paper
from tests.support.putting import put

MONDAY = date(2026, 8, 10)


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    """A week of lists with one paper on web agents in each, and an old one."""
    path = tmp_path / "catalog.db"
    week = [MONDAY + timedelta(days=day) for day in range(5)]
    new = [
        Paper(id=f"2608.0000{number}", title=f"Web agents {number}", featured=[day], upvotes=number)
        for number, day in enumerate(week)
    ]
    others = [
        Paper(id=f"2608.1000{number}", title=f"Of the web {number}", featured=[day], upvotes=99)
        for number, day in enumerate(week)
    ]
    old = [Paper(id=f"2501.0000{number}", title=f"Old web agents {number}") for number in range(3)]
    with closing(file.open_for_writing(path)) as database:
        put(database, [*new, *others, *old])
    return path


def daily(catalog: Path, *arguments: str) -> list[dict[str, Any]]:
    command = ["daily", "--json", "--until", "2026-08-16", "--catalog", str(catalog), *arguments]
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_day_has_its_paper_and_none_comes_twice(catalog: Path) -> None:
    days = daily(catalog, "web", "agents", "--days", "7")
    assert [day["day"] for day in days] == [f"2026-08-{number}" for number in range(10, 17)]
    brought = [(paper["title"], paper["archive"]) for day in days for paper in day["papers"]]
    # Monday's list closes in the night to Tuesday. At the weekend the last three lists still are new.
    assert brought == [
        ("Old web agents 0", True),
        ("Web agents 0", False),
        ("Web agents 1", False),
        ("Web agents 2", False),
        ("Web agents 3", False),
        ("Web agents 4", False),
        ("Old web agents 1", True),
    ]
    assert days[1]["papers"][0]["why"] == "#2 on Monday · topic in its title"
    assert days[6]["papers"][0]["why"] == "from the archive · topic in its title"


def test_nothing_later_than_the_day_is_looked_at(catalog: Path) -> None:
    days = daily(catalog, "web", "agents", "--days", "14", "--papers", "5")
    of_monday = next(day for day in days if day["day"] == "2026-08-10")
    assert [paper["title"] for paper in of_monday["papers"]] == []
    first = days[0]
    assert {paper["title"] for paper in first["papers"]} == {f"Old web agents {n}" for n in range(3)}


def test_other_weekdays_and_more_papers(catalog: Path) -> None:
    days = daily(catalog, "web agents", "--days", "7", "--weekdays", "fri", "--papers", "3")
    assert [day["day"] for day in days] == ["2026-08-14"]
    assert [paper["title"] for paper in days[0]["papers"]] == ["Web agents 3", "Web agents 2", "Web agents 1"]


def test_an_exclusion_comes_after_two_dashes(catalog: Path) -> None:
    days = daily(catalog, "--days", "1", "--", "web agents -old")
    assert [paper["title"] for paper in days[0]["papers"]] == ["Web agents 4"]


def test_a_topic_of_which_nothing_is_left_has_days_without_papers(catalog: Path) -> None:
    assert daily(catalog, "xylophones", "--days", "2") == [
        {"day": "2026-08-15", "papers": []},
        {"day": "2026-08-16", "papers": []},
    ]


@pytest.mark.parametrize("topic", ["", "web agents"])
def test_two_processes_agree(catalog: Path, topic: str) -> None:
    command = [
        sys.executable,
        "-m",
        "bot",
        "daily",
        topic,
        "--until",
        "2026-08-16",
        "--papers",
        "5",
        "--json",
    ]
    said = [
        subprocess.run(
            [*command, "--catalog", str(catalog)],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1]
    assert said[0].count("\n") == 14


def test_people_read_a_line_a_paper(catalog: Path) -> None:
    command = ["daily", "web agents", "--until", "2026-08-14", "--days", "1", "--catalog", str(catalog)]
    result = CliRunner().invoke(cli, command)
    line = "Fri 2026-08-14  Web agents 3  2608.00003  (#2 on Thursday · topic in its title)"
    assert result.stdout.splitlines() == [line]


def test_a_topic_that_nothing_is_about_is_said_in_one_line(catalog: Path) -> None:
    result = CliRunner().invoke(cli, ["daily", "xylophones", "--days", "30", "--catalog", str(catalog)])
    (line,) = result.stdout.splitlines()
    assert line.startswith("No paper in the catalog is about “xylophones”.")
