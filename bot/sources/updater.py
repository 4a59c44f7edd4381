"""Keep the catalog fresh: by hand with `paperboy update` and `backfill`, by itself while the bot runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from bot.catalog import days, papers, status
from bot.clock import Clock
from bot.errors import CatalogBusy, SourceError
from bot.paper.harvest import Tally
from bot.search.library import Library
from bot.sources.arxiv import ArXiv
from bot.sources.hugging_face import HuggingFace
from bot.sources.revisits import Revisits, Watched, nobodys

if TYPE_CHECKING:
    from bot.sources.recounts import Recounts
    from bot.sources.semantic_scholar import SemanticScholar

log = logging.getLogger(__name__)

TODAY_EVERY = timedelta(minutes=30)
REFRESH_EVERY = timedelta(days=1)
LISTINGS_EVERY = timedelta(hours=6)
"""arXiv announces once a day, at an hour that moves with the seasons."""

REVISITS_EVERY = timedelta(days=1)
"""For each paper that somebody follows or has saved."""

_LOOK_EVERY = 300
"""Seconds between two looks at what is due."""
_COMPLETED_AT_ONCE = 300
"""Papers about which arXiv is asked in one go: three requests."""

Report = Callable[[str, int, int, Tally], None]
"""Called with what has been done, how many steps are done and how many there are, and the tally so far."""


@dataclass(frozen=True)
class Sources:
    hugging_face: HuggingFace
    arxiv: ArXiv
    semantic_scholar: SemanticScholar | None = None
    """None unless the operator has a key."""

    async def close(self) -> None:
        """Close them all."""
        await self.hugging_face.close()
        await self.arxiv.close()
        if self.semantic_scholar is not None:
            await self.semantic_scholar.close()


class Updater:
    """`watched` gives the papers that are asked about again: those whose changes are news to somebody.

    `counted` gives those whose citations are counted.
    """

    def __init__(
        self,
        library: Library,
        sources: Sources,
        clock: Clock,
        watched: Watched = nobodys,
        counted: Watched = nobodys,
    ) -> None:
        self._library = library
        self._sources = sources
        self._clock = clock
        self._revisits = Revisits(library, sources.arxiv, sources.hugging_face, watched)
        self._recounts = _recounts(library, sources.semantic_scholar, counted)

    async def run(self) -> None:
        """Update whenever something is due, until cancelled. No failure ends it."""
        while True:
            try:
                await self.update(TODAY_EVERY, REFRESH_EVERY, LISTINGS_EVERY, REVISITS_EVERY)
            except CatalogBusy:
                log.debug("Another process on this machine is updating the catalog.")
            except Exception:
                log.exception("Updating the catalog failed; the next try is in %s s.", _LOOK_EVERY)
            await asyncio.sleep(_LOOK_EVERY)

    async def update(
        self,
        today_every: timedelta = timedelta(0),
        refresh_every: timedelta = timedelta(0),
        listings_every: timedelta = timedelta(0),
        revisits_every: timedelta = timedelta(0),
        report: Report | None = None,
    ) -> Tally:
        """Read what is due; without periods, everything that may have changed.

        A source's failure is noted and stops no other. Raises CatalogBusy while another process does it.
        """
        with _Alone(self._library):
            now = self._clock()
            due = await self._library.background.read(
                partial(days.due, now=now, today_every=today_every, refresh_every=refresh_every)
            )
            tally = Tally()
            await self._days(due, tally, report)
            await self._listings(now, listings_every, tally)
            await self._complete(tally)
            await self._revisit(now, revisits_every, tally)
            if self._recounts is not None:
                await self._recounts.make(now)
            if tally.added or tally.changed:
                log.info("The catalog has %d new and %d changed papers.", tally.added, tally.changed)
            return tally

    async def backfill(self, since: date, report: Report | None = None) -> Tally:
        """Read the days from `since` on that have not been read since they closed.

        Each day is kept as soon as it is read, so that a run that was stopped goes on where it was. Raises
        SourceError where Hugging Face fails, CatalogBusy while another process updates.
        """
        with _Alone(self._library):
            missing = await self._library.background.read(
                partial(days.not_closed_yet, first=since, last=self._clock().date())
            )
            tally = Tally()
            if error := await self._days(missing, tally, report):
                raise error
            return tally

    async def _days(self, due: Sequence[date], tally: Tally, report: Report | None) -> SourceError | None:
        name = self._sources.hugging_face.name
        for done, day in enumerate(due):
            if report:
                report(f"{day}", done, len(due), tally)
            try:
                harvest = await self._sources.hugging_face.day(day)
            except SourceError as error:
                await self._failed(name, error)
                return error
            await self._library.merge(harvest, tally, read_at=self._clock())
        if due:
            await self._succeeded(name)
        if report:
            report("", len(due), len(due), tally)
        return None

    async def _listings(self, now: datetime, every: timedelta, tally: Tally) -> None:
        arxiv = self._sources.arxiv
        known = {known.name: known for known in await self._library.background.read(status.statuses)}
        last = known[arxiv.name].updated_at if arxiv.name in known else None
        if not arxiv.follows or (last and timedelta() <= now - last < every):
            return
        # A paper appears in a listing up to some days after it was submitted.
        known_until = last if last and last <= now else now - days.REFRESHED
        since = known_until.date() - timedelta(days=4)
        try:
            async for harvest in arxiv.since(since, now.date()):
                await self._library.merge(harvest, tally)
        except SourceError as error:
            await self._failed(arxiv.name, error)
        else:
            await self._succeeded(arxiv.name)

    async def _complete(self, tally: Tally) -> None:
        """Ask arXiv for what only it knows of featured papers: categories, new titles, withdrawals."""
        lacking = await self._library.background.read(
            partial(papers.unknown_to_arxiv, limit=_COMPLETED_AT_ONCE)
        )
        if not lacking:
            return
        try:
            harvest = await self._sources.arxiv.papers(lacking)
        except SourceError as error:
            await self._failed(self._sources.arxiv.name, error)
            return
        await self._library.source_recovered(self._sources.arxiv.name)
        known = await self._library.merge(harvest)
        tally.changed += known.changed
        tally.skip(harvest.skipped)
        absent = set(lacking) - {paper.id for paper in harvest.papers}
        await self._library.mark_asked_arxiv(sorted(absent))

    async def _revisit(self, now: datetime, every: timedelta, tally: Tally) -> None:
        for name, error in (await self._revisits.make(now, every, tally)).items():
            if error is not None:
                await self._failed(name, error)
            else:
                await self._library.source_recovered(name)

    async def _failed(self, name: str, error: SourceError) -> None:
        log.warning("%s", error)
        await self._library.source_failed(name, self._clock(), str(error))

    async def _succeeded(self, name: str) -> None:
        await self._library.source_succeeded(name, self._clock())


def _recounts(library: Library, source: SemanticScholar | None, counted: Watched) -> Recounts | None:
    if source is None:
        return None
    from bot.sources.recounts import Recounts

    return Recounts(library, source, counted)


class _Alone:
    """While it lasts no other process on this machine updates this catalog; a crash ends it, too."""

    def __init__(self, library: Library) -> None:
        self._path = library.path
        self._lock = FileLock(f"{library.path}.update.lock", timeout=0)

    def __enter__(self) -> None:
        try:
            self._lock.acquire()
        except Timeout:
            raise CatalogBusy(self._path) from None

    def __exit__(self, *_: object) -> None:
        self._lock.release()
