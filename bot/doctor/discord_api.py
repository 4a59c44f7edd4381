"""Discord's REST API as the checks ask it: with its answers' dates, and none of a bot's patience."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Self

import aiohttp

from bot.clock import Clock
from bot.errors import OperatorError
from bot.settings import Settings
from bot.sources.web import user_agent

_API = "https://discord.com/api/v10"
_AT_ONCE = 8
_TRIES = 4
_TIMEOUT = 15.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    json: Any
    """None where it was none."""

    @property
    def is_well(self) -> bool:
        """Whether it is what was asked for."""
        return self.status == 200 and self.json is not None


class Unreachable(OperatorError):
    """Discord, or whatever PAPERBOY_DISCORD_API names, gives no answer."""


class DiscordApi:
    """`token` is empty where none is set."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._base = (settings.discord_api or _API).rstrip("/")
        self.is_discords_own = settings.discord_api is None
        self.token = settings.token.get_secret_value().strip() if settings.token else ""
        self._agent = f"DiscordBot ({settings.homepage or 'https://discord.com'}, {user_agent(None)})"
        self._clock = clock
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT))
        self._me: asyncio.Task[Answer] | None = None
        self.skew: timedelta | None = None
        """By how much this host's clock is ahead of Discord's, as the last answer dated itself."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._me is not None:
            self._me.cancel()
            await asyncio.gather(self._me, return_exceptions=True)
        await self._session.close()

    async def me(self) -> Answer:
        """The bot's own user, asked for once."""
        if self._me is None:
            self._me = asyncio.create_task(self.get("/users/@me"))
        return await asyncio.shield(self._me)

    async def own_id(self) -> int | None:
        """The bot's; None where the token isn't taken, or Discord can't be reached."""
        if not self.token:
            return None
        try:
            answer = await self.me()
        except Unreachable:
            return None
        return int(answer.json["id"]) if answer.is_well else None

    async def get(self, path: str, *, anonymous: bool = False) -> Answer:
        """The answer; what Discord asks to wait for is waited for. Unreachable where there is none."""
        headers = {"User-Agent": self._agent}
        if not anonymous:
            headers["Authorization"] = f"Bot {self.token}"
        answer = Answer(0, None)
        for _ in range(_TRIES):
            async with self._room:
                answer, wait = await self._once(path, headers)
            if answer.status != 429 and answer.status < 500:
                return answer
            await asyncio.sleep(wait)
        raise Unreachable(f"Discord answers {answer.status} again and again: try again later.")

    async def _once(self, path: str, headers: dict[str, str]) -> tuple[Answer, float]:
        before = self._clock()
        try:
            async with self._session.get(f"{self._base}{path}", headers=headers) as response:
                body: Any = None
                if "json" in response.headers.get("Content-Type", ""):
                    body = await response.json()
                self._note_date(response.headers.get("Date"), before)
                return Answer(response.status, body), _wait(response)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            what = "Discord" if self.is_discords_own else "PAPERBOY_DISCORD_API"
            why = " ".join(str(error).split())[:200] or type(error).__name__
            raise Unreachable(f"{what} can't be reached ({why}): check this host's network.") from error

    def _note_date(self, date: str | None, before: datetime) -> None:
        if date is None:
            return
        try:
            there = parsedate_to_datetime(date)
        except ValueError:
            return
        # The header has whole seconds, cut off.
        here = before + (self._clock() - before) / 2
        self.skew = here - (there + timedelta(seconds=0.5))


def _wait(response: aiohttp.ClientResponse) -> float:
    try:
        return min(10.0, float(response.headers.get("Retry-After", "1")))
    except ValueError:
        return 1.0
