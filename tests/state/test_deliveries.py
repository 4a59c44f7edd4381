"""How far a delivery has come, and what its channel had."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.reasons import Code, reason
from bot.state.deliveries import Deliveries, FeedDelivery, Kind, Pick, State
from bot.state.feeds import ChannelKind, Feed, Feeds, Gone
from bot.state.history import History
from bot.state.store import Store
from tests.state.examples import TODAY, add_feed, claims, tomorrow
from tests.support.time import SettableClock

PICKS = (Pick("2401.00001", "A paper", TODAY, 1), Pick("cs/9301111", "An old one", archive=True))

REFUSED = reason(Code.LACKS_PERMISSION, permissions="send_messages")


@pytest.fixture
def feeds(store: Store, clock: SettableClock) -> Feeds:
    return Feeds(store, clock)


@pytest.fixture
def deliveries(store: Store, clock: SettableClock) -> Deliveries:
    return Deliveries(store, clock)


async def claimed(store: Store, clock: SettableClock, **changes: object) -> tuple[Feed, FeedDelivery]:
    feed = await add_feed(Feeds(store, clock), clock(), **changes)
    ((delivery, _),) = await claims(store, clock).claim_due(10, tomorrow)
    return feed, delivery


async def begun(
    deliveries: Deliveries, delivery: FeedDelivery, picks: tuple[Pick, ...] = PICKS
) -> FeedDelivery:
    """The delivery with its first attempt under way."""
    first = await deliveries.begin_first(delivery, picks, lease_until=delivery.due_at + timedelta(minutes=2))
    assert first is not None
    return first


async def test_what_was_chosen_is_read_back(
    store: Store, deliveries: Deliveries, clock: SettableClock
) -> None:
    feed, delivery = await claimed(store, clock)
    assert delivery.picks is None
    await begun(deliveries, delivery)
    read = await deliveries.of_day(feed.id, TODAY)
    assert read is not None
    assert read.picks == PICKS
    assert await deliveries.had(20) == {"2401.00001", "cs/9301111"}


async def test_where_the_topic_stands_is_read_back(
    store: Store, deliveries: Deliveries, clock: SettableClock
) -> None:
    feed, delivery = await claimed(store, clock)
    await begun(deliveries, delivery, (Pick("2401.00001", "One", where="keywords"),))
    read = await deliveries.of_day(feed.id, TODAY)
    assert read is not None
    assert read.picks is not None
    assert read.picks[0].where == "keywords"


async def test_the_papers_of_the_last_posts(
    store: Store, deliveries: Deliveries, clock: SettableClock
) -> None:
    for number in range(3):
        _, delivery = await claimed(store, clock)
        both = (Pick(f"2401.0000{number}", "One"), Pick(f"2402.0000{number}", "Two"))
        await begun(deliveries, delivery, both)
    last_two = await deliveries.latest_papers(20, posts=2)
    assert sorted(last_two) == ["2401.00001", "2401.00002", "2402.00001", "2402.00002"]
    assert await deliveries.latest_papers(21, posts=2) == []


async def test_two_feeds_of_a_channel_never_get_one_paper(
    store: Store, deliveries: Deliveries, clock: SettableClock
) -> None:
    _, first = await claimed(store, clock)
    _, second = await claimed(store, clock)
    await begun(deliveries, first, PICKS[:1])
    assert await deliveries.begin_first(second, PICKS, lease_until=clock()) is None
    assert await deliveries.had(20) == {"2401.00001"}
    await begun(deliveries, second, PICKS[1:])


async def test_an_attempt_begins_once(store: Store, deliveries: Deliveries, clock: SettableClock) -> None:
    _, delivery = await claimed(store, clock)
    first = await begun(deliveries, delivery)
    assert (first.attempts, first.unsure_since) == (1, clock())
    assert await deliveries.begin_first(delivery, PICKS, lease_until=clock()) is None
    clock.move(seconds=5)
    second = await deliveries.begin_attempt(first, lease_until=clock())
    assert second is not None
    assert (second.attempts, second.unsure_since) == (2, first.unsure_since)
    assert await deliveries.begin_attempt(first, lease_until=clock()) is None


async def test_a_sent_delivery_is_in_the_channels_history(
    store: Store, deliveries: Deliveries, clock: SettableClock
) -> None:
    feed, delivery = await claimed(store, clock)
    delivery = await begun(deliveries, delivery)
    history = History(store)
    assert await history.of_channel(10, 20, limit=10) == []

    sent = await deliveries.sent(delivery, message_id=99, channel_id=20, steps_until=clock())

    assert (sent.state, sent.message_id, sent.unsure_since) == (State.SENT, 99, None)
    posted = await history.of_channel(10, 20, limit=10)
    assert [(each.title, each.message_id, each.day) for each in posted] == [
        ("A paper", 99, TODAY),
        ("An old one", 99, TODAY),
    ]
    assert await history.count(10, 20) == 2
    assert await history.count(11, 20) == 0
    assert (await deliveries.latest([feed.id]))[feed.id].message_id == 99


async def test_the_history_outlives_the_feed(
    store: Store, feeds: Feeds, deliveries: Deliveries, clock: SettableClock
) -> None:
    feed, delivery = await claimed(store, clock)
    delivery = await begun(deliveries, delivery)
    await deliveries.sent(delivery, message_id=99, channel_id=20, steps_until=clock())
    assert await feeds.remove(feed.id)
    assert not await feeds.remove(feed.id)
    assert await deliveries.had(20) == {"2401.00001", "cs/9301111"}
    again = await add_feed(feeds, clock())
    assert again.id != feed.id


async def test_steps_hold_the_row_until_the_last_is_done(
    store: Store, deliveries: Deliveries, clock: SettableClock
) -> None:
    _, delivery = await claimed(store, clock, thread=True, publish=True, kind=ChannelKind.NEWS)
    delivery = await begun(deliveries, delivery)
    worker = claims(store, clock)
    sent = await deliveries.sent(delivery, message_id=99, channel_id=20, steps_until=clock())
    assert sent is not None
    assert sent.thread_due
    assert sent.publish_due
    threaded = await deliveries.step_done(sent, "thread")
    assert threaded is not None
    assert await worker.nearest_waking() is not None
    published = await deliveries.step_done(threaded, "publish", note=REFUSED)
    assert published is not None
    assert published.note == REFUSED
    assert await worker.nearest_waking() is None


async def test_giving_up_frees_the_papers(store: Store, deliveries: Deliveries, clock: SettableClock) -> None:
    feed, delivery = await claimed(store, clock)
    delivery = await begun(deliveries, delivery)
    await deliveries.fail(delivery, REFUSED, pause=True)

    assert await deliveries.had(20) == set()
    paused = await Feeds(store, clock).get(feed.id)
    assert paused is not None
    assert (paused.next_due_at, paused.paused_reason) == (None, REFUSED)


async def test_papers_that_may_have_arrived_stay_set_aside(
    store: Store, deliveries: Deliveries, clock: SettableClock
) -> None:
    _, delivery = await claimed(store, clock)
    first = await begun(deliveries, delivery)
    await deliveries.fail(first, REFUSED, pause=False, certain=False)
    assert await deliveries.had(20) == {"2401.00001", "cs/9301111"}


async def test_waiting_gives_the_row_to_whoever_comes_first_afterwards(
    store: Store, deliveries: Deliveries, clock: SettableClock
) -> None:
    _, delivery = await claimed(store, clock)
    first = await begun(deliveries, delivery)
    await deliveries.wait(
        first, clock() + timedelta(seconds=5), unsure=True, note=reason(Code.DISCORD_FAILS, status=503)
    )
    two = claims(store, clock, "two")
    assert await two.take_waiting(10) == []
    clock.move(seconds=5)
    (taken,) = await two.take_waiting(10)
    assert (taken.attempts, taken.unsure_since) == (1, first.unsure_since)


async def test_a_channel_that_had_everything_is_told_once(
    store: Store, feeds: Feeds, deliveries: Deliveries, clock: SettableClock
) -> None:
    feed, delivery = await claimed(store, clock)
    told = await begun(deliveries, delivery, ())
    assert told.kind is Kind.EXHAUSTED
    await deliveries.sent(told, message_id=99, channel_id=20, steps_until=clock())
    after = await feeds.get(feed.id)
    assert after is not None
    assert after.told_exhausted


async def test_a_paused_feeds_admin_is_told_until_it_is_done(
    store: Store, feeds: Feeds, deliveries: Deliveries, clock: SettableClock
) -> None:
    feed, delivery = await claimed(store, clock)
    await deliveries.fail(delivery, REFUSED, pause=True)
    clock.move(seconds=10)
    assert [[each.id for each in stopped] for stopped in await feeds.to_tell(10)] == [[feed.id]]
    await feeds.tell_again([feed.id], clock() + timedelta(minutes=1))
    assert await feeds.to_tell(10) == []
    nearest = await feeds.nearest_telling()
    assert nearest is not None
    clock.move(seconds=(nearest - clock()).total_seconds() - 1)
    assert await feeds.to_tell(10) == []
    clock.move(seconds=1)
    assert len(await feeds.to_tell(10)) == 1
    await feeds.tell_again([feed.id], None)
    clock.move(hours=1)
    assert await feeds.to_tell(10) == []


async def test_feeds_of_a_server_that_stop_together_are_told_of_together(
    store: Store, feeds: Feeds, deliveries: Deliveries, clock: SettableClock
) -> None:
    added = [await add_feed(feeds, clock(), guild_id=guild) for guild in (10, 11, 10, 10)]
    stopping = {each.feed_id: each for each, _ in await claims(store, clock).claim_due(10, tomorrow)}

    async def stop(feed: Feed) -> None:
        await deliveries.fail(stopping[feed.id], REFUSED, pause=True)

    async def told() -> list[list[int]]:
        return [[feed.id for feed in stopped] for stopped in await feeds.to_tell(10)]

    first, elsewhere, second, third = added
    await stop(first)
    await stop(elsewhere)
    clock.move(seconds=9)
    await stop(second)
    assert await told() == []
    clock.move(seconds=1)
    assert await told() == [[elsewhere.id]]
    clock.move(seconds=9)
    assert await told() == [[first.id, second.id], [elsewhere.id]]
    clock.move(seconds=39)
    await stop(third)
    assert await told() == [[elsewhere.id]]
    clock.move(seconds=2)
    assert await told() == [[first.id, second.id, third.id], [elsewhere.id]]


async def test_an_admins_own_pause_tells_nobody(feeds: Feeds, clock: SettableClock) -> None:
    feed = await add_feed(feeds, clock())
    paused = await feeds.pause(feed.id, reason(Code.PAUSED_BY_ADMIN))
    assert paused is not None
    assert paused.next_due_at is None
    assert await feeds.to_tell(10) == []
    running = await feeds.resume(feed.id, next_due_at=clock())
    assert running is not None
    assert running.paused_reason is None
    assert await feeds.nearest_due() == clock()


async def test_a_server_that_comes_back_goes_on(feeds: Feeds, clock: SettableClock) -> None:
    feed = await add_feed(feeds, clock())
    stopped = await add_feed(feeds, clock())
    await feeds.pause(stopped.id, reason(Code.PAUSED_BY_ADMIN))
    assert await feeds.guild_left(10) == 2
    assert await feeds.nearest_due() is None
    assert (await feeds.guilds(), await feeds.gone_guilds()) == (set(), {10})

    assert await feeds.guild_back(10, lambda _: clock().replace(day=3)) == 2

    back = [each.next_due_at for each in await feeds.of_guild(10)]
    assert back == [clock().replace(day=3), None]
    assert (await feeds.get(feed.id)).gone is None


async def test_what_went_is_deleted_after_its_days(
    store: Store, feeds: Feeds, deliveries: Deliveries, clock: SettableClock
) -> None:
    _, delivery = await claimed(store, clock, channel_id=21)
    delivery = await begun(deliveries, delivery)
    await deliveries.sent(delivery, message_id=99, channel_id=21, steps_until=clock())
    kept = await add_feed(feeds, clock())
    assert await feeds.channel_deleted(21) == 1
    assert [each.gone for each in await feeds.of_guild(10)] == [Gone.CHANNEL, None]
    assert await feeds.clean_up(clock() - timedelta(days=30)) == 0
    clock.move(days=30)
    assert await feeds.clean_up(clock() - timedelta(days=30)) == 1
    assert [each.id for each in await feeds.of_guild(10)] == [kept.id]
    assert await deliveries.had(21) == set()
