"""Somebody's data is deleted while the same person follows: neither stands in the other's way."""

from __future__ import annotations

import asyncio

import asyncpg

from bot.clock import system_clock
from bot.inbox.letter_times import next_letter
from bot.readers.follows import InboxPlan, Kind
from bot.state.followings import Followings
from bot.state.inbox import Inboxes
from bot.state.personal import _held
from bot.state.store import Store

ANN = 7
_WAITS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


async def test_whoever_follows_the_same_again_waits_with_nothing_that_the_deletion_needs(postgres_url):
    """Between its statements, where another's may come: in the order in which `People.forget` has them."""
    order = [table.name for table, *_ in _held(ANN)]
    assert order.index("follows") < order.index("inboxes")
    store = Store(postgres_url)
    await store.migrate()
    followings = Followings(store, system_clock)
    await Inboxes(store, system_clock, next_letter).begin(ANN, InboxPlan())
    await followings.add(ANN, Kind.TOPIC, "debate", "debate")
    deletion, looks = await asyncpg.connect(postgres_url), await asyncpg.connect(postgres_url)
    async with deletion.transaction():
        await deletion.execute("DELETE FROM follows WHERE person_id = $1", ANN)
        again = asyncio.create_task(followings.add(ANN, Kind.TOPIC, "debate", "debate"))
        async with asyncio.timeout(10):
            while not await looks.fetchval(_WAITS):
                pass
        await deletion.execute("DELETE FROM inboxes WHERE person_id = $1", ANN)
    assert (await again).text == "debate"
    assert [each.text for each in await followings.of(ANN)] == ["debate"]
    await deletion.close()
    await looks.close()
    await store.close()
