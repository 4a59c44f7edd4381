"""`paperboy embed`: make the vectors by which whole questions are ranked by meaning."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import click

from bot.catalog import file, vectors
from bot.cli.options import catalog_option, chosen
from bot.cli.progress import count_progress
from bot.errors import SettingsError
from bot.search.meaning.nearness import vectors_of
from bot.search.meaning.rerank import Meaning
from bot.settings import load_settings
from bot.views.markdown import counted


@click.command(short_help="Make vectors for ranking by meaning.")
@click.option(
    "--model",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of a sentence model.  [default: PAPERBOY_SENTENCE_MODEL]",
)
@catalog_option
def embed(model: Path | None, catalog: Path | None) -> None:
    """Make a sentence vector for each paper that has none, the newest first.

    It can be stopped and started again at any time: what is done is kept. With the setting
    PAPERBOY_SENTENCE_MODEL the bot does the same for new papers as they come.
    """
    settings = load_settings()
    folder = model or settings.sentence_model
    if folder is None:
        raise SettingsError(
            "I need a sentence model. Set PAPERBOY_SENTENCE_MODEL to its folder, or give --model."
        )
    meaning = Meaning(folder)
    workers = os.cpu_count() or 1
    with closing(file.open_for_writing(chosen(catalog))) as database:
        count = vectors.waiting(database, meaning.name)
        meaning.model()  # what is wrong with it is said before anything else
        with count_progress("Papers", count) as advance:
            while texts := vectors.next_texts(database, meaning.name):
                vectors.store(database, meaning.name, vectors_of(meaning.model(), texts, workers))
                advance(len(texts))
    click.echo(f"{counted(count, 'paper')} embedded.")
