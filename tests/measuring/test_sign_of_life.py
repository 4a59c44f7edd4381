"""What other processes see of a running bot without a port: a file, and datagrams to systemd."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from bot.measuring.service_manager import ServiceManager
from bot.measuring.sign_of_life import SignOfLife, place_of_sign, read_sign
from tests.support.waiting import until_true

LONG = 20.0


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAPERBOY_DATA", str(tmp_path / "data"))
    return place_of_sign(tmp_path / "data", None)


def health(*options: str) -> Result:
    return CliRunner().invoke(cli, ["health", *options])


async def given(place: Path, reasons: dict[str, str]) -> asyncio.Task[None]:
    giving = asyncio.create_task(SignOfLife(place, lambda: reasons, every=0.01).give())

    async def is_there() -> bool:
        sign = read_sign(place)
        return sign is not None and sign.reasons == reasons

    await until_true(is_there, LONG)
    return giving


async def test_a_well_bot_is_well_until_it_stops(place: Path) -> None:
    giving = await given(place, {})
    said = health()
    assert (said.exit_code, said.stdout) == (0, "Paperboy is well.\n")
    giving.cancel()
    await asyncio.gather(giving, return_exceptions=True)
    said = health()
    assert said.exit_code == 1
    assert said.stderr.startswith("Paperboy isn't running: there is no ")
    assert list(place.parent.iterdir()) == []


async def test_one_that_lives_and_is_not_ready_says_why(place: Path) -> None:
    giving = await given(place, {"state": "The database is away."})
    assert (health().exit_code, health().stderr) == (1, "The database is away.\n")
    assert (health("--alive").exit_code, health("--alive").stdout) == (0, "Paperboy is alive.\n")
    assert '"alive": true, "ready": false' in health("--json").stdout
    giving.cancel()
    await asyncio.gather(giving, return_exceptions=True)


def test_one_that_was_killed_or_hangs_is_not_well(place: Path) -> None:
    place.parent.mkdir()
    place.write_text('{"reasons": {}}')
    past = time.time() - 60
    os.utime(place, (past, past))
    for options in ((), ("--alive",)):
        said = health(*options)
        assert said.exit_code == 1
        assert "has given no sign of life for 6" in said.stderr


@pytest.mark.parametrize("text", ["", "{", "[]", '{"reasons": 3}', "\0"])
def test_a_sign_that_cannot_be_read_is_none(place: Path, text: str) -> None:
    place.parent.mkdir()
    place.write_text(text)
    assert health().exit_code == 1


async def test_a_folder_that_cannot_be_written_to_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "data").touch()
    giving = asyncio.create_task(SignOfLife(tmp_path / "data" / "health.json", dict, every=0.01).give())

    async def is_said() -> bool:
        return bool(caplog.records)

    await until_true(is_said, LONG)
    await asyncio.sleep(0.1)
    giving.cancel()
    await asyncio.gather(giving, return_exceptions=True)
    assert len(caplog.records) == 1
    assert "so `paperboy health` can't see me: set PAPERBOY_DATA" in caplog.text


def test_processes_with_different_shards_have_signs_of_their_own(tmp_path: Path) -> None:
    places = {place_of_sign(tmp_path, shards) for shards in (None, [0], [1], [0, 1])}
    assert len(places) == 4


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no sockets of Unix here")
async def test_systemd_is_told_of_start_state_life_and_stop(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(LONG)
        environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "30000"}
        reasons = {"state": "The database\nis away."}
        telling = asyncio.create_task(ServiceManager(environment).keep_told(lambda: reasons))
        told = [(await asyncio.to_thread(systemd.recv, 4096)).decode() for _ in range(3)]
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
        while "STOPPING=1" not in (last := systemd.recv(4096).decode()):
            told.append(last)
    assert told[0] == "READY=1"
    assert set(told[1:]) == {"STATUS=The database is away.\nWATCHDOG=1"}


async def test_a_watchdog_of_another_process_is_not_told(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        environment = {
            "NOTIFY_SOCKET": str(tmp_path / "notify"),
            "WATCHDOG_USEC": "30000",
            "WATCHDOG_PID": "1",
        }
        telling = asyncio.create_task(ServiceManager(environment).keep_told(dict))
        told = [(await asyncio.to_thread(systemd.recv, 4096)).decode() for _ in range(2)]
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
    assert told == ["READY=1", "STATUS=Well."]


async def test_without_systemd_nobody_is_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await asyncio.wait_for(ServiceManager({}).keep_told(dict), LONG)
    assert not [record for record in caplog.records if record.name.startswith("bot.")]
