"""Killed in the middle of an import or a backfill, the catalog is whole, and the next run goes on."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.catalog import days, file, papers
from bot.clock import system_clock
from bot.paper.model import Paper
from bot.search.engine import SearchEngine
from bot.search.index import live, storage
from tests.support.paper_server import PaperServer, paper_server_in_thread, silence, wrapped
from tests.support.putting import put

PAPERS = 6_000


def run(path: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments, "--catalog", str(path)],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def held(path: Path) -> int:
    """How many papers the catalog has; 0 while there is none."""
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            return papers.count(connection)
    except sqlite3.OperationalError:
        return 0


def kill_after(process: subprocess.Popen[str], path: Path, count: int) -> None:
    """SIGKILL once the catalog holds more than `count` papers."""
    while held(path) <= count:
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    process.kill()
    process.communicate()


def assert_whole(path: Path) -> None:
    with closing(file.open_for_writing(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        database.execute("INSERT INTO papers_fts (papers_fts, rank) VALUES ('integrity-check', 1)")


def test_an_import(path: Path, tmp_path: Path) -> None:
    chance = random.Random(4)
    words = [f"word{number}" for number in range(3_000)]
    source = tmp_path / "papers.jsonl"
    with source.open("w", encoding="utf-8") as out:
        for number in range(PAPERS):
            abstract = " ".join(chance.choices(words, k=80))
            out.write(
                json.dumps({"id": f"2411.{number:05}", "title": f"Paper {number}", "abstract": abstract})
                + "\n"
            )
    reached = 0
    for _ in range(2):
        kill_after(run(path, "import", str(source)), path, reached)
        assert_whole(path)
        assert held(path) > reached
        reached = held(path)
    assert reached < PAPERS
    output, errors = run(path, "import", str(source)).communicate()
    assert (
        f"{PAPERS:,} papers imported ({PAPERS - reached:,} new, 0 updated, {reached:,} unchanged)" in output
    ), errors
    assert_whole(path)


def test_an_index(path: Path) -> None:
    """Killed at several moments, until a whole one stands there; the former one stays until then."""
    with closing(file.open_for_writing(path)) as database:
        put(database, (Paper(id=f"p{n}", title=f"Robot number {n}") for n in range(PAPERS)))
    beside = storage.path_beside(path)
    with closing(file.open_for_reading(path)) as connection:
        live.write_base(connection, beside)
        former = beside.read_bytes()
        with closing(file.open_for_writing(path)) as database:
            put(database, [Paper(id="another", title="Robot of another kind")])
        chance = random.Random(7)
        began = time.perf_counter()
        run(path, "index").communicate()
        took = time.perf_counter() - began
        for _ in range(5):
            beside.write_bytes(former)
            process = run(path, "index")
            time.sleep(chance.uniform(0.3, 1) * took)
            process.kill()
            process.communicate()
            storage.load(beside)
        assert live.write_base(connection, beside) == PAPERS + 1
        with closing(SearchEngine(path)) as engine:
            assert engine.on(connection).find("robot of another kind").hits[0].paper.id == "another"
    assert [each.name for each in path.parent.glob("*.new")] == []


@pytest.fixture
def server() -> Iterator[PaperServer]:
    with paper_server_in_thread() as running:
        for day in days.weekdays(date(2023, 5, 4), date(2030, 12, 31)):
            number = (day - date(2023, 1, 1)).days
            running.days[day.isoformat()] = [wrapped(f"2301.{number:05}", day.isoformat())]
        yield running


def test_a_backfill(path: Path, server: PaperServer) -> None:
    since = days.last_closed(system_clock()) - timedelta(days=120)
    wanted = list(days.weekdays(since, days.last_closed(system_clock())))
    environment = {
        "PAPERBOY_HUGGING_FACE_ENDPOINT": server.url,
        "PAPERBOY_ARXIV_ENDPOINT": server.url,
    }
    arguments = ("backfill", "--since", since.isoformat())
    reached = 69
    for _ in range(2):
        kill_after(run(path, *arguments, **environment), path, reached + 3)
        assert_whole(path)
        reached = held(path)
    assert 75 < reached < 69 + len(wanted)
    asked = len(server.requests)
    output, errors = run(path, *arguments, **environment).communicate()
    assert "new papers" in output, errors
    missing = 69 + len(wanted) - reached
    assert missing <= len(server.requests) - asked <= missing + 2, (
        "days that were kept are not asked for again"
    )
    with closing(file.open_for_reading(path)) as connection:
        assert days.coverage(connection).gaps == ()
        assert days.not_closed_yet(connection, since, days.last_closed(system_clock())) == []


def test_ctrl_c_during_a_backfill(path: Path, server: PaperServer) -> None:
    server.always = silence
    process = run(path, "backfill", "--since", "2026-01-05", PAPERBOY_HUGGING_FACE_ENDPOINT=server.url)
    while not server.requests:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert "Stopped. What was fetched is kept; run it again to continue." in errors
    assert process.returncode == 1
    assert_whole(path)
