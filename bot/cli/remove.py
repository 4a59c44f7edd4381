"""`paperboy remove`: take papers out for good."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from bot.backup.kept import deletions_of
from bot.catalog import file, papers, removals
from bot.catalog.merging import writing
from bot.cli.options import catalog_option, chosen
from bot.clock import system_clock
from bot.errors import OperatorError
from bot.paper.ids import parse_arxiv_id, parse_reference
from bot.settings import load_settings
from bot.state.failures import is_failure, unusable
from bot.state.removed import RemovedPapers
from bot.state.store import Store

_LONGEST_ID = 64


@click.command(short_help="Take papers out for good.")
@click.argument("ids", nargs=-1, metavar="ID...")
@click.option("--undo", is_flag=True, help="Let them come back, with the next source that brings them.")
@click.option("--list", "lists", is_flag=True, help="Print what was removed, the latest first.")
@catalog_option
def remove(ids: tuple[str, ...], undo: bool, lists: bool, catalog: Path | None) -> None:
    """Take papers out of the catalog for good, through updates, imports and rebuilds.

    ID is an arXiv id, a link to arXiv or Hugging Face, or an id as `paperboy find` prints it. The state keeps
    the list, so that every bot that shares it follows within five minutes.
    """
    if not ids and not lists:
        raise click.UsageError("Tell me which papers by their ids, or give --list.")
    wanted = [parse_arxiv_id(each) or each.strip() for each in ids]
    if wrong := next((each for each in wanted if not 0 < len(each) <= _LONGEST_ID), None):
        raise click.UsageError(f"“{wrong[:80]}” isn't a paper's id. Take one that `paperboy find` prints.")
    with closing(file.open_for_writing(chosen(catalog))) as database:
        asyncio.run(_in_state(database, wanted, undo=undo, lists=lists))


async def _in_state(catalog: sqlite3.Connection, ids: Sequence[str], *, undo: bool, lists: bool) -> None:
    settings = load_settings()
    store = Store(settings.state_url)
    try:
        await store.migrate()
        kept = RemovedPapers(store, system_clock, deletions_of(settings, system_clock))
        for paper_id in () if undo else ids:
            _look_at(catalog, paper_id)
        for paper_id in ids:
            click.echo(await (_undo if undo else _remove)(kept, catalog, paper_id))
        for each in await kept.all() if lists else ():
            click.echo(f"{each.removed_at:%Y-%m-%d}  {each.id}  {each.title}".rstrip())
    except Exception as error:
        if not is_failure(error):
            raise
        raise unusable(error) from error
    finally:
        await store.close()


def _look_at(catalog: sqlite3.Connection, paper_id: str) -> None:
    """Raises OperatorError for what no paper can be called: a slip, which would be kept for good."""
    if parse_reference(paper_id) is None and papers.get(catalog, paper_id) is None:
        raise OperatorError(
            f"No paper has the id “{paper_id}”, and none can have it. Take one that `paperboy find` prints; "
            "nothing was removed."
        )


async def _remove(kept: RemovedPapers, catalog: sqlite3.Connection, paper_id: str) -> str:
    paper = papers.get(catalog, paper_id)
    also: Sequence[str] = removals.ids_of(catalog, paper) if paper else ()
    await kept.remove(paper.id if paper else paper_id, paper.title if paper else "", also)
    await _copy(kept, catalog)
    if paper is None:
        undo = f"`paperboy remove --undo {paper_id}`"
        return f"{paper_id} isn't in the catalog now, and stays out. If you meant another one: {undo}."
    return f"Removed: {paper.title} ({paper.id})"


async def _undo(kept: RemovedPapers, catalog: sqlite3.Connection, paper_id: str) -> str:
    back = await kept.undo(paper_id)
    if back is None:
        raise OperatorError(f"{paper_id} was not removed. `paperboy remove --list` prints what was.")
    await _copy(kept, catalog)
    title = f"{back.title} ({back.id})" if back.title else back.id
    return f"May come back with the next update or import: {title}"


async def _copy(kept: RemovedPapers, catalog: sqlite3.Connection) -> None:
    """This machine's catalog follows at once."""
    ids = await kept.ids()
    with writing(catalog):
        removals.take_out(catalog, ids)
