"""Papers put into a catalog, as a file brings them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.catalog.merging import merge
from bot.paper.harvest import Harvest, Origin, Tally
from bot.paper.model import Paper
from bot.search.library import Library

T = TypeVar("T")


def put(database: sqlite3.Connection, papers: Iterable[Paper], origin: Origin = Origin.FILE) -> Tally:
    return merge(database, Harvest(origin, tuple(papers)))


async def put_in(library: Library, papers: Iterable[Paper], origin: Origin = Origin.FILE) -> Tally:
    return await library.merge(Harvest(origin, tuple(papers)))


async def on_its_connection(library: Library, function: Callable[[sqlite3.Connection], T]) -> T:
    """What `function` does on the connection that the library writes by."""
    return await asyncio.wrap_future(library._writer.submit(function))
