"""Asking a server on the net politely, and trusting nothing that it answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
import tenacity
from aiolimiter import AsyncLimiter

from bot import __version__
from bot.errors import SourceError

log = logging.getLogger(__name__)

_AGAIN = frozenset({406, 408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same request may succeed; 406 is one of arXiv's ways to be busy."""
_CHUNK = 65_536


class _Passing(Exception):
    """A failure that may pass; `wait` is what the server asks for, in seconds."""

    def __init__(self, reason: str, wait: float = 0) -> None:
        self.wait = wait
        super().__init__(reason)


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
        Raises SourceError with the reason when the server keeps failing or its answer can't be used.
        """
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
            return await retrying(self._once, path, query, types)
        except _Passing as error:
            tries = f" (tried {attempts} times)" if attempts > 1 else ""
            raise SourceError(f"{self.name} {error}{tries}.") from error

    async def _once(self, path: str, query: Mapping[str, str], types: Collection[str]) -> bytes | None:
        async with self._limiter:
            try:
                async with (
                    asyncio.timeout(self._timeout),
                    self._open().get(self._endpoint + path, params=query) as response,
                ):
                    if response.status == 404:
                        return None
                    self._check_status(response)
                    self._check_type(response, types)
                    return await self._body(response)
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
                raise SourceError(
                    f"{self.name} answered {response.status} and asks to be left alone for {wait:.0f} s."
                )
            log.info("%s answered %s to %s", self.name, response.status, response.url.path)
            raise _Passing(f"answered {response.status}", wait)
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
