"""Checks are looked at in the background, and each says for itself why not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.measuring.readiness import Check, Pace, Readiness
from tests.support.waiting import until_true

SOON = Pace(every=0.01, limit=0.1)
LONG = 20.0


class Thing:
    """What a check looks at."""

    def __init__(self) -> None:
        self.why: str | None = None
        self.answers = asyncio.Event()
        self.answers.set()
        self.looks = 0

    async def check(self) -> str | None:
        self.looks += 1
        await self.answers.wait()
        if self.why == "bug":
            raise RuntimeError("two\nlines")
        return self.why


@asynccontextmanager
async def watched(checks: Mapping[str, Check], pace: Pace = SOON) -> AsyncIterator[Readiness]:
    readiness = Readiness(checks, pace)
    watching = asyncio.create_task(readiness.watch())
    try:
        yield readiness
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def become(readiness: Readiness, reasons: dict[str, str]) -> None:
    async def ask() -> bool:
        return readiness.reasons == reasons

    await until_true(ask, LONG)


async def test_it_is_not_ready_before_it_has_looked() -> None:
    readiness = Readiness({"state": Thing().check})
    assert not readiness.is_ready
    assert readiness.reasons == {"state": "It hasn't been looked at yet."}


async def test_each_thing_that_is_lost_is_named_until_it_is_back(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    state, catalog = Thing(), Thing()
    async with watched({"state": state.check, "catalog": catalog.check}) as readiness:
        await become(readiness, {})
        assert readiness.states == {"state": True, "catalog": True}
        state.why = "The database is away."
        await become(readiness, {"state": "The database is away."})
        catalog.why = "The catalog is gone."
        await become(readiness, {"state": "The database is away.", "catalog": "The catalog is gone."})
        state.why = catalog.why = None
        await become(readiness, {})
    said = [record.getMessage() for record in caplog.records]
    assert said.count("Not ready: state. The database is away.") == 1
    assert said.count("Ready again: state.") == 1


async def test_what_was_never_well_is_lost_only_after_the_beginning(caplog: pytest.LogCaptureFixture) -> None:
    thing = Thing()
    thing.why = "Not connected yet."
    async with watched({"gateway": thing.check}) as readiness:
        await become(readiness, {"gateway": "Not connected yet."})
    assert caplog.records == []
    async with watched({"gateway": thing.check}, replace(SOON, beginning=0.05)) as readiness:

        async def is_said() -> bool:
            return bool(caplog.records)

        await until_true(is_said, LONG)
        looks = thing.looks

        async def goes_on() -> bool:
            return thing.looks > looks + 5

        await until_true(goes_on, LONG)
    assert [each.getMessage() for each in caplog.records] == ["Not ready: gateway. Not connected yet."]


async def test_a_check_without_an_answer_counts_as_lost_and_is_not_begun_twice() -> None:
    silent, well = Thing(), Thing()
    async with watched({"state": silent.check, "catalog": well.check}) as readiness:
        await become(readiness, {})
        silent.answers.clear()
        await become(readiness, {"state": "No answer for 0 s."})
        looks, others = silent.looks, well.looks

        async def goes_on() -> bool:
            return well.looks > others + 5

        await until_true(goes_on, LONG)
        assert silent.looks == looks
        silent.answers.set()
        await become(readiness, {})


async def test_a_bug_in_a_check_is_a_reason_in_one_line() -> None:
    thing = Thing()
    thing.why = "bug"
    async with watched({"state": thing.check}) as readiness:
        await become(readiness, {"state": "two lines"})
