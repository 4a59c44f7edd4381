"""`paperboy web`, and the pages beside the bot."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from bot.cli import cli
from bot.clock import system_clock
from bot.errors import SettingsError
from bot.mail.mail_keys import MailKeys, hash_of
from bot.mail.mail_service import subscriptions_of
from bot.readers.mailing import MailPlan
from bot.settings import Settings
from bot.state.presence import Presence, StateInUse
from bot.state.store import Store
from bot.state.subscriptions import Wish
from tests.crash.bot_process import BotProcess
from tests.support.project import PROJECT
from tests.support.stand_in import wait_until

_SECRET = "a key that is long enough for anybody, and no other's"


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


@pytest.fixture
def catalog(built_seed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(built_seed, tmp_path / "catalog.db"))


def answer(port: int, path: str, data: bytes | None = None) -> tuple[int, str]:
    """Its status, and what is there; with `data` it is posted."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", data, timeout=20) as answered:
            return answered.status, answered.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def page(port: int, path: str = "/") -> str:
    """What is there, and nothing where that is an error."""
    status, text = answer(port, path)
    return text if status == 200 else ""


@contextmanager
def served(tmp_path: Path, catalog: Path, port: int, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """`paperboy web`, and at the end its log is in `log.txt`."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "PAPERBOY_CATALOG": str(catalog),
        "PAPERBOY_DATA": str(tmp_path),
        "PAPERBOY_WEB": f"127.0.0.1:{port}",
        **settings,
    }
    command = [sys.executable, "-m", "bot", "web"]
    with (
        (tmp_path / "log.txt").open("w") as log,
        subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=log, text=True) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


async def test_while_the_state_is_restored_it_does_not_begin(free_port, catalog, tmp_path):
    restoring = Presence(f"sqlite:///{tmp_path / 'state.db'}")
    await restoring.begin_alone()
    try:
        with served(tmp_path, catalog, free_port) as process:
            assert await asyncio.to_thread(process.wait, 60) == 1
    finally:
        await restoring.end()
    assert "The state is just being restored" in (tmp_path / "log.txt").read_text()


def test_it_serves_the_pages_without_discord_until_it_is_stopped(free_port, catalog, tmp_path):
    with served(tmp_path, catalog, free_port) as process:
        assert "Daily Papers of" in wait_until(lambda: page(free_port), 60)
        assert "multi agent debate" in page(free_port, "/?q=multi+agnet+debate")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    log = (tmp_path / "log.txt").read_text()
    assert f"Pages are at http://127.0.0.1:{free_port}." in log
    assert "Stopped." in log


def test_its_operator_learns_why_it_is_not_ready_and_what_it_measures(free_port, catalog, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as held:
        operator = int(held.getsockname()[1])
    folder = tmp_path / "papers"
    folder.mkdir()
    catalog = catalog.rename(folder / catalog.name)
    with served(tmp_path, catalog, free_port, PAPERBOY_WEB_OPERATOR=f"127.0.0.1:{operator}"):
        wait_until(lambda: page(operator, "/readyz") == "yes\n", 60)
        assert page(free_port, "/metrics") == ""
        assert page(free_port, "/?q=debate")
        figures = page(operator, "/metrics")
        assert 'paperboy_ready{check="catalog"} 1.0' in figures
        assert 'shards="none"' in figures
        assert "paperboy_catalog_papers 69.0" in figures
        assert 'paperboy_search_seconds_count{kind="other"}' in figures
        assert "deliveries" not in figures, "it delivers nothing"
        away = folder.rename(tmp_path / "away")
        folder.touch()
        try:
            wait_until(lambda: answer(operator, "/readyz")[0] == 503, 30)
            assert answer(operator, "/readyz")[1].startswith(f"no\ncatalog: The catalog {catalog} ")
            assert answer(free_port, "/readyz") == (503, "no\n")
        finally:
            folder.unlink()
            away.rename(folder)


def test_links_in_mails_work_where_it_alone_serves_the_public_address(free_port, catalog, tmp_path):
    confirm, off = asyncio.run(_asked_for_mails(tmp_path))
    public = {"PAPERBOY_SECRET": _SECRET, "PAPERBOY_PUBLIC_URL": "https://example.org/papers"}
    with served(tmp_path, catalog, free_port, **public):
        assert "Yes, confirm" in wait_until(lambda: page(free_port, f"/mail/confirm/{confirm}"), 60)
        assert "Yes, confirm" in page(free_port, f"/papers/mail/confirm/{confirm}")
        assert "prefers-color-scheme" in page(free_port, "/mail/style.css")
        assert "all set" in answer(free_port, f"/mail/confirm/{confirm}", data=b"")[1]
        with pytest.raises(StateInUse):
            asyncio.run(Presence(f"sqlite:///{tmp_path / 'state.db'}").begin_alone())
        assert "Stopped" in answer(free_port, f"/mail/off/{off}", data=b"List-Unsubscribe=One-Click")[1]
        assert "Already off" in page(free_port, f"/mail/off/{off}")
        assert "Noted" in answer(free_port, f"/mail/block/{confirm}", data=b"")[1]


async def _asked_for_mails(folder: Path) -> tuple[str, str]:
    """Somebody asked for them in Discord: the ends of the links that confirm and end them."""
    settings = Settings(_env_file=None, data=folder, secret=SecretStr(_SECRET))
    store, keys = Store(settings.state_url), MailKeys(_SECRET)
    await store.migrate()
    salt, address = keys.new_salt(), "ada@example.org"
    address_hash = keys.address_hash(address)
    confirm, off = keys.confirm_token(salt, address_hash), keys.link_token(salt)
    wish = Wish(
        person_id=700_000_000_000_000_001,
        address=keys.seal(address),
        address_hash=address_hash,
        asker_hash=keys.asker_hash(700_000_000_000_000_001),
        salt=salt,
        confirm_hash=hash_of(confirm),
        link_hash=hash_of(off),
        plan=MailPlan(),
    )
    await subscriptions_of(settings, store, system_clock).ask(wish)
    await store.close()
    return confirm, off


def test_an_address_of_sentry_that_is_none_is_one_sentence(monkeypatch, tmp_path, catalog):
    monkeypatch.setenv("PAPERBOY_SENTRY_DSN", "https://nobody")
    said = sentence(monkeypatch, tmp_path, catalog, "127.0.0.1:0")
    assert said.startswith("PAPERBOY_SENTRY_DSN isn't the address of a Sentry project")


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
    assert said.startswith("PAPERBOY_WEB is not set. Set it to where its pages should be served")


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
