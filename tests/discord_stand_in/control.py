"""`/control/…`: how tests build the world, make the weather and look at what the bot did. Plain JSON."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import re
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.discord_stand_in import payloads
from tests.discord_stand_in.app import Kill, StandIn
from tests.discord_stand_in.interactions import Interaction
from tests.discord_stand_in.weather import Failure, Planned, RateLimits, Weather
from tests.discord_stand_in.world import ALL_THAT_A_BOT_NEEDS, Channel, World
from tests.support.reading import walk

Json = dict[str, Any]


class Control:
    """`POST /control/<verb>` with the verb's keywords as a JSON object calls the method of that name."""

    def __init__(self, stand_in: StandIn) -> None:
        self._stand_in = stand_in

    @property
    def _world(self) -> World:
        return self._stand_in.world

    def add_to(self, app: web.Application) -> None:
        app.router.add_post("/control/{verb}", self._handle)

    async def _handle(self, http: web.Request) -> web.Response:
        verb = getattr(self, http.match_info["verb"])
        answer = verb(**await http.json())
        if asyncio.iscoroutine(answer):
            answer = await answer
        return web.json_response(answer)

    async def start_over(self) -> None:
        await self.drop("close")
        self._stand_in.start_over()

    # The world

    def add_guild(self, name: str = "Lab", permissions: int = ALL_THAT_A_BOT_NEEDS) -> str:
        return str(self._world.add_guild(name, permissions).id)

    def add_channel(self, guild: str, **fields: Any) -> str:
        return str(self._world.add_channel(self._world.guilds[int(guild)], **fields).id)

    def add_channels(self, guild: str, channels: list[Json]) -> list[str]:
        return [self.add_channel(guild, **fields) for fields in channels]

    def remove_channel(self, channel: str) -> None:
        self._world.remove_channel(self._channel(channel))

    def deny(self, channel: str, bits: int) -> None:
        self._channel(channel).denied = bits

    def remove_bot(self, guild: str) -> None:
        self._world.remove_bot(self._world.guilds[int(guild)])

    def bring_bot_back(self, guild: str) -> None:
        self._world.bring_bot_back(self._world.guilds[int(guild)])

    def set_available(self, guild: str, available: bool) -> None:
        self._world.set_available(self._world.guilds[int(guild)], available)

    def archive(self, channel: str) -> None:
        self._world.archive(self._channel(channel))

    def say(self, channel: str, text: str) -> str:
        """Somebody writes in a channel; the message's id."""
        somebody = self._world.person("somebody")
        return str(self._world.add_message(self._channel(channel), {"content": text}, somebody)["id"])

    def open_thread(self, channel: str, message: str, name: str) -> str:
        return str(self._world.open_thread(int(channel), int(message), {"name": name}).id)

    def lock(self, channel: str) -> None:
        self._world.lock(self._channel(channel))

    def choose_system_channel(self, guild: str, channel: str) -> None:
        self._world.guilds[int(guild)].system_channel = int(channel)

    def change_type(self, channel: str, type: int) -> None:
        self._channel(channel).type = type

    def set_tags(self, channel: str, tags: list[Json]) -> None:
        self._channel(channel).tags = tags

    def time_out(self, guild: str, seconds: float) -> None:
        """A moderator puts the bot into a time-out there."""
        self._world.guilds[int(guild)].timed_out_until = time.time() + seconds

    def forget_nonces(self, after: float) -> None:
        self._world.nonce_memory = after

    def channels(self) -> list[Json]:
        """Every channel with its messages, oldest first; of deliveries under way nothing is missing."""
        return [
            payloads.channel(self._world, each)
            | {"messages": [each.messages[n] for n in sorted(each.messages)]}
            for each in self._world.channels.values()
        ]

    def messages(self, channel: str) -> list[Json]:
        messages = self._channel(channel).messages
        return [messages[each] for each in sorted(messages)]

    def describe(self, **fields: Any) -> None:
        """Say this of the application."""
        self._world.application = fields

    def leave_sessions(self, count: int) -> None:
        """So many may still begin today."""
        self._world.sessions_left = count

    def register(self, commands: list[Json]) -> None:
        """As if the bot had given these commands."""
        self._stand_in.rest.call("PUT", f"/applications/{self._world.application_id}/commands", commands, {})

    def own_id(self) -> str:
        return str(self._world.bot["id"])

    def commands(self) -> list[Json]:
        return self._world.commands.get(None, [])

    # The weather

    def weather(self, **fields: Any) -> None:
        self._stand_in.weather = Weather(**fields)

    def plan(
        self, path: str, failure: Json, method: str = "*", times: int = 1, for_seconds: float | None = None
    ) -> None:
        """The next `times` requests there fail, or with `for_seconds` all until then."""
        until, times = (
            (float("inf"), times) if for_seconds is None else (time.monotonic() + for_seconds, 1 << 60)
        )
        planned = Planned(Failure(**failure), method, re.compile(path), times, until)
        self._stand_in.weather.planned.append(planned)

    def limit(self, **fields: Any) -> None:
        self._stand_in.limits = RateLimits(**fields)

    def kill(self, **fields: Any) -> None:
        self._stand_in.kill = Kill(**fields)

    def spare(self) -> None:
        self._stand_in.kill = None

    # The gateway

    async def drop(self, how: str) -> int:
        return await self._stand_in.gateway.drop(how)

    def gateway(self, **fields: Any) -> Json:
        for name, value in fields.items():
            setattr(self._stand_in.gateway, name, value)
        connected = len(self._stand_in.gateway.connected)
        return self._stand_in.gateway.counts | {
            "connected": connected,
            "invalid_identifies": self._stand_in.gateway.invalid_identifies,
        }

    def garble(self, text: str) -> int:
        """Send every connection this text as if it were an event."""
        return self._stand_in.gateway.garble(text)

    def dispatch(self, event: str, data: Json) -> None:
        """Send every session an event, with whatever data."""
        for session in self._stand_in.gateway.sessions.values():
            session.dispatch(event, data)

    # People

    def person(self, name: str) -> str:
        return str(self._world.person(name)["id"])

    def direct_channels(self, people: list[str], closed: bool = False) -> list[str]:
        """The direct messages with these people, opened where they were not."""
        known = {each["id"]: each for each in self._world.people()}
        channels = [self._world.direct_channel(known[each]) for each in people]
        for channel in channels:
            channel.closed = closed
        return [str(channel.id) for channel in channels]

    async def command(
        self,
        channel: str,
        name: str,
        options: Json,
        wait: float = 5,
        focused: str | None = None,
        person: str = "owner",
    ) -> Json:
        """Whoever `person` is: everybody has a cooldown of their own."""
        user = self._world.person(person)
        made = self._stand_in.interactions.command(
            self._channel(channel), name, options, user, focused=focused
        )
        return await self._answered(made.id, wait)

    async def click(
        self,
        channel: str,
        message: str,
        custom_id: str,
        wait: float = 5,
        person: str = "owner",
        permissions: int | None = None,
        planted: bool = False,
    ) -> Json:
        """Presses a button, or claims to. `planted` first puts the custom_id into the message's first button;
        without `permissions` the person has all."""
        where, user = self._channel(channel), self._world.person(person)
        pressed = where.messages[int(message)]
        if planted:
            next(part for part in walk(pressed["components"]) if part.get("custom_id"))["custom_id"] = (
                custom_id
            )
        made = self._stand_in.interactions.click(where, pressed, custom_id, user, permissions)
        return await self._answered(made.id, wait)

    async def rush(
        self, channel: str, commands: list[Json], over: float, wait: float, talkative: bool = False
    ) -> list[Json]:
        """So many commands, each by a person of their own, evenly within `over` seconds; what became of them
        `wait` seconds after the last at the latest."""

        def typed(number: int) -> Interaction:
            name, options = commands[number]["name"], commands[number].get("options") or {}
            person = self._world.person(f"reader {number}")
            return self._stand_in.interactions.command(self._channel(channel), name, options, person)

        made = await _evenly(len(commands), over, typed)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*(each.finished.wait() for each in made)), wait)
        return [
            {
                "acknowledged_ms": each.acknowledged_ms,
                "finished_ms": each.finished_ms,
                "kind": each.kind,
                "message": each.original if talkative else None,
            }
            for each in made
        ]

    async def rush_of_presses(
        self, channel: str, message: str, custom_id: str, people: list[str], over: float, wait: float
    ) -> Json:
        """A button is pressed by these people, one after the other, evenly within `over` seconds: how many
        it `took`, and after how many milliseconds each was `acknowledged`, None where it wasn't `wait`
        seconds after the last."""
        where = self._channel(channel)
        pressed = where.messages[int(message)]

        def press(number: int) -> Interaction:
            person = self._world.person(people[number])
            return self._stand_in.interactions.click(where, pressed, custom_id, person)

        began = time.monotonic()
        made = await _evenly(len(people), over, press)
        took = time.monotonic() - began
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*(each.acknowledged.wait() for each in made)), wait)
        return {"took": took, "acknowledged": [each.acknowledged_ms for each in made]}

    async def _answered(self, interaction_id: int, wait: float) -> Json:
        interaction = self._stand_in.interactions.get(interaction_id)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(interaction.finished.wait(), wait)
        return interaction.report()

    # What the bot did

    def report(self) -> Json:
        return self._stand_in.record.report() | {
            "weather": self._stand_in.weather.happened,
            "nonces_repeated": self._world.nonces_repeated,
        }

    def requests(self, path: str = "") -> list[Json]:
        return [dataclasses.asdict(each) for each in self._stand_in.record.requests if path in each.path]

    def forget_requests(self) -> None:
        """Start counting anew; what was found wrong stays."""
        self._stand_in.record.check()
        faults = self._stand_in.record.faults
        self._stand_in.record.__init__()  # type: ignore[misc]
        self._stand_in.record.faults = faults

    def _channel(self, channel: str) -> Channel:
        return self._world.channels[int(channel)]


async def _evenly(count: int, over: float, make: Callable[[int], Interaction]) -> list[Interaction]:
    loop = asyncio.get_running_loop()
    made, began = [], loop.time()
    for number in range(count):
        await asyncio.sleep(max(0.0, began + over * number / count - loop.time()))
        made.append(make(number))
    return made
