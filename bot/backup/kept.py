"""What PAPERBOY_BACKUPS switches on; the rest of the room is read only where it is set."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.settings import Settings
from bot.state.ended import Ended
from bot.state.store import Store

if TYPE_CHECKING:
    from bot.backup.daily_backups import DailyBackups
    from bot.backup.deletions import Deletions


def deletions_of(settings: Settings, clock: Clock) -> Deletions | None:
    """The list beside the backups; None where no folder is set for them."""
    if settings.backups is None:
        return None
    from bot.backup.deletions import Deletions

    secret = settings.secret.get_secret_value() if settings.secret else None
    return Deletions(settings.backups, secret, clock)


def noted_as(kind: str, deletions: Deletions | None) -> Ended | None:
    """What notes the end of something of this kind; None where nothing is noted."""
    return partial(deletions.note, kind) if deletions is not None else None


def daily_backups_of(settings: Settings, store: Store, clock: Clock) -> DailyBackups | None:
    """What keeps the last daily backups; None where no folder is set for them."""
    deletions = deletions_of(settings, clock)
    if settings.backups is None or deletions is None:
        return None
    from bot.backup.daily_backups import DailyBackups

    return DailyBackups(settings.backups, store, settings.state_url, clock, deletions)
