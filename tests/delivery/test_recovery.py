"""What a crash, an outage or a long sleep leaves behind, and what becomes of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import discord
import pytest
import simcord
from sqlalchemy import update

from bot.reasons import Code
from bot.state.deliveries import FeedDelivery, State
from bot.state.feeds import ChannelKind, Feed
from bot.state.tables import delivered, deliveries
from bot.views.reason_sentences import sentence
from tests.conftest import World
from tests.daily.examples import NINE, daily_of, feed_in, posts
from tests.support.putting import put_in
from tests.support.statements import running

DAY = date(2026, 1, 1)


async def day_of(world: World, feed: Feed, day: date = DAY) -> FeedDelivery:
    found = await daily_of(world).deliveries.of_day(feed.id, day)
    assert found is not None
    return found


async def posted(world: World, channel: simcord.ChannelHandle, **changes: Any) -> Feed:
    feed = await feed_in(world, channel, **changes)
    await world.env.advance_time(NINE + 5)
    assert (await day_of(world, feed)).state is State.SENT
    return feed


async def as_after_a_crash(world: World, feed: Feed, **changes: Any) -> None:
    """The row as a process leaves it that dies between Discord's answer and writing it down."""
    began = world.env.now() - timedelta(seconds=2)
    left: dict[str, Any] = {
        "state": State.CLAIMED.value,
        "unsure_since": began,
        "last_attempt_at": began,
        "message_id": None,
        "owner": "all shards",
        "wake_at": world.env.now() + timedelta(seconds=88),
    }
    row = update(deliveries).where(deliveries.c.feed_id == feed.id)
    changed = running(row.values(left | changes), update(delivered).values(message_id=None))
    await world.services.store.write(changed)


async def restart_after(world: World, **later: float) -> None:
    """The bot is off for so long."""
    await daily_of(world).dispatcher.close()
    await world.env.advance_time(timedelta(**later).total_seconds())
    await world.restart()
    daily_of(world).dispatcher.longest_sleep = timedelta(days=2)
    await world.env.settle()


async def test_a_post_that_arrived_is_found_and_not_sent_again(world):
    feed = await posted(world, world.channel)
    (post,) = posts(world.channel)
    await as_after_a_crash(world, feed)

    await restart_after(world, minutes=10)

    assert [message.id for message in posts(world.channel)] == [post.id]
    found = await day_of(world, feed)
    assert (found.state, found.message_id) == (State.SENT, post.id)


async def test_among_many_other_messages_our_own_is_found(world):
    feed = await posted(world, world.channel)
    await as_after_a_crash(world, feed)
    for number in range(120):
        world.env.backend.create_message(world.channel.id, world.alice.id, content=f"chat {number}")
    await restart_after(world, minutes=10)
    assert len(posts(world.channel)) == 1
    assert (await day_of(world, feed)).state is State.SENT


async def test_a_post_that_never_arrived_is_sent(world):
    feed = await posted(world, world.channel)
    (post,) = posts(world.channel)
    world.env.backend.delete_message(world.channel.id, post.id)
    await as_after_a_crash(world, feed)

    await restart_after(world, minutes=10)

    assert len(posts(world.channel)) == 1
    assert (await day_of(world, feed)).state is State.SENT


@pytest.mark.parametrize("archived", [False, True])
async def test_a_forum_post_that_arrived_is_found_active_or_archived(world, archived):
    forum = world.channel.guild.create_forum_channel("forum")
    feed = await posted(world, forum, kind=ChannelKind.FORUM)
    (thread,) = forum.threads
    await as_after_a_crash(world, feed)
    if archived:
        world.env.backend.get_channel(thread.id).archived = True

    await restart_after(world, seconds=20)

    assert [each.id for each in forum.threads] == [thread.id]
    found = await day_of(world, feed)
    assert (found.state, found.message_id, found.message_channel_id) == (State.SENT, thread.id, thread.id)


async def test_a_forum_is_searched_only_when_what_was_under_way_has_arrived(world):
    forum = world.channel.guild.create_forum_channel("forum")
    feed = await posted(world, forum, kind=ChannelKind.FORUM)
    await as_after_a_crash(world, feed)
    asked = len(world.env.http_requests)
    await restart_after(world, seconds=1)
    assert not any("threads" in request.path for request in world.env.http_requests[asked:])
    await world.env.advance_time(20)
    assert any("threads/active" in request.path for request in world.env.http_requests[asked:])
    assert len(forum.threads) == 1


async def test_when_nobody_can_tell_it_is_not_sent_again(world, caplog):
    feed = await posted(world, world.channel)
    await as_after_a_crash(world, feed)
    world.env.inject_error(
        "GET", f"/channels/{world.channel.id}/messages", status=403, code=50013, times=None
    )

    await restart_after(world, minutes=10)

    assert len(posts(world.channel)) == 1
    unsure = await day_of(world, feed)
    assert unsure.state is State.FAILED
    assert unsure.note is not None
    assert "I don't know whether this post arrived" in sentence(unsure.note)
    assert "perhaps-arrived" in caplog.text
    papers = await daily_of(world).deliveries.had(world.channel.id)
    assert len(papers) == 1


async def test_a_claim_without_an_attempt_is_sent_at_restart(world):
    feed = await posted(world, world.channel)
    (post,) = posts(world.channel)
    world.env.backend.delete_message(world.channel.id, post.id)
    await as_after_a_crash(world, feed, attempts=0, unsure_since=None, last_attempt_at=None)
    await restart_after(world, seconds=1)
    assert len(posts(world.channel)) == 1


async def test_a_thread_that_was_not_opened_is_opened_at_restart(world):
    feed = await posted(world, world.channel)
    await as_after_a_crash(
        world,
        feed,
        state=State.SENT.value,
        unsure_since=None,
        thread_due=True,
        message_id=posts(world.channel)[0].id,
    )
    await restart_after(world, seconds=1)
    assert len(world.channel.threads) == 1
    assert not (await day_of(world, feed)).thread_due


async def test_a_thread_that_exists_already_counts_as_opened(world):
    feed = await posted(world, world.channel, thread=True)
    await as_after_a_crash(
        world,
        feed,
        state=State.SENT.value,
        unsure_since=None,
        thread_due=True,
        message_id=posts(world.channel)[0].id,
    )
    await restart_after(world, seconds=1)
    assert len(world.channel.threads) == 1
    done = await day_of(world, feed)
    assert (done.thread_due, done.note) == (False, None)


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_failing_discord_is_tried_again(world, status):
    path = f"/channels/{world.channel.id}/messages"
    world.env.inject_error("POST", path, status=status, times=3)
    feed = await feed_in(world, world.channel)
    await world.env.advance_time(NINE + 5)
    waiting = await day_of(world, feed)
    await world.env.advance_time(60)
    assert len(posts(world.channel)) == 1
    assert waiting.attempts >= 1
    assert (await day_of(world, feed)).state is State.SENT


async def test_a_block_on_the_way_to_discord_pauses_nothing(world):
    """A 403 without a code of Discord's own comes from a proxy or a firewall."""
    path = f"/channels/{world.channel.id}/messages"
    world.env.inject_error("POST", path, status=403, code=0, times=1)
    feed = await feed_in(world, world.channel)
    await world.env.advance_time(NINE + 200)
    assert len(posts(world.channel)) == 1
    assert (await day_of(world, feed)).state is State.SENT


async def test_a_thread_that_cannot_be_opened_is_told_in_the_list_and_pauses_nothing(world):
    world.env.inject_error("POST", "/channels/*/messages/*/threads", status=403, code=50013)
    feed = await feed_in(world, world.channel, thread=True)
    await world.env.advance_time(NINE + 5)
    sent = await day_of(world, feed)
    assert sent.state is State.SENT
    assert sent.note.code == Code.LACKS_PERMISSION
    assert (await daily_of(world).feeds.get(feed.id)).paused_at is None


# Downtime, and a clock that jumps


@pytest.mark.parametrize(
    ("off", "served"), [({"minutes": 10}, True), ({"hours": 5}, True), ({"hours": 7}, False)]
)
async def test_after_downtime_a_post_comes_late_or_is_skipped(world, off, served):
    feed = await feed_in(world, world.channel)
    await world.env.advance_time(NINE - 60)
    await restart_after(world, **off)
    assert len(posts(world.channel)) == (1 if served else 0)
    day = await day_of(world, feed)
    assert day.state is (State.SENT if served else State.SKIPPED)
    if not served:
        assert day.note.code == Code.MISSED
    await world.env.advance_time(24 * 3600)
    assert len(posts(world.channel)) == (2 if served else 1)


async def test_after_three_days_the_days_between_are_skipped_and_todays_comes(world):
    feed = await feed_in(world, world.channel)
    await world.env.advance_time(NINE - 60)
    await restart_after(world, days=3, minutes=30)
    assert len(posts(world.channel)) == 1
    assert (await day_of(world, feed)).state is State.SKIPPED
    assert (await day_of(world, feed, DAY + timedelta(days=3))).state is State.SENT


async def test_an_old_claim_that_was_never_sent_is_given_up(world):
    feed = await posted(world, world.channel)
    (post,) = posts(world.channel)
    world.env.backend.delete_message(world.channel.id, post.id)
    await as_after_a_crash(world, feed)
    await restart_after(world, hours=8)
    assert posts(world.channel) == []
    assert (await day_of(world, feed)).state is State.SKIPPED
    assert await daily_of(world).deliveries.had(world.channel.id) == set()


async def test_a_clock_set_back_an_hour_posts_nothing_twice(world):
    await posted(world, world.channel)
    real = daily_of(world).clock
    offset = timedelta(hours=-1)
    services = world.services
    object.__setattr__(services, "clock", lambda: real() + offset)
    await world.restart()
    daily_of(world).dispatcher.longest_sleep = timedelta(days=2)
    await world.env.advance_time(2 * 3600)
    assert len(posts(world.channel)) == 1
    await world.env.advance_time(24 * 3600)
    assert len(posts(world.channel)) == 2


# Feeds that stop


async def test_a_forbidden_channel_pauses_the_feed_and_tells_an_admin_once(world):
    admins = world.channel.guild.create_text_channel("admins")
    world.env.backend.edit_guild(world.channel.guild.id, {"system_channel_id": admins.id})
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=403, code=50013)
    feed = await feed_in(world, world.channel)
    await world.env.advance_time(NINE + 30)

    paused = await daily_of(world).feeds.get(feed.id)
    assert paused.paused_reason.code == Code.LACKS_PERMISSION
    assert paused.next_due_at is None
    assert len(posts(admins)) == 1
    await world.env.advance_time(3 * 24 * 3600)
    assert posts(world.channel) == []
    assert len(posts(admins)) == 1


async def test_without_a_system_channel_the_admin_is_told_in_person(world):
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=404, code=10003)
    feed = await feed_in(world, world.channel)
    await world.env.advance_time(NINE + 30)
    assert (await daily_of(world).feeds.get(feed.id)).gone == "channel"
    direct = [
        request.path
        for request in world.env.http_requests
        if request.method == "POST" and request.path == "/users/@me/channels"
    ]
    assert len(direct) == 1


async def test_a_feed_that_is_removed_while_its_post_waits_gets_none(world):
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=429, times=1)
    feed = await feed_in(world, world.channel)
    await daily_of(world).dispatcher.close()
    await world.env.advance_time(NINE)
    await daily_of(world).feeds.remove(feed.id)
    await restart_after(world, minutes=5)
    assert posts(world.channel) == []


async def test_a_deleted_channel_stops_its_feeds(world):
    doomed = world.channel.guild.create_text_channel("doomed")
    feed = await feed_in(world, doomed)
    world.env.backend.delete_channel(doomed.id)
    await world.env.settle()
    stopped = await daily_of(world).feeds.get(feed.id)
    assert (stopped.gone, stopped.next_due_at) == ("channel", None)


async def test_an_exhausted_channel_is_told_once_and_goes_on_by_itself(world):
    from bot.paper.model import Paper

    await feed_in(world, world.channel, topic='"BALROG: Benchmarking Agentic"')
    for _ in range(4):
        await world.env.advance_time(24 * 3600)
    titles = [_text(world, message) for message in posts(world.channel)]
    assert sum("No new paper today" in title for title in titles) == 1
    before = len(titles)
    await put_in(
        world.services.library,
        [Paper(id="2601.00099", title="BALROG: Benchmarking Agentic things again", abstract="More.")],
    )
    await world.env.advance_time(2 * 24 * 3600)
    assert len(posts(world.channel)) == before + 1


def _text(world: World, message: discord.Message) -> str:
    from tests.support.reading import text_of

    return text_of(world.env.backend.get_message(world.channel.id, message.id))


async def test_a_paper_that_is_hidden_while_its_post_waits_is_not_posted(world):
    path = f"/channels/{world.channel.id}/messages"
    world.env.inject_error("POST", path, status=403, code=0, times=1)
    feed = await feed_in(world, world.channel)
    await world.env.advance_time(NINE + 5)
    (chosen,) = (await day_of(world, feed)).picks or ()
    paper = await world.services.library.paper(chosen.paper_id)
    await world.services.hidden.hide(world.channel.guild.id, paper)
    await world.env.advance_time(120)
    assert posts(world.channel) == []
    skipped = await day_of(world, feed)
    assert (skipped.state, skipped.note and skipped.note.code) == (State.SKIPPED, Code.PAPER_GONE)
