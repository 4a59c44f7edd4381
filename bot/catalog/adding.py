"""Add one paper that somebody names by its arXiv id, an address or BibTeX.

Only what a source says enters the catalog. What a person wrote is for where they wrote it: it is handed back.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.catalog.days import latest_day
from bot.catalog.ids import arxiv_ids_in, own_id, parse_arxiv_id
from bot.catalog.library import Library
from bot.catalog.models import Paper, plausible
from bot.catalog.removals import is_removed, removed
from bot.catalog.sources.bibtex import read_bibtex
from bot.catalog.sources.harvest import Harvest, Origin, Source
from bot.catalog.text import title_key
from bot.errors import SourceError, UserError


@dataclass(frozen=True, slots=True)
class Addition:
    paper: Paper
    new: bool = False
    """False where the catalog had it already."""
    origin: Origin | None = None
    """For a new one the least trusted source that told of it; None where it is as it was written, and not in
    the catalog."""


async def add(library: Library, sources: tuple[Source, ...], reference: str) -> Addition:
    """The paper that `reference` names, fetched and added where the catalog lacks it.

    Raises UserError, with a sentence for whoever typed it, where there is no such paper or no source answers.
    """
    # Reading BibTeX takes a while where its LaTeX is deep.
    is_bibtex = "@" in reference and "{" in reference
    written = await asyncio.to_thread(_from_bibtex, reference) if is_bibtex else None
    arxiv_id = written.arxiv_id if written else _named(reference)
    paper_id = arxiv_id or (written.id if written else "")
    known = await library.paper(paper_id)
    if known:
        return Addition(known)
    await _check_not_removed(library, paper_id, written)
    harvests = await _fetch(sources, arxiv_id, written is not None) if arxiv_id else []
    telling = [harvest for harvest in harvests if harvest.papers]
    if not telling and written and len(harvests) < len(sources):
        return Addition(plausible(written, latest_day()), new=True)
    if arxiv_id and not telling and len(harvests) == len(sources):
        raise UserError(f"Neither arXiv nor Hugging Face has a paper with the id {arxiv_id}.")
    for harvest in telling:
        await library.merge(harvest)
    paper = await library.paper(paper_id)
    if paper is None:
        raise UserError("arXiv or Hugging Face told of another paper. Try again in a few minutes.")
    origin = min((harvest.origin for harvest in telling), key=lambda each: each.rank)
    return Addition(paper, new=True, origin=origin)


async def _check_not_removed(library: Library, paper_id: str, written: Paper | None) -> None:
    known = await library.read(removed)
    own = own_id(title_key(written.title)) if written else ""
    if paper_id in known or (written and is_removed(written, own, known)):
        raise UserError("This bot's operator removed that paper.")


def _named(reference: str) -> str:
    arxiv_id = parse_arxiv_id(reference) or next(arxiv_ids_in(reference), None)
    if arxiv_id is None:
        raise UserError(
            "That names no paper. Give an arXiv id such as `2411.13543`, the address of a paper on arXiv or "
            "Hugging Face, or a BibTeX entry."
        )
    return arxiv_id


def _from_bibtex(text: str) -> Paper:
    records = list(read_bibtex(text))
    papers = [record for record in records if isinstance(record, Paper)]
    if not papers:
        reason = records[0].reason if records and not isinstance(records[0], Paper) else "no entry"
        raise UserError(f"That BibTeX can't be used ({reason}): it needs one entry with a title.")
    if len(papers) > 1:
        raise UserError("That BibTeX holds several entries: add them one at a time.")
    return papers[0]


async def _fetch(sources: tuple[Source, ...], arxiv_id: str, is_written: bool) -> list[Harvest]:
    """What each source has. One that fails is passed over where the paper is known without it."""
    answers = await asyncio.gather(*(source.paper(arxiv_id) for source in sources), return_exceptions=True)
    harvests = [answer for answer in answers if isinstance(answer, Harvest)]
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, SourceError):
            raise answer
    found = is_written or any(harvest.papers for harvest in harvests)
    if not found and len(harvests) < len(sources):
        raise UserError(
            "The paper could not be fetched: a source did not answer. Try again in a few minutes."
        )
    return harvests
