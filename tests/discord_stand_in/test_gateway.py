"""The stand-in's gateway, as a plain discord.py client sees it."""

from __future__ import annotations

import asyncio

import discord
import pytest

from tests.discord_stand_in.conftest import Plain
from tests.discord_stand_in.world import ANNOUNCEMENT, FORUM, TEXT
from tests.support.stand_in import TOKEN, StandIn


async def off_loop(call: object, **keywords: object) -> dict[str, object]:
    """Call a verb that waits for the client, while the client's loop goes on."""
    return await asyncio.to_thread(lambda: call(**keywords))  # type: ignore[operator]


async def test_servers_come_with_their_channels(stand_in: StandIn, connected: Plain) -> None:
    guild = stand_in.add_guild(name="Lab")
    for kind in (TEXT, ANNOUNCEMENT, FORUM):
        stand_in.add_channel(guild=guild, type=kind, name="papers")
    await connected.close()
    async with Plain(shard_count=1) as again:
        running = asyncio.create_task(again.start(TOKEN))
        await again.saw("ready")
        await again.saw("guild_available")
        found = again.get_guild(int(guild))
        assert found is not None
        kinds = [type(each) for each in found.channels]
        assert kinds == [discord.TextChannel, discord.TextChannel, discord.ForumChannel]
        assert found.channels[0].permissions_for(found.me).send_messages
        await again.close()
        await running


async def test_each_shard_gets_its_own_servers(stand_in: StandIn, at_stand_in: None) -> None:
    guilds = [int(stand_in.add_guild()) for _ in range(4)]
    for shard in (0, 1):
        async with Plain(shard_count=2, shard_ids=[shard]) as client:
            running = asyncio.create_task(client.start(TOKEN))
            await client.saw("ready")
            mine = [guild for guild in guilds if (guild >> 22) % 2 == shard]
            assert sorted(each.id for each in client.guilds) == sorted(mine)
            assert len(mine) == 2
            await client.close()
            await running


@pytest.mark.parametrize("how", ["close", "abort", "reconnect"])
async def test_a_dropped_connection_resumes_and_gets_what_it_missed(
    stand_in: StandIn, connected: Plain, how: str
) -> None:
    stand_in.drop(how=how)
    stand_in.add_guild(name="Meanwhile")
    await connected.saw("guild_join")
    await connected.saw("resumed")
    assert [guild.name for guild in connected.guilds] == ["Meanwhile"]
    assert stand_in.gateway()["identify"] == 1


async def test_an_invalid_session_identifies_anew(
    stand_in: StandIn, connected: Plain, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(_shard: int | None, *, initial: bool = False) -> None: ...

    monkeypatch.setattr(connected, "before_identify_hook", at_once)
    connected.seen.clear()
    stand_in.drop(how="invalidate")
    await connected.saw("connect")
    assert stand_in.gateway()["identify"] == 2


async def test_heartbeats_are_acknowledged(stand_in: StandIn, at_stand_in: None) -> None:
    stand_in.gateway(heartbeat_interval=100)
    async with Plain(shard_count=1) as client:
        running = asyncio.create_task(client.start(TOKEN))
        await client.saw("ready")
        await asyncio.sleep(0.5)
        assert stand_in.gateway()["heartbeat"] >= 3
        assert client.latency < 1
        await client.close()
        await running


async def test_removal_outage_and_return_of_a_server_are_told_apart(
    stand_in: StandIn, connected: Plain
) -> None:
    guild = stand_in.add_guild()
    await connected.saw("guild_join")
    stand_in.set_available(guild=guild, available=False)
    await connected.saw("guild_unavailable")
    stand_in.set_available(guild=guild, available=True)
    await connected.saw("guild_available")
    stand_in.remove_bot(guild=guild)
    await connected.saw("guild_remove")
    connected.seen.clear()
    stand_in.bring_bot_back(guild=guild)
    await connected.saw("guild_join")


async def test_a_command_is_answered_over_the_wire(stand_in: StandIn, connected: Plain) -> None:
    papers = discord.app_commands.Group(name="paper", description="Papers")

    async def titles(_: discord.Interaction, typed: str) -> list[discord.app_commands.Choice[str]]:
        return [discord.app_commands.Choice(name=typed.upper(), value=typed)]

    @papers.command(description="Find papers")
    @discord.app_commands.autocomplete(query=titles)
    async def find(interaction: discord.Interaction, query: str) -> None:
        await interaction.response.defer()
        view: discord.ui.View = discord.ui.View()
        view.add_item(discord.ui.Button(label="More", custom_id="more"))
        await interaction.followup.send(f"found {query}", view=view)

    @connected.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.send_message("more", ephemeral=True)

    connected.tree.add_command(papers)
    await connected.tree.sync()
    channel = stand_in.add_channel(guild=stand_in.add_guild(), type=TEXT, name="papers")
    asked = {"channel": channel, "name": "paper find", "options": {"query": "debate"}}
    typed = await off_loop(stand_in.command, **asked, focused="query")
    assert typed["choices"] == [{"name": "DEBATE", "value": "debate"}]
    answer = await off_loop(stand_in.command, **asked)
    assert (answer["kind"], answer["message"]["content"]) == (5, "found debate")  # type: ignore[index]
    message = answer["message"]["id"]  # type: ignore[index]
    pressed = await off_loop(stand_in.click, channel=channel, message=message, custom_id="more")
    assert pressed["message"]["content"] == "more"  # type: ignore[index]
    assert [each["content"] for each in stand_in.messages(channel=channel)] == ["found debate"]


async def test_a_late_acknowledgement_is_refused(
    stand_in: StandIn, connected: Plain, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[int] = []

    @connected.tree.command(description="Slow")
    async def slow(interaction: discord.Interaction) -> None:
        await asyncio.sleep(3.1)
        try:
            await interaction.response.send_message("too late")
        except discord.NotFound as error:
            refused.append(error.code)

    await connected.tree.sync()
    channel = stand_in.add_channel(guild=stand_in.add_guild(), type=TEXT, name="papers")
    answer = await off_loop(stand_in.command, channel=channel, name="slow", options={}, wait=3.5)
    assert answer["kind"] is None
    assert refused == [10062]
