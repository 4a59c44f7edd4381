"""Where and when letters come, and who gets none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.commands.following.steps import (
    arrive,
    delivered,
    dm_texts,
    follow,
    look_every,
)
from tests.support.reading import text_of


async def test_kept_news_go_nowhere_until_asked_for(world):
    await world.alice.slash(world.channel, "inbox settings", where="kept")
    answer = await follow(world, world.alice, topic="debate of agents")
    assert "New papers wait in `/inbox show`." in text_of(answer)
    await arrive(world, "New Debate of Agents")
    await delivered(world)
    assert await dm_texts(world, world.alice) == []
    page = (await world.alice.slash(world.channel, "inbox show")).response
    assert "**Inbox** · 1 paper · 1 waiting" in text_of(page)
    settings = (await world.alice.slash(world.channel, "inbox settings", where="message")).response
    assert "by direct message as papers come" in text_of(settings)
    await delivered(world)
    assert "New Debate of Agents" in (await dm_texts(world, world.alice))[-1]


async def test_a_daily_letter_comes_at_the_persons_own_time(world):
    settings = await world.alice.slash(
        world.channel, "inbox settings", time="9:30 pm", timezone="Asia/Kolkata", pace="daily"
    )
    assert "by direct message every day at 21:30 (Asia/Kolkata)" in text_of(settings.response)
    await follow(world, world.alice, topic="debate of agents")
    await arrive(world, "New Debate of Agents")
    await delivered(world)
    assert len(await dm_texts(world, world.alice)) == 1
    due = await world.env.bot.inbox.claims.nearest_due()
    assert (due.hour, due.minute) == (16, 0)
    look_every(world, timedelta(days=2))
    await delivered(world)
    await world.env.advance_time((due - world.services.clock()).total_seconds() + 5)
    await delivered(world)
    assert "New Debate of Agents" in (await dm_texts(world, world.alice))[-1]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"time": "25:99"}, "isn't a time I understand"),
        ({"timezone": "nowhere at all"}, "I don't know a place or time zone"),
        ({"weekday": 4, "pace": "come"}, "A weekday is for weekly messages"),
        ({"where": "thread"}, "You need **Create Private Threads** in this channel."),
        ({"pace": "daily", "weekday": 4}, "A weekday is for weekly messages"),
        ({"where": "kept", "time": "9"}, "What waits in `/inbox show` has no time."),
        ({"timezone": "Spain"}, "“Spain” has several clocks. Give the place as `timezone`, such as `"),
    ],
)
async def test_settings_that_can_not_be_are_said_in_a_sentence(world, options, says):
    answer = (await world.alice.slash(world.channel, "inbox settings", **options)).response
    assert says in text_of(answer)


async def test_a_time_without_a_place_is_asked_whose_it_is(world):
    asks = "For your own time, give your city as `timezone`."
    for options, is_asked in (
        ({"time": "9"}, True),
        ({"pace": "weekly"}, True),
        ({"pace": "come"}, False),
        ({"pace": "come", "time": "9"}, True),
        ({"time": "9", "timezone": "Gondor"}, False),
        ({"time": "9"}, False),
    ):
        said = text_of((await world.alice.slash(world.channel, "inbox settings", **options)).response)
        assert (asks in said) is is_asked, options
        assert ("I took “Gondor” as Gonder, Ethiopia." in said) is ("timezone" in options)


async def test_in_direct_messages_nothing_needs_to_be_opened(world):
    draft = (await world.alice.user.slash("follow topic", topic="debate of agents")).response
    await world.alice.user.click(draft, label="Follow")
    mine = await world.env.bot.inbox.inboxes.of(world.alice.id)
    assert mine.channel_id == world.alice.user.dm_channel.id


async def test_who_deletes_all_gets_nothing_more(world):
    await follow(world, world.alice, topic="debate of agents")
    asked = (await world.alice.slash(world.channel, "privacy delete")).response
    assert "1 thing that you follow" in text_of(asked)
    await world.alice.click(asked, label="Delete it all")
    await arrive(world, "New Debate of Agents")
    await delivered(world)
    assert len(await dm_texts(world, world.alice)) == 1


async def test_who_has_closed_their_messages_is_told_and_keeps_everything(world):
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50007, times=None)
    answer = await follow(world, world.alice, topic="debate of agents")
    assert "Your direct messages are closed to me" in text_of(answer)
    await arrive(world, "New Debate of Agents")
    await delivered(world)
    asked = [each for each in world.env.http_requests if each.path.endswith("/messages")]
    assert len(asked) == 1, "nobody is asked again within a day, unless they come"
    page = (await world.alice.slash(world.channel, "inbox show")).response
    assert "⚠ I couldn't write to you. Your direct messages are closed to me." in text_of(page)
    assert "New Debate of Agents" in text_of(page)
    again = await follow(world, world.alice, topic="web agents")
    assert "Your direct messages are closed to me" in text_of(again), "and it is said again"


async def test_no_more_direct_messages_are_opened_than_discord_bears(world):
    answers = []
    for number in range(12):
        person = world.channel.guild.add_member(world.env.create_user(f"reader-{number}"))
        answers.append(text_of(await follow(world, person, topic="debate of agents")))
    opened = [each for each in world.env.http_requests if each.path == "/users/@me/channels"]
    assert len(opened) == 10
    assert all("I write by direct message" in each for each in answers[:10])
    assert all("I can write my first direct message to you <t:" in each for each in answers[10:])
