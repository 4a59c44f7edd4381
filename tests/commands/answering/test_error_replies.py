"""What a member sees, and the log keeps, when something goes wrong."""

from __future__ import annotations

import asyncio
import logging
import re

import aiohttp
import discord
import pytest
from discord import ui

from bot.catalog.merging import writing
from bot.views.button_base import Button
from bot.views.layout import Notice
from bot.views.paper_buttons import Random
from commands import BUTTONS
from commands.answering.error_replies import explain
from commands.answering.modal import Modal
from commands.answering.replies import Manner, answer
from tests.support import raw
from tests.support.putting import on_its_connection
from tests.support.reading import opens, text_of, walk

ID = re.compile(r"`([0-9a-f]{8})`")


@pytest.fixture
async def response(world):
    return (await world.alice.slash(world.channel, "paper find", query="agents")).response


PRESSED = Random("=agents").encode()


def give(world, handler):
    """Have the bot answer PRESSED otherwise."""

    async def handle(interaction: discord.Interaction, _: Button) -> None:
        await handler(interaction)

    world.env.bot.buttons = {**BUTTONS, Random: handle}


async def broken(*_: object) -> None:
    raise RuntimeError("the cause")


def the_same_id_is_logged_with_the_trace(said: str, caplog) -> None:
    (error_id,) = ID.findall(said)
    record = next(record for record in caplog.records if error_id in record.getMessage())
    assert record.exc_info is not None
    assert "the cause" in str(record.exc_info[1])


async def test_an_error_in_a_command(world, caplog):
    world.breaks = True
    world.services.library.close()

    result = await world.alice.slash(world.channel, "paper find", query="agents")

    said = text_of(result.response)
    assert "went wrong on my side" in said
    assert result.response.ephemeral
    (error_id,) = ID.findall(said)
    assert any(error_id in record.getMessage() for record in caplog.records)


async def test_an_error_in_a_button(world, response, caplog):
    give(world, broken)
    result = await world.press(response, PRESSED)
    the_same_id_is_logged_with_the_trace(text_of(result.response), caplog)
    assert result.response.ephemeral


async def test_an_error_in_a_modal(world, response, caplog):
    class Broken(Modal):
        def __init__(self) -> None:
            super().__init__(title="Broken")
            self.add_item(ui.Label(text="Anything", component=ui.TextInput(custom_id="anything")))

        async def on_submit(self, _: discord.Interaction, /) -> None:
            await broken()

    async def ask(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Broken())

    give(world, ask)
    world.breaks = True
    shown = await world.press(response, PRESSED)
    result = await world.alice.submit_modal(shown, {"anything": "x"})
    the_same_id_is_logged_with_the_trace(text_of(result.response), caplog)


@pytest.mark.parametrize(
    "custom_id",
    ["p0:find:x", "p1:unheard-of", "p1:find", "p1:find:=a:sideways:2", "p1:find:#gone:best:2", "p1:open"],
)
async def test_a_button_that_this_version_cannot_serve(world, response, custom_id):
    result = await world.press(response, custom_id)
    assert text_of(result.response).startswith("That button is too old for me to use. Run the command again")
    assert result.response.ephemeral
    assert len(opens(response)) >= 4, "the message itself stays"


def forget(database, paper_id: str) -> None:
    """As when the catalog was rebuilt without this paper."""
    database.execute("PRAGMA foreign_keys = OFF")
    with writing(database):
        database.execute("DELETE FROM papers WHERE id = ?", [paper_id])
    database.execute("PRAGMA foreign_keys = ON")


async def test_a_paper_that_has_left_the_catalog(world, response):
    shown = opens(response)[0]
    gone = shown.split(":")[2]
    await on_its_connection(world.services.library, lambda database: forget(database, gone))

    result = await world.alice.click(response, custom_id=shown)

    assert text_of(result.response).startswith("I don't have that paper.")
    assert result.response.ephemeral


async def test_an_answer_that_comes_too_late_is_only_logged(world, response, caplog):
    """Discord takes no answer later than three seconds after the press."""

    async def late(interaction: discord.Interaction) -> None:
        await asyncio.sleep(600)
        await interaction.response.send_message("late")

    give(world, late)
    result = await world.press(response, PRESSED)
    await world.env.advance_time(700)

    assert not result.acknowledged
    assert "came too late" in caplog.text


async def test_slow_work_is_deferred_before_discords_three_seconds(world, response):
    async def slow(interaction: discord.Interaction) -> None:
        await answer(interaction, work(), Manner.PRIVATE)

    async def work() -> Notice:
        await asyncio.sleep(100)
        return Notice("Done.")

    give(world, slow)
    # Time is virtual only for timers beyond what a settling action waits for.
    world.env.settle_timeout = 1.0
    result = await world.press(response, PRESSED)
    assert not result.acknowledged
    await world.env.advance_time(2.5)
    assert result.deferred
    await world.env.advance_time(100)
    assert text_of(result.response) == "Done."
    assert result.response.ephemeral


async def slow_and_public(world, response, work):
    """The answer to a press that was deferred for everybody to see."""

    async def slow(interaction: discord.Interaction) -> None:
        await answer(interaction, work(), Manner.PUBLIC)

    give(world, slow)
    world.env.settle_timeout = 1.0
    result = await world.press(response, PRESSED)
    await world.env.advance_time(200)
    return result


async def test_slow_work_that_fails_tells_the_person_and_leaves_a_plain_line(world, response):
    async def work() -> Notice:
        await asyncio.sleep(100)
        raise RuntimeError("the cause")

    result = await slow_and_public(world, response, work)
    assert text_of(result.response) == "-# I've answered privately."
    assert not result.response.ephemeral
    (followup,) = result.followups
    assert "went wrong" in text_of(followup)
    assert followup.ephemeral


async def test_a_slow_answer_for_one_person_follows_privately(world, response):
    async def work() -> Notice:
        await asyncio.sleep(100)
        return Notice("No papers found.", private=True)

    result = await slow_and_public(world, response, work)
    assert text_of(result.response) == "-# I've answered privately."
    assert [(text_of(each), each.ephemeral) for each in result.followups] == [("No papers found.", True)]


async def test_a_quick_answer_for_one_person_is_private_at_once(world, response):
    async def work() -> Notice:
        return Notice("No papers found.", private=True)

    async def quick(interaction: discord.Interaction) -> None:
        await answer(interaction, work(), Manner.PUBLIC)

    give(world, quick)
    result = await world.press(response, PRESSED)
    assert (text_of(result.response), result.response.ephemeral) == ("No papers found.", True)
    assert result.followups == []


async def test_one_person_cannot_ask_without_end(world):
    results = [
        await world.alice.slash(world.channel, "paper find", query="agents", private=True) for _ in range(13)
    ]
    assert re.fullmatch(r"You're going a bit fast\. Try again in \d+ s\.", text_of(results[-1].response))
    assert results[-1].response.ephemeral

    other = await world.bob.slash(world.channel, "paper find", query="agents")
    assert opens(other.response), "another person's turn is their own"

    await world.env.advance_time(25)
    again = await world.alice.slash(world.channel, "paper find", query="agents")
    assert opens(again.response)


async def test_discord_refusing_the_sentence_is_logged(world, response, caplog):
    give(world, broken)
    world.env.inject_error("POST", "/interactions/*/*/callback", status=500, times=None)
    caplog.set_level(logging.WARNING)
    await world.press(response, PRESSED)
    assert "could not be delivered" in caplog.text


async def test_an_answer_that_was_given_already_is_only_logged(world, response, caplog):
    """By another process that holds the same connection."""
    world.env.inject_error("POST", "/interactions/*/*/callback", status=400, code=40060)
    await world.press(response, "p1:recent:1")
    assert "had been given already" in caplog.text
    assert "Unexpected error" not in caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_button_that_cannot_be_pressed_is_not(world, response):
    stored = world.env.backend.get_message(response.channel_id, response.id)
    off = next(part for part in walk(stored.components) if part.get("disabled"))
    result = await world.press(response, off["custom_id"])
    assert "too old" in text_of(result.response)


async def test_a_database_that_is_away_is_one_sentence_without_a_trace(world, response, caplog):
    world.breaks = True

    async def away(*_: object) -> None:
        raise ConnectionRefusedError("no one there")

    give(world, away)
    said = text_of((await world.press(response, PRESSED)).response)
    assert said == "I can't reach my database right now. Try again in a minute."
    assert "no one there" in caplog.text
    assert not any(record.exc_info for record in caplog.records)


def test_discord_in_trouble_is_named_and_is_no_error_of_ours(caplog):
    assert explain(discord.RateLimited(12.2)) == "Discord asked me to slow down. Try again in 12 s."
    assert explain(aiohttp.ClientConnectionError()) == "Discord has trouble right now. Try again in a minute."
    assert "Unexpected" not in caplog.text


@pytest.mark.parametrize(
    ("command", "option"),
    [("find", "query"), ("show", "paper"), ("similar", "paper"), ("cite", "paper"), ("day", "date")],
)
async def test_half_a_surrogate_pair_is_a_character_like_others(world, command, option):
    data = raw.slash_data(f"paper {command}", **{option: "x\udfff \ud800"})
    asked = raw.emit(
        world.env, raw.COMMAND, world.channel.id, world.alice.id, data, in_guild=world.channel.guild.id
    )
    await world.env.settle()
    said = text_of(asked.response)
    assert said
    assert not ID.search(said)
