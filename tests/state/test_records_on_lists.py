"""Papers that lists keep themselves, as their records come from one file or from several."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import reduce
from itertools import combinations, permutations
from typing import Any

import pytest

from bot.paper.fuller import fuller
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.remarks import Remark
from bot.paper.sameness import is_one
from bot.paper.text import title_key
from bot.readers.entries import Entry, each_once
from bot.readers.lists import Line, ReadingList, Saving, Status
from bot.readers.owner import Kind, Owner
from bot.state.reading_lists import ReadingLists
from bot.state.store import Store
from tests.support.time import SettableClock

ANN = Owner(Kind.PERSON, 1)
Outcome = set[tuple[Paper, frozenset[str], Status]]


@pytest.fixture
def lists(store: Store, clock: SettableClock) -> ReadingLists:
    return ReadingLists(store, clock)


def record(title: str = "Reeds of the Northern Lakes", **fields: Any) -> Paper:
    return Paper(**{"id": own_id(title_key(title)), "title": title, **fields})


def entry(number: int, paper: Paper, status: Status = Status.TO_READ) -> Entry:
    return Entry(paper, Remark(f"note {number}", status))


async def imported(lists: ReadingLists, on: ReadingList, file: Sequence[Entry]) -> Saving:
    entries = each_once(file, [None] * len(file), {})
    return await lists.save(
        on.owner,
        [each.paper for each in entries],
        by=on.owner.id,
        to=on,
        records=[each.paper.id for each in entries],
        remarks={each.paper.id: each.remark for each in entries if each.remark},
    )


async def standing(lists: ReadingLists, on: ReadingList) -> list[tuple[Line, Paper]]:
    lines = await lists.lines(on, on.owner.id)
    records = await lists.records(lines)
    assert all(line.title == records[line.paper_id].title for line in lines)
    return [(line, records[line.paper_id]) for line in lines]


async def outcome(lists: ReadingLists, files: Sequence[Sequence[Entry]], owner: Owner) -> Outcome:
    on = await lists.make(owner, "L")
    for file in files:
        await imported(lists, on, file)
    found = await standing(lists, on)
    again = [Entry(paper, line.remark) for line, paper in found]
    saving = await imported(lists, on, again)
    assert (saving.new, saving.noted, saving.refused) == (0, 0, 0)
    assert await standing(lists, on) == found, "its own export doubles nothing"
    return {(paper, frozenset(line.note.split("\n")), line.status) for line, paper in found}


JOURNAL, CONFERENCE = "10.1000/journal", "10.1000/conference"
SETS: list[list[Paper]] = [
    [
        record(authors=("Jane Doe",)),
        record(authors=("J. Doe",), doi=JOURNAL),
        record(id="2001.12345", doi=JOURNAL),
    ],
    [record("1409.1556", id="1409.1556"), record("Very Deep", id="1409.1556", doi=JOURNAL, abstract="Deep.")],
    [
        record(venue="Lakes"),
        record(id="2001.12345", abstract="Reeds.", authors=("Jane Doe",)),
        record(year=2021),
    ],
    [record("Editorial", authors=(name,), year=2020) for name in ("Wei Wang", "Li Wang", "W. Wang")][:2],
    [record("Editorial", authors=("Wei Wang",), year=2020, doi=doi) for doi in (JOURNAL, CONFERENCE)],
]


@pytest.mark.parametrize("papers", SETS)
async def test_one_file_or_several_in_any_order_come_to_the_same(
    lists: ReadingLists, papers: list[Paper]
) -> None:
    entries = [entry(n, paper, [*Status][n % 3]) for n, paper in enumerate(papers)]
    owners = iter(range(10, 99))
    found = []
    for order in permutations(entries):
        for files in ([order], [order[:1], order[1:]], [[each] for each in order]):
            found.append(await outcome(lists, files, Owner(Kind.PERSON, next(owners))))
    assert all(each == found[0] for each in found)


@pytest.mark.parametrize("ids", [{"doi": (JOURNAL, CONFERENCE)}, {"id": ("2001.12345", "2101.54321")}])
async def test_three_papers_become_no_one(lists: ReadingLists, ids: dict[str, Any]) -> None:
    """Of which the first may be either of the others: it stays with the one that it met first."""
    ((name, two),) = ids.items()
    papers = [record(authors=("Jane Doe",)), *(record(authors=("Jane Doe",), **{name: each}) for each in two)]
    entries = [entry(number, paper) for number, paper in enumerate(papers)]
    owners = iter(range(10, 99))
    for order in permutations(entries):
        for files in ([order], [order[:2], order[2:]], [[each] for each in order]):
            found = await outcome(lists, files, Owner(Kind.PERSON, next(owners)))
            assert sorted(getattr(paper, name) for paper, _, _ in found) == sorted(two)
            assert sorted(note for _, notes, _ in found for note in notes) == ["note 0", "note 1", "note 2"]


def any_record(chance: random.Random) -> Paper:
    fields: dict[str, list[Any]] = {
        "title": ["Editorial", "Reeds of the Northern Lakes", "Reeds: of the northern lakes"],
        "id": [None, None, None, "2001.12345", "2101.54321", "7"],
        "doi": [None, None, JOURNAL, CONFERENCE],
        "authors": [(), ("Wei Wang",), ("W. Wang", "Ada Doe"), ("Li Wang",)],
        "year": [None, 2010, 2020, 2021],
        "abstract": ["", "Reeds."],
    }
    chosen = {name: chance.choice(values) for name, values in fields.items()}
    return record(**{name: value for name, value in chosen.items() if value is not None})


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_comes_in_whatever_files_nothing_is_lost(lists: ReadingLists, seed: int) -> None:
    chance, compared = random.Random(seed), 0
    for number in range(25):
        entries = [
            entry(n, any_record(chance), chance.choice([*Status])) for n in range(chance.randint(2, 5))
        ]
        papers = [each.paper for each in entries]
        cut = chance.randint(0, len(entries))
        mixed = chance.sample(entries, len(entries))
        one = await outcome(lists, [entries], Owner(Kind.PERSON, 1_000 + 2 * number))
        several = await outcome(lists, [mixed[:cut], mixed[cut:]], Owner(Kind.PERSON, 1_001 + 2 * number))
        for found in (one, several):
            noted = sorted(note for _, notes, _ in found for note in notes)
            assert noted == sorted(f"note {n}" for n in range(len(entries))), papers
            assert {p.arxiv_id for p in papers} - {None} == {p.arxiv_id for p, _, _ in found} - {None}
            read = any(each.remark and each.remark.status is Status.READ for each in entries)
            assert any(status is Status.READ for _, _, status in found) == read
        if are_told_apart(papers):
            compared += 1
            assert several == one, papers
    assert compared >= 10


def are_told_apart(papers: Sequence[Paper]) -> bool:
    """Whether none may be either of two papers that aren't one, however many of them are known by then."""
    for paper in papers:
        alike = [each for each in papers if is_one(each, paper)]
        for size in range(1, len(alike) + 1):
            for some in combinations(alike, size):
                known = reduce(fuller, some)
                if any(is_one(known, each) != (each in alike) for each in papers):
                    return False
    return True


async def test_a_paper_of_the_catalog_keeps_its_line_from_others(lists: ReadingLists) -> None:
    on = await lists.make(ANN, "L")
    await imported(lists, on, [entry(0, record(id="2001.12345", authors=("Jane Doe",)))])
    known = record(id="2001.12345", authors=("Jane Doe",), doi=JOURNAL)
    (other,) = each_once([entry(2, record(authors=("Jane Doe",), doi=CONFERENCE))], [None], {})
    remarks = {known.id: Remark("note 1"), other.paper.id: Remark("note 2")}
    saving = await lists.save(
        ANN, [other.paper, known], by=1, to=on, records=[other.paper.id], remarks=remarks
    )
    assert saving.new == 1
    notes = {line.note for line in await lists.lines(on, 1)}
    assert notes == {"note 0\nnote 1", "note 2"}


async def test_notes_too_long_for_one_line_stay_as_they_are(lists: ReadingLists) -> None:
    on = await lists.make(ANN, "L")
    await imported(lists, on, [Entry(record(), Remark("a" * 3_000))])
    saving = await imported(lists, on, [Entry(record(doi=JOURNAL), Remark("b" * 3_000))])
    assert (saving.noted, saving.refused) == (0, 1)
    ((line, paper),) = await standing(lists, on)
    assert (line.note, paper.doi) == ("a" * 3_000, JOURNAL)


@pytest.mark.parametrize("statuses", [(Status.READ, Status.READING), (Status.READING, Status.READ)])
async def test_lines_that_turn_out_to_be_one_paper_become_one(
    lists: ReadingLists, statuses: tuple[Status, Status]
) -> None:
    """Under two titles, until a record has both ids."""
    on = await lists.make(ANN, "L")
    reeds, rushes = record("Reeds", id="2001.12345"), record("Rushes", doi=JOURNAL, venue="Lakes")
    for number, (paper, status) in enumerate(zip((reeds, rushes), statuses, strict=True)):
        await imported(lists, on, [entry(number, paper, status)])
    assert len(await lists.lines(on, 1)) == 2
    await imported(lists, on, [entry(2, record("Rushes", id="2001.12345", doi=JOURNAL))])
    ((line, paper),) = await standing(lists, on)
    assert (paper.id, paper.doi, paper.venue, line.status) == ("2001.12345", JOURNAL, "Lakes", Status.READ)
    assert sorted(line.note.split("\n")) == ["note 0", "note 1", "note 2"]
