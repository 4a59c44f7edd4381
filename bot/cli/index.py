"""`paperboy index`: build the search index of a catalog."""

from __future__ import annotations

import os
import time
from contextlib import closing
from pathlib import Path

import click

from bot.cli.options import catalog_option, chosen, open_chosen
from bot.search.index import live, storage
from bot.views.markdown import counted


@click.command()
@click.option("--background", is_flag=True, help="Leave the processor to others first.")
@catalog_option
def index(background: bool, catalog: Path | None) -> None:
    """Build the catalog's search index anew.

    The bot does this by itself when the index is missing or far behind; run it after a large import to
    have it ready at once. The index lies beside the catalog and can be deleted at any time.
    """
    path = chosen(catalog)
    if background and hasattr(os, "nice"):
        os.nice(10)
    started = time.perf_counter()
    with closing(open_chosen(catalog)) as connection:
        papers = live.write_base(connection, storage.path_beside(path))
    size = storage.path_beside(path).stat().st_size / 2**20
    took = time.perf_counter() - started
    click.echo(f"{counted(papers, 'paper')} indexed in {took:.1f} s ({size:,.1f} MiB).")
