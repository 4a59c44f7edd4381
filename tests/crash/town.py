"""Servers with a daily feed in every channel, and what has arrived in them."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from bot.clock import system_clock
from bot.sources.seed import build_seed
from bot.state.feeds import ChannelKind, Feeds, Plan
from bot.state.inserting import insert_new
from bot.state.plans import Edition
from bot.state.reader_tables import votes
from bot.state.store import Store
from bot.state.tables import deliveries, feeds
from tests.discord_stand_in.world import ANNOUNCEMENT, FORUM, TEXT
from tests.support.reading import walk
from tests.support.stand_in import StandIn
from tests.support.statements import value

_PER_GUILD = 400
"""Discord allows 500 channels in a server."""
_TOPICS = (
    "",
    "agents",
    "negotiation -game",
    '"multi-agent debate"',
    "papers on how people use agents at work",
)
_UNKNOWN_TOPIC = "spectral sequences"
"""No paper is about it: its channels get the one message that says so, without a thread."""


@dataclass(frozen=True)
class Sort:
    """A sort of channel, and what its feed is to do there."""

    kind: ChannelKind
    type: int
    thread: bool = False
    publish: bool = False
    edition: Edition = Edition.DAILY
    quiet: bool = False
    """Whether nobody of its server likes anything."""


PLAIN = Sort(ChannelKind.TEXT, TEXT)
SORTS = (
    PLAIN,
    PLAIN,
    Sort(ChannelKind.TEXT, TEXT, thread=True),
    Sort(ChannelKind.NEWS, ANNOUNCEMENT, publish=True),
    Sort(ChannelKind.FORUM, FORUM),
    Sort(ChannelKind.TEXT, TEXT, edition=Edition.WEEKLY),
    Sort(ChannelKind.TEXT, TEXT, edition=Edition.WEEKLY, quiet=True),
)
_LIKED = {"2411.13543": 3, "2502.12110": 1}
"""How many people of each server that isn't quiet like these papers."""


@dataclass(frozen=True)
class Count:
    """How it stands: `messages` in all, channels without one, messages too many, steps not taken.

    A message that is not the digest which its channel was to have lacks a step, too.
    """

    messages: int
    missing: int
    double: int
    steps_missing: int

    @property
    def done(self) -> bool:
        return not self.missing and not self.steps_missing


class Town:
    """`sorts` takes turns over the channels; those of quiet servers come last."""

    def __init__(
        self, stand_in: StandIn, database_url: str, channels: int, sorts: tuple[Sort, ...] = SORTS
    ) -> None:
        self._stand_in, self._url = stand_in, database_url
        self._admin = int(stand_in.person(name="owner"))
        self.sorts: dict[str, Sort] = {}
        self.guilds: list[str] = []
        self._guild_of: dict[str, str] = {}
        wanted = [sorts[n % len(sorts)] for n in range(channels)]
        for quiet in (False, True):
            self._build([each for each in wanted if each.quiet is quiet])

    def _build(self, wanted: list[Sort]) -> None:
        for start in range(0, len(wanted), _PER_GUILD):
            guild = self._stand_in.add_guild(name=f"Lab {len(self.guilds)}")
            self.guilds.append(guild)
            here = wanted[start : start + _PER_GUILD]
            fields = [{"type": each.type, "name": f"papers-{n}"} for n, each in enumerate(here)]
            ids = self._stand_in.add_channels(guild=guild, channels=fields)
            self.sorts |= dict(zip(ids, here, strict=True))
            self._guild_of |= dict.fromkeys(ids, guild)

    def subscribe(self, due: datetime | None = None, seed: int = 0) -> None:
        """Give every channel a feed that is due at `due`: the last full minute, when not told."""
        due = due or datetime.now(UTC).replace(second=0, microsecond=0)
        ids = list(self.sorts)
        random.Random(seed).shuffle(ids)
        asyncio.run(self._subscribe(ids, due))

    async def _subscribe(self, ids: list[str], due: datetime) -> None:
        store = Store(self._url)
        try:
            await store.migrate()
            await self._fill(store, ids, due)
            if likes := self._likes():
                await store.write(lambda connection: insert_new(connection, votes, likes))
        finally:
            await store.close()

    async def _fill(self, store: Store, ids: list[str], due: datetime) -> None:
        """The first feed of each sort is set up as the bot does it, the others are its copies, at once."""
        patterns: dict[Sort, dict[str, Any]] = {}
        rows: list[dict[str, Any]] = []
        for channel in ids:
            sort = self.sorts[channel]
            if sort not in patterns:
                plan = self._plan(channel, due)
                made = await Feeds(store, system_clock).add(plan, created_by=self._admin, next_due_at=due)
                patterns[sort] = await store.read(partial(_row_of, made.id))
            else:
                where = {"channel_id": int(channel), "guild_id": int(self._guild_of[channel])}
                of_papers = sort.thread or sort.publish or sort.edition is Edition.WEEKLY
                topics = _TOPICS if of_papers else (*_TOPICS, _UNKNOWN_TOPIC)
                rows.append(patterns[sort] | where | {"topic": topics[len(rows) % len(topics)]})
        if rows:
            await store.write(lambda connection: connection.execute(insert(feeds), rows))

    def _likes(self) -> list[dict[str, Any]]:
        lively = sorted({self._guild_of[channel] for channel, sort in self.sorts.items() if not sort.quiet})
        return [
            {"guild_id": int(guild), "paper_id": paper, "person_id": person, "voted_at": system_clock()}
            for guild in lively
            for paper, people in _LIKED.items()
            for person in range(1, people + 1)
        ]

    def _plan(self, channel: str, due: datetime) -> Plan:
        sort = self.sorts[channel]
        return Plan(
            guild_id=int(self._guild_of[channel]),
            channel_id=int(channel),
            kind=sort.kind,
            at=due.time(),
            zone="UTC",
            weekdays=frozenset({due.weekday()} if sort.edition is Edition.WEEKLY else range(7)),
            thread=sort.thread,
            publish=sort.publish,
            edition=sort.edition,
        )

    def move(self, channel: str, elsewhere: str) -> None:
        """The feed of a channel goes elsewhere now."""
        self.sorts[elsewhere] = self.sorts.pop(channel)
        self._guild_of[elsewhere] = self._guild_of[channel]

    def count(self) -> Count:
        """What Discord has: in each channel one message, what was asked for and as it was asked for."""
        channels = {each["id"]: each for each in self._stand_in.channels()}
        posts: dict[str, list[Any]] = {channel: [] for channel in self.sorts}
        for channel in channels.values():
            if channel["id"] in posts and channel["type"] != FORUM:
                posts[channel["id"]] += channel["messages"]
            elif channels.get(channel.get("parent_id"), {}).get("type") == FORUM:
                posts[channel["parent_id"]] += channel["messages"][:1]
        steps = sum(
            not _steps_taken(self.sorts[channel], messages[0])
            for channel, messages in posts.items()
            if messages
        )
        return Count(
            messages=sum(map(len, posts.values())),
            missing=sum(not messages for messages in posts.values()),
            double=sum(max(0, len(messages) - 1) for messages in posts.values()),
            steps_missing=steps,
        )

    def untold(self) -> int:
        """Feeds that were paused and of which no admin knows yet."""
        return asyncio.run(self._number(select(func.count()).where(feeds.c.tell_from.is_not(None))))

    def paused(self) -> int:
        return asyncio.run(self._number(select(func.count()).where(feeds.c.paused_at.is_not(None))))

    def open_ends(self) -> int:
        """Feeds that are due and deliveries that are not at their end, as the bot has them."""
        soon = datetime.now(UTC) + timedelta(hours=1)
        under_way = select(func.count()).where(deliveries.c.wake_at.is_not(None)).scalar_subquery()
        due = select(func.count()).where(feeds.c.next_due_at <= soon).scalar_subquery()
        # One statement: between two the bot could claim what is due, and neither would see it.
        return asyncio.run(self._number(select(under_way + due)))

    async def _number(self, query: Select[Any]) -> int:
        store = Store(self._url)
        try:
            return await store.read(value(query)) or 0
        finally:
            await store.close()


def _row_of(feed_id: int, connection: Connection) -> dict[str, Any]:
    """All of a feed's columns but its id."""
    found = connection.execute(select(feeds).where(feeds.c.id == feed_id)).one()
    return {key: held for key, held in found._mapping.items() if key != "id"}


def _steps_taken(sort: Sort, message: dict[str, Any]) -> bool:
    published = bool(message["flags"] & 2)
    if sort.edition is Edition.WEEKLY and not _is_digest(message, quiet=sort.quiet):
        return False
    return (not sort.thread or "thread" in message) and (not sort.publish or published)


def _is_digest(message: dict[str, Any], *, quiet: bool) -> bool:
    texts = [part["content"] for part in walk(message.get("components") or []) if part.get("content")]
    text = "\n".join(texts)
    return "The week in papers" in text and ("Most liked here" in text) is not quiet


def seed_catalog(folder: Path) -> Path:
    path = folder / "catalog.db"
    build_seed(path)
    return path
