"""More: all about a paper in one private message, which turns to similar papers and to the citation."""

from __future__ import annotations

import pytest

from bot.paper.model import Paper
from bot.views.paper_buttons import Cite, More, Open, Similar
from bot.views.paper_card import PaperCard
from tests.support.putting import put_in
from tests.support.reading import buttons_of, links_of, opens, text_of, walk


async def shown(world, wanted: str, **options):
    return (await world.alice.slash(world.channel, "paper show", paper=wanted, **options)).response


async def more(world, wanted: str):
    """What Bob sees who presses More on Alice's card."""
    return (await world.bob.click(await shown(world, wanted), label="More")).response


async def test_more_has_all_that_is_known(world):
    details = await more(world, "2411.04468")
    text = text_of(details)

    assert details.ephemeral
    assert text.startswith("## Magentic-One: A Generalist Multi-Agent System for Solving Complex Tasks")
    assert "7 Nov 2024 · cs.AI" in text
    assert "Daily Paper of 20 Mar 2025" in text
    assert "…" not in text.split("Daily Paper")[1], "the abstract is whole"
    assert links_of(details) == {
        "arXiv": "https://arxiv.org/abs/2411.04468",
        "PDF": "https://arxiv.org/pdf/2411.04468",
        "Hugging Face": "https://huggingface.co/papers/2411.04468",
    }
    assert list(buttons_of(details))[-4:] == ["Similar", "Cite", "Follow", "Not for me"]


async def test_the_card_stays_as_it_is(world):
    card = await shown(world, "2305.10142")
    before = text_of(card)
    await world.alice.click(card, label="More")
    await world.alice.click(card, label="Save")
    assert text_of(card) == before


async def test_similar_turns_the_private_message_and_leads_back(world):
    details = await more(world, "2305.10142")
    before = text_of(details)

    await world.bob.click(details, label="Similar")
    assert "Papers like **Improving Language Model Negotiation" in text_of(details)
    listed = text_of(details)

    await world.bob.click(details, custom_id=opens(details)[0])
    assert text_of(details).startswith("## ")
    await world.bob.click(details, label="Back")
    assert text_of(details) == listed
    await world.bob.click(details, label="Back")
    assert text_of(details) == before


async def test_cite_turns_the_private_message_and_leads_back(world):
    details = await more(world, "2305.10142")
    before = text_of(details)

    await world.bob.click(details, label="Cite")
    assert "@misc{fu2023improving-2305.10142," in text_of(details)
    await world.bob.click(details, label="APA")
    assert "Fu, Y." in text_of(details)
    await world.bob.click(details, label="Back")
    assert text_of(details) == before


async def test_cite_on_a_card_answers_privately(world):
    card = await shown(world, "2305.10142", private=True)
    cited = (await world.alice.click(card, label="Cite")).response
    assert cited.ephemeral
    assert "@misc{fu2023improving-2305.10142," in text_of(cited)
    await world.alice.click(cited, label="APA")
    assert "Fu, Y." in text_of(cited)
    assert "Back" not in buttons_of(cited), "there is nothing to go back to"


@pytest.mark.parametrize("old", [Open("2305.10142"), Similar("2305.10142"), Cite("2305.10142")])
async def test_buttons_of_older_cards_still_answer_privately(world, old):
    card = await shown(world, "2305.10142")
    answer = (await world.press(card, old.encode())).response
    assert "Negotiation" in text_of(answer)


async def test_more_of_a_paper_without_abstract_or_links_says_what_there_is(world):
    await put_in(world.services.library, [Paper(id="title:deadbeefdeadbeef", title="Lost notes")])
    card = await shown(world, "title:deadbeefdeadbeef")
    assert list(buttons_of(card)) == ["Save", "👍", "Discuss", "More"]
    details = (await world.alice.click(card, label="More")).response
    assert text_of(details) == "## Lost notes"


def test_a_picture_is_described_for_whoever_cannot_see_it() -> None:
    paper = Paper(id="2411.13543", title="BALROG " * 60, picture_url="https://example.org/p.png")
    (thumbnail,) = [part for part in walk(PaperCard(paper).to_components()) if part["type"] == 11]
    assert thumbnail["description"].startswith("Preview picture of “BALROG")
    assert len(thumbnail["description"]) <= 256


def test_a_row_of_a_card_has_room_for_one_more_button() -> None:
    paper = Paper(id="2411.13543", title="T", code_url="https://github.com/a/b", project_url="https://e.org/")
    labels = [each["label"] for each in walk(PaperCard(paper).to_components()) if each["type"] == 2]
    assert labels == ["PDF", "Save", "Cite", "More"]


def test_a_card_holds_two_whole_sentences() -> None:
    abstract = "We study agents, e.g. those of J. Doe et al. in games. They play. They lose. They learn."
    text = str(PaperCard(Paper(id="2411.13543", title="T", abstract=abstract)).to_components())
    assert "in games. They play." in text
    assert "They lose" not in text


def test_more_is_written_with_the_papers_handle() -> None:
    long = Paper(id="10.1000/" + "x" * 50, title="A long id")
    (button,) = [b for b in walk(PaperCard(long).to_components()) if b.get("label") == "More"]
    assert button["custom_id"].startswith(More("").encode())
