"""`/help` and `/about`, and what Discord is told of the commands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import discord

from bot import __version__
from bot.catalog.merging import writing
from bot.catalog.status import failed, recovered, succeeded
from bot.state.added import AddRule, Who
from tests.support.putting import on_its_connection
from tests.support.reading import links_of, text_of


async def helped(world, person, place=None):
    return (await person.slash(place or world.channel, "help")).response


def commands_of(world) -> set[str]:
    every = world.env.bot.tree.walk_commands()
    return {each.qualified_name for each in every if isinstance(each, discord.app_commands.Command)}


def admin_of(world):
    role = world.channel.guild.create_role(
        "Admins", permissions=discord.Permissions(manage_guild=True, manage_messages=True)
    )
    return world.channel.guild.add_member(world.env.create_user("ada"), roles=[role])


async def test_help_begins_with_three_examples(world):
    response = await helped(world, world.alice)
    assert response.ephemeral
    assert text_of(response).splitlines()[2:5] == [
        "> `/paper find multi-agent debate`",
        "> `/paper show 2411.13543`",
        "> `/paper trending`",
    ]


async def test_help_names_every_command_that_an_admin_can_use(world):
    text = text_of(await helped(world, admin_of(world)))
    for name in commands_of(world) - {"help"}:
        assert f"`/{name}`" in text, name


async def test_help_names_nothing_that_a_member_cannot_use(world):
    await world.services.add_rules.change(world.channel.guild.id, AddRule(Who.ADMINS))
    text = text_of(await helped(world, world.alice))
    assert "`/paper find`" in text
    for name in ("daily", "settings", "paper add"):
        assert f"`/{name}" not in text
    await world.services.add_rules.change(world.channel.guild.id, AddRule(Who.EVERYBODY))
    assert "`/paper add`" in text_of(await helped(world, world.alice))


async def test_help_in_a_direct_message_names_what_works_there(world):
    carol = world.env.create_user("carol")
    text = text_of((await carol.slash("help")).response)
    assert "`/paper add`" in text
    assert "`/daily" not in text


async def test_help_turns_to_the_search_tips_and_back(world):
    response = await helped(world, world.alice)
    before = text_of(response)
    await world.alice.click(response, label="Search tips")
    assert '`"chain of thought"`' in text_of(response)
    await world.alice.click(response, label="Back")
    assert text_of(response) == before


async def test_about_tells_version_papers_and_licence(world):
    text = text_of((await world.alice.slash(world.channel, "about")).response)
    assert f"Paperboy {__version__}" in text
    assert "**69** papers" in text
    assert "MIT licence" in text


async def test_about_links_to_the_pages_that_the_operator_named(world):
    assert not links_of((await world.alice.slash(world.channel, "about")).response)
    pages = {
        "homepage": "https://example.org/bot",
        "terms_url": "https://example.org/terms",
        "privacy_url": "https://example.org/privacy",
    }
    world.services = replace(world.services, settings=world.services.settings.model_copy(update=pages))
    await world.restart()
    assert links_of((await world.alice.slash(world.channel, "about")).response) == {
        "More about this bot": "https://example.org/bot",
        "Terms": "https://example.org/terms",
        "Privacy": "https://example.org/privacy",
    }


async def test_about_links_to_one_page_alone(world):
    settings = world.services.settings.model_copy(update={"privacy_url": "https://example.org/privacy"})
    world.services = replace(world.services, settings=settings)
    await world.restart()
    links = links_of((await world.alice.slash(world.channel, "about")).response)
    assert links == {"Privacy": "https://example.org/privacy"}


def registrations(world) -> int:
    return sum(request.method == "PUT" and "/commands" in request.path for request in world.env.http_requests)


async def test_commands_are_registered_once(world):
    assert registrations(world) == 1
    await world.restart()
    assert registrations(world) == 1, "their definition has not changed"


async def test_commands_are_registered_again_when_they_changed(world):
    await world.services.synced.keep(world.env.bot.application_id, "another definition", {})
    await world.restart()
    assert registrations(world) == 2


async def test_commands_work_everywhere_and_read_well(world):
    for command in world.env.bot.tree.get_commands():
        definition = command.to_dict(world.env.bot.tree)
        if definition["type"] == 1 and definition["name"] in ("paper", "help", "about"):
            assert definition["contexts"] == [0, 1, 2], "servers, direct messages, private channels"
            assert definition["integration_types"] == [0, 1], "servers and people may install it"
        for option in definition.get("options", []):
            assert option["description"] not in ("", "…")
            for inner in option.get("options", []):
                assert inner["description"] not in ("", "…"), (
                    definition["name"],
                    option["name"],
                    inner["name"],
                )


async def test_about_says_since_when_a_source_fails(world):
    when = datetime(2026, 1, 1, tzinfo=UTC)

    def fail(database):
        with writing(database) as connection:
            failed(connection, "Hugging Face", when, "Hugging Face answered 503.")

    await on_its_connection(world.services.library, fail)
    text = text_of((await world.alice.slash(world.channel, "about")).response)
    assert f"Hugging Face answered 503. It began <t:{int(when.timestamp())}:R>." in text


async def test_about_says_when_a_source_was_last_read(world):
    when = datetime(2026, 1, 1, tzinfo=UTC)

    def fail_and_recover(database):
        with writing(database) as connection:
            succeeded(connection, "arXiv", when)
            failed(connection, "arXiv", when, "arXiv answered 503.")
            recovered(connection, "arXiv")

    await on_its_connection(world.services.library, fail_and_recover)
    text = text_of((await world.alice.slash(world.channel, "about")).response)
    assert f"last update <t:{int(when.timestamp())}:R>" in text
    assert "503" not in text
