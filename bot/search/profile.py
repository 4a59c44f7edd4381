"""What somebody likes, as the ids of papers, and which new papers fit it.

The same for the same catalog, day and profile, whoever asks. Vectors are made for the question and forgotten.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.catalog import candidates, paper_rows, papers
from bot.catalog.changes import Position
from bot.search.index.build import build
from bot.search.index.documents import read
from bot.search.index.likeness import Near, nearest_to
from bot.search.index.live import Snapshot
from bot.search.index.ranking import Part
from bot.search.index.segment import Segment

NEW_FOR: Final = 30
"""Days in which a paper is new."""

ENOUGH: Final = 500
"""Where so many are not new, the newest so many."""

AT_MOST: Final = 3_000
"""Of the new papers the newest so many are looked at."""

REMEMBERED: Final = 100
"""Papers of a profile that count, of either kind: the latest."""

APART: Final = 5
"""One of so many picks is from outside what is nearest: who gets only more of the same sees nothing new."""

_NEAREST: Final = 50
"""The best so many are what is nearest; outside begins behind them."""

_FURTHEST: Final = 0.2
"""Outside ends at this part of all that is looked at: beyond it there are other subjects altogether."""

_PRAISED: Final = 10
"""The most upvoted so many of those outside take turns by the day."""

_SETTLED: Final = 3
"""Votes after which they count for half of what they can."""

Check = Callable[[], None]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Profile:
    """Ids of papers, the latest first."""

    liked: tuple[str, ...]
    disliked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fitting:
    paper_id: str
    because: str | None
    """The liked paper that is nearest to it; None for a pick from outside what is nearest."""

    @property
    def outside(self) -> bool:
        """Whether it is there to show something else."""
        return self.because is None


def fitting(
    connection: sqlite3.Connection,
    snapshot: Snapshot | None,
    profile: Profile,
    day: date,
    *,
    wanted: int,
    without: Collection[str],
    since: date | None = None,
    check: Check,
) -> list[Fitting]:
    """New papers of `day` for this profile, best first, those from outside last; `wanted` (at most 100).

    Papers of the profile, those with the ids `without` and those published before `since` are never among
    them. Nothing fits a profile of which the catalog has no liked paper. Without a `snapshot` of the index
    one is made of the newest papers.
    """
    liked = _known(connection, profile.liked)
    disliked = _known(connection, profile.disliked)
    if snapshot is None:
        snapshot = _of_newest(connection, [*liked, *disliked])
    seen = paper_rows.numbers_with_ids(connection, papers.current_ids(connection, without))
    had = {*liked, *disliked, *seen}
    check()
    shown = candidates.upvotes_of(
        connection, [each for each in _new(snapshot, day, since or date.min) if each not in had]
    )
    near = nearest_to(snapshot.parts, [*liked], [*disliked], [*shown], check)
    outside = _outside(near, {number: votes for number, (_, votes) in shown.items()}, day, wanted)
    inside = [each for each in near if each not in outside][: wanted - len(outside)]
    return [
        *(Fitting(shown[each.number][0], liked.get(each.because or 0)) for each in inside),
        *(Fitting(shown[each.number][0], None) for each in outside),
    ]


def remembered(connection: sqlite3.Connection, liked: Iterable[str]) -> dict[str, str]:
    """Of papers that somebody likes (ids, the latest first) those that a profile can go by.

    By the id that is given, today's: the first of each paper that the catalog has, at most REMEMBERED.
    """
    found: dict[str, str] = {}
    seen: set[int] = set()
    for paper_id in liked:
        held = paper_rows.numbers_of(connection, sorted(papers.current_ids(connection, [paper_id])))
        number = min(held, default=None)
        if number is not None and number not in seen:
            seen.add(number)
            found[paper_id] = held[number]
            if len(found) == REMEMBERED:
                break
    return found


def liking(
    connection: sqlite3.Connection,
    snapshot: Snapshot | None,
    liked: Sequence[str],
    numbers: Iterable[int],
    check: Check,
) -> dict[int, float]:
    """How much whoever liked these papers (ids, the latest first) may like each of those (row numbers).

    From 0 for the least of them up to 1 for the best, and the less the fewer papers were liked.
    """
    known = _known(connection, liked)
    wanted = [*numbers]
    if snapshot is None:
        snapshot = _of(connection, [*known, *wanted])
    near = nearest_to(snapshot.parts, [*known], [], wanted, check)
    if not near:
        return {}
    lowest = min(each.score for each in near)
    spread = max(each.score for each in near) - lowest
    sure = len(known) / (len(known) + _SETTLED)
    return {each.number: sure * (each.score - lowest) / spread if spread else 0.0 for each in near}


def _known(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[int, str]:
    """Row number to today's id of the latest of these papers, ascending."""
    found = paper_rows.numbers_of(connection, sorted(papers.current_ids(connection, ids[:REMEMBERED])))
    return dict(sorted(found.items()))


def _new(snapshot: Snapshot, day: date, since: date) -> list[int]:
    """Row numbers of the papers that are new on this day and not older than `since`, the newest first."""
    numbers = np.concatenate([np.delete(part.segment.numbers, part.dead) for part in snapshot.parts])
    days = np.concatenate([np.delete(part.segment.days, part.dead) for part in snapshot.parts])
    there = (days <= day.toordinal()) & (since == date.min or days >= since.toordinal())
    numbers, days = numbers[there], days[there]
    newest = np.lexsort((-numbers, -days))[:AT_MOST]
    count = max(ENOUGH, int(np.count_nonzero(days[newest] > day.toordinal() - NEW_FOR)))
    found: list[int] = numbers[newest[:count]].tolist()
    return found


def _outside(near: Sequence[Near], upvotes: dict[int, int], day: date, wanted: int) -> list[Near]:
    """Picks that are not the nearest, and not of another world either: well liked ones, others each day."""
    first = max(wanted, min(_NEAREST, len(near) // 2))
    last = max(first + _NEAREST, int(len(near) * _FURTHEST))

    def turn(each: Near) -> bytes:
        return sha256(f"{day} {each.number}".encode()).digest()

    praised = sorted(near[first:last], key=lambda each: (-upvotes[each.number], turn(each)))
    return sorted(praised[:_PRAISED], key=turn)[: wanted // APART]


def _of_newest(connection: sqlite3.Connection, others: Iterable[int]) -> Snapshot:
    recent = [paper.id for paper in papers.recent(connection, ENOUGH)]
    return _of(connection, [*paper_rows.numbers_of(connection, recent), *others])


def _of(connection: sqlite3.Connection, numbers: Iterable[int]) -> Snapshot:
    """An index of these papers, made for them alone."""
    arrays, header = build(read(paper_rows.texts(connection, sorted({*numbers}))))
    return Snapshot((Part(Segment(arrays, header), np.zeros(0, np.uint32)),), {}, Position(-1, -1))
