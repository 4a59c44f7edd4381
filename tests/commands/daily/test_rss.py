"""`/daily rss`: a channel's daily papers outside of Discord."""

from __future__ import annotations

import re

import pytest

from bot.settings import Settings
from tests.daily.examples import feed_in
from tests.support.reading import text_of


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"public_url": "https://papers.example.org/x/"})


async def asked(world, admin, **options) -> str:
    result = await admin.slash(world.channel, "daily rss", **options)
    assert result.response.ephemeral
    return text_of(result.response)


async def test_an_admin_gets_an_address_that_only_they_see(world, admin):
    await feed_in(world, world.channel)
    said = await asked(world, admin)
    (token,) = set(re.findall(r"`https://papers\.example\.org/x/channel/([\w-]{43})\.(?:atom|json)`", said))
    assert said.count(token) == 2
    opened = await world.services.feed_tokens.channel_of(token)
    assert (opened.guild_id, opened.channel_id) == (world.channel.guild.id, world.channel.id)


async def test_asking_again_replaces_it(world, admin):
    await feed_in(world, world.channel)
    tokens = [re.findall(r"channel/([\w-]+)\.atom", await asked(world, admin))[0] for _ in range(2)]
    assert tokens[0] != tokens[1]
    assert await world.services.feed_tokens.channel_of(tokens[0]) is None
    assert await world.services.feed_tokens.channel_of(tokens[1])


async def test_a_channel_without_a_daily_paper_has_no_feed(world, admin):
    await feed_in(world, world.channel)
    other = world.channel.guild.create_text_channel("other")
    said = await asked(world, admin, channel=other)
    assert f"No daily paper in <#{other.id}> yet." in said


async def test_it_is_for_admins(world):
    with pytest.raises(Exception, match=r"(?i)permission|not allowed|cannot"):
        await world.alice.slash(world.channel, "daily rss")


class TestWithoutPages:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"public_url": None})

    async def test_it_says_what_is_missing(self, world, admin):
        await feed_in(world, world.channel)
        assert "This bot has no web pages" in await asked(world, admin)
