"""What must not be lost while the state store is away."""

from __future__ import annotations

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

    assert await Outage().insist(write) == "written"
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert "Daily papers wait: the state store cannot be used (no one there)." in caplog.text


async def test_a_mistake_of_our_own_is_not_repeated():
    async def write() -> None:
        raise KeyError("a column")

    with pytest.raises(KeyError):
        await Outage().insist(write)
