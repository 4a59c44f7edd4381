"""What is known of papers that people follow or have saved, so that each change is news once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, or_, select, update

from bot.readers.follows import Kind, Match, News, Standing
from bot.state.inbox_tables import follows, standings
from bot.state.inserting import insert_new
from bot.state.reader_tables import saved

_AT_ONCE = 400

Change = tuple[str, Standing, News, int | None]
"""The id by which people have the paper, the paper, what is new of it, and which version."""

# Rows are written and locked in the order of their ids: in any other, two processes that do it at once stand
# in each other's way.


def begin(connection: Connection, seen: Mapping[str, Standing]) -> None:
    """Whatever these papers have is known: none of it is news. Those that are known already stay."""
    rows = [
        {"paper_id": paper_id, "has_code": each.has_code, "version": each.version}
        for paper_id, each in sorted(seen.items())
    ]
    for some in _parts(rows):
        insert_new(connection, standings, some)


def known(connection: Connection, paper_ids: Collection[str] | None) -> set[str]:
    """Those of these papers, or of all for None, of which something is known."""
    if paper_ids is None:
        return set(connection.scalars(select(standings.c.paper_id)))
    ids = list(paper_ids)
    return {
        each
        for some in _parts(ids)
        for each in connection.scalars(select(standings.c.paper_id).where(standings.c.paper_id.in_(some)))
    }


def unknown(connection: Connection) -> set[str]:
    """The papers that are followed, or on a list that is, of which nothing is known."""
    is_known = exists().where(standings.c.paper_id == follows.c.text)
    paper = select(follows.c.text).where(follows.c.kind == Kind.PAPER.value, ~is_known)
    found = set(connection.scalars(paper))
    on_lists = select(follows.c.text).where(follows.c.kind == Kind.LIST.value).distinct()
    ids = [int(each) for each in connection.scalars(on_lists) if each.isascii() and each.isdecimal()]
    line_is_known = exists().where(standings.c.paper_id == saved.c.paper_id)
    for some in _parts(ids):
        lines = select(saved.c.paper_id).where(saved.c.list_id.in_(some), ~line_is_known)
        found.update(connection.scalars(lines))
    return found


def behind(connection: Connection, seen: Mapping[str, Standing]) -> dict[str, Standing]:
    """Those of these papers that have something by now which isn't known of them. Locks nothing."""
    return {
        row.paper_id: seen[row.paper_id]
        for some in _parts([*seen])
        for row in connection.execute(select(standings).where(standings.c.paper_id.in_(some)))
        if _new_of(row, seen[row.paper_id])
    }


def take_in(connection: Connection, seen: Mapping[str, Standing]) -> list[Change]:
    """What has changed of the papers of which something is known; from now on that is known.

    The first version that is seen may be old, and code that is there at the first look, too: no news.
    """
    changes: list[Change] = []
    for some in _parts(sorted(seen)):
        these = select(standings).where(standings.c.paper_id.in_(some)).with_for_update()
        for row in connection.execute(these.order_by(_in_order(connection))).all():
            paper = seen[row.paper_id]
            new = _new_of(row, paper)
            if "version" in new and row.version is not None:
                changes.append((row.paper_id, paper, News.VERSION, paper.version))
            if new.get("has_code") and row.has_code is not None:
                changes.append((row.paper_id, paper, News.CODE, None))
            if new:
                this = standings.c.paper_id == row.paper_id
                connection.execute(update(standings).where(this).values(new))
    return changes


def _new_of(row: Row[Any], paper: Standing) -> dict[str, Any]:
    new: dict[str, Any] = {}
    if paper.version is not None and paper.version > (row.version or 0):
        new["version"] = paper.version
    if paper.has_code is not None and not row.has_code and paper.has_code is not row.has_code:
        new["has_code"] = paper.has_code
    return new


def news_for(connection: Connection, changes: Sequence[Change], since: datetime) -> list[Match]:
    """Who follows these papers, or a list of theirs that has them, and had paused neither since then."""
    on = or_(follows.c.paused_until.is_(None), follows.c.paused_until <= since)
    ids = sorted({paper_id for paper_id, *_ in changes})
    of_paper: dict[str, list[Any]] = {}
    for some in _parts(ids):
        itself = and_(follows.c.kind == Kind.PAPER.value, follows.c.text.in_(some))
        _add(of_paper, ((row.text, row) for row in connection.execute(_follows(on, itself))))
        lines = connection.execute(
            select(saved.c.paper_id, saved.c.list_id).where(saved.c.paper_id.in_(some))
        ).all()
        lists = sorted({str(line.list_id) for line in lines})
        for few in _parts(lists):
            listed = and_(follows.c.kind == Kind.LIST.value, follows.c.text.in_(few))
            by_list: dict[str, list[Any]] = {}
            _add(by_list, ((row.text, row) for row in connection.execute(_follows(on, listed))))
            _add(
                of_paper,
                ((line.paper_id, row) for line in lines for row in by_list.get(str(line.list_id), ())),
            )
    return [
        Match(follow.person_id, paper.id, paper.title, follow.id, news, version)
        for paper_id, paper, news, version in changes
        for follow in sorted(of_paper.get(paper_id, ()), key=lambda row: int(row.id))
    ]


def forget_others(connection: Connection) -> int:
    """What nobody follows or has on a list any longer is forgotten; returns how many papers that were."""
    is_saved = exists().where(saved.c.paper_id == standings.c.paper_id)
    is_followed = exists().where(follows.c.kind == Kind.PAPER.value, follows.c.text == standings.c.paper_id)
    unneeded = and_(~is_saved, ~is_followed)
    ids = select(standings.c.paper_id).where(unneeded).order_by(_in_order(connection)).with_for_update()
    some = list(_parts(connection.scalars(ids).all()))
    gone = (delete(standings).where(standings.c.paper_id.in_(each), unneeded) for each in some)
    return sum(connection.execute(each).rowcount for each in gone)


def _in_order(connection: Connection) -> ColumnElement[str]:
    """As Python sorts, whatever language the database sorts by."""
    column = standings.c.paper_id
    return column if connection.dialect.name == "sqlite" else column.collate("C")


def _follows(*where: ColumnElement[bool]) -> Any:
    return select(follows.c.id, follows.c.person_id, follows.c.text).where(*where)


def _add(found: dict[str, list[Any]], pairs: Iterable[tuple[str, Any]]) -> None:
    for key, row in pairs:
        found.setdefault(key, []).append(row)


def _parts(of: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (of[start : start + _AT_ONCE] for start in range(0, len(of), _AT_ONCE))
