"""What people do (commands, autocompletion, buttons) as INTERACTION_CREATE, and what the bot answers."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from tests.discord_stand_in import payloads
from tests.discord_stand_in.errors import (
    ALREADY_ACKNOWLEDGED,
    UNKNOWN_INTERACTION,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    ApiError,
)
from tests.discord_stand_in.world import Channel, Guild, World

Json = dict[str, Any]

COMMAND, COMPONENT, AUTOCOMPLETE = 2, 3, 4
_MESSAGE, _DEFERRED_MESSAGE, _DEFERRED_UPDATE, _UPDATE = 4, 5, 6, 7
_EPHEMERAL, _LOADING = 1 << 6, 1 << 7
ACKNOWLEDGE_WITHIN = 3.0
TOKEN_LIFE = 15 * 60.0
_ADMINISTRATOR = (1 << 50) - 1


@dataclass
class Interaction:
    id: int
    token: str
    channel: Channel
    payload: Json
    command: str | None = None
    """As typed: `paper find`."""
    created: float = field(default_factory=time.monotonic)
    kind: int | None = None
    """The type of the callback; None until the bot acknowledged."""
    original: Json | None = None
    choices: list[Json] | None = None
    modal: Json | None = None
    followups: list[Json] = field(default_factory=list)
    acknowledged_ms: float | None = None
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    finished_ms: float | None = None
    """When the person saw the answer, counted from their click."""
    finished: asyncio.Event = field(default_factory=asyncio.Event)

    def finish(self) -> None:
        if self.finished_ms is None:
            self.finished_ms = self.age * 1000
            self.finished.set()

    @property
    def age(self) -> float:
        return time.monotonic() - self.created

    def report(self) -> Json:
        return {
            "id": str(self.id),
            "kind": self.kind,
            "message": self.original,
            "choices": self.choices,
            "modal": self.modal,
            "followups": self.followups,
            "acknowledged_ms": self.acknowledged_ms,
            "finished_ms": self.finished_ms,
        }


class Interactions:
    def __init__(self, world: World) -> None:
        self._world = world
        self._all: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    # What people do

    def command(
        self, channel: Channel, name: str, options: Json, user: Json | None = None, focused: str | None = None
    ) -> Interaction:
        """`name` with its subcommands, as typed: `paper find`. With `focused` it is autocompletion."""
        first, *rest = name.split()
        registered = next(each for each in self._registered(channel) if each["name"] == first)
        data = {"id": registered["id"], "name": first, "type": 1}
        data["options"] = _options(registered.get("options") or [], rest, options, focused)
        made = self._create(AUTOCOMPLETE if focused else COMMAND, channel, data, user)
        made.command = name
        return made

    def click(
        self,
        channel: Channel,
        message: Json,
        custom_id: str,
        user: Json | None = None,
        permissions: int | None = None,
    ) -> Interaction:
        """A press, which may be forged: that `message` has such a button is not checked."""
        data = {"custom_id": custom_id, "component_type": 2}
        where = channel.guild_id
        guild = self._world.guilds[where] if where is not None else None
        who = self._who(guild, user or self._world.owner, permissions)
        return self._create(COMPONENT, channel, data, user, message=message, **who)

    def get(self, interaction_id: int) -> Interaction:
        return self._all[interaction_id]

    def _registered(self, channel: Channel) -> list[Json]:
        commands = self._world.commands
        return [*commands.get(channel.guild_id, []), *commands.get(None, [])]

    def _create(self, kind: int, channel: Channel, data: Json, user: Json | None, **more: Any) -> Interaction:
        world, user = self._world, user or self._world.owner
        interaction_id = world.new_id()
        token = f"interaction-{interaction_id}"
        guild = world.guilds[channel.guild_id] if channel.guild_id is not None else None
        payload = {
            "id": str(interaction_id),
            "application_id": str(world.application_id),
            "type": kind,
            "token": token,
            "version": 1,
            "data": data,
            "channel_id": str(channel.id),
            "channel": payloads.channel(world, channel) | {"permissions": str(_ADMINISTRATOR)},
            "app_permissions": str(guild.permissions & ~channel.denied if guild else _ADMINISTRATOR),
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(channel.guild_id or 0)},
            "context": 0 if guild else 1,
            "attachment_size_limit": 10 << 20,
            **self._who(guild, user),
            **more,
        }
        interaction = Interaction(interaction_id, token, channel, payload)
        self._all[interaction_id] = self._by_token[token] = interaction
        world.emit(channel.guild_id, "INTERACTION_CREATE", payload)
        return interaction

    def _who(self, guild: Guild | None, user: Json, permissions: int | None = None) -> Json:
        if guild is None:
            return {"user": user}
        return {
            "guild_id": str(guild.id),
            "guild": payloads.partial_guild(guild),
            "guild_locale": "en-US",
            "member": payloads.member(user, _ADMINISTRATOR if permissions is None else permissions),
        }

    # What the bot answers

    def callback(self, interaction_id: int, token: str, body: Json) -> Json:
        interaction = self._all.get(interaction_id)
        if interaction is None or interaction.token != token or interaction.age > ACKNOWLEDGE_WITHIN:
            raise ApiError(404, UNKNOWN_INTERACTION, "Unknown interaction")
        if interaction.kind is not None:
            raise ApiError(400, ALREADY_ACKNOWLEDGED, "Interaction has already been acknowledged.")
        interaction.kind = int(body["type"])
        interaction.acknowledged_ms = interaction.age * 1000
        interaction.acknowledged.set()
        data = body.get("data") or {}
        match interaction.kind:
            case 4 | 5:
                interaction.original = self._say(interaction, data)
            case 7:
                interaction.original = self._edit(interaction.payload["message"], data)
            case 6:
                interaction.original = interaction.payload["message"]
            case 8:
                interaction.choices = data.get("choices") or []
            case 9:
                interaction.modal = data
        if interaction.kind not in (_DEFERRED_MESSAGE, _DEFERRED_UPDATE):
            interaction.finish()
        return self._callback_answer(interaction)

    def _callback_answer(self, interaction: Interaction) -> Json:
        answer: Json = {"interaction": {"id": str(interaction.id), "type": interaction.payload["type"]}}
        original = interaction.original
        if interaction.kind in (_MESSAGE, _DEFERRED_MESSAGE, _UPDATE) and original is not None:
            answer["interaction"] |= {
                "response_message_id": original["id"],
                "response_message_loading": interaction.kind == _DEFERRED_MESSAGE,
                "response_message_ephemeral": bool(original["flags"] & _EPHEMERAL),
            }
            answer["resource"] = {"type": interaction.kind, "message": original}
        return answer

    def followup(self, token: str, body: Json) -> Json:
        interaction = self._answered(token)
        if interaction.kind == _DEFERRED_MESSAGE and interaction.finished_ms is None:
            assert interaction.original is not None
            self._edit(interaction.original, body)
            interaction.finish()
            return interaction.original
        message = self._say(interaction, body)
        interaction.followups.append(message)
        interaction.finish()
        return message

    def edit(self, token: str, message_id: str, body: Json) -> Json:
        interaction = self._answered(token)
        message = self._edit(self.message(token, message_id), body)
        interaction.finish()
        return message

    def delete(self, token: str, message_id: str) -> None:
        interaction, message = self._answered(token), self.message(token, message_id)
        interaction.channel.messages.pop(int(message["id"]), None)
        if message is interaction.original:
            interaction.original = None
        else:
            interaction.followups.remove(message)

    def message(self, token: str, message_id: str) -> Json:
        interaction = self._answered(token)
        if message_id == "@original" and interaction.original is not None:
            return interaction.original
        for message in [interaction.original, *interaction.followups]:
            if message is not None and message["id"] == message_id:
                return message
        raise ApiError(404, UNKNOWN_MESSAGE, "Unknown Message")

    def _answered(self, token: str) -> Interaction:
        interaction = self._by_token.get(token)
        if interaction is None or interaction.kind is None or interaction.age > TOKEN_LIFE:
            raise ApiError(404, UNKNOWN_WEBHOOK, "Unknown Webhook")
        return interaction

    def _say(self, interaction: Interaction, body: Json) -> Json:
        if interaction.kind == _DEFERRED_MESSAGE and interaction.original is None:
            body = body | {"flags": (body.get("flags") or 0) | _LOADING}
        origin = _origin(interaction)
        if (body.get("flags") or 0) & _EPHEMERAL:
            return payloads.message(self._world.new_id(), interaction.channel, self._world.bot, body) | origin
        return self._world.add_message(interaction.channel, body, origin=origin)

    def _edit(self, message: Json, body: Json) -> Json:
        return edited(message, body)


def _origin(interaction: Interaction) -> Json:
    """What a message says about the interaction that it answers."""
    payload = interaction.payload
    user = payload["user"] if "user" in payload else payload["member"]["user"]
    told: Json = {"id": str(interaction.id), "type": payload["type"], "user": user}
    owners = {"authorizing_integration_owners": payload["authorizing_integration_owners"]}
    if interaction.command is None:
        return {"interaction_metadata": told | owners}
    return {"interaction_metadata": told | owners, "interaction": told | {"name": interaction.command}}


def edited(message: Json, body: Json) -> Json:
    """The message, changed as an edit asks: what is not named stays."""
    for key in ("content", "embeds"):
        if key in body:
            message[key] = body[key] or ("" if key == "content" else [])
    if "components" in body:
        message["components"] = payloads.numbered(body["components"] or [])
    message["flags"] = (message["flags"] & ~_LOADING) | ((body.get("flags") or 0) & ~_EPHEMERAL)
    message["edited_timestamp"] = message["timestamp"]
    return message


def _options(described: list[Json], path: list[str], given: Json, focused: str | None) -> list[Json]:
    if path:
        inner = next(each for each in described if each["name"] == path[0])
        nested = _options(inner.get("options") or [], path[1:], given, focused)
        return [{"name": path[0], "type": inner["type"], "options": nested}]
    options = []
    for name, value in given.items():
        kind = next(each["type"] for each in described if each["name"] == name)
        option = {"name": name, "type": kind, "value": value}
        options.append(option | ({"focused": True} if name == focused else {}))
    return options
