"""`/paper show`, `similar`, `cite`, `random`, `recent`, as a member sees them."""

from __future__ import annotations

import json

import pytest

from bot.paper.model import Paper
from bot.shipped import SEED_FACTS
from tests.support.putting import put_in
from tests.support.reading import buttons_of, links_of, opens, text_of, walk

IDS = [json.loads(line)["arxiv_id"] for line in SEED_FACTS.read_text(encoding="utf-8").splitlines()]


async def shown(world, wanted: str, **options):
    return (await world.alice.slash(world.channel, "paper show", paper=wanted, **options)).response


async def test_a_card_has_what_a_channel_needs(world):
    response = await shown(world, "2411.04468")
    text = text_of(response)

    assert text.startswith("## Magentic-One: A Generalist Multi-Agent System for Solving Complex Tasks")
    assert "and 14 more" in text, "long author lists are cut with a count"
    assert "7 Nov 2024" in text
    assert len(text) < 600
    assert "…" not in text, "what there is of the abstract ends with a sentence"
    assert links_of(response) == {"PDF": "https://arxiv.org/pdf/2411.04468"}
    assert list(buttons_of(response)) == ["PDF", "Save", "👍", "Discuss", "More"]


async def test_more_of_a_card_links_to_the_code(world):
    card = await shown(world, "2503.14443")
    assert "Code" not in links_of(card)
    details = (await world.alice.click(card, label="More")).response
    code = next(url for label, url in links_of(details).items() if label.startswith("Code"))
    assert code == "https://github.com/JetBrains-Research/EnvBench"


async def test_a_card_leaves_out_what_is_unknown(world):
    text = text_of(await shown(world, "2103.03020"))
    assert text.splitlines()[1] == "2021", "no authors, no day, no category: the year of the id"
    assert "None" not in text


@pytest.mark.parametrize("paper_id", IDS)
async def test_every_seed_paper_is_shown_by_its_id(world, paper_id):
    response = await shown(world, paper_id)
    assert links_of(response)["PDF"].endswith(paper_id)


@pytest.mark.parametrize(
    "address",
    [
        "https://arxiv.org/abs/{}.",
        "[here](https://arxiv.org/abs/{})",
        "arXiv:{}v2 [cs.AI] 20 Nov 2024",
        "have you read {}?",
        "https://www.semanticscholar.org/arxiv/{}",
        "arXiv:{}",
        "{}v3",
        "arxiv.org/abs/{}",
        "https://arxiv.org/abs/{}v1",
        "https://www.arxiv.org/pdf/{}",
        "https://arxiv.org/pdf/{}v2.pdf",
        "https://export.arxiv.org/abs/{}",
        "https://arxiv.org/html/{}v1#S3",
        "https://huggingface.co/papers/{}",
        "https://hf.co/papers/{}",
        "https://doi.org/10.48550/arXiv.{}",
        "https://alphaxiv.org/abs/{}?ref=x",
    ],
)
async def test_a_paper_is_shown_by_each_form_of_its_address(world, address):
    assert text_of(await shown(world, address.format("2307.13854"))).startswith("## WebArena")


async def test_a_paper_is_shown_by_its_title(world):
    assert text_of(await shown(world, "generative agents interactive simulacra")).startswith(
        "## Generative Agents"
    )


async def test_titles_are_offered_while_typing(world):
    for command in ("show", "similar", "cite"):
        choices = await world.alice.autocomplete(world.channel, f"paper {command}", "paper", "a-mem")
        assert choices[0]["value"] == "2502.12110"


async def test_a_paper_that_is_not_there_is_one_sentence(world):
    response = await shown(world, "https://arxiv.org/abs/1706.03762")
    assert text_of(response) == (
        "I don't have `1706.03762`. Moderators (Manage Messages) can add papers with `/paper add`."
    )
    assert response.ephemeral


@pytest.mark.parametrize("typed", ["webar", "Encourag"])
async def test_half_a_title_shows_the_paper_that_would_be_offered_for_it(world, typed):
    offered = await world.alice.autocomplete(world.channel, "paper show", "paper", typed)
    response = (await world.alice.slash(world.channel, "paper show", paper=typed)).response
    assert text_of(response).startswith(f"## {offered[0]['name']}")


@pytest.mark.parametrize("typed", ["deb", "debate", "webagentarena"])
async def test_a_doubtful_title_shows_no_paper_but_offers_the_nearest_to_the_one_who_asked(world, typed):
    response = await shown(world, typed)
    assert response.ephemeral
    assert text_of(response).startswith(f"Which paper do you mean by “{typed}”?")
    assert "Show" in buttons_of(response)
    assert not links_of(response)


async def test_a_choice_is_shown_to_everyone_as_was_asked(world):
    response = await shown(world, "deb")
    offered = text_of(response).splitlines()[1].strip("*")
    card = (await world.alice.click(response, custom_id=buttons_of(response)["Show"]["custom_id"])).response
    assert text_of(card).startswith(f"## {offered}")
    assert not card.ephemeral


async def test_a_choice_stays_private_where_that_was_asked(world):
    response = await shown(world, "deb", private=True)
    pressed = await world.alice.click(response, custom_id=buttons_of(response)["Show"]["custom_id"])
    assert pressed.response.ephemeral


@pytest.mark.parametrize(
    ("command", "options", "label", "begins"),
    [("similar", {}, "Similar", "Papers like **"), ("cite", {"style": "apa"}, "Cite", "**APA**")],
)
async def test_similar_and_cite_offer_the_nearest_too(world, command, options, label, begins):
    response = (await world.alice.slash(world.channel, f"paper {command}", paper="deb", **options)).response
    pressed = await world.alice.click(response, custom_id=buttons_of(response)[label]["custom_id"])
    assert text_of(pressed.response).startswith(begins)


async def test_of_several_links_each_can_be_chosen(world):
    response = await shown(world, "https://arxiv.org/abs/2307.13854, 2411.13543 or 1706.03762?")
    text = text_of(response)
    assert "WebArena" in text
    assert "BALROG" in text
    assert "I don't have `1706.03762`." in text


@pytest.mark.parametrize("command", ["show", "similar", "cite"])
@pytest.mark.parametrize(
    "typed", ["https://openreview.net/forum?id=fp6t3F669F", "see https://example.org/a b"]
)
async def test_an_address_that_is_no_paper_is_said_to_be_none(world, command, typed):
    response = (await world.alice.slash(world.channel, f"paper {command}", paper=typed)).response
    assert "isn't a link to a paper; one looks like `https://arxiv.org/abs/2411.13543`." in text_of(response)
    assert response.ephemeral


async def test_what_has_no_likeness_at_all_is_one_sentence(world):
    response = await shown(world, "🤖")
    assert text_of(response).startswith("I couldn't find a paper called “🤖”. Try `/paper find`")
    assert response.ephemeral


@pytest.mark.parametrize("custom_id", ["p1:choose:2411.13543:burn", "p1:choose:2411.13543", "p1:add:../../x"])
async def test_a_choice_that_was_made_up(world, custom_id):
    response = await shown(world, "deb")
    result = await world.press(response, custom_id)
    assert "too old" in text_of(result.response)


async def test_a_choice_that_has_left_the_catalog(world):
    response = await shown(world, "deb")
    result = await world.press(response, "p1:choose:2401.99999:show:public")
    assert text_of(result.response).startswith("I don't have that paper.")


async def test_markdown_in_a_paper_is_shown_as_it_is(world):
    title = "Beyond A*: `code` _under_ [x](https://evil.example) <@1> @everyone # head"
    paper = Paper(id="2402.14083", title=title, abstract="# Not a heading\n> no quote\n- no list")
    await put_in(world.services.library, [paper])
    text = text_of(await shown(world, "2402.14083"))
    assert r"Beyond A\*: \`code\` \_under\_ \[x\](https\://evil.example) \<@1\>" in text
    assert r"\# Not a heading" in text


async def test_the_largest_paper_fits(world):
    names = tuple(f"Author Number {number}" for number in range(3_303))
    paper = Paper(
        id="2507.06261",
        title="A very _long_ title " * 20,
        abstract="Words *with* under_scores and `ticks`. " * 105,
        authors=names,
        categories=tuple(f"cs.{letter}A" for letter in "ABCDEFGHIJ"),
        upvotes=1_234,
        code_url="https://github.com/a/b",
        code_stars=12_345,
        project_url="https://example.org/",
        summary="A summary of many words. " * 40,
    )
    await put_in(world.services.library, [paper])
    text = text_of(await shown(world, "2507.06261"))
    assert "and 3,298 more" in text
    assert "▲\N{NO-BREAK SPACE}1,234" in text
    assert "Summary by Hugging Face" in text
    assert len(text) <= 4_000


async def test_similar_papers_open_and_lead_back(world):
    response = (await world.alice.slash(world.channel, "paper similar", paper="2305.10142")).response
    assert "Papers like **Improving Language Model Negotiation" in text_of(response)
    assert "Negotiation Games" in text_of(response), "another paper on negotiation is near"
    assert "**1. Improving Language Model Negotiation" not in text_of(response)
    before = text_of(response)

    await world.alice.click(response, custom_id=opens(response)[0])
    await world.alice.click(response, label="Back")
    assert text_of(response) == before


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("bibtex", "  eprint = {2411.13543},"),
        ("apa", "Paglieri, D., Cupiał, B., Coward, S.,"),
        ("plain", "Davide Paglieri, Bartłomiej Cupiał,"),
    ],
)
async def test_a_citation_to_copy(world, style, expected):
    response = (
        await world.alice.slash(world.channel, "paper cite", paper="2411.13543", style=style)
    ).response
    assert expected in text_of(response)
    assert text_of(response).count("```") == 2


async def test_another_style_is_one_click_away(world):
    response = (await world.alice.slash(world.channel, "paper cite", paper="2411.13543")).response
    await world.alice.click(response, label="APA")
    assert "Paglieri, D." in text_of(response)


async def test_a_long_citation_comes_as_a_file(world):
    names = tuple(f"Author Number {number}" for number in range(3_303))
    await put_in(world.services.library, [Paper(id="2507.06261", title="Large", authors=names)])
    response = (await world.alice.slash(world.channel, "paper cite", paper="2507.06261")).response
    (attachment,) = response.attachments
    assert attachment.filename == "2507.06261.bib"
    assert any(part["type"] == 13 for part in walk(response.components))

    await world.alice.click(response, label="Plain")
    assert "et al." in text_of(response)
    assert not response.attachments


async def test_a_random_paper_and_another(world):
    response = (await world.alice.slash(world.channel, "paper random")).response
    seen = {text_of(response)}
    for _ in range(6):
        await world.alice.click(response, label="Another")
        seen.add(text_of(response))
    assert len(seen) > 1


async def test_a_random_paper_of_a_search(world):
    for _ in range(3):
        response = (await world.alice.slash(world.channel, "paper random", query="webarena")).response
        details = (await world.alice.click(response, label="More")).response
        assert "WebArena" in text_of(details)


async def test_a_random_paper_of_an_empty_search_is_one_sentence(world):
    response = (await world.alice.slash(world.channel, "paper random", query='"no such words"')).response
    assert text_of(response) == "No papers match that. Try fewer or other words."


async def test_the_newest_papers_page_by_page(world):
    response = (await world.alice.slash(world.channel, "paper recent")).response
    assert "**Newest papers** · 69 in total" in text_of(response)
    assert "EnvBench" in text_of(response)
    await world.alice.click(response, label="Next")
    assert "**6. " in text_of(response)
    await world.alice.click(response, custom_id=opens(response)[0])
    await world.alice.click(response, label="Back")
    assert "**6. " in text_of(response)


async def test_commands_work_in_direct_messages(world):
    carol = world.env.create_user("carol")
    response = (await carol.slash("paper find", query="agents")).response
    await carol.click(response, label="Next")
    assert "**6. " in text_of(response)
