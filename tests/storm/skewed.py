"""`python -m tests.storm.skewed run`: the bot on a host whose clock is off by STORM_CLOCK_OFF seconds."""

from __future__ import annotations

import datetime as host
import os

import bot.clock
from bot.cli import cli

_OFF = host.timedelta(seconds=float(os.environ["STORM_CLOCK_OFF"]))


class _Clock(host.datetime):
    @classmethod
    def now(cls, tz: host.tzinfo | None = None) -> _Clock:
        return super().now(tz) + _OFF


bot.clock.datetime = _Clock  # type: ignore[attr-defined] # the host's clock, not ours
cli()
