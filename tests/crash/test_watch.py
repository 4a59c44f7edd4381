"""How a real bot tells that it lost what it needs, and what it leaves behind when it stops."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.crash.bot_process import BotProcess
from tests.crash.conftest import NewBot
from tests.support.project import PROJECT
from tests.support.proxy import proxied
from tests.support.stand_in import StandIn, wait_until

LONG = 60.0
"""Seconds that a busy machine may take."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return 0, ""


def reasons(port: int) -> dict[str, str]:
    """Why it is not ready, by what was lost."""
    _, text = get(port, "/readyz")
    return dict(re.findall(r"^(\w+): (.+)$", text, re.MULTILINE))


def is_up(stand_in: StandIn) -> bool:
    return bool(stand_in.gateway()["connected"] and stand_in.commands())


def received(systemd: socket.socket) -> list[str]:
    """What has come since the last time."""
    found = []
    with contextlib.suppress(BlockingIOError):
        while True:
            found.append(systemd.recv(4096).decode())
    return found


def health(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PAPERBOY_DATA": str(folder), "PAPERBOY_SHARD_COUNT": "1"}
    return subprocess.run(
        [sys.executable, "-m", "bot", "health"],
        cwd=PROJECT,
        env=environment | {"PAPERBOY_SHARD_IDS": "0"},
        capture_output=True,
        text=True,
        timeout=LONG,
    )


def test_a_gateway_a_database_and_a_catalog_that_are_lost_are_told_within_15_s(
    stand_in: StandIn, new_bot: NewBot, postgres_url: str, tmp_path: Path, seed_catalog: Path
) -> None:
    """All at once, so that it takes no longer than one; `make bench ARGS=losses` does each alone."""
    operator, public = free_port(), free_port()
    place = tmp_path / "catalogs"
    place.mkdir()
    catalog = seed_catalog.rename(place / "catalog.db")
    with proxied(postgres_url) as (proxy, url):
        bot = new_bot(
            url,
            PAPERBOY_CATALOG=str(catalog),
            PAPERBOY_WEB=f"127.0.0.1:{public}",
            PAPERBOY_WEB_OPERATOR=f"127.0.0.1:{operator}",
        )
        bot.start()
        wait_until(lambda: get(operator, "/readyz") == (200, "yes\n"), LONG, "for the bot to be ready")
        assert get(public, "/readyz") == (200, "yes\n")
        assert get(public, "/metrics")[0] == 404
        assert 'paperboy_ready{check="gateway"} 1.0' in get(operator, "/metrics")[1]

        stand_in.gateway(acknowledges=False)
        proxy.hush_all()
        place.rename(tmp_path / "away")
        place.touch()
        wait_until(lambda: reasons(operator).keys() == {"gateway", "state", "catalog"}, LONG)
        why = reasons(operator)
        assert "shard 0 had no heartbeat acknowledged for" in why["gateway"]
        assert "No answer for 6 s" in why["state"] or "can't be written" in why["state"]
        assert "check that it is where it was" in why["catalog"]
        assert get(public, "/readyz") == (503, "no\n")
        assert get(public, "/healthz") == (200, "yes\n")

        stand_in.gateway(acknowledges=True)
        proxy.speak()
        place.unlink()
        (tmp_path / "away").rename(place)
        wait_until(lambda: get(operator, "/readyz") == (200, "yes\n"), LONG, "for all to be well again")
    assert "Traceback" not in bot.log
    assert stand_in.gateway()["identify"] == 1, "asking more often cost no session"


def test_a_bot_without_ports_is_seen_by_its_sign_of_life(
    stand_in: StandIn, new_bot: NewBot, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.setblocking(False)
        bot = new_bot(
            PAPERBOY_LOG_FORMAT="json", NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="30000000"
        )
        assert health(tmp_path).returncode == 1
        bot.start()
        wait_until(lambda: health(tmp_path).stdout == "Paperboy is well.\n", LONG)
        told = "\n".join(received(systemd))
        assert told.startswith("READY=1\nSTATUS=")
        assert "WATCHDOG=1" in told
        bot.stop()
        assert received(systemd)[-1].startswith("STOPPING=1")
    assert "Paperboy isn't running" in health(tmp_path).stderr
    lines = [json.loads(line) for line in bot.log.splitlines()]
    assert {"time", "level", "logger", "message"} <= lines[0].keys()
    assert lines[-1]["message"] == "Stopped."


def test_a_port_that_is_taken_is_one_sentence_and_not_the_end(stand_in: StandIn, new_bot: NewBot) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        bot = new_bot(PAPERBOY_WEB_OPERATOR=f"127.0.0.1:{port}")
        bot.start()
        wait_until(lambda: is_up(stand_in), LONG, "for the bot to connect")
    (said,) = [line for line in bot.log.splitlines() if " ERROR " in line]
    assert f"127.0.0.1:{port} is taken by another program: set PAPERBOY_WEB_OPERATOR" in said
    assert bot.running


def test_one_address_for_both_is_said_and_serves_the_public(stand_in: StandIn, new_bot: NewBot) -> None:
    port = free_port()
    bot = new_bot(PAPERBOY_WEB=f"127.0.0.1:{port}", PAPERBOY_WEB_OPERATOR=f"127.0.0.1:{port}")
    bot.start()
    wait_until(lambda: get(port, "/healthz") == (200, "yes\n"), LONG)
    assert get(port, "/metrics")[0] == 404
    assert "PAPERBOY_WEB and PAPERBOY_WEB_OPERATOR are both" in bot.log


@pytest.mark.parametrize("signum", ["SIGTERM", "SIGINT"])
def test_it_starts_and_stops_where_an_event_loop_takes_no_signals(
    stand_in: StandIn, tmp_path: Path, seed_catalog: Path, state_url: str, signum: str
) -> None:
    bot = BotProcess(
        tmp_path,
        stand_in,
        catalog=seed_catalog,
        database_url=state_url,
        module="tests.crash.signal_less",
    )
    bot.start()
    try:
        wait_until(lambda: is_up(stand_in), LONG, "for the bot to connect")
        assert bot.stop(signum) == 0
    finally:
        if bot.running:
            bot.kill()
    assert bot.log.endswith("Stopped.\n")
    assert "Traceback" not in bot.log
