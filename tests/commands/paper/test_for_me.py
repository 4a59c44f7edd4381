"""`/paper for-me`, as a person sees it."""

from __future__ import annotations

from bot.paper.model import Paper
from bot.readers.owner import Kind, Owner
from tests.support.reading import buttons_of, fields, text_of

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
    assert text_of(await asked(world, world.alice)) == text_of(response).split("\n-# Not for you")[0]


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
