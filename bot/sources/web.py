"""Asking a server on the net politely, and trusting nothing that it answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
import tenacity
from aiolimiter import AsyncLimiter

from bot import __version__
from bot.errors import SourceBusy, SourceError

log = logging.getLogger(__name__)

_AGAIN = frozenset({406, 408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same request may succeed; 406 is one of arXiv's ways to be busy."""
_TOO_MANY = 429
_CHUNK = 65_536


class _Passing(Exception):
    """A failure that may pass; `wait` is what the server asks for, in seconds."""

    def __init__(self, reason: str, wait: float = 0, *, is_busy: bool = False) -> None:
        self.wait = wait
        self.is_busy = is_busy
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class _Request:
    """`usable` are the statuses beside 200 whose answers are good for something."""

    method: str
    path: str
    query: Mapping[str, str]
    types: Collection[str]
    usable: Collection[int]
    sent: object = None


class Web:
    """Requests to one server: at its pace, tried again with backoff and jitter, within limits.

    `pace` is (requests, seconds); `timeout` and the pauses are in seconds, `largest` in bytes. A server that
    asks to wait longer than `longest_pause` is taken to have failed. `homepage` tells the server who asks.
    """

    def __init__(
        self,
        name: str,
        endpoint: str,
        *,
        pace: tuple[float, float],
        headers: Mapping[str, str] | None = None,
        homepage: str | None = None,
        attempts: int = 5,
        timeout: float = 30,
        first_pause: float = 1,
        longest_pause: float = 120,
        largest: int = 32 * 2**20,
    ) -> None:
        self.name = name
        self._endpoint = endpoint.rstrip("/")
        self._limiter = AsyncLimiter(*pace)
        self._headers = {"User-Agent": user_agent(homepage), **(headers or {})}
        self._attempts = attempts
        self._timeout = timeout
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._largest = largest
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(
        self, path: str, query: Mapping[str, str], types: Collection[str], *, attempts: int | None = None
    ) -> bytes | None:
        """The body of the answer, which is of one of the media `types`; None where there is no such page.

        `attempts` are fewer than usual where a person waits for the answer.
        Raises SourceError with the reason when the server keeps failing or its answer can't be used,
        SourceBusy where it wants fewer requests.
        """
        status, body = await self._answered(_Request("GET", path, query, types, (404,)), attempts)
        return None if status == 404 else body

    async def post(
        self,
        path: str,
        query: Mapping[str, str],
        sent: object,
        types: Collection[str],
        *,
        usable: Collection[int] = (),
    ) -> tuple[int, bytes]:
        """What `sent`, as JSON, is answered with: 200 or one of the statuses `usable`, and the body.

        No redirect is followed: it would take our headers, and what was sent, to somebody else. Raises as
        `get` does.
        """
        return await self._answered(_Request("POST", path, query, types, usable, sent))

    async def _answered(self, request: _Request, attempts: int | None = None) -> tuple[int, bytes]:
        attempts = min(attempts or self._attempts, self._attempts)
        backoff = tenacity.wait_exponential_jitter(
            multiplier=self._first_pause, max=60, jitter=self._first_pause
        )
        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(_Passing),
            stop=tenacity.stop_after_attempt(attempts),
            wait=lambda state: max(backoff(state), _asked_for(state)),
            reraise=True,
        )
        try:
            return await retrying(self._once, request)
        except _Passing as error:
            tries = f" (tried {attempts} times)" if attempts > 1 else ""
            said = f"{self.name} {error}{tries}."
            raise (SourceBusy(said, error.wait) if error.is_busy else SourceError(said)) from error

    async def _once(self, request: _Request) -> tuple[int, bytes]:
        async with self._limiter:
            try:
                async with (
                    asyncio.timeout(self._timeout),
                    self._open().request(
                        request.method,
                        self._endpoint + request.path,
                        params=request.query,
                        json=request.sent,
                        allow_redirects=request.method == "GET",
                    ) as response,
                ):
                    if response.status not in request.usable:
                        self._check_status(response)
                        self._check_type(response, request.types)
                    # What a page that isn't there says is for people.
                    body = b"" if response.status == 404 else await self._body(response)
                    return response.status, body
            except TimeoutError as error:
                raise _Passing(f"did not answer within {self._timeout:g} s") from error
            except aiohttp.ClientPayloadError as error:
                raise _Passing("broke off in the middle of its answer") from error
            except (aiohttp.ClientError, OSError) as error:
                raise _Passing(f"cannot be reached ({type(error).__name__})") from error

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(headers=self._headers)
        return self._session

    def _check_status(self, response: aiohttp.ClientResponse) -> None:
        if response.status in _AGAIN:
            wait = _retry_after(response.headers.get("Retry-After"))
            if wait > self._longest_pause:
                said = f"{self.name} answered {response.status} and asks to be left alone for {wait:.0f} s."
                raise SourceBusy(said, wait)
            log.info("%s answered %s to %s", self.name, response.status, response.url.path)
            is_busy = response.status == _TOO_MANY or wait > 0
            raise _Passing(f"answered {response.status}", wait, is_busy=is_busy)
        if response.status != 200:
            raise SourceError(f"{self.name} answered {response.status} to {response.url.path}.")

    def _check_type(self, response: aiohttp.ClientResponse, types: Collection[str]) -> None:
        if response.content_type not in types:
            raise SourceError(
                f"{self.name} answered with {response.content_type} where {' or '.join(sorted(types))} "
                "was expected."
            )

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            body += chunk
            if len(body) > self._largest:
                raise SourceError(f"{self.name}'s answer is larger than {self._largest / 2**20:g} MiB.")
        return bytes(body)


def user_agent(homepage: str | None) -> str:
    """How Paperboy calls itself, with the operator's `homepage`, so that a source knows whom to ask."""
    return f"Paperboy/{__version__} (+{homepage})" if homepage else f"Paperboy/{__version__}"


def _asked_for(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return error.wait if isinstance(error, _Passing) else 0


def _retry_after(header: str | None) -> float:
    """Seconds; the header holds those or a date."""
    if not header:
        return 0
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return 0
    if until.tzinfo is None:  # a date with the zone -0000
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
