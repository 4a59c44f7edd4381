"""Whose votes are whose: of papers of one title, and of one that has got another id since."""

from __future__ import annotations

from sqlalchemy import select

from bot.paper.harvest import Harvest, Origin
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.text import title_key
from bot.state.reader_tables import votes
from tests.commands.together.test_voting import card, thumb_of, vote
from tests.support.reading import text_of


def own(title: str, doi: str, author: str, year: int) -> Paper:
    return Paper(id=own_id(title_key(title)), title=title, doi=doi, authors=[author], year=year)


async def into_the_catalog(world, *papers: Paper) -> None:
    for each in papers:
        await world.services.library.merge(Harvest(Origin.FILE, (each,)))
    await world.services.library.background.wait_until_current()


async def voted(world) -> list[tuple[str, int]]:
    query = select(votes.c.paper_id, votes.c.person_id).order_by(votes.c.paper_id, votes.c.person_id)
    rows = await world.services.store.read(lambda connection: connection.execute(query).all())
    return [(row.paper_id, row.person_id) for row in rows]


async def test_papers_of_one_title_have_each_their_own_votes(world):
    first = own("Editorial", "10.1234/one", "Ada Lovelace", 2020)
    second = own("Editorial", "10.1234/two", "Bob Byte", 2023)
    third = Paper(id="2611.00009", title="Editorial", authors=["Carl Case"], year=2026)
    await into_the_catalog(world, first, second, third)
    cards = [await card(world, world.alice, f"https://doi.org/{paper.doi}") for paper in (first, second)]
    cards.append(await card(world, world.alice, third.id))
    await vote(world, world.alice, cards[0])
    fresh = [
        await card(world, world.bob, f"https://doi.org/{first.doi}"),
        await card(world, world.bob, f"https://doi.org/{second.doi}"),
        await card(world, world.bob, third.id),
    ]
    counted = [thumb_of(each) for each in fresh]
    assert counted == ["👍 1", "👍", "👍"]
    await vote(world, world.alice, cards[1])
    await vote(world, world.alice, cards[2])
    assert len(await voted(world)) == 3, "none takes back another's"
    assert text_of((await world.bob.slash(world.channel, "paper top")).response).count("👍 1") == 3


async def test_a_paper_that_gets_another_id_and_another_title_keeps_its_votes(world):
    before = own("Learning to Negotiate with Patient Agents", "10.1234/abc.77", "Ada Lovelace", 2025)
    after = before.model_copy(update={"id": "2611.00001", "title": "Patient Agents Negotiate: A Study"})
    await into_the_catalog(world, before)
    old = await card(world, world.alice, before.id)
    await vote(world, world.alice, old)
    await vote(world, world.bob, old)
    await into_the_catalog(world, after)
    new = await card(world, world.alice, after.id)
    assert thumb_of(new) == "👍 2"
    await vote(world, world.alice, new)
    assert await voted(world) == [(before.id, world.bob.id)], "it takes back what was given before"
    await vote(world, world.alice, new)
    assert thumb_of(await card(world, world.bob, after.id)) == "👍 2"
    seen = await world.services.follow_ids()
    assert await voted(world) == sorted((after.id, each.id) for each in (world.alice, world.bob))
    assert await world.services.follow_ids(seen) == seen
    assert thumb_of(await card(world, world.bob, after.id)) == "👍 2"


async def test_whoever_liked_a_paper_by_both_its_ids_is_counted_once(world):
    before = own("Learning to Negotiate with Patient Agents", "10.1234/abc.77", "Ada Lovelace", 2025)
    after = before.model_copy(update={"id": "2611.00001"})
    await into_the_catalog(world, before, after)
    guild = world.channel.guild.id
    # By another process, whose catalog did not know its id yet.
    for paper in (before, after):
        await world.services.votes.toggle(guild, paper, world.alice.id, earlier=())
    assert thumb_of(await card(world, world.alice, after.id)) == "👍 1"
    await world.services.follow_ids()
    assert await voted(world) == [(after.id, world.alice.id)]
