"""The log: one line an event on standard error, and no secret in any of them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_INTERACTION_TOKEN = re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w.-]{20,}")
_PASSWORD = re.compile(r"(\w+://[^\s:/@]*:)\S+(?=@)")
"""Up to the last `@`: a password may hold one itself, and a `/`."""
_HIDDEN = "…"
_TALKATIVE = ("alembic", "discord")
"""Libraries that say at each start how they set themselves up: only what goes wrong is wanted of them."""


class RedactingFormatter(logging.Formatter):
    """Leaves `secrets`, tokens inside Discord's addresses and passwords inside any address out of every line.

    Works on the finished text, so that traces and other libraries' messages are covered too.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__(_FORMAT)
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        """The line, without any secret."""
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        text = _INTERACTION_TOKEN.sub(rf"\1{_HIDDEN}", text)
        return _PASSWORD.sub(rf"\1{_HIDDEN}", text)


def set_up_logging(level: str, secrets: Iterable[str] = ()) -> None:
    """Send everything of `level` and above to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for library in _TALKATIVE:
        logging.getLogger(library).setLevel(logging.DEBUG if level == "DEBUG" else logging.WARNING)
