"""Replay days for people who follow topics, killing the bot all along, and count what reached whom.

DAYS=30 PEOPLE=5000 KILLS=100 SEED=1 python -m tests.crash

A day is what it was: its papers come, and a day has passed since the one before (`tests.support.aging`). A
tenth of the people hear of papers as they come, a fifth daily, the others weekly.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, insert, or_, select

from bench.follows import follows_of
from bot.following.matching import Follow, Follows
from bot.paper.harvest import Harvest, Origin
from bot.paper.model import Paper
from bot.readers.follows import Kind, Pace, Way
from bot.search.library import Library
from bot.state.inbox_tables import follows, inboxes, letters, looked_at, matches
from bot.state.ledger import State
from bot.state.openings import MOST
from bot.state.patience import MIGRATING
from bot.state.store import Store
from bot.views.markdown import counted
from tests.crash.fleet import Fleet
from tests.crash.readers import papers_in
from tests.crash.replay_days import Days, last_days
from tests.crash.town import seed_catalog
from tests.discord_stand_in.record import most_within
from tests.support.aging import pass_time
from tests.support.stand_in import StandIn
from tests.support.statements import value

FAULTS: Final = {"429": 0.05, "503": 0.02, "reset": 0.02}
_A_DAY = timedelta(days=1)
_FOLLOWED = 3
_TEXTS = 1_500
"""Topics and authors of which people follow some: many follow the same."""
_CLOSED_OF = 25
"""Of so many people one takes no direct messages."""
_NEW_OF = 100
"""Of so many people one had no direct message before."""
_PACES = (Pace.COME, *[Pace.DAILY] * 2, *[Pace.WEEKLY] * 7)
_AFTERWARDS = 9
"""Days without papers, after which the last weekly letter has gone, and who waited for an opening had one."""
_LONGEST_DAY = 900.0
_TRIES = 3 + 1
"""Three, and one more of a process that was killed between Discord's refusal and noting it."""
_SHOWN = 20

Pair = tuple[int, str]
"""A person and a paper."""


@dataclass(frozen=True)
class Replayed:
    days: int
    people: int
    papers: int
    pairs: int
    letters: int
    kills: int
    faults: float
    """The share of requests that met one."""
    missing: int
    double: int
    openings: int
    """The most in ten minutes."""
    asked: int
    """The most often that one person with closed messages was."""
    wrong: list[str]
    """Requests that Discord would refuse, and days that never ended."""
    log: str

    @property
    def line(self) -> str:
        return (
            f"days {self.days} people {self.people} papers {self.papers} pairs {self.pairs} "
            f"letters {self.letters} kills {self.kills} faults {self.faults:.1%} missing {self.missing} "
            f"double {self.double} openings {self.openings} asked {self.asked}"
        )

    @property
    def exactly_once(self) -> bool:
        kept_to = self.openings <= MOST and self.asked <= _TRIES
        return not self.missing and not self.double and kept_to and not self.wrong


class Replay:
    """`before` papers are in the catalog already, `afterwards` days without papers come after the others.

    `paces` are as common among people as they are in there. `tell` hears of each day that is over.
    """

    def __init__(
        self,
        folder: Path,
        stand_in: StandIn,
        *,
        days: int,
        people: int,
        kills: int,
        seed: int,
        database_url: str,
        processes: int = 1,
        before: int = 12_000,
        afterwards: int = _AFTERWARDS,
        paces: Sequence[Pace] = _PACES,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._stand_in, self._url, self._kills = stand_in, database_url, kills
        self._chance = random.Random(seed)
        self._days: Days = last_days(days, before)
        self._afterwards, self._paces, self._tell = afterwards, paces, tell
        self.people = [int(stand_in.person(name=f"reader-{number}")) for number in range(people)]
        self.closed = self.people[_CLOSED_OF - 1 :: _CLOSED_OF]
        self._new = self.people[::_NEW_OF]
        self._texts = [Follow(number, each.kind, each.text) for number, each in enumerate(follows_of(_TEXTS))]
        self._followers: dict[int, list[int]] = {}
        for person in self.people:
            for text in self._chance.sample(range(len(self._texts)), _FOLLOWED):
                self._followers.setdefault(text, []).append(person)
        self._catalog = seed_catalog(folder)
        self._there: set[str] = set()
        self._expected: set[Pair] = set()
        self._openings = 0
        self._asked: Counter[str] = Counter()
        self._requests, self._struck = 0, 0
        self._wrong: list[str] = []
        self._fleet = Fleet(
            folder,
            stand_in,
            catalog=self._catalog,
            database_url=database_url,
            processes=processes,
            chance=self._chance,
        )

    def run(self) -> Replayed:
        asyncio.run(self._begin())
        self._stand_in.weather(seed=7, rates=FAULTS)
        killed, days = 0, [*self._days.days, *[()] * self._afterwards]
        try:
            for number, papers in enumerate(days):
                if number:
                    asyncio.run(self._pass(_A_DAY))
                new = asyncio.run(self._bring(papers))
                self._fleet.start()
                self._wait(lambda new=new: asyncio.run(self._looked_at(new)) == len(new), number)
                killed += self._kill_some(self._kills - killed, max(1, len(self._days.days) - number))
                self._wait(lambda: not asyncio.run(self._under_way()), number)
                self._fleet.stop()
                self._note_requests()
                self._tell(f"day {number + 1} of {len(days)}, {counted(killed, 'kill')}")
        finally:
            self._fleet.kill()
        return asyncio.run(self._outcome(killed))

    # Before the first day

    async def _begin(self) -> None:
        store, library = Store(self._url, MIGRATING), Library(self._catalog)
        try:
            await library.merge(Harvest(Origin.FILE, tuple(self._days.before)))
            await library.background.wait_until_current()
            self._there = {paper.id for paper in self._days.before}
            await store.migrate()
            await self._follow(store)
            # What was there before is no news, since people began to follow.
            await self._settle(store, library)
        finally:
            await store.close()
            library.close()

    async def _settle(self, store: Store, library: Library) -> None:
        now = datetime.now(UTC)
        ids = await library.background.read(
            lambda connection: [row[0] for row in connection.execute("SELECT id FROM papers")]
        )
        self._there |= {*ids}
        rows = [{"paper_id": each, "at": now + _A_DAY * 10} for each in ids]
        await store.write(lambda connection: connection.execute(insert(looked_at), rows))

    async def _follow(self, store: Store) -> None:
        now = datetime.now(UTC)
        there = [each for each in self.people if each not in {*self.closed, *self._new}]
        channels = dict(zip(there, self._direct(there), strict=True))
        channels |= dict(zip(self.closed, self._direct(self.closed, closed=True), strict=True))
        self._channels_closed = {str(channels[each]) for each in self.closed}
        followed = [
            {
                "person_id": person,
                "kind": self._texts[text].kind.value,
                "text": self._texts[text].text,
                "text_key": f"{text}",
                "shown": self._texts[text].text,
                "made_at": now - timedelta(hours=1),
            }
            for text, people in self._followers.items()
            for person in people
        ]
        # Now is just past everybody's time: the next is in a day, or in a week.
        at = (now - timedelta(minutes=1)).replace(second=0, microsecond=0)
        mine = [
            {
                "person_id": person,
                "way": Way.MESSAGE.value,
                "pace": self._chance.choice(self._paces).value,
                "at": at.time(),
                "zone": "UTC",
                "weekday": at.weekday(),
                "channel_id": channels.get(person),
            }
            for person in self.people
        ]
        await store.write(lambda connection: connection.execute(insert(follows), followed))
        await store.write(lambda connection: connection.execute(insert(inboxes), mine))

    def _direct(self, people: Sequence[int], *, closed: bool = False) -> list[int]:
        names = [str(each) for each in people]
        return [int(each) for each in self._stand_in.direct_channels(people=names, closed=closed)]

    # A day

    async def _pass(self, span: timedelta) -> None:
        store = Store(self._url, MIGRATING)
        try:
            await pass_time(store, span)
        finally:
            await store.close()

    async def _bring(self, papers: Iterable[Paper]) -> list[str]:
        """They come; the ids of those that nobody had seen, whom they are expected at."""
        today = datetime.now(UTC).date()
        given = [_of_today(paper, today) for paper in papers]
        library = Library(self._catalog)
        try:
            for paper in given:
                await library.merge(Harvest(Origin.FILE, (paper,)))
            await library.background.wait_until_current()
            new = [each for each in dict.fromkeys(paper.id for paper in given) if each not in self._there]
            self._there |= {*new}
            if new:
                await self._expect(library, new)
        finally:
            library.close()
        return new

    async def _expect(self, library: Library, new: Sequence[str]) -> None:
        """By asking for each topic by itself; for authors, by the rule of following alone."""
        for number, people in self._followers.items():
            follow = self._texts[number]
            if follow.kind is Kind.TOPIC:
                about: Iterable[str] = await library.background.about_ids(follow.text, new)
            else:
                alone = Follows([follow])
                found = await library.background.ask(partial(alone.match, paper_ids=new))
                about = found.get(follow.id, ())
            self._expected |= {(person, paper) for paper in about for person in people}

    def _kill_some(self, kills: int, days: int) -> int:
        killed = 0
        for left in range(-(-kills // days), 0, -1):
            messages = asyncio.run(self._under_way())
            if not messages:
                break
            self._fleet.kill_one(messages, left)
            killed += 1
        self._stand_in.spare()
        return killed

    def _wait(self, true: Any, day: int) -> None:
        deadline = time.monotonic() + _LONGEST_DAY
        while not true():
            if time.monotonic() > deadline:
                self._wrong.append(f"day {day} didn't end")
                return
            time.sleep(0.3)

    async def _looked_at(self, ids: Sequence[str]) -> int:
        return await self._number(select(func.count()).where(looked_at.c.paper_id.in_(ids))) if ids else 0

    async def _under_way(self) -> int:
        """Letters that may go now: not those that wait for an opening, or for somebody's messages."""
        now = datetime.now(UTC)
        soon = now + timedelta(seconds=45)
        going = or_(letters.c.owner.is_not(None), letters.c.wake_at <= soon)
        under_way = (
            select(func.count()).where(letters.c.state == State.CLAIMED.value, going).scalar_subquery()
        )
        # While one letter waits for somebody's messages, they get no other.
        waits = select(letters.c.id).where(
            letters.c.person_id == inboxes.c.person_id, letters.c.state == State.CLAIMED.value
        )
        due = select(func.count()).where(
            inboxes.c.next_due_at <= now, inboxes.c.paused_at.is_(None), ~waits.exists()
        )
        return await self._number(select(under_way + due.scalar_subquery()))

    async def _number(self, query: Any) -> int:
        store = Store(self._url, MIGRATING)
        try:
            return await store.read(value(query)) or 0
        finally:
            await store.close()

    def _note_requests(self) -> None:
        """What Discord was asked on this day, which is then forgotten."""
        requests = self._stand_in.requests()
        # A request that failed opened nothing, and was sent again.
        opened = [
            each["at"]
            for each in requests
            if each["path"].endswith("/users/@me/channels") and each["status"] == 200
        ]
        self._openings = max(self._openings, most_within(opened, 600.0) if opened else 0)
        self._asked.update(
            each["path"].split("/")[2]
            for each in requests
            if each["status"] == 403 and each["path"].split("/")[2] in self._channels_closed
        )
        self._requests += len(requests)
        self._stand_in.forget_requests()

    # What has come of it

    async def _outcome(self, killed: int) -> Replayed:
        store = Store(self._url, MIGRATING)
        try:
            held = await store.read(
                lambda connection: connection.execute(select(matches.c.person_id, matches.c.paper_id)).all()
            )
            sent = await store.read(
                lambda connection: connection.execute(
                    select(letters.c.person_id, letters.c.more).where(letters.c.state == State.SENT.value)
                ).all()
            )
        finally:
            await store.close()
        shown, messages = self._shown()
        pairs = Counter((row.person_id, row.paper_id) for row in held)
        missing = sum(pair not in pairs for pair in self._expected)
        double = sum(pair not in self._expected for pair in pairs)
        double += sum(count - 1 for count in shown.values()) + sum(
            pair not in self._expected for pair in shown
        )
        told, wanted = Counter(person for person, _ in shown), Counter(person for person, _ in self._expected)
        for person, more in sent:
            told[person] += more
        for person in {*self.people} - {*self.closed}:
            missing += max(0, wanted[person] - told[person])
            double += max(0, told[person] - wanted[person])
        unmet = [f"expected, not found: {pair}" for pair in sorted(self._expected - pairs.keys())]
        unmet += [f"found, not expected: {pair}" for pair in sorted(pairs.keys() - self._expected)]
        unmet += [f"shown {count} times: {pair}" for pair, count in sorted(shown.items()) if count > 1]
        unmet += [
            f"{person} was told of {told[person]} papers, and {wanted[person]} were for them"
            for person in sorted({*self.people} - {*self.closed})
            if told[person] != wanted[person]
        ]
        report = self._stand_in.report()
        return Replayed(
            days=len(self._days.days),
            people=len(self.people),
            papers=len({paper.id for day in self._days.days for paper in day}),
            pairs=len(self._expected),
            letters=messages,
            kills=killed,
            faults=sum(report["weather"].values()) / max(1, self._requests),
            missing=missing,
            double=double,
            openings=self._openings,
            asked=max(self._asked.values(), default=0),
            wrong=[*self._wrong, *unmet[:_SHOWN], *report["faults"]],
            log=self._fleet.log,
        )

    def _shown(self) -> tuple[Counter[Pair], int]:
        """How often each paper is shown in somebody's messages, and how many messages there are."""
        shown: Counter[Pair] = Counter()
        messages = 0
        for channel in self._stand_in.channels():
            for person in (int(each["id"]) for each in channel.get("recipients") or ()):
                messages += len(channel["messages"])
                for message in channel["messages"]:
                    shown.update((person, paper) for paper in papers_in(message))
        return shown, messages


def _of_today(paper: Paper, today: Any) -> Paper:
    """As it would come today."""
    featured = (today,) if paper.featured else ()
    return paper.model_copy(update={"published": today, "featured": featured, "year": today.year})
