"""A row that can't be computed, read or written holds up no other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.daily.when.due import next_due, turn_of
from bot.reasons import Code, Reason, reason
from bot.state.claims import Turn
from bot.state.deliveries import Deliveries, State
from bot.state.feeds import ChannelKind, Feed, Feeds
from bot.state.store import Store
from tests.state.examples import TODAY, add_feed, claims, tomorrow
from tests.support.statements import running
from tests.support.time import SettableClock


async def set_raw(store: Store, table: str, row_id: int, column: str, value: Any) -> None:
    statement = text(f"UPDATE {table} SET {column} = :value WHERE id = :id")
    await store.write(running(statement.bindparams(value=value, id=row_id)))


def real_turns(clock: SettableClock) -> Callable[[Feed], Turn]:
    return lambda feed: turn_of(feed, clock())


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("zone", "Mars/Olympus_Mons", reason(Code.UNKNOWN_ZONE, zone="Mars/Olympus_Mons")),
        ("zone", "../../etc/passwd", reason(Code.UNKNOWN_ZONE, zone="../../etc/passwd")),
        ("zone", "", reason(Code.UNKNOWN_ZONE, zone="")),
        ("kind", "hologram", reason(Code.NEWER_VERSION)),
        ("gone", "orbit", reason(Code.NEWER_VERSION)),
        ("weekdays", 0, reason(Code.BUG)),
    ],
)
async def test_a_feed_whose_turn_cannot_be_computed_is_paused_by_itself(
    store: Store, clock: SettableClock, column: str, value: Any, why: Reason
) -> None:
    keeper = Feeds(store, clock)
    first, bad, last = [await add_feed(keeper, clock(), channel_id=number) for number in (1, 2, 3)]
    await set_raw(store, "feeds", bad.id, column, value)
    claimed = await claims(store, clock).claim_due(10, real_turns(clock))
    assert {feed.id for _, feed in claimed} == {first.id, last.id}
    paused = await keeper.get(bad.id)
    assert paused is not None
    assert (paused.next_due_at, paused.paused_reason) == (None, why)
    clock.move(seconds=11)
    assert [[feed.id for feed in together] for together in await keeper.to_tell(5)] == [[bad.id]]
    assert await claims(store, clock).claim_due(10, real_turns(clock)) == []


async def test_a_bug_is_logged_as_one_with_its_trace(
    store: Store, clock: SettableClock, caplog: pytest.LogCaptureFixture
) -> None:
    keeper = Feeds(store, clock)
    await add_feed(keeper, clock(), channel_id=1)
    broken = await add_feed(keeper, clock(), channel_id=2)

    def turn(feed: Feed) -> Turn:
        if feed.id == broken.id:
            raise KeyError("a mistake of ours")
        return tomorrow(feed)

    assert len(await claims(store, clock).claim_due(10, turn)) == 1
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert record.exc_info is not None
    assert "bug" in record.getMessage()


async def test_a_feed_that_the_database_refuses_is_paused_by_itself(
    store: Store, clock: SettableClock
) -> None:
    keeper = Feeds(store, clock)
    good = await add_feed(keeper, clock(), channel_id=1)
    bad = await add_feed(keeper, clock(), channel_id=2)

    def turn(feed: Feed) -> Turn:
        found = tomorrow(feed)
        day: Any = found.serve and found.serve[0] if feed.id == good.id else None
        return Turn(found.next_due_at, (day, clock()))

    assert [feed.id for _, feed in await claims(store, clock).claim_due(10, turn)] == [good.id]
    paused = await keeper.get(bad.id)
    assert paused is not None
    assert paused.paused_reason == reason(Code.BUG)


async def test_values_of_a_newer_version_can_be_listed(store: Store, clock: SettableClock) -> None:
    keeper = Feeds(store, clock)
    feed = await add_feed(keeper, clock())
    await set_raw(store, "feeds", feed.id, "kind", "hologram")
    (listed,) = await keeper.of_guild(feed.plan.guild_id)
    assert listed.plan.kind is ChannelKind.UNKNOWN
    assert await keeper.remove(feed.id)


async def test_a_delivery_that_cannot_be_read_ends_and_the_others_go_on(
    store: Store, clock: SettableClock
) -> None:
    keeper = Feeds(store, clock)
    for number in (1, 2):
        await add_feed(keeper, clock(), channel_id=number)
    taken = await claims(store, clock).claim_due(10, tomorrow)
    broken = taken[0][0]
    await set_raw(store, "deliveries", broken.id, "picks", "[{")
    clock.move(minutes=2)
    waiting = await claims(store, clock).take_waiting(10)
    assert [delivery.id for delivery in waiting] == [taken[1][0].id]
    clock.move(minutes=2)
    assert len(await claims(store, clock).take_waiting(10)) == 1


async def test_a_time_that_no_clock_shows_is_replaced_so_that_its_feed_can_be_paused(
    store: Store, clock: SettableClock
) -> None:
    if not store.is_sqlite:
        pytest.skip("PostgreSQL takes times alone")
    keeper = Feeds(store, clock)
    feed = await add_feed(keeper, clock())
    await set_raw(store, "feeds", feed.id, "at", "teatime")
    assert await keeper.of_guild(feed.plan.guild_id) == []
    assert await claims(store, clock).claim_due(10, real_turns(clock)) == []
    (paused,) = await keeper.of_guild(feed.plan.guild_id)
    assert paused.paused_reason == reason(Code.BUG)


async def test_a_lease_is_renewed_for_its_owner_alone(store: Store, clock: SettableClock) -> None:
    progress = Deliveries(store, clock)
    await add_feed(Feeds(store, clock), clock())
    ((delivery, _),) = await claims(store, clock).claim_due(10, tomorrow)
    begun = await progress.begin_first(delivery, [], lease_until=clock() + timedelta(seconds=90))
    assert begun is not None
    clock.move(seconds=60)
    renewed = await progress.renew(begun, lease_until=clock() + timedelta(seconds=90))
    assert renewed is not None
    assert renewed.last_attempt_at == clock()
    clock.move(seconds=91)
    another_life = claims(store, clock)
    assert await another_life.free_own() == 1
    assert len(await another_life.take_waiting(10)) == 1
    assert await progress.renew(renewed, lease_until=clock() + timedelta(seconds=90)) is None
    held = await progress.of_day(delivery.feed_id, TODAY)
    assert held is not None
    assert (held.owner, held.state) == (another_life.owner, State.CLAIMED)


async def test_a_server_that_comes_back_with_a_bad_feed_comes_back(
    store: Store, clock: SettableClock
) -> None:
    keeper = Feeds(store, clock)
    bad, good = [await add_feed(keeper, clock(), channel_id=number) for number in (1, 2)]
    await keeper.guild_left(bad.plan.guild_id)

    def next_due(feed: Feed) -> Any:
        if feed.id == bad.id:
            raise ValueError("no such zone")
        return clock() + timedelta(days=1)

    assert await keeper.guild_back(bad.plan.guild_id, next_due) == 2
    assert await keeper.nearest_due() == clock(), "claiming it says what is wrong"
    assert good.id != bad.id


async def test_what_a_clock_far_ahead_put_off_comes_back_when_it_is_set_right(
    store: Store, clock: SettableClock
) -> None:
    keeper = Feeds(store, clock)
    served, told, later = [await add_feed(keeper, clock(), channel_id=number) for number in (1, 2, 3)]
    await keeper.change(later.id, later.plan, next_due_at=clock() + timedelta(days=8))
    clock.move(days=3_650)
    assert len(await claims(store, clock).claim_due(1, real_turns(clock))) == 1
    (delivery,) = [each for each, _ in await claims(store, clock).claim_due(1, real_turns(clock))]
    await Deliveries(store, clock).fail(delivery, reason(Code.CHANNEL_HIDDEN), pause=True)
    clock.move(days=-3_650)

    assert await keeper.set_right(lambda feed: next_due(feed.plan, clock())) == 1
    again, _, untouched = await keeper.of_guild(served.plan.guild_id)
    assert again.next_due_at == next_due(again.plan, clock())
    assert untouched.next_due_at == clock() + timedelta(days=8)
    clock.move(minutes=1)
    ((stopped,),) = await keeper.to_tell(10)
    assert stopped.id == told.id
    assert await keeper.set_right(lambda feed: next_due(feed.plan, clock())) == 0
