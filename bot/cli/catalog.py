"""`paperboy catalog`: what the catalog holds, and how fresh it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import click

from bot.catalog import days, status
from bot.cli.options import catalog_option, chosen, open_chosen

_GAPS_SHOWN = 10


@click.command(short_help="Print what the catalog holds.")
@catalog_option
def catalog(catalog: Path | None) -> None:
    """Print counts, the days covered and missing, the size, and the last update of each source."""
    path = chosen(catalog)
    with closing(open_chosen(catalog)) as connection:
        _echo("file", f"{path} ({_size(path) / 2**20:,.1f} MiB)")
        for label, count in status.counts(connection).items():
            _echo(label, f"{count:,}")
        _echo_days(connection)
        for source in status.statuses(connection):
            _echo(source.name, _told(source))


def _echo_days(connection: sqlite3.Connection) -> None:
    covered = days.coverage(connection)
    span = f", {covered.first} to {covered.last}" if covered.days else ""
    _echo("days", f"{covered.days:,}{span}")
    _echo("days missing", f"{len(covered.gaps):,}{_listed(covered.gaps)}")


def _listed(gaps: Sequence[date]) -> str:
    if not gaps:
        return ""
    more = f" and {len(gaps) - _GAPS_SHOWN} more" if len(gaps) > _GAPS_SHOWN else ""
    return f": {', '.join(str(day) for day in gaps[:_GAPS_SHOWN])}{more}"


def _told(source: status.SourceStatus) -> str:
    updated = f"updated {_minute(source.updated_at)}" if source.updated_at else "never updated"
    if source.failing_since is None:
        return updated
    return f"{updated}; failing since {_minute(source.failing_since)}: {source.failure}"


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"


def _echo(label: str, value: str) -> None:
    click.echo(f"{label:<20} {value}")


def _size(path: Path) -> int:
    beside = (path, path.with_name(f"{path.name}-wal"))
    return sum(part.stat().st_size for part in beside if part.exists())
