"""What a line of the log is about, by ids that follow whatever runs for a delivery or an interaction.

They travel in a context variable, so that tasks, and threads that are given the context, have them too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

DELIVERY: Final = "delivery_id"
FEED: Final = "feed_id"
LETTER: Final = "letter_id"
MAIL: Final = "mail_id"
SERVER: Final = "guild_id"
INTERACTION: Final = "interaction_id"
SHARD: Final = "shard"

Ids = Mapping[str, int]

_ids: ContextVar[Ids | None] = ContextVar("log_ids", default=None)


def current_ids() -> Ids:
    """The ids of what runs now, by name."""
    return _ids.get() or {}


@contextmanager
def about(ids: Ids) -> Iterator[None]:
    """Within it, and in the tasks that are begun in it, each line of the log has these ids, too."""
    token = _ids.set({**current_ids(), **ids})
    try:
        yield
    finally:
        _ids.reset(token)
