"""`python -m tests.crash.signal_less run`: the bot where an event loop takes no signals, as on Windows."""

from __future__ import annotations

import asyncio
from typing import Any, NoReturn

from bot.cli import cli


def refuse(*_: Any) -> NoReturn:
    raise NotImplementedError


asyncio.SelectorEventLoop.add_signal_handler = refuse  # type: ignore[assignment,method-assign]
cli()
