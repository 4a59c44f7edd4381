"""The catalog that a command works on: an option that many of them share."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import click

from bot.catalog import file
from bot.errors import CatalogError
from bot.settings import load_settings
from bot.sources.seed import build_seed

catalog_option = click.option(
    "--catalog",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The catalog's file.  [default: PAPERBOY_CATALOG, else catalog.db in the data folder]",
)


class Day(click.ParamType[date]):
    """A day as in 2025-03-20."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; a UsageError that shows how one is written."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise click.UsageError(f"I couldn't read “{value}” as a date. Try 2025-03-20.", ctx) from None


def chosen(catalog: Path | None) -> Path:
    """The catalog's file; a first catalog is made where the settings' is not there yet.

    CatalogError where one that was named is not there: then it is a slip, and no new file shall hide it.
    """
    path = catalog or load_settings().catalog
    if not path.exists():
        if catalog is not None:
            raise CatalogError(
                f"There is no catalog {path}. `paperboy import FILE --catalog {path}` makes one."
            )
        build_seed(path)
    return path


def open_chosen(catalog: Path | None) -> sqlite3.Connection:
    """A read-only connection to it; a catalog of an older Paperboy is migrated first."""
    path = chosen(catalog)
    file.open_for_writing(path).close()
    return file.open_for_reading(path)
