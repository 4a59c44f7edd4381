"""BibTeX whose papers leave their year and venue to an entry of their proceedings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import permutations as orders

import pytest

from bot.paper.harvest import record_of
from bot.paper.model import Paper
from bot.sources.bibtex import read_bibtex

CHILD = "@inproceedings{reeds, title={A Census of Reeds}, author={Ada Doe}, crossref={Proc23}}\n"
OTHER = "@inproceedings{ponds, title={A Census of Ponds}, author={Ben Roe}, crossref={proc23}, year=2020}\n"
PARENT = (
    "@proceedings{proc23, title={Proceedings of Wetlands}, booktitle={Proc. Wetlands}, year=2023,\n"
    "editor={Eve Poe}, doi={10.1000/whole}, url={https://example.org/whole}, abstract={All of it},\n"
    "note={arXiv:2301.00001}, month=may, keywords={wet}}\n"
)


def papers(text: str) -> dict[str, Paper]:
    read = list(map(record_of, read_bibtex(text)))
    assert all(isinstance(record, Paper) for record in read), read
    found = {record.title: record for record in read if isinstance(record, Paper)}
    assert len(found) == len(read)
    return found


@pytest.mark.parametrize("entries", [*orders((CHILD, OTHER, PARENT))])
def test_year_and_venue_come_from_the_proceedings_wherever_they_stand(entries: tuple[str, ...]) -> None:
    found = papers("".join(entries))
    assert len(found) == 3
    reeds, ponds = found["A Census of Reeds"], found["A Census of Ponds"]
    assert (reeds.venue, reeds.year, ponds.venue, ponds.year) == (
        "Proc. Wetlands",
        2023,
        "Proc. Wetlands",
        2020,
    )
    assert ponds.published is None, "a month belongs to its year"


@pytest.mark.parametrize("entries", [*orders((CHILD, PARENT))])
def test_what_names_the_proceedings_names_no_paper_in_them(entries: tuple[str, ...]) -> None:
    reeds = papers("".join(entries))["A Census of Reeds"]
    assert (reeds.doi, reeds.url, reeds.arxiv_id, reeds.abstract, reeds.keywords) == (
        None,
        None,
        None,
        "",
        (),
    )
    assert reeds.authors == ("Ada Doe",)


@pytest.mark.parametrize(
    "entries", [*orders((CHILD, "@book{proc23, title={Wetlands}, date={2023-05-04}}\n"))]
)
def test_a_title_is_the_venue_where_there_is_no_other(entries: tuple[str, ...]) -> None:
    reeds = papers("".join(entries))["A Census of Reeds"]
    assert (reeds.venue, reeds.published) == ("Wetlands", date(2023, 5, 4))


@pytest.mark.parametrize(
    "entries",
    [
        *orders(
            (
                "@article{a, title={A Census of Reeds}, xdata={when, where}}\n",
                "@xdata{when, crossref={era}}\n",
                "@xdata{where, journaltitle={Wetlands}}\n",
                "@xdata{era, year={1999}}\n",
            )
        )
    ],
)
def test_data_in_common_of_several_entries_and_of_their_own_parents(entries: tuple[str, ...]) -> None:
    (reeds,) = papers("".join(entries)).values()
    assert (reeds.venue, reeds.year) == ("Wetlands", 1999)


@pytest.mark.parametrize(
    "text",
    [
        CHILD,
        CHILD.replace("Proc23", "reeds"),
        CHILD.replace("Proc23", "b") + "@book{b, title={Another}, crossref={reeds}}",
        CHILD.replace("crossref={Proc23}", "crossref={}"),
    ],
)
def test_a_parent_that_never_comes_costs_nothing_else(text: str) -> None:
    assert papers(text)["A Census of Reeds"].authors == ("Ada Doe",)


def test_what_waits_when_a_file_turns_out_to_be_damaged_is_not_lost() -> None:
    def damaged() -> Iterator[str]:
        yield CHILD
        yield OTHER
        yield "@misc{x, title={Last}}\n"
        raise EOFError

    read = read_bibtex(damaged())
    assert [getattr(next(read), "title", "") for _ in range(2)] == ["A Census of Reeds", "A Census of Ponds"]
    with pytest.raises(EOFError):
        next(read)


def test_a_file_of_nothing_but_orphans_keeps_few_of_them_waiting() -> None:
    lines = (CHILD.replace("Ada", "A" * 100_000).replace("reeds", f"r{number}") for number in range(60))
    read = read_bibtex(lines)
    assert next(read) is not None
    assert sum(1 for _ in lines) > 10, "the first comes before the end"
