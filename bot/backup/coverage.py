"""Of which times lists of deletions have all of them, and which are left over between a backup and now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.backup.deletions import BEGUN, CLOCKS_DIFFER, COMPLETE, Deletion


@dataclass(frozen=True, slots=True)
class Span:
    """A time of which a list has all deletions."""

    start: datetime
    end: datetime
    """Of the last of its lines that say so, even where a clock was set back before it."""
    signs: frozenset[datetime]
    """The instants of its lines that say so."""


Gap = tuple[datetime, datetime]


def spans(lines: Iterable[Deletion]) -> list[Span]:
    """Those of one list, in its order; a deletion in it proves nothing of others."""
    found: list[list[datetime]] = []
    for each in lines:
        if each.kind == BEGUN:
            found.append([each.at])
        elif each.kind == COMPLETE and found:
            found[-1].append(each.at)
    return [Span(some[0], some[-1], frozenset(some)) for some in found]


def gone_on(found: Sequence[Span], known: datetime | None, now: datetime) -> list[Span]:
    """The spans of a bot's own list, whose last lasts until now if the state saw its last sign there."""
    if not found or known not in found[-1].signs:
        return list(found)
    return [*found[:-1], replace(found[-1], end=now)]


def uncovered(
    found: Sequence[Span], made_at: datetime, listed_until: datetime | None, now: datetime
) -> list[Gap]:
    """The times since a backup of which none of these spans has the deletions.

    `listed_until` is the last sign that the backup's state had seen: a span with it has all since, whatever
    the clock said when the backup was made. Without such a span something is left over in any case, if only
    because a clock was wrong: then that is all the time.
    """
    believed = [each for each in found if each.start < each.end <= now + CLOCKS_DIFFER]
    known_until = [each.end for each in believed if listed_until in each.signs]
    if not known_until:
        return _left_over(believed, made_at, now) or [(made_at, now)]
    reached = max(known_until)
    return _left_over(believed, max(reached, made_at) if made_at <= now else reached, now)


def _left_over(found: Sequence[Span], since: datetime, now: datetime) -> list[Gap]:
    missing, reached = [], since
    for span in sorted(found, key=lambda each: each.start):
        if span.start > reached:
            missing.append((reached, span.start))
        reached = max(reached, span.end)
    return [*missing, (reached, now)] if reached < now else missing
