"""`/daily setup` and `/daily edit`, as an admin and others see them."""

from __future__ import annotations

from datetime import date

import discord
import pytest

from bot.paper.model import Paper
from tests.daily.examples import daily_of, posts
from tests.support import raw
from tests.support.putting import put_in
from tests.support.reading import buttons_of, text_of


async def drafted(world, admin, **options):
    given = {"channel": world.channel, "time": "09:00", "timezone": "Berlin"} | options
    return await admin.slash(world.channel, "daily setup", **given)


async def set_up(world, admin, **options):
    result = await drafted(world, admin, **options)
    return await admin.click(result.response, label="Confirm")


async def feeds_of(world):
    return await daily_of(world).feeds.of_guild(world.channel.guild.id)


async def test_members_do_not_see_the_command(world, admin):
    assert "daily setup" not in world.alice.available_commands(world.channel)
    assert "daily setup" in admin.available_commands(world.channel)


async def test_nothing_is_saved_before_confirm(world, admin):
    result = await drafted(world, admin, topic="agents", weekdays="mon-fri", papers=2)

    text = text_of(result.response)
    assert result.response.ephemeral
    assert f"<#{world.channel.id}>** Monday to Friday at 09:00, Europe/Berlin" in text
    assert "Topic: agents" in text
    assert "In the last 14 days this would have brought" in text
    assert "on this topic in all" in text
    assert "<t:1767254400:F>" in text  # Thursday, 1 January 2026, 09:00 in Berlin
    (preview,) = result.followups
    assert "2 papers of the day" in text_of(preview)
    assert await feeds_of(world) == []


async def test_confirm_saves_and_the_post_comes_at_its_time(world, admin):
    result = await set_up(world, admin, topic="agents")

    assert "Daily paper set up" in text_of(result.response)
    (feed,) = await feeds_of(world)
    assert feed.created_by == admin.id
    assert feed.plan.topic == "agents"
    daily_of(world).dispatcher.longest_sleep *= 100
    await world.env.advance_time(8 * 3600 + 60)
    assert len(posts(world.channel)) == 1


async def test_confirm_pressed_twice_sets_up_one_feed(world, admin):
    result = await drafted(world, admin)
    confirm = buttons_of(result.response)["Confirm"]["custom_id"]
    both = [raw.press(world.env, result.response, admin.id, confirm) for _ in range(2)]
    await world.env.settle()
    assert all("set up" in text_of(pressed.response) for pressed in both)
    assert len(await feeds_of(world)) == 1


async def test_confirm_works_after_a_restart(world, admin):
    result = await drafted(world, admin)
    await world.restart()
    await admin.click(result.response, label="Confirm")
    assert len(await feeds_of(world)) == 1


async def test_cancel_saves_nothing(world, admin):
    result = await drafted(world, admin)
    cancelled = await admin.click(result.response, label="Cancel")
    assert "Nothing was changed" in text_of(cancelled.response)
    assert await feeds_of(world) == []


async def test_each_missing_permission_is_named(world, admin):
    guild = world.channel.guild
    denied = discord.PermissionOverwrite(send_messages=False, read_message_history=False)
    quiet = guild.create_text_channel("quiet", overwrites={guild.default_role: denied})

    result = await drafted(world, admin, channel=quiet, thread=True)

    text = text_of(result.response)
    assert "**Read Message History**" in text
    assert "**Send Messages**" in text
    assert "View Channel" not in text
    assert "Nothing was saved" in text
    assert await feeds_of(world) == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"time": "25:00"}, "isn't a time I understand"),
        ({"timezone": "**Nowhereville**"}, "“\\*\\*Nowhereville\\*\\*”"),
        ({"timezone": "Nowhereville"}, "I don't know a place or time zone"),
        ({"weekdays": "someday"}, "as days"),
        ({"publish": True}, "I can only publish posts in an announcement channel"),
        ({"tag": "news"}, "Only forums have tags"),
    ],
)
async def test_what_cannot_be_understood_gets_a_sentence(world, admin, options, sentence):
    result = await drafted(world, admin, **options)
    assert sentence in text_of(result.response)
    assert await feeds_of(world) == []


async def test_a_role_that_the_bot_may_not_mention_is_named(world, admin):
    guild = world.channel.guild
    denied = discord.PermissionOverwrite(mention_everyone=False)
    channel = guild.create_text_channel("calm", overwrites={guild.default_role: denied})
    result = await drafted(world, admin, channel=channel, ping=guild.create_role("Readers"))
    assert "Mention @everyone, @here, and All Roles" in text_of(result.response)


async def test_a_topic_that_nothing_matches_says_so(world, admin):
    result = await drafted(world, admin, topic="zzzzqqqq")
    text = text_of(result.response)
    assert "I have no papers on this topic yet. The daily paper starts as soon as one comes." in text
    assert "0 papers" not in text
    assert "as below" not in text
    assert result.followups == []


async def test_a_topic_of_one_paper_says_so(world, admin):
    result = await drafted(world, admin, topic='"SwarmBrain"')
    text = text_of(result.response)
    assert "this would have brought no new papers and **1 from the archive**." in text
    assert "1 paper on this topic in all" in text


async def test_new_papers_are_named_newest_first_and_nearby_topics_offered(world, admin):
    lists = [date(2025, 12, 22), date(2025, 12, 23), date(2025, 12, 24)]
    keywords = ("origami robots", "folding")
    named = [f"Folding {number}" for number in range(3)]
    await put_in(
        world.services.library,
        [
            *(
                Paper(id=f"2512.0000{n}", title=title, featured=[day], keywords=keywords)
                for n, (title, day) in enumerate(zip(named, lists, strict=True))
            ),
            Paper(id="2512.00009", title="Kirigami", featured=[lists[0]], keywords=keywords),
            Paper(id="2411.00009", title="Old kirigami", featured=[date(2024, 11, 5)], keywords=keywords),
            *(
                Paper(id=f"2410.000{n}", title=f"Others {n}", featured=[date(2024, 10, 8)], keywords=["x"])
                for n in range(30, 60)
            ),
        ],
    )
    folding = text_of((await drafted(world, admin, topic="folding", time="00:30")).response)
    assert "this would have brought **4 new papers** and **1 from the archive**." in folding
    assert folding.index("- Folding 2") < folding.index("- Folding 1")
    kirigami = text_of((await drafted(world, admin, topic="kirigami")).response)
    assert "kirigami: 1 new paper in 14 days; **folding**: 4; **origami robots**: 4" in kirigami


async def test_without_a_topic_nothing_is_foretold(world, admin):
    result = await drafted(world, admin)
    assert "would have brought" not in text_of(result.response)


async def test_a_digest_is_foretold_with_all_that_a_quiet_week_has(world, admin):
    result = await drafted(world, admin, topic="games", kind="weekly")
    assert "no new papers and **6 from the archive**." in text_of(result.response)


async def test_a_second_daily_paper_in_a_channel_is_pointed_out(world, admin):
    first = await drafted(world, admin)
    assert "already" not in text_of(first.response)
    await admin.click(first.response, label="Confirm")
    second = await drafted(world, admin)
    assert "This channel already has a daily paper. To change what's there, use `/daily edit`." in text_of(
        second.response
    )


async def test_an_edit_of_nothing_is_one_sentence(world, admin):
    await set_up(world, admin)
    for given in ({}, {"time": "9:00", "timezone": "Europe/Berlin"}):
        result = await admin.slash(world.channel, "daily edit", **given)
        assert text_of(result.response).startswith("Nothing would change")


async def test_a_forum_can_be_chosen(world, admin):
    forum = world.channel.guild.create_forum_channel("forum")
    await set_up(world, admin, channel=forum)
    (feed,) = await feeds_of(world)
    assert feed.plan.kind == "forum"


async def test_time_zones_are_offered_by_city_with_typos(world, admin):
    choices = await admin.autocomplete(world.channel, "daily setup", "timezone", "brelin")
    assert choices[0]["value"] == "Berlin, Germany (Europe/Berlin)"
    assert choices[0]["name"] == "Berlin, Germany (Europe/Berlin), now 01:00"
    await set_up(world, admin, timezone=choices[0]["value"])
    (feed,) = await feeds_of(world)
    assert feed.plan.zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Mumbai", "09:00 in Mumbai, India, which is <t:1767238200:t> for you."),
        (
            "Mumbay",
            "I took “Mumbay” as Mumbai, India. 09:00 in Mumbai, India, which is <t:1767238200:t> for you.",
        ),
        ("pacific time", "09:00 Pacific Time, which is <t:1767286800:t> for you."),
        ("EST", "I took “EST” as New York. 09:00 in New York, which is <t:1767276000:t> for you."),
        ("GMT+2", "09:00 UTC+2, which is <t:1767250800:t> for you."),
    ],
)
async def test_a_guess_is_shown_as_one_with_what_it_means(world, admin, typed, sentence):
    result = await drafted(world, admin, timezone=typed)
    assert sentence in text_of(result.response)


async def test_a_place_with_several_clocks_asks_and_goes_on_with_the_one_chosen(world, admin):
    asked = await drafted(world, admin, timezone="Georgia", topic="agents")
    text = text_of(asked.response)
    assert asked.response.ephemeral
    assert "“Georgia” could be several places with different clocks." in text
    assert "09:00 in Tbilisi, Georgia, which is <t:1767243600:t> for you" in text
    assert await feeds_of(world) == []

    draft = await admin.click(asked.response, label="Tbilisi, Georgia")
    assert "every day at 09:00, Asia/Tbilisi" in text_of(draft.response)
    assert "Topic: agents" in text_of(draft.response)
    await admin.click(draft.response, label="Confirm")
    (feed,) = await feeds_of(world)
    assert (feed.plan.zone, feed.plan.topic) == ("Asia/Tbilisi", "agents")


async def test_the_choice_works_after_a_restart_and_for_an_edit(world, admin):
    await set_up(world, admin, papers=2)
    asked = await admin.slash(world.channel, "daily edit", timezone="IST")
    await world.restart()
    draft = await admin.click(asked.response, label="Jerusalem")
    assert "Change this daily paper?" in text_of(draft.response)
    await admin.click(draft.response, label="Confirm")
    (feed,) = await feeds_of(world)
    assert (feed.plan.zone, feed.plan.papers) == ("Asia/Jerusalem", 2)


async def test_a_choice_can_be_cancelled(world, admin):
    asked = await drafted(world, admin, timezone="Washington")
    cancelled = await admin.click(asked.response, label="Cancel")
    assert "Nothing was changed" in text_of(cancelled.response)
    assert await feeds_of(world) == []


async def test_the_place_that_was_chosen_is_named_not_the_city_of_its_zone(world, admin):
    asked = await drafted(world, admin, timezone="Washington")
    draft = await admin.click(asked.response, label="Seattle, Washington")
    assert "09:00 in Seattle, Washington, which is <t:1767286800:t> for you." in text_of(draft.response)


@pytest.mark.parametrize("topic", ["🤖", "?!", "…"])
async def test_a_topic_without_a_word_is_refused(world, admin, topic):
    result = await drafted(world, admin, topic=topic)
    assert "has no word that I can search for" in text_of(result.response)
    assert await feeds_of(world) == []
    await set_up(world, admin)
    changed = await admin.slash(world.channel, "daily edit", topic=topic)
    assert "has no word that I can search for" in text_of(changed.response)


@pytest.mark.parametrize("part", ["after:20xx", "cat:", "author:", "sort:new"])
async def test_a_filter_that_cannot_be_read_is_not_saved_with_a_topic(world, admin, part):
    """It would be left out of each post without a word."""
    result = await drafted(world, admin, topic=f"agents {part}")
    assert f"I couldn't read `{part}`" in text_of(result.response)
    await set_up(world, admin)
    changed = await admin.slash(world.channel, "daily edit", topic=f"agents {part}")
    assert f"I couldn't read `{part}`" in text_of(changed.response)


async def test_a_slip_in_the_topic_is_pointed_out_and_a_press_takes_what_was_meant(world, admin):
    result = await drafted(world, admin, topic="multi agnet debate", papers=2, timezone="Mumbay")
    assert "Did you mean **multi agent debate** (2 papers)?" in text_of(result.response)
    draft = await admin.click(result.response, label="Use multi agent debate")
    assert "Topic: multi agent debate" in text_of(draft.response)
    assert "09:00 in Mumbai, India" in text_of(draft.response)
    await admin.click(draft.response, label="Confirm")
    (feed,) = await feeds_of(world)
    assert (feed.plan.topic, feed.plan.papers) == ("multi agent debate", 2)


async def test_a_slip_can_be_kept_and_mended_from_the_preview(world, admin):
    await set_up(world, admin, topic="agnets")
    previewed = await admin.slash(world.channel, "daily preview")
    (outlook,) = previewed.followups
    draft = await admin.click(outlook, label="Use agents")
    await admin.click(draft.response or outlook, label="Confirm")
    (feed,) = await feeds_of(world)
    assert feed.plan.topic == "agents"


async def test_an_offset_reads_as_people_write_it(world, admin):
    await set_up(world, admin, timezone="GMT+2")
    (feed,) = await feeds_of(world)
    assert feed.plan.zone == "Etc/GMT-2"
    listed = await admin.slash(world.channel, "daily list")
    assert "at 09:00, UTC+2" in text_of(listed.response)


async def test_time_zones_are_offered_before_anything_is_typed(world, admin):
    await set_up(world, admin, timezone="Kathmandu")
    data = raw.slash_data("daily setup", timezone="")
    data["options"][0]["options"][0]["focused"] = True
    typing = raw.emit(
        world.env,
        raw.AUTOCOMPLETE,
        world.channel.id,
        admin.id,
        data,
        in_guild=world.env.guild.id,
        locale="ja",
        guild_locale="de",
    )
    await world.env.settle()

    choices = typing.autocomplete_choices or []
    assert [choice["value"] for choice in choices[:3]] == ["Asia/Kathmandu", "Asia/Tokyo", "Europe/Berlin"]
    assert choices[0]["name"] == "Kathmandu (Asia/Kathmandu), now 05:45"
    assert len(choices) == 25


async def test_weekdays_are_offered(world, admin):
    choices = await admin.autocomplete(world.channel, "daily setup", "weekdays", "mon")
    assert {"Monday to Friday", "Monday"} <= {choice["value"] for choice in choices}


async def test_edit_changes_what_is_named_and_keeps_the_rest(world, admin):
    await set_up(world, admin, topic="agents", papers=3)
    result = await admin.slash(world.channel, "daily edit", time="18:30", topic="none")
    assert "Change this daily paper?" in text_of(result.response)
    saved = await admin.click(result.response, label="Confirm")
    assert "Daily paper changed" in text_of(saved.response)
    (feed,) = await feeds_of(world)
    assert (feed.plan.at.hour, feed.plan.zone, feed.plan.topic, feed.plan.papers) == (
        18,
        "Europe/Berlin",
        "",
        3,
    )


async def test_edit_of_a_feed_that_was_removed_meanwhile(world, admin):
    await set_up(world, admin)
    result = await admin.slash(world.channel, "daily edit", papers=2)
    (feed,) = await feeds_of(world)
    await daily_of(world).feeds.remove(feed.id)
    pressed = await admin.click(result.response, label="Confirm")
    assert "No daily paper yet" in text_of(pressed.response)


async def test_a_member_without_manage_server_cannot_press_somebody_elses_button(world, admin):
    result = await drafted(world, admin)
    confirm = buttons_of(result.response)["Confirm"]["custom_id"]
    # Alice sees no ephemeral message of Ada's: somebody sends Discord a made-up press.
    pressed = await world.press(result.response, confirm)
    assert "Only the person who ran the command" in text_of(pressed.response)
    assert await feeds_of(world) == []


@pytest.mark.parametrize("key", ["", "nothing", "../../x", "💣"])
@pytest.mark.parametrize("verb", ["daily-confirm", "daily-propose", "daily-fill"])
async def test_a_made_up_draft_is_refused(world, admin, verb, key):
    result = await drafted(world, admin)
    pressed = await admin_press(world, admin, result.response, f"p1:{verb}:{key}")
    assert "too old" in text_of(pressed.response)
    assert await feeds_of(world) == []


async def admin_press(world, admin, message, custom_id):
    result = raw.press(world.env, message, admin.id, custom_id)
    await world.env.settle()
    return result


async def test_nobody_posts_through_the_bot_where_they_may_not(world, admin):
    guild = world.channel.guild
    readable = discord.PermissionOverwrite(send_messages=False)
    writable = discord.PermissionOverwrite(send_messages=True)
    announcements = guild.create_text_channel(
        "announcements", overwrites={guild.default_role: readable, world.env.bot.user: writable}
    )

    result = await drafted(world, admin, channel=announcements)

    assert "you need **Send Messages** yourself" in text_of(result.response)
    assert await feeds_of(world) == []
