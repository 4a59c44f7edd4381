"""`paperboy update` and `paperboy backfill`: papers from Hugging Face and arXiv."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path

import click

from bot.catalog import status
from bot.cli.options import Day, catalog_option
from bot.cli.progress import days_progress, echo_skipped
from bot.clock import system_clock
from bot.errors import CatalogBusy, OperatorError, SourceError
from bot.paper.harvest import Tally
from bot.settings import load_settings
from bot.sources import updater
from bot.sources.seed import build_seed
from bot.sources.updater import Report, Updater
from bot.views.markdown import counted
from bot.wiring import library_of, sources_of

FIRST_DAY = date(2023, 5, 4)
"""The first day of Daily Papers."""

Work = Callable[[Updater, Report], Awaitable[Tally]]


@click.command(short_help="Fetch what is new since the last time.")
@catalog_option
def update(catalog: Path | None) -> None:
    """Fetch what is new since the last time: closed days, today's so far, and upvotes of the last 14 days."""
    _run(catalog, lambda each, report: each.update(report=report))


@click.command()
@click.option(
    "--since",
    required=True,
    type=Day(),
    help="The first day, as in 2023-05-04, which is the first of all.",
    metavar="DATE",
)
@catalog_option
def backfill(since: date, catalog: Path | None) -> None:
    """Fetch the back issues of Daily Papers. Stop it at any time: the next run continues where it was."""
    if since > system_clock().date():
        raise click.UsageError(f"--since {since} is in the future.")
    first = max(since, FIRST_DAY)
    try:
        _run(catalog, lambda each, report: each.backfill(first, report))
    except KeyboardInterrupt:
        raise click.ClickException("Stopped. What was fetched is kept; run it again to continue.") from None


def _run(catalog: Path | None, work: Work) -> None:
    settings = load_settings()
    path, started = catalog or settings.catalog, system_clock()
    if not path.exists():
        build_seed(path)

    async def run() -> tuple[Tally, list[status.SourceStatus]]:
        sources = sources_of(settings)
        with closing(library_of(settings, path)) as library:
            try:
                with days_progress() as report, _told_at_the_end():
                    tally = await work(Updater(library, sources, system_clock), report)
                await library.finish_vectors()
                return tally, await library.read(status.statuses)
            finally:
                await sources.close()

    try:
        tally, sources = asyncio.run(run())
    except CatalogBusy:
        raise OperatorError(
            f"Another Paperboy is updating {path} right now. Try again when it has finished."
        ) from None
    click.echo(f"{counted(tally.added, 'new paper')}, {tally.changed:,} updated, {tally.same:,} unchanged.")
    echo_skipped(tally)
    _raise_failures(sources, started)


@contextmanager
def _told_at_the_end() -> Iterator[None]:
    """What a source doesn't answer is said once, when all have been read, and not by the log as well."""
    log = logging.getLogger(updater.__name__)
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


def _raise_failures(sources: list[status.SourceStatus], started: datetime) -> None:
    """SourceError with a sentence for each source that failed; the others were read."""
    said = []
    for source in sources:
        if source.failing_since is not None:
            longer = f" It has failed since {source.failing_since:%Y-%m-%d %H:%M} UTC."
            said.append(f"{source.failure}{longer if source.failing_since < started else ''}")
    if said:
        raise SourceError(" ".join(said))
