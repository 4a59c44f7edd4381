"""Faults of mail: what is missing for it, a server that takes none, a signature that nobody can verify."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr
from sqlalchemy import insert

from bot.doctor.finding import Mark
from bot.doctor.mail_checks import check_dkim
from bot.mail import mail_setup
from bot.reasons import Code, reason
from bot.settings import Settings
from bot.state.mail_tables import mails as mails_table
from bot.state.store import Store
from tests.doctor.conftest import Patient, free_port, mail
from tests.support.mail_server import parsed, text_in


def said(patient: Patient) -> Mapping[str, tuple[Mark, str]]:
    return {each.name: (each.mark, each.says) for each in patient.last}


async def test_a_mail_to_oneself_that_a_relay_signs(patient, mails):
    assert set(await patient.wrong(**mail(mails))) == {"public address"}
    (taken,) = mails.taken
    assert taken.rcpt_tos == ["paperboy@papers.example"]
    sent = parsed(bytes(taken.content))
    assert sent["List-Unsubscribe"].startswith("<https://127.0.0.1:")
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        assert "name List-Unsubscribe and List-Unsubscribe-Post" in " ".join(text_in(sent, kind).split())
    findings = said(patient)
    assert "took a mail to paperboy@papers.example" in findings["mail"][1]
    mark, says = findings["DKIM"]
    assert mark is Mark.NOTE
    assert "your mail server has to sign, List-Unsubscribe and List-Unsubscribe-Post included" in says


async def test_a_mail_to_oneself_is_signed_as_all_others(patient, mails, key_pair, tmp_path):
    pem, record = key_pair
    (tmp_path / "key.pem").write_bytes(pem)
    await patient.wrong(**mail(mails, dkim_key=tmp_path / "key.pem", dkim_selector="s1"))
    raw = bytes(mails.taken[0].content)
    assert dkim.verify(raw, dnsfunc=lambda *_, **__: record)
    covers = "".join(str(parsed(raw)["DKIM-Signature"]).split())
    assert ":list-unsubscribe:list-unsubscribe-post:" in covers


@pytest.mark.parametrize(
    ("lacking", "says"),
    [
        ({"smtp_from": None}, "set PAPERBOY_SMTP_FROM"),
        ({"smtp_host": None}, "set PAPERBOY_SMTP_HOST"),
        ({"secret": None}, "set PAPERBOY_SECRET"),
        ({"secret": SecretStr("brief")}, "PAPERBOY_SECRET is shorter"),
        ({"public_url": None}, "set PAPERBOY_PUBLIC_URL"),
        ({"public_url": "http://papers.example"}, "with https"),
        ({"dkim_key": Path("nowhere.pem"), "dkim_selector": "s1"}, "can't read the DKIM key"),
    ],
    ids=str,
)
async def test_mail_that_was_meant_and_is_off(patient, mails, lacking, says):
    wrong = await patient.wrong(**mail(mails, **lacking))
    assert says in wrong["mail"]
    assert mails.taken == []


async def test_mail_without_its_libraries(patient, mails, monkeypatch):
    monkeypatch.setattr(mail_setup, "find_spec", lambda name: None if name == "css_inline" else object())
    assert "css-inline is not installed" in (await patient.wrong(**mail(mails)))["mail"]


async def test_a_mail_server_that_is_away(patient, mails):
    wrong = await patient.wrong(**mail(mails, smtp_port=free_port()))
    assert "check PAPERBOY_SMTP_HOST, _PORT and _TLS" in wrong["mail"]


async def test_a_mail_server_that_refuses(patient, mails):
    mails.refusal = "550 5.7.1 Sender not allowed"
    assert "(550 5.7.1 Sender not allowed)" in (await patient.wrong(**mail(mails)))["mail"]


async def test_a_mail_server_that_refuses_at_the_recipient(patient, mails):
    mails.no_rcpt = "553 5.7.1 Sender address rejected: not owned by user"
    says = (await patient.wrong(**mail(mails)))["mail"]
    assert "refuses a mail from paperboy@papers.example (553 5.7.1 Sender address rejected" in says


async def test_a_mail_server_that_takes_mails_to_oneself_alone(patient, mails, clock):
    store = Store(patient.state_url)
    relay = reason(Code.MAIL_SERVER_AWAY, text="554 5.7.1 <…>: Relay access denied")
    mail_row = {
        "subscription_id": 1,
        "person_id": 1,
        "kind": "papers",
        "due_at": clock(),
        "nonce": "x",
        "state": "claimed",
        "more": 0,
        "attempts": 1,
        "wake_at": clock(),
    }
    rows = [
        mail_row | {"local_date": date(2026, 1, day), "note": note, "last_attempt_at": clock()}
        for day, note in ((1, relay), (2, relay), (3, reason(Code.MAIL_LATER, text="450 busy")))
    ]
    await store.change(insert(mails_table).values(rows))
    await store.close()
    says = (await patient.wrong(**mail(mails)))["mail"]
    assert "2 mails for others wait, refused for what the bot is (554 5.7.1 <…>: Relay access denied)" in says
    assert len(mails.taken) == 1


def new_pair() -> tuple[bytes, bytes]:
    private = rsa.generate_private_key(65537, 2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


@pytest.fixture
def key_pair() -> tuple[bytes, bytes]:
    """A private key in PEM, and its record in DNS."""
    return new_pair()


async def test_a_signature_that_nobody_can_verify(key_pair, tmp_path):
    (pem, record), (_, others) = key_pair, new_pair()
    signing: dict[str, Any] = {
        "smtp_host": "x",
        "dkim_key": tmp_path / "key.pem",
        "dkim_selector": "s1",
        "dkim_domain": "papers.example",
    }
    (tmp_path / "key.pem").write_bytes(pem)
    settings = Settings(_env_file=None, **signing)

    def missing(_: bytes) -> bytes:
        raise LookupError

    (well,) = await check_dkim(settings, lambda _: record)
    assert well.mark is Mark.WELL, well
    (changed,) = await check_dkim(settings, lambda _: others)
    assert "s1._domainkey.papers.example is of another key" in changed.says
    (absent,) = await check_dkim(settings, missing)
    assert "DNS has no TXT record s1._domainkey.papers.example" in absent.says
    (tmp_path / "other.pem").write_text("nonsense")
    no_key = Settings(_env_file=None, **signing | {"dkim_key": tmp_path / "other.pem"})
    assert "no private key in PEM" in (await check_dkim(no_key, lambda _: record))[0].says
    half = Settings(_env_file=None, **signing | {"dkim_domain": None})
    assert (await check_dkim(half, lambda _: record))[0].mark is Mark.WRONG
