"""What earlier versions wrote is read as it was meant."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import text

from bot.errors import StaleButton
from bot.state.deliveries import Deliveries, Pick
from bot.state.feeds import ChannelKind, Feeds, Plan
from bot.state.parked import Parked
from bot.state.store import Store
from commands.daily.drafts import Draft, keep, kept
from tests.state.examples import TODAY, add_feed, claims, tomorrow
from tests.support.statements import running, value
from tests.support.time import SettableClock

DRAFT = (
    '{"daily": {"guild_id": 10, "channel_id": 20, "kind": "forum", "at": "09:30:00", "zone": "Europe/Berlin",'
    ' "weekdays": [0, 1, 4], "topic": "agents", "papers": 2, "thread": false, "publish": false, '
    '"ping_role_id": null, "tag_id": 7}, "feed": 3, "asked": 12}'
)
MEANT = Draft(
    Plan(
        guild_id=10,
        channel_id=20,
        kind=ChannelKind.FORUM,
        at=time(9, 30),
        zone="Europe/Berlin",
        weekdays=frozenset({0, 1, 4}),
        topic="agents",
        papers=2,
        tag_id=7,
    ),
    feed_id=3,
    asked=12,
)
PICKS = (
    '[{"id": "2411.13543", "title": "BALROG", "day": "2025-03-20", "rank": 1, "archive": false,'
    ' "where": "title"}, {"id": "pb-1", "title": "Lost notes", "day": null, "rank": null, "archive": true}]'
)


async def test_a_draft_is_read_and_comes_back_as_it_was(store: Store, clock: SettableClock) -> None:
    parked = Parked(store, clock)
    assert await kept(parked, await parked.park(DRAFT)) == MEANT
    assert await kept(parked, await keep(parked, MEANT)) == MEANT


@pytest.mark.parametrize("broken", ["", "{}", "[1]", "null", DRAFT.replace("09:30:00", "25:00")])
async def test_a_draft_that_cannot_be_read_is_stale(store: Store, clock: SettableClock, broken: str) -> None:
    parked = Parked(store, clock)
    with pytest.raises(StaleButton):
        await kept(parked, await parked.park(broken))


async def test_picks_and_weekdays_are_read_as_they_were_written(store: Store, clock: SettableClock) -> None:
    feeds, deliveries = Feeds(store, clock), Deliveries(store, clock)
    feed = await add_feed(feeds, clock(), weekdays=frozenset({0, 6}))
    assert await store.read(value(text("SELECT weekdays FROM feeds"))) == 0b1000001
    await claims(store, clock).claim_due(1, tomorrow)
    await store.write(running(text("UPDATE deliveries SET picks = :picks").bindparams(picks=PICKS)))
    delivery = await deliveries.of_day(feed.id, TODAY)
    assert delivery is not None
    assert delivery.picks == (
        Pick("2411.13543", "BALROG", date(2025, 3, 20), 1, False, "title"),
        Pick("pb-1", "Lost notes", archive=True),
    )
    read = await feeds.get(feed.id)
    assert read is not None
    assert read.plan.weekdays == {0, 6}
