"""What must not be lost while the state store is away."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.delivery.outage import Outage


async def test_a_write_is_repeated_until_the_store_takes_it_and_the_log_says_so_once(caplog):
    caplog.set_level(logging.INFO)
    answers: list[Exception | str] = [ConnectionRefusedError("no one there"), TimeoutError(), "written"]

    async def write() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert await Outage(settle=0.0).insist(write) == "written"
    await asyncio.sleep(0.01)
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert "Daily papers wait: the state store cannot be used (no one there)." in caplog.text


async def test_an_outage_amid_many_works_is_said_once_however_their_ends_interleave(caplog):
    caplog.set_level(logging.INFO)
    outage = Outage(settle=0.5)
    for _ in range(5):
        outage.begins(ConnectionRefusedError("no one there"))
        outage.ends()
        outage.ends()
        await asyncio.sleep(0.01)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    await asyncio.sleep(0.7)
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    outage.begins(TimeoutError())
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO", "ERROR"]


async def test_a_mistake_of_our_own_is_not_repeated():
    async def write() -> None:
        raise KeyError("a column")

    with pytest.raises(KeyError):
        await Outage().insist(write)
