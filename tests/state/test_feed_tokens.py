"""Secret addresses of channels' feeds, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.state.feed_token_table import feed_tokens
from bot.state.feed_tokens import FeedChannel, FeedTokens
from bot.state.feeds import Feeds
from tests.state.examples import add_feed


@pytest.fixture
def tokens(store, clock):
    return FeedTokens(store, clock)


async def test_a_token_opens_its_channel_until_the_next(tokens):
    first = await tokens.renew(10, 20)
    other = await tokens.renew(10, 21)
    second = await tokens.renew(10, 20)
    assert await tokens.channel_of(first) is None
    assert await tokens.channel_of(second) == FeedChannel(10, 20)
    assert await tokens.channel_of(other) == FeedChannel(10, 21)
    assert await tokens.channel_of("") is None


async def test_only_a_hash_is_kept(tokens, store):
    token = await tokens.renew(10, 20)
    (row,) = await store.read(lambda connection: connection.execute(select(feed_tokens)).all())
    assert token not in str(row)
    assert len(row.token_hash) == 64


async def test_it_ends_with_the_channels_last_daily_paper(tokens, store, clock):
    feeds = Feeds(store, clock)
    one, two = [await add_feed(feeds, clock()) for _ in range(2)]
    token = await tokens.renew(one.plan.guild_id, one.plan.channel_id)
    await feeds.remove(one.id)
    assert await tokens.channel_of(token)
    await feeds.remove(two.id)
    assert await tokens.channel_of(token) is None


async def test_it_ends_when_the_channel_or_the_bot_has_been_gone_for_long(tokens, store, clock):
    feeds = Feeds(store, clock)
    feed = await add_feed(feeds, clock())
    token = await tokens.renew(feed.plan.guild_id, feed.plan.channel_id)
    await feeds.guild_left(feed.plan.guild_id)
    await feeds.clean_up(clock() - timedelta(days=30))
    assert await tokens.channel_of(token)
    clock.move(days=31)
    await feeds.clean_up(clock() - timedelta(days=30))
    assert await tokens.channel_of(token) is None
