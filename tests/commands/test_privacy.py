"""`/privacy show` and `/privacy delete`, as a person sees them."""

from __future__ import annotations

import json

import discord

from bot.paper.model import Paper
from bot.readers.owner import Kind, Owner
from bot.state.all_tables import metadata
from bot.state.feeds import Feeds
from bot.state.picked import PickedPapers
from bot.views.privacy_page import KEPT
from tests.daily.examples import daily_of, feed_in
from tests.state.examples import add_feed
from tests.support.reading import buttons_of, text_of

NOTHING = "I keep nothing about you."


async def asked(world, person, name: str, place=None):
    return (await person.slash(place or world.channel, f"privacy {name}")).response


async def with_data(world, person) -> None:
    """A paper in the person's own words, and a daily paper that they set up."""
    services = world.services
    paper = Paper(id="p-1", title="My Own Notes on Debate")
    await services.written.keep(Owner(Kind.PERSON, person.id), paper)
    feeds = Feeds(services.store, services.clock)
    feed = await add_feed(feeds, services.clock())
    await services.store.write(
        lambda connection: connection.exec_driver_sql(
            f"UPDATE feeds SET created_by = {person.id} WHERE id = {feed.id}"
        )
    )


def test_there_are_words_for_all_that_is_kept_about_people():
    tables = metadata.sorted_tables
    marked = {table.name for table in tables if any(column.info.get("person") for column in table.columns)}
    assert marked == KEPT.keys()


async def test_of_whom_nothing_is_kept_is_told_so(world):
    for name in ("show", "delete"):
        response = await asked(world, world.alice, name)
        assert response.ephemeral
        assert text_of(response).startswith(NOTHING)
        assert buttons_of(response) == {}


async def test_all_that_is_kept_is_shown_in_words_and_in_a_file(world):
    await with_data(world, world.alice)
    response = await asked(world, world.alice, "show")
    assert response.ephemeral
    text = text_of(response)
    assert "- 1 paper that you described outside of servers" in text
    assert "- 1 daily paper that you set up" in text
    (file,) = response.attachments
    kept = json.loads(await file.read())
    assert kept["feeds"][0]["created_by"] == str(world.alice.id)
    assert "My Own Notes on Debate" in kept["written"][0]["record"]


async def test_deleting_asks_first_and_then_deletes(world):
    await with_data(world, world.alice)
    response = await asked(world, world.alice, "delete")
    assert "Delete everything I keep about you?" in text_of(response)
    assert await world.services.people.about(world.alice.id) != {}
    await world.alice.click(response, label="Delete it all")
    assert text_of(response).startswith("Done.")
    assert await world.services.people.about(world.alice.id) == {}
    assert await Feeds(world.services.store, world.services.clock).of_guild(10) != []
    assert text_of(await asked(world, world.alice, "show")).startswith(NOTHING)


async def test_what_stays_is_told_of_that_alone_and_nothing_goes_on_cancel(world):
    await world.alice.slash(world.channel, "list add", paper="2411.13543")
    text = text_of(await asked(world, world.alice, "delete"))
    assert "- 1 paper that you saved" in text
    assert "stays" not in text, "it is on her own list"
    await world.alice.slash(world.channel, "list new", name="Group", place="server")
    await world.alice.slash(world.channel, "list add", paper="2502.12110", name="Group", place="server")
    response = await asked(world, world.alice, "delete")
    assert "- 1 paper that you saved" in text_of(response)
    assert "- 1 server list that you made. It stays, without your name." in text_of(response)
    assert "- 1 paper that you put on a server's list. It stays, without your name." in text_of(response)
    await world.alice.click(response, label="Cancel")
    assert text_of(response) == "Nothing was deleted."
    assert await world.services.people.about(world.alice.id) != {}
    response = await asked(world, world.alice, "delete")
    await world.alice.click(response, label="Delete it all")
    assert text_of(response) == (
        "Done. I keep nothing about you now.\nThese stay, without your name:\n"
        "- 1 paper that you put on a server's list\n- 1 server list that you made"
    )


async def test_a_paper_that_was_refused_is_not_called_picked(world):
    paper = Paper(id="2411.13543", title="BALROG")
    day = world.services.clock().date()
    await PickedPapers(world.services.store).refuse(world.alice.id, paper, day, earlier=())
    text = text_of(await asked(world, world.alice, "show"))
    assert "- 1 paper that you said is not for you" in text
    assert "picked" not in text


async def test_it_works_in_a_direct_message(world):
    await with_data(world, world.alice)
    assert "1 daily paper" in text_of((await world.alice.user.slash("privacy show")).response)


async def test_whoever_sees_to_the_daily_papers_since_is_told_of_them(world):
    await feed_in(world, world.channel)
    question = (await world.alice.slash(world.channel, "privacy delete")).response
    await world.alice.click(question, label="Delete it all")
    role = world.channel.guild.create_role("Admins", permissions=discord.Permissions(manage_guild=True))
    admin = world.channel.guild.add_member(world.env.create_user("ada"), roles=[role])
    await admin.slash(world.channel, "daily list")
    (feed,) = await daily_of(world).feeds.of_guild(world.channel.guild.id)
    assert feed.created_by == admin.id
