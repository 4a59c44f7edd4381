"""`make crash`. KILLS, CHANNELS, SEED and PROCESSES are settable; DATABASE_URL takes another database.

Two processes need a PostgreSQL: without DATABASE_URL the tests' own one is started.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from tests.crash.kills import Killing
from tests.support.postgres import Postgres, why_missing
from tests.support.stand_in import StandIn


def main() -> int:
    kills, channels = int(os.environ.get("KILLS") or 40), int(os.environ.get("CHANNELS") or 100)
    seed, processes = int(os.environ.get("SEED") or 1), int(os.environ.get("PROCESSES") or 1)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="paperboy-crash-")))
        stand_in = StandIn()
        stack.callback(stand_in.close)
        url = os.environ.get("DATABASE_URL") or _database(stack, folder, processes)
        outcome = Killing(
            folder,
            stand_in,
            kills=kills,
            channels=channels,
            seed=seed,
            database_url=url,
            processes=processes,
        ).run()
    if not outcome.exactly_once:
        click.echo("\n".join([outcome.log, *outcome.faults, str(outcome.count)]), err=True)
    click.echo(outcome.line)
    return 0 if outcome.exactly_once else 1


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
