"""Papers that people follow or have saved, asked about again: for new versions, and for code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.catalog import asked_again
from bot.catalog.asked_again import CODE, VERSIONS
from bot.errors import SourceError
from bot.paper.harvest import Harvest, Tally
from bot.search.library import Library
from bot.sources.arxiv import ArXiv
from bot.sources.hugging_face import HuggingFace

Watched = Callable[[], Awaitable[Sequence[Sequence[str]]]]
"""The ids of the papers whose changes are news to somebody, in groups: each is asked about before the next,
which gets what that leaves. May raise nothing."""

MOST: Final = {VERSIONS: 1_000, CODE: 200}
"""Papers a day about which each is asked again: arXiv in ten requests, Hugging Face in one for each."""
_AT_ONCE: Final = {VERSIONS: 100, CODE: 1}
"""Papers of one request."""


async def nobodys() -> Sequence[Sequence[str]]:
    """Where nothing is watched."""
    return ()


class Revisits:
    """Keeps in the catalog when each paper was asked about, so that a restart asks nothing anew."""

    def __init__(self, library: Library, arxiv: ArXiv, hugging_face: HuggingFace, watched: Watched) -> None:
        self._library = library
        self._watched = watched
        self._ask: dict[str, Callable[[Sequence[str]], Awaitable[Harvest]]] = {
            VERSIONS: arxiv.papers,
            CODE: lambda ids: hugging_face.paper(ids[0]),
        }

    async def make(self, now: datetime, every: timedelta, tally: Tally) -> dict[str, SourceError | None]:
        """Ask about what was not asked about for `every`: by source that was asked, why it failed, if so.

        What a source has told until then is kept. One answer that can't be used stops no other, a second in a
        row does.
        """
        asked: dict[str, SourceError | None] = {}
        for source in self._ask:
            due = await self._due(source, now, every)
            failed: SourceError | None = None
            for start in range(0, len(due), _AT_ONCE[source]):
                before, failed = failed, None
                try:
                    await self._about(source, due[start : start + _AT_ONCE[source]], now, tally)
                except SourceError as error:
                    failed = error
                    if before is not None:
                        break
            if due:
                asked[source] = failed
        return asked

    async def _due(self, source: str, now: datetime, every: timedelta) -> list[str]:
        read = self._library.background.read
        most = await read(partial(asked_again.room, source=source, now=now, most=MOST[source]))
        watched = await self._watched() if most else ()
        if not any(watched):
            return []
        return await read(
            partial(asked_again.due, source=source, groups=watched, now=now, every=every, most=most)
        )

    async def _about(self, source: str, paper_ids: Sequence[str], now: datetime, tally: Tally) -> None:
        harvest = await self._ask[source](paper_ids)
        if harvest.papers:
            known = await self._library.merge(harvest)
            tally.changed += known.changed
        tally.skip(harvest.skipped)
        await self._library.mark_revisited(source, paper_ids, now)
