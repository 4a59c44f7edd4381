"""Save, as a person sees it: on a card, on results, in a message's menu, with /list add."""

from __future__ import annotations

from typing import Any

import pytest

from bot.readers.owner import Kind, Owner
from tests.support.reading import buttons_of, fields, parts_of, text_of, walk


def menus_of(message) -> list[dict[str, Any]]:
    return [part for part in walk(parts_of(message)) if part["type"] == 3]


def menu_of(message, begins: str) -> dict[str, Any]:
    return next(menu for menu in menus_of(message) if menu["custom_id"].startswith(f"p1:{begins}"))


async def choose(person, message, begins: str, *values: str):
    return await person.select(message, list(values), custom_id=menu_of(message, begins)["custom_id"])


async def card(world, person, title: str = "BALROG"):
    return (await person.slash(world.channel, "paper show", paper=title)).response


async def saved(world, person, paper: str = "2411.13543"):
    response = await card(world, person, paper)
    return (await person.click(response, label="Save")).response


async def lists_of(world, person):
    return await world.services.lists.of(Owner(Kind.PERSON, person.id))


async def test_one_press_saves_and_says_where_for_the_presser_alone(world):
    response = await card(world, world.alice)
    answer = (await world.bob.click(response, label="Save")).response
    assert answer.ephemeral
    assert "Saved to your list **Saved**." in text_of(answer)
    assert "BALROG" in text_of(answer)
    assert [each.papers for each in await lists_of(world, world.bob)] == [1]
    assert await lists_of(world, world.alice) == []


async def test_pressed_again_it_shows_where_the_paper_is(world):
    await saved(world, world.alice)
    assert "Already on your list **Saved**." in text_of(await saved(world, world.alice))
    assert [each.papers for each in await lists_of(world, world.alice)] == [1]


async def test_status_list_and_note_are_set_there(world):
    answer = await saved(world, world.alice)
    await choose(world.alice, answer, "status", "reading")
    assert "Reading · saved" in text_of(answer)
    form = await world.alice.click(answer, label="Add a note")
    await world.alice.submit_modal(form, fields(form, **{"Only you can read it": "for *Monday*"}))
    assert "> for \\*Monday\\*" in text_of(answer)
    form = await choose(world.alice, answer, "moveto", "new")
    await world.alice.submit_modal(form, fields(form, **{"Name of the list": "Agents"}))
    assert "Moved to **Agents**." in text_of(answer)
    assert "> for \\*Monday\\*" in text_of(answer)
    assert {each.name: each.papers for each in await lists_of(world, world.alice)} == {
        "Agents": 1,
        "Saved": 0,
    }
    await world.alice.click(answer, label="Remove")
    assert "Removed **BALROG" in text_of(answer)
    assert "for \\*Monday\\*" in text_of(answer), "a note is not lost by a slip"
    assert [each.papers for each in await lists_of(world, world.alice)] == [0, 0]


async def test_results_have_a_menu_that_saves_several(world):
    response = (await world.alice.slash(world.channel, "paper find", query="agents")).response
    options = [option["value"] for option in menu_of(response, "savesome")["options"]]
    assert len(options) == 5
    answer = (await choose(world.bob, response, "savesome", *options[:3])).response
    assert answer.ephemeral
    assert text_of(answer).startswith("Saved 3 papers to **Saved**.")
    answer = (await choose(world.bob, response, "savesome", *options[:4])).response
    assert text_of(answer).startswith("Saved 1 paper to **Saved**. 3 others had been saved before.")
    answer = (await choose(world.bob, response, "savesome", options[0])).response
    assert "Already on your list **Saved**." in text_of(answer)


async def test_the_papers_of_a_message_are_saved(world):
    message = await world.alice.send(world.channel, "arXiv:2502.12110 and https://arxiv.org/abs/2307.13854")
    answer = (await world.bob.context_menu(world.channel, "Save papers in this message", message)).response
    assert answer.ephemeral
    assert text_of(answer).startswith("Saved 2 papers to **Saved**.")
    nothing = await world.alice.send(world.channel, "good morning")
    answer = (await world.bob.context_menu(world.channel, "Save papers in this message", nothing)).response
    assert text_of(answer) == "I found no papers in this message that I could save."


async def test_papers_of_a_message_that_the_catalog_lacks_are_named_and_can_be_added(world):
    some = await world.alice.send(world.channel, "arXiv:2502.12110 and arXiv:2407.99999")
    answer = await world.bob.context_menu(world.channel, "Save papers in this message", some)
    assert "Saved to your list **Saved**." in text_of(answer.response)
    [beside] = answer.followups
    assert beside.ephemeral
    assert text_of(beside).startswith("I don't have `2407.99999`.")
    none = await world.alice.send(world.channel, "arXiv:2407.99999")
    answer = await world.bob.context_menu(world.channel, "Save papers in this message", none)
    assert text_of(answer.response).startswith("I don't have `2407.99999`.")


async def test_add_saves_to_a_list_by_name(world):
    await world.alice.slash(world.channel, "list new", name="Debate")
    await saved(world, world.alice, "2502.12110")
    answer = (await world.alice.slash(world.channel, "list add", paper="2411.13543", name="debate")).response
    assert "Saved to your list **Debate**." in text_of(answer)
    answer = (await world.alice.slash(world.channel, "list add", paper="2411.13543", name="Nope")).response
    assert text_of(answer).startswith("You have no list called “Nope”.")


async def test_it_works_in_direct_messages(world):
    answer = (await world.alice.user.slash("list add", paper="2411.13543")).response
    assert "Saved to your list **Saved**." in text_of(answer)


@pytest.mark.parametrize("name", ["  ", "\u200b", "\u2066\u2069"])
async def test_a_blank_name_is_refused(world, name):
    answer = (await world.alice.slash(world.channel, "list new", name=name)).response
    assert text_of(answer) == "A list needs a name. Give it one such as `To read`."


async def test_too_many_lists_are_refused_in_a_sentence(world, monkeypatch):
    monkeypatch.setattr("bot.readers.lists.MOST_LISTS", 1)
    monkeypatch.setattr("bot.readers.lists.MOST_SAVED", 1)
    await saved(world, world.alice)
    assert "There is room for 1 saved papers." in text_of(await saved(world, world.alice, "2502.12110"))
    answer = (await world.alice.slash(world.channel, "list new", name="Two")).response
    assert "Delete one with `/list delete` first." in text_of(answer)


async def test_the_list_of_a_server_is_everybodys_or_a_roles(world):
    made = await world.alice.slash(world.channel, "list new", name="Next", place="server")
    assert text_of(made.response).startswith("Made **Next** (this server's list). Everybody here can edit")
    answer = (
        await world.bob.slash(world.channel, "list add", paper="2411.13543", name="Next", place="server")
    ).response
    assert "Saved to **Next** (this server's list)." in text_of(answer)
    assert f"added by <@{world.bob.id}>" in text_of(answer)
    assert await lists_of(world, world.bob) == []
    form = await world.alice.slash(world.channel, "list note", paper="BALROG", name="Next", place="server")
    note = {"Everybody in this server can read it": "read this first"}
    noted = await world.alice.submit_modal(form, fields(form, **note))
    assert "> read this first" in text_of(noted.response)
    shown = (await world.bob.slash(world.channel, "list show", name="Next", place="server")).response
    assert shown.ephemeral
    assert "> read this first" in text_of(shown)


async def test_a_private_line_added_to_the_servers_list_keeps_its_note_to_itself(world):
    await world.alice.slash(world.channel, "list new", name="Next", place="server")
    answer = await saved(world, world.alice)
    form = await world.alice.click(answer, label="Add a note")
    await world.alice.submit_modal(form, fields(form, **{"Only you can read it": "hush, secret"}))
    options = {each["label"]: each["value"] for each in menu_of(answer, "moveto")["options"]}
    await choose(world.alice, answer, "moveto", options["Server: Next"])
    assert "Added to **Next** (this server's list). It stays on **Saved**, too." in text_of(answer)
    shown = (await world.bob.slash(world.channel, "list show", name="Next", place="server")).response
    assert "BALROG" in text_of(shown)
    assert "secret" not in text_of(shown)


async def test_a_button_that_names_somebody_elses_list_opens_nothing(world):
    await saved(world, world.alice)
    (theirs,) = await lists_of(world, world.alice)
    answer = await saved(world, world.bob)
    (own,) = await lists_of(world, world.bob)
    assert buttons_of(answer)
    options = [each["value"] for each in menu_of(answer, "moveto")["options"]]
    assert str(own.id) in options
    assert str(theirs.id) not in options
