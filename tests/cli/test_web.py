"""`paperboy web`, and the pages beside the bot."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli
from bot.errors import SettingsError
from tests.crash.bot_process import BotProcess
from tests.support.project import PROJECT
from tests.support.stand_in import wait_until


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


@pytest.fixture
def catalog(built_seed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(built_seed, tmp_path / "catalog.db"))


def page(port: int, path: str = "/") -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def test_it_serves_the_pages_without_discord_until_it_is_stopped(free_port, catalog, tmp_path):
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "PAPERBOY_CATALOG": str(catalog),
        "PAPERBOY_DATA": str(tmp_path),
        "PAPERBOY_WEB": f"127.0.0.1:{free_port}",
    }
    command = [sys.executable, "-m", "bot", "web"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    ) as served:
        try:
            assert "Daily Papers of" in wait_until(lambda: page(free_port), 60)
            assert "multi agent debate" in page(free_port, "/?q=multi+agnet+debate")
            served.send_signal(signal.SIGTERM)
            assert served.wait(30) == 0
            log = served.stderr.read()
            assert f"Pages are at http://127.0.0.1:{free_port}." in log
            assert "Stopped." in log
        finally:
            served.kill()


def test_what_the_operator_removed_is_on_no_page_of_another_catalog(free_port, catalog, tmp_path):
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "PAPERBOY_DATA": str(tmp_path),
        "PAPERBOY_WEB": f"127.0.0.1:{free_port}",
    }
    other = {**environment, "PAPERBOY_CATALOG": shutil.copy(catalog, tmp_path / "other.db")}
    here = {**environment, "PAPERBOY_CATALOG": str(catalog)}
    remove = [sys.executable, "-m", "bot", "remove", "2411.13543"]
    subprocess.run(remove, cwd=tmp_path, env=other, input="y\n", text=True, check=True)
    with subprocess.Popen([sys.executable, "-m", "bot", "web"], cwd=tmp_path, env=here) as served:
        try:
            assert wait_until(lambda: page(free_port), 60)
            wait_until(lambda: not page(free_port, "/paper/2411.13543"), 20)
            assert "Encouraging" in page(free_port, "/paper/2305.19118")
        finally:
            served.terminate()


def sentence(monkeypatch, tmp_path, catalog, address: str) -> str:
    monkeypatch.setenv("PAPERBOY_DATA", str(tmp_path))
    monkeypatch.setenv("PAPERBOY_CATALOG", str(catalog))
    monkeypatch.setenv("PAPERBOY_WEB", address)
    failed = CliRunner().invoke(cli, ["web"])
    assert isinstance(failed.exception, SettingsError), failed.exception
    return str(failed.exception)


def test_without_an_address_it_says_which_setting_it_needs(monkeypatch, tmp_path, catalog):
    said = sentence(monkeypatch, tmp_path, catalog, "")
    assert said.startswith("PAPERBOY_WEB is not set. Set it to where the pages shall be served")


def test_a_taken_port_is_one_sentence(monkeypatch, tmp_path, catalog):
    with socket.create_server(("127.0.0.1", 0)) as held:
        address = f"127.0.0.1:{held.getsockname()[1]}"
        said = sentence(monkeypatch, tmp_path, catalog, address)
    assert said == f"{address} is taken by another program: set PAPERBOY_WEB to another port."


def test_a_proxy_that_is_no_address_is_one_sentence(monkeypatch, tmp_path, catalog):
    monkeypatch.setenv("PAPERBOY_WEB_PROXIES", "127.0.0.1, my-proxy")
    said = sentence(monkeypatch, tmp_path, catalog, "127.0.0.1:0")
    assert said == (
        "The setting PAPERBOY_WEB_PROXIES is wrong: they're addresses such as 127.0.0.1 or 10.0.0.0/8."
    )


def test_beside_the_bot_the_pages_come_and_go_with_it(stand_in, free_port, catalog, tmp_path):
    bot = BotProcess(
        tmp_path,
        stand_in,
        catalog=catalog,
        database_url=f"sqlite:///{tmp_path / 'state.db'}",
        PAPERBOY_WEB=f"127.0.0.1:{free_port}",
    )
    bot.start()
    try:
        assert "Daily Papers of" in wait_until(lambda: page(free_port), 60)
        wait_until(lambda: stand_in.gateway()["connected"], 60)
        assert bot.stop() == 0
        assert page(free_port) == ""
    finally:
        bot.kill()


def test_a_taken_port_is_not_the_end_of_the_bot(stand_in, catalog, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as held:
        address = f"127.0.0.1:{held.getsockname()[1]}"
        bot = BotProcess(
            tmp_path,
            stand_in,
            catalog=catalog,
            database_url=f"sqlite:///{tmp_path / 'state.db'}",
            PAPERBOY_WEB=address,
        )
        bot.start()
        try:
            wait_until(lambda: stand_in.gateway()["connected"], 60)
            assert f"{address} is taken by another program: set PAPERBOY_WEB to another port." in bot.log
            assert bot.stop() == 0
        finally:
            bot.kill()
