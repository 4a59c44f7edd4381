"""Whether this bot has mail, and what is missing where it has none."""

from __future__ import annotations

from importlib.util import find_spec

from bot.mail.mail_keys import LEAST_KEY
from bot.settings import Settings

NO_MAIL = "This bot has no mail: its operator hasn't set it up."
"""For whoever asks for it in Discord."""

_LIBRARIES = {"aiosmtplib": "aiosmtplib", "cryptography": "cryptography", "css_inline": "css-inline"}


def is_wanted(settings: Settings) -> bool:
    """Whether the operator has begun to set it up."""
    return settings.smtp_host is not None or settings.smtp_from is not None


def what_is_missing(settings: Settings) -> str | None:
    """One sentence for the operator; None where mail can go."""
    if settings.smtp_host is None:
        return "Mail is off: set PAPERBOY_SMTP_HOST to your mail server."
    if settings.smtp_from is None:
        return "Mail is off: set PAPERBOY_SMTP_FROM to the address that mails come from."
    if settings.public_url is None or not settings.public_url.startswith("https://"):
        return (
            "Mail is off: set PAPERBOY_PUBLIC_URL to where the pages are reached with https, since each mail "
            "links to one that ends it."
        )
    secret = settings.secret.get_secret_value() if settings.secret else ""
    if not secret:
        return "Mail is off: set PAPERBOY_SECRET to what `paperboy secret` prints."
    if len(secret) < LEAST_KEY:
        return f"Mail is off: PAPERBOY_SECRET is shorter than {LEAST_KEY} characters. Use `paperboy secret`."
    return _missing_library(settings) or _missing_key(settings)


def _missing_library(settings: Settings) -> str | None:
    needed = dict(_LIBRARIES)
    if settings.dkim_key is not None:
        needed["dkim"] = "dkimpy"
    for module, name in needed.items():
        if find_spec(module) is None:
            return f"Mail is off: {name} is not installed. Install Paperboy with its extra: `paperboy[mail]`."
    return None


def _missing_key(settings: Settings) -> str | None:
    if settings.dkim_key is None:
        return None
    if settings.dkim_selector is None:
        return "Mail is off: set PAPERBOY_DKIM_SELECTOR to the selector of the DKIM key."
    try:
        key = settings.dkim_key.read_bytes()
    except OSError as error:
        return (
            f"Mail is off: I can't read the DKIM key {settings.dkim_key} ({error.strerror}). "
            "Set PAPERBOY_DKIM_KEY to its file."
        )
    from dkim.crypto import UnparsableKeyError, parse_pem_private_key

    try:
        parse_pem_private_key(key)
    except (UnparsableKeyError, ValueError, IndexError):
        return (
            f"Mail is off: {settings.dkim_key} is no RSA key in PEM. Make one with "
            "`openssl genrsa -out FILE 2048`."
        )
    return None
