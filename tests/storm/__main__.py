"""`make storm`: every storm, or with STORM=name one; SHORT=1 takes the short form of `make test`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import click

from tests.storm.finding import all_storms
from tests.storm.ground import Storm, blow
from tests.support.postgres import why_missing
from tests.support.stand_in import StandIn


def main() -> int:
    storms = all_storms()
    name = os.environ.get("STORM")
    if name and name not in {each.name for each in storms}:
        sys.exit(f"No storm is called {name}: {', '.join(each.name for each in storms)}.")
    passed = [_run(each) for each in storms if name in (None, "", each.name)]
    return 0 if all(passed) else 1


def _run(storm: Storm) -> bool:
    if storm.database == "postgres" and (missing := why_missing()) is not None:
        click.echo(f"{storm.name} needs a PostgreSQL: {missing}")
        return False
    with tempfile.TemporaryDirectory(prefix="paperboy-storm-") as folder:
        stand_in = StandIn()
        try:
            outcome = blow(storm, Path(folder), stand_in, short=bool(os.environ.get("SHORT")))
        except AssertionError as error:
            click.echo(f"{storm.name} broke off: {error}", err=True)
            click.echo(f"{storm.name} recovered no")
            return False
        finally:
            stand_in.close()
    if not outcome.recovered:
        click.echo("\n".join([outcome.log, *outcome.failed]), err=True)
    click.echo(outcome.line)
    return outcome.recovered


sys.exit(main())
