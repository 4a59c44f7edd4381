"""Each planted fault is found, named with what to do, and nothing else is blamed."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from pathlib import Path

import pytest
from aiohttp import web
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import update

from bot.cli import cli
from bot.doctor.examination import _Check, _within
from bot.doctor.finding import Mark
from bot.settings import Settings
from bot.state.store import Store
from bot.state.synced import SyncedCommands
from bot.state.tables import feeds
from bot.web.proof import add_nonce_route
from bot.web.serving import WebServer
from tests.doctor.conftest import PASSWORD, Patient, describe_commands, free_port, mail
from tests.support.paper_server import body, counts
from tests.support.paper_server import status as answering
from tests.support.stand_in import TOKEN

HISTORY, SEND = 1 << 16, 1 << 11


async def test_a_bot_with_which_all_is_well(patient: Patient):
    found = await patient.examined()
    assert [each for each in found if each.mark is Mark.WRONG] == []
    not_here = {"Semantic Scholar", "backups", "mail", "DKIM"}
    assert {each.name for each in found if each.mark is not Mark.WELL} == not_here
    assert all(each.mark is Mark.SKIPPED for each in found if each.name in not_here)


# Discord


async def test_no_token(patient):
    wrong = await patient.wrong(discord_token=None)
    assert wrong == {"token": "DISCORD_TOKEN is not set: put your bot's token into .env."}


async def test_a_token_that_was_reset(patient):
    wrong = await patient.wrong(discord_token=SecretStr("former.token"))
    assert wrong == {"token": "Discord rejected DISCORD_TOKEN: copy it again from the developer portal."}


async def test_an_application_that_nobody_can_add(patient, stand_in):
    stand_in.describe(bot_require_code_grant=True)
    assert "Requires OAuth2 Code Grant is on: switch it off" in (await patient.wrong())["intents"]


async def test_intents_that_are_not_needed(patient, stand_in):
    stand_in.describe(flags=1 << 19 | 1 << 15)
    assert await patient.wrong() == {}
    said = next(each for each in patient.last if each.name == "intents")
    assert said.mark is Mark.NOTE
    assert "Server Members Intent and Message Content Intent may be switched off" in said.says


async def test_a_bot_that_starts_again_and_again(patient, stand_in):
    stand_in.leave_sessions(count=3)
    assert "Only 3 sessions may begin" in (await patient.wrong())["gateway"]


async def test_commands_that_discord_never_got(patient, stand_in):
    stand_in.register(commands=describe_commands(stand_in)[2:])
    assert "start `paperboy run`, which gives them" in (await patient.wrong())["commands"]


async def test_commands_of_another_version(patient, stand_in):
    store = Store(patient.state_url)
    await SyncedCommands(store).keep(int(stand_in.own_id()), "0" * 64, {})
    await store.close()
    assert "those of another version: restart" in (await patient.wrong())["commands"]


async def test_a_channel_without_a_permission(patient, stand_in):
    stand_in.deny(channel=patient.channel, bits=SEND)
    wrong = await patient.wrong()
    assert wrong == {
        "daily papers": "I need Send Messages in #papers of Lab: grant it in the channel's permissions."
    }


async def test_a_channel_that_is_gone(patient, stand_in):
    stand_in.remove_channel(channel=patient.channel)
    assert "is gone: `/daily setup` takes another one" in (await patient.wrong())["daily papers"]


async def test_a_server_that_is_gone(patient, stand_in):
    stand_in.remove_bot(guild=patient.guild)
    assert "I'm not in the server" in (await patient.wrong())["daily papers"]


async def test_a_clock_that_is_wrong(patient):
    patient.clock.move(seconds=-93)
    said = re.search(r"clock is (\d+) s behind Discord's: switch time sync", (await patient.wrong())["clock"])
    # What the answer takes on its way counts, too.
    assert said
    assert 80 < int(said[1]) < 130


async def test_a_discord_that_is_away(patient):
    wrong = await patient.wrong(discord_api=f"http://127.0.0.1:{free_port()}/api/v10")
    assert set(wrong) == {"token", "clock"}
    assert "PAPERBOY_DISCORD_API can't be reached" in wrong["token"]


async def test_a_discord_that_asks_to_wait(patient, stand_in):
    stand_in.plan(path="/users/@me", failure={"kind": "429", "seconds": 0.05}, times=2)
    assert await patient.wrong() == {}


# The host


async def test_a_zone_that_this_host_does_not_know(patient):
    store = Store(patient.state_url)
    await store.change(update(feeds).values(zone="Mars/Olympus"))
    await store.close()
    assert "“Mars/Olympus” is used and not known here" in (await patient.wrong())["time zones"]


async def test_a_disk_without_room(patient, tmp_path):
    """For a catalog of eight terabytes, of which none is written."""
    folder = tmp_path / "large"
    folder.mkdir()
    huge = folder / "catalog.db"
    with huge.open("wb") as out:
        out.truncate(2**43)
    assert "and should have 8,192" in (await patient.wrong(catalog=huge))["disk"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder that even root can't write to")
async def test_a_folder_that_cannot_be_written_to(patient):
    assert "I can't write to /proc" in (await patient.wrong(catalog=Path("/proc/catalog.db")))["disk"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder that even root can't write to")
@pytest.mark.parametrize("nowhere", [Path("/proc"), Path("/proc/backups/paperboy")], ids=str)
async def test_a_folder_for_backups_that_cannot_be_written_to_or_made(patient, nowhere):
    said = (await patient.wrong(backups=nowhere))["backups"]
    assert said.startswith(f"I can't write to {nowhere} (")
    assert "set PAPERBOY_BACKUPS to a folder that I may write to" in said


# The state


# The catalog


# The sources


async def test_sources_that_fail(patient, papers):
    papers.always = answering(500)
    wrong = await patient.wrong()
    assert wrong.keys() == {"Hugging Face", "arXiv"}
    assert "PAPERBOY_HUGGING_FACE_ENDPOINT" in wrong["Hugging Face"]
    assert "PAPERBOY_ARXIV_ENDPOINT" in wrong["arXiv"]


async def test_a_page_in_a_sources_place(patient, papers):
    papers.always = body("<html>Log in to the hotel's network</html>", "text/html")
    assert (await patient.wrong()).keys() == {"Hugging Face", "arXiv"}


async def test_a_key_of_semantic_scholars(patient, papers):
    papers.cited["1706.03762"] = counts(150_000)
    there = {"semantic_scholar_key": SecretStr(PASSWORD.replace(" ", "-"))}
    there["semantic_scholar_endpoint"] = papers.url
    assert await patient.wrong(**there) == {}
    assert said_of_citations(patient) == (Mark.WELL, "It answers.")
    assert papers.batches == [["ARXIV:1706.03762"]]
    papers.cited.clear()
    assert await patient.wrong(**there) == {}
    papers.always = answering(429, **{"Retry-After": "54000"})
    await patient.examined(**there)
    mark, says = said_of_citations(patient)
    assert (mark, "429" in says) == (Mark.NOTE, False), "nothing needs doing"
    papers.always = answering(403)
    says = (await patient.wrong(**there))["Semantic Scholar"]
    assert says == "Semantic Scholar rejected the key: check PAPERBOY_SEMANTIC_SCHOLAR_KEY."
    papers.always = answering(500)
    says = (await patient.wrong(**there))["Semantic Scholar"]
    assert says.endswith("check the network, and PAPERBOY_SEMANTIC_SCHOLAR_ENDPOINT if you set it.")


def said_of_citations(patient: Patient) -> tuple[Mark, str]:
    found = next(each for each in patient.last if each.name == "Semantic Scholar")
    return found.mark, found.says


# The public address


async def test_an_address_that_leads_elsewhere(patient, papers):
    assert "answers 404 instead of this bot" in (await patient.wrong(public_url=papers.url))["public address"]


async def test_an_address_that_leads_nowhere(patient):
    wrong = await patient.wrong(public_url=f"http://127.0.0.1:{free_port()}")
    assert "can't be reached" in wrong["public address"]


async def test_an_address_at_which_another_bot_answers(patient, tmp_path):
    app, where = web.Application(), f"127.0.0.1:{free_port()}"
    add_nonce_route(app, Settings(_env_file=None, data=tmp_path, secret=SecretStr("another bot's secret")))
    server = WebServer(app, where, "PAPERBOY_WEB")
    await server.start()
    try:
        assert "another bot answers" in (await patient.wrong(public_url=f"http://{where}"))["public address"]
    finally:
        await server.close()


@pytest.mark.parametrize("secret", [None, SecretStr("this bot's secret")])
async def test_an_address_at_which_the_running_bot_answers(patient, secret):
    app = web.Application()
    add_nonce_route(app, Settings(_env_file=None, **patient.settings, secret=secret))
    server = WebServer(app, patient.settings["web"], "PAPERBOY_WEB")
    await server.start()
    try:
        assert await patient.wrong(secret=secret) == {}
    finally:
        await server.close()


async def test_an_address_at_which_nothing_is_served(patient):
    assert "set PAPERBOY_WEB, too" in (await patient.wrong(web=None))["public address"]


# The examination itself


async def test_a_check_that_breaks_says_so_and_one_that_hangs_is_cut_off():
    async def breaks():
        raise RuntimeError("of ours")

    async def hangs():
        await asyncio.sleep(3600)

    (broke,) = await _within(_Check("this", breaks, 1.0))
    (hung,) = await _within(_Check("that", hangs, 0.01))
    assert "This check itself failed (RuntimeError: of ours)" in broke.says
    assert hung.says.startswith("No answer within")
    assert {broke.mark, hung.mark} == {Mark.WRONG}


async def test_nothing_secret_is_printed(patient, papers, mails, caplog):
    caplog.set_level(logging.DEBUG)
    mails.refusal = f"550 {PASSWORD} is wrong"
    key = SecretStr("a key of the house, and of no other")
    found = await patient.examined(
        **mail(mails, smtp_password=SecretStr(PASSWORD), smtp_user=None, secret=key)
    )
    logged = [each.getMessage() for each in caplog.records if each.name.startswith(("bot", "discord"))]
    said = f"{found} {logged}"
    assert "•••" in said
    assert not [each for each in (TOKEN, PASSWORD, key.get_secret_value()) if each in said]


class TestTheShell:
    @pytest.fixture(autouse=True)
    def settings(self, patient: Patient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.chdir(tmp_path)
        for name, value in patient.settings.items():
            plain = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            named = {"discord_token": "DISCORD_TOKEN", "database_url": "DATABASE_URL"}
            monkeypatch.setenv(named.get(name, f"PAPERBOY_{name.upper()}"), plain)

    async def test_one_line_a_check(self):
        done = await asyncio.to_thread(CliRunner().invoke, cli, ["doctor"])
        assert done.exit_code == 0, done.output
        lines = done.output.splitlines()
        assert len(lines) == 19
        assert {line[0] for line in lines} <= set("✓·-")

    async def test_it_ends_with_1_where_something_needs_doing(self, stand_in, patient):
        stand_in.deny(channel=patient.channel, bits=HISTORY)
        done = await asyncio.to_thread(CliRunner().invoke, cli, ["doctor", "--json"])
        assert done.exit_code == 1
        found = [json.loads(line) for line in done.output.splitlines()]
        assert [each["check"] for each in found if each["mark"] == "wrong"] == ["daily papers"]
        assert "Read Message History" in next(each["says"] for each in found if each["mark"] == "wrong")
