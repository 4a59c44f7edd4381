"""Where a card leads to, and what it says of a paper that is not on arXiv."""

from __future__ import annotations

from typing import Any

import pytest

from bot.paper.model import Paper
from bot.views.paper_card import PaperCard, paper_links


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
