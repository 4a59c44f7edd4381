"""What a Paper takes, and in which form it keeps it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from bot.paper.model import Paper


def paper(**fields: Any) -> Paper:
    return Paper(**{"id": "2411.13543", "title": "BALROG", **fields})


def test_a_title_is_one_line() -> None:
    assert (
        paper(title="  BALROG:\n  Benchmarking   Agentic\tModels ").title
        == "BALROG: Benchmarking Agentic Models"
    )


def test_an_abstract_keeps_its_paragraphs_and_no_other_breaks() -> None:
    wrapped = "  We study games\nand agents.\n  A second\nparagraph.\n\n\nA third one. "
    assert (
        paper(abstract=wrapped).abstract
        == "We study games and agents.\n\nA second paragraph.\n\nA third one."
    )


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Joseph C. O&#39;Brien", "Joseph C. O'Brien"),
        ("CCS with<br> time", "CCS with time"),
        ("<i>E. coli</i> &amp; more", "E. coli & more"),
        ("x<sub>2</sub> &#8211; y", "x2 – y"),
        ("a<b and c>d; AT&T; R&D;", "a<b and c>d; AT&T; R&D;"),
        ("Models~(LLMs) with $\\pi_0$ -- and M$^{2}$UGen", "Models~(LLMs) with $\\pi_0$ -- and M$^{2}$UGen"),
        ("raw \x0b\x1bcontrol\x7f characters", "raw control characters"),
    ],
)
def test_text_is_plain(given: str, kept: str) -> None:
    assert paper(title=given).title == kept
    assert paper(abstract=given).abstract == kept
    assert paper(authors=(given,)).authors == (kept,)


def test_days_are_days_wherever_they_come_from() -> None:
    known = paper(
        published="2024-11-20T18:54:01Z", featured=("2025-03-20", "2024-11-25T00:00:00.000Z", "2025-03-20")
    )
    assert known.published == date(2024, 11, 20)
    assert known.featured == (date(2024, 11, 25), date(2025, 3, 20))


def test_the_year_is_that_of_publication_else_of_the_id() -> None:
    assert paper(id="cs/9301111", published="1989-12-31").year == 1989
    assert paper().year == 2024
    assert paper(id="pb-0123456789abcdef").year is None


@pytest.mark.parametrize(
    "fields",
    [
        {"title": " \n "},
        {"title": ""},
        {"id": ""},
        {"id": "with space"},
        {"id": "x" * 65},
        {"upvotes": -1},
        {"published": "soon"},
        {"code_url": "javascript:alert(1)"},
        {"code_url": "https://user:secret@example.org/"},
        {"code_url": "http://localhost/"},
        {"code_url": "https://example.org/a b"},
        {"code_url": "https://example.org/" + "x" * 512},
        {"colour": "red"},
    ],
)
def test_what_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        paper(**fields)


def test_a_paper_does_not_change() -> None:
    with pytest.raises(ValidationError):
        paper().title = "Another"  # type: ignore[misc]


@pytest.mark.parametrize(
    "title",
    [
        "A\u202eB",
        "A\u2066B\u2069",
        "A\u200fB",
        "A\x00B",
        "A\x1bB",
        "A\u200bB",
        "A\ufeffB",
        "A\U000e0041B",
        "A&#x202e;B",
    ],
)
def test_signs_that_turn_or_hide_text_are_nothing(title: str) -> None:
    assert Paper(id="2411.13543", title=title, authors=(title,), venue=title).title == "AB"


def test_joiners_that_scripts_and_emoji_need_stay() -> None:
    for title in ("می\u200cخواهم", "👩\u200d🔬 at work"):
        assert Paper(id="2411.13543", title=title).title == title


@pytest.mark.parametrize("number", [10**12, 2**63, -1])
def test_numbers_that_no_source_means_are_none(number: int) -> None:
    with pytest.raises(ValidationError):
        Paper(id="2411.13543", title="T", upvotes=number)


def test_a_list_that_a_source_printed_and_cut_is_its_names() -> None:
    assert paper(authors=("['Ada Doe'", "'Ben O'Roe'", "'Cy Poe']")).authors == (
        "Ada Doe",
        "Ben O'Roe",
        "Cy Poe",
    )
    assert paper(authors=("['Ada Doe']",)).authors == ("Ada Doe",)
    assert paper(authors=("Ada 'A' Doe", "[Pond] Group")).authors == ("Ada 'A' Doe", "[Pond] Group")
