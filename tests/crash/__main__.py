"""`make crash`. KILLS, CHANNELS, PEOPLE, SEED and PROCESSES are settable, and DATABASE_URL.

Two processes need a PostgreSQL: without DATABASE_URL the tests' own one is started. With AWAY=60 nothing is
killed, but the tests' PostgreSQL is gone for so many seconds. With DAYS=30 so many real days are replayed for
PEOPLE who follow topics, with requests that fail.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click

from tests.crash import replay_days
from tests.crash.kills import Killing, Outcome
from tests.crash.outages import Outage
from tests.crash.replay import Replay
from tests.support.postgres import Postgres, why_missing
from tests.support.stand_in import StandIn


def main() -> int:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="paperboy-crash-")))
        stand_in = StandIn()
        stack.callback(stand_in.close)
        if os.environ.get("DAYS"):
            return _replay(stack, folder, stand_in)
        outcome = _outage(folder, stand_in) if os.environ.get("AWAY") else _killing(stack, folder, stand_in)
    if not outcome.exactly_once:
        click.echo("\n".join([outcome.log, *outcome.faults, str(outcome.count)]), err=True)
    click.echo(outcome.line)
    return 0 if outcome.exactly_once else 1


def _killing(stack: ExitStack, folder: Path, stand_in: StandIn) -> Outcome:
    processes = _number("PROCESSES", 1)
    return Killing(
        folder,
        stand_in,
        kills=_number("KILLS", 40),
        channels=_number("CHANNELS", 100),
        seed=_number("SEED", 1),
        database_url=os.environ.get("DATABASE_URL") or _database(stack, folder, processes),
        processes=processes,
        people=_number("PEOPLE", 100),
    ).run()


def _replay(stack: ExitStack, folder: Path, stand_in: StandIn) -> int:
    if (reason := replay_days.why_missing()) is not None:
        sys.exit(f"The days to replay are missing: {reason}.")
    processes = _number("PROCESSES", 1)
    replayed = Replay(
        folder,
        stand_in,
        days=_number("DAYS", 30),
        people=_number("PEOPLE", 5_000),
        kills=_number("KILLS", 100),
        seed=_number("SEED", 1),
        database_url=os.environ.get("DATABASE_URL") or _database(stack, folder, processes),
        processes=processes,
        tell=partial(click.echo, err=True),
    ).run()
    if not replayed.exactly_once:
        click.echo("\n".join([replayed.log, *replayed.wrong]), err=True)
    click.echo(replayed.line)
    return 0 if replayed.exactly_once else 1


def _outage(folder: Path, stand_in: StandIn) -> Outcome:
    if (reason := why_missing()) is not None:
        sys.exit(f"A PostgreSQL that goes away must be one of the tests' own: {reason}.")
    return Outage(folder, stand_in, away=_number("AWAY", 60), channels=_number("CHANNELS", 300)).run()


def _number(name: str, otherwise: int) -> int:
    return int(os.environ.get(name) or otherwise)


def _database(stack: ExitStack, folder: Path, processes: int) -> str:
    if processes == 1:
        return f"sqlite:///{folder / 'state.db'}"
    if (reason := why_missing()) is not None:
        sys.exit(f"Several processes need a PostgreSQL: {reason}, or set DATABASE_URL.")
    server = Postgres()
    stack.callback(server.remove)
    server.start()
    return server.new_database()


sys.exit(main())
