"""Following where Discord refuses, people change their minds, and what is typed is no name."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.delivery.direct_message import Brought, DirectMessage
from bot.paper.model import Paper
from bot.readers.follows import Followed, Kind, News, Pace, Way
from bot.views.follow_pages import ChooseToStop, listed
from bot.views.layout import TEXT_LIMIT
from bot.views.letter_page import LetterPage
from tests.commands.following.steps import (
    arrive,
    come,
    delivered,
    dm_texts,
    follow,
    look_every,
    mine,
)
from tests.support.reading import buttons_of, fields, parts_of, text_of, walk


async def test_a_bot_in_quarantine_pauses_nobody(world):
    world.env.inject_error("POST", "/users/@me/channels", status=403, code=20026, times=None)
    world.breaks = True
    answer = await follow(world, world.alice, topic="debate of agents")
    assert "Discord doesn't let me open direct messages for now" in text_of(answer)
    await arrive(world, "New Debate of Agents")
    await delivered(world)
    assert (await mine(world, world.alice)).paused_at is None


async def test_what_the_catalog_lacks_for_a_while_is_not_lost(world):
    await follow(world, world.alice, topic="debate of agents")
    look_every(world, timedelta(days=2))
    (paper,) = await arrive(world, "New Debate of Agents")
    await world.env.bot.inbox.finder.look()
    with closing(sqlite3.connect(world.services.library.path)) as catalog, catalog:
        catalog.execute("DELETE FROM papers WHERE id = ?", (paper.id,))
    look_every(world, timedelta(minutes=20))
    await world.alice.slash(world.channel, "inbox settings", where="message")
    await world.env.advance_time(1_800)
    assert not any("1 new paper" in text for text in await dm_texts(world, world.alice))
    (waiting,) = await world.env.bot.inbox.inboxes.waiting(world.alice.id)
    assert waiting.match.paper_id == paper.id
    await come(world, [paper])
    await world.env.advance_time(3_600)
    assert any("New Debate of Agents" in text for text in await dm_texts(world, world.alice))


@pytest.mark.parametrize(
    ("typed", "follows"),
    [
        ("author:Paglieri", "papers by **Paglieri**"),
        ("Dr. Davide Paglieri (Oxford)", "papers by **Davide Paglieri**"),
        ("Paglieri et al., 2024", "papers by **Paglieri**"),
        ("D. Paglieri", "papers by **D. Paglieri**"),
    ],
)
async def test_a_name_is_read_out_of_what_stands_around_it(world, typed, follows):
    draft = (await world.alice.slash(world.channel, "follow author", name=typed)).response
    assert f"### Follow {follows}?" in text_of(draft)
    assert "1 older paper by them:\n- " in text_of(draft), "which tells whether it's who is meant"


@pytest.mark.parametrize(
    "typed", ["2411.13543", "https://scholar.google.com/citations?user=abc", "<@123456789012345678>", "@who"]
)
async def test_what_is_no_name_is_followed_by_nobody(world, typed):
    answer = (await world.alice.slash(world.channel, "follow author", name=typed)).response
    assert "isn't a name. Try one such as `Ada Lovelace`" in text_of(answer)


async def test_a_misspelt_name_and_topic_lead_to_the_right_one(world):
    draft = (await world.alice.slash(world.channel, "follow author", name="Davide Palgieri")).response
    assert "Did you mean **Davide Paglieri**?" in text_of(draft)
    assert [*buttons_of(draft)][:2] == ["Follow Davide Paglieri", "Follow as typed"]
    draft = (await world.alice.slash(world.channel, "follow topic", topic="debaet")).response
    await world.alice.click(draft, label="Follow debate")
    assert "You follow **debate** now." in text_of(draft)


async def test_authors_are_offered_while_a_name_is_typed(world):
    choices = await world.alice.autocomplete(world.channel, "follow author", "name", "davide pag")
    assert [each["name"] for each in choices] == ["Davide Paglieri"]


@pytest.mark.parametrize(
    ("topic", "says"),
    [
        ("agents -agents", "leaves out what it asks for"),
        ("agents year:2024", "asks for old papers only"),
        ("agents after:2099", "asks for papers of a day to come"),
        ("cat:cs.!!", "I couldn't read `cat:cs.!!`"),
        ("diffusion OR flow", "I couldn't read `diffusion OR flow`"),
        ("how to", "says nothing of what papers are about"),
        ("after:2020", "says nothing of what papers are about"),
        ("-games after:2020", "says nothing of what papers are about"),
        ("the -agents", "only says what to leave out"),
    ],
)
async def test_a_topic_that_can_bring_nothing_is_not_promised(world, topic, says):
    answer = (await world.alice.slash(world.channel, "follow topic", topic=topic)).response
    assert says in text_of(answer)


async def test_the_older_papers_that_are_named_are_those_that_are_counted(world):
    answer = (await world.alice.slash(world.channel, "follow topic", topic="multi-agent debate")).response
    text = text_of(answer)
    count = int(text.partition("I have ")[2].split()[0])
    assert count == 2, "related papers, which a search finds too, are more"
    assert text.count("\n- ") == count


async def test_papers_that_may_be_meant_can_be_followed(world):
    answer = (await world.alice.slash(world.channel, "follow paper", paper="balrg")).response
    assert text_of(answer).startswith("Which paper do you mean by “balrg”?")
    first = next(part for part in walk(parts_of(answer)) if part.get("label") == "Follow")
    draft = (await world.alice.click(answer, custom_id=first["custom_id"])).response
    assert "Follow papers like **BALROG" in text_of(draft)


async def test_a_renamed_or_deleted_list_is_told_by_what_it_is_now(world):
    await world.alice.slash(world.channel, "list add", paper="2502.12110")
    await follow(world, world.alice, "saved")
    await world.alice.slash(world.channel, "list rename", name="Saved", to="PhD")
    page = (await world.alice.slash(world.channel, "follow show")).response
    assert "papers like those on **PhD**" in text_of(page)


async def test_more_follows_than_a_menu_holds_have_pages(world):
    for number in range(27):
        await world.env.bot.inbox.followings.add(
            world.alice.id, Kind.TOPIC, f"topic {number}", f"topic {number}"
        )
    page = (await world.alice.slash(world.channel, "follow show")).response
    assert "You follow 27 things." in text_of(page)
    await world.alice.click(page, label="Next")
    assert "**topic 0**" in text_of(page)


def test_what_many_follows_brought_is_told_within_a_message() -> None:
    many = [
        Followed(number, 1, Kind.PAPER, "x", "A Title of Many Words " * 9, discord.utils.utcnow())
        for number in range(100)
    ]
    assert len(listed("Paused until then:", many, "Resume it.")) < TEXT_LIMIT
    assert ChooseToStop(many).text_length < TEXT_LIMIT


def test_the_longest_letter_fits_into_a_message() -> None:
    paper = Paper(
        id="2601.00001",
        title="A Very Long Title of a Paper " * 20,
        authors=tuple("Someone Whose Name Is Extraordinarily Long And Goes On For Ever" for _ in range(9)),
        categories=("cs.CL", "cs.LG", "stat.ML", "cs.AI", "cs.MA"),
    )
    other = [paper.model_copy(update={"id": f"2601.{number:05}"}) for number in range(10)]
    follow_ = Followed(1, 1, Kind.PAPER, "x", "What Is Followed, Which Is Long " * 9, discord.utils.utcnow())
    letter = DirectMessage(
        letter_id=1,
        person_id=1,
        channel_id=2,
        entries=tuple(Brought(each, News.NEW, follow_) for each in other),
        more=40,
        nonce="n",
    )
    assert LetterPage(letter).text_length <= TEXT_LIMIT


async def test_of_two_ways_to_the_same_the_inbox_says_how_it_is(world):
    answer = (await world.alice.slash(world.channel, "inbox settings", timezone="GMT+2", time="9")).response
    assert "every day at 09:00 (UTC+2)" in text_of(answer)
    answer = (await world.alice.slash(world.channel, "inbox settings", weekday=4)).response
    assert "every Friday at 09:00" in text_of(answer)
    answer = (await world.alice.slash(world.channel, "inbox settings", timezone="berlni")).response
    assert "Berlin" in text_of(answer)
    assert Way.MESSAGE is (await mine(world, world.alice)).plan.way


async def test_a_zone_alone_changes_nothing_but_the_zone(world):
    """How often somebody hears, and where, they choose by other options."""
    for options, says in (
        ({"timezone": "Berlin"}, "I write by direct message as papers come"),
        ({"time": "8", "pace": "come"}, "(`/follow for-me`) come at 08:00 (Europe/Berlin)"),
        ({"where": "kept", "timezone": "Tokyo"}, "New papers wait in `/inbox show`."),
        ({"timezone": "Berlin"}, "Your days in `/paper for-me` are those of Europe/Berlin."),
    ):
        assert says in text_of((await world.alice.slash(world.channel, "inbox settings", **options)).response)
    plan = (await mine(world, world.alice)).plan
    assert (plan.way, plan.pace, plan.at.hour, plan.zone) == (Way.KEPT, Pace.COME, 8, "Europe/Berlin")


async def test_a_list_of_others_takes_no_news_away(world):
    """What somebody else saved is as new to those who follow the like of it."""
    service, person = world.env.bot.inbox, world.bob
    await follow(world, person, "paper", paper="2502.12110")
    await world.alice.slash(world.channel, "list add", paper="2502.12110")
    await follow(world, world.alice, "saved")
    memory = await world.services.library.paper("2502.12110")
    new = Paper(
        id="2601.00077",
        title="Agentic Memory for Agents, Revisited",
        abstract=memory.abstract,
        published=world.services.clock().date(),
    )
    look_every(world, timedelta(days=2))
    await come(world, [new])
    lists = world.services.lists
    (on,) = await lists.of(_owner(world.alice))
    await lists.save(_owner(world.alice), [new], by=world.alice.id, to=on)
    await service.finder.look()
    assert [each.match.paper_id for each in await service.inboxes.waiting(person.id)] == [new.id]
    assert await service.inboxes.waiting(world.alice.id) == [], "it is on her list already"


def _owner(person: Any) -> Any:
    from bot.readers.owner import Kind as OwnerKind
    from bot.readers.owner import Owner

    return Owner(OwnerKind.PERSON, person.id)


async def a_flood(world: Any) -> None:
    """160 papers of today on one topic by one author: 40 in titles, 80 of one category, 32 of one word."""
    await come(
        world,
        [
            Paper(
                id=f"2601.{number:05}",
                title=f"{'Debate of Agents' if number % 4 == 0 else 'The Council'} in Town {number}",
                abstract="Debate of agents is what we study. The debate of agents is our topic.",
                authors=("Ann Author",),
                categories=("cs.CL" if number % 2 else f"stat.{'abc'[number % 3]}x",),
                keywords=("quiet negotiation",) if number % 5 == 0 else (),
                published=world.services.clock().date(),
            )
            for number in range(1, 161)
        ],
    )


@pytest.mark.parametrize(
    ("what", "options", "narrower"),
    [
        ("topic", {"topic": "debate of agents"}, {"in titles only": 40, "with “quiet negotiation”": 32}),
        ("topic", {"topic": '"debate of agents" -games'}, {"in titles only": 40, "in cs.CL only": 80}),
        ("author", {"name": "Ann Author"}, {"in cs.CL only": 80, "with “quiet negotiation”": 32}),
    ],
)
async def test_of_a_flood_narrower_searches_are_offered_that_bring_few_enough(world, what, options, narrower):
    await a_flood(world)
    draft = (await world.alice.slash(world.channel, f"follow {what}", **options)).response
    assert "**160 papers**" in text_of(draft)
    for says, papers in narrower.items():
        assert f"{says}, {papers} papers" in text_of(draft)
        assert f"Follow {says}" in buttons_of(draft)
    says = next(reversed(narrower))
    await world.alice.click(draft, label=f"Follow {says}")
    (followed,) = await world.env.bot.inbox.followings.of(world.alice.id)
    assert followed.kind is Kind.TOPIC
    again = (await world.alice.slash(world.channel, "follow topic", topic=f"{followed.text} ")).response
    assert "You follow that already." in text_of(again)


async def test_where_nothing_narrower_is_found_a_weekly_message_is_offered_also_when_a_follow_changes(world):
    await come(
        world,
        [
            Paper(
                id=f"2601.{number:05}",
                title=f"Debate of Agents in Town {number}",
                published=world.services.clock().date(),
            )
            for number in range(1, 161)
        ],
    )
    await follow(world, world.alice, topic="weather")
    (made,) = await world.env.bot.inbox.followings.of(world.alice.id)
    one = (await world.alice.slash(world.channel, "follow topic", topic="weather")).response
    form = await world.alice.click(one, label="Change")
    label = "Topic, in the words of /paper find"
    await world.alice.submit_modal(form, fields(form, **{label: "debate of agents"}))
    assert "would have brought **160 papers**" in text_of(one)
    assert "⚠ That's more than 5 a day. To hear of it once a week, choose **Every week**" in text_of(one)
    await world.alice.click(one, label="Cancel")
    assert await world.env.bot.inbox.followings.of(world.alice.id) == [made]


def asked_to(world: Any) -> int:
    """How often the bot tried to write a message of its own."""
    return sum(each.path.endswith("/messages") and each.method == "POST" for each in world.env.http_requests)


async def test_closed_messages_are_tried_on_three_days_and_then_at_the_next_command_of_any_kind(world):
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50007, times=3)
    answer = await follow(world, world.alice, topic="debate of agents")
    assert "I'll try again on two more days" in text_of(answer)
    look_every(world, timedelta(days=2))
    await arrive(world, "New Debate of Agents")
    await world.env.bot.inbox.finder.look()
    world.env.bot.inbox.dispatcher.wake()
    tries = []
    for _ in range(4):
        tries.append(asked_to(world))
        await world.env.advance_time(timedelta(hours=25).total_seconds())
    assert tries == [1, 2, 3, 3]
    assert (await mine(world, world.alice)).paused_reason.code == "direct-messages-closed"
    await world.bob.slash(world.channel, "help")
    await world.env.advance_time(5)
    assert asked_to(world) == 3, "somebody else has come"
    await world.alice.slash(world.channel, "help")
    await world.env.advance_time(5)
    assert asked_to(world) == 4
    assert "New Debate of Agents" in (await dm_texts(world, world.alice))[-1]
    assert (await mine(world, world.alice)).paused_at is None
