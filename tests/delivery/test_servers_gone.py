"""Servers and channels that are gone, and what becomes of their daily papers."""

from __future__ import annotations

from tests.daily.examples import NINE, daily_of, feed_in, posts


async def test_a_server_that_removes_the_bot_and_takes_it_back(world):
    feed = await feed_in(world, world.channel)
    guild_id = world.channel.guild.id
    world.env.backend.emit("GUILD_DELETE", {"id": str(guild_id)})
    await world.env.settle()
    assert (await daily_of(world).feeds.get(feed.id)).gone == "server"
    await world.env.advance_time(NINE + 60)
    assert posts(world.channel) == []
    await daily_of(world).upkeep.guild_joined(guild_id)
    daily_of(world).dispatcher.wake()
    await world.env.advance_time(24 * 3600)
    assert len(posts(world.channel)) == 1


async def test_an_unavailable_server_is_no_removal(world):
    feed = await feed_in(world, world.channel)
    world.env.backend.emit("GUILD_DELETE", {"id": str(world.channel.guild.id), "unavailable": True})
    await world.env.settle()
    assert (await daily_of(world).feeds.get(feed.id)).gone is None


async def test_removals_while_the_bot_was_off_are_noticed(world):
    kept = await feed_in(world, world.channel)
    gone = await feed_in(world, world.channel, guild_id=4242 << 22)
    await world.restart()
    await world.env.settle()
    feeds = daily_of(world).feeds
    assert (await feeds.get(kept.id)).gone is None
    assert (await feeds.get(gone.id)).gone == "server"


async def test_the_feeds_of_a_server_that_is_gone_for_thirty_days_are_deleted(world):
    gone = await feed_in(world, world.channel, guild_id=4242 << 22)
    await daily_of(world).upkeep.guild_left(4242 << 22)
    for _ in range(29):
        await world.env.advance_time(24 * 3600)
    assert await daily_of(world).feeds.get(gone.id) is not None
    await world.env.advance_time(4 * 24 * 3600)
    assert await daily_of(world).feeds.get(gone.id) is None


async def test_a_server_of_another_processs_shard_is_not_judged(world):
    feed = await feed_in(world, world.channel, guild_id=4242 << 22)
    await daily_of(world).upkeep.compare([], lambda guild_id: False)
    assert (await daily_of(world).feeds.get(feed.id)).gone is None
