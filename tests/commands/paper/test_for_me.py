"""`/paper for-me`, as a person sees it."""

from __future__ import annotations

from bot.paper.harvest import Harvest, Origin
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.text import title_key
from bot.readers.owner import Kind, Owner
from tests.support.reading import buttons_of, fields, parts_of, text_of, walk

SAVED = ("2411.13543", "2502.12110", "2307.13854")


async def asked(world, person):
    return (await person.slash(world.channel, "paper for-me")).response


async def with_taste(world, person) -> None:
    for each in SAVED:
        await person.slash(world.channel, "list add", paper=each)


async def test_who_saved_too_few_is_asked_for_some_or_an_author(world):
    response = await asked(world, world.alice)
    assert response.ephemeral
    assert text_of(response).startswith("Save 3 papers that you like")
    form = await world.alice.click(response, label="Choose an author")
    found = await world.alice.submit_modal(form, fields(form, Name="Davide Paglieri"))
    assert "**Papers by Davide Paglieri**" in text_of(found.response)
    assert "BALROG" in text_of(found.response)
    form = await world.alice.click(response, label="Choose an author")
    found = await world.alice.submit_modal(form, fields(form, Name='"Nobody *At* All'))
    assert text_of(found.response).startswith("I have no paper by “Nobody \\*At\\* All”.")
    await world.alice.slash(world.channel, "list add", paper=SAVED[0])
    assert text_of(await asked(world, world.alice)).startswith("Save 2 more papers that you like")


async def test_five_papers_with_their_reasons_the_same_all_day(world):
    await with_taste(world, world.alice)
    response = await asked(world, world.alice)
    assert response.ephemeral
    text = text_of(response)
    assert "**5. " in text
    assert "**6. " not in text
    assert "Because you saved" in text
    assert all(title not in text.split("Because")[0] for title in ("BALROG:", "A-MEM:", "WebArena:"))
    await world.alice.slash(world.channel, "list add", paper="2305.10142")
    assert text_of(await asked(world, world.alice)) == text


async def test_what_was_liked_and_followed_counts_like_what_was_saved(world):
    for paper in SAVED[:2]:
        card = (await world.bob.slash(world.channel, "paper show", paper=paper)).response
        await world.bob.click(card, label="👍")
    draft = (await world.bob.slash(world.channel, "follow paper", paper=SAVED[2])).response
    assert text_of(await asked(world, world.bob)).startswith("Save 1 more paper that you like")
    await world.bob.click(draft, label="Follow")
    text = text_of(await asked(world, world.bob))
    assert "**5. " in text
    assert "Because you liked" in text
    assert "Because you follow papers like" in text
    assert "Because you saved" not in text
    await world.bob.slash(world.channel, "list add", paper=SAVED[0])
    assert "Because you saved" in text_of(await asked(world, world.bob)), "of both the one they look for"


async def test_who_saved_only_what_the_catalog_lacks_is_asked_for_papers(world):
    lacking = [Paper(id=f"2401.0000{n}", title=f"Nobody has this, part {n}") for n in range(4)]
    mine, person = Owner(Kind.PERSON, world.alice.id), world.alice.id
    ids = [each.id for each in lacking]
    await world.services.lists.save(mine, lacking, by=person, records=ids)
    text = text_of(await asked(world, world.alice))
    assert text.startswith("Save 3 papers that you like")
    assert "4 papers that you saved aren't in my catalog, so I can't go by them." in text
    await with_taste(world, world.alice)
    assert "Because you saved" in text_of(await asked(world, world.alice))


async def test_not_for_me_takes_one_away_and_brings_another(world):
    await with_taste(world, world.alice)
    response = await asked(world, world.alice)
    first = text_of(response).split("**1. ")[1].split("**")[0]
    second = text_of(response).split("**2. ")[1].split("**")[0]
    custom_id = next(
        each["custom_id"] for each in buttons_of(response).values() if each["label"] == "Not for me"
    )
    await world.alice.click(response, custom_id=custom_id)
    assert f". {first}**" not in text_of(response)
    assert "**5. " in text_of(response)
    if second not in first:
        assert second in text_of(response)
    assert f"-# Not for you: {first}" in text_of(response)
    assert text_of(await asked(world, world.alice)) == text_of(response), "and it can be undone there, too"


async def test_not_for_me_is_undone_where_it_was_pressed(world):
    await with_taste(world, world.alice)
    response = await asked(world, world.alice)
    before = text_of(response)
    refuse = next(
        each["custom_id"] for each in buttons_of(response).values() if each["label"] == "Not for me"
    )
    await world.alice.click(response, custom_id=refuse)
    await world.alice.click(response, label="Undo")
    assert text_of(response) == before
    assert not any(each.refused for each in await world.services.picked.of(world.alice.id))


async def refuse_first(world, response) -> None:
    refuse = next(
        each["custom_id"] for each in buttons_of(response).values() if each["label"] == "Not for me"
    )
    await world.alice.click(response, custom_id=refuse)


async def test_each_of_several_that_are_not_for_somebody_can_be_undone(world):
    await with_taste(world, world.alice)
    response = await asked(world, world.alice)
    before = text_of(response)
    for _ in range(3):
        await refuse_first(world, response)
    assert "-# Not for you: 3 papers" in text_of(response)
    undo = next(each for each in walk(parts_of(response)) if each["type"] == 3)
    one, two, three = (each["value"] for each in undo["options"])
    await world.alice.select(response, [two, three], custom_id=undo["custom_id"])
    assert [each.paper_id for each in await world.services.picked.of(world.alice.id) if each.refused] == [one]
    await world.alice.click(response, label="Undo")
    assert text_of(response) == before


async def test_undo_leaves_the_five_of_the_day_as_they_were(world):
    await with_taste(world, world.alice)
    card = (await world.bob.slash(world.channel, "paper show", paper="2305.10142")).response
    details = (await world.alice.click(card, label="More")).response
    said = (await world.alice.click(details, label="Not for me")).response
    response = await asked(world, world.alice)
    before = text_of(response)
    await world.alice.click(said, label="Undo")
    await refuse_first(world, response)
    await world.alice.click(response, label="Undo")
    assert text_of(response) == before


async def test_of_two_papers_of_one_title_one_is_refused_and_undone(world):
    papers = [
        Paper(
            id=own_id(title_key("Editorial")), title="Editorial", doi=f"10.1234/{n}", authors=[n], year=2020
        )
        for n in ("one", "two")
    ]
    for each in papers:
        await world.services.library.merge(Harvest(Origin.FILE, (each,)))
    await world.services.library.background.wait_until_current()
    said = []
    for each in papers:
        link = f"https://doi.org/{each.doi}"
        card = (await world.alice.slash(world.channel, "paper show", paper=link)).response
        details = (await world.alice.click(card, label="More")).response
        said.append((await world.alice.click(details, label="Not for me")).response)
    (_, *others) = refused = await refused_of(world)
    assert len(refused) == 2
    await world.alice.click(said[1], label="Undo")
    assert await refused_of(world) == [own_id(title_key("Editorial"))]
    assert others


async def refused_of(world) -> list[str]:
    return sorted(each.paper_id for each in await world.services.picked.of(world.alice.id) if each.refused)


async def test_what_got_another_id_and_title_since_it_was_refused_can_be_undone(world):
    title = "Learning to Negotiate with Patient Agents"
    before = Paper(id=own_id(title_key(title)), title=title, doi="10.1234/abc.77", authors=["Ada Lovelace"])
    await world.services.library.merge(Harvest(Origin.FILE, (before,)))
    card = (await world.alice.slash(world.channel, "paper show", paper=before.id)).response
    details = (await world.alice.click(card, label="More")).response
    said = (await world.alice.click(details, label="Not for me")).response
    after = before.model_copy(update={"id": "2611.00001", "title": "Patient Agents Negotiate: A Study"})
    await world.services.library.merge(Harvest(Origin.FILE, (after,)))
    await world.alice.click(said, label="Undo")
    assert await refused_of(world) == []


async def test_a_paper_is_refused_wherever_it_is_shown_in_one_private_sentence(world):
    await with_taste(world, world.alice)
    card = (await world.bob.slash(world.channel, "paper show", paper="2305.10142")).response
    details = (await world.alice.click(card, label="More")).response
    before = text_of(details)
    said = (await world.alice.click(details, label="Not for me")).response
    assert said.ephemeral
    assert text_of(said).startswith("`/paper for-me` brings you fewer papers like **Improving Language")
    assert text_of(details) == before
    assert [each.paper_id for each in await world.services.picked.of(world.alice.id)] == ["2305.10142"]
    assert "Improving Language Model Negotiation" not in text_of(await asked(world, world.alice))
    await world.alice.click(said, label="Undo")
    assert text_of(said).startswith("Undone: ")
    assert "2305.10142" not in {each.paper_id for each in await world.services.picked.of(world.alice.id)}


async def test_privacy_shows_and_deletes_the_picks(world):
    await with_taste(world, world.alice)
    await asked(world, world.alice)
    page = (await world.alice.slash(world.channel, "privacy show")).response
    assert "- 5 papers that I picked for you" in text_of(page)
