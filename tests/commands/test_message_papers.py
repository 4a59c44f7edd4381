"""The message menu "Find papers in this message"."""

from __future__ import annotations

import discord
import pytest

from bot.paper.ids import own_id
from bot.paper.model import Paper
from tests.support.putting import put_in
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
    assert "I don't have `1706.03762`. Moderators (Manage Messages) can add papers" in text_of(response)


async def test_nothing_known_is_one_sentence(world):
    response = await asked(world, "https://arxiv.org/abs/1706.03762")
    assert text_of(response) == (
        "I don't have `1706.03762`. Moderators (Manage Messages) can add papers with `/paper add`."
    )


async def test_several_unknown_ones_are_one_sentence_too(world):
    response = await asked(world, "1706.03762, 1706.03763")
    assert text_of(response).startswith("I don't have `1706.03762`, `1706.03763`. Moderators")


async def test_a_message_without_papers_is_one_sentence(world):
    response = await asked(world, "lunch at 12.30? see https://example.org/2307.html")
    assert text_of(response).startswith("I found no papers in this message.")


async def test_many_links_are_cut_with_a_count(world):
    ids = [f"2307.{number:05}" for number in range(13_850, 13_870)]
    response = await asked(world, " ".join(["2307.13854", *ids]))
    assert "I looked up the first 8 of 20." in text_of(response)


async def test_a_doi_that_the_catalog_lacks_says_who_may_add_it(world):
    response = await asked(world, "doi:10.1145/3543873.3587583")
    assert text_of(response) == (
        "I don't have `10.1145/3543873.3587583`. "
        "Moderators (Manage Messages) can add papers with `/paper add`."
    )


PARTS = ["2411.13543", "2307.13854", "2502.12110", "2305.19118", "2305.10142", "2304.03442", "2411.04468"]


@pytest.fixture
async def posted(world):
    """An embed that names a paper in each of its parts, as another service posts it."""
    embed = discord.Embed(title=PARTS[0], url=f"https://arxiv.org/abs/{PARTS[1]}", description=PARTS[2])
    embed.set_author(name="somebody", url=f"https://arxiv.org/abs/{PARTS[3]}")
    embed.add_field(name=PARTS[4], value=f"[here](https://huggingface.co/papers/{PARTS[5]})")
    embed.set_footer(text=f"arXiv:{PARTS[6]}v2")
    return await world.channel.guild.create_webhook(world.channel).send(embed=embed)


async def looked_at(world, message):
    return (await world.bob.context_menu(world.channel, MENU, message)).response


async def test_every_part_of_an_embed_is_read(world, posted):
    assert "**7 papers** in this message" in text_of(await looked_at(world, posted))


async def test_a_forwarded_message_is_read_with_its_embeds(world, posted):
    forwarded = await world.alice.forward(posted, world.channel)
    assert "**7 papers** in this message" in text_of(await looked_at(world, forwarded))


async def test_names_of_files_are_not_read(world):
    message = await world.alice.send(world.channel, "notes", attachments=[("2411.13543.pdf", b"%PDF")])
    assert text_of(await looked_at(world, message)).startswith("I found no papers")


async def test_our_own_card_is_that_paper(world):
    card = (await world.alice.slash(world.channel, "paper show", paper="2411.13543")).response
    assert text_of(await looked_at(world, card)).startswith("## BALROG")


async def test_our_own_card_of_a_paper_without_an_arxiv_id_is_that_paper(world):
    own = Paper(id=own_id("a book of bargains"), title="A Book of Bargains")
    await put_in(world.services.library, [own])
    card = (await world.alice.slash(world.channel, "paper show", paper=own.id)).response
    assert text_of(await looked_at(world, card)).startswith("## A Book of Bargains")


async def test_our_own_list_is_its_papers(world):
    listed = (await world.alice.slash(world.channel, "paper recent")).response
    assert "**5 papers** in this message" in text_of(await looked_at(world, listed))


async def test_someone_elses_buttons_are_not_ours(world):
    card = (await world.alice.slash(world.channel, "paper show", paper="2411.13543")).response
    forwarded = await world.alice.forward(card, world.channel)
    assert text_of(await looked_at(world, forwarded)).startswith("## BALROG"), "by its links"


async def hide(world, paper):
    role = world.channel.guild.create_role("Admins", permissions=discord.Permissions(manage_guild=True))
    admin = world.channel.guild.add_member(world.env.create_user("ada"), roles=[role])
    await admin.slash(world.channel, "settings hide", paper=paper)


ELSEWHERE = "https://pond.example/papers/7"


async def with_address(world):
    at = Paper(id=own_id("a book of bargains"), title="A Book of Bargains", url=ELSEWHERE)
    await put_in(world.services.library, [at])
    return at.id


@pytest.mark.parametrize("named", ["2411.13543", ELSEWHERE], ids=["id", "address"])
async def test_what_is_hidden_here_is_left_out_beside_others(world, named):
    own = await with_address(world)
    await hide(world, own if named == ELSEWHERE else named)
    response = await asked(world, f"{named} and 2307.13854 and 2502.12110")
    assert "**2 papers** in this message" in text_of(response)


@pytest.mark.parametrize("named", ["2411.13543", ELSEWHERE], ids=["id", "address"])
async def test_only_what_is_hidden_here_is_said_to_be_hidden(world, named):
    own = await with_address(world)
    await hide(world, own if named == ELSEWHERE else named)
    assert "hidden that paper" in text_of(await asked(world, f"see {named}"))
