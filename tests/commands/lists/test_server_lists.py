"""Who may change a server's list."""

from __future__ import annotations

from tests.support.reading import text_of


async def on_server_list(world, person, command: str, **options) -> str:
    answer = await person.slash(world.channel, f"list {command}", place="server", **options)
    return text_of(answer.response)


async def test_a_list_with_a_role_is_changed_by_those_who_have_it_and_read_by_all(world):
    role = world.channel.guild.create_role("Readers")
    made = await on_server_list(world, world.alice, "new", name="Next", editors=role)
    assert f"Members with <@&{role.id}> can edit it." in made
    refused = await on_server_list(world, world.bob, "add", name="Next", paper="2411.13543")
    assert refused == f"Only members with <@&{role.id}> can change this list."
    empty = await on_server_list(world, world.bob, "show", name="Next")
    assert empty.startswith("Nothing is on **Next** (this server's list) yet. Add papers with `/list add`, ")
    assert empty.endswith("`name: Next` and `place: This server's lists`.")
    reader = world.channel.guild.add_member(world.env.create_user("reader"), roles=[role])
    saved = await on_server_list(world, reader, "add", name="Next", paper="2411.13543")
    assert "Saved to **Next**" in saved


async def test_in_direct_messages_there_is_no_list_of_a_server(world):
    answer = (await world.alice.user.slash("list show", place="server", name="Next")).response
    assert text_of(answer).startswith("Only servers that I'm a member of have lists of their own.")


async def test_a_role_is_for_lists_of_servers_alone(world):
    role = world.channel.guild.create_role("Readers")
    answer = (await world.alice.slash(world.channel, "list new", name="Mine", editors=role)).response
    assert text_of(answer).startswith("Your own list is yours alone.")
