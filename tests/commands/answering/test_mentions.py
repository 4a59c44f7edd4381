"""Commands in messages are Discord's clickable mentions."""

from __future__ import annotations

import re

from sqlalchemy import update

from bot.state.tables import synced_commands
from bot.views.layout import TEXT_LIMIT, Notice
from bot.views.mentions import Commands
from tests.support.reading import sent_text_of

NAMES = frozenset({"paper find", "paper add", "help", "daily list"})
COMMANDS = Commands(NAMES, {"paper": 1001, "help": 1002})


def test_a_command_is_a_mention_by_its_roots_id() -> None:
    assert COMMANDS.clickable("Try `/paper find`, or `/help`.") == "Try </paper find:1001>, or </help:1002>."


def test_what_is_typed_behind_it_stands_beside_it() -> None:
    assert COMMANDS.clickable("`/paper add 1706.03762` fetches it.") == (
        "</paper add:1001> `1706.03762` fetches it."
    )


def test_without_an_id_it_is_bold() -> None:
    assert COMMANDS.clickable("`/daily list`") == "**/daily list**"
    assert Commands(NAMES).clickable("`/help`") == "**/help**"


def test_what_is_no_command_stays_as_it_is() -> None:
    for text in ("`/etc/passwd`", "`/paper`", "`/daily`", r"\`/help\`", "`09:00`", "``/help``", "/help"):
        assert COMMANDS.clickable(text) == text


def test_a_citation_to_copy_stays_as_it_is() -> None:
    block = "```bibtex\n@misc{a, note = {`/help`}}\n```"
    assert COMMANDS.clickable(block) == block


def test_where_mentions_would_not_fit_names_are_bold() -> None:
    long = "`/help` " * (TEXT_LIMIT // 12)
    layout = Notice(long).naming(Commands(NAMES, {"help": 10**18}))
    assert layout.text_length <= TEXT_LIMIT
    assert "**/help**" in str(layout.to_components())


def test_where_nothing_longer_fits_they_stay_as_written() -> None:
    full = ("`/help` " * (TEXT_LIMIT // 8))[:TEXT_LIMIT]
    layout = Notice(full).naming(Commands(NAMES, {"help": 10**18}))
    assert layout.text_length <= TEXT_LIMIT


async def test_an_answer_names_commands_by_discords_ids(world):
    answer = await world.alice.slash(world.channel, "paper show", paper="1706.03762")
    add = next(id_ for (name, _), id_ in registered(world).items() if name == "paper")
    assert f"</paper add:{add}>" in sent_text_of(answer.response)


async def test_ids_that_the_state_lacks_are_fetched(world):
    await world.services.store.change(update(synced_commands).values(ids=None))
    await world.restart()
    asked = [each.method for each in world.env.http_requests if each.path.endswith("/commands")]
    assert asked == ["PUT", "GET"]
    answer = await world.alice.slash(world.channel, "paper show", paper="1706.03762")
    assert re.search(r"</paper add:\d+>", sent_text_of(answer.response))
    await world.restart()
    assert len([each for each in world.env.http_requests if each.path.endswith("/commands")]) == 2


async def test_without_ids_an_answer_names_them_in_bold(world):
    await world.services.store.change(update(synced_commands).values(ids=None))
    world.env.inject_error("GET", "/applications/*/commands", status=500, times=None)
    await world.restart()
    answer = await world.alice.slash(world.channel, "paper show", paper="1706.03762")
    assert "**/paper add**" in sent_text_of(answer.response)


def registered(world) -> dict[tuple[str, int], str]:
    """Discord's ids of the commands, by name and type."""
    commands = world.env.backend.commands[None].values()
    return {(each["name"], each["type"]): each["id"] for each in commands}
