"""Mail: whether the server takes one to oneself, and whether its signature can be verified by everybody.

Looked at only where its settings are.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from bot.clock import system_clock
from bot.doctor.finding import Finding, note, skipped, well, wrong
from bot.errors import PaperboyError
from bot.mail.mail_message import Mail
from bot.mail.mail_setup import is_wanted, what_is_missing
from bot.mail.mail_text import Written
from bot.mail.mime import From, Signature, as_bytes
from bot.mail.server_words import said_in
from bot.readers.mailing import MailKind, MailPlan
from bot.settings import Settings
from bot.state.failures import is_failure
from bot.state.mails import Mails
from bot.state.store import Store

_TIMEOUT: Final = 15.0
_NO_EXTRA: Final = "What mail needs is not installed: `pip install 'paperboy[mail]'`."
_BY_RELAY: Final = (
    "PAPERBOY_DKIM_KEY is not set, so your mail server has to sign, List-Unsubscribe and "
    "List-Unsubscribe-Post included: look whether h= of DKIM-Signature names both in the mail that this "
    "check sends."
)
_LINK_BYTES: Final = 24
_LOOK_AT: Final = (
    "`paperboy doctor` sent this, as papers are sent. Look at its source: Authentication-Results has to say "
    "dkim=pass, and DKIM-Signature has to name List-Unsubscribe and List-Unsubscribe-Post behind h=. "
    "Otherwise mail programs don't offer to unsubscribe in one click."
)

Lookup = Callable[[bytes], bytes]
"""Gives the text that is in DNS under a name; LookupError where there is none."""


async def check_mail(settings: Settings, store: Store | PaperboyError) -> list[Finding]:
    """Send a mail to oneself, where nothing is missing for people to get theirs, and see whether theirs wait.

    A server that takes mail for its own domain may still relay none.
    """
    name, host = "mail", _text(settings, "smtp_host")
    if not is_wanted(settings):
        return [skipped(name, "PAPERBOY_SMTP_HOST is not set, so this bot has no mail.")]
    if missing := what_is_missing(settings):
        return [wrong(name, missing)]
    smtp, sender = import_module("aiosmtplib"), From.of(_text(settings, "smtp_from"))
    try:
        raw = _mail(settings, sender, Signature.of(settings))
        await smtp.send(raw, sender=sender.address, recipients=[sender.address], **_server(settings, host))
    except smtp.SMTPAuthenticationError:
        return [wrong(name, f"{host} rejects PAPERBOY_SMTP_USER and PAPERBOY_SMTP_PASSWORD: check them.")]
    except smtp.SMTPRecipientsRefused as refused:
        return [wrong(name, _refuses(host, sender, refused.recipients[0]))]
    except smtp.SMTPResponseException as error:
        return [wrong(name, _refuses(host, sender, error))]
    except (smtp.SMTPException, OSError, ValueError) as error:
        return [
            wrong(name, f"{host} can't be used ({said_in(error)}): check PAPERBOY_SMTP_HOST, _PORT and _TLS.")
        ]
    if waiting := await _waiting(store):
        return [wrong(name, f"{host} takes a mail to {sender.address}, but {waiting}")]
    return [well(name, f"{host} took a mail to {sender.address}: see that it arrived, and do as it says.")]


def _refuses(host: str, sender: From, error: Exception) -> str:
    return f"{host} refuses a mail from {sender.address} ({said_in(error)}): check its rules."


async def _waiting(store: Store | PaperboyError) -> str:
    """What the server refuses to take for others because of us; empty where nothing waits."""
    if not isinstance(store, Store):
        return ""
    try:
        count, said = await Mails(store, system_clock).refused_for_us()
    except Exception as error:  # of a state that is away, or an earlier version's: its own check says so
        if not (is_failure(error) or isinstance(error, sqlite3.Error)):
            raise
        return ""
    if not count:
        return ""
    wait = "1 mail for somebody waits" if count == 1 else f"{count} mails for others wait"
    return (
        f"{wait}, refused for what the bot is ({said}): check whether it relays for PAPERBOY_SMTP_USER and "
        "takes PAPERBOY_SMTP_FROM, its limits, and whether it is on a block list."
    )


def _server(settings: Settings, host: str) -> dict[str, Any]:
    """As aiosmtplib takes it."""
    kinds: dict[str, dict[str, Any]] = {
        "starttls": {"start_tls": True},
        "tls": {"use_tls": True},
        "none": {"start_tls": False},
    }
    found = {"hostname": host, "timeout": _TIMEOUT, **kinds[settings.smtp_tls]}
    if settings.smtp_port:
        found["port"] = settings.smtp_port
    if user := _text(settings, "smtp_user"):
        found |= {"username": user, "password": _text(settings, "smtp_password")}
    return found


def _mail(settings: Settings, sender: From, signature: Signature | None) -> bytes:
    """One to oneself, with the headers of any other; nobody's mails end by its link."""
    token = secrets.token_urlsafe(_LINK_BYTES)
    mail = Mail(
        kind=MailKind.PAPERS,
        address=sender.address,
        plan=MailPlan(),
        at=system_clock(),
        nonce=f"doctor-{secrets.token_hex(8)}",
        link=f"{(settings.public_url or '').rstrip('/')}/mail/off/{token}",
    )
    written = Written("Paperboy's own check", f"{_LOOK_AT}\n", f"<p>{_LOOK_AT}</p>\n")
    return as_bytes(mail, written, sender, signature)


async def check_dkim(settings: Settings, lookup: Lookup | None = None) -> list[Finding]:
    """Sign as the bot does, and verify as whoever gets it does: with the key that is in DNS."""
    name = "DKIM"
    key, selector = _text(settings, "dkim_key"), _text(settings, "dkim_selector")
    domain = settings.dkim_domain or From.of(_text(settings, "smtp_from")).domain
    if not _text(settings, "smtp_host"):
        return [skipped(name, "PAPERBOY_SMTP_HOST is not set, so there is nothing to sign.")]
    if not (key or selector):
        return [note(name, _BY_RELAY)]
    if not (key and selector and domain):
        return [wrong(name, "Set all of PAPERBOY_DKIM_KEY, PAPERBOY_DKIM_SELECTOR and PAPERBOY_DKIM_DOMAIN.")]
    try:
        dkim = import_module("dkim")
    except ImportError:
        return [wrong(name, _NO_EXTRA)]
    signature = Signature(_pem(key), selector, domain)
    return [await asyncio.to_thread(_dkim, dkim, settings, signature, lookup or _resolved)]


def _dkim(dkim: Any, settings: Settings, signature: Signature, lookup: Lookup) -> Finding:
    name, record = "DKIM", f"{signature.selector}._domainkey.{signature.domain}"
    sender = From.of(_text(settings, "smtp_from") or f"paperboy@{signature.domain}")
    try:
        signed = _mail(settings, sender, signature)
    except Exception:  # dkimpy raises what its parsers do, and the key may be in its words
        return wrong(name, "PAPERBOY_DKIM_KEY is no private key in PEM: make one with `openssl genrsa 2048`.")
    try:
        there = lookup(record.encode())
    except LookupError:
        return wrong(name, f"DNS has no TXT record {record}: publish the key's public half there.")
    except OSError as error:
        return skipped(name, f"DNS can't be asked here ({error}), so the record wasn't compared.")
    try:
        verified = dkim.verify(signed, dnsfunc=lambda *_, **__: there)
    except Exception:  # of a record that can't be read
        verified = False
    if not verified:
        return wrong(name, f"The TXT record {record} is of another key: publish this one's public half.")
    return well(name, f"A signed mail is verified by {record}.")


def _resolved(record: bytes) -> bytes:
    try:
        resolver = import_module("dns.resolver")
    except ImportError:
        raise OSError("dnspython is not installed") from None
    try:
        found = resolver.resolve(record.decode(), "TXT", lifetime=8.0)
    except (resolver.NXDOMAIN, resolver.NoAnswer):
        raise LookupError(record) from None
    except Exception as error:
        raise OSError(" ".join(str(error).split())[:100] or type(error).__name__) from None
    return b"".join(next(iter(found)).strings)


def _pem(key: str) -> bytes:
    """What the file has."""
    try:
        return Path(key).read_bytes()
    except OSError:
        return b""


def _text(settings: Settings, name: str) -> str:
    """The setting, empty where there is no such setting or it is not set."""
    value = getattr(settings, name, None)
    found = value.get_secret_value() if isinstance(value, SecretStr) else value
    return str(found).strip() if found is not None else ""
