"""Letters into private threads: made, found again, gone, forbidden."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from tests.commands.following.steps import (
    arrive,
    delivered,
    follow,
    mine,
)
from tests.support.reading import text_of

ALL = {"create_private_threads": True, "send_messages_in_threads": True}


@pytest.fixture
def reader(world: Any) -> Any:
    """Somebody who may make private threads, as may the bot."""
    guild = world.channel.guild
    role = guild.create_role("Readers", permissions=discord.Permissions(**ALL, send_messages=True))
    return guild.add_member(world.env.create_user("rita"), roles=[role])


async def in_thread(world: Any, person: Any, channel: Any = None) -> str:
    answer = await person.slash(channel or world.channel, "inbox settings", where="thread")
    return text_of(answer.response)


async def test_a_thread_that_is_gone_is_made_anew(world, reader):
    first = await in_thread(world, reader)
    assert "is yours; moderators" in first
    (thread,) = world.channel.threads
    assert await in_thread(world, reader) == first, "it is the same one again"
    assert len(world.channel.threads) == 1
    await world.env.bot.get_guild(world.channel.guild.id).get_thread(thread.id).delete()
    second = await in_thread(world, reader)
    assert second != first
    assert (await mine(world, reader)).channel_id == world.channel.threads[-1].id


async def test_a_thread_is_used_again_after_another_way(world, reader):
    await in_thread(world, reader)
    (thread,) = world.channel.threads
    await reader.slash(world.channel, "inbox settings", where="kept")
    await in_thread(world, reader)
    assert [each.id for each in world.channel.threads] == [thread.id]
    assert (await mine(world, reader)).channel_id == thread.id
    other = world.channel.guild.create_text_channel("other")
    await in_thread(world, reader, other)
    assert (await mine(world, reader)).channel_id == other.threads[0].id, "asked for elsewhere, it is there"


async def test_a_thread_that_nobody_could_be_added_to_does_not_stay(world, reader):
    world.env.inject_error("PUT", "/channels/*/thread-members/*", status=403, code=50013)
    assert "I need **View Channel**" in await in_thread(world, reader)
    assert world.channel.threads == []


@pytest.mark.parametrize("code", [160006, 50024, 50013])
async def test_discords_refusal_of_a_thread_is_a_sentence(world, reader, code):
    world.env.inject_error("POST", "/channels/*/threads", status=400, code=code)
    said = await in_thread(world, reader)
    assert "Something went wrong" not in said
    assert said.endswith((".",))


async def test_announcement_channels_have_no_private_threads(world, reader):
    news = world.channel.guild.create_news_channel("news")
    said = await in_thread(world, reader, news)
    assert said.startswith("I can only make a private thread in a text channel")
    assert not any(each.path.endswith("/threads") for each in world.env.http_requests)


async def test_what_a_server_hides_comes_into_no_thread_of_it(world, reader):
    await in_thread(world, reader)
    await follow(world, reader, topic="debate of agents")
    seen, hidden = await arrive(world, "Seen Debate of Agents", "Hidden Debate of Agents")
    await world.services.hidden.hide(world.channel.guild.id, hidden)
    await delivered(world)
    (thread,) = world.channel.threads
    letters = [each for each in thread.history() if each.components]
    texts = [str([part.to_dict() for part in each.components]) for each in letters]
    assert sum(seen.title in text for text in texts) == 1
    assert not any(hidden.title in text for text in texts)
    page = (await reader.slash(world.channel, "inbox show")).response
    assert hidden.title not in text_of(page)
    assert "Hidden in this server" in text_of(page)


async def test_who_left_the_server_gets_nothing_into_its_thread(world, reader):
    await in_thread(world, reader)
    await follow(world, reader, topic="debate of agents")
    world.env.inject_error("GET", "/guilds/*/members/*", status=404, code=10007, times=None)
    await arrive(world, "New Debate of Agents")
    await delivered(world)
    (thread,) = world.channel.threads
    assert not any(each.components for each in thread.history())
    assert (await mine(world, reader)).paused_reason.code == "left-server"
