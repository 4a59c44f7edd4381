"""The check of the bot's requests lets good ones pass and catches each fault that Discord would refuse."""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

import discord
import pytest
from discord import app_commands, ui
from discord.http import handle_message_parameters

from tests.support.openapi import assert_valid_requests, faults_of, why_unchecked

MESSAGES = "/channels/100000000000000001/messages"
MESSAGE = "/channels/100000000000000001/messages/100000000000000002"
THREADS = "/channels/100000000000000001/threads"
COMMANDS = "/applications/100000000000000003/commands"
CALLBACK = "/interactions/100000000000000004/aW50ZXJhY3Rpb24/callback"
FOLLOWUP = "/webhooks/100000000000000003/aW50ZXJhY3Rpb24"
ORIGINAL = f"{FOLLOWUP}/messages/@original"

needs_description = pytest.mark.skipif(why_unchecked() is not None, reason=str(why_unchecked()))


class Sent(NamedTuple):
    method: str
    path: str
    json: Any
    params: dict[str, Any] = {}  # noqa: RUF012


class Card(ui.LayoutView):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        row: ui.ActionRow[Any] = ui.ActionRow(
            ui.Button(label="Open", custom_id="a"), ui.Button(label="PDF", url="https://arxiv.org/pdf/1")
        )
        section: ui.Section[Any] = ui.Section("First", accessory=ui.Button(label="Cite", custom_id="b"))
        self.add_item(ui.Container(ui.TextDisplay("A title"), section, ui.Separator(), row))


def message() -> dict[str, Any]:
    """The body which discord.py makes of a card."""
    with handle_message_parameters(
        view=Card(),
        nonce="1234567890123456789",
        allowed_mentions=discord.AllowedMentions.none(),
        flags=discord.MessageFlags(),
    ) as params:
        payload = params.payload
    assert payload is not None
    return copy.deepcopy(payload) | {"enforce_nonce": True}


def commands() -> list[dict[str, Any]]:
    """The body which discord.py makes of a group with one command, and of a context menu."""
    paper = app_commands.Group(name="paper", description="Papers")

    @paper.command(name="find", description="Find papers")
    @app_commands.choices(sort=[app_commands.Choice(name="Newest first", value="newest")])
    async def find(_: discord.Interaction, query: str, sort: str = "best") -> None: ...

    @app_commands.context_menu(name="Find papers in this Message")
    async def in_message(_: discord.Interaction, message: discord.Message) -> None: ...

    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
    return [paper.to_dict(tree), in_message.to_dict(tree)]


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def button(**fields: Any) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": "Open", **fields}


def v2(*components: Any, **fields: Any) -> dict[str, Any]:
    return {"flags": 1 << 15, "components": list(components), **fields}


def row(*components: Any) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def command(**fields: Any) -> list[dict[str, Any]]:
    return [{"name": "paper", "type": 1, "description": "Papers", **fields}]


def option(name: str = "query", **fields: Any) -> dict[str, Any]:
    return {"type": 3, "name": name, "description": "What", **fields}


def choices(*names: str) -> dict[str, Any]:
    return {"type": 8, "data": {"choices": [{"name": name, "value": name} for name in names]}}


async def test_what_discord_py_sends_passes() -> None:
    card = {key: value for key, value in message().items() if "nonce" not in key}
    assert_valid_requests(
        [
            Sent("GET", "/users/@me", None),
            Sent("GET", "/gateway/bot", None),
            Sent("POST", MESSAGES, message()),
            Sent("PATCH", MESSAGE, card),
            Sent("POST", f"{MESSAGE}/crosspost", None),
            Sent("POST", f"{MESSAGE}/threads", {"name": "A title", "auto_archive_duration": 1440}),
            Sent("POST", THREADS, {"name": "A title", "message": card, "applied_tags": ["7"]}),
            Sent("GET", MESSAGES, None, {"limit": 50, "after": 3}),
            Sent("PUT", COMMANDS, commands()),
            Sent("POST", CALLBACK, {"type": 4, "data": card}, {"with_response": "true"}),
            Sent("POST", CALLBACK, {"type": 5, "data": {"flags": 64}}),
            Sent("POST", CALLBACK, {"type": 6}),
            Sent("POST", CALLBACK, choices("BALROG", "MALT")),
            Sent("POST", FOLLOWUP, card | {"flags": (1 << 15) | 64}, {"wait": "true"}),
            Sent("PATCH", ORIGINAL, card),
            Sent("POST", "/users/@me/channels", {"recipient_id": 5}),
        ]
    )


def test_ids_sent_as_numbers_are_no_fault() -> None:
    reply = {"content": "Here", "message_reference": {"message_id": 2, "channel_id": 1}}
    assert faults_of("POST", MESSAGES, reply) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (v2(*[text("a")] * 41), "41 components in all"),
        (v2({"type": 17, "components": [text("a")] * 40}), "41 components in all"),
        (
            v2(
                *[
                    {"type": 9, "components": [text("a")], "accessory": button(custom_id=str(n))}
                    for n in range(14)
                ]
            ),
            "42 components in all",
        ),
        (v2(text("a" * 2001), {"type": 17, "components": [text("a" * 2000)]}), "4001 characters of text"),
        (v2(text(" \n ")), "blank"),
        ({"components": [text("a")]}, "need the flag"),
        (v2(text("a"), content="hello"), "cannot have content"),
        (v2(text("a"), embeds=[{"title": "hello"}]), "cannot have embeds"),
        ({"content": "a" * 2001}, "2,000"),
        ({"content": "  "}, "content is blank"),
        ({}, "empty"),
        ({"content": "a", "flags": 64}, "cannot be set here"),
        (v2(row(button(custom_id="a"), button(custom_id="a"))), "custom_id 'a' occurs 2 times"),
        (v2(text("a") | {"id": 4}, text("b") | {"id": 4}), "component id 4 occurs 2 times"),
        (v2(row(button(custom_id="a" * 101))), "100 characters"),
        (v2(row(button(custom_id="a", label="b" * 81))), "80 characters"),
        (v2(row(button(custom_id="a", label=" "))), "a label or an emoji"),
        (v2(row(*[button(custom_id=str(n)) for n in range(6)])), "6 buttons in a row"),
        (v2(row(button())), "a custom_id and no url"),
        (v2(row(button(style=5, url="javascript:alert(1)"))), "http, https or discord"),
        (v2(row(button(style=5, url="arxiv.org"))), "http, https or discord"),
        (v2(row(button(style=5, url="https://arxiv.org", custom_id="a"))), "no custom_id"),
        (v2({"type": 13, "file": {"url": "attachment://a.bib"}}), "not attached"),
        (v2(text("a"), attachments=[{"id": 0, "filename": "a.bib"}]), "shown by no component"),
        (v2({"type": 12, "items": [{"media": {"url": "ftp://example.org/a.png"}}]}), "scheme"),
        ({"content": "a", "components": [row(button(custom_id=str(n))) for n in range(6)]}, "5 action rows"),
        (
            v2(row({"type": 3, "custom_id": "s", "options": [{"label": n, "value": "a"} for n in "xy"]})),
            "select value 'a' occurs 2 times",
        ),
    ],
)
def test_a_message_which_discord_refuses_is_caught_on_every_route(body: dict[str, Any], fault: str) -> None:
    assert fault in "\n".join(faults_of("POST", MESSAGES, body))
    assert fault in "\n".join(faults_of("POST", THREADS, {"name": "A title", "message": body}))
    if "cannot be set here" not in fault:
        assert fault in "\n".join(faults_of("POST", CALLBACK, {"type": 4, "data": body}))
        assert fault in "\n".join(faults_of("POST", FOLLOWUP, body))
    if fault not in ("empty", "cannot be set here"):
        assert fault in "\n".join(faults_of("PATCH", ORIGINAL, body))
        assert fault in "\n".join(faults_of("PATCH", MESSAGE, body))


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (command(name="Paper"), "lower-case"),
        (command(options=[option("Query")]), "lower-case"),
        (command(name="paper find"), "lower-case"),
        (command(description=""), "needs a description"),
        (command() * 2, "occurs 2 times"),
        ([command(name=f"paper{n}")[0] for n in range(101)], "more than 100 commands"),
        (command(options=[option(), option()]), "option 'query' of 'paper' occurs 2 times"),
        (command(options=[option("a"), option("b", required=True)]), "must come first"),
        (command(options=[option("a"), {"type": 1, "name": "b", "description": "B"}]), "mixes"),
        (command(options=[option(autocomplete=True, choices=[{"name": "a", "value": "a"}])]), "both"),
        (command(options=[option(choices=[{"name": "a", "value": "a" * 101}])]), "100 characters"),
        (
            command(options=[option(choices=[{"name": str(n), "value": "a"} for n in range(26)])]),
            "26 choices",
        ),
        (
            command(
                options=[
                    option(f"o{n}", choices=[{"name": "a" * 99, "value": "a" * 99}] * 25) for n in range(2)
                ]
            ),
            "at most 8,000",
        ),
        ([{"name": "Find papers", "type": 3, "description": "No"}], "no description"),
    ],
)
def test_a_command_which_discord_refuses_is_caught(body: list[dict[str, Any]], fault: str) -> None:
    assert fault in "\n".join(faults_of("PUT", COMMANDS, body))


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (choices(*map(str, range(26))), "26 choices"),
        (choices("a" * 101), "100 characters"),
        (choices(""), "100 characters"),
        (
            {"type": 9, "data": {"custom_id": "m", "title": "t", "components": [text("a")] * 6}},
            "5 components",
        ),
    ],
)
def test_an_answer_which_discord_refuses_is_caught(body: dict[str, Any], fault: str) -> None:
    assert fault in "\n".join(faults_of("POST", CALLBACK, body))


@needs_description
@pytest.mark.parametrize(
    ("method", "path", "body", "fault"),
    [
        ("POST", "/channels/1/mesages", {"content": "a"}, "no such route"),
        ("POST", "/channels/general/messages", {"content": "a"}, "is no id"),
        ("GET", MESSAGES, {"content": "a"}, "takes no body"),
        ("POST", MESSAGES, None, "body is missing"),
        ("POST", MESSAGES, {"contents": "a"}, "'contents' was unexpected"),
        ("POST", MESSAGES, {"content": "a", "nonce": "1" * 26}, "nonce"),
        ("POST", MESSAGES, v2(text("a") | {"contents": "b"}), "components[0]: Additional properties"),
        ("POST", MESSAGES, v2({"type": 17, "components": [{"type": 99}]}), "type 99 is not allowed here"),
        ("POST", MESSAGES, v2(row(text("a"))), "components[0].components[0]: type 10 is not allowed here"),
        ("POST", MESSAGES, v2(row(button(custom_id="a", style=9))), "components[0].components[0].style"),
        ("POST", MESSAGES, {"content": "a", "allowed_mentions": {"parse": ["all"]}}, "allowed_mentions"),
        ("POST", f"{MESSAGE}/threads", {"name": "a" * 101}, "name"),
        ("POST", f"{MESSAGE}/threads", {"name": "a", "auto_archive_duration": 5}, "auto_archive_duration"),
        ("POST", THREADS, {"name": "a", "message": {"content": "a", "nonce": "1"}}, "nonce"),
        ("POST", THREADS, {"name": "a", "message": {"content": "a"}, "applied_tags": ["x"]}, "applied_tags"),
        ("POST", CALLBACK, {"type": 4, "data": {"content": "a", "nonce": "1"}}, "nonce"),
        ("POST", CALLBACK, {"type": 3}, "type 3 is not allowed here"),
        ("PUT", COMMANDS, [{"description": "No name"}], "'name' is a required property"),
        ("PUT", COMMANDS, command(options=[option(n) for n in map(str, range(26))]), "options"),
        ("PUT", COMMANDS, command(contexts=[9]), "contexts"),
    ],
)
def test_a_request_against_the_description_is_caught(method: str, path: str, body: Any, fault: str) -> None:
    assert fault in "\n".join(faults_of(method, path, body))


@needs_description
@pytest.mark.parametrize("params", [{"limit": 101}, {"limit": "many"}, {"limits": 5}])
def test_a_wrong_query_parameter_is_caught(params: dict[str, Any]) -> None:
    assert "limit" in "\n".join(faults_of("GET", MESSAGES, None, params))


def test_the_failure_names_the_request_and_the_place() -> None:
    with pytest.raises(AssertionError, match=f"POST {MESSAGES}: .*need the flag"):
        assert_valid_requests([Sent("POST", MESSAGES, {"components": [text("a")]})])


def test_without_the_description_the_limits_still_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_DISCORD_OPENAPI", "/nowhere/openapi.json")
    assert "PAPERBOY_DISCORD_OPENAPI" in str(why_unchecked())
    assert faults_of("POST", MESSAGES, {"contents": "a", "content": "a"}) == []
    assert faults_of("POST", MESSAGES, {"components": [text("a")]})
