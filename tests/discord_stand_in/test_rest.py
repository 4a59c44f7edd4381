"""The stand-in's REST does what Discord does, as a plain discord.py client sees it."""

from __future__ import annotations

import discord
import pytest

from tests.discord_stand_in.conftest import Plain
from tests.discord_stand_in.world import ANNOUNCEMENT, FORUM, HISTORY, REQUIRES_TAG, SEND, TEXT, VIEW
from tests.support.openapi import why_unchecked
from tests.support.stand_in import StandIn


def new(stand_in: StandIn, kind: int = TEXT, **fields: object) -> int:
    return int(stand_in.add_channel(guild=stand_in.add_guild(), type=kind, name="papers", **fields))


async def send(client: Plain, channel: int, content: str = "hello", **more: object) -> discord.Message:
    return await client.get_partial_messageable(channel).send(content, **more)  # type: ignore[call-overload,no-any-return]


async def test_a_message_is_kept_and_found_again(stand_in: StandIn, client: Plain) -> None:
    channel = new(stand_in)
    first, second = await send(client, channel, "one"), await send(client, channel, "two")
    where = client.get_partial_messageable(channel)
    assert [each.content async for each in where.history()] == ["two", "one"]
    assert [each.content async for each in where.history(after=first)] == ["two"]
    assert [each.content async for each in where.history(before=second)] == ["one"]
    assert (await where.fetch_message(first.id)).content == "one"
    assert [each["content"] for each in stand_in.messages(channel=str(channel))] == ["one", "two"]


async def test_a_repeated_nonce_gives_the_first_message_again(stand_in: StandIn, client: Plain) -> None:
    channel, other = new(stand_in), new(stand_in)
    first = await send(client, channel, nonce="1")
    again = await send(client, channel, "different", nonce="1")
    assert (again.id, again.content) == (first.id, "hello")
    assert (await send(client, other, nonce="1")).id != first.id
    assert stand_in.report()["nonces_repeated"] == 1


async def test_an_old_nonce_is_forgotten(stand_in: StandIn, client: Plain) -> None:
    channel = new(stand_in)
    first = await send(client, channel, nonce="1")
    stand_in.forget_nonces(after=0)
    assert (await send(client, channel, nonce="1")).id != first.id


@pytest.mark.parametrize(("bits", "code"), [(VIEW, 50001), (SEND, 50013), (VIEW | SEND | HISTORY, 50001)])
async def test_a_missing_permission_is_403(stand_in: StandIn, client: Plain, bits: int, code: int) -> None:
    channel = new(stand_in, denied=bits)
    with pytest.raises(discord.Forbidden) as refused:
        await send(client, channel)
    assert refused.value.code == code


async def test_a_deleted_channel_is_404(stand_in: StandIn, client: Plain) -> None:
    channel = new(stand_in)
    stand_in.remove_channel(channel=str(channel))
    with pytest.raises(discord.NotFound) as refused:
        await send(client, channel)
    assert refused.value.code == 10003


async def test_a_message_has_one_thread_at_most(stand_in: StandIn, connected: Plain) -> None:
    channel = new(stand_in)
    await connected.saw("guild_channel_create")
    where = connected.get_channel(channel)
    assert isinstance(where, discord.TextChannel)
    message = await where.send("hello")
    thread = await message.create_thread(name="Discussion")
    assert thread.id == message.id
    with pytest.raises(discord.HTTPException) as refused:
        await message.create_thread(name="Discussion")
    assert refused.value.code == 160004


async def test_a_message_is_published_once(stand_in: StandIn, client: Plain) -> None:
    message = await send(client, new(stand_in, ANNOUNCEMENT))
    await message.publish()
    with pytest.raises(discord.HTTPException) as refused:
        await message.publish()
    assert refused.value.code == 40033


async def test_a_forum_takes_posts_and_no_messages(stand_in: StandIn, connected: Plain) -> None:
    forum = new(stand_in, FORUM)
    await connected.saw("guild_channel_create")
    where = connected.get_channel(forum)
    assert isinstance(where, discord.ForumChannel)
    post = await where.create_thread(name="A title", content="hello")
    assert post.message.id == post.thread.id
    assert [each.id for each in await where.guild.active_threads()] == [post.thread.id]
    with pytest.raises(discord.HTTPException) as refused:
        await send(connected, forum)
    assert refused.value.code == 50024


async def test_a_forum_may_require_a_tag(stand_in: StandIn, connected: Plain) -> None:
    tag = {"id": "7", "name": "daily", "moderated": False, "emoji_id": None, "emoji_name": None}
    forum = new(stand_in, FORUM, flags=REQUIRES_TAG, tags=[tag])
    await connected.saw("guild_channel_create")
    where = connected.get_channel(forum)
    assert isinstance(where, discord.ForumChannel)
    with pytest.raises(discord.HTTPException) as refused:
        await where.create_thread(name="A title", content="hello")
    assert refused.value.code == 40067
    post = await where.create_thread(name="A title", content="hello", applied_tags=where.available_tags)
    assert [each.name for each in post.thread.applied_tags] == ["daily"]


async def test_archived_posts_are_listed_apart(stand_in: StandIn, connected: Plain) -> None:
    forum = new(stand_in, FORUM)
    await connected.saw("guild_channel_create")
    where = connected.get_channel(forum)
    assert isinstance(where, discord.ForumChannel)
    posts = [await where.create_thread(name=name, content="hello") for name in "abc"]
    stand_in.archive(channel=str(posts[0].thread.id))
    assert [each.name async for each in where.archived_threads()] == ["a"]
    assert sorted(each.name for each in await where.guild.active_threads()) == ["b", "c"]


async def test_a_wrong_token_is_401(stand_in: StandIn, at_stand_in: None) -> None:
    async with Plain() as client:
        with pytest.raises(discord.LoginFailure):
            await client.login("another.token")
    assert stand_in.report()["most_invalid_in_ten_minutes"] == 1


async def test_a_request_which_discord_refuses_is_recorded(stand_in_process: StandIn, client: Plain) -> None:
    channel = new(stand_in_process)
    await client.http.request(
        discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=channel),
        json={"content": "hello", "componets": []},
    )
    with pytest.raises(discord.NotFound):
        await client.http.request(discord.http.Route("GET", "/channels/1/nothing"))
    faults = "no such route" if why_unchecked() else r"(?s)componets.*no such route"
    with pytest.raises(AssertionError, match=faults):
        stand_in_process.assert_no_faults()
    stand_in_process.start_over()
