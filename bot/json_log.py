"""The log as one JSON object a line, for programs that collect logs."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from bot.log_ids import INTERACTION, SERVER, current_ids
from bot.redaction import Redaction

_AS_TEXT = (INTERACTION, SERVER)
"""Discord's ids: programs that read JSON's numbers as floats would round them."""


class RedactingJsonFormatter(JsonFormatter):
    """`time`, `level`, `logger`, `message`, the ids of what it is about, and the trace as `exc_info`."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__(json_ensure_ascii=False)
        self._redaction = Redaction(secrets)

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Only what is named here: what libraries hang on a record may hold anything."""
        written = datetime.fromtimestamp(record.created, UTC)
        log_data |= {
            "time": written.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message_dict.get("message") or record.getMessage(),
        }
        for name, found in current_ids().items():
            log_data[name] = str(found) if name in _AS_TEXT else found
        for name in ("exc_info", "stack_info"):
            if message_dict.get(name):
                log_data[name] = message_dict[name]

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Without any secret, before it is written as JSON, which may spell one otherwise."""
        redacted: dict[str, Any] = self._redaction.all_texts(log_data)
        return redacted
