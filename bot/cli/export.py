"""`paperboy export`: papers for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TextIO

import click

from bot.catalog import papers
from bot.cli.options import catalog_option, chosen, open_chosen
from bot.paper import bibliography
from bot.paper.model import Paper
from bot.search.engine import SearchEngine
from bot.views.markdown import counted

_WRITERS = {
    "jsonl": bibliography.write_json_lines,
    "csv": bibliography.write_csv,
    "bibtex": bibliography.write_bibtex,
    "ris": bibliography.write_ris,
    "csl-json": bibliography.write_csl_json,
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
    count = _WRITERS[format_](_papers(" ".join(query).strip(), catalog), output)
    click.echo(f"{counted(count, 'paper')} exported.", err=True)


def _papers(query: str, catalog: Path | None) -> Iterator[Paper]:
    with closing(open_chosen(catalog)) as connection:
        if not query:
            yield from papers.every(connection)
            return
        with closing(SearchEngine(chosen(catalog))) as engine:
            engine.index.wait_until_current(connection)
            yield from engine.on(connection).find_all(query)
