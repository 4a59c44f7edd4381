"""Claiming: each local day of each feed once, whoever and however many ask."""

from __future__ import annotations

import asyncio

from bot.reasons import Code, reason
from bot.state.claims import Turn
from bot.state.deliveries import Deliveries, Pick, State
from bot.state.feeds import Feeds
from bot.state.store import Store
from tests.state.examples import TODAY, add_feed, claims, plan, tomorrow
from tests.support.time import SettableClock

PICK = Pick("2401.00001", "A paper")


async def test_a_due_feed_is_claimed_once_and_moves_on(store: Store, clock: SettableClock) -> None:
    feeds = Feeds(store, clock)
    feed = await add_feed(feeds, clock())
    await add_feed(feeds, clock().replace(hour=9))

    ((delivery, _),) = await claims(store, clock).claim_due(10, tomorrow)

    assert (delivery.feed_id, delivery.local_date, delivery.state) == (feed.id, TODAY, State.CLAIMED)
    assert len(delivery.nonce) <= 25
    assert await claims(store, clock).claim_due(10, tomorrow) == []
    moved = await feeds.get(feed.id)
    assert moved is not None
    assert moved.next_due_at == clock().replace(day=2)


async def test_processes_that_claim_at_once_share_the_feeds(
    store: Store, state_url: str, clock: SettableClock
) -> None:
    feeds = Feeds(store, clock)
    for _ in range(40):
        await add_feed(feeds, clock())
    other = Store(state_url)
    workers = [claims(store, clock), claims(other, clock, "two")]

    async def work(index: int) -> list[int]:
        mine: list[int] = []
        while claimed := await workers[index].claim_due(3, tomorrow):
            mine += [feed.id for _, feed in claimed]
        return mine

    done = await asyncio.gather(work(0), work(1), work(0), work(1))
    await other.close()
    everything = [feed_id for mine in done for feed_id in mine]
    assert len(everything) == len(set(everything)) == 40


async def test_a_clock_set_back_claims_no_day_twice(store: Store, clock: SettableClock) -> None:
    feeds = Feeds(store, clock)
    feed = await add_feed(feeds, clock())
    assert len(await claims(store, clock).claim_due(10, tomorrow)) == 1
    clock.move(hours=-1)
    await feeds.resume(feed.id, next_due_at=clock())  # even when somebody puts the day back
    clock.move(minutes=1)
    assert await claims(store, clock).claim_due(10, tomorrow) == []


async def test_a_day_too_long_past_is_noted_and_not_claimed(store: Store, clock: SettableClock) -> None:
    feeds = Feeds(store, clock)
    feed = await add_feed(feeds, clock())
    due = clock()

    claimed = await claims(store, clock).claim_due(10, lambda _: Turn(due.replace(day=5), None, (TODAY, due)))

    assert claimed == []
    missed = await Deliveries(store, clock).of_day(feed.id, TODAY)
    assert missed is not None
    assert missed.state is State.SKIPPED
    assert missed.note == reason(Code.MISSED)


async def test_a_claim_can_be_taken_over_when_its_lease_ends(store: Store, clock: SettableClock) -> None:
    await add_feed(Feeds(store, clock), clock())
    one, two = claims(store, clock), claims(store, clock, "two")
    ((delivery, _),) = await one.claim_due(10, tomorrow)

    assert await two.take_waiting(10) == []
    assert await two.nearest_waking() == clock() + one.lease
    clock.move(seconds=90)
    (taken,) = await two.take_waiting(10)

    assert taken.id == delivery.id
    assert await one.take_waiting(10) == []


async def test_a_restarted_process_takes_its_own_claims_up_at_once(
    store: Store, clock: SettableClock
) -> None:
    await add_feed(Feeds(store, clock), clock())
    await claims(store, clock).claim_due(10, tomorrow)

    assert await claims(store, clock, "two").free_own() == 0
    again = claims(store, clock)
    assert await again.free_own() == 1
    assert len(await again.take_waiting(10)) == 1


async def test_what_its_owner_still_works_on_is_not_given_up(store: Store, clock: SettableClock) -> None:
    for _ in range(2):
        await add_feed(Feeds(store, clock), clock())
    worker = claims(store, clock)
    (kept, _), (left, _) = await worker.claim_due(10, tomorrow)

    assert await worker.free_own({kept.id}) == 1
    assert [each.id for each in await worker.take_waiting(10)] == [left.id]


async def test_a_lease_from_the_future_does_not_hold(store: Store, clock: SettableClock) -> None:
    await add_feed(Feeds(store, clock), clock())
    await claims(store, clock).claim_due(10, tomorrow)
    clock.move(days=-2)
    assert len(await claims(store, clock, "two").take_waiting(10)) == 1


async def test_now_counts_as_the_days_delivery(store: Store, clock: SettableClock) -> None:
    feeds = Feeds(store, clock)
    feed = await add_feed(feeds, clock().replace(hour=20))
    worker = claims(store, clock)
    later = clock().replace(day=2)

    first = await worker.claim_now(feed, TODAY, next_due_at=later)
    second = await worker.claim_now(feed, TODAY, next_due_at=later)

    assert first is not None
    assert second is None
    clock.move(hours=13)
    assert await worker.claim_due(10, tomorrow) == []


async def test_now_takes_up_a_day_that_was_skipped(store: Store, clock: SettableClock) -> None:
    feeds = Feeds(store, clock)
    deliveries = Deliveries(store, clock)
    feed = await add_feed(feeds, clock())
    worker = claims(store, clock)
    ((skipped, _),) = await worker.claim_due(10, tomorrow)
    begun = await deliveries.begin_first(skipped, [PICK], lease_until=clock())
    assert begun is not None
    begun = await deliveries.not_there(begun)
    assert begun is not None
    await deliveries.skip(begun, reason(Code.NOTHING_NEW))

    again = await worker.claim_now(feed, TODAY, next_due_at=clock())

    assert again is not None
    assert (again.id, again.nonce, again.picks) == (skipped.id, skipped.nonce, None)


async def test_now_leaves_a_day_alone_that_may_be_out(store: Store, clock: SettableClock) -> None:
    deliveries = Deliveries(store, clock)
    feed = await add_feed(Feeds(store, clock), clock())
    worker = claims(store, clock)
    ((delivery, _),) = await worker.claim_due(10, tomorrow)
    begun = await deliveries.begin_attempt(delivery, lease_until=clock())
    assert begun is not None
    await deliveries.fail(begun, reason(Code.CONNECTION_BROKE), pause=False, certain=False)

    assert await worker.claim_now(feed, TODAY, next_due_at=clock()) is None


async def test_a_day_that_failed_before_its_time_gets_its_post_when_it_is_due(
    store: Store, clock: SettableClock
) -> None:
    deliveries = Deliveries(store, clock)
    feed = await add_feed(Feeds(store, clock), clock().replace(hour=9))
    worker = claims(store, clock)
    early = await worker.claim_now(feed, TODAY, next_due_at=clock().replace(hour=9))
    assert early is not None
    await deliveries.fail(early, reason(Code.LACKS_PERMISSION), pause=False)
    clock.move(hours=1)
    assert [each.id for each, _ in await worker.claim_due(10, tomorrow)] == [early.id]


async def test_a_draft_confirmed_twice_is_one_feed(store: Store, clock: SettableClock) -> None:
    feeds = Feeds(store, clock)
    both = [await feeds.add(plan(), created_by=30, next_due_at=clock(), draft="same") for _ in range(2)]
    assert both[0] == both[1]
    assert len(await feeds.of_guild(10)) == 1
