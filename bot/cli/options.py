"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

catalog_option = click.option(
    "--catalog",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The catalog's file.  [default: PAPERBOY_CATALOG, else data/catalog.db]",
)
