"""Where a card leads to, and what it says of a paper that is not on arXiv."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.paper.model import Citations, Paper
from bot.views.paper_card import PaperCard, PaperDetails, paper_links


def paper(**fields: Any) -> Paper:
    return Paper(**{"id": "pb-480999c27044ccd2", "title": "A Pond of One's Own", **fields})


def links(of: Paper) -> dict[str | None, str | None]:
    return {link.label: link.url for link in paper_links(of)}


def test_a_paper_without_an_arxiv_id_leads_to_its_doi_and_to_the_files_address() -> None:
    found = links(paper(doi="10.1234/pond.(2017)<3>", url="https://www.ponds.example.org/papers/3.pdf"))
    assert found == {
        "DOI": "https://doi.org/10.1234/pond.(2017)%3C3%3E",
        "ponds.example.org": "https://www.ponds.example.org/papers/3.pdf",
    }


def test_an_arxiv_paper_leads_to_arxiv() -> None:
    found = links(paper(id="2411.13543", doi="10.1234/pond"))
    assert list(found) == ["arXiv", "PDF", "Hugging Face"]


def test_no_row_has_more_buttons_than_discord_takes() -> None:
    everything = paper(
        id="2411.13543",
        code_url="https://github.com/a/b",
        project_url="https://a.example",
        url="https://b.example",
        doi="10.1234/pond",
    )
    assert len(links(everything)) == 5


@pytest.mark.parametrize("host", ["a" * 90 + ".example", ".".join(["a" * 20] * 6)])
def test_a_host_that_a_button_can_not_show_whole_is_no_button(host: str) -> None:
    assert links(paper(url=f"https://{host}/x")) == {}


def test_the_card_says_year_and_venue() -> None:
    card = PaperCard(paper(year=2017, venue="Proceedings of *the* Pond Workshop"))
    text = str(card.to_components())
    assert "2017" in text
    assert "Pond Workshop" in text
    assert "*the*" not in text.replace("\\\\*", "\\*")


def cited(count: int, influential: int = 0, **fields: Any) -> Paper:
    day = date(2026, 11, 12)
    counted = Citations(count=count, influential=influential, source="Semantic Scholar", day=day)
    return paper(year=2024, citations=counted, **fields)


@pytest.mark.parametrize(
    ("of", "count"),
    [
        (cited(41), "cited 41 times (Semantic Scholar, 12 Nov 2026)"),
        (cited(1234, 56), "cited 1,234 times, 56 influential (Semantic Scholar, 12 Nov 2026)"),
        (cited(1), "cited once (Semantic Scholar, 12 Nov 2026)"),
    ],
)
def test_a_count_is_told_with_its_source_and_day(of: Paper, count: str) -> None:
    assert f"'-# C{count[1:]}'" in str(PaperCard(of).to_components())
    assert f"\\n2024 · {count}" in str(PaperDetails(of).to_components())
    summed_up = of.model_copy(update={"summary": "In short."})
    assert f"In short.\\n-# Summary by Hugging Face · {count}'" in str(PaperCard(summed_up).to_components())


def test_that_a_paper_is_not_cited_yet_is_told_to_whoever_asks_for_more() -> None:
    assert "Semantic Scholar" not in str(PaperCard(cited(0)).to_components())
    assert "not cited yet (Semantic Scholar, 12 Nov 2026)" in str(PaperDetails(cited(0)).to_components())


def test_nothing_is_told_of_citations_that_nobody_counted() -> None:
    for shown in (PaperCard(paper()), PaperDetails(paper())):
        assert "Semantic Scholar" not in str(shown.to_components())
        assert "cited " not in str(shown.to_components())


@pytest.mark.parametrize("field", ["abstract", "summary"])
def test_a_full_card_is_no_longer_for_its_citations(field: str) -> None:
    """They take their room from what is told in short."""
    told: dict[str, Any] = {field: "one word after another, until nobody reads it any more and more, " * 9}
    without, having = PaperCard(paper(year=2024, **told)), PaperCard(cited(41, **told))
    assert having.text_length - without.text_length <= len("\n-# ")
