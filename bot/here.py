"""The library as one place sees it: with what was written there, and without what is hidden there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from bot.catalog.ids import ArxivId, OwnId, Reference
from bot.catalog.library import Library
from bot.catalog.models import Paper
from bot.catalog.results import Hit, Results, Suggestion
from bot.errors import HiddenHere
from bot.state.added import AddedPapers
from bot.state.failures import is_passing
from bot.state.hidden import HiddenPapers
from bot.state.written import Kind, Owner, WrittenPapers

_TRIES = 20
"""Random papers that are drawn until one is not hidden."""


@dataclass(frozen=True)
class LibraryHere:
    """What a server, or outside of servers a person, finds. Everything else is the library's own.

    The catalog comes first: as soon as a source knows a paper, what a person wrote of it no longer counts.
    """

    library: Library
    owner: Owner
    written: WrittenPapers
    added: AddedPapers
    hidden: HiddenPapers

    def __getattr__(self, name: str) -> Any:
        return getattr(self.library, name)

    async def paper(self, paper_id: str) -> Paper | None:
        """By its id. Raises HiddenHere where the server hides it."""
        found = (
            await self.library.paper(paper_id)
            or await self.written.get(self.owner, paper_id)
            or await self._from_before(paper_id)
        )
        if found is not None and found.id in await self._hidden():
            raise HiddenHere
        return found

    async def referenced(self, reference: Reference) -> Paper | None:
        """The paper that an id, DOI or address names. Raises HiddenHere where the server hides it."""
        if isinstance(reference, ArxivId | OwnId):
            return await self.paper(reference.id)
        found = await self.library.referenced(reference)
        return await self.paper(found.id) if found else None

    async def same_as(self, written: Paper) -> Paper | None:
        """The paper that `written` is, in the catalog or written here. Raises HiddenHere for a hidden one."""
        found = await self.library.same_as(written) or await self.written.like(self.owner, written)
        return await self.paper(found.id) if found else None

    async def paper_of_title(self, title: str) -> Paper | None:
        """The only paper of this title, in the catalog or written here."""
        found = await self.library.paper_of_title(title) or await self.written.of_title(self.owner, title)
        return None if found is not None and found.id in await self._hidden() else found

    async def find(self, text: str, **options: Any) -> Results:
        """As the library finds; a paper that was written here by the title `text` comes first."""
        own = await self.written.of_title(self.owner, text)
        if own is None or own.id in await self._hidden():
            return await self._found(text, options)
        limit, offset = options.get("limit", 5), options.get("offset", 0)
        # It takes one place before all the others.
        shifted = {"limit": limit if offset else limit - 1, "offset": max(0, offset - 1)}
        results = await self._found(text, options | shifted)
        best = max((hit.score for hit in results.hits), default=0.0)
        first = () if offset else (Hit(own, best + 1.0),)
        hits = (*first, *results.hits)
        return replace(results, hits=hits, total=results.total + 1, corrected=None, instead=(), nearest=())

    async def _found(self, text: str, options: dict[str, Any]) -> Results:
        results = await self.library.find(text, **options)
        gone = await self._hidden()
        if gone:
            left = tuple(hit for hit in results.hits if hit.paper.id not in gone)
            nearest = tuple(paper for paper in results.nearest if paper.id not in gone)
            total = results.total - (len(results.hits) - len(left))
            results = replace(results, hits=left, nearest=nearest, total=total)
            if results.reference is not None and results.reference.id in gone:
                raise HiddenHere
        return results

    async def suggest(self, text: str, limit: int = 25) -> list[Suggestion]:
        gone = await self._hidden()
        suggestions = await self.library.suggest(text, limit + len(gone) if gone else limit)
        return [each for each in suggestions if each.id not in gone][:limit]

    async def similar(self, paper_id: str, limit: int = 5) -> list[Paper]:
        """The papers most like this one; like one that was written here, those that its title finds."""
        gone = await self._hidden()
        wanted = limit + min(len(gone), limit)
        if await self.library.paper(paper_id) is None and (own := await self.paper(paper_id)):
            found = [hit.paper for hit in (await self.library.find(own.title, limit=wanted)).hits]
        else:
            found = await self.library.similar(paper_id, wanted)
        return [paper for paper in found if paper.id not in gone][:limit]

    async def random(self, text: str = "") -> Paper | None:
        gone = await self._hidden()
        for _ in range(_TRIES):
            drawn = await self.library.random(text)
            if drawn is None or drawn.id not in gone:
                return drawn
        return None

    async def recent(self, limit: int, offset: int = 0) -> list[Paper]:
        gone = await self._hidden()
        if not gone:
            return await self.library.recent(limit, offset)
        newest = await self.library.recent(offset + limit + len(gone), 0)
        return [paper for paper in newest if paper.id not in gone][offset : offset + limit]

    async def visible(self, papers: Iterable[Paper]) -> list[Paper]:
        """Those of `papers` that are not hidden here."""
        gone = await self._hidden()
        return [paper for paper in papers if paper.id not in gone]

    async def _from_before(self, paper_id: str) -> Paper | None:
        try:
            return await self.added.from_before(paper_id)
        except Exception as error:
            if not is_passing(error):
                raise
            return None

    async def _hidden(self) -> frozenset[str]:
        return await self.hidden.ids(self.owner.id) if self.owner.kind is Kind.SERVER else frozenset()
