"""Entries of one paper in files for lists, and of papers that only look alike."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.paper.fuller import fuller
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.namesakes import share_people
from bot.paper.remarks import Remark, Status
from bot.paper.sameness import compared, id_by_itself, is_one, is_same
from bot.paper.text import title_key
from bot.readers.entries import Entry, each_once

LONG = "Introduction to the Special Issue on Machine Learning"


def record(title: str = "Reeds of the Northern Lakes", **fields: Any) -> Paper:
    """As files are read: one without an id has that of its title."""
    return Paper(**{"id": own_id(title_key(title)), "title": title, **fields})


def noted(papers: Sequence[Paper]) -> list[Entry]:
    return [Entry(paper, Remark(f"note {number}")) for number, paper in enumerate(papers)]


def once(entries: Sequence[Entry]) -> list[Entry]:
    return each_once(entries, [None] * len(entries), {})


def outcome(entries: Sequence[Entry]) -> set[tuple[Paper, frozenset[str]]]:
    return {(each.paper, frozenset(each.remark.note.split("\n") if each.remark else ())) for each in entries}


papers = st.builds(
    record,
    title=st.sampled_from(["Editorial", "Reeds of the Northern Lakes"]),
    doi=st.sampled_from([None, None, "10.1000/conference", "10.1000/journal"]),
    authors=st.sampled_from([(), ("Wei Wang",), ("W. Wang",), ("Wang, Li",), ("Wei Wang", "Ada Doe")]),
    year=st.sampled_from([None, 2010, 2020, 2021]),
    abstract=st.sampled_from(["", "Reeds.", "Reeds grow."]),
    venue=st.sampled_from([None, "Lakes", "arXiv preprint arXiv:2001.12345"]),
    keywords=st.sampled_from([(), ("reed",), ("lake", "fen")]),
) | st.builds(
    record,
    title=st.sampled_from(["Editorial", "Reeds of the Northern Lakes", "2001.12345"]),
    id=st.sampled_from(["2001.12345", "2101.54321"]),
    doi=st.sampled_from([None, "10.1000/journal"]),
)


@pytest.mark.parametrize("ids", [{"doi": ("10.1000/a", "10.1000/b")}, {"id": ("2001.12345", "2101.54321")}])
def test_an_entry_that_may_be_either_of_two_papers_makes_them_no_single_one(ids: dict[str, Any]) -> None:
    ((name, (one, other)),) = ids.items()
    authors = ("Jane Doe",)
    entries = noted(
        [
            record(authors=authors),
            record(authors=authors, **{name: one}),
            record(authors=authors, **{name: other}),
        ]
    )
    found = [once(order) for order in permutations(entries)]
    assert {len(each) for each in found} == {2}
    assert {getattr(each.paper, name) for each in found[0]} == {one, other}
    assert len({frozenset(outcome(each)) for each in found}) == 1
    notes = [note for each in found[0] if each.remark for note in each.remark.note.split("\n")]
    assert sorted(notes) == ["note 0", "note 1", "note 2"]


@settings(max_examples=150, deadline=None)
@given(st.lists(papers, max_size=6), st.randoms(use_true_random=False))
def test_what_comes_of_entries_hangs_on_no_order(found: list[Paper], random: Any) -> None:
    entries = noted(found)
    mixed = random.sample(entries, len(entries))
    first = once(entries)
    assert outcome(once(mixed)) == outcome(first)
    notes = sorted(note for each in first if each.remark for note in each.remark.note.split("\n"))
    assert notes == sorted(f"note {number}" for number in range(len(found)))
    assert len({each.paper.id for each in first}) == len(first)
    assert outcome(once(first)) == outcome(first), "put together, they are told apart as before"


@settings(max_examples=300, deadline=None)
@given(papers, papers, papers)
def test_records_put_together_come_to_the_same_in_any_order(a: Paper, b: Paper, c: Paper) -> None:
    both = [record.model_copy(update={"id": id_by_itself(record)}) for record in (a, b, c)]
    a, b, c = both
    assert fuller(a, a) == a
    assert fuller(a, b) == fuller(b, a)
    assert fuller(fuller(a, b), c) == fuller(a, fuller(b, c))


def test_of_two_records_nothing_is_lost() -> None:
    bare = record(venue="Lakes", keywords=("reed",), year=2020)
    full = record(
        id="2001.12345",
        doi="10.1000/a",
        abstract="Reeds.",
        authors=("Jane Doe",),
        keywords=("fen",),
        upvotes=3,
    )
    for entries in ([Entry(bare), Entry(full)], [Entry(full), Entry(bare)]):
        (entry,) = once(entries)
        paper = entry.paper
        assert (paper.id, paper.doi, paper.abstract) == ("2001.12345", "10.1000/a", "Reeds.")
        assert (paper.authors, paper.venue, paper.keywords) == (("Jane Doe",), "Lakes", ("fen", "reed"))
        assert paper.upvotes == 3


def test_a_paper_called_by_its_id_gets_its_title() -> None:
    called, full = record("1409.1556", id="1409.1556"), record("Very Deep", id="1409.1556")
    assert fuller(called, full).title == fuller(full, called).title == "Very Deep"


def test_the_furthest_status_of_two_entries_counts() -> None:
    reading, read = (Entry(record(), Remark("", each)) for each in (Status.READING, Status.READ))
    for entries in ([reading, read], [read, reading]):
        (entry,) = once(entries)
        assert entry.remark == Remark("", Status.READ)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            record("Editorial", authors=("Wei Wang",), year=2020),
            record("Editorial", authors=("Li Wang",), year=2021),
        ),
        (
            record("Editorial", authors=("Wei Wang",), year=2020),
            record("Editorial", authors=("Li Wang",), year=2020),
        ),
        (record(LONG, authors=("Wei Wang",), year=2010), record(LONG, authors=("Li Wang",), year=2021)),
        (record(LONG, authors=("Wei Wang",), year=2010), record(LONG, authors=("W. Wang",), year=2021)),
        (record("Editorial", authors=("J. A. Smith",)), record("Editorial", authors=("J. B. Smith",))),
        (record("Editorial", year=2010), record("Editorial", authors=("Wei Wang",), year=2011)),
    ],
)
def test_namesakes_and_years_far_apart_are_of_different_papers(one: Paper, other: Paper) -> None:
    for first, second in ((one, other), (other, one)):
        assert not is_same(compared(first), second)
        assert not is_one(first, second)
    assert id_by_itself(one) != id_by_itself(other)


_SPELLINGS = (
    "Wei Wang",
    "W. Wang",
    "Wang, Wei",
    "Wang, W.",
    "Wang W",
    "Wang Wei",
    "WANG Wei",
    "wei wang",
    "Wang",
)


@pytest.mark.parametrize(("one", "other"), [*product(_SPELLINGS, _SPELLINGS)])
def test_a_paper_is_one_however_names_are_written_and_when_it_was_printed(one: str, other: str) -> None:
    preprint = record("Editorial", authors=(one,), year=2020)
    assert is_one(preprint, record("Editorial", authors=("Ann Poe", other), year=2022))


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("Doe AB", "Ada Doe", True),
        ("Doe JP", "Jean-Pierre Doe", True),
        ("J. R. R. Tolkien", "John Ronald Reuel Tolkien", True),
        ("H. Berg", "Hans van der Berg", True),
        ("van der Berg, Hans", "Hans van der Berg", True),
        ("Maria Garcia Lopez", "M. Garcia", True),
        ("Kathryn Doe", "Katherine Doe", True),
        ("Weimin Wang", "Wei Min Wang", True),
        ("Jane Doe", "DOE, JANE", True),
        ("José Núñez", "Jose Nunez", True),
        ("Wang et al.", "Wei Wang", True),
        ("Wei Wang", "Wen Wang", False),
        ("Wei Wang", "Wei Li", False),
        ("Jan van Dyck", "Jan van Gogh", False),
        ("The ATLAS Collaboration", "Wei Wang", None),
        ("王伟", "Wei Wang", None),
        ("others", "Wei Wang", None),
    ],
)
def test_names_of_one_person(one: str, other: str, shared: bool | None) -> None:
    assert share_people([one], [other]) is share_people([other], [one]) is shared


def test_thousands_of_namesakes_are_compared_in_no_time() -> None:
    ones = [f"A{number} Wang" for number in range(5_000)]
    assert share_people(ones, [f"B{number} Wang" for number in range(5_000)]) is True
