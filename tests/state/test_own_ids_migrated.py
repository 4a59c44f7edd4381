"""Lines that keep papers of equal numbers or titles themselves get ids that no other paper has."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from bot.paper.model import Paper
from bot.readers.lists import Status
from bot.readers.owner import Kind, Owner
from bot.state.reading_lists import ReadingLists
from bot.state.store import Store
from tests.state.test_store import MIGRATIONS
from tests.support.statements import running
from tests.support.time import SettableClock

LIST = """INSERT INTO lists (id, owner_kind, owner_id, name, name_key, used_at)
    VALUES (:id, 'person', :id, 'L', 'l', '2026-01-01 00:00:00')"""
LINE = """INSERT INTO saved (list_id, paper_id, title, record, added_by, note, saved_at)
    VALUES (:on, '1', :title, :record, :on, :note, '2026-01-01 00:00:00')"""
READ = "INSERT INTO reading VALUES (:person, '1', 'read', '2026-01-01 00:00:00')"
SAVE = "INSERT INTO server_saves VALUES (7, '1', :person, '2026-01-01 00:00:00')"
ANN, BOB = 1, 2


async def test_a_line_keeps_its_note_and_status_under_its_own_id(
    empty_url: str, clock: SettableClock
) -> None:
    store, reeds = Store(empty_url), Paper(id="1", title="Reeds")
    await store.write(_as_version_eighteen)
    for person, record, note in ((ANN, reeds.model_dump_json(), "mine"), (BOB, None, "his")):
        values = {"on": person, "title": "Reeds", "record": record, "note": note}
        await store.write(running(text(LIST).bindparams(id=person)))
        await store.write(running(text(LINE).bindparams(**values)))
        for statement in (READ, SAVE):
            await store.write(running(text(statement).bindparams(person=person)))
    await store.migrate()
    lists = ReadingLists(store, clock)
    (anns,) = await lists.lines((await lists.of(Owner(Kind.PERSON, ANN)))[0], ANN)
    (bobs,) = await lists.lines((await lists.of(Owner(Kind.PERSON, BOB)))[0], BOB)
    assert (anns.note, anns.status, anns.recorded) == ("mine", Status.READ, True)
    assert anns.paper_id.startswith("pb-")
    assert (await lists.records([anns]))[anns.paper_id].title == "Reeds"
    assert (bobs.paper_id, bobs.note, bobs.status) == ("1", "his", Status.READ)

    def savers(connection: Connection) -> set[tuple[str, int]]:
        rows = connection.execute(text("SELECT paper_id, person_id FROM server_saves"))
        return {(row.paper_id, row.person_id) for row in rows}

    assert await store.read(savers) == {(anns.paper_id, ANN), ("1", BOB)}
    await store.close()


def _as_version_eighteen(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "0018")
