"""Discuss and Share, as the members of a server see them."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.state.plans import Edition
from tests.daily.examples import feed_in, posts
from tests.support.reading import buttons_of, text_of

BALROG = "2411.13543"


async def card(world: Any, person: Any, channel: Any = None, **options: Any) -> Any:
    return (await person.slash(channel or world.channel, "paper show", paper=BALROG, **options)).response


async def channel_where(world: Any, **rules: bool) -> Any:
    guild = world.channel.guild
    overwrites = {guild.default_role: discord.PermissionOverwrite(**rules)}
    made = guild.create_text_channel("narrow", overwrites=overwrites)
    await world.env.settle()
    return made


async def test_a_thread_is_opened_on_the_card_once(world):
    message = await card(world, world.alice)
    answer = (await world.bob.click(message, label="Discuss")).response
    assert answer.ephemeral
    (thread,) = world.channel.threads
    assert text_of(answer) == f"Discuss it in <#{thread.id}>."
    assert thread.name.startswith("BALROG: Benchmarking Agentic")
    again = (await world.alice.click(message, label="Discuss")).response
    assert text_of(again) == text_of(answer)
    assert len(world.channel.threads) == 1


async def test_who_may_open_no_thread_is_told_what_is_lacking(world):
    narrow = await channel_where(world, create_public_threads=False)
    message = await card(world, world.alice, narrow)
    answer = (await world.alice.click(message, label="Discuss")).response
    assert text_of(answer) == "You need **Create Public Threads** in this channel to open a thread."


async def test_within_a_thread_it_is_discussed_right_there(world):
    message = await card(world, world.alice)
    await world.alice.click(message, label="Discuss")
    (thread,) = world.channel.threads
    inside = await card(world, world.alice, thread)
    answer = (await world.alice.click(inside, label="Discuss")).response
    assert "This is a thread already" in text_of(answer)


@pytest.mark.parametrize(
    ("edition", "papers", "name"),
    [
        (Edition.DAILY, 2, "Papers of the day, 1 January 2026"),
        (Edition.WEEKLY, 5, "The week in papers, 1 January 2026"),
    ],
)
async def test_a_post_of_several_papers_has_one_thread_for_all_of_them(world, edition, papers, name):
    await feed_in(world, world.channel, papers=papers, edition=edition, weekdays=frozenset({3}))
    await world.env.advance_time(8 * 3600 + 60)
    (post,) = posts(world.channel)
    await world.alice.click(post, label="Discuss")
    (thread,) = world.channel.threads
    assert (thread.id, thread.name) == (post.id, name)
    again = (await world.bob.click(post, label="Discuss")).response
    assert text_of(again) == f"Discuss them in <#{thread.id}>."
    assert again.ephemeral


async def test_a_private_card_is_shared_with_the_name_of_who_did(world):
    alone = await card(world, world.alice, private=True)
    shared = (await world.alice.click(alone, label="Share")).response
    assert not shared.ephemeral
    assert f"Shared by <@{world.alice.id}>" in text_of(shared)
    again = (await world.alice.click(alone, label="Share")).response
    assert text_of(again) == "You've just shared that here."
    assert list(buttons_of(shared)) == ["PDF", "Save", "👍", "Discuss", "More"]


async def test_who_may_not_write_there_shares_nothing(world):
    narrow = await channel_where(world, send_messages=False)
    alone = await card(world, world.alice, narrow, private=True)
    refused = (await world.alice.click(alone, label="Share")).response
    assert text_of(refused) == "You need **Send Messages** in this channel to share a paper here."
