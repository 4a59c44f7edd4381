"""A server that the bot joins is said hello to: once, where it may, and never for a join before its time."""

from __future__ import annotations

from datetime import timedelta

import discord
import simcord

from bot.views.feed_buttons import SetUpFeed
from tests.support.reading import buttons_of, fields, text_of


async def joined(world, *channels: str, silent: bool = False):
    """A server that the bot has just joined, and its channels, where it may write unless they are silent."""
    guild = world.env.create_guild("New")
    rules = {guild.default_role: discord.PermissionOverwrite(send_messages=not silent)}
    made = [guild.create_text_channel(name, overwrites=rules) for name in channels]
    await world.env.settle()
    await world.env.bot.on_guild_join(world.env.bot.get_guild(guild.id))
    await world.env.settle()
    return guild, made


def said_in(channel: simcord.ChannelHandle) -> list[str]:
    return [text_of(message) for message in _messages(channel)]


def _messages(channel: simcord.ChannelHandle):
    backend = channel._env.backend
    return [backend.get_message(channel.id, message.id) for message in channel.history()]


async def test_a_server_is_greeted_when_it_is_joined(world):
    _, (general,) = await joined(world, "general")
    (hello,) = said_in(general)
    assert hello.startswith("## Hi, I'm Paperboy")
    assert hello.count("\n> `/") == 3, "three examples"
    assert SetUpFeed().encode() in str(_messages(general)[0].components)


async def test_it_is_greeted_only_once(world):
    guild, (general,) = await joined(world, "general")
    await world.env.bot.on_guild_join(world.env.bot.get_guild(guild.id))
    await world.env.settle()
    await world.restart()
    assert len(said_in(general)) == 1


async def test_a_join_while_the_bot_was_off_is_greeted_at_its_start(world):
    guild = world.env.create_guild("New")
    general = guild.create_text_channel("general")
    await world.env.settle()
    assert said_in(general) == []
    await world.restart()
    assert len(said_in(general)) == 1


async def test_servers_that_were_there_before_count_as_greeted(world):
    guild = world.env.create_guild("Old")
    general = guild.create_text_channel("general")
    member = world.env.backend.get_guild(guild.id).members[world.env.backend.bot_user.id]
    member.joined_at = (world.env.now() - timedelta(days=1)).isoformat()
    await world.restart()
    assert said_in(general) == []


async def test_where_the_bot_may_not_write_it_stays_silent(world):
    _, channels = await joined(world, "rules", "news", silent=True)
    assert [said_in(each) for each in channels] == [[], []]


async def test_a_refusal_is_only_logged(world, caplog):
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    _, (general,) = await joined(world, "general")
    assert said_in(general) == []
    assert "Saying hello" in caplog.text


async def hello_pressed(world, person_of):
    guild, (general,) = await joined(world, "general")
    person = person_of(guild)
    return guild, general, person, await person.click(general.history()[0], label="Set up")


async def test_set_up_is_for_those_who_can(world):
    *_, pressed = await hello_pressed(world, lambda guild: guild.add_member(world.env.create_user("eve")))
    assert "You need **Manage Server**" in text_of(pressed.response)
    assert pressed.response.ephemeral


async def test_set_up_sets_up_the_channel_that_hello_stands_in(world):
    def admin(guild):
        role = guild.create_role("Admins", permissions=discord.Permissions(manage_guild=True))
        return guild.add_member(world.env.create_user("ada"), roles=[role])

    guild, general, person, form = await hello_pressed(world, admin)
    draft = await person.submit_modal(
        form, fields(form, **{"Time zone": "Europe/Berlin", "Channel": [general]})
    )
    assert "Set up this daily paper?" in text_of(draft.response)
    assert "Confirm" in buttons_of(draft.response)
    saved = await person.click(draft.response, label="Confirm")
    assert "Daily paper set up" in text_of(saved.response or draft.response)
    (feed,) = await world.env.bot.daily.feeds.of_guild(guild.id)
    assert feed.plan.channel_id == general.id
