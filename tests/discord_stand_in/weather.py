"""What goes wrong: rate limits as Discord has them, and failures on request, by chance or planned."""

from __future__ import annotations

import random
import re
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TRAFFIC = r"/(channels|interactions|webhooks|guilds|users/@me/channels)\b.*"
"""Where failures by chance happen unless told otherwise: everything after the login."""


@dataclass(frozen=True)
class Failure:
    """`kind` is 429, cloudflare (a 429 without Via), 500, 502, 503, reset, slow, error or html.

    With `late` the request was carried out and only its answer is lost. `seconds` is the Retry-After of a
    429 and the delay of a slow answer; a 429 that is `everywhere` is global. An error is Discord's own answer
    with that status, code and message, html a page with that status of something on the way.
    """

    kind: str
    late: bool = False
    seconds: float = 0.2
    everywhere: bool = False
    status: int = 400
    code: int = 0
    message: str = "stand-in weather"


@dataclass
class Planned:
    failure: Failure
    method: str
    path: re.Pattern[str]
    times: int
    until: float = float("inf")
    """On the monotonic clock: then it has passed, however often it happened."""


@dataclass
class Weather:
    """`rates` gives the share of requests that meets each kind of failure; half of them are late."""

    seed: int = 0
    rates: Mapping[str, float] = field(default_factory=dict)
    where: str = TRAFFIC
    seconds: float = 0.2
    planned: list[Planned] = field(default_factory=list)
    happened: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def strike(self, method: str, path: str) -> Failure | None:
        failure = self._plan(method, path) or self._chance(path)
        if failure is not None:
            self.happened[failure.kind] = self.happened.get(failure.kind, 0) + 1
        return failure

    def _plan(self, method: str, path: str) -> Failure | None:
        self.planned = [each for each in self.planned if time.monotonic() < each.until]
        for planned in self.planned:
            if planned.method in (method, "*") and planned.path.fullmatch(path):
                planned.times -= 1
                if planned.times <= 0:
                    self.planned.remove(planned)
                return planned.failure
        return None

    def _chance(self, path: str) -> Failure | None:
        if not self.rates or not re.fullmatch(self.where, path):
            return None
        drawn, late = self._random.random(), self._random.random() < 0.5
        for kind, rate in self.rates.items():
            drawn -= rate
            if drawn < 0:
                return Failure(kind, late and kind not in ("429", "cloudflare"), self.seconds)
        return None


class RateLimits:
    """The global limit over any one second, five messages per channel in five seconds, and so many published
    in a channel in an hour, of which some were before."""

    def __init__(
        self,
        per_second: int = 0,
        buckets: bool = False,
        bucket_seconds: float = 5.0,
        published: int = 0,
        published_seconds: float = 3600.0,
        published_before: int = 0,
    ) -> None:
        self.per_second, self.buckets, self.bucket_seconds = per_second, buckets, bucket_seconds
        self.published, self.published_seconds = published, published_seconds
        self._published_before = [time.monotonic()] * published_before
        self._published: dict[str, deque[float]] = {}
        self._recent: deque[float] = deque()
        self._used: dict[tuple[str, ...], tuple[float, int]] = {}

    def global_wait(self, at: float) -> float:
        """Seconds until the bot may ask again, from the arrival `at` on; 0 when it might then."""
        while self._recent and at - self._recent[0] >= 1:
            self._recent.popleft()
        if self.per_second and len(self._recent) >= self.per_second:
            return 1 - (at - self._recent[0])
        self._recent.append(at)
        return 0

    def publishing_wait(self, channel: str) -> float:
        """Seconds until the channel may publish again; 0 when it may now, which then counts."""
        now = time.monotonic()
        recent = self._published.setdefault(channel, deque(self._published_before))
        while recent and now - recent[0] >= self.published_seconds:
            recent.popleft()
        if self.published and len(recent) >= self.published:
            return self.published_seconds - (now - recent[0])
        recent.append(now)
        return 0.0

    def take(self, bucket: tuple[str, ...]) -> dict[str, str]:
        """The headers of an answer in this bucket. `X-RateLimit-Remaining: -1` stands for a refusal."""
        now = time.monotonic()
        until, used = self._used.get(bucket, (0.0, 0))
        if now >= until:
            until, used = now + self.bucket_seconds, 0
        self._used[bucket] = (until, used + 1)
        return {
            "X-RateLimit-Limit": "5",
            "X-RateLimit-Remaining": str(5 - used - 1),
            "X-RateLimit-Reset": f"{time.time() + until - now:.3f}",
            "X-RateLimit-Reset-After": f"{until - now:.3f}",
            "X-RateLimit-Bucket": f"{abs(hash(bucket[:2])):x}"[:16],
        }


def too_many(seconds: float, *, everywhere: bool = False) -> tuple[dict[str, Any], dict[str, str]]:
    """Body and headers of a 429."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere}
    headers = {
        "Via": "1.1 google",
        "Retry-After": str(max(1, round(seconds))),
        "X-RateLimit-Scope": "global" if everywhere else "user",
    }
    if everywhere:
        headers["X-RateLimit-Global"] = "true"
    else:
        reset = {
            "X-RateLimit-Reset-After": f"{seconds:.3f}",
            "X-RateLimit-Reset": f"{time.time() + seconds:.3f}",
        }
        headers |= {"X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "0", **reset}
    return body, headers
