"""`/daily preview`, `now` and `history`, and the buttons of what was posted."""

from __future__ import annotations

from bot.state.feeds import ChannelKind
from tests.commands.daily.steps import said
from tests.daily.examples import feed_in, posts
from tests.support.reading import text_of, walk


async def test_preview_shows_what_the_post_will_bring(world, admin):
    await feed_in(world, world.channel)
    preview = await admin.slash(world.channel, "daily preview")
    assert preview.response.ephemeral
    assert posts(world.channel) == []
    await world.env.advance_time(8 * 3600 + 60)
    assert text_of(preview.response) == "\n".join(
        part["content"] for part in walk(raw_components(world)) if part["type"] == 10
    )


async def test_preview_of_a_topic_tells_of_the_last_days_too(world, admin):
    await feed_in(world, world.channel, topic="web agents")
    preview = await admin.slash(world.channel, "daily preview")
    assert "topic in its" in text_of(preview.response)
    (outlook,) = preview.followups
    text = text_of(outlook)
    assert "### The last days\nIn the last 14 days this would have brought" in text
    assert "### The next\n<t:1767254400:F>" in text


def raw_components(world):
    stored = world.env.backend.get_message(world.channel.id, posts(world.channel)[0].id)
    return stored.components


async def test_now_counts_as_todays(world, admin):
    await feed_in(world, world.channel)
    assert "Posted: https://discord.com/channels/" in await said(world, admin, "now")
    assert "Today's paper is already posted: https://discord.com/channels/" in await said(world, admin, "now")
    await world.env.advance_time(10 * 3600)
    assert len(posts(world.channel)) == 1
    await world.env.advance_time(24 * 3600)
    assert len(posts(world.channel)) == 2


async def test_now_of_a_paused_feed_says_so(world, admin):
    await feed_in(world, world.channel)
    await said(world, admin, "pause")
    assert "Resume it first with `/daily resume`" in await said(world, admin, "now")


async def test_now_where_posting_is_forbidden_pauses_and_tells_why(world, admin):
    await feed_in(world, world.channel)
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=403, code=50013)
    assert "I need a permission" in await said(world, admin, "now")
    assert "**Paused.** I need a permission" in await said(world, admin, "list")
    assert "Resumed." in await said(world, admin, "resume")
    assert "Posted:" in await said(world, admin, "now")
    assert len(posts(world.channel)) == 1


async def test_the_history_outlives_the_feed_and_links_to_the_messages(world, admin):
    await feed_in(world, world.channel)
    await said(world, admin, "now")
    (post,) = posts(world.channel)
    removing = await admin.slash(world.channel, "daily remove")
    await admin.click(removing.response, label="Remove")
    text = await said(world, admin, "history")
    assert "1 paper" in text
    assert f"/{world.channel.id}/{post.id}" in text


async def test_the_history_turns_its_pages(world, admin):
    await feed_in(world, world.channel, papers=5)
    for _ in range(3):
        await said(world, admin, "now")
        await world.env.advance_time(24 * 3600)
    first = await admin.slash(world.channel, "daily history", channel=world.channel)
    newest = text_of(first.response)
    assert "15 papers" in newest
    assert newest.count("- 3 Jan 2026") == newest.count("- 2 Jan 2026") == 5
    oldest = text_of((await admin.click(first.response, label="Next")).response)
    assert (oldest.count("- 1 Jan 2026"), oldest.count("- 2 Jan 2026")) == (5, 0)


async def test_a_channel_without_history_says_so(world, admin):
    assert "No daily papers in" in await said(world, admin, "history")


async def test_the_buttons_of_a_post_work_for_everybody_after_a_restart(world, admin):
    await feed_in(world, world.channel)
    await said(world, admin, "now")
    await world.restart()
    (post,) = posts(world.channel)
    for label, expected in (("More", ""), ("Save", "Saved to")):
        pressed = await world.bob.click(post, label=label)
        assert pressed.response.ephemeral
        assert expected in text_of(pressed.response)


async def test_a_post_of_five_papers_fits_one_message(world, admin):
    await feed_in(world, world.channel, papers=5, kind=ChannelKind.TEXT)
    await said(world, admin, "now")
    labels = [part.get("label") for part in walk(raw_components(world))]
    assert labels.count("More") == 5
