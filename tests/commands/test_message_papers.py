"""The message menu "Find papers in this message"."""

from __future__ import annotations

from tests.support.reading import opens, text_of

MENU = "Find papers in this message"


async def asked(world, content: str):
    message = await world.alice.send(world.channel, content)
    return (await world.bob.context_menu(world.channel, MENU, message)).response


async def test_one_link_is_one_card(world):
    response = await asked(world, "have you read https://arxiv.org/abs/2411.13543v2 ?")
    assert text_of(response).startswith("## BALROG")
    assert response.ephemeral


async def test_several_links_are_a_list_that_opens_and_leads_back(world):
    response = await asked(
        world, "see https://huggingface.co/papers/2307.13854, arXiv:2502.12110 and 2502.12110 again"
    )
    assert "**2 papers** in this message" in text_of(response)
    before = text_of(response)
    await world.bob.click(response, custom_id=opens(response)[1])
    assert text_of(response).startswith("## A-MEM")
    await world.bob.click(response, label="Back")
    assert text_of(response) == before


async def test_what_the_catalog_lacks_is_named(world):
    response = await asked(world, "2307.13854 and https://arxiv.org/pdf/1706.03762.pdf")
    assert "WebArena" in text_of(response)
    assert "Not in the catalog: 1706.03762." in text_of(response)


async def test_nothing_known_is_one_sentence(world):
    response = await asked(world, "https://arxiv.org/abs/1706.03762")
    assert text_of(response) == "Not in the catalog: 1706.03762. `/paper add 1706.03762` fetches it."


async def test_several_unknown_ones_are_one_sentence_too(world):
    response = await asked(world, "1706.03762, 1706.03763")
    assert text_of(response) == (
        "Not in the catalog: 1706.03762, 1706.03763. `/paper add` fetches one at a time."
    )


async def test_a_message_without_papers_is_one_sentence(world):
    response = await asked(world, "lunch at 12.30? see https://example.org/2307.html")
    assert text_of(response).startswith("This message has no link to arXiv")


async def test_many_links_are_cut_with_a_count(world):
    ids = [f"2307.{number:05}" for number in range(13_850, 13_870)]
    response = await asked(world, " ".join(["2307.13854", *ids]))
    assert "The message names 12 more." in text_of(response)
