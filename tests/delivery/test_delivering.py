"""A due feed becomes one post, in a simulated Discord."""

from __future__ import annotations

from bot.state.feeds import ChannelKind
from tests.conftest import World
from tests.daily.examples import daily_of, feed_in, posts


async def test_a_due_feed_posts_once_and_opens_its_thread(world: World) -> None:
    daily = daily_of(world)
    await feed_in(world, world.channel, thread=True)
    assert posts(world.channel) == []

    await world.env.advance_time(8 * 3600 + 60)

    (post,) = posts(world.channel)
    (thread,) = world.channel.threads
    assert thread.id == post.id
    assert len(await daily.history.of_channel(world.channel.guild.id, world.channel.id, limit=5)) == 1
    await world.env.advance_time(3600)
    assert len(posts(world.channel)) == 1


async def test_the_next_day_brings_another_paper(world: World) -> None:
    daily = daily_of(world)
    await feed_in(world, world.channel)
    await world.env.advance_time(33 * 3600)
    assert len(posts(world.channel)) == 2
    papers = await daily.history.of_channel(world.channel.guild.id, world.channel.id, limit=5)
    assert len({paper.paper_id for paper in papers}) == 2


async def test_a_forum_gets_a_post_each_day(world: World) -> None:
    forum = world.channel.guild.create_forum_channel("papers-forum")
    await feed_in(world, forum, kind=ChannelKind.FORUM)
    await world.env.advance_time(8 * 3600 + 60)
    (thread,) = forum.threads
    assert len(posts(thread)) == 1
    assert (
        thread.name
        == (await daily_of(world).history.of_channel(world.channel.guild.id, forum.id, limit=1))[0].title
    )


async def test_a_news_channels_post_is_published_when_asked(world: World) -> None:
    news = world.channel.guild.create_news_channel("papers-news")
    await feed_in(world, news, kind=ChannelKind.NEWS, publish=True)
    await world.env.advance_time(8 * 3600 + 60)
    (post,) = posts(news)
    published = f"/channels/{news.id}/messages/{post.id}/crosspost"
    assert [request.path for request in world.env.http_requests].count(published) == 1


async def test_a_post_comes_in_time_however_often_the_dispatcher_is_woken(world):
    await feed_in(world, world.channel)
    await world.env.advance_time(8 * 3600 - 5)
    for _ in range(10):
        daily_of(world).dispatcher.wake(2.0)
        await world.env.advance_time(1)
    assert len(posts(world.channel)) == 1
