"""`paperboy import`: papers from files into a catalog."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from bot.catalog.keeper import Keeper
from bot.catalog.sources.files import Format, PaperFile
from bot.catalog.sources.harvest import Tally
from bot.catalog.writer import Writer
from bot.cli.options import catalog_option
from bot.cli.progress import echo_skipped, file_progress
from bot.settings import SEED_YEAR, load_settings


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
    help="What the files hold.  [default: told from the name and the first line]",
)
@click.option("--year", default=SEED_YEAR, show_default=True, help="The year of a page, which has none.")
@catalog_option
def import_(paths: tuple[Path, ...], format_: str | None, year: int, catalog: Path | None) -> None:
    """Add the papers of FILEs to the catalog.

    Reads JSON lines, CSV, BibTeX, arXiv's metadata dump, recorded answers of arXiv and Hugging Face, and the
    text of a Daily Papers page; plain or packed (.gz, .xz, .zst). Importing a file again changes nothing.
    """
    wanted = Format(format_) if format_ else None
    files = [PaperFile(path, wanted, year=year) for path in paths]
    with closing(Writer(Keeper(catalog or load_settings().catalog))) as writer:
        for paper_file in files:
            tally = Tally()
            with file_progress(paper_file.path.name, paper_file.size) as show:
                for harvest in paper_file.harvests():
                    writer.merge(harvest, tally).result()
                    show(paper_file.position, tally)
            click.echo(
                f"{paper_file.path.name}: {tally.papers} papers imported "
                f"({tally.added} new, {tally.changed} changed, {tally.same} as they were)."
            )
            echo_skipped(tally)
