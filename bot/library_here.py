"""The library as one place sees it: with what was written there, and without what is hidden there."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from bot.catalog import featured, news, paper_rows, papers
from bot.catalog.news import NewPaper as NewPaper
from bot.catalog.status import SourceStatus
from bot.errors import HiddenHere
from bot.following.likes import new_ones_like
from bot.paper.ids import OWN_PREFIX, ArxivId, OwnId, Reference
from bot.paper.model import Paper
from bot.readers.owner import Kind, Owner
from bot.search.profile import Fitting, Profile
from bot.search.queries import Queries
from bot.search.query import Query, understood
from bot.search.results import Hit, Results, Sort, Suggestion
from bot.state.added import AddedPapers
from bot.state.failures import is_passing
from bot.state.hidden import HiddenPapers
from bot.state.written import WrittenPapers

_AT_ONCE = 200
"""Papers that are looked up without letting others have a turn."""


@dataclass(frozen=True)
class FeaturedDay:
    """A day of Daily Papers."""

    papers: list[Paper]
    """The most upvoted first."""
    before: date | None
    """The nearest earlier day that featured a paper."""
    after: date | None


@dataclass(frozen=True)
class LibraryHere:
    """What a server, or outside of servers a person, sees of the library: all that a command may read.

    A paper that is hidden there is in no answer; asked for by name, it raises HiddenHere. There is no way
    past it to the catalog: what a command needs beside is to be added here, where hiding is seen to.
    The catalog comes first: as soon as a source knows a paper, what a person wrote of it no longer counts.
    """

    _library: Queries
    _owner: Owner
    _written: WrittenPapers
    _added: AddedPapers
    _hidden: HiddenPapers
    _unhurried: Queries
    """For questions that take longer than a search may."""
    _sees_hidden: bool = False

    async def paper(self, paper_id: str) -> Paper | None:
        """By its id. Raises HiddenHere where the server hides it."""
        found = (
            await self._library.paper(paper_id)
            or await self._written.get(self._owner, paper_id)
            or await self._from_before(paper_id)
        )
        if found is not None and found.id in await self._gone():
            raise HiddenHere
        return found

    def with_hidden(self) -> LibraryHere:
        """The same with what is hidden here: for those who hide papers, and show them again."""
        return replace(self, _sees_hidden=True)

    async def is_everywhere(self, paper_id: str) -> bool:
        """Whether it is a paper of the catalog, and not one that was written here alone."""
        return await self._library.paper(paper_id) is not None

    async def known(self, paper_ids: Sequence[str]) -> dict[str, Paper]:
        """By each of these ids its paper, where it is seen here; a paper may have another id by now."""
        found = await self._library.read(
            lambda connection: {each: papers.get(connection, each) for each in paper_ids}
        )
        gone = await self._gone()
        for each in [each for each, paper in found.items() if paper is None]:
            found[each] = await self._written.get(self._owner, each)
        return {each: paper for each, paper in found.items() if paper is not None and paper.id not in gone}

    async def referenced(self, reference: Reference) -> Paper | None:
        """The paper that an id, DOI or address names. Raises HiddenHere where the server hides it."""
        if isinstance(reference, ArxivId | OwnId):
            return await self.paper(reference.id)
        found = await self._library.referenced(reference)
        return await self.paper(found.id) if found else None

    async def same_as(self, written: Paper) -> Paper | None:
        """The paper that `written` is, in the catalog or written here. Raises HiddenHere for a hidden one."""
        found = await self._library.same_as(written) or await self._written.like(self._owner, written)
        return await self.paper(found.id) if found else None

    async def each_as_held(self, written: Sequence[Paper]) -> list[Paper | None]:
        """For each of these papers the one in the catalog that it is; also one that is hidden here.

        For whoever has the paper already, and keeps it for themselves.
        """
        held: list[Paper | None] = []
        for start in range(0, len(written), _AT_ONCE):
            held += await self._library.read(partial(_as_held, written=written[start : start + _AT_ONCE]))
        return held

    async def moved(self, paper_ids: Iterable[str]) -> dict[str, str]:
        """Of papers that the catalog knows by another id today that one, by the one given here.

        Also of one that is hidden here: for whoever has the id already.
        """
        own = [each for each in paper_ids if each.startswith(OWN_PREFIX)]
        return await self._library.todays_ids(own) if own else {}

    async def earlier_ids(self, papers: Collection[Paper]) -> dict[str, list[str]]:
        """By their ids the others by which what was said of these papers may be kept."""
        return await self._library.earlier_ids(papers)

    async def hides_any(self) -> bool:
        """Whether any paper is hidden here."""
        return bool(await self._gone())

    async def hidden(self, wanted: Sequence[Paper]) -> frozenset[str]:
        """The ids, as they are given, of those that are hidden here, whatever the catalog calls them."""
        gone = await self._gone()
        if not gone:
            return frozenset()
        held, moved = await self.each_as_held(wanted), await self.moved([paper.id for paper in wanted])
        return frozenset(
            paper.id
            for paper, known in zip(wanted, held, strict=True)
            if not gone.isdisjoint((paper.id, moved.get(paper.id, ""), known.id if known else ""))
        )

    async def paper_of_title(self, title: str) -> Paper | None:
        """The only paper of this title, in the catalog or written here; None where it is hidden."""
        found = await self._library.paper_of_title(title) or await self._written.of_title(self._owner, title)
        return None if found is not None and found.id in await self._gone() else found

    async def find(
        self,
        typed: str | Query,
        *,
        sort: Sort = Sort.BEST,
        limit: int = 5,
        offset: int = 0,
        correct: bool = True,
        among: Collection[str] | None = None,
    ) -> Results:
        """As the library finds; a paper that was written here by the title that was typed comes first.

        With `among`, only the papers with these ids are looked at.
        """
        gone, query = await self._gone(), understood(typed)
        search = partial(self._library.find, query, sort=sort, correct=correct, without=gone, among=among)
        own = await self._written.of_title(self._owner, query.typed)
        if own is None or own.id in gone or among is not None:
            return await self._without_hidden(await search(limit=limit, offset=offset))
        # It takes one place before all the others.
        found = await search(limit=limit if offset else limit - 1, offset=max(0, offset - 1))
        results = await self._without_hidden(found)
        best = max((hit.score for hit in results.hits), default=0.0)
        first = () if offset else (Hit(own, best + 1.0),)
        total, holding = results.total + 1, results.holding + 1
        more = replace(results, hits=(*first, *results.hits), total=total, holding=holding)
        return replace(more, corrected=None, unquoted=None, instead=(), nearest=())

    async def _without_hidden(self, results: Results) -> Results:
        """Raises HiddenHere where the search names a hidden paper."""
        gone = await self._gone()
        if not gone:
            return results
        if results.reference is not None and results.reference.id in gone:
            raise HiddenHere
        # Those that are named, and titles that are near, are found all the same.
        left = tuple(hit for hit in results.hits if hit.paper.id not in gone)
        fewer = len(results.hits) - len(left)
        nearest = tuple(paper for paper in results.nearest if paper.id not in gone)
        total, holding = results.total - fewer, results.holding - fewer
        return replace(results, hits=left, nearest=nearest, total=total, holding=holding)

    async def suggest(self, typed: str | Query, limit: int = 25) -> list[Suggestion]:
        """As the library suggests while somebody types, without what is hidden here."""
        gone = await self._gone()
        suggestions = await self._library.suggest(typed, limit + len(gone) if gone else limit)
        return [each for each in suggestions if each.id not in gone][:limit]

    async def similar(self, paper_id: str, limit: int = 5) -> list[Paper]:
        """The papers most like this one; like one that was written here, those that its title finds."""
        gone = await self._gone()
        wanted = limit + min(len(gone), limit)
        if await self._library.paper(paper_id) is None and (own := await self.paper(paper_id)):
            found = [hit.paper for hit in (await self._library.find(own.title, limit=wanted)).hits]
        else:
            found = await self._library.similar(paper_id, wanted)
        return [paper for paper in found if paper.id not in gone][:limit]

    async def remembered(self, paper_ids: Sequence[str]) -> dict[str, str]:
        """Of papers that somebody likes those that a profile can go by, also one that is hidden here.

        By the id that is given, today's.
        """
        return await self._library.remembered(paper_ids)

    async def fitting(
        self, profile: Profile, day: date, *, wanted: int, without: Sequence[str], since: date | None = None
    ) -> list[Fitting]:
        """New papers of `day` for a profile, none of those `without`, nor what is hidden here."""
        gone = await self._gone()
        return await self._library.fitting(
            profile, day, wanted=wanted, without=[*without, *gone], since=since
        )

    async def random(self, text: str = "") -> Paper | None:
        """A random paper among those that `text` finds and that are not hidden here."""
        return await self._library.random(text, without=await self._gone())

    async def recent(self, limit: int, offset: int = 0) -> list[Paper]:
        """The newest papers that are not hidden here."""
        gone = await self._gone()
        if not gone:
            return await self._library.recent(limit, offset)
        newest = await self._library.recent(offset + limit + len(gone), 0)
        return [paper for paper in newest if paper.id not in gone][offset : offset + limit]

    async def of_day(self, day: date) -> FeaturedDay:
        """The Daily Papers of `day` that are not hidden here, with the nearest days that have any."""
        of_it, (before, after) = await self._library.read(
            lambda connection: (featured.papers_of(connection, day), featured.neighbours(connection, day))
        )
        return FeaturedDay(await self._visible(of_it), before, after)

    async def trending(self, first: date, topic: str = "") -> list[Paper]:
        """The papers featured from `first` on, the most upvoted first; with `topic` those about it."""
        upvoted = await self._visible(await self._library.read(partial(featured.trending, first=first)))
        if not topic:
            return upvoted
        on_topic = await self._library.about_ids(topic, [each.id for each in upvoted])
        return [each for each in upvoted if each.id in on_topic]

    async def meant(self, topic: str | Query) -> tuple[str, int] | None:
        """A topic that no paper is about without its slips, and how many papers are about that."""
        return await self._library.meant(topic)

    async def lately(self, query: Query, first: date) -> list[NewPaper]:
        """The papers of `first` and later that a follow of it would bring, the newest first."""
        new = await self._new(first)
        about = await self._library.about_ids(query, [paper.id for paper in new])
        return [paper for paper in new if paper.id in about]

    async def lately_like(self, paper_ids: Sequence[str], first: date) -> list[NewPaper]:
        """Those that are like these papers."""
        new = await self._new(first)
        ids = frozenset(paper.id for paper in new)
        liked = frozenset(await self._library.current_ids(paper_ids))
        found = await self._unhurried.ask(lambda search: new_ones_like(search, ids, liked))
        return [paper for paper in new if paper.id in found]

    async def all_about(self, query: Query, limit: int) -> tuple[int, list[str]]:
        """How many papers are about it, and the titles of those that are most."""
        about, gone = await self._library.about(query), await self._gone()
        hidden = await self._library.read(lambda connection: paper_rows.numbers_of(connection, [*gone]))
        seen = {number: each for number, each in about.items() if number not in hidden}
        best = heapq.nlargest(limit, seen, key=lambda number: (seen[number].degree, seen[number].strength))
        titles = await self._library.read(lambda connection: paper_rows.titles(connection, best))
        return len(seen), [title for _, title in titles]

    async def _new(self, first: date) -> list[NewPaper]:
        gone = await self._gone()
        found = await self._library.read(lambda connection: news.since(connection, first))
        return [paper for paper in found if paper.id not in gone]

    # Of the catalog as a whole: no papers

    async def days_like(self, text: str) -> list[date]:
        """The newest days that featured a paper, of which `text` may be the beginning."""
        return await self._library.read(partial(featured.days_like, text=text))

    async def count(self) -> int:
        """Papers in the catalog."""
        return await self._library.count()

    async def last_featured(self) -> date | None:
        """The newest day of Daily Papers in the catalog."""
        return await self._library.last_featured()

    async def first_featured(self) -> date | None:
        """The first day of Daily Papers in the catalog."""
        return await self._library.read(papers.first_featured)

    async def last_update(self) -> datetime | None:
        """When a source was last read with success."""
        return await self._library.last_update()

    async def failing_sources(self) -> list[SourceStatus]:
        """The sources that failed when they were last asked."""
        return await self._library.failing_sources()

    async def _visible(self, found: Iterable[Paper]) -> list[Paper]:
        gone = await self._gone()
        return [paper for paper in found if paper.id not in gone]

    async def _from_before(self, paper_id: str) -> Paper | None:
        try:
            return await self._added.from_before(paper_id)
        except Exception as error:
            if not is_passing(error):
                raise
            return None

    async def _gone(self) -> frozenset[str]:
        """The ids of what is hidden here, also of a paper that has got another since it was hidden."""
        if self._sees_hidden or self._owner.kind is not Kind.SERVER:
            return frozenset()
        ids = await self._hidden.ids(self._owner.id)
        return frozenset(await self._library.current_ids(ids)) if ids else ids


def _as_held(connection: sqlite3.Connection, written: Sequence[Paper]) -> list[Paper | None]:
    return [papers.same_as(connection, each) for each in written]
