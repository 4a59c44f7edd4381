"""`/daily list`, `pause`, `resume`, `remove`, `preview`, `now` and `history`."""

from __future__ import annotations

from datetime import time

import pytest

from bot.views.button_base import AskForPage
from bot.views.feed_buttons import ListFeeds, PauseFeed, RemoveFeed
from tests.commands.daily.steps import said
from tests.daily.examples import daily_of, feed_in, posts
from tests.support import raw
from tests.support.reading import buttons_of, fields, text_of, walk


@pytest.mark.parametrize("command", ["pause", "resume", "remove", "preview", "now", "edit"])
async def test_without_a_feed_each_command_says_how_to_make_one(world, admin, command):
    assert "Set one up with `/daily setup`" in await said(world, admin, command)


async def test_the_empty_list_says_how_to_make_one(world, admin):
    assert "Set one up with `/daily setup`" in await said(world, admin, "list")


async def test_of_several_feeds_one_has_to_be_named_for_edit(world, admin):
    await feed_in(world, world.channel)
    await feed_in(world, world.channel)
    assert "Pick one with the option `feed`" in await said(world, admin, "edit")


@pytest.mark.parametrize(
    ("command", "label", "outcome"),
    [
        ("pause", "Pause", "**Paused.**"),
        ("resume", "Resume", "Next post"),
        ("remove", "Remove", "Remove this daily paper?"),
        ("now", "Post now", "Posted: "),
        ("preview", "Preview", "Paper of the day"),
    ],
)
async def test_of_several_feeds_the_command_offers_the_choice(world, admin, command, label, outcome):
    await feed_in(world, world.channel, topic="agents")
    chosen = await feed_in(world, world.channel, topic="games")
    if command == "resume":
        await said(world, admin, "pause", feed=chosen.id)
    asked = await admin.slash(world.channel, f"daily {command}")
    assert f"## {label.split()[0]} which daily paper" in text_of(asked.response)
    ids = [p["custom_id"] for p in walk(asked.response.components) if p.get("label") == label]
    assert len(ids) == 2
    pressed = await admin.click(asked.response, custom_id=ids[1])
    told = text_of(pressed.response or asked.response)
    assert outcome in told
    assert "games" in told
    assert len(await daily_of(world).feeds.of_guild(world.channel.guild.id)) == 2


async def test_a_long_choice_has_pages(world, admin):
    for number in range(7):
        await feed_in(world, world.channel, topic=f"topic {number}")
    asked = await admin.slash(world.channel, "daily remove")
    await admin.click(asked.response, label="Next")
    assert "topic 6" in text_of(asked.response)
    assert "Remove which" in text_of(asked.response)


async def test_a_feed_of_another_server_cannot_be_named(world, admin):
    elsewhere = world.env.create_guild("Elsewhere").create_text_channel("x")
    foreign = await feed_in(world, elsewhere, guild_id=elsewhere.guild.id)
    await feed_in(world, world.channel)
    assert "I don't have that daily paper" in await said(world, admin, "pause", feed=foreign.id)


async def test_feeds_are_offered_by_channel_and_topic(world, admin):
    feed = await feed_in(world, world.channel, topic="agents")
    await feed_in(world, world.channel, topic="games")
    choices = await admin.autocomplete(world.channel, "daily pause", "feed", "agents")
    assert [choice["value"] for choice in choices] == [feed.id]
    assert "#papers · every day at 09:00" in choices[0]["name"]


async def test_the_list_shows_next_and_last_post(world, admin):
    await feed_in(world, world.channel, topic="agents")
    await said(world, admin, "now")
    text = await said(world, admin, "list")
    (post,) = posts(world.channel)
    assert "Topic: agents" in text
    assert "Next post <t:1767340800:F>" in text  # today's is out, so tomorrow's
    assert (
        f"[Last post](https://discord.com/channels/{world.channel.guild.id}/{world.channel.id}/{post.id})"
        in text
    )


async def test_the_list_turns_its_pages_after_a_restart(world, admin):
    for number in range(7):
        await feed_in(world, world.channel, topic=f"topic {number}")
    listed = await admin.slash(world.channel, "daily list")
    await world.restart()
    turned = await admin.click(listed.response, label="Next")
    assert "topic 6" in text_of(turned.response)
    assert "topic 4" not in text_of(turned.response)


async def test_pause_and_resume(world, admin):
    feed = await feed_in(world, world.channel)
    assert "Paused the daily paper" in await said(world, admin, "pause")
    assert "**Paused.** An admin paused it." in await said(world, admin, "list")
    await world.env.advance_time(9 * 3600)
    assert posts(world.channel) == []
    assert "Resumed. Next paper" in (resumed := await said(world, admin, "resume"))
    assert "<t:1767340800:F>" in resumed
    await world.env.advance_time(24 * 3600)
    assert len(posts(world.channel)) == 1
    assert (await daily_of(world).feeds.get(feed.id)).paused_at is None


async def test_the_list_of_one_is_its_panel(world, admin):
    await feed_in(world, world.channel, topic="agents")
    panel = (await admin.slash(world.channel, "daily list")).response
    assert list(buttons_of(panel)) == ["Edit", "Post now", "Preview", "Pause", "Remove"]
    assert "Topic: agents" in text_of(panel)


async def test_the_list_of_several_opens_a_panel_and_leads_back(world, admin):
    await feed_in(world, world.channel, topic="agents")
    await feed_in(world, world.channel, topic="games")
    listed = (await admin.slash(world.channel, "daily list")).response
    before = text_of(listed)
    second = [p["custom_id"] for p in walk(listed.components) if p.get("label") == "Manage"][1]
    await admin.click(listed, custom_id=second)
    assert "Topic: games" in text_of(listed)
    assert "agents" not in text_of(listed)
    assert list(buttons_of(listed))[-1] == "Back"
    await admin.click(listed, label="Back")
    assert text_of(listed) == before


async def test_the_panel_pauses_and_resumes(world, admin):
    await feed_in(world, world.channel)
    panel = (await admin.slash(world.channel, "daily list")).response
    await admin.click(panel, label="Pause")
    assert "**Paused.**" in text_of(panel)
    await admin.click(panel, label="Resume")
    assert "**Paused.**" not in text_of(panel)


async def test_the_panel_posts_now_and_says_so(world, admin):
    await feed_in(world, world.channel)
    panel = (await admin.slash(world.channel, "daily list")).response
    await admin.click(panel, label="Post now")
    assert text_of(panel).startswith("Posted: https://discord.com/channels/")
    assert len(posts(world.channel)) == 1
    await admin.click(panel, label="Post now")
    assert text_of(panel).startswith("Today's paper is already posted")
    assert len(posts(world.channel)) == 1


async def test_the_panel_previews(world, admin):
    await feed_in(world, world.channel)
    panel = (await admin.slash(world.channel, "daily list")).response
    preview = (await admin.click(panel, label="Preview")).response
    assert preview.ephemeral
    assert "Paper of the day" in text_of(preview)
    assert posts(world.channel) == []


async def test_the_panel_asks_before_it_removes_and_keep_leads_back(world, admin):
    await feed_in(world, world.channel)
    panel = (await admin.slash(world.channel, "daily list")).response
    before = text_of(panel)
    await admin.click(panel, label="Remove")
    await admin.click(panel, label="Keep")
    assert text_of(panel) == before
    await admin.click(panel, label="Remove")
    await admin.click(panel, label="Remove")
    assert "Removed the daily paper" in text_of(panel)
    assert await feeds_there(world) == 0
    await admin.click(panel, label="Back")
    assert "No daily paper yet" in text_of(panel)


async def edited(world, admin, **values):
    panel = (await admin.slash(world.channel, "daily list")).response
    form = await admin.click(panel, label="Edit")
    return form, await admin.submit_modal(form, fields(form, **values))


async def test_the_panel_edits_in_a_form_that_holds_what_is(world, admin):
    feed = await feed_in(world, world.channel, topic="agents", weekdays=frozenset({0, 2, 4}), papers=3)
    panel = (await admin.slash(world.channel, "daily list")).response
    form = await admin.click(panel, label="Edit")
    unchanged = await admin.submit_modal(form, fields(form))
    assert text_of(unchanged.response) == "Nothing changed."
    form, draft = await edited(world, admin, Topic="games")
    assert "Change this daily paper?" in text_of(draft.response)
    assert "Topic: games" in text_of(draft.response)
    await admin.click(draft.response, label="Confirm")
    changed = await daily_of(world).feeds.get(feed.id)
    assert changed.plan.topic == "games"
    assert (changed.plan.weekdays, changed.plan.papers) == (frozenset({0, 2, 4}), 3)


async def test_a_form_that_cannot_be_read_says_what_would_do_and_keeps_the_rest(world, admin):
    feed = await feed_in(world, world.channel)
    _, refused = await edited(world, admin, Time="25:99", Topic="games", Days="Mon Wed")
    assert refused.response.ephemeral
    assert "25:99" in text_of(refused.response)
    form = await admin.click(refused.response, label="Try again")
    draft = await admin.submit_modal(form, fields(form, Time="10:30"))
    await admin.click(draft.response, label="Confirm")
    plan = (await daily_of(world).feeds.get(feed.id)).plan
    assert (plan.at, plan.topic, plan.weekdays) == (time(10, 30), "games", frozenset({0, 2}))


async def test_the_form_asks_which_place_is_meant(world, admin):
    feed = await feed_in(world, world.channel)
    _, asked = await edited(world, admin, **{"Time zone": "Georgia"})
    assert "could be several places" in text_of(asked.response)
    draft = await admin.click(asked.response, label="Atlanta, Georgia")
    await admin.click(draft.response, label="Confirm")
    assert (await daily_of(world).feeds.get(feed.id)).plan.zone == "America/New_York"


async def test_without_a_daily_paper_the_list_offers_to_set_one_up(world, admin):
    listed = (await admin.slash(world.channel, "daily list")).response
    form = await admin.click(listed, label="Set up")
    there = {"Topic": "agents", "Channel": [world.channel]}
    refused = await admin.submit_modal(form, fields(form, **{"Time zone": "Nowhereville"} | there))
    assert "Nowhereville" in text_of(refused.response)
    form = await admin.click(refused.response, label="Try again")
    draft = await admin.submit_modal(
        form, fields(form, **{"Time zone": "Europe/Berlin", "Channel": [world.channel]})
    )
    assert "Set up this daily paper?" in text_of(draft.response)
    await admin.click(draft.response, label="Confirm")
    (feed,) = await daily_of(world).feeds.of_guild(world.channel.guild.id)
    assert (feed.plan.channel_id, feed.plan.topic) == (world.channel.id, "agents")


async def test_remove_asks_first(world, admin):
    await feed_in(world, world.channel)
    result = await admin.slash(world.channel, "daily remove")
    assert "Remove this daily paper?" in text_of(result.response)
    assert len(await daily_of(world).feeds.of_guild(world.channel.guild.id)) == 1
    removed = await admin.click(result.response, label="Remove")
    assert "Removed the daily paper" in text_of(removed.response)
    assert await daily_of(world).feeds.of_guild(world.channel.guild.id) == []


async def test_keep_removes_nothing(world, admin):
    await feed_in(world, world.channel)
    result = await admin.slash(world.channel, "daily remove")
    await admin.click(result.response, label="Keep")
    assert len(await daily_of(world).feeds.of_guild(world.channel.guild.id)) == 1


@pytest.mark.parametrize(
    "verb",
    [
        "daily-remove:1",
        "daily-pause:1:1",
        "daily-resume:1:1",
        "daily-list:1",
        "daily-post:1:1",
        "daily-edit:1",
    ],
)
async def test_a_press_by_a_member_is_refused(world, admin, verb):
    await feed_in(world, world.channel)
    listed = await admin.slash(world.channel, "daily list")
    pressed = await world.press(listed.response, f"p1:{verb}")
    assert "Only the person who ran the command" in text_of(pressed.response)
    assert len(await daily_of(world).feeds.of_guild(world.channel.guild.id)) == 1


async def feeds_there(world):
    return len(await daily_of(world).feeds.of_guild(world.channel.guild.id))


@pytest.mark.parametrize("who", ["alice", "admin"])
@pytest.mark.parametrize("press", [raw.press, raw.forge])
@pytest.mark.parametrize("nested", [False, True])
async def test_a_button_of_daily_counts_on_no_answer_of_another_command(world, admin, who, press, nested):
    """Whether or not the message were to hold it, and to whomever it belongs."""
    feed = await feed_in(world, world.channel)
    person = admin if who == "admin" else world.alice
    answer = (await person.slash(world.channel, "paper find", query="agents")).response
    button = AskForPage(2, ListFeeds(1)) if nested else RemoveFeed(feed.id)
    pressed = press(world.env, answer, person.id, button.encode())
    await world.env.settle()
    if press is raw.forge:
        assert not pressed.acknowledged
    else:
        assert "too old" in text_of(pressed.response)
        assert pressed.modal is None
    assert await feeds_there(world) == 1


async def test_a_button_of_daily_counts_on_no_post(world, admin):
    feed = await feed_in(world, world.channel)
    await said(world, admin, "now")
    (post,) = posts(world.channel)
    stored = world.env.backend.get_message(world.channel.id, post.id)
    pressed = raw.press(world.env, stored, admin.id, RemoveFeed(feed.id).encode())
    await world.env.settle()
    assert "too old" in text_of(pressed.response)
    assert await feeds_there(world) == 1


async def test_who_was_allowed_the_command_may_press_its_buttons(world):
    """A server may give /daily to members without Manage Server."""
    await feed_in(world, world.channel)
    data = raw.slash_data("daily list")
    guild = world.channel.guild.id
    listed = raw.emit(world.env, raw.COMMAND, world.channel.id, world.alice.id, data, in_guild=guild)
    await world.env.settle()
    paused = await world.alice.click(listed.response, label="Pause")
    assert "**Paused.**" in text_of(paused.response or listed.response)


async def test_where_discord_names_no_command_it_takes_manage_server(world, admin):
    await feed_in(world, world.channel)
    listed = await admin.slash(world.channel, "daily list")
    stored = world.env.backend.get_message(world.channel.id, listed.response.id)
    del stored.interaction_metadata["name"]
    stored.interaction_metadata["user"]["id"] = str(world.alice.id)
    pressed = raw.press(world.env, listed.response, world.alice.id, PauseFeed(1, 1).encode())
    await world.env.settle()
    assert "someone with Manage Server" in text_of(pressed.response)
    pressed = raw.press(world.env, listed.response, admin.id, PauseFeed(1, 1).encode())
    await world.env.settle()
    assert "**Paused.**" in text_of(listed.response)


@pytest.mark.parametrize(
    "verb", ["daily-remove:x", "daily-list:", "daily-pause:1:²", f"daily-remove:{'9' * 40}"]
)
async def test_a_made_up_button_is_refused(world, admin, verb):
    await feed_in(world, world.channel)
    listed = await admin.slash(world.channel, "daily list")
    pressed = raw.press(world.env, listed.response, admin.id, f"p1:{verb}")
    await world.env.settle()
    assert "too old" in text_of(pressed.response)
