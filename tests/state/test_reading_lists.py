"""Reading lists as they are kept, on both databases."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.errors import UserError
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.remarks import Remark
from bot.paper.text import title_key
from bot.readers.exporting import ExportFormat, exported, file_name
from bot.readers.lists import ReadingList, Saving, Status
from bot.readers.owner import Kind, Owner
from bot.readers.votes import Since
from bot.sources.files import PaperFile
from bot.state.personal import People
from bot.state.reader_tables import saved
from bot.state.reading_lists import ReadingLists
from bot.state.server_votes import Votes
from bot.state.store import Store
from tests.support.time import SettableClock

ANN, BOB = Owner(Kind.PERSON, 1), Owner(Kind.PERSON, 2)
PAPERS = [Paper(id=f"2501.{number:05}", title=f"Paper {number}") for number in range(1, 6)]


@pytest.fixture
def lists(store: Store, clock: SettableClock) -> ReadingLists:
    return ReadingLists(store, clock)


async def titles(lists: ReadingLists, owner: Owner, name: str) -> list[str]:
    on = await lists.named(owner, name)
    assert on is not None
    return [line.title for line in await lists.lines(on, owner.id)]


async def test_the_last_saved_comes_first_and_the_list_last_saved_to_is_the_next_ones(
    lists: ReadingLists, clock: SettableClock
) -> None:
    for paper in PAPERS[:2]:
        await lists.save(ANN, [paper], by=1)
        clock.move(seconds=1)
    assert await titles(lists, ANN, "Saved") == ["Paper 2", "Paper 1"]
    other = await lists.make(ANN, "Other")
    clock.move(seconds=1)
    await lists.save(ANN, PAPERS[2:3], by=1, to=other)
    saving = await lists.save(ANN, PAPERS[3:4], by=1)
    assert saving.on.name == "Other"
    assert [each.name for each in await lists.of(ANN)] == ["Other", "Saved"]
    assert await lists.of(BOB) == []


async def test_a_paper_is_once_on_the_lists_of_a_person(lists: ReadingLists) -> None:
    first = await lists.save(ANN, PAPERS[:3], by=1)
    again = await lists.save(ANN, PAPERS[1:4], by=1)
    assert (first.new, first.there, again.new, again.there) == (3, 0, 1, 2)


async def test_saved_by_two_at_once_it_is_one_line_on_one_list(
    lists: ReadingLists, state_url: str, clock: SettableClock
) -> None:
    other = Store(state_url)
    both = [lists, ReadingLists(other, clock)]
    await asyncio.gather(*(each.save(ANN, PAPERS[:1], by=1) for each in both * 5))
    await other.close()
    assert [(each.name, each.papers) for each in await lists.of(ANN)] == [("Saved", 1)]


async def test_names_differ_by_more_than_upper_case_and_spaces(lists: ReadingLists) -> None:
    made = await lists.make(ANN, "  To   Read ")
    assert made.name == "To Read"
    with pytest.raises(UserError, match="There is a list of that name already"):
        await lists.make(ANN, "to read")
    await lists.make(BOB, "to read")
    other = await lists.make(ANN, "Other")
    with pytest.raises(UserError, match="already"):
        await lists.rename(other, "TO READ")
    assert (await lists.rename(made, "to read")).name == "to read"


async def test_a_save_counts_in_a_server_while_its_person_keeps_the_paper(
    lists: ReadingLists, store: Store, clock: SettableClock
) -> None:
    server, votes = Owner(Kind.SERVER, 7), Votes(store, clock)
    own = own_id(title_key("A Title of Its Own"))
    before = Paper(id=own, title="A Title of Its Own")

    async def savers() -> dict[str, set[int]]:
        return {each.paper_id: {*each.savers} for each in await votes.liked(7, Since.WEEK)}

    saving = await lists.save(ANN, [PAPERS[0], before], by=1, server=7)
    other = await lists.make(ANN, "Other")
    await lists.save(ANN, PAPERS[:1], by=1, to=other, server=7)
    await lists.save(BOB, PAPERS[:1], by=2)
    await lists.save(BOB, PAPERS[:1], by=2, server=8)
    shelf = (await lists.save(server, PAPERS[:1], by=2, server=7)).on
    await lists.save(server, PAPERS[:1], by=3, server=7)
    assert await savers() == {PAPERS[0].id: {1, 2, 3}, own: {1}}
    await lists.now_called({own: "2502.00001"})
    (there, moved) = await lists.lines(saving.on, 1)
    assert await savers() == {PAPERS[0].id: {1, 2, 3}, "2502.00001": {1}}
    await lists.remove(there)
    assert await savers() == {PAPERS[0].id: {1, 2, 3}, "2502.00001": {1}}, "another list has it still"
    await lists.delete(other)
    await lists.remove(moved)
    assert await savers() == {PAPERS[0].id: {2, 3}}
    await lists.delete(shelf)
    assert await savers() == {PAPERS[0].id: {2}}, "who put it on a list of their own keeps it there"


async def test_saves_get_another_id_with_the_lines_that_do(
    lists: ReadingLists, store: Store, clock: SettableClock
) -> None:
    server, votes = Owner(Kind.SERVER, 7), Votes(store, clock)
    own = own_id(title_key("A Title of Its Own"))
    paper = Paper(id=own, title="A Title of Its Own")

    async def savers() -> dict[str, set[int]]:
        return {each.paper_id: {*each.savers} for each in await votes.liked(7, Since.WEEK)}

    await lists.save(ANN, [paper], by=1, server=7)
    kept = await lists.save(BOB, [paper], by=2, server=7, records=[own])
    shelf = (await lists.save(server, [paper], by=1, server=7)).on
    await lists.save(server, [paper], by=3, server=7)
    assert await savers() == {own: {1, 2, 3}}
    await lists.now_called({own: "2502.00001"})
    assert await savers() == {"2502.00001": {1, 3}, own: {2}}, "the list of the second keeps the paper itself"
    await lists.delete(kept.on)
    await lists.delete(shelf)
    assert await savers() == {"2502.00001": {1}}


async def test_a_paper_that_gets_another_id_keeps_its_note_and_status(
    lists: ReadingLists, store: Store
) -> None:
    own = own_id(title_key("A Title of Its Own"))
    before = Paper(id=own, title="A Title of Its Own")
    after = Paper(id="2502.00001", title="A title of its own")
    saving = await lists.save(ANN, [before], by=1)
    line = await lists.line(saving.on, own, 1)
    assert line is not None
    await lists.note(line, "mine")
    await lists.read_to(line, Status.READ, 1)
    assert (await lists.save(ANN, [after], by=1)).new == 0, "it is there under its former id"
    await lists.now_called({own: after.id})
    found = await lists.where(ANN, after, 1)
    assert found is not None
    assert (found.paper_id, found.note, found.status) == (after.id, "mine", Status.READ)


async def test_of_two_lines_that_turn_out_to_be_one_paper_no_note_is_lost(lists: ReadingLists) -> None:
    on = await lists.make(ANN, "L")
    for paper, note in ((PAPERS[0], "one"), (PAPERS[1], "two")):
        await lists.save(ANN, [paper], by=1, to=on)
        line = await lists.line(on, paper.id, 1)
        assert line is not None
        await lists.note(line, note)
    await lists.now_called({PAPERS[0].id: PAPERS[1].id})
    (line,) = await lists.lines(on, 1)
    assert sorted(line.note.splitlines()) == ["one", "two"]


async def test_moving_keeps_the_notes_of_both(lists: ReadingLists) -> None:
    one, other = await lists.make(ANN, "One"), await lists.make(ANN, "Other")
    for on, note in ((one, "first"), (other, "second")):
        await lists.save(ANN, PAPERS[:1], by=1, to=on)
        line = await lists.line(on, PAPERS[0].id, 1)
        assert line is not None
        await lists.note(line, note)
    line = await lists.line(one, PAPERS[0].id, 1)
    assert line is not None
    moved = await lists.move(line, other)
    assert moved.note == "second\nfirst"
    assert await lists.lines(one, 1) == []


async def test_a_deleted_list_takes_its_papers_and_no_others(lists: ReadingLists) -> None:
    one, other = await lists.make(ANN, "One"), await lists.make(ANN, "Other")
    for on in (one, other):
        await lists.save(ANN, PAPERS[:2], by=1, to=on)
    assert await lists.delete(one) == 2
    assert await titles(lists, ANN, "Other") == ["Paper 1", "Paper 2"]


async def test_a_row_of_a_newer_version_is_still_a_line(
    lists: ReadingLists, store: Store, clock: SettableClock
) -> None:
    on = await lists.make(ANN, "L")
    row = {
        "list_id": on.id,
        "paper_id": "p-x",
        "title": "T",
        "record": '{"id": "p-x", "from": "the future"}',
        "added_by": 1,
        "note": "",
        "saved_at": clock(),
    }
    await store.write(lambda connection: connection.execute(insert(saved).values(row)))
    (line,) = await lists.lines(on, 1)
    assert (line.title, line.recorded, line.status) == ("T", True, Status.TO_READ)
    assert await lists.records([line]) == {}


async def test_five_thousand_papers_are_saved_and_no_more(lists: ReadingLists) -> None:
    papers = [Paper(id=f"25{n // 99999:02}.{n % 99999:05}", title=f"P {n}") for n in range(5_000)]
    assert (await lists.save(ANN, papers, by=1)).new == 5_000
    with pytest.raises(UserError, match="There is room for 5,000 saved papers"):
        await lists.save(ANN, PAPERS[:1], by=1)
    assert len(await lists.lines((await lists.of(ANN))[0], 1)) == 5_000


async def test_nothing_comes_onto_a_list_that_was_deleted_meanwhile(lists: ReadingLists) -> None:
    one, other = await lists.make(ANN, "One"), await lists.make(ANN, "Other")
    await lists.save(ANN, PAPERS[:1], by=1, to=one)
    line = await lists.line(one, PAPERS[0].id, 1)
    assert line is not None
    await lists.delete(other)
    with pytest.raises(UserError, match="deleted meanwhile"):
        await lists.move(line, other)
    with pytest.raises(UserError, match="deleted meanwhile"):
        await lists.save(ANN, PAPERS[1:2], by=1, to=other)
    assert await titles(lists, ANN, "One") == ["Paper 1"]


async def test_saving_while_the_list_and_its_person_go_leaves_nothing_behind(
    lists: ReadingLists, store: Store, state_url: str, clock: SettableClock
) -> None:
    other = Store(state_url)
    elsewhere, people = ReadingLists(other, clock), People(other)

    async def saving(turn: int) -> None:
        with suppress(UserError):
            await lists.save(ANN, [Paper(id=f"2501.9{turn:04}", title=f"T {turn}")], by=1)

    async def going(turn: int) -> None:
        if turn % 2:
            await people.forget(1)
        else:
            for each in await elsewhere.of(ANN):
                await elsewhere.delete(each)

    for turn in range(12):
        await asyncio.gather(saving(2 * turn), going(turn), saving(2 * turn + 1))
    await other.close()
    known = {each.id for each in await lists.of(ANN)}
    query = select(saved.c.list_id)
    there = await store.read(lambda connection: set(connection.scalars(query)))
    assert there <= known
    await People(store).forget(1)
    assert await store.read(lambda connection: connection.scalars(query).all()) == []


async def test_a_note_is_written_over_nobody_elses(lists: ReadingLists) -> None:
    on = await lists.make(ANN, "L")
    await lists.save(ANN, PAPERS[:1], by=1, to=on)
    opened = await lists.line(on, PAPERS[0].id, 1)
    assert opened is not None
    assert await lists.note(opened, "one\ufffe\x01") is not None, "without what no file takes"
    assert await lists.note(opened, "one") is not None, "sent twice"
    assert await lists.note(opened, "another") is None
    moved = await lists.move(opened, await lists.make(ANN, "M"))
    assert moved.note == "one", "what was written since it was read"
    with pytest.raises(UserError, match="isn't on the list"):
        await lists.note(opened, "gone")


async def test_notes_that_are_too_long_for_one_stay_two(lists: ReadingLists) -> None:
    one, other = await lists.make(ANN, "One"), await lists.make(ANN, "Other")
    for on in (one, other):
        await lists.save(ANN, PAPERS[:1], by=1, to=on)
        line = await lists.line(on, PAPERS[0].id, 1)
        assert line is not None
        await lists.note(line, on.name * 200)
    line = await lists.line(one, PAPERS[0].id, 1)
    assert line is not None
    with pytest.raises(UserError, match="Shorten one of them"):
        await lists.move(line, other)
    assert await titles(lists, ANN, "One") == ["Paper 1"]


async def test_a_paper_of_a_list_alone_is_not_touched_by_another_papers_new_id(lists: ReadingLists) -> None:
    own = own_id(title_key("Reply"))
    mine = Paper(id=own, title="Reply", authors=("Ann Author",), year=1999)
    on = (await lists.save(ANN, [mine], by=1, records=[own])).on
    await lists.now_called({own: "2502.00001"})
    (line,) = await lists.lines(on, 1)
    assert line.paper_id == own
    assert await lists.records([line]) == {own: mine}
    await lists.read_to(line, Status.READING, 1)
    now = await lists.is_now(line, "2502.00002", 1)
    assert (now.paper_id, now.recorded, now.status) == ("2502.00002", False, Status.READING)


# What somebody noted elsewhere


async def test_what_was_noted_comes_with_new_papers(lists: ReadingLists, clock: SettableClock) -> None:
    now = clock().replace(microsecond=0)
    saved_then = now - timedelta(days=400)
    remarks = {
        PAPERS[0].id: Remark("first", Status.READ, saved_then),
        PAPERS[1].id: Remark("second", Status.TO_READ, saved_then),
        PAPERS[2].id: Remark("", Status.READING, now + timedelta(days=9)),
    }
    saving = await lists.save(ANN, PAPERS[:4], by=1, remarks=remarks)
    assert (saving.new, saving.noted, saving.refused) == (4, 2, 0)
    lines = await lists.lines(saving.on, 1)
    assert [line.paper_id for line in lines] == [PAPERS[n].id for n in (2, 3, 0, 1)], (
        "by day, then as the file"
    )
    by_id = {line.paper_id: line for line in lines}
    assert [by_id[paper.id].note for paper in PAPERS[:3]] == ["first", "second", ""]
    assert [by_id[paper.id].status for paper in PAPERS[:3]] == [Status.READ, Status.TO_READ, Status.READING]
    assert by_id[PAPERS[0].id].saved_at.replace(microsecond=0) == saved_then
    assert by_id[PAPERS[2].id].saved_at - clock() < timedelta(milliseconds=1), (
        "nothing was saved in the future"
    )


async def test_what_stands_on_a_list_is_written_over_by_no_file(lists: ReadingLists) -> None:
    on = (await lists.save(ANN, PAPERS[:2], by=1)).on
    line = await lists.line(on, PAPERS[0].id, 1)
    assert line is not None
    await lists.note(line, "mine")
    await lists.read_to(line, Status.READING, 1)
    remarks = {paper.id: Remark("theirs", Status.READ) for paper in PAPERS[:2]}
    saving = await lists.save(ANN, PAPERS[:2], by=1, remarks=remarks)
    assert (saving.new, saving.noted, saving.refused) == (0, 1, 1)
    found = {each.paper_id: (each.note, each.status) for each in await lists.lines(on, 1)}
    assert found == {PAPERS[0].id: ("mine", Status.READING), PAPERS[1].id: ("theirs", Status.READ)}


async def test_papers_saved_at_once_stay_in_their_order(lists: ReadingLists) -> None:
    papers = [Paper(id=f"2501.{number:05}", title=f"T {number}") for number in (5, 3, 9, 1)]
    on = (await lists.save(ANN, papers, by=1)).on
    assert [line.paper_id for line in await lists.lines(on, 1)] == [paper.id for paper in papers]


async def test_limits_hold_where_many_save_at_once(lists: ReadingLists, monkeypatch: Any) -> None:
    monkeypatch.setattr("bot.readers.lists.MOST_SAVED", 10)
    monkeypatch.setattr("bot.readers.lists.MOST_LISTS", 5)
    made = await asyncio.gather(*(lists.make(ANN, f"L {n}") for n in range(20)), return_exceptions=True)
    assert sum(isinstance(each, ReadingList) for each in made) == 5
    assert all(isinstance(each, ReadingList | UserError) for each in made)
    papers = [Paper(id=f"2501.{number:05}", title=f"T {number}") for number in range(40)]
    on = (await lists.of(ANN))[0]
    saves = [lists.save(ANN, papers[n : n + 4], by=1, to=on) for n in range(0, 40, 4)]
    saved = await asyncio.gather(*saves, return_exceptions=True)
    assert all(isinstance(each, Saving | UserError) for each in saved)
    assert len(await lists.latest_ids(on.id, 9)) == 8


async def test_a_paper_that_the_catalog_gets_under_its_own_id_stays_with_its_note(
    lists: ReadingLists,
) -> None:
    on = (await lists.save(ANN, PAPERS[:1], by=1, records=[PAPERS[0].id])).on
    line = await lists.line(on, PAPERS[0].id, 1)
    assert line is not None
    assert line.recorded
    await lists.note(line, "mine")
    now = await lists.is_now(line, PAPERS[0].id, 1)
    assert (now.note, now.recorded) == ("mine", False)
    assert [each.note for each in await lists.lines(on, 1)] == ["mine"]


@pytest.mark.parametrize("form", ExportFormat)
async def test_a_list_that_went_through_a_file_is_the_same(
    lists: ReadingLists, clock: SettableClock, form: ExportFormat, tmp_path: Path
) -> None:
    """Its order, too, where many were saved within one second."""
    papers = {f"2501.{n:05}": Paper(id=f"2501.{n:05}", title=f"Paper {n}") for n in range(500, 0, -1)}
    day = clock() - timedelta(days=9)
    remarks = {
        each: Remark(f"note {n}" if n % 2 else "", [*Status][n % 3], day - timedelta(seconds=n // 7))
        for n, each in enumerate(papers)
    }
    path = tmp_path / file_name("L", form)

    async def file_of(on: ReadingList, person: int) -> bytes:
        lines = await lists.lines(on, person)
        return exported("L", [(line, papers[line.paper_id]) for line in lines], form)

    first = await file_of((await lists.save(ANN, [*papers.values()], by=1, remarks=remarks)).on, 1)
    path.write_bytes(first)
    clock.move(days=1)
    (harvest,) = PaperFile(path).harvests()
    remarks = {harvest.papers[place].id: remark for place, remark in harvest.remarks.items()}
    saving = await lists.save(BOB, harvest.papers, by=2, remarks=remarks)
    assert (saving.new, saving.noted) == (500, 250)
    assert await file_of(saving.on, 2) == first
