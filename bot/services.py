"""What the commands work with, built once in `main` and passed down."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from bot.backup.kept import deletions_of, noted_as
from bot.catalog.earlier_ids import latest_change, todays_ids
from bot.clock import Clock
from bot.errors import SourceError
from bot.following.personal_picks import PersonalPicks
from bot.library_here import LibraryHere
from bot.measuring.figures import Figures
from bot.readers.owner import Owner
from bot.search.library import Library
from bot.settings import Settings
from bot.sources.adding import Adder
from bot.sources.updater import Sources, Updater
from bot.state.added import AddedPapers, AddRules
from bot.state.ended import FEED_ADDRESS
from bot.state.failures import is_passing
from bot.state.feed_tokens import FeedTokens
from bot.state.greetings import Greetings
from bot.state.hidden import HiddenPapers
from bot.state.liked_papers import LikedPapers
from bot.state.parked import Parked
from bot.state.personal import People
from bot.state.picked import PickedPapers
from bot.state.reading_lists import ReadingLists
from bot.state.removed import RemovedPapers
from bot.state.server_votes import Votes
from bot.state.store import Store
from bot.state.synced import SyncedCommands
from bot.state.watched import WatchedPapers
from bot.state.written import WrittenPapers
from bot.wiring import library_of, sources_of

log = logging.getLogger(__name__)

_LOOK_EVERY = 300.0
"""Seconds until what the operator removed elsewhere has left this catalog, too."""
_FETCHED_AT_ONCE = 300


@dataclass(frozen=True)
class ServicesHere:
    """What a command works with: the library is the one that its server, or its person, sees."""

    settings: Settings
    clock: Clock
    library: LibraryHere
    parked: Parked
    added: AddedPapers
    add_rules: AddRules
    written: WrittenPapers
    hidden: HiddenPapers
    people: People
    lists: ReadingLists
    picked: PickedPapers
    personal: PersonalPicks
    votes: Votes
    feed_tokens: FeedTokens
    adder: Adder
    """What it adds is everywhere."""


@dataclass(frozen=True)
class Services:
    settings: Settings
    clock: Clock
    library: Library
    store: Store
    parked: Parked
    synced: SyncedCommands
    greetings: Greetings
    added: AddedPapers
    add_rules: AddRules
    written: WrittenPapers
    hidden: HiddenPapers
    removed: RemovedPapers
    people: People
    lists: ReadingLists
    picked: PickedPapers
    personal: PersonalPicks
    votes: Votes
    feed_tokens: FeedTokens
    sources: Sources
    updater: Updater
    figures: Figures

    @classmethod
    def open(cls, settings: Settings, clock: Clock) -> Services:
        """Open the catalog and the state store; nothing is migrated or asked for yet."""
        store = Store(settings.state_url)
        figures = Figures()
        library = library_of(settings, figures=figures)
        sources = sources_of(settings)
        deletions = deletions_of(settings, clock)
        picked = PickedPapers(store)
        watched = WatchedPapers(store)
        return cls(
            settings=settings,
            clock=clock,
            library=library,
            store=store,
            parked=Parked(store, clock),
            synced=SyncedCommands(store),
            greetings=Greetings(store, clock),
            added=AddedPapers(store, clock),
            add_rules=AddRules(store),
            written=WrittenPapers(store, clock),
            hidden=HiddenPapers(store, clock),
            removed=RemovedPapers(store, clock, deletions),
            people=People(store, deletions.note_person if deletions else None),
            lists=ReadingLists(store, clock),
            picked=picked,
            personal=PersonalPicks(LikedPapers(store), picked),
            votes=Votes(store, clock),
            feed_tokens=FeedTokens(store, clock, noted_as(FEED_ADDRESS, deletions)),
            sources=sources,
            updater=Updater(library, sources, clock, watched.ids, watched.counted),
            figures=figures,
        )

    def here(self, owner: Owner) -> ServicesHere:
        """With the library that `owner` sees."""
        return ServicesHere(
            settings=self.settings,
            clock=self.clock,
            library=LibraryHere(
                self.library, owner, self.written, self.added, self.hidden, self.library.background
            ),
            parked=self.parked,
            added=self.added,
            add_rules=self.add_rules,
            written=self.written,
            hidden=self.hidden,
            people=self.people,
            lists=self.lists,
            picked=self.picked,
            personal=self.personal,
            votes=self.votes,
            feed_tokens=self.feed_tokens,
            adder=Adder(self.library, (self.sources.arxiv, self.sources.hugging_face)),
        )

    async def restore_added(self) -> None:
        """Make a catalog that was built anew, or on another machine, as people left it.

        The papers that members added and a source knows come back; those that the operator removed go.
        """
        await self.take_out_removed()
        for harvest in await self.added.all():
            await self.library.merge(harvest)

    async def take_out_removed(self) -> int:
        """Take what the operator removed out of this catalog; returns how many papers left it."""
        return await self.library.take_out(await self.removed.ids())

    async def keep_up(self, look_every: float = _LOOK_EVERY) -> None:
        """Keep the catalog as people left it while the bot runs, until cancelled. No failure ends it.

        Another catalog in its place is made so at once; what the operator removes elsewhere goes within
        `look_every` seconds.
        """
        loop, anew = asyncio.get_running_loop(), asyncio.Event()
        stop = self.library.on_another_catalog(lambda: loop.call_soon_threadsafe(anew.set))
        asked, as_left = not self.settings.updates, True
        followed: tuple[int, int] | None = None
        try:
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(anew.wait(), look_every)
                as_left = as_left and not anew.is_set()
                anew.clear()
                try:
                    await (self.take_out_removed() if as_left else self.restore_added())
                    as_left = True
                    followed = await self.follow_ids(followed)
                    if not asked:
                        asked = True
                        await self.fetch_added_before()
                except Exception as error:
                    if not is_passing(error):
                        log.exception("The catalog could not be brought up to the state; I try again.")
        finally:
            stop()

    async def follow_ids(self, until: tuple[int, int] | None = None) -> tuple[int, int]:
        """Lines and votes follow papers that have got other ids since `until`; returns until when they have.

        By whichever id they are kept, they count: this is for catalogs that never knew the former one.
        """
        latest = await self.library.read(latest_change)
        if latest != until:
            kept = await self.lists.own_ids()
            moved = await self.library.read(partial(todays_ids, paper_ids=kept, by_title=False))
            for former, current in moved.items():
                await self.lists.now_called({former: current})
        return latest

    async def fetch_added_before(self) -> None:
        """Ask arXiv about papers that an older Paperboy kept as members had written them."""
        ids = await self.added.arxiv_ids_from_before(_FETCHED_AT_ONCE)
        if not ids:
            return
        try:
            harvest = await self.sources.arxiv.papers(ids)
        except SourceError as error:
            log.warning("%s", error)
            return
        await self.library.merge(harvest)
        for paper in harvest.papers:
            await self.added.keep(paper, harvest.origin)

    async def close(self) -> None:
        """Close the sources, the catalog and the state, in this order."""
        await self.sources.close()
        self.library.close()
        await self.store.close()
