"""`/paper for-me`, as a person sees it."""

from __future__ import annotations

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


async def test_not_for_me_takes_one_away_and_brings_another(world):
    await with_taste(world, world.alice)
    response = await asked(world, world.alice)
    first = text_of(response).split("**1. ")[1].split("**")[0]
    second = text_of(response).split("**2. ")[1].split("**")[0]
    custom_id = next(
        each["custom_id"] for each in buttons_of(response).values() if each["label"] == "Not for me"
    )
    await world.alice.click(response, custom_id=custom_id)
    assert first not in text_of(response)
    assert "**5. " in text_of(response)
    if second not in first:
        assert second in text_of(response)
    assert text_of(await asked(world, world.alice)) == text_of(response)


async def test_privacy_shows_and_deletes_the_picks(world):
    await with_taste(world, world.alice)
    await asked(world, world.alice)
    page = (await world.alice.slash(world.channel, "privacy show")).response
    assert "- 5 papers that I picked for you" in text_of(page)
