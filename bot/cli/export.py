"""`paperboy export`: papers for other programs."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TextIO

import click

from bot.catalog import export as exporting
from bot.cli.options import catalog_option, open_chosen
from bot.views.text import counted

_WRITERS = {
    "jsonl": exporting.write_json_lines,
    "csv": exporting.write_csv,
    "bibtex": exporting.write_bibtex,
    "ris": exporting.write_ris,
    "csl-json": exporting.write_csl_json,
}


@click.command(short_help="Write papers for other programs.")
@click.argument("query", nargs=-1)
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(_WRITERS)),
    default="jsonl",
    show_default=True,
    help="As what.",
)
@click.option("--output", type=click.File("w", encoding="utf-8"), default="-", help="Into this file.")
@catalog_option
def export(query: tuple[str, ...], format_: str, output: TextIO, catalog: Path | None) -> None:
    """Write the papers that QUERY finds, or all of them, to standard output or a file.

    Put -- before words that start with -: paperboy export -- agents -games.
    """
    with closing(open_chosen(catalog)) as connection:
        text = " ".join(query).strip()
        chosen = exporting.found_papers(connection, text) if text else exporting.all_papers(connection)
        count = _WRITERS[format_](chosen, output)
    click.echo(f"{counted(count, 'paper')} exported.", err=True)
