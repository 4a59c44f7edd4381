"""What the members of servers like and save."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, or_, select

from bot.clock import Clock
from bot.paper.model import Paper
from bot.readers.owner import Kind
from bot.readers.votes import Liked, Since
from bot.state.database_clock import now_there
from bot.state.inserting import insert_new, insert_or_update
from bot.state.reader_tables import lists, saved, server_saves, vote_edits, votes
from bot.state.store import Store
from bot.state.table_base import NOBODY

BETWEEN_EDITS = timedelta(seconds=2)
"""From one edit of a message's counts to the next, in whichever processes."""
_EDITS_KEPT = timedelta(minutes=1)


class Votes:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def toggle(self, guild_id: int, paper: Paper, person: int, *, earlier: Collection[str]) -> bool:
        """The person likes it there, or does no longer; returns whether they do now.

        `earlier` are the other ids by which they may have liked it.
        """
        row = {"guild_id": guild_id, "paper_id": paper.id, "person_id": person, "voted_at": self._clock()}
        theirs = and_(
            votes.c.guild_id == guild_id,
            votes.c.paper_id.in_([paper.id, *earlier]),
            votes.c.person_id == person,
        )

        def work(connection: Connection) -> bool:
            if connection.execute(delete(votes).where(theirs)).rowcount:
                return False
            if insert_new(connection, votes, [row]):
                return True
            # Pressed twice at the same moment: the other press has just come first.
            connection.execute(delete(votes).where(theirs))
            return False

        return await self._store.write(work)

    async def counts(
        self, guild_id: int, papers: Sequence[Paper], *, earlier: Mapping[str, Collection[str]]
    ) -> dict[str, int]:
        """By its id how many people like each of these papers there, also by their `earlier` ids."""
        of_paper = {each: paper.id for paper in papers for each in (paper.id, *earlier.get(paper.id, ()))}
        these = and_(votes.c.guild_id == guild_id, votes.c.paper_id.in_([*of_paper]))
        query = select(votes.c.paper_id, votes.c.person_id).where(these)
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        people = {(of_paper[row.paper_id], row.person_id) for row in rows}
        return dict.fromkeys((paper.id for paper in papers), 0) | Counter(paper for paper, _ in people)

    async def take_edit(self, message_id: int) -> bool:
        """Whether the counts on that message may be drawn now; if so, not again for `BETWEEN_EDITS`."""
        edited = vote_edits.c.edited_at

        def work(connection: Connection) -> bool:
            # Hosts' clocks differ by more than the distance: the database's is everybody's.
            now = self._clock() if self._store.is_sqlite else now_there(connection)
            # One from the future is of a clock that was set back; a little later is who came first.
            over = or_(edited <= now - BETWEEN_EDITS, edited > now + BETWEEN_EDITS)
            row = {"message_id": message_id, "edited_at": now}
            by = [vote_edits.c.message_id]
            taken = bool(insert_or_update(connection, vote_edits, [row], by=by, where=over))
            # Last, and of what nobody holds: so nobody waits who holds anything.
            old = select(vote_edits.c.message_id).where(edited <= now - _EDITS_KEPT)
            unused = old.with_for_update(skip_locked=True)
            connection.execute(delete(vote_edits).where(vote_edits.c.message_id.in_(unused)))
            return taken

        return await self._store.write(work)

    async def latest(self, guild_id: int) -> list[str]:
        """The ids by which the server likes papers, the latest liked first."""
        query = (
            select(votes.c.paper_id)
            .where(votes.c.guild_id == guild_id)
            .group_by(votes.c.paper_id)
            .order_by(func.max(votes.c.voted_at).desc(), votes.c.paper_id)
        )
        return await self._store.read(lambda connection: list(connection.scalars(query)))

    async def liked(self, guild_id: int, since: Since) -> list[Liked]:
        """What the server likes since then, by the ids that were kept; the most liked first."""
        first = self._clock() - timedelta(days=since.days) if since.days else None
        lately = [votes.c.voted_at >= first] if first else []
        voted = select(votes.c.paper_id, votes.c.person_id).where(votes.c.guild_id == guild_id, *lately)
        pressed = select(server_saves.c.paper_id, server_saves.c.person_id).where(
            server_saves.c.guild_id == guild_id, *([server_saves.c.saved_at >= first] if first else [])
        )
        on_lists = (
            select(saved.c.paper_id, saved.c.added_by.label("person_id"))
            .join(lists, lists.c.id == saved.c.list_id)
            .where(
                lists.c.owner_kind == Kind.SERVER.value,
                lists.c.owner_id == guild_id,
                saved.c.added_by != NOBODY,
                *([saved.c.saved_at >= first] if first else []),
            )
        )

        def read(connection: Connection) -> list[Liked]:
            likes, saves = _people(connection, voted), _people(connection, pressed, on_lists)
            return [
                Liked(each, frozenset(likes.get(each, ())), frozenset(saves.get(each, ())))
                for each in likes.keys() | saves.keys()
            ]

        found = await self._store.read(read)
        return sorted(found, key=lambda each: (-each.votes, -each.saves, each.paper_id))


def _people(connection: Connection, *queries: Select[Any]) -> dict[str, set[int]]:
    """Who, by the paper's id."""
    found: dict[str, set[int]] = {}
    for query in queries:
        for row in connection.execute(query):
            found.setdefault(row.paper_id, set()).add(row.person_id)
    return found
