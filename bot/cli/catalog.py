"""`paperboy catalog`: what the catalog holds, and how fresh it is."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import click

from bot.catalog import days, status
from bot.catalog.imports import Import, imports
from bot.cli.options import catalog_option, chosen, open_chosen
from bot.search.index.live import LARGEST_DELTA
from bot.search.index.standing import Standing, standing
from bot.views.markdown import counted

_GAPS_SHOWN = 10


@click.command(short_help="Print what the catalog holds.")
@catalog_option
def catalog(catalog: Path | None) -> None:
    """Print counts, days covered and missing, size, imports under way, and each source's last update."""
    path = chosen(catalog)
    under_way = imports(path)
    with closing(open_chosen(catalog)) as connection:
        _echo("file", f"{path} ({_size(path) / 2**20:,.1f} MiB)")
        for label, count in status.counts(connection).items():
            _echo(label, f"{count:,}")
        _echo_days(connection)
        _echo("search index", _indexed(standing(connection, path), bool(under_way)))
        for source in status.statuses(connection):
            _echo(source.name, _told(source))
    for each in under_way:
        _echo("import under way", _progress(each))


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


def _indexed(index: Standing, importing: bool) -> str:
    if index.built_at is None:
        done = "in memory alone" if index.behind <= LARGEST_DELTA else "not built yet"
    else:
        done = f"built {_minute(index.built_at)}"
    since = f", {counted(index.behind, 'paper')} behind" if index.behind > LARGEST_DELTA else ""
    if index.being_built:
        return f"{done}{since}; being built"
    return (
        f"{done}{since}; to be built when the import has ended" if since and importing else f"{done}{since}"
    )


def _progress(each: Import) -> str:
    seconds = max(time.time() - each.began, 1.0)
    done = f", {each.done / each.size:.0%} read" if each.size else ""
    speed = f"{counted(each.papers, 'paper')} in {seconds:,.0f} s ({each.papers / seconds:,.0f}/s)"
    return f"{each.name}{done}, {speed}" if each.name else "just begun"


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
