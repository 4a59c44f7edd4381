"""The papers that a person saved, liked or follows, whichever list or server that was on."""

from __future__ import annotations

from sqlalchemy import Connection, literal, select, union_all

from bot.readers.follows import Kind as FollowKind
from bot.readers.likings import How, Liking
from bot.readers.owner import Kind, Owner
from bot.state.inbox_tables import follows
from bot.state.list_rows import ids_of
from bot.state.reader_tables import saved, votes
from bot.state.store import Store


class LikedPapers:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, person: int) -> list[Liking]:
        """Each paper once, by the id that was kept, the latest first: as saved where it is, then as liked."""
        on_lists = select(
            saved.c.paper_id, saved.c.saved_at.label("at"), literal(How.SAVED.value).label("how")
        ).where(saved.c.list_id.in_(ids_of(Owner(Kind.PERSON, person))))
        liked = select(votes.c.paper_id, votes.c.voted_at, literal(How.LIKED.value)).where(
            votes.c.person_id == person
        )
        followed = select(follows.c.text, follows.c.made_at, literal(How.FOLLOWED.value)).where(
            follows.c.person_id == person, follows.c.kind == FollowKind.PAPER.value
        )
        every = union_all(on_lists, liked, followed).subquery()
        query = select(every).order_by(every.c.at.desc(), every.c.paper_id)

        def read(connection: Connection) -> list[Liking]:
            shown: dict[str, set[How]] = {}
            for row in connection.execute(query):
                shown.setdefault(row.paper_id, set()).add(How(row.how))
            return [Liking(paper_id, next(how for how in How if how in by)) for paper_id, by in shown.items()]

        return await self._store.read(read)
