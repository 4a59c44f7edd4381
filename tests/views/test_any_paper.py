"""Whatever a source or a member gives, a paper makes messages that Discord takes."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from bot.delivery.post import Discussion, Entry, Post
from bot.paper.citing import Style, cite
from bot.paper.model import Paper
from bot.search.results import Hit, Passage, Results
from bot.state.plans import ChannelKind, Edition, Pick
from bot.views.citation import Citation
from bot.views.layout import TEXT_LIMIT, Layout
from bot.views.paper_buttons import Find, Recent
from bot.views.paper_card import PaperCard
from bot.views.post_layouts import layout_of
from bot.views.result_list import ResultsPage

SIGNS = "_*" * 3_000
DAYS = tuple(date(2023, 5, 4) + timedelta(days=number) for number in range(400))


def paper(**fields: object) -> Paper:
    return Paper.model_validate(
        {"id": "2411.13543", "title": "BALROG", "abstract": "Games. " * 1_000} | fields
    )


@pytest.fixture(
    params=[
        {"title": SIGNS},
        {"abstract": SIGNS},
        {"authors": (SIGNS, SIGNS + "*") * 15},
        {"categories": ("c" * 4_000,)},
        {"categories": (SIGNS,) * 30},
        {"summary": SIGNS},
        {"featured": DAYS},
        dict.fromkeys(("title", "abstract", "summary"), SIGNS)
        | dict.fromkeys(("authors", "categories"), (SIGNS, SIGNS + "*") * 15)
        | {"featured": DAYS},
    ],
    ids=["title", "abstract", "author", "long category", "categories", "summary", "days", "everything"],
)
def odd(request: pytest.FixtureRequest) -> Paper:
    return paper(**request.param)


def fits(layout: Layout) -> bool:
    return 0 < layout.text_length <= TEXT_LIMIT


def test_its_card_fits(odd: Paper) -> None:
    assert fits(PaperCard(odd, back=Recent(1), note="Already in the catalog."))


def test_a_page_of_such_papers_fits(odd: Paper) -> None:
    hits = (Hit(odd, 1.0, Passage(SIGNS[:190])),) * 5
    assert fits(ResultsPage(Results(SIGNS[:200], hits, 5, 1.0, corrected=SIGNS), Find("=x")))


@pytest.mark.parametrize(("count", "edition"), [(1, Edition.DAILY), (5, Edition.DAILY), (5, Edition.WEEKLY)])
def test_a_post_of_such_papers_fits(odd: Paper, count: int, edition: Edition) -> None:
    day = date(2026, 9, 30)
    post = Post(
        guild_id=1,
        channel_id=2,
        kind=ChannelKind.TEXT,
        day=day,
        entries=(Entry(odd, Pick(odd.id, odd.title, day - timedelta(days=40), 1, True, "keywords")),) * count,
        topic=SIGNS[:200],
        edition=edition,
        discussed=Discussion(10**18, 1_234),
        ping_role_id=10**18,
        nonce="nonce",
    )
    assert fits(layout_of(post))


@pytest.mark.parametrize(
    "paper_id", ["10.1000/xyz(123)", "https://example.org/?q=1", "../../etc", "Ünïcode:7"]
)
def test_a_long_citation_is_a_file_whose_name_discord_keeps(paper_id: str) -> None:
    long = paper(id=paper_id, authors=("An Author", "A Reader") * 150)
    citation = Citation(long, Style.BIBTEX, cite(long, Style.BIBTEX))
    (file,) = citation.files
    assert re.fullmatch(r"[A-Za-z0-9.-]+\.bib", file.filename)
    assert f"attachment://{file.filename}" in str(citation.to_components())
