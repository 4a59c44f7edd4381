"""Rows that can't be computed or read."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import text

from bot.state.store import Store
from tests.crash.town import PLAIN
from tests.storm.ground import Ground, storm
from tests.support.statements import running, value

BROKEN = {
    "zone": "'Mars/Olympus_Mons'",
    "kind": "'hologram'",
    "weekdays": "0",
    "at": "'teatime'",
    "gone": "'orbit'",
}
"""A column, and what makes its row unusable."""


@storm("bad-rows", channels=12, sorts=(PLAIN,), short=True, traces=True)
def bad_rows(ground: Ground) -> None:
    """Among due feeds are one of an unknown zone, of a newer version's kinds, and broken ones."""
    ground.subscribe()
    channels = list(ground.town.sorts)
    broken = dict(zip(channels, BROKEN.items(), strict=False))
    for channel, (column, bad) in broken.items():
        change(ground, f"UPDATE feeds SET {column} = {bad} WHERE channel_id = {channel}")
    ground.start()
    for channel in broken:
        ground.without(channel)
    ground.wait_for(lambda: not ground.town.count().missing, 30, "the other posts")
    ground.wait_until_told(len(broken))
    paused = found(ground, "SELECT count(*) FROM feeds WHERE paused_at IS NOT NULL")
    ground.expect(paused == len(broken), f"{paused} feeds are paused")
    told = [each for each in ground.stand_in.requests() if "paused" in str(each["json"])]
    ground.expect(told, "nobody was told")
    ground.expect("state store cannot be used" not in ground.log, "a bug was taken for an outage")


def change(ground: Ground, statement: str) -> None:
    async def work() -> None:
        store = Store(ground.url)
        await store.write(running(text(statement)))
        await store.close()

    asyncio.run(work())


def found(ground: Ground, query: str) -> Any:
    async def work() -> Any:
        store = Store(ground.url)
        held = await store.read(value(text(query)))
        await store.close()
        return held

    return asyncio.run(work())
