"""Thumbs up and /paper top, as the members of a server see them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from discord import ui
from sqlalchemy import text

from bot.clock import system_clock
from bot.paper.model import Paper
from bot.readers.owner import Kind, Owner
from bot.readers.votes import Since
from bot.state.server_votes import BETWEEN_EDITS, Votes
from bot.state.store import Store
from tests.daily.examples import feed_in, posts
from tests.support.reading import buttons_of, parts_of, text_of, walk

BALROG, A_MEM = "2411.13543", "2502.12110"


async def card(world: Any, person: Any, paper: str = BALROG, **options: Any) -> Any:
    return (await person.slash(world.channel, "paper show", paper=paper, **options)).response


def thumb_of(message: Any) -> str:
    return next(label for label in buttons_of(message) if label.startswith("👍"))


async def vote(world: Any, person: Any, message: Any) -> None:
    await person.click(message, label=thumb_of(message))
    await world.env.advance_time(2.5)


async def test_a_press_likes_a_paper_and_a_second_one_takes_it_back(world):
    message = await card(world, world.alice)
    assert list(buttons_of(message)) == ["PDF", "Save", "👍", "Discuss", "More"]
    await vote(world, world.alice, message)
    assert thumb_of(message) == "👍 1"
    await vote(world, world.bob, message)
    assert thumb_of(message) == "👍 2"
    await vote(world, world.alice, message)
    assert thumb_of(message) == "👍 1"


async def test_it_counts_wherever_the_paper_is_shown_in_the_server(world):
    first, second = await card(world, world.alice), await card(world, world.bob)
    await vote(world, world.alice, first)
    await vote(world, world.alice, second)
    assert thumb_of(second) == "👍", "one vote a person, whichever message"
    await vote(world, world.bob, second)
    await world.env.advance_time(2.5)
    assert (thumb_of(first), thumb_of(second)) == ("👍 1", "👍 1"), "the first was pressed lately"
    assert thumb_of(await card(world, world.alice)) == "👍 1"


async def test_in_direct_messages_and_private_answers_nobody_votes(world):
    alone = await card(world, world.alice, private=True)
    assert list(buttons_of(alone)) == ["PDF", "Save", "Cite", "Share", "More"]
    direct = (await world.alice.user.slash("paper show", paper=BALROG)).response
    assert list(buttons_of(direct)) == ["PDF", "Save", "Cite", "More"]


async def test_a_hidden_paper_is_not_voted_on(world):
    message = await card(world, world.alice)
    balrog = await world.services.library.paper(BALROG)
    await world.services.hidden.hide(world.channel.guild.id, balrog)
    pressed = await world.alice.click(message, label="👍")
    assert text_of(pressed.followups[0]) == "This server's admins have hidden that paper."
    assert pressed.followups[0].ephemeral


async def test_what_the_server_liked_is_listed_with_counts_alone(world):
    nothing = (await world.alice.slash(world.channel, "paper top")).response
    assert nothing.ephemeral
    assert "Nobody has liked a paper here this week." in text_of(nothing)
    for person in (world.alice, world.bob):
        await vote(world, person, await card(world, person))
    await vote(world, world.alice, await card(world, world.alice, A_MEM))
    page = (await world.bob.slash(world.channel, "paper top", period="all")).response
    text = text_of(page)
    assert "**What this server liked so far** · 2 papers" in text
    assert text.index("BALROG") < text.index("A-MEM")
    assert "👍 2" in text
    assert str(world.alice.id) not in text
    balrog = await world.services.library.paper(BALROG)
    await world.services.hidden.hide(world.channel.guild.id, balrog)
    page = (await world.bob.slash(world.channel, "paper top", period="all")).response
    assert "BALROG" not in text_of(page)


async def test_in_direct_messages_there_is_no_server_to_like_anything(world):
    answer = (await world.alice.user.slash("paper top")).response
    assert (
        text_of(answer) == "`/paper top` shows what a server likes: use it in servers that I'm a member of."
    )


async def test_saves_to_the_servers_lists_count_from_three_people_on(world):
    votes, lists, server = world.services.votes, world.services.lists, Owner(Kind.SERVER, 7)
    balrog = await world.services.library.paper(BALROG)
    for number in range(3):
        on = await lists.make(server, f"List {number}")
        await lists.save(server, [balrog], by=number + 1, to=on)
        saved = [each.saves for each in await votes.liked(7, Since.WEEK)]
        assert saved == [3 if number == 2 else 0]


async def test_saves_count_in_the_server_where_they_were_pressed_from_three_people_on(world):
    message, guild = await card(world, world.alice), world.channel.guild
    people = [guild.add_member(world.env.create_user(f"s{number}")) for number in range(6)]
    for person in people[:2]:
        await person.click(message, label="Save")
        await person.click(message, label="Save")
    few = (await world.bob.slash(world.channel, "paper top")).response
    assert few.ephemeral, "two people are nobody's business"
    for person in people[2:]:
        await person.click(message, label="Save")
    top = (await world.bob.slash(world.channel, "paper top")).response
    assert "-# saved by 6" in text_of(top)
    assert not any(str(person.id) in text_of(top) for person in people)
    await people[0].slash(world.channel, "list remove", paper=BALROG)
    assert "-# saved by 5" in text_of((await world.bob.slash(world.channel, "paper top")).response)
    assert "- 1 paper that a server counts" in text_of(
        (await people[1].slash(world.channel, "privacy show")).response
    )


async def test_however_it_is_saved_it_counts_where_that_was_and_in_direct_messages_nowhere(world):
    guild = world.channel.guild
    people = [guild.add_member(world.env.create_user(f"s{number}")) for number in range(5)]
    found = (await world.alice.slash(world.channel, "paper find", query="agents")).response
    menu = next(each for each in walk(parts_of(found)) if each["type"] == 3)
    one, two = (each["value"] for each in menu["options"][:2])
    await people[0].select(found, [one, two], custom_id=menu["custom_id"])
    written = await world.alice.send(world.channel, f"arXiv:{one} and arXiv:{two}")
    await people[1].context_menu(world.channel, "Save papers in this message", written)
    await people[2].slash(world.channel, "list add", paper=one, place="server")
    await people[3].slash(world.channel, "list add", paper=one, place="server")
    await people[4].user.slash("list add", paper=one)
    await people[4].user.slash("list add", paper=two)
    top = text_of((await world.bob.slash(world.channel, "paper top")).response)
    assert "· 1 paper\n" in top
    assert "saved by 4" in top, "two put it on the server's list, which has it once"


async def test_a_daily_post_can_be_liked(world):
    await feed_in(world, world.channel)
    await world.env.advance_time(8 * 3600 + 5)
    (post,) = posts(world.channel)
    labels = [item.label for item in post.components[0].children[-1].children]
    assert labels == ["PDF", "Save", "👍", "Discuss", "More"]


async def test_five_hundred_presses_by_two_hundred_people_are_counted_exactly(world, postgres_url):
    stores = [Store(postgres_url), Store(postgres_url)]
    await stores[0].migrate()
    both = [Votes(each, world.services.clock) for each in stores]
    paper = Paper(id=BALROG, title="BALROG")
    presses = [1 + number % 200 for number in range(500)]
    await asyncio.gather(
        *(both[n % 2].toggle(7, paper, who, earlier=()) for n, who in enumerate(presses[:200]))
    )
    await asyncio.gather(
        *(both[n % 2].toggle(7, paper, who, earlier=()) for n, who in enumerate(presses[200:400]))
    )
    await asyncio.gather(
        *(both[n % 2].toggle(7, paper, who, earlier=()) for n, who in enumerate(presses[400:]))
    )
    expected = sum(presses.count(who) % 2 for who in range(1, 201))
    assert [await each.counts(7, [paper], earlier={}) for each in both] == [{BALROG: expected}] * 2
    for store in stores:
        await store.close()


def _edits(world: Any) -> list[Any]:
    return [each for each in world.env.http_requests if each.method == "PATCH"]


async def test_a_message_that_shows_something_else_by_now_is_not_drawn_over(world):
    """The card was pressed; its reader went back to the list; somebody else likes the paper elsewhere."""
    results = (await world.alice.slash(world.channel, "paper find", query="balrog")).response
    await world.alice.click(results, label="Open")
    await world.alice.click(results, label="👍")
    await world.alice.click(results, label="Back")
    listed = text_of(results)
    await vote(world, world.bob, await card(world, world.bob))
    await world.env.advance_time(5)
    assert text_of(results) == listed
    await world.alice.click(results, label="Open")
    assert thumb_of(results) == "👍 2"


async def test_an_edit_that_discord_failed_is_made_up_for(world):
    message = await card(world, world.alice)
    world.env.inject_error("PATCH", "/webhooks/*/*/messages/*", status=500, code=0, times=6)
    await world.alice.click(message, label="👍")
    await world.env.advance_time(30)
    assert thumb_of(message) == "👍 1"


async def test_an_outage_longer_than_a_message_is_kept_right_is_made_up_for(world):
    message = await card(world, world.alice)
    world.env.inject_error("PATCH", "/webhooks/*/*/messages/*", status=500, code=0, times=1_000)
    await world.alice.click(message, label="👍")
    await world.env.advance_time(90)
    assert thumb_of(message) == "👍"
    world.env.backend.faults.clear()
    await world.env.advance_time(15)
    assert thumb_of(message) == "👍 1"


async def test_a_message_that_another_process_turned_is_not_drawn_over(world):
    message = await card(world, world.alice)
    await vote(world, world.alice, message)
    view = ui.LayoutView()
    view.add_item(ui.TextDisplay("A list"))
    channel = world.env.bot.get_channel(world.channel.id)
    await channel.get_partial_message(message.id).edit(view=view)
    await vote(world, world.bob, await card(world, world.bob))
    await world.env.advance_time(5)
    (shown,) = [each for each in world.channel.history() if each.id == message.id]
    assert "A list" in str(shown.components)


async def test_two_presses_at_once_take_each_other_back(postgres_url):
    stores = [Store(postgres_url), Store(postgres_url)]
    await stores[0].migrate()
    paper, both = Paper(id=BALROG, title="T"), [Votes(each, system_clock) for each in stores]
    for _ in range(20):
        done = await asyncio.gather(*(each.toggle(7, paper, 1, earlier=()) for each in both))
        assert sorted(done) == [False, True]
        assert await both[0].counts(7, [paper], earlier={}) == {BALROG: 0}
    for store in stores:
        await store.close()


async def test_two_processes_share_the_distance_between_edits_of_a_message(postgres_url):
    stores, ahead = [Store(postgres_url), Store(postgres_url)], timedelta(seconds=30)
    await stores[0].migrate()
    both = [Votes(stores[0], system_clock), Votes(stores[1], lambda: system_clock() + ahead)]
    for back in (timedelta(), BETWEEN_EDITS, -ahead):
        await _age_edits(stores[0], back)
        taken = await asyncio.gather(*(each.take_edit(5) for each in both * 3))
        assert taken.count(True) == 1, "whatever the hosts' clocks say"
        assert not await both[1].take_edit(5)
    for store in stores:
        await store.close()


async def _age_edits(store: Store, age: timedelta) -> None:
    aged = text("UPDATE vote_edits SET edited_at = edited_at - make_interval(secs => :age)")
    await store.write(lambda connection: connection.execute(aged, {"age": age.total_seconds()}))


async def test_edits_of_many_messages_by_two_processes_hold_up_none(postgres_url):
    stores = [Store(postgres_url), Store(postgres_url)]
    await stores[0].migrate()
    both = [Votes(each, system_clock) for each in stores]
    messages = range(30)
    for _ in range(5):
        await _age_edits(stores[0], timedelta(minutes=2))
        taken = await asyncio.gather(*(votes.take_edit(each) for each in messages for votes in both))
        assert taken.count(True) == len(messages)
    for store in stores:
        await store.close()


async def test_many_presses_of_one_message_are_few_edits(world):
    people = [world.channel.guild.add_member(world.env.create_user(f"p{n}")) for n in range(20)]
    message = await card(world, world.alice)
    before, began = len(_edits(world)), world.env.now()
    for person in people:
        await person.click(message, label=thumb_of(message))
    await world.env.advance_time(5)
    assert thumb_of(message) == "👍 20"
    seconds = (world.env.now() - began).total_seconds()
    assert len(_edits(world)) - before <= 1 + seconds / 2
    await world.env.advance_time(90)
    settled = len(_edits(world))
    await world.env.advance_time(90)
    assert len(_edits(world)) == settled
