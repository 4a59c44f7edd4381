"""The daily paper comes though the catalog is lost in the middle."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.paper.model import Paper
from bot.search.library import Library
from bot.sources.seed import build_seed
from bot.state.store import Store
from tests.daily.test_year import START, Calendar
from tests.support.putting import put_in
from tests.support.time import SettableClock


@pytest.mark.parametrize("lose", [os.unlink, lambda path: os.truncate(path, 0)], ids=["deleted", "emptied"])
async def test_feeds_due_after_the_catalog_was_lost_get_their_paper(
    tmp_path: Path, lose: Callable[[Path], None]
) -> None:
    path = tmp_path / "catalog.db"
    store = Store(f"sqlite:///{tmp_path / 'state.db'}")
    await store.migrate()
    with closing(Library(path, make=build_seed)) as library:
        await put_in(
            library,
            (
                Paper(id=f"2512.{number:05}", title=f"Paper {number}", featured=(date(2025, 12, 31),))
                for number in range(20)
            ),
        )
        calendar = Calendar(store, library, SettableClock(START))
        for channel in range(1, 9):
            await calendar.subscribe(channel, "Europe/Berlin", time(9, channel))
        await calendar.pass_to(START + timedelta(hours=8, minutes=4, seconds=30))
        before = len(calendar.board.posts)
        assert 0 < before < 8
        lose(path)
        await calendar.pass_to(START + timedelta(hours=12))
    await store.close()
    later = calendar.board.posts[before:]
    assert len(later) == 8 - before
    assert all(post.entries and not post.entries[0].paper.id.startswith("2512") for _, _, post in later)
