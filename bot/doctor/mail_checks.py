"""Mail: whether the server takes one to oneself, and whether its signature can be verified by everybody.

Looked at only where its settings are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from bot.clock import system_clock
from bot.doctor.finding import Finding, skipped, well, wrong
from bot.settings import Settings

_TIMEOUT: Final = 15.0
_NO_EXTRA: Final = "What mail needs is not installed: `pip install 'paperboy[mail]'`."

Lookup = Callable[[bytes], bytes]
"""Gives the text that is in DNS under a name; LookupError where there is none."""


async def check_mail(settings: Settings) -> list[Finding]:
    """Send a mail to oneself."""
    name, host = "mail", _text(settings, "smtp_host")
    if not host:
        return [skipped(name, "PAPERBOY_SMTP_HOST is not set, so this bot has no mail.")]
    sender = _text(settings, "smtp_from")
    if not parseaddr(sender)[1]:
        return [wrong(name, "PAPERBOY_SMTP_FROM is not set: it's the address that mails come from.")]
    try:
        smtp = import_module("aiosmtplib")
    except ImportError:
        return [wrong(name, _NO_EXTRA)]
    try:
        await smtp.send(_mail(sender), recipients=[parseaddr(sender)[1]], **_server(settings, host))
    except smtp.SMTPAuthenticationError:
        return [wrong(name, f"{host} rejects PAPERBOY_SMTP_USER and PAPERBOY_SMTP_PASSWORD: check them.")]
    except smtp.SMTPResponseException as error:
        said = " ".join(str(error.message).split())[:200]
        return [wrong(name, f"{host} refuses a mail from {sender} ({error.code} {said}): check its rules.")]
    except (smtp.SMTPException, OSError, ValueError) as error:
        why = " ".join(str(error).split())[:200] or type(error).__name__
        return [wrong(name, f"{host} can't be used ({why}): check PAPERBOY_SMTP_HOST, _PORT and _TLS.")]
    return [well(name, f"{host} took a mail to {parseaddr(sender)[1]}: see that it arrived.")]


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


def _mail(sender: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = mail["To"] = sender
    mail["Subject"] = "Paperboy's own check"
    mail["Date"] = format_datetime(system_clock())
    mail["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2] or None)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("`paperboy doctor` sent this to see whether mails leave. Nothing needs doing.")
    return mail


async def check_dkim(settings: Settings, lookup: Lookup | None = None) -> list[Finding]:
    """Sign as the bot does, and verify as whoever gets it does: with the key that is in DNS."""
    name = "DKIM"
    key, selector = _text(settings, "dkim_key"), _text(settings, "dkim_selector")
    domain = settings.dkim_domain or parseaddr(_text(settings, "smtp_from"))[1].rpartition("@")[2]
    if not _text(settings, "smtp_host") or not (key or selector):
        return [skipped(name, "PAPERBOY_DKIM_KEY is not set, so mails aren't signed.")]
    if not (key and selector and domain):
        return [wrong(name, "Set all of PAPERBOY_DKIM_KEY, PAPERBOY_DKIM_SELECTOR and PAPERBOY_DKIM_DOMAIN.")]
    try:
        dkim = import_module("dkim")
    except ImportError:
        return [wrong(name, _NO_EXTRA)]
    return [await asyncio.to_thread(_dkim, dkim, _pem(key), selector, domain, lookup or _resolved)]


def _dkim(dkim: Any, key: bytes, selector: str, domain: str, lookup: Lookup) -> Finding:
    name, record = "DKIM", f"{selector}._domainkey.{domain}"
    message = _mail(f"paperboy@{domain}").as_bytes()
    try:
        signed = dkim.sign(message, selector.encode(), domain.encode(), key, include_headers=[b"from", b"to"])
    except Exception:  # dkimpy raises what its parsers do, and the key may be in its words
        return wrong(name, "PAPERBOY_DKIM_KEY is no private key in PEM: make one with `openssl genrsa 2048`.")
    try:
        there = lookup(record.encode())
    except LookupError:
        return wrong(name, f"DNS has no TXT record {record}: publish the key's public half there.")
    except OSError as error:
        return skipped(name, f"DNS can't be asked here ({error}), so the record wasn't compared.")
    try:
        verified = dkim.verify(signed + message, dnsfunc=lambda *_, **__: there)
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
