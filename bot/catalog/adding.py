"""Add one paper that somebody names by its arXiv id, an address or BibTeX."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.catalog import papers
from bot.catalog.ids import arxiv_ids_in, parse_arxiv_id
from bot.catalog.library import Library
from bot.catalog.models import Paper
from bot.catalog.sources.bibtex import read_bibtex
from bot.catalog.sources.harvest import Harvest, Origin, Source
from bot.errors import SourceError, UserError


@dataclass(frozen=True, slots=True)
class Addition:
    paper: Paper
    new: bool
    """False where the catalog had it already."""
    fetched: bool = False
    """Whether a source knows it; otherwise it is as it was written."""


async def add(library: Library, sources: tuple[Source, ...], reference: str) -> Addition:
    """The paper that `reference` names, fetched and added where the catalog lacks it.

    Raises UserError, with a sentence for whoever typed it, where there is no such paper or no source answers.
    """
    # Reading BibTeX takes a while where its LaTeX is deep.
    is_bibtex = "@" in reference and "{" in reference
    written = await asyncio.to_thread(_from_bibtex, reference) if is_bibtex else None
    arxiv_id = written.arxiv_id if written else _named(reference)
    paper_id = arxiv_id or (written.id if written else "")
    known = await _known(library, paper_id, written)
    if known:
        return Addition(known, new=False)
    harvests = await _fetch(sources, arxiv_id, written is not None) if arxiv_id else []
    fetched = any(harvest.papers for harvest in harvests)
    if arxiv_id and not fetched and len(harvests) == len(sources):
        raise UserError(f"Neither arXiv nor Hugging Face has a paper with the id {arxiv_id}.")
    if written:
        harvests.append(Harvest(Origin.PERSON, (written,)))
    tallies = [await library.add(harvest.papers, harvest.origin) for harvest in harvests]
    paper = await _known(library, paper_id, written)
    if paper is None:
        raise UserError("The catalog has several papers of that title: add it with its arXiv id.")
    return Addition(paper, new=any(tally.added for tally in tallies), fetched=fetched)


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
    found = [record for record in records if isinstance(record, Paper)]
    if not found:
        reason = records[0].reason if records and not isinstance(records[0], Paper) else "no entry"
        raise UserError(f"That BibTeX can't be used ({reason}): it needs one entry with a title.")
    if len(found) > 1:
        raise UserError("That BibTeX holds several entries: add them one at a time.")
    return found[0]


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


async def _known(library: Library, paper_id: str, written: Paper | None) -> Paper | None:
    """What the catalog holds of it; an entry without an arXiv id may be there under another id or title."""
    if written is None or written.arxiv_id:
        return await library.paper(paper_id)
    return await library.read(lambda connection: papers.same_as(connection, written))
