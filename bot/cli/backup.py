"""`paperboy backup`: the state in one file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import click

from bot.backup.deletions import LIST
from bot.backup.rows_between import VERSION
from bot.backup.snapshot import back_up
from bot.clock import system_clock
from bot.settings import Settings, load_settings
from bot.views.markdown import counted


@click.command(short_help="Write the state into one file.")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
def backup(path: Path) -> None:
    """Write the state, as it is at this instant, into FILE, which `paperboy restore` reads.

    The bot may run meanwhile. A file that is not a backup is never overwritten. Keep FILE from others: it
    holds what people told the bot.
    """
    settings, path = load_settings(), path.expanduser()
    about = asyncio.run(back_up(settings.state_url, path, system_clock))
    rows = counted(sum(count for table, count in about.rows.items() if table != VERSION), "row")
    size = path.stat().st_size / 2**20
    made_at = f"{about.made_at:%Y-%m-%d %H:%M:%S} UTC"
    click.echo(f"Backed up into {path}: {rows} as of {made_at}, read again ({size:,.1f} MiB).")
    for line in _of_deletions(path, settings):
        click.echo(line, err=True)


def _of_deletions(path: Path, settings: Settings) -> Iterator[str]:
    """What keeps a restore of it from bringing back what people have deleted until then."""
    if settings.backups is None:
        yield (
            "What people delete from now on isn't noted, so restoring this file would bring it back: set "
            "PAPERBOY_BACKUPS to a folder and start the bot again."
        )
    elif path.absolute().parent != settings.backups.absolute() or path.suffix != ".backup":
        yield (
            f"What people delete since is noted in {settings.backups / LIST}, and kept while a backup in "
            "that folder is older: keep this file there (as NAME.backup), or a copy of the list with it."
        )
