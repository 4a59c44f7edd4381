"""Rows about a paper that has got another id, within a transaction.

Rows are renamed in their places, not copied: whoever deletes one at the same moment waits for it and finds it
again under its new id, and one that was deleted stays so.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, select, update
from sqlalchemy.exc import IntegrityError

from bot.state.failures import breaks_key_of
from bot.state.inserting import insert_new
from bot.state.saved_rows import parts

_TRIES = 5


def rename(
    connection: Connection,
    table: Table,
    former: str,
    current: str,
    of: ColumnElement[bool] | None = None,
    *,
    stays: ColumnElement[bool] | None = None,
) -> None:
    """The rows `of` the paper, all of them for None, get its current id; one that is there by that stays.

    Those of which `stays` holds are kept by the former id, too. So is what is added by that meanwhile.
    """
    these = table.c.paper_id == former if of is None else and_(table.c.paper_id == former, of)
    twin = table.alias()
    same = [twin.c[key.name] == key for key in table.primary_key if key is not table.c.paper_id]
    has_twin = exists().where(twin.c.paper_id == current, *same)
    leaving = these if stays is None else and_(these, ~stays)
    renamed = update(table).where(leaving, ~has_twin).values(paper_id=current)
    for tries_left in reversed(range(_TRIES)):
        try:
            with connection.begin_nested():
                connection.execute(renamed)
            break
        except IntegrityError as error:
            # Somebody has just come with one by the current id: it is seen by now.
            if not (tries_left and breaks_key_of(error, table)):
                raise
    connection.execute(delete(table).where(leaving, has_twin))
    if stays is not None:
        # Held until the end: whoever deletes them waits, and can then find those by the other id, too.
        rows = connection.execute(select(table).where(these).with_for_update()).mappings().all()
        for some in parts([{**row, "paper_id": current} for row in rows]):
            insert_new(connection, table, some)
