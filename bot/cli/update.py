"""`paperboy update` and `paperboy backfill`: papers from Hugging Face and arXiv."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import click

from bot.catalog import status
from bot.catalog.library import Library
from bot.catalog.seed import build_seed
from bot.catalog.sources.harvest import Tally
from bot.catalog.updater import Report, Sources, Updater
from bot.cli.options import catalog_option
from bot.cli.progress import days_progress, echo_skipped
from bot.clock import system_clock
from bot.errors import CatalogBusy, OperatorError, SourceError
from bot.settings import load_settings

FIRST_DAY = date(2023, 5, 4)
"""The first day of Daily Papers."""

Work = Callable[[Updater, Report], Awaitable[Tally]]


@click.command(short_help="Fetch what is new since the last time.")
@catalog_option
def update(catalog: Path | None) -> None:
    """Fetch what is new since the last time: closed days, today's so far, and upvotes of the last 14 days."""
    _run(catalog, lambda updater, report: updater.update(report=report))


@click.command()
@click.option(
    "--since",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="The first day, as in 2023-05-04, which is the first of all.",
    metavar="DATE",
)
@catalog_option
def backfill(since: datetime, catalog: Path | None) -> None:
    """Fetch the back issues of Daily Papers. Stopped at any moment, the next run goes on where it was."""
    first = max(since.date(), FIRST_DAY)
    try:
        _run(catalog, lambda updater, report: updater.backfill(first, report))
    except KeyboardInterrupt:
        raise click.ClickException("Stopped. What was fetched is kept; run it again to go on.") from None


def _run(catalog: Path | None, work: Work) -> None:
    settings = load_settings()
    path = catalog or settings.catalog
    if not path.exists():
        build_seed(path)

    async def run() -> Tally:
        sources = Sources.of(settings)
        with closing(Library(path, sentence_model=settings.sentence_model)) as library:
            try:
                with days_progress() as report:
                    tally = await work(Updater(library, sources, system_clock), report)
                await library.finish_vectors()
                _raise_first_failure(await library.read(status.statuses))
                return tally
            finally:
                await sources.close()

    try:
        tally = asyncio.run(run())
    except CatalogBusy:
        raise OperatorError(
            f"Another Paperboy is updating {path} at this moment: try again when it has finished."
        ) from None
    click.echo(f"{tally.added} new papers, {tally.changed} changed, {tally.same} as they were.")
    echo_skipped(tally)


def _raise_first_failure(sources: list[status.SourceStatus]) -> None:
    for source in sources:
        if source.failing_since:
            raise SourceError(
                f"{source.failure} ({source.name} fails since {source.failing_since:%Y-%m-%d %H:%M} UTC; "
                "the other sources were read.)"
            )
