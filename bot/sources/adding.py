"""Add one paper that somebody names by its arXiv id, a link or BibTeX.

Only what a source says enters the catalog. What a person wrote is for where they wrote it: it is handed back.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

from bot.catalog.days import latest_day
from bot.catalog.removals import is_removed, removed
from bot.errors import SourceError, UserError
from bot.paper.harvest import Harvest, Origin, Source, record_of
from bot.paper.ids import Address, ArxivId, Reference, own_id, references_in
from bot.paper.model import Paper, plausible
from bot.paper.text import title_key
from bot.search.library import Library
from bot.sources.bibtex import read_bibtex

_NO_PAPER = (
    "That doesn't look like a paper. Give me an arXiv id such as `2411.13543`, a link to arXiv or Hugging "
    "Face, or a BibTeX entry."
)
_NO_SOURCE = (
    "I can only fetch papers from arXiv and Hugging Face. Add that one with its arXiv id or a BibTeX entry."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to be added."""

    reference: Reference | None = None
    written: Paper | None = None
    """What their BibTeX says."""

    @property
    def arxiv_id(self) -> str | None:
        """The arXiv id that was named, if one was."""
        if self.written:
            return self.written.arxiv_id
        return self.reference.id if isinstance(self.reference, ArxivId) else None


@dataclass(frozen=True, slots=True)
class Addition:
    paper: Paper
    new: bool = False
    """False where the catalog had it already."""
    origin: Origin | None = None
    """For a new one the least trusted source that told of it; None where it is as it was written, and not in
    the catalog."""


async def read_wanted(text: str) -> Wanted:
    """What `text` names; UserError, with a sentence for whoever typed it, where it names no paper."""
    if "@" in text and "{" in text:
        # Reading BibTeX takes a while where its LaTeX is deep.
        return Wanted(written=await asyncio.to_thread(_from_bibtex, text))
    named = list(references_in(text))
    named_papers = [reference for reference in named if not isinstance(reference, Address)]
    if len(named_papers) > 1:
        raise UserError("That names several papers. Add them one at a time.")
    if not named:
        raise UserError(_NO_PAPER)
    return Wanted(named_papers[0] if named_papers else named[0])


class Holds(Protocol):
    """What is asked whether it has a paper."""

    async def paper(self, paper_id: str) -> Paper | None:
        """By its id."""

    async def referenced(self, reference: Reference) -> Paper | None:
        """By an id, DOI or address."""

    async def same_as(self, written: Paper) -> Paper | None:
        """The paper that `written` is."""


async def known(library: Holds, wanted: Wanted) -> Paper | None:
    """The paper, where the library has it already."""
    if wanted.written:
        return await _held(library, wanted.written)
    return await library.referenced(wanted.reference) if wanted.reference else None


@dataclass(frozen=True)
class Adder:
    """Adds to one catalog what its sources tell."""

    _library: Library
    _sources: tuple[Source, ...]

    async def known(self, wanted: Wanted) -> Paper | None:
        """The paper, where the catalog has it already."""
        return await known(self._library, wanted)

    async def add(self, wanted: Wanted) -> Addition:
        """The paper, fetched and added; raises UserError where there is none or no source answers."""
        return await _added(self._library, self._sources, wanted)


async def _added(library: Library, sources: tuple[Source, ...], wanted: Wanted) -> Addition:
    arxiv_id, written = wanted.arxiv_id, wanted.written
    if arxiv_id is None and written is None:
        raise UserError(_NO_PAPER if isinstance(wanted.reference, Address) else _NO_SOURCE)
    there = await known(library, wanted)
    if there:
        return Addition(there)
    paper_id = arxiv_id or (written.id if written else "")
    await _check_not_removed(library, paper_id, written)
    harvests = await _fetch(sources, arxiv_id, written is not None) if arxiv_id else []
    telling = [harvest for harvest in harvests if harvest.papers]
    if not telling and written and len(harvests) < len(sources):
        # Where it is on the web is the operator's to say: a member's link could lead anywhere.
        own = written.model_copy(update={"url": None})
        return Addition(plausible(own, latest_day()), new=True)
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


async def _held(library: Holds, written: Paper) -> Paper | None:
    """What there is of it; an entry without an arXiv id may be there under another id or title."""
    return await (library.paper(written.id) if written.arxiv_id else library.same_as(written))


def _from_bibtex(text: str) -> Paper:
    records = list(map(record_of, read_bibtex(text)))
    found = [record for record in records if isinstance(record, Paper)]
    if not found:
        raise UserError(
            "I couldn't read a paper from that BibTeX. It needs one whole entry with a title, such as "
            "`@misc{key, title={A Title}, eprint={2411.13543}}`."
        )
    if len(found) > 1:
        raise UserError("That BibTeX holds several entries. Add them one at a time.")
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
            "I couldn't fetch that paper: arXiv or Hugging Face didn't respond. Try again in a few minutes."
        )
    return harvests
