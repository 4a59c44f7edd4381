"""What an operator has to set up, and what is said until then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr, ValidationError

from bot.cli.reporting import secrets_of
from bot.cli.secret import secret
from bot.delivery.outage import Outage
from bot.errors import SettingsError
from bot.mail import mail_setup
from bot.mail.mail_keys import LEAST_KEY, MailKeys, hash_of
from bot.mail.mail_service import MailService
from bot.mail.mail_setup import what_is_missing
from bot.mail.smtp_sender import Server
from bot.settings import Settings, load_settings
from bot.state.database_clock import DatabaseClock
from bot.state.personal import People
from tests.mail.conftest import ANN, BOB, SECRET, Office, mail_settings
from tests.support.waiting import until_true


def settings(**more: Any) -> Settings:
    return Settings(_env_file=None, **mail_settings(**more))


@pytest.mark.parametrize(
    ("lacking", "says"),
    [
        ({"smtp_host": None}, "PAPERBOY_SMTP_HOST"),
        ({"smtp_from": None}, "PAPERBOY_SMTP_FROM"),
        ({"public_url": None}, "PAPERBOY_PUBLIC_URL"),
        ({"public_url": "http://papers.example.org"}, "with https"),
        ({"secret": None}, "`paperboy secret`"),
        ({"secret": SecretStr("short")}, "shorter than 32 characters"),
        ({"dkim_key": Path("nowhere.pem")}, "PAPERBOY_DKIM_SELECTOR"),
        ({"dkim_key": Path("nowhere.pem"), "dkim_selector": "papers"}, "I can't read the DKIM key"),
    ],
    ids=str,
)
def test_what_is_missing_is_one_sentence(lacking: dict[str, Any], says: str) -> None:
    missing = what_is_missing(settings(**lacking))
    assert missing is not None
    assert says in missing
    assert missing.startswith("Mail is off: ")
    assert missing.count(". ") <= 1
    assert what_is_missing(settings()) is None


def test_the_sender_is_one_that_every_mail_server_takes() -> None:
    assert settings(smtp_from="Bücher <p@exämple.org>").smtp_from == "Bücher <p@xn--exmple-cua.org>"
    for wrong in ("päpers@example.org", "p@example..org", f"p@{'a' * 64}.org"):
        with pytest.raises(ValidationError, match="it's an address such as"):
            settings(smtp_from=wrong)


def test_a_file_that_is_no_key_is_one_sentence(tmp_path: Path) -> None:
    wrong = tmp_path / "key.pem"
    wrong.write_text("no key")
    missing = what_is_missing(settings(dkim_key=wrong, dkim_selector="papers"))
    assert missing is not None
    assert "openssl genrsa" in missing


def test_without_its_libraries_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_setup, "find_spec", lambda name: None if name == "css_inline" else object())
    assert what_is_missing(settings()) == (
        "Mail is off: css-inline is not installed. Install Paperboy with its extra: `paperboy[mail]`."
    )


def test_a_port_goes_with_the_encryption() -> None:
    ports = {tls: Server.of(settings(smtp_tls=tls)).port for tls in ("starttls", "tls", "none")}
    assert ports == {"starttls": 587, "tls": 465, "none": 25}
    assert Server.of(settings(smtp_port=2525)).port == 2525


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PAPERBOY_SMTP_HOST", "smtp://example.org", "it's a name such as smtp.example.org"),
        ("PAPERBOY_SMTP_PORT", "70000", "it must be at most 65535"),
        ("PAPERBOY_SMTP_TLS", "ssl", "it's one of starttls, tls or none"),
        ("PAPERBOY_SMTP_FROM", "paperboy", "it's an address such as papers@example.org"),
        ("PAPERBOY_SMTP_FROM", "a@b.example\nBcc: c@d.example", "it's an address such as papers@example.org"),
        ("PAPERBOY_MAIL_UNSUBSCRIBE_TO", "Stop <a@b.example>", "it's an address such as papers@example.org"),
        ("PAPERBOY_SMTP_PER_MINUTE", "0", "it must be at least 1"),
        ("PAPERBOY_DKIM_SELECTOR", "a b", "it's a name such as"),
    ],
)
def test_a_wrong_setting_is_one_sentence(
    name: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERBOY_DATA", str(tmp_path))
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert str(error.value).startswith(f"The setting {name} is wrong: ")
    assert says in str(error.value)


def test_a_secret_is_new_each_time_and_long_enough() -> None:
    printed = {CliRunner().invoke(secret).output.strip() for _ in range(5)}
    assert len(printed) == 5
    assert all(len(each) >= LEAST_KEY for each in printed)


def test_another_key_opens_nothing_and_makes_other_links() -> None:
    one, two = MailKeys("x" * 32), MailKeys("y" * 32)
    sealed = one.seal("ada@example.org")
    assert (one.unseal(sealed), two.unseal(sealed)) == ("ada@example.org", None)
    assert one.seal("ada@example.org") != sealed, "nobody sees that two addresses are one"
    assert one.address_hash("Ada@example.org") == one.address_hash("ada@example.org")
    assert one.address_hash("ada@example.org") != two.address_hash("ada@example.org")
    assert one.link_token("salt") != two.link_token("salt") != hash_of("salt")
    address_hash = one.address_hash("ada@example.org")
    token = one.confirm_token("salt", address_hash)
    assert one.address_hash_of(token) == address_hash
    assert two.address_hash_of(token) is None
    for broken in ("", "x", token[:-1], token + "A", "A" * len(token), "\ud800", "é" * 54):
        assert one.address_hash_of(broken) is None


def test_the_log_holds_neither_the_password_nor_the_key() -> None:
    kept = secrets_of(
        settings(smtp_password=SecretStr("hush"), database_url=SecretStr("postgresql://u:p%23ss@h/d"))
    )
    assert {"hush", SECRET, "p#ss", "p%23ss"} <= set(kept)


async def test_what_is_missing_is_said_at_the_start_once(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.service.dispatcher, before = None, office.service.dispatcher
    office.service.missing = what_is_missing(settings(secret=None))
    for _ in range(2):
        office.service.start()
    assert caplog.text.count("PAPERBOY_SECRET") == 1
    office.service.dispatcher = before


async def test_mails_whose_links_lead_nowhere_are_said_to_the_operator_once(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.service.start()
    said = [record.getMessage() for when in ("setup", "call") for record in caplog.get_records(when)]
    assert sum("set PAPERBOY_WEB unless another one does" in each for each in said) == 1


async def test_where_mail_is_switched_off_addresses_are_deleted_in_time_and_readable_until_then(
    office: Office,
) -> None:
    await office.subscribe(ANN, "ada@example.org")
    await office.ask(BOB, "bob@example.org")
    await office.service.close()
    off = MailService(
        settings=settings(smtp_host=None),
        library=office.library,
        store=office.store,
        clock=DatabaseClock(office.store, office.clock),
        inboxes=office.inboxes,
        followings=office.followings,
        outage=Outage(),
        owner="tests",
    )
    assert not off.is_on
    people = People(office.store)
    for person, address in ((ANN, "ada@example.org"), (BOB, "bob@example.org")):
        (kept,) = off.readable(await people.about(person))["mail_subscriptions"]
        assert kept["address"] == address
    office.clock.move(hours=24)
    off.start()

    async def is_deleted() -> bool:
        return not await people.about(BOB)

    await until_true(is_deleted, 20)
    await off.close()
    assert (await people.about(ANN))["mail_subscriptions"]
