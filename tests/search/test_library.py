"""The catalog as the bot uses it: off the event loop, within a time limit."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import CatalogClosed, SearchTooSlow
from bot.paper.model import Paper
from bot.search.library import Library
from tests.support.putting import put_in

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
async def library(seed_catalog: Path) -> AsyncIterator[Library]:
    opened = Library(seed_catalog, time_limit=0.2)
    yield opened
    opened.close()


def endless(connection: sqlite3.Connection) -> None:
    connection.execute(ENDLESS).fetchone()


async def test_a_read_without_end_is_stopped_with_a_sentence(library):
    with pytest.raises(SearchTooSlow, match="took too long"):
        await library.read(endless)
    assert await library.count() == 69, "the reader is as good as before"


async def test_the_event_loop_goes_on_while_a_search_runs(library):
    search = asyncio.ensure_future(library.read(endless))
    turns = 0
    while not search.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 100
    assert isinstance(search.exception(), SearchTooSlow)


async def test_a_read_that_only_waits_costs_none_of_its_limit(library):
    """As on a machine whose processors are busy: time passes, but hardly any of it is this read's."""

    def wait(connection: sqlite3.Connection) -> int:
        connection.create_function("wait", 0, lambda: time.sleep(0.1))
        rows = connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
            "SELECT count(CASE WHEN i % 400 = 0 THEN wait() ELSE 1 END) FROM n"
        )
        return int(rows.fetchone()[0])

    assert await library.read(wait) == 1995


async def test_a_read_that_hangs_is_stopped_by_the_clock(seed_catalog):
    def hang(connection: sqlite3.Connection) -> None:
        connection.create_function("wait", 0, lambda: time.sleep(0.01))
        connection.execute(f"{ENDLESS} WHERE wait() IS NULL").fetchone()

    with closing(Library(seed_catalog, time_limit=0.05)) as opened, pytest.raises(SearchTooSlow):
        await opened.read(hang)


async def test_work_that_nobody_waits_for_has_no_limit_until_the_catalog_is_closed(library):
    """Nor does it hold up a write, or what somebody waits for."""
    reads = [asyncio.ensure_future(library.background.read(endless)) for _ in range(3)]
    with pytest.raises(SearchTooSlow):
        await library.read(endless)
    await put_in(library, [Paper(id="1706.03762", title="Attention Is All You Need")])
    assert await library.count() == 70
    assert not any(read.done() for read in reads)
    library.close()
    for ended in await asyncio.gather(*reads, return_exceptions=True):
        assert isinstance(ended, CatalogClosed | asyncio.CancelledError)


async def test_what_was_written_is_read_at_once(library):
    paper = Paper(id="1706.03762", title="Attention Is All You Need", authors=("Ashish Vaswani",))
    await put_in(library, [paper])
    assert (await library.paper("1706.03762")).authors == ("Ashish Vaswani",)
    assert (await library.find("attention is all you need")).hits[0].paper.id == "1706.03762"


async def test_a_reader_cannot_write(library):
    with pytest.raises(sqlite3.OperationalError, match=r"readonly|query_only|read-only"):
        await library.read(lambda connection: connection.execute("DELETE FROM papers"))


async def test_writes_are_served_in_the_order_of_their_calls(library):
    titles = [f"Title {number}" for number in range(20)]
    await asyncio.gather(*(put_in(library, [Paper(id="2601.00001", title=title)]) for title in titles))
    assert (await library.paper("2601.00001")).title == "Title 19"
