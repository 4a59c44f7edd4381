"""The log: one line an event on standard error, with ids that find what it is about, and no secret."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Literal

from bot.log_ids import current_ids
from bot.redaction import Redaction

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_TALKATIVE = ("alembic", "discord")
"""Libraries that say at each start how they set themselves up: only what goes wrong is wanted of them."""


class RedactingFormatter(logging.Formatter):
    """Leaves secrets out of every line; see `Redaction`. The ids of what it is about stand in brackets.

    Works on the finished text, so that traces and other libraries' messages are covered too.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__(_FORMAT)
        self._redaction = Redaction(secrets)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """The line before its trace, with the ids at its end."""
        said = super().formatMessage(record)
        ids = " ".join(f"{name}={found}" for name, found in current_ids().items())
        return f"{said} [{ids}]" if ids else said

    def format(self, record: logging.LogRecord) -> str:
        """The line, without any secret."""
        return self._redaction.text(super().format(record))


def set_up_logging(level: str, secrets: Iterable[str] = (), style: Literal["text", "json"] = "text") -> None:
    """Send everything of `level` and above to standard error, in lines of this `style`."""
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(style, secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for library in _TALKATIVE:
        logging.getLogger(library).setLevel(logging.DEBUG if level == "DEBUG" else logging.WARNING)


def _formatter(style: Literal["text", "json"], secrets: Iterable[str]) -> logging.Formatter:
    if style == "text":
        return RedactingFormatter(secrets)
    # For those who want it: it takes a start some milliseconds.
    from bot.json_log import RedactingJsonFormatter

    return RedactingJsonFormatter(secrets)
