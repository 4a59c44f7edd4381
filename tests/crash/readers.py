"""People who follow topics, the new papers of one day, and what has arrived in their direct messages."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from bot.clock import system_clock
from bot.errors import StaleButton
from bot.paper.harvest import Harvest, Origin
from bot.paper.model import Paper
from bot.readers.follows import Pace, Way
from bot.search.library import Library
from bot.state.inbox_tables import follows, inboxes, letters
from bot.state.openings import MOST
from bot.state.store import Store
from bot.views.buttons import decode
from bot.views.paper_buttons import Open
from tests.crash.town import Count
from tests.support.reading import walk
from tests.support.stand_in import StandIn
from tests.support.statements import value

_TOPICS = (
    "debate of agents",
    "weather of planets",
    "folding of proteins",
    "colour of whales",
    "traffic in cities",
    "music of insects",
)
_FOLLOWED = 3
_CLOSED_OF = 20
"""Of so many people one takes no direct messages."""


class Readership:
    """`people` who follow three topics each. All but five have had a direct message before.

    A kill may cost an opening of the ten that there are in ten minutes.
    """

    def __init__(self, stand_in: StandIn, database_url: str, people: int, seed: int) -> None:
        self._stand_in, self._url = stand_in, database_url
        self._random = random.Random(seed)
        self.people = [stand_in.person(name=f"reader-{number}") for number in range(people)]
        self.closed = self.people[_CLOSED_OF - 1 :: _CLOSED_OF]
        self._new = [each for each in self.people if each not in self.closed][: MOST // 2]
        self._follows = {each: self._random.sample(_TOPICS, _FOLLOWED) for each in self.people}
        self._expected: set[tuple[str, str]] = set()

    def subscribe(self, catalog: Path) -> None:
        """Everybody follows, and then new papers come."""
        asyncio.run(self._subscribe(catalog))

    async def _subscribe(self, catalog: Path) -> None:
        store, library = Store(self._url), Library(catalog)
        try:
            await store.migrate()
            await self._follow(store)
            about = await self._papers(library)
        finally:
            await store.close()
            library.close()
        self._expected = {
            (person, paper)
            for person, topics in self._follows.items()
            if person not in self.closed
            for topic in topics
            for paper in about[topic]
        }

    async def _follow(self, store: Store) -> None:
        now, opened = system_clock(), [each for each in self.people if each not in self._new]
        closed = self._stand_in.direct_channels(people=self.closed, closed=True) if self.closed else []
        there = [each for each in opened if each not in self.closed]
        channels = dict(zip(there, self._stand_in.direct_channels(people=there), strict=True))
        channels |= dict(zip(self.closed, closed, strict=True))
        followed = [
            {
                "person_id": int(person),
                "kind": "topic",
                "text": topic,
                "text_key": topic,
                "shown": topic,
                "made_at": now,
            }
            for person, topics in self._follows.items()
            for topic in topics
        ]
        mine = [
            {
                "person_id": int(person),
                "way": Way.MESSAGE.value,
                "pace": Pace.COME.value,
                "at": now.time(),
                "zone": "UTC",
                "weekday": 0,
                "channel_id": int(channels[person]) if person in channels else None,
            }
            for person in self.people
        ]
        await store.write(lambda connection: connection.execute(insert(follows), followed))
        await store.write(lambda connection: connection.execute(insert(inboxes), mine))

    async def _papers(self, library: Library) -> dict[str, set[str]]:
        """New papers come; by topic those that asking for it brings."""
        papers = [
            Paper(
                id=f"2601.{number:05}",
                title=f"On the {topic.title()}",
                abstract=f"We study the {topic}. The {topic} is new.",
                published=datetime.now(UTC).date(),
            )
            for number, topic in enumerate(_TOPICS, 1)
        ]
        await library.merge(Harvest(Origin.ARXIV, tuple(papers)))
        await library.background.wait_until_current()
        ids = [paper.id for paper in papers]
        return {topic: {*await library.background.about_ids(topic, ids)} for topic in _TOPICS}

    def count(self) -> Count:
        """What Discord has: of each person and paper that a follow of theirs brings one, in one message."""
        messages, arrived = self._arrived()
        wrong = sum(count for pair, count in arrived.items() if pair not in self._expected)
        twice = sum(max(0, arrived[pair] - 1) for pair in self._expected)
        return Count(messages, sum(pair not in arrived for pair in self._expected), twice + wrong, 0)

    def _arrived(self) -> tuple[int, Counter[tuple[str, str]]]:
        """How many messages people have, and how often each paper is in those of each."""
        arrived: Counter[tuple[str, str]] = Counter()
        messages = 0
        for channel in self._stand_in.channels():
            for person in (each["id"] for each in channel.get("recipients") or ()):
                for message in channel["messages"]:
                    messages += 1
                    arrived.update((person, paper) for paper in papers_in(message))
        return messages, arrived

    def letters_left(self) -> int:
        """People to whom something is still to come."""
        arrived = self._arrived()[1]
        return len({person for person, paper in self._expected if (person, paper) not in arrived})

    def open_ends(self) -> int:
        """Letters that are due, or under way and not waiting for somebody to open their messages."""
        soon = datetime.now(UTC) + timedelta(hours=1)
        under_way = select(func.count()).where(letters.c.wake_at <= soon).scalar_subquery()
        due = select(func.count()).where(inboxes.c.next_due_at <= soon).scalar_subquery()
        return asyncio.run(self._number(select(under_way + due)))

    async def _number(self, query: object) -> int:
        store = Store(self._url)
        try:
            return await store.read(value(query)) or 0  # type: ignore[arg-type]
        finally:
            await store.close()


def papers_in(message: dict[str, object]) -> set[str]:
    found = set()
    for part in walk(message.get("components") or []):  # type: ignore[arg-type]
        try:
            pressed = decode(str(part.get("custom_id") or ""))
        except StaleButton:
            continue
        if isinstance(pressed, Open):
            found.add(pressed.paper)
    return found
