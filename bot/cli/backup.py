"""`paperboy backup`: the state in one file."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from bot.backup.rows_between import VERSION
from bot.backup.snapshot import back_up
from bot.clock import system_clock
from bot.settings import load_settings
from bot.views.markdown import counted


@click.command(short_help="Write the state into one file.")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
def backup(path: Path) -> None:
    """Write the state, as it is at this instant, into FILE, which `paperboy restore` reads.

    The bot may run meanwhile. A file that is not a backup is never overwritten. Keep FILE from others: it
    holds what people told the bot.
    """
    about = asyncio.run(back_up(load_settings().state_url, path.expanduser(), system_clock))
    rows = counted(sum(count for table, count in about.rows.items() if table != VERSION), "row")
    size = path.expanduser().stat().st_size / 2**20
    click.echo(
        f"Backed up: {rows} as of {about.made_at:%Y-%m-%d %H:%M:%S} UTC, read again ({size:,.1f} MiB)."
    )
