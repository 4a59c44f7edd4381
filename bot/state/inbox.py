"""What follows brought to whom, and how each person hears of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, case, delete, or_, select, true, update

from bot.clock import Clock
from bot.readers.follows import Followed, Found, Inbox, InboxPlan, Match, Standing, Way
from bot.reasons import Code, Reason, reason
from bot.state import standings
from bot.state.feeds import FARTHEST
from bot.state.inbox_rows import found_from_row, inbox_from_row, inbox_values
from bot.state.inbox_tables import follows, inboxes, letters, looked_at, matches
from bot.state.inserting import insert_new, insert_or_update
from bot.state.picked import has_brought
from bot.state.rows import readable
from bot.state.store import Store
from bot.state.tables import begun

FOLLOWING = "following"
"""What is begun anew by a restore."""
_AT_ONCE = 400
_LOOKED_AT_KEPT = timedelta(days=60)
CLAIMED: Final = "claimed"
"""As `bot.state.ledger.State` has it."""

Due = Callable[[Inbox, datetime], datetime | None]
"""When the next letter of an inbox may go, at an instant: None where none goes."""


class Inboxes:
    """`due` says when the next letter of somebody may go."""

    def __init__(self, store: Store, clock: Clock, due: Due) -> None:
        self._store = store
        self._clock = clock
        self._due = due

    async def of(self, person: int) -> Inbox | None:
        """None for somebody who never followed anything."""
        query = select(inboxes).where(inboxes.c.person_id == person)
        row = await self._store.read(lambda connection: connection.execute(query).first())
        return inbox_from_row(row) if row else None

    async def begin(self, person: int, plan: InboxPlan) -> Inbox:
        """The person's inbox, made by this plan where there is none yet."""
        row = {"person_id": person, **inbox_values(plan)}

        def work(connection: Connection) -> Inbox:
            insert_new(connection, inboxes, [row])
            return _inbox(connection, person)

        return await self._store.write(work)

    async def change(
        self, person: int, plan: InboxPlan, *, channel_id: int | None, guild_id: int | None = None
    ) -> Inbox:
        """How they hear of news from now on, in that channel; what waits goes when its time by that comes."""
        row = {"person_id": person, **inbox_values(plan), "channel_id": channel_id, "guild_id": guild_id}
        row |= {"paused_at": None, "paused_reason": None, "retry_at": None}
        if plan.way is Way.THREAD:
            row["thread_id"] = channel_id

        def work(connection: Connection) -> Inbox:
            self._hurry(connection, person)
            insert_or_update(connection, inboxes, [row], by=[inboxes.c.person_id])
            return self._schedule(connection, _inbox(connection, person))

        return await self._store.write(work)

    async def keep_channel(self, person: int, channel_id: int) -> None:
        """The direct message was opened, and never is again; a thread that was chosen meanwhile stays."""
        this = and_(inboxes.c.person_id == person, inboxes.c.way == Way.MESSAGE.value)
        await self._store.change(update(inboxes).where(this).values(channel_id=channel_id))

    async def pause(self, person: int, why: Reason) -> None:
        """Nothing goes to them until they come back."""
        this = and_(inboxes.c.person_id == person, inboxes.c.paused_at.is_(None))
        await self._store.change(
            update(inboxes).where(this).values(paused_at=self._clock(), paused_reason=why)
        )

    async def try_again(self, person: int, at: datetime) -> None:
        """Discord would not have the message that opens all: letters wait until then, for the second try."""

        def work(connection: Connection) -> None:
            this = inboxes.c.person_id == person
            if connection.execute(update(inboxes).where(this).values(retry_at=at)).rowcount:
                self._schedule(connection, _inbox(connection, person))

        await self._store.write(work)

    async def have_opened(self, person: int) -> None:
        """The message that opens all has arrived: nothing is in the way of letters anymore."""
        this = and_(inboxes.c.person_id == person, inboxes.c.retry_at.is_not(None))
        await self._store.change(update(inboxes).where(this).values(retry_at=None))

    async def resume(self, person: int) -> bool:
        """The person is there: what Discord refused goes on. Whether something was paused, or waited.

        Where nothing was it only reads, by keys.
        """
        now = self._clock()
        held = or_(inboxes.c.paused_at.is_not(None), inboxes.c.retry_at > now)
        mine = and_(inboxes.c.person_id == person, held)
        sooner = case((inboxes.c.retry_at > now, now), else_=inboxes.c.retry_at)
        on = update(inboxes).where(mine).values(paused_at=None, paused_reason=None, retry_at=sooner)

        def work(connection: Connection) -> bool:
            waited = self._hurry(connection, person)
            was_held = connection.execute(on).rowcount
            if was_held:
                self._schedule(connection, _inbox(connection, person))
            return bool(was_held or waited)

        is_held = select(inboxes.c.person_id).where(mine)
        waits = select(letters.c.id).where(_refused(person), letters.c.wake_at > now)

        def held_up(connection: Connection) -> bool:
            return connection.scalar(is_held) is not None or connection.scalar(waits) is not None

        return await self._store.write(work) if await self._store.read(held_up) else False

    async def set_right(self) -> int:
        """Bring back the letters that wait for a day which no pace reaches; returns how many.

        A clock that has since been set back moved them there.
        """
        lost = inboxes.c.next_due_at > self._clock() + FARTHEST

        def work(connection: Connection) -> int:
            found = readable(connection, select(inboxes).where(lost), inboxes.c.person_id, inbox_from_row)
            for inbox in found:
                self._schedule(connection, inbox)
            return len(found)

        return await self._store.write(work)

    async def hindered(self, person: int) -> Reason | None:
        """Why the person's first message, or their letter under way, has not arrived: it was refused."""
        query = select(letters.c.note).where(_refused(person)).order_by(letters.c.id.desc()).limit(1)
        opens = select(inboxes.c.retry_at).where(inboxes.c.person_id == person)

        def read(connection: Connection) -> Reason | None:
            found: Reason | None = connection.scalar(query)
            is_closed = found is None and connection.scalar(opens) is not None
            return reason(Code.DIRECT_MESSAGES_CLOSED) if is_closed else found

        return await self._store.read(read)

    def _hurry(self, connection: Connection, person: int) -> int:
        """The person has come: what was refused is tried at once. How many letters that are.

        Before their inbox is held, as whatever else holds both does: nobody waits for who waits for them.
        """
        waits = and_(_refused(person), letters.c.owner.is_(None))
        return connection.execute(update(letters).where(waits).values(wake_at=self._clock())).rowcount

    # What was found

    async def begun(self) -> datetime | None:
        """Papers of earlier days are no news: the state was restored then. None where it never was."""
        query = select(begun.c.at).where(begun.c.what == FOLLOWING)
        at: datetime | None = await self._store.read(lambda connection: connection.scalar(query))
        return at

    async def looked_at(self, paper_ids: Collection[str], until: datetime | None = None) -> set[str]:
        """Those that were compared with all follows already, or by that instant."""
        ids = list(paper_ids)
        by_then = true() if until is None else looked_at.c.at <= until

        def read(connection: Connection) -> set[str]:
            return {
                each
                for start in range(0, len(ids), _AT_ONCE)
                for each in connection.scalars(
                    select(looked_at.c.paper_id).where(
                        looked_at.c.paper_id.in_(ids[start : start + _AT_ONCE]), by_then
                    )
                )
            }

        return await self._store.read(read)

    async def found(self, paper_ids: Sequence[str], brought: Iterable[Match]) -> int:
        """These papers were compared with all follows, which brought that: kept together, or not at all.

        Of several processes one keeps it; papers that another compared meanwhile are left out. Returns how
        many matches are new.
        """
        now = self._clock()
        of_paper: dict[str, list[Match]] = {}
        for match in brought:
            of_paper.setdefault(match.paper_id, []).append(match)

        def work(connection: Connection) -> int:
            rows = [{"paper_id": each, "at": now} for each in dict.fromkeys(paper_ids)]
            ours = [
                row.paper_id
                for start in range(0, len(rows), _AT_ONCE)
                for row in insert_new(connection, looked_at, rows[start : start + _AT_ONCE])
            ]
            old = looked_at.c.at < now - _LOOKED_AT_KEPT
            connection.execute(delete(looked_at).where(old))
            return self._keep(connection, [each for paper in ours for each in of_paper.get(paper, ())], now)

        return await self._store.write(work)

    async def unknown_papers(self) -> set[str]:
        """The papers that are followed, or on a list that is, of which nothing is known yet."""
        return await self._store.read(standings.unknown)

    async def known_papers(self, among: Collection[str] | None) -> set[str]:
        """Of these papers, or of all for None, those of which changes are news."""
        return await self._store.read(lambda connection: standings.known(connection, among))

    async def know(self, seen: Mapping[str, Standing]) -> None:
        """What these papers have is no news; by the ids by which they are followed or saved."""
        if seen:
            await self._store.write(lambda connection: standings.begin(connection, seen))

    async def changed(self, seen: Mapping[str, Standing], since: datetime | None = None) -> int:
        """These papers are so now: how many matches their new code and versions brought, kept with that.

        It came after `since`, when they were last looked at: nobody is told by a follow that was paused then.
        """
        now = self._clock()
        paused_at = now if since is None else min(since, now)
        new = await self._store.read(lambda c: standings.behind(c, seen)) if seen else {}

        def work(connection: Connection) -> int:
            changes = standings.take_in(connection, new)
            return self._keep(connection, standings.news_for(connection, changes, paused_at), now)

        return await self._store.write(work) if new else 0

    async def clean_up(self) -> int:
        """Forget papers that nobody follows or has saved any longer; how many those were."""
        return await self._store.write(standings.forget_others)

    async def has_picks_of(self, follow: Followed, day: date) -> bool:
        """Whether it has brought what was picked for the person's `day`, or some of it."""
        return await self._store.read(lambda connection: has_brought(connection, follow, day))

    async def picked(self, follow: Followed, day: date, brought: Sequence[Match], due: datetime) -> int:
        """What was picked for the person's `day`, kept once, whichever process does; how many are new.

        The letter of `due` tells of it; one that is past goes at once.
        """
        now = self._clock()
        just_before = min(now, due - timedelta(microseconds=1))

        def work(connection: Connection) -> int:
            connection.execute(select(follows.c.id).where(follows.c.id == follow.id).with_for_update())
            if has_brought(connection, follow, day):
                return 0
            return self._keep(connection, brought, now, just_before)

        return await self._store.write(work) if brought else 0

    async def plans_of(self, person_ids: Collection[int]) -> dict[int, InboxPlan]:
        """How each of these people wants to hear of news; a row that can't be read is left out."""
        people = list(person_ids)

        def read(connection: Connection) -> dict[int, InboxPlan]:
            found: list[Inbox] = []
            for start in range(0, len(people), _AT_ONCE):
                some = select(inboxes).where(inboxes.c.person_id.in_(people[start : start + _AT_ONCE]))
                found += readable(connection, some, inboxes.c.person_id, inbox_from_row)
            return {each.person_id: each.plan for each in found}

        return await self._store.read(read) if people else {}

    def _keep(
        self, connection: Connection, brought: Sequence[Match], now: datetime, after: datetime | None = None
    ) -> int:
        # Whoever has stopped following meanwhile, or had all deleted, gets nothing more.
        ids = sorted({match.follow_id for match in brought})
        there = {
            each
            for start in range(0, len(ids), _AT_ONCE)
            for each in connection.scalars(
                select(follows.c.id).where(follows.c.id.in_(ids[start : start + _AT_ONCE])).with_for_update()
            )
        }
        rows = [
            {
                "person_id": match.person_id,
                "paper_id": match.paper_id,
                "news": match.key,
                "title": match.title,
                "follow_id": match.follow_id,
                "found_at": now,
                "letter_id": None,
                "told_at": None,
            }
            for match in brought
            if match.follow_id in there
        ]
        new = [
            row.person_id
            for start in range(0, len(rows), _AT_ONCE)
            for row in insert_new(connection, matches, rows[start : start + _AT_ONCE])
        ]
        people = sorted(set(new))
        for start in range(0, len(people), _AT_ONCE):
            some = inboxes.c.person_id.in_(people[start : start + _AT_ONCE])
            for row in connection.execute(select(inboxes).where(some, inboxes.c.next_due_at.is_(None))).all():
                inbox = inbox_from_row(row)
                schedule(connection, inbox, self._due(inbox, after or now))
        return len(new)

    def _schedule(self, connection: Connection, inbox: Inbox) -> Inbox:
        schedule(connection, inbox, self._due(inbox, self._clock()))
        return inbox

    async def waiting(self, person: int) -> list[Found]:
        """What nobody was told of, and no letter has, the latest first."""
        free = and_(matches.c.letter_id.is_(None), matches.c.told_at.is_(None))
        return await self._found(and_(matches.c.person_id == person, free))

    async def all_of(self, person: int) -> list[Found]:
        """All that was brought to the person, the latest first."""
        return await self._found(matches.c.person_id == person)

    async def in_letter(self, letter_id: int, person: int) -> list[Found]:
        """What is in that letter to the person."""
        return await self._found(and_(matches.c.letter_id == letter_id, matches.c.person_id == person))

    async def let_go(self, person: int, paper_ids: Collection[str]) -> None:
        """They are told of to nobody anymore; `/inbox show` has their titles."""
        waits = and_(matches.c.letter_id.is_(None), matches.c.told_at.is_(None))
        this = and_(matches.c.person_id == person, matches.c.paper_id.in_(list(paper_ids)), waits)
        await self._store.change(update(matches).where(this).values(told_at=self._clock()))

    async def known(self, person_ids: Collection[int], paper_ids: Collection[str]) -> set[tuple[int, str]]:
        """Of these people and papers the pairs that were brought together."""
        people, papers = list(person_ids), list(paper_ids)

        def read(connection: Connection) -> set[tuple[int, str]]:
            pairs = set()
            for start in range(0, len(people), _AT_ONCE):
                some = matches.c.person_id.in_(people[start : start + _AT_ONCE])
                query = select(matches.c.person_id, matches.c.paper_id).where(
                    some, matches.c.paper_id.in_(papers)
                )
                pairs |= {(row.person_id, row.paper_id) for row in connection.execute(query)}
            return pairs

        return await self._store.read(read) if people and papers else set()

    async def _found(self, where: ColumnElement[bool]) -> list[Found]:
        query = select(matches).where(where).order_by(matches.c.found_at.desc(), matches.c.paper_id)
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return [found_from_row(row) for row in rows]


def schedule(connection: Connection, inbox: Inbox, due: datetime | None) -> None:
    """The next letter may go at `due`, where something waits to be told; else none does."""
    waits = select(matches.c.paper_id).where(
        matches.c.person_id == inbox.person_id, matches.c.letter_id.is_(None), matches.c.told_at.is_(None)
    )
    there = connection.execute(waits.limit(1)).first() is not None
    this = inboxes.c.person_id == inbox.person_id
    connection.execute(update(inboxes).where(this).values(next_due_at=due if there else None))


def _inbox(connection: Connection, person: int) -> Inbox:
    return inbox_from_row(connection.execute(select(inboxes).where(inboxes.c.person_id == person)).one())


def _refused(person: int) -> ColumnElement[bool]:
    """The letters to the person that Discord would not have, and that wait for another try."""
    return and_(
        letters.c.person_id == person,
        letters.c.state == CLAIMED,
        letters.c.refusals > 0,
    )
