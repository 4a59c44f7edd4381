"""Every request that the bot made: how many in a second, how many invalid, and what Discord would refuse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.support.openapi import faults_of

INVALID = (401, 403, 429)


@dataclass
class Request:
    method: str
    path: str
    params: dict[str, Any]
    json: Any
    at: float
    """When it arrived, in seconds since 1970."""
    status: int = 0
    """0 while under way, or when the connection was reset."""
    counts: bool = True
    """Whether the global limit counts it: answers to interactions are exempt."""


class Record:
    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.faults: list[str] = []
        self._checked = 0

    def add(self, request: Request) -> None:
        self.requests.append(request)

    def fault(self, sentence: str) -> None:
        self.faults.append(sentence)

    def check(self) -> list[str]:
        """Every fault so far. Checking waits until somebody asks, so that it slows no measurement."""
        for request in self.requests[self._checked :]:
            found = faults_of(request.method, request.path, request.json, request.params)
            self.faults += [f"{request.method} {request.path}: {fault}" for fault in found]
        self._checked = len(self.requests)
        return self.faults

    def report(self) -> dict[str, Any]:
        statuses: dict[str, int] = {}
        for request in self.requests:
            statuses[str(request.status)] = statuses.get(str(request.status), 0) + 1
        counted = [request.at for request in self.requests if request.counts]
        invalid = [request.at for request in self.requests if request.status in INVALID]
        return {
            "requests": len(self.requests),
            "statuses": statuses,
            "most_in_a_second": most_within(counted, 1.0),
            "most_invalid_in_ten_minutes": most_within(invalid, 600.0),
            "faults": self.check(),
        }


def most_within(instants: Iterable[float], seconds: float) -> int:
    """The largest number of instants that fall into any window of this length."""
    times = sorted(instants)
    most, first = 0, 0
    for last, at in enumerate(times):
        while at - times[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
