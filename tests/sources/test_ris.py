"""RIS, as Zotero, EndNote and publishers write it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.paper.harvest import record_of
from bot.paper.model import Paper
from bot.sources.ris import read_ris

ZOTERO = """\
TY  - JOUR
TI  - A Census of Reeds:
      a Sequel
AU  - van Doe, Ada
AU  - Roe, Ben, Jr.
AU  - Pond Group
T2  - Journal of Ponds
AB  - We count reeds.
DA  - 2019/07/26/
PY  - 2019
DO  - 10.1234/POND.7
UR  - https://ponds.example.org/7
KW  - reeds
KW  - ponds
N1  - Extends arXiv:2301.06001
ER  -

TY  - UNPB
T1  - A Preprint
A1  - Doe, Ada
Y1  - 2023///
N2  - We count.
PB  - arXiv
M1  - arXiv:2301.06002
ER  -
"""


def read(text: str) -> list[Paper]:
    records = map(record_of, read_ris(text.splitlines(keepends=True)))
    return [record for record in records if isinstance(record, Paper)]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_zotero_writes(line_end: str) -> None:
    first, second = read(ZOTERO.replace("\n", line_end))
    assert first.id.startswith("pb-"), "the note is about another paper"
    assert first.title == "A Census of Reeds: a Sequel"
    assert first.authors == ("Ada van Doe", "Ben Roe, Jr.", "Pond Group")
    assert (first.venue, first.published) == ("Journal of Ponds", date(2019, 7, 26))
    assert (first.doi, first.url) == ("10.1234/pond.7", "https://ponds.example.org/7")
    assert first.keywords == ("reeds", "ponds")
    assert (second.id, second.title, second.year, second.abstract) == (
        "2301.06002", "A Preprint", 2023, "We count."
    )  # fmt: skip


@pytest.mark.parametrize(
    "lines",
    [
        "UR  - https://arxiv.org/abs/2301.06001",
        "DO  - 10.48550/arXiv.2301.06001",
        "JO  - arXiv preprint arXiv:2301.06001",
        "AN  - arXiv:2301.06001",
        "PB  - arXiv\nIS  - 2301.06001",
    ],
)
def test_an_id_where_it_is_the_papers_own(lines: str) -> None:
    (paper,) = read(f"TY  - JOUR\nTI  - Reeds\n{lines}\nER  - \n")
    assert paper.id == "2301.06001"


def test_records_that_are_not_ended_or_begun() -> None:
    text = "Written by hand\nTY  - JOUR\nTI  - One\nTY - JOUR\nTI - Two\nXX  - unknown\nER - \nTI  - stray\n"
    assert [paper.title for paper in read(text)] == ["One", "Two"]


def authors(*lines: str) -> tuple[str, ...]:
    (paper,) = read("\n".join(("TY  - JOUR", "TI  - A Census of Reeds", *lines, "ER  - ", "")))
    return paper.authors


def test_authors_behind_two_tags_stay_in_their_order() -> None:
    mixed = ("A1  - Georgiev, Danko", "AU  - Bello, Leon", "A1  - Roe, Ben", "A2  - Editor, Ed")
    assert authors(*mixed) == ("Danko Georgiev", "Leon Bello", "Ben Roe")


def test_authors_all_behind_one_tag() -> None:
    one = "AU  - Sánchez-Cordón, Pedro J.; Montoya, Maria; Doe, Ada, Jr."
    assert authors(one) == ("Pedro J. Sánchez-Cordón", "Maria Montoya", "Ada Doe, Jr.")


def test_letters_are_no_authors() -> None:
    lines = [f"A1  - {letter}" for letter in "['Montoya, Maria', 'Doe, Ada']"]
    assert authors(*lines) == ("Maria Montoya", "Ada Doe")


def test_a_doi_where_ebsco_has_it() -> None:
    (paper,) = read("TY  - JOUR\nTI  - A Census of Reeds\nL3  - 10.1234/pond.7\nER  - \n")
    assert paper.doi == "10.1234/pond.7"
