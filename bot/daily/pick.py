"""Which paper a channel gets: the same for the same catalog, day and history, whoever asks.

A paper's score is its standing by upvotes within its day, times how fresh that day is, times how well it
matches the feed's topic; equal scores go by id. Papers of the last days come first; at weekends, whose lists
are empty, and when there is nothing new, the paper comes from the archive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice

from bot.catalog import days
from bot.catalog.ids import own_id
from bot.catalog.models import Paper
from bot.catalog.queries import Queries
from bot.catalog.text import title_key
from bot.clock import Clock
from bot.daily import shelf
from bot.daily.schedule import WEEKEND
from bot.daily.shelf import Candidate
from bot.state.deliveries import Pick
from bot.state.feeds import Plan

FRESH_DAYS = 3
"""Closed days that count as new for a feed that comes every day: Monday's post sees Friday's list."""
_FRESH_HALF_LIFE = 2.0
_ARCHIVE_HALF_LIFE = 365.0
_ON_TOPIC = 0.4
"""The least match with a topic, against the catalog's best, for a new paper to come before the archive's."""
_BEST_MATCHES = 10
_PAGE = 200
_KEPT = timedelta(minutes=5)
"""How long what was read from the catalog serves further feeds."""


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The catalog as of one closed day, and the orders in which it has been sorted since."""

    read_at: datetime
    catalog: int
    """Its identity."""
    closed: date
    featured: dict[str, Candidate]
    unripe: frozenset[str]
    """Papers whose day has not closed."""
    orders: dict[tuple[object, ...], list[Candidate]] = field(default_factory=dict)

    def serves(self, catalog: int, closed: date, now: datetime) -> bool:
        same = (self.catalog, self.closed) == (catalog, closed)
        return same and timedelta() <= now - self.read_at < _KEPT


class Picker:
    def __init__(self, catalog: Queries, clock: Clock) -> None:
        self._catalog = catalog
        self._clock = clock
        self._kept: _Shelf | None = None

    async def pick(self, plan: Plan, day: date, had: Collection[str]) -> list[Pick]:
        """The papers for local `day`, at most `plan.papers`; fewer or none when the channel had all others.

        `had` are the ids that the channel had. Raises what the catalog raises: CatalogError.
        """
        kept = await self._shelf()
        picks = _picks(await self._fresh(kept, plan, day), had, plan.papers, archive=False)
        seen = {*had, *(pick.paper_id for pick in picks)}
        page = 0
        while len(picks) < plan.papers:
            archive = await self._archive(kept, plan.topic, page)
            if archive is None:
                break
            picks += _picks(archive, seen, plan.papers - len(picks), archive=True)
            page += 1
        return picks

    async def _shelf(self) -> _Shelf:
        now = self._clock()
        closed = days.last_closed(now)
        catalog = await self._catalog.identity()
        kept = self._kept
        if kept is None or not kept.serves(catalog, closed, now):
            candidates = await self._catalog.read(partial(shelf.featured, closed=closed))
            unripe = await self._catalog.read(partial(shelf.open_days, closed=closed))
            featured = {each.id: each for each in candidates}
            kept = self._kept = _Shelf(now, catalog, closed, featured, frozenset(unripe))
        return kept

    async def _fresh(self, kept: _Shelf, plan: Plan, day: date) -> list[Candidate]:
        """The new papers that match, best first."""
        if day.weekday() in WEEKEND and not plan.weekdays <= WEEKEND:
            return []
        days = _days_covered(plan, day)
        key = ("fresh", plan.topic, days)
        if key not in kept.orders:
            first = kept.closed - timedelta(days=days - 1)
            new = [each for each in kept.featured.values() if each.day and each.day >= first]
            match = (
                await self._match(plan.topic, new)
                if plan.topic and new
                else dict.fromkeys(kept.featured, 1.0)
            )
            kept.orders[key] = _ordered(
                (each, match[each.id] * each.standing * _fading(kept.closed, each.day, _FRESH_HALF_LIFE))
                for each in new
                if match.get(each.id, 0) >= _ON_TOPIC
            )
        return kept.orders[key]

    async def _match(self, topic: str, candidates: Sequence[Candidate]) -> dict[str, float]:
        """How well each matches, 1 being the best that the whole catalog has."""
        best = await self._catalog.find(topic, limit=_BEST_MATCHES, correct=False)
        reference = [hit.paper.id for hit in best.hits]
        return await self._catalog.score(topic, [*reference, *(each.id for each in candidates)])

    async def _archive(self, kept: _Shelf, topic: str, page: int) -> list[Candidate] | None:
        """A page of everything that matches, best first; None after the last."""
        key = ("archive", topic, page)
        if key not in kept.orders:
            found = await (self._matching(kept, topic, page) if topic else self._all(kept, page))
            if found is None:
                return None
            kept.orders[key] = found
        return kept.orders[key]

    async def _all(self, kept: _Shelf, page: int) -> list[Candidate] | None:
        if page == 0:
            return _ordered(
                (each, each.standing * _fading(kept.closed, each.day, _ARCHIVE_HALF_LIFE))
                for each in kept.featured.values()
            )
        offset = (page - 1) * _PAGE
        others = await self._catalog.read(partial(shelf.never_featured, limit=_PAGE, offset=offset))
        return [each for each in others if each.id not in kept.unripe] if others else None

    async def _matching(self, kept: _Shelf, topic: str, page: int) -> list[Candidate] | None:
        found = await self._catalog.find(topic, limit=_PAGE, offset=page * _PAGE, correct=False)
        if not found.hits:
            return None
        best = max(hit.score for hit in found.hits)
        scored = []
        for hit in found.hits:
            if not hit.paper.withdrawn and hit.paper.id not in kept.unripe:
                candidate = kept.featured.get(hit.paper.id) or _never_featured(hit.paper)
                age = _fading(kept.closed, candidate.day or candidate.published, _ARCHIVE_HALF_LIFE)
                match = hit.score / best if best > 0 else 1.0
                scored.append((candidate, match**2 * (0.5 + candidate.standing / 2) * (0.5 + age / 2)))
        return _ordered(scored)


def _days_covered(plan: Plan, day: date) -> int:
    """How many closed days are new to the feed: since its last post, and at least FRESH_DAYS."""
    since_last = next(back for back in range(1, 8) if (day - timedelta(days=back)).weekday() in plan.weekdays)
    return max(FRESH_DAYS, since_last)


def _had(candidate: Candidate, had: Collection[str]) -> bool:
    return candidate.id in had or candidate.own_id in had


def _fading(closed: date, day: date | None, half_life: float) -> float:
    age = max(0, (closed - day).days) if day else 10 * half_life
    return float(0.5 ** (age / half_life))


def _never_featured(paper: Paper) -> Candidate:
    named = own_id(title_key(paper.title))
    return Candidate(paper.id, named, paper.title, None, None, 0, paper.published)


def _ordered(scored: Iterable[tuple[Candidate, float]]) -> list[Candidate]:
    return [each for each, _ in sorted(scored, key=lambda pair: (-pair[1], pair[0].id))]


def _picks(ordered: Iterable[Candidate], had: Collection[str], wanted: int, *, archive: bool) -> list[Pick]:
    left = (each for each in ordered if not _had(each, had))
    return [Pick(each.id, each.title, each.day, each.rank, archive) for each in islice(left, wanted)]
