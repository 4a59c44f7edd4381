"""What the commands work with, built once in `main` and passed down."""

from __future__ import annotations

from dataclasses import dataclass

from bot.catalog.library import Library
from bot.catalog.seed import build_seed
from bot.catalog.sources.harvest import Origin
from bot.catalog.updater import Sources, Updater
from bot.clock import Clock
from bot.settings import Settings
from bot.state.added import AddedPapers, AddRules
from bot.state.parked import Parked
from bot.state.store import Store
from bot.state.synced import SyncedCommands


@dataclass(frozen=True)
class Services:
    settings: Settings
    clock: Clock
    library: Library
    store: Store
    parked: Parked
    synced: SyncedCommands
    added: AddedPapers
    add_rules: AddRules
    sources: Sources
    updater: Updater

    @classmethod
    def open(cls, settings: Settings, clock: Clock) -> Services:
        """Open the catalog and the state store; nothing is migrated or asked for yet."""
        store = Store(settings.state_url)
        library = Library(settings.catalog, sentence_model=settings.sentence_model, make=build_seed)
        sources = Sources.of(settings)
        return cls(
            settings=settings,
            clock=clock,
            library=library,
            store=store,
            parked=Parked(store, clock),
            synced=SyncedCommands(store),
            added=AddedPapers(store, clock),
            add_rules=AddRules(store),
            sources=sources,
            updater=Updater(library, sources, clock),
        )

    async def restore_added(self) -> None:
        """Put the papers that members added into a catalog that was built anew, or on another machine."""
        await self.library.add(await self.added.all(), Origin.PERSON)

    async def close(self) -> None:
        await self.sources.close()
        self.library.close()
        await self.store.close()
