"""`/paper find`, as a member sees it."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.commands.paper.steps import found
from tests.support import raw
from tests.support.reading import buttons_of, opens, text_of

PAGE = 5


async def test_a_search_shows_five_papers_with_what_a_reader_needs(world):
    response = (await found(world, "multi-agent debate")).response

    text = text_of(response)
    assert len(opens(response)) == PAGE
    assert re.search(r"\*\*\d+ papers\*\* in [\d.]+ ms for “multi-agent debate”", text)
    assert "**1. Encouraging Divergent Thinking in Large Language Models through Multi-Agent Debate**" in text
    assert "Tian Liang, Zhiwei He, Wenxiang Jiao and 6 more · 2023 · cs.CL" in text
    assert "▲\N{NO-BREAK SPACE}19" in text, "upvotes are shown where they are known"
    assert "**Debate**" in text, "the passage marks what matched"
    assert not response.ephemeral


async def test_an_unknown_field_is_left_out(world):
    text = text_of((await found(world, "SwarmBrain StarCraft")).response)

    swarm = text[text.index("SwarmBrain: ") :]
    assert "2024" in swarm, "the year comes from the arXiv id"
    assert "None" not in swarm
    assert "▲" not in swarm


async def test_next_and_previous_turn_the_page_in_place(world):
    first = (await found(world, "agents")).response
    before = text_of(first)
    assert buttons_of(first)["Previous"]["disabled"]

    await world.alice.click(first, label="Next")
    second = text_of(first)
    assert "**6. " in second
    assert any(label.startswith("Page 2 of ") for label in buttons_of(first))

    await world.alice.click(first, label="Previous")
    strip = re.compile(r" in [\d.,]+ ms")
    assert strip.sub("", text_of(first)) == strip.sub("", before)


async def test_the_last_page_has_no_next(world):
    response = (await found(world, "negotiation auction bargaining")).response
    pages = int(next(label for label in buttons_of(response) if label.startswith("Page")).split()[-1])

    for _ in range(pages - 1):
        await world.alice.click(response, label="Next")

    assert buttons_of(response)["Next"]["disabled"]


async def test_open_shows_the_card_and_back_the_same_page(world):
    response = (await found(world, "agents")).response
    await world.alice.click(response, label="Next")
    page = opens(response)

    await world.alice.click(response, custom_id=page[2])
    assert "More" in buttons_of(response)
    await world.alice.click(response, label="Back")

    assert opens(response) == page


async def test_another_person_gets_a_private_copy(world):
    response = (await found(world, "agents")).response
    before = text_of(response)

    turned = await world.bob.click(response, label="Next")
    opened = await world.bob.click(response, custom_id=opens(response)[0])

    assert turned.response.ephemeral
    assert "**6. " in text_of(turned.response)
    assert opened.response.ephemeral
    assert "Cite" in buttons_of(opened.response)
    assert text_of(response) == before, "alice's answer stays as it was"

    again = await world.bob.click(turned.response, label="Next")
    assert again.response is None or again.response.id == turned.response.id
    assert "**11. " in text_of(turned.response), "the copy is bob's own and turns in place"


async def test_two_clicks_at_once_do_no_harm(world):
    response = (await found(world, "agents")).response
    custom_id = buttons_of(response)["Next"]["custom_id"]

    for _ in range(2):
        raw.press(world.env, response, world.alice.id, custom_id)
    await world.env.settle()

    assert "**6. " in text_of(response)


@pytest.mark.parametrize("query", ["agents", "Schütze’s agents: 50% " + "of every kind " * 12])
async def test_buttons_work_after_a_restart(world, query):
    response = (await found(world, query)).response
    card = opens(response)[0]

    await world.restart()
    await world.alice.click(response, label="Next")
    assert any(label.startswith("Page 2 of ") for label in buttons_of(response))

    await world.restart()
    await world.alice.click(response, label="Previous")
    await world.alice.click(response, custom_id=card)
    await world.restart()
    await world.alice.click(response, label="Back")
    assert opens(response)[0] == card


async def test_a_page_number_can_be_typed(world):
    response = (await found(world, "agents")).response
    label = next(label for label in buttons_of(response) if label.startswith("Page"))

    shown = await world.alice.click(response, label=label)
    assert shown.modal["title"] == "Go to page"
    field = shown.modal["components"][0]["component"]["custom_id"]
    await world.alice.submit_modal(shown, {field: "3"})

    assert "**11. " in text_of(response)


async def test_a_page_that_is_none_is_one_sentence(world):
    response = (await found(world, "agents")).response
    label = next(label for label in buttons_of(response) if label.startswith("Page"))
    pages = label.split()[-1]

    shown = await world.alice.click(response, label=label)
    field = shown.modal["components"][0]["component"]["custom_id"]
    answer = await world.alice.submit_modal(shown, {field: "999"})

    assert text_of(answer.response) == f"Type a page number from 1 to {pages}."
    assert answer.response.ephemeral


async def test_a_page_beyond_the_last_says_so(world):
    response = (await found(world, "agents")).response

    await world.press(response, "p1:find:=agents:best:99")

    assert "These results have no page 99." in text_of(response)
    await world.alice.click(response, label="First page")
    assert "**1. " in text_of(response)


async def test_newest_first(world):
    text = text_of((await found(world, "agents", sort="newest")).response)
    assert "for “agents”, the newest first" in text
    years = [int(year) for year in re.findall(r" · (20\d\d)", text)]
    assert years == sorted(years, reverse=True)


async def test_most_upvoted_first_and_the_unknown_last(world):
    response = (await found(world, "agents", sort="upvotes")).response
    votes = [int(votes) for votes in re.findall(r"▲\s(\d+)", text_of(response))]
    assert len(votes) == PAGE
    assert "for “agents”, the most upvoted first" in text_of(response)
    assert votes == sorted(votes, reverse=True)


async def test_a_filter_that_leaves_nothing_is_named_and_left_out_with_one_click(world):
    response = (await found(world, "debate after:2030 cat:cs.CL")).response
    text = text_of(response)
    assert "**No papers after 2030.**" in text
    offered = re.search(r"Drop `after:2030` \((\d+ papers?)\)", text)
    assert offered

    await world.alice.click(response, label="Show")

    assert f"**{offered[1]}** in " in text_of(response)
    assert "for “debate cat:cs.CL”" in text_of(response)


async def test_where_several_filters_leave_nothing_whole_searches_are_offered(world):
    text = text_of((await found(world, "debate author:Liangg after:2030")).response)
    assert "with these filters." in text
    assert "`debate author:liang` (1 paper)" in text
    assert "`debate` (4 papers)" in text


async def test_a_long_search_is_left_out_of_with_one_click_too(world):
    response = (await found(world, "debate among language models that play roles cat:nothing")).response
    await world.alice.click(response, label="Show")
    assert "**1. " in text_of(response)


async def test_a_day_after_the_newest_paper_offers_its_month(world):
    text = text_of((await found(world, "after:2030")).response)
    assert "Use `after:2025-03` instead of `after:2030` (2 papers)" in text


async def test_only_filters_say_that_the_newest_come_first(world):
    text = text_of((await found(world, "cat:cs.CL -games")).response)
    assert "for “cat:cs.CL -games”, the newest first" in text


async def test_a_word_beyond_correcting_offers_titles_to_open(world):
    response = (await found(world, "negoshiatshun")).response
    assert "**Nothing found for “negoshiatshun”.** Similar titles:" in text_of(response)

    await world.alice.click(response, custom_id=opens(response)[0])
    assert "Negotiation" in text_of(response)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("zzyzx", "no similar titles. Try other English words"),
        ("-agents", "**No papers without “agents”.**"),
        ("🎲", "I need at least one word to search for. Type a topic"),
        (" ", "I need at least one word to search for."),
    ],
)
async def test_where_nothing_comes_near_one_sentence_says_what_to_try(world, typed, said):
    response = (await found(world, typed)).response
    assert said in text_of(response)
    assert buttons_of(response) == {}


async def test_searching_as_typed_can_be_taken_back(world):
    response = (await found(world, "debtae")).response
    await world.alice.click(response, label="Search “debtae” instead")
    said = text_of(response)
    assert "I searched exactly what you typed." in said
    assert "**Nothing found for “debtae”.** Similar titles:\n**1. " in said

    await world.alice.click(response, label="Fix typos")
    assert "Showing results for **debate**" in text_of(response)


async def test_private_answers_are_private(world):
    assert (await found(world, "agents", private=True)).response.ephemeral


@pytest.mark.parametrize(
    "reference",
    [
        "2411.13543",
        "arXiv:2411.13543v2",
        "https://arxiv.org/abs/2411.13543",
        "https://arxiv.org/pdf/2411.13543v1.pdf",
        "https://huggingface.co/papers/2411.13543",
        "<https://arxiv.org/html/2411.13543v2>",
        "https://arxiv.org/abs/2411.13543.",
        "[BALROG](https://arxiv.org/abs/2411.13543)",
        "arXiv:2411.13543v2 [cs.AI] 20 Nov 2024",
        "https://paperswithcode.com/paper/balrog-benchmarking-agentic-llm-and-vlm",
    ],
)
async def test_an_id_or_address_goes_straight_to_the_paper(world, reference):
    response = (await found(world, reference)).response
    assert text_of(response).startswith("## BALROG")


async def test_an_id_that_the_catalog_lacks_is_one_sentence(world):
    response = (await found(world, "2401.99999")).response
    assert text_of(response) == (
        "I don't have `2401.99999`. Moderators (Manage Messages) can add papers with `/paper add`."
    )
    assert response.ephemeral


async def test_several_ids_and_links_are_those_papers(world):
    response = (await found(world, "https://arxiv.org/abs/2411.13543, 2307.13854, 1706.03762")).response
    text = text_of(response)
    assert text.startswith("**2 papers**")
    assert "I don't have `1706.03762`." in text


async def test_an_address_that_is_no_paper_is_answered_privately(world):
    assert (await found(world, "https://openreview.net/forum?id=fp6t3F669F")).response.ephemeral


async def test_a_typo_is_corrected_and_the_original_is_one_click_away(world):
    response = (await found(world, "negotation gmaes")).response
    assert "Showing results for **negotiation games**" in text_of(response)

    await world.alice.click(response, label="Search “negotation gmaes” instead")
    assert "Showing results for" not in text_of(response)


async def test_nothing_found_offers_the_nearest_titles(world):
    response = (await found(world, "zzyzx qwrtpsdf")).response
    assert "Nothing found for “zzyzx qwrtpsdf”" in text_of(response)


async def test_titles_are_offered_while_typing(world):
    choices = await world.alice.autocomplete(world.channel, "paper find", "query", "webar")
    assert choices[0]["name"].startswith("WebArena")

    response = (await found(world, choices[0]["value"])).response
    assert text_of(response).startswith("## WebArena")


@pytest.mark.parametrize("typed", ["b", "", "Balorg", "generatve agnts"])
async def test_something_is_offered_from_the_first_letter_and_with_typos(world, typed):
    choices = await world.alice.autocomplete(world.channel, "paper find", "query", typed)
    assert choices
    assert len({choice["value"] for choice in choices}) == len(choices) <= 25


@pytest.mark.parametrize(
    "typed",
    [
        " ",
        "🎲" * 100,
        '"unbalanced',
        "NEAR(a b) AND OR NOT *",
        "title: ^ {} col:x",
        "'; DROP TABLE papers; --",
        "مرحبا بالعالم",
        "-only -without",
        "after:yesterday before:0000 cat: author:",
        "\u200b\u200d\ufeff",
        "@everyone <@1> https://evil.example [x](javascript:alert(1))",
    ],
)
async def test_nothing_that_can_be_typed_is_an_error(world, typed):
    result = await found(world, typed)
    assert text_of(result.response)
    assert "went wrong" not in text_of(result.response)
    await world.alice.autocomplete(world.channel, "paper find", "query", typed)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(min_size=1, max_size=200))
async def test_any_text_gives_a_reply_within_discords_limits(world, typed):
    data = raw.slash_data("paper find", query=typed)
    result = raw.emit(
        world.env, raw.COMMAND, world.channel.id, world.alice.id, data, in_guild=world.env.guild.id
    )
    await world.env.settle()
    assert text_of(result.response)
    assert "went wrong" not in text_of(result.response)

    data["options"][0]["options"][0]["focused"] = True
    typing = raw.emit(
        world.env, raw.AUTOCOMPLETE, world.channel.id, world.alice.id, data, in_guild=world.env.guild.id
    )
    await world.env.settle()
    assert typing.autocomplete_choices is not None
    await world.env.advance_time(30)
