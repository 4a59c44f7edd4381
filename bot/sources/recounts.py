"""How often papers are cited that people have saved or that were posted, asked about weekly."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.catalog import asked_again
from bot.errors import SourceBusy, SourceError
from bot.search.library import Library
from bot.sources.revisits import Watched
from bot.sources.semantic_scholar import AT_ONCE, SemanticScholar

log = logging.getLogger(__name__)

EVERY: Final = timedelta(days=7)
"""For each paper, whether it is known or not."""
MOST: Final = 10_000
"""Papers a day, in twenty requests: seventy thousand are asked about weekly."""
_LOOK_EVERY: Final = timedelta(hours=1)
"""Between two looks at what is due: which papers were posted, the state tells only in one long look."""
_LEAST_REST: Final = timedelta(hours=1)
_LONGEST_REST: Final = timedelta(days=1)
"""Semantic Scholar asks for up to fifteen hours; what asks for a year is mistaken."""


class Recounts:
    """Keeps in the catalog when each paper was asked about, and until when the source wants no requests.

    Nothing that fails changes what is known, and nobody but the operator hears of it.
    """

    def __init__(self, library: Library, source: SemanticScholar, counted: Watched) -> None:
        self._library = library
        self._source = source
        self._counted = counted
        self._looked: datetime | None = None

    async def make(self, now: datetime) -> None:
        """Ask about what is due; after a failure the source is left alone for a while."""
        if self._looked is not None and timedelta() <= now - self._looked < _LOOK_EVERY:
            return
        self._looked = now
        due = await self._due(now)
        failed: SourceError | None = None
        for start in range(0, len(due), AT_ONCE):
            before, failed = failed, None
            try:
                await self._about(due[start : start + AT_ONCE], now)
            except SourceBusy as error:
                log.info("%s", error)
                await self._rest(now, timedelta(seconds=min(error.wait, _LONGEST_REST.total_seconds())))
                return
            except SourceError as error:
                failed = error
                # One answer that can't be used stops no other, a second in a row does.
                if before is not None:
                    break
        if failed is not None:
            log.warning("%s", failed)
            await self._rest(now, _LEAST_REST)

    async def _due(self, now: datetime) -> list[str]:
        read, name = self._library.background.read, self._source.name
        if await read(partial(asked_again.rests, source=name, now=now, longest=_LONGEST_REST)):
            return []
        most = await read(partial(asked_again.room, source=name, now=now, most=MOST))
        groups: Sequence[Sequence[str]] = await self._counted() if most else ()
        if not any(groups):
            return []
        return await read(
            partial(asked_again.due, source=name, groups=groups, now=now, every=EVERY, most=most)
        )

    async def _about(self, paper_ids: Sequence[str], now: datetime) -> None:
        counts = await self._source.citations(paper_ids, now.date())
        await self._library.keep_citations(self._source.name, paper_ids, counts, now)

    async def _rest(self, now: datetime, wait: timedelta) -> None:
        await self._library.let_rest(self._source.name, now + max(wait, _LEAST_REST))
