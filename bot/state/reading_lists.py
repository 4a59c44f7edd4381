"""Reading lists of people and of servers, and how far a person has read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter

from sqlalchemy import Connection, and_, delete, or_, select, update

from bot.clock import Clock
from bot.errors import UserError
from bot.paper.cleaning import writable
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.remarks import Remark, both
from bot.paper.text import title_key
from bot.readers.lists import (
    FIRST_NAMES,
    LONGEST_KEPT,
    LONGEST_NOTE,
    Line,
    NameTaken,
    PaperLeft,
    ReadingList,
    Saving,
    Status,
)
from bot.readers.owner import Owner
from bot.state.changed_ids import follow, own_ids, steps
from bot.state.inserting import insert_or_update
from bot.state.kept_papers import ids_on_lines
from bot.state.list_rows import (
    hold,
    hold_owner,
    ids_of,
    key_of,
    lists_of,
    make_list,
    owned,
    readable_name,
    this_line,
)
from bot.state.new_lines import NewLines
from bot.state.reader_tables import lists, reading, saved
from bot.state.saved_rows import AT_ONCE, lines_of, paper_of
from bot.state.server_saves import let_go
from bot.state.store import Store


class ReadingLists:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    # Lists

    async def of(self, owner: Owner) -> list[ReadingList]:
        """The list that was last saved to first."""
        return await self._store.read(lambda connection: lists_of(connection, owned(owner)))

    async def named(self, owner: Owner, name: str) -> ReadingList | None:
        """The list of this name, upper case and spaces aside."""
        this = and_(owned(owner), lists.c.name_key == key_of(name))
        return await self._store.read(lambda connection: next(iter(lists_of(connection, this)), None))

    async def get(self, list_id: int) -> ReadingList | None:
        """By its id; whose it is, is for the caller to look at."""
        return await self._store.read(
            lambda connection: next(iter(lists_of(connection, lists.c.id == list_id)), None)
        )

    async def make(
        self, owner: Owner, name: str, edit_role_id: int | None = None, *, by: int | None = None
    ) -> ReadingList:
        """A new one, made `by` a person.

        NameTaken where there is one of this name, UserError where there are too many.
        """
        name = readable_name(name)

        def work(connection: Connection) -> ReadingList:
            made = make_list(connection, owner, name, self._clock(), edit_role_id, by)
            if made is None:
                same = lists_of(connection, and_(owned(owner), lists.c.name_key == key_of(name)))
                raise NameTaken(same[0] if same else ReadingList(0, owner, name))
            return made

        return await self._store.write(work)

    async def rename(self, on: ReadingList, name: str) -> ReadingList:
        """NameTaken where another list has this name."""
        name, key = readable_name(name), key_of(name)

        def work(connection: Connection) -> ReadingList:
            same = and_(owned(on.owner), lists.c.name_key == key, lists.c.id != on.id)
            if other := lists_of(connection, same):
                raise NameTaken(other[0])
            new = {"name": name, "name_key": key}
            connection.execute(update(lists).where(lists.c.id == on.id).values(new))
            return replace(on, name=name)

        return await self._store.write(work)

    async def give_to(self, on: ReadingList, role_id: int | None) -> ReadingList:
        """A server's list: those with the role may edit it from now on, everybody for None."""
        change = update(lists).where(lists.c.id == on.id).values(edit_role_id=role_id)
        await self._store.change(change)
        return replace(on, edit_role_id=role_id)

    async def delete(self, on: ReadingList) -> int:
        """With all that stands on it; returns how many papers that were."""

        def work(connection: Connection) -> int:
            hold_owner(connection, on.owner)
            # The list first: whoever saves to it holds its row until the paper is there, or finds it gone.
            connection.execute(delete(lists).where(lists.c.id == on.id))
            all_of_it = delete(saved).where(saved.c.list_id == on.id).returning(saved.c.paper_id)
            gone = connection.scalars(all_of_it).all()
            let_go(connection, on.owner, gone)
            return len(gone)

        return await self._store.write(work)

    # Papers

    async def save(
        self,
        owner: Owner,
        papers: Sequence[Paper],
        *,
        by: int,
        to: ReadingList | None = None,
        server: int | None = None,
        records: Collection[str] = (),
        remarks: Mapping[str, Remark] | None = None,
    ) -> Saving:
        """Put papers on the list `to`; without one on the list last saved to, where `owner` has none of it.

        It counts in the server with the id `server`, also for papers that are on one of the lists already.
        The first comes first on the list. Of the papers with the ids `records` the whole record is kept.
        `remarks`, by the papers' ids, say what `by` noted, how far they are and when they had saved it; what
        stands on the list already stays. UserError where there are too many.
        """
        now = self._clock()

        def work(connection: Connection) -> Saving:
            hold_owner(connection, owner)
            on = to or next(iter(lists_of(connection, owned(owner))), None)
            on = on or make_list(connection, owner, FIRST_NAMES[owner.kind], now, by=by)
            on = on or lists_of(connection, owned(owner))[0]
            hold(connection, on)
            within = saved.c.list_id == on.id if to else saved.c.list_id.in_(ids_of(owner))
            return NewLines(connection, on, within, by, now, server).put(papers, records, remarks or {})

        return await self._store.write(work)

    async def where(
        self, owner: Owner, paper: Paper, person: int, *, on: ReadingList | None = None
    ) -> Line | None:
        """The line of `paper` on the list `on`; without one on whichever of `owner` had it saved last."""
        within = saved.c.list_id == on.id if on else saved.c.list_id.in_(ids_of(owner))

        def work(connection: Connection) -> Line | None:
            ids = ids_on_lines(connection, within, paper)
            this = and_(within, saved.c.paper_id.in_(ids))
            return next(iter(lines_of(connection, this, person)), None) if ids else None

        return await self._store.read(work)

    async def lines(self, on: ReadingList, person: int) -> list[Line]:
        """All that stands on it, the last saved first, with how far `person` is with each."""
        return await self._store.read(
            lambda connection: lines_of(connection, saved.c.list_id == on.id, person)
        )

    async def records(self, lines: Iterable[Line]) -> dict[str, Paper]:
        """By the id on its line each paper that its list keeps itself; of two of one id either."""
        by_list: dict[int, list[str]] = {}
        for line in lines:
            if line.recorded:
                by_list.setdefault(line.list_id, []).append(line.paper_id)

        def work(connection: Connection) -> dict[str, Paper]:
            found = {}
            for list_id, ids in by_list.items():
                for start in range(0, len(ids), AT_ONCE):
                    some = saved.c.paper_id.in_(ids[start : start + AT_ONCE])
                    this = and_(saved.c.list_id == list_id, some)
                    for row in connection.execute(select(saved.c.paper_id, saved.c.record).where(this)):
                        if row.record and (paper := paper_of(row.record)) is not None:
                            found[row.paper_id] = paper
            return found

        return await self._store.read(work) if by_list else {}

    async def latest_ids(self, list_id: int, most: int | None = None) -> list[str]:
        """The ids of the papers that were saved to it last; of all of them for None."""
        query = select(saved.c.paper_id).where(saved.c.list_id == list_id)
        newest = query.order_by(saved.c.saved_at.desc(), saved.c.paper_id).limit(most)
        return await self._store.read(lambda connection: list(connection.scalars(newest)))

    async def line(self, on: ReadingList, paper_id: str, person: int) -> Line | None:
        """By the paper's id, or the one that its title makes."""
        lines = await self.lines(on, person)
        exact = (line for line in lines if line.paper_id == paper_id)
        titled = (line for line in lines if own_id(title_key(line.title)) == paper_id)
        return next(exact, None) or next(titled, None)

    async def note(self, line: Line, text: str) -> Line | None:
        """Write `text` in the place of the note on `line`; None where another stands there by now.

        UserError where the paper has left the list.
        """
        text = writable(text).strip()[:LONGEST_KEPT]
        as_read = or_(saved.c.note == line.note, saved.c.note == text)

        def work(connection: Connection) -> Line | None:
            if connection.execute(update(saved).where(this_line(line), as_read).values(note=text)).rowcount:
                return replace(line, note=text)
            if connection.execute(select(saved.c.list_id).where(this_line(line))).first() is None:
                raise PaperLeft
            return None

        return await self._store.write(work)

    async def read_to(self, line: Line, status: Status, person: int) -> Line:
        """`person` is so far with the paper, on whichever list it is.

        UserError where the paper has left the list, also by getting another id.
        """
        row = {
            "person_id": person,
            "paper_id": line.paper_id,
            "status": status.value,
            "changed_at": self._clock(),
        }
        this = and_(reading.c.person_id == person, reading.c.paper_id == line.paper_id)
        held = select(saved.c.list_id).where(this_line(line)).with_for_update(read=True, key_share=True)

        def work(connection: Connection) -> None:
            if connection.scalar(held) is None:
                raise PaperLeft
            if status is Status.TO_READ:
                connection.execute(delete(reading).where(this))
            else:
                by = [reading.c.person_id, reading.c.paper_id]
                insert_or_update(connection, reading, [row], by=by)

        await self._store.write(work)
        return replace(line, status=status)

    async def move(self, line: Line, to: ReadingList) -> Line:
        """To another list of the same owner; a note that stands there already stays, this one below it.

        UserError where the two are too long for one, where the paper has left its list, where `to` is gone.
        """

        def work(connection: Connection) -> Line:
            hold(connection, to)
            row = connection.execute(select(saved).where(this_line(line)).with_for_update()).first()
            if row is None:
                raise PaperLeft
            note, other = row.note, and_(saved.c.list_id == to.id, saved.c.paper_id == line.paper_id)
            held = select(saved).where(other).with_for_update()
            there = connection.execute(held).first() if line.list_id != to.id else None
            if there is not None:
                note = both(there.note, row.note)
                if len(note) > max(LONGEST_NOTE, len(there.note), len(row.note)):
                    raise UserError(
                        f"That list has the paper, too, and both notes have more than {LONGEST_NOTE:,} "
                        "characters. Shorten one of them with `/list note` first."
                    )
                connection.execute(delete(saved).where(other))
            connection.execute(update(saved).where(this_line(line)).values(list_id=to.id, note=note))
            connection.execute(update(lists).where(lists.c.id == to.id).values(used_at=self._clock()))
            return replace(line, list_id=to.id, note=note)

        return await self._store.write(work)

    async def remove(self, line: Line) -> None:
        """UserError where it isn't there anymore, also by having got another id."""

        def work(connection: Connection) -> None:
            on = next(iter(lists_of(connection, lists.c.id == line.list_id)), None)
            if on is None:
                raise PaperLeft
            hold_owner(connection, on.owner)
            if not connection.execute(delete(saved).where(this_line(line))).rowcount:
                raise PaperLeft
            let_go(connection, on.owner, [line.paper_id])

        await self._store.write(work)

    async def own_ids(self) -> set[str]:
        """The ids that titles made by which lines, votes and how far somebody has read are kept."""
        return await self._store.read(own_ids)

    async def now_called(self, ids: Mapping[str, str]) -> None:
        """Papers of the catalog have got other ids, the new by the former: what is kept of them follows.

        What an end in between leaves is found again by `own_ids`.
        """
        in_order = sorted(ids.items(), key=itemgetter(1))

        def all_steps(connection: Connection) -> list[Callable[[Connection], None]]:
            return [step for each in in_order for step in steps(connection, *each)]

        for step in await self._store.read(all_steps) if ids else ():
            await self._store.write(step)

    async def is_now(self, line: Line, paper_id: str, person: int) -> Line:
        """The catalog has the paper that the list keeps itself, under this id: the list keeps it no more."""

        def work(connection: Connection) -> Line:
            row = connection.execute(select(saved).where(this_line(line))).first()
            if row is not None and row.record is not None:
                follow(connection, line.list_id, line.paper_id, paper_id)
            this = and_(saved.c.list_id == line.list_id, saved.c.paper_id == paper_id)
            return next(iter(lines_of(connection, this, person)), line)

        return await self._store.write(work)
