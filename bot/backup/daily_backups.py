"""The last daily backups, which a running bot makes by itself."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from sqlalchemy import Connection, select

from bot.backup.archive import BackupError, any_about
from bot.backup.deletions import CLOCKS_DIFFER, Deletions
from bot.backup.last_sign import last_sign, remember_sign
from bot.backup.snapshot import back_up
from bot.clock import Clock
from bot.errors import PaperboyError
from bot.state.failures import is_failure
from bot.state.migrating import revision_of, revisions
from bot.state.store import Store
from bot.state.tables import feeds

log = logging.getLogger(__name__)

KEPT: Final = 7
"""Daily backups."""
_NAME: Final = "paperboy-{:%Y-%m-%d}.backup"
_LOOK_EVERY = 600.0
_READY_EVERY = 2.0
_AGAIN: Final = timedelta(hours=1)
_BEST_HOUR: Final = 3
"""UTC, where every hour is as quiet."""


class DailyBackups:
    """In a folder: one a day, at the hour in which the fewest daily papers are due."""

    def __init__(self, folder: Path, store: Store, database_url: str, clock: Clock, list_: Deletions) -> None:
        self._folder = folder
        self._store = store
        self._url = database_url
        self._clock = clock
        self._deletions = list_
        self._not_before: datetime | None = None

    async def run(self) -> None:
        """Make one whenever it is time, until cancelled. No failure ends it."""
        while True:
            ready = await self._is_ready()
            try:
                if ready:
                    await self.sign()
                    if await self.work() is not None:
                        await self.sign()
            except Exception as error:
                if not (isinstance(error, PaperboyError) or is_failure(error)):
                    log.exception("The daily backup failed; the next try is in an hour.")
                else:
                    log.error("The daily backup failed; the next try is in an hour: %s", error)
            await asyncio.sleep(_LOOK_EVERY if ready else _READY_EVERY)

    async def _is_ready(self) -> bool:
        """Whether the state is there, and of this version: while it is migrated others wait."""
        try:
            return await self._store.read(revision_of) == revisions()[-1]
        except Exception as error:
            if not is_failure(error):
                raise
            return False

    async def sign(self) -> None:
        """Say in the list of deletions, and to the state, that all until now are there.

        OSError or BackupError where it can't be written or read: then the next time it begins anew.
        """
        known = await self._store.read(last_sign)
        try:
            at = await self._deletions.sign(known)
        except (OSError, BackupError):
            # What was deleted meanwhile isn't noted either.
            await self._store.write(lambda connection: remember_sign(connection, None))
            raise
        await self._store.write(lambda connection: remember_sign(connection, at))

    async def work(self) -> Path | None:
        """Make today's backup where it is time for it and there is none yet: where it is."""
        now = self._clock().astimezone(UTC)
        path = self._folder / _NAME.format(now)
        if path.exists() or (self._not_before is not None and now < self._not_before):
            return None
        self._not_before = now + _AGAIN
        if now.hour < await self.quiet_hour():
            self._not_before = None
            return None
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            # Of several processes that share the folder one does it.
            with FileLock(self._folder / "backup.lock", timeout=0):
                if path.exists():
                    return None
                await back_up(self._url, path, self._clock)
                await asyncio.to_thread(self._clean_up, now.date())
        except Timeout:
            return None
        self._not_before = None
        log.info("Today's backup is %s.", path)
        return path

    async def quiet_hour(self) -> int:
        """The hour of the day, in UTC, in which the fewest daily papers are due, and fewest soon after."""
        due = await self._store.read(_hours)

        def busy(hour: int) -> tuple[int, int, int]:
            return due[hour], due[(hour + 1) % 24], abs(hour - _BEST_HOUR)

        return min(range(24), key=busy)

    def _clean_up(self, today: date) -> None:
        """Let the oldest go, and then the deletions that all the others know of."""
        # One of a day to come was made before the clock was set back: it counts as older than all the rest.
        daily = sorted(self._daily(), key=lambda each: (each[0] <= today, each[0]))
        for _, path in daily[:-KEPT]:
            path.unlink(missing_ok=True)
        try:
            there = [any_about(path) for path in self._folder.glob("*.backup")]
        except BackupError as error:
            log.warning("No noted deletion is let go of while a backup can't be read: %s", error)
            return
        # What one of an instant to come knows of can't be told from its deletions' instants.
        instants = [each.made_at for each in there]
        if instants and max(instants) <= self._clock() + CLOCKS_DIFFER:
            signs = [each.listed_until for each in there if each.listed_until is not None]
            self._deletions.forget_before(min(instants), signs)

    def _daily(self) -> Iterator[tuple[date, Path]]:
        for path in self._folder.glob("paperboy-*.backup"):
            with suppress(ValueError):
                day = date.fromisoformat(path.stem.removeprefix("paperboy-"))
                if path.name == _NAME.format(day):
                    yield day, path


def _hours(connection: Connection) -> Counter[int]:
    instants = connection.scalars(select(feeds.c.next_due_at).where(feeds.c.next_due_at.is_not(None)))
    return Counter(each.hour for each in instants)
