"""The weekly digest, from its setup to what a channel sees; and channels that learn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import discord
from sqlalchemy import insert

from bot.readers.owner import Kind, Owner
from bot.state.plans import Edition
from bot.state.tables import delivered
from tests.daily.examples import daily_of, feed_in, posts
from tests.support.reading import text_of

BALROG, A_MEM = "2411.13543", "2502.12110"
THURSDAY = frozenset({3})
"""The simulation starts on Thursday, 1 January 2026."""
NINE = 8 * 3600 + 60
HEAD = "## The week in papers"


async def like(world, paper, *people):
    found = await world.services.library.paper(paper)
    for person in people:
        await world.services.votes.toggle(world.channel.guild.id, found, person, earlier=())


async def digest_in(world, **changes):
    return await feed_in(world, world.channel, **{"edition": Edition.WEEKLY, "weekdays": THURSDAY} | changes)


async def posted(world):
    await world.env.advance_time(NINE)
    (message,) = digests(world.channel)
    return message


def digests(channel):
    """Every post of the channel, as it is read."""
    return [
        SimpleNamespace(
            id=each.id, at=each.created_at, components=[part.to_dict() for part in each.components]
        )
        for each in posts(channel)
    ]


def shown(message, *parts):
    """The places of these parts in the message's text."""
    text = text_of(message)
    return [text.index(part) for part in parts]


async def test_it_has_what_members_liked_and_saved_and_then_the_best_of_hugging_face(world):
    await like(world, BALROG, 1, 2, 3)
    await like(world, A_MEM, 1)
    await digest_in(world)
    message = await posted(world)
    text = text_of(message)
    assert HEAD in text
    assert "Thursday, 1 January 2026" in text
    places = shown(message, "Most liked here", "BALROG", "A-MEM", "Best of Hugging Face")
    assert places == sorted(places)
    assert "Liked by 3 people" in text
    assert "Liked by 1 person" in text
    assert text.count("Most liked here") == 1


async def test_saves_count_from_three_people_on(world):
    await like(world, BALROG, 1, 2)
    paper = await world.services.library.paper(A_MEM)
    server = Owner(Kind.SERVER, world.channel.guild.id)
    for person in (1, 2, 3):
        shelf = await world.services.lists.make(server, f"{person}'s")
        await world.services.lists.save(server, [paper], by=person, to=shelf)
    await digest_in(world)
    message = await posted(world)
    assert "Most saved here" in text_of(message)
    assert "Saved by 3 people" in text_of(message)


async def test_a_quiet_week_has_the_best_of_hugging_face_and_says_so(world):
    await like(world, BALROG, 1)
    await digest_in(world)
    message = await posted(world)
    text = text_of(message)
    assert "Fewer than two 👍 here this week, so this is the best of Hugging Face." in text
    assert "Most liked" not in text
    assert text.count("###") == 3


async def test_what_the_channel_had_is_liked_again_but_no_news(world):
    await feed_in(world, world.channel)
    await world.env.advance_time(NINE)
    (daily,) = posts(world.channel)
    (had,) = await daily_of(world).deliveries.had(world.channel.id)
    await like(world, had, 1, 2)
    await daily_of(world).feeds.remove(1)
    await digest_in(world)
    await world.env.advance_time(7 * 86400)
    digest = digests(world.channel)[-1]
    assert digest.id != daily.id
    title = (await world.services.library.paper(had)).title[:40]
    assert text_of(digest).count(title) == 1
    assert "Most liked here" in text_of(digest)


async def test_it_comes_once_a_week(world):
    await digest_in(world)
    daily_of(world).dispatcher.longest_sleep *= 100
    for _ in range(21):
        await world.env.advance_time(86400)
    await world.env.advance_time(NINE)
    days = [message.at.date().isoformat() for message in digests(world.channel)]
    assert days == ["2026-01-01", "2026-01-08", "2026-01-15", "2026-01-22"]


async def test_hidden_papers_are_in_no_digest(world):
    await like(world, BALROG, 1, 2)
    await like(world, A_MEM, 1)
    await world.services.hidden.hide(world.channel.guild.id, await world.services.library.paper(BALROG))
    await digest_in(world)
    text = text_of(await posted(world))
    assert "A-MEM" in text
    assert "BALROG" not in text


async def test_five_papers_fit_with_all_that_is_around_them(world):
    await like(world, BALROG, 1, 2)
    await like(world, A_MEM, 1)
    await digest_in(world, papers=5, topic="agents")
    message = await posted(world)
    assert text_of(message).count("###") == 5
    assert "on “agents”" in text_of(message)


async def test_the_most_discussed_thread_is_linked_and_no_secret_one(world):
    guild = world.channel.guild
    unseen, seen = (discord.PermissionOverwrite(view_channel=which) for which in (False, True))
    overwrites = {guild.default_role: unseen, world.env.bot.user: seen, world.alice: seen}
    secret = guild.create_text_channel("secret", overwrites=overwrites)
    for channel in (world.channel, secret):
        await feed_in(world, channel, thread=True)
    daily = daily_of(world)
    await world.env.advance_time(NINE)
    for channel, said in ((world.channel, 3), (secret, 9)):
        (thread,) = channel.threads
        for number in range(said):
            await world.alice.send(thread, f"thought {number}")
    for feed in await daily.feeds.of_guild(guild.id):
        await daily.feeds.remove(feed.id)
    await digest_in(world, weekdays=frozenset({4}))
    await world.env.advance_time(86_400)
    text = text_of(digests(world.channel)[-1])
    assert f"**Most discussed**\n<#{world.channel.threads[0].id}> · 3 messages" in text


async def drafted(world, admin, **options):
    given = {"channel": world.channel, "time": "09:00", "timezone": "Berlin", "kind": "weekly"} | options
    return await admin.slash(world.channel, "daily setup", **given)


async def test_an_admin_sets_it_up_for_one_weekday(world, admin):
    draft = await drafted(world, admin)
    text = text_of(draft.response)
    assert "## Set up this weekly digest?" in text
    assert "Fridays at 09:00, Europe/Berlin" in text
    assert "Digest of this server's week" in text
    assert HEAD in text_of(draft.followups[0])
    await admin.click(draft.response, label="Confirm")
    (feed,) = await daily_of(world).feeds.of_guild(world.channel.guild.id)
    assert (feed.plan.edition, feed.plan.weekdays) == (Edition.WEEKLY, frozenset({4}))

    refused = await drafted(world, admin, weekdays="mon, wed")
    assert text_of(refused.response) == (
        "A weekly digest comes on one day. Choose it in `weekdays`, such as `Friday`."
    )


async def test_a_daily_paper_becomes_a_digest_and_back(world, admin):
    await feed_in(world, world.channel)
    for kind, days, what in (("weekly", "Fridays", "weekly digest"), ("daily", "every day", "daily paper")):
        draft = await admin.slash(world.channel, "daily edit", kind=kind)
        assert f"## Change this {what}?" in text_of(draft.response)
        assert f"{days} at 09:00" in text_of(draft.response)
        saved = await admin.click(draft.response, label="Confirm")
        assert f"## {what.capitalize()} changed" in text_of(saved.response)


async def test_a_channel_that_learns_gets_more_of_what_it_likes(world, admin):
    """What is like the liked papers comes first, and nothing from outside the topic."""
    draft = await drafted(world, admin, kind="daily", learn=True, topic="agents")
    assert "Learns from 👍" in text_of(draft.response)
    await admin.click(draft.response, label="Confirm")
    (feed,) = await daily_of(world).feeds.of_guild(world.channel.guild.id)
    assert feed.plan.learn

    daily, day = daily_of(world), date(2026, 1, 9)
    everything = replace(feed.plan, papers=1_000)
    before = [pick.paper_id for pick in await daily.picker.pick(everything, day, ())]
    for paper in before[-3:]:
        await like(world, paper, 1)
    await world.services.store.change(insert(delivered).values([_had(feed, paper) for paper in before[-3:]]))
    liked = await daily.posts.liked_in(world.channel.id, world.channel.guild.id)
    assert sorted(liked) == sorted(before[-3:])
    after = [pick.paper_id for pick in await daily.picker.pick(everything, day, (), liked=liked)]
    assert after != before
    assert set(after) == set(before)
    elsewhere = await daily.posts.liked_in(world.channel.id + 1, world.channel.guild.id)
    assert elsewhere == []


def _had(feed, paper):
    return {
        "channel_id": feed.plan.channel_id,
        "paper_id": paper,
        "guild_id": feed.plan.guild_id,
        "title": "A paper",
        "local_date": date(2025, 12, 1),
        "delivery_id": 1,
    }
