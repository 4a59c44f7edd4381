"""What a running process tells its operator of itself: its log, and where that is wanted, Sentry."""

from __future__ import annotations

from urllib.parse import quote

from pydantic import SecretStr

from bot.error_reports import report_errors
from bot.logs import set_up_logging
from bot.settings import Settings
from bot.state.address import password_of

_LEAST_SECRET = 4
"""Characters of what is left out of every line: what is shorter is in many words."""


def begin_reporting(settings: Settings) -> None:
    """From now on, as the settings want it and without their secrets. SettingsError where that can't be."""
    secrets = secrets_of(settings)
    set_up_logging(settings.log_level, secrets, settings.log_format)
    if settings.sentry_dsn is not None:
        report_errors(settings.sentry_dsn.get_secret_value(), secrets)


def secrets_of(settings: Settings) -> list[str]:
    """What no line shall hold: every secret setting, and the database's password as addresses write it."""
    found = [value.get_secret_value().strip() for _, value in settings if isinstance(value, SecretStr)]
    password = password_of(settings.state_url) or ""
    found += [password, quote(password, safe="")]
    return [each for each in dict.fromkeys(found) if len(each) >= _LEAST_SECRET]
