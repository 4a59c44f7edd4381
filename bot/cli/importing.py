"""`paperboy import`: papers from files into a catalog."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from bot.catalog.imports import Progress, import_under_way
from bot.catalog.keeper import Keeper
from bot.catalog.writer import Writer
from bot.cli.options import catalog_option
from bot.cli.progress import echo_skipped, file_progress
from bot.errors import SourceError
from bot.paper.harvest import Tally
from bot.process import short_turns
from bot.settings import load_settings
from bot.shipped import SEED_YEAR
from bot.sources.files import PaperFile
from bot.sources.formats import Format
from bot.views.markdown import counted


@click.command("import")
@click.argument(
    "paths",
    metavar="FILE…",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--format",
    "format_",
    type=click.Choice([format_.value for format_ in Format]),
    help="What the files hold.  [default: told from the name and the beginning]",
)
@click.option("--year", default=SEED_YEAR, show_default=True, help="The year of a page, which has none.")
@click.option("--encoding", help="In which encoding the files are.  [default: found out; mostly UTF-8]")
@catalog_option
@click.pass_context
def import_(
    context: click.Context,
    paths: tuple[Path, ...],
    format_: str | None,
    year: int,
    encoding: str | None,
    catalog: Path | None,
) -> None:
    """Add the papers of FILEs to the catalog.

    Reads JSON, JSON lines, CSV, BibTeX, RIS, CSL-JSON, Web of Science's records, Markdown with papers'
    links, arXiv's metadata dump, recorded answers of arXiv and Hugging Face, and the text of a Daily Papers
    page; plain or packed (.gz, .xz, .zst). Importing a file again changes nothing. Ends with an error where
    a file can't be read or nothing was imported.
    """
    wanted = Format(format_) if format_ else None
    imported, failed = 0, False
    place = catalog or load_settings().catalog
    with short_turns(), closing(Writer(Keeper(place))) as writer, import_under_way(place) as progress:
        for path in paths:
            tally = Tally()
            try:
                paper_file = PaperFile(path, wanted, year=year, encoding=encoding)
                _import(paper_file, writer, tally, progress, imported)
            except SourceError as error:
                # One file that can't be read is no reason to leave out the others.
                click.echo(f"paperboy: {error}", err=True)
                failed = True
                if not tally.papers:
                    continue
                click.echo(f"{path.name}: {_told(tally)}.")
            else:
                note = f", read as {name}" if (name := paper_file.unusual_encoding) else ""
                click.echo(f"{path.name}: {_told(tally)}{note}.")
            echo_skipped(tally)
            imported += tally.papers
    if failed or not imported:
        context.exit(1)


def _import(paper_file: PaperFile, writer: Writer, tally: Tally, progress: Progress, before: int) -> None:
    """`before` it, so many papers came from other files."""
    with file_progress(paper_file.path.name, paper_file.size) as show:
        for harvest in paper_file.harvests():
            writer.merge(harvest, tally).result()
            show(paper_file.position, tally)
            progress.say(paper_file.path.name, paper_file.position, paper_file.size, before + tally.papers)


def _told(tally: Tally) -> str:
    if not tally.papers:
        return "no papers imported"
    return (
        f"{counted(tally.papers, 'paper')} imported "
        f"({tally.added:,} new, {tally.changed:,} updated, {tally.same:,} unchanged)"
    )
