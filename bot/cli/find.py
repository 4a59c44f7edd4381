"""`paperboy find`: search the catalog from a shell, for operators and scripts."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from bot.cli.options import catalog_option, chosen, open_chosen
from bot.search.engine import SearchEngine
from bot.search.meaning.rerank import Meaning
from bot.search.results import Asked, Results, Sort
from bot.settings import load_settings
from bot.views.filters import found_by, left_out
from bot.views.markdown import counted


@click.command()
@click.argument("words", nargs=-1)
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="Papers a query.")
@click.option(
    "--sort",
    type=click.Choice([sort.value for sort in Sort]),
    default=Sort.BEST.value,
    show_default=True,
    help="In which order.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a query.")
@click.option("--stdin", is_flag=True, help="Read one query a line from standard input.")
@catalog_option
def find(
    words: tuple[str, ...], limit: int, sort: str, as_json: bool, stdin: bool, catalog: Path | None
) -> None:
    """Find papers by WORDS, as /paper find does.

    Words or a question, "an exact phrase", -without, title:WORD, author:NAME, after:2024, before:2024-06,
    cat:cs.CL, an arXiv id or a link to a paper. Put -- before words that start with -: paperboy find --
    agents -games.
    """
    if not stdin and not " ".join(words).strip():
        raise click.UsageError("Tell me what to find, as in `paperboy find multi-agent debate`.")
    model = load_settings().sentence_model
    with (
        closing(open_chosen(catalog)) as connection,
        closing(SearchEngine(chosen(catalog), Meaning(model) if model else None)) as engine,
    ):
        engine.index.wait_until_current(connection)
        for text in (line.rstrip("\n") for line in sys.stdin) if stdin else (" ".join(words),):
            results = engine.on(connection).find(text, sort=Sort(sort), limit=limit)
            if as_json:
                click.echo(json.dumps(_record(results), ensure_ascii=False))
            else:
                _show(results)


def _record(results: Results) -> dict[str, Any]:
    return {
        "query": results.query,
        "took_ms": round(results.took_ms, 3),
        "corrected": results.corrected,
        "unquoted": results.unquoted,
        "left_out": [unread.part for unread in results.unread if not unread.read],
        "sort": results.sort.value,
        "total": results.holding,
        "related": results.total - results.holding,
        "results": [
            {"rank": rank, "id": hit.paper.id, "title": hit.paper.title, "score": round(hit.score, 4)}
            for rank, hit in enumerate(results.hits, 1)
        ],
    }


def _show(results: Results) -> None:
    for unread in results.unread:
        click.echo(left_out(unread))
    if results.corrected is not None:
        click.echo(f"Showing results for: {results.corrected}")
    if results.unquoted is not None:
        click.echo("No paper has these words side by side, so I left out the quotation marks.")
    for rank, hit in enumerate(results.hits, 1):
        year = f" ({hit.paper.year})" if hit.paper.year else ""
        click.echo(f"{rank:3}. {hit.paper.title}{year}  {hit.paper.id}")
    if results.hits:
        click.echo(f"{_counts(results)} in {results.took_ms:.1f} ms.")
        return
    if not (results.unread and results.asked in (Asked.NAMES, Asked.NOTHING)):
        click.echo(_nothing(results))
    for other in results.instead:
        click.echo(f"     Try {other.query}  ({found_by(other)})")
    for paper in results.nearest:
        click.echo(f"     {paper.title}  {paper.id}")


def _nothing(results: Results) -> str:
    if results.asked is Asked.NOTHING:
        return "I need at least one word to search for, as in `paperboy find multi-agent debate`."
    if results.asked is Asked.NAMES:
        return "I don't have that paper."
    if results.instead:
        return "Nothing found."
    if results.nearest:
        return "Nothing found. Similar titles:"
    return (
        f"Nothing found for “{results.query}”, and no similar titles. Try other English words or an author's "
        "name."
    )


def _counts(results: Results) -> str:
    related = results.total - results.holding
    if not results.holding:
        return f"{counted(related, 'related paper')}, none with every word,"
    return counted(results.holding, "paper") + (f" and {related:,} related" if related else "")
