"""The REST routes that the bot may use."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.discord_stand_in import payloads
from tests.discord_stand_in.errors import UNKNOWN_USER, ApiError
from tests.discord_stand_in.interactions import Interactions, edited
from tests.discord_stand_in.world import FORUM, HISTORY, VIEW, World

Json = dict[str, Any]
Handler = Callable[..., Any]
"""Called with the ids of the path, and `body` or `params` as keywords; gives JSON, or None for 204."""


class Rest:
    """Finds the handler of a request: `call(method, path, body, params)`."""

    def __init__(self, world: World, interactions: Interactions, gateway_url: str) -> None:
        self._world, self._interactions, self._gateway_url = world, interactions, gateway_url
        self._routes = [
            (method, re.compile(re.sub(r"\{(\w+)\}", r"([^/]+)", template)), handler)
            for method, template, handler in self._table()
        ]

    def knows(self, method: str, path: str) -> bool:
        return any(method == known and pattern.fullmatch(path) for known, pattern, _ in self._routes)

    def call(self, method: str, path: str, body: Any, params: Json) -> Any:
        for known, pattern, handler in self._routes:
            if method == known and (matched := pattern.fullmatch(path)):
                arguments = [int(each) if each.isdecimal() else each for each in matched.groups()]
                return handler(*arguments, body=body or {}, params=params)
        raise ApiError(404, 0, "404: Not Found")

    def _table(self) -> list[tuple[str, str, Handler]]:
        commands, messages = "/applications/{a}/commands", "/channels/{c}/messages"
        guild_commands, hook = "/applications/{a}/guilds/{g}/commands", "/webhooks/{a}/{token}"
        return [
            ("GET", "/users/@me", lambda **_: self._world.bot),
            ("GET", "/users/@me/guilds", self._my_guilds),
            ("DELETE", "/users/@me/guilds/{g}", self._leave),
            ("POST", "/users/@me/channels", self._direct_channel),
            ("GET", "/users/{u}", self._user),
            ("GET", "/oauth2/applications/@me", lambda **_: payloads.application(self._world)),
            ("GET", "/applications/@me", lambda **_: payloads.application(self._world)),
            ("GET", "/gateway", lambda **_: {"url": self._gateway_url}),
            ("GET", "/gateway/bot", self._gateway_bot),
            ("GET", commands, lambda _app, **_: self._world.commands.get(None, [])),
            ("PUT", commands, lambda _app, body, **_: self._register(None, body)),
            ("GET", guild_commands, lambda _app, guild, **_: self._world.commands.get(guild, [])),
            ("PUT", guild_commands, lambda _app, guild, body, **_: self._register(guild, body)),
            ("GET", "/guilds/{g}", self._guild),
            ("GET", "/guilds/{g}/channels", self._guild_channels),
            ("GET", "/guilds/{g}/roles", self._roles),
            ("GET", "/guilds/{g}/members/{u}", self._member),
            ("GET", "/guilds/{g}/threads/active", self._active_threads),
            ("GET", "/channels/{c}", self._channel),
            ("PATCH", "/channels/{c}", self._change_channel),
            ("DELETE", "/channels/{c}", self._delete_channel),
            ("POST", "/channels/{c}/typing", lambda _channel, **_: None),
            ("GET", messages, self._history),
            ("POST", messages, lambda channel, body, **_: self._world.post(channel, body)),
            ("GET", messages + "/{m}", lambda channel, message, **_: self._world.message(channel, message)),
            ("PATCH", messages + "/{m}", self._edit),
            ("DELETE", messages + "/{m}", self._delete),
            ("POST", messages + "/{m}/crosspost", lambda c, m, **_: self._world.crosspost(c, m)),
            ("POST", messages + "/{m}/threads", self._open_thread),
            ("POST", "/channels/{c}/threads", self._new_thread),
            ("GET", "/channels/{c}/threads/archived/public", self._archived),
            ("PUT", "/channels/{c}/thread-members/@me", lambda _channel, **_: None),
            ("POST", "/interactions/{i}/{token}/callback", self._callback),
            ("POST", hook, lambda _app, token, body, **_: self._interactions.followup(str(token), body)),
            ("GET", hook + "/messages/{m}", lambda _a, t, m, **_: self._interactions.message(str(t), str(m))),
            ("PATCH", hook + "/messages/{m}", self._edit_answer),
            ("DELETE", hook + "/messages/{m}", self._delete_answer),
        ]

    # The bot itself

    def _gateway_bot(self, **_: Any) -> Json:
        limit = {
            "total": 1000,
            "remaining": self._world.sessions_left,
            "reset_after": 0,
            "max_concurrency": 1,
        }
        return {"url": self._gateway_url, "shards": 1, "session_start_limit": limit}

    def _my_guilds(self, params: Json, **_: Any) -> list[Json]:
        after, limit = int(params.get("after", 0)), int(params.get("limit", 200))
        mine = [guild for guild in self._world.guilds.values() if guild.present and guild.id > after]
        return [payloads.partial_guild(guild) | {"permissions": "0", "owner": False} for guild in mine][
            :limit
        ]

    def _leave(self, guild_id: int, **_: Any) -> None:
        self._world.remove_bot(self._world.guild(guild_id))

    def _user(self, user_id: int, **_: Any) -> Json:
        for user in self._world.people():
            if user["id"] == str(user_id):
                return user
        raise ApiError(404, UNKNOWN_USER, "Unknown User")

    def _direct_channel(self, body: Json, **_: Any) -> Json:
        user = self._user(int(body["recipient_id"]))
        return payloads.channel(self._world, self._world.direct_channel(user))

    def _register(self, guild_id: int | None, commands: list[Json]) -> list[Json]:
        known = {each["name"]: each["id"] for each in self._world.commands.get(guild_id, [])}
        self._world.commands[guild_id] = [
            {
                "type": 1,
                "description": "",
                **json.loads(json.dumps(command)),
                "id": known.get(command["name"]) or str(self._world.new_id()),
                "application_id": str(self._world.application_id),
                "version": "1",
                "default_member_permissions": _text(command.get("default_member_permissions")),
            }
            for command in commands
        ]
        return self._world.commands[guild_id]

    # Servers and channels

    def _guild(self, guild_id: int, **_: Any) -> Json:
        return payloads.guild(self._world, self._world.guild(guild_id))

    def _guild_channels(self, guild_id: int, **_: Any) -> list[Json]:
        channels = self._world.guild(guild_id).channels.values()
        return [payloads.channel(self._world, each) for each in channels if not each.is_thread]

    def _roles(self, guild_id: int, **_: Any) -> list[Json]:
        return payloads.guild(self._world, self._world.guild(guild_id))["roles"]  # type: ignore[no-any-return]

    def _member(self, guild_id: int, user_id: int, **_: Any) -> Json:
        guild = self._world.guild(guild_id)
        member = payloads.member(self._user(user_id))
        if user_id == self._world.application_id and guild.timed_out_until:
            until = datetime.fromtimestamp(guild.timed_out_until, UTC).isoformat()
            member["communication_disabled_until"] = until
        return member

    def _channel(self, channel_id: int, **_: Any) -> Json:
        return payloads.channel(self._world, self._world.channel(channel_id))

    def _change_channel(self, channel_id: int, body: Json, **_: Any) -> Json:
        channel = self._world.channel(channel_id)
        channel.name = body.get("name", channel.name)
        channel.archived = body.get("archived", channel.archived)
        return payloads.channel(self._world, channel)

    def _delete_channel(self, channel_id: int, **_: Any) -> Json:
        channel = self._world.channel(channel_id)
        self._world.remove_channel(channel)
        return payloads.channel(self._world, channel)

    # Messages and threads

    def _history(self, channel_id: int, params: Json, **_: Any) -> list[Json]:
        messages = self._world.channel(channel_id, VIEW | HISTORY).messages
        limit = int(params.get("limit", 50))
        ids = sorted(messages, reverse=True)
        if "before" in params:
            ids = [each for each in ids if each < int(params["before"])]
        if "after" in params:
            ids = [each for each in ids if each > int(params["after"])][-limit:]
        if "around" in params:
            ids = [each for each in ids if abs(ids.index(each)) <= limit]
        return [messages[each] for each in ids[:limit]]

    def _edit(self, channel_id: int, message_id: int, body: Json, **_: Any) -> Json:
        return edited(self._world.message(channel_id, message_id), body)

    def _delete(self, channel_id: int, message_id: int, **_: Any) -> None:
        self._world.message(channel_id, message_id)
        del self._world.channel(channel_id).messages[message_id]

    def _open_thread(self, channel_id: int, message_id: int, body: Json, **_: Any) -> Json:
        return payloads.channel(self._world, self._world.open_thread(channel_id, message_id, body))

    def _new_thread(self, channel_id: int, body: Json, **_: Any) -> Json:
        if self._world.channel(channel_id).type != FORUM:
            return payloads.channel(self._world, self._world.open_bare_thread(channel_id, body))
        thread, message = self._world.post_in_forum(channel_id, body)
        return payloads.channel(self._world, thread) | {"message": message}

    def _active_threads(self, guild_id: int, **_: Any) -> Json:
        self._world.guild(guild_id)
        return self._listed(list(self._world.threads(guild_id)), more=False)

    def _archived(self, channel_id: int, params: Json, **_: Any) -> Json:
        parent = self._world.channel(channel_id, VIEW | HISTORY)
        assert parent.guild_id is not None
        limit = int(params.get("limit", 50))
        threads = [
            each
            for each in self._world.threads(parent.guild_id, archived=True)
            if each.parent_id == parent.id
        ]
        threads.sort(key=lambda each: each.id, reverse=True)
        return self._listed(threads[:limit], more=len(threads) > limit)

    def _listed(self, threads: list[Any], *, more: bool) -> Json:
        listed = [payloads.channel(self._world, each) for each in threads]
        return {"threads": listed, "members": [], "has_more": more}

    # Answers to interactions

    def _callback(self, interaction_id: int, token: str, body: Json, params: Json, **_: Any) -> Json | None:
        answer = self._interactions.callback(interaction_id, token, body)
        return answer if params.get("with_response") in ("1", "true") else None

    def _edit_answer(self, _app: int, token: str, message_id: str | int, body: Json, **_: Any) -> Json:
        return self._interactions.edit(token, str(message_id), body)

    def _delete_answer(self, _app: int, token: str, message_id: str | int, **_: Any) -> None:
        self._interactions.delete(token, str(message_id))


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
