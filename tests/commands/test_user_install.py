"""The app that a person installed for themselves: in servers and direct messages where the bot is not."""

from __future__ import annotations

import pytest

from bot.paper.model import Paper
from bot.readers.owner import Kind, Owner
from tests.support import raw
from tests.support.reading import buttons_of, opens, text_of

STRANGE_GUILD = 4242


@pytest.fixture(params=["direct message", "server without the bot"])
def place(request, world):
    """What Discord sends from there, beside the command itself."""
    owners = {"authorizing_integration_owners": {"1": str(world.alice.id)}}
    user = {"id": str(world.alice.id), "username": "alice", "discriminator": "0", "avatar": None}
    if request.param == "direct message":
        channel = {"id": str(world.channel.id), "type": 1, "recipients": [user]}
        return {**owners, "context": 2, "channel": channel, "user": user}
    member = {
        "user": user,
        "roles": [],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": "2147483648",
    }
    return {
        **owners,
        "context": 0,
        "guild_id": str(STRANGE_GUILD),
        "guild": {"id": str(STRANGE_GUILD), "locale": "en-US", "features": []},
        "member": member,
        "app_permissions": "0",
    }


async def asked(world, place, command: str, **options):
    data = raw.slash_data(command, **options)
    result = raw.emit(world.env, raw.COMMAND, world.channel.id, world.alice.id, data, **place)
    await world.env.settle()
    return result


async def test_what_is_saved_there_counts_in_no_server(world, place):
    await asked(world, place, "list add", paper="2411.13543")
    assert {*await world.services.people.about(world.alice.id)} == {"lists", "saved"}


async def test_a_search_and_its_buttons_work(world, place):
    result = await asked(world, place, "paper find", query="agents")
    assert len(opens(result.response)) == 5

    data = {"custom_id": buttons_of(result.response)["Next"]["custom_id"], "component_type": 2}
    turned = raw.emit(
        world.env,
        raw.COMPONENT,
        world.channel.id,
        world.alice.id,
        data,
        message_id=result.response.id,
        **place,
    )
    await world.env.settle()
    assert turned.acknowledged
    assert "**6. " in text_of(result.response)


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("paper show", {"paper": "2411.13543"}),
        ("paper similar", {"paper": "2411.13543"}),
        ("paper cite", {"paper": "2411.13543"}),
        ("paper random", {}),
        ("paper recent", {}),
        ("help", {}),
        ("about", {}),
    ],
)
async def test_every_command_answers_without_follow_ups(world, place, command, options):
    """Discord allows such an app five follow-ups; one answer needs none."""
    result = await asked(world, place, command, **options)
    assert text_of(result.response)
    assert result.followups == []


async def test_papers_can_be_added(world, place):
    """No server's rule holds there; a cooldown does."""
    result = await asked(world, place, "paper add", reference="2411.13543")
    assert "Already in the catalog." in text_of(result.response)


async def test_what_is_kept_about_somebody_is_theirs_to_see_and_to_delete_there(world, place):
    assert text_of((await asked(world, place, "privacy show")).response).startswith(
        "I keep nothing about you."
    )
    paper = Paper(id="p-1", title="My Own Notes on Debate")
    await world.services.written.keep(Owner(Kind.PERSON, world.alice.id), paper)
    result = await asked(world, place, "privacy delete")
    assert result.response.ephemeral
    assert "1 paper that you described outside of servers" in text_of(result.response)
    assert set(buttons_of(result.response)) == {"Delete it all", "Cancel"}
