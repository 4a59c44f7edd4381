"""What real data does, in small: each wart of the real collections, by its number there."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from typing import Any

import pytest

from bot.catalog import papers
from bot.catalog.merging import merge
from bot.paper.harvest import Harvest, Origin
from bot.paper.model import Paper
from bot.sources.csv_table import read_csv
from bot.sources.json_lines import read_json_lines


def one(**record: Any) -> Paper:
    """The paper of one JSON line."""
    fields = {"arxiv_id": "2401.01970", "title": "A Title", **record}
    (paper,) = read_json_lines([json.dumps(fields).encode()])
    assert isinstance(paper, Paper), paper
    return paper


def imported(database: sqlite3.Connection, *records: Paper, origin: Origin = Origin.FILE) -> None:
    merge(database, Harvest(origin, records))


@pytest.mark.parametrize("space", ["\n  ", "   ", "\t", "\u00a0", "\u2003"])
def test_1_a_line_break_inside_a_title(space: str) -> None:
    assert one(title=f"FMGS:{space}Foundation Model").title == "FMGS: Foundation Model"


def test_2_a_version_with_another_title_and_abstract(database: sqlite3.Connection) -> None:
    first = one(arxiv_id="2411.12977v1", title="Collaborative Learning", abstract="Old.")
    imported(database, first, origin=Origin.HUGGING_FACE)
    imported(
        database,
        one(arxiv_id="2411.12977v4", title="Lifelong Cultural Learning", abstract="New."),
        origin=Origin.ARXIV,
    )
    assert papers.count(database) == 1
    found = papers.get(database, "2411.12977")
    assert found
    assert (found.title, found.abstract) == ("Lifelong Cultural Learning", "New.")


def test_3_one_title_and_several_ids(database: sqlite3.Connection) -> None:
    title = 'Discussion: "Latent variable graphical model selection"'
    imported(database, *(one(arxiv_id=i, title=title) for i in ("1211.0801", "1211.0806", "1211.0808")))
    assert papers.count(database) == 3


@pytest.mark.parametrize("title", ["PanGu-$\\pi$", "M$^{2}$UGen", "\\'Etale maps", "Models~(LLMs)"])
def test_4_latex_stays(title: str) -> None:
    assert one(title=title).title == title


@pytest.mark.parametrize("title", ["Toolkit -- Toward", "A---B", "Bargains — by “us”"])
def test_5_dashes_and_quotes_stay(title: str) -> None:
    assert one(title=title).title == title


def test_6_html_is_read() -> None:
    paper = one(
        title="CCS with<br>time",
        abstract="the agent&#39;s <i>plan</i> &#8211; now",
        authors=["J. O&#39;Brien"],
    )
    assert (paper.title, paper.abstract, paper.authors) == (
        "CCS with time",
        "the agent's plan – now",
        ("J. O'Brien",),
    )
    assert one(title="i<scp>RT</scp> of <inf>x</inf>").title == "iRT of x"
    assert one(title="<ASTROBJ>Vega</ASTROBJ> and <tex>$x$</tex>").title == "Vega and $x$"
    assert one(title="<mml:math><mml:mi>n</mml:mi></mml:math> reeds").title == "n reeds"
    assert (
        one(title="Reeds", abstract="&lt;p&gt;We &lt;i&gt;count&lt;/i&gt; a &lt; b.&lt;/p&gt;").abstract
        == "We count a < b."
    )
    assert one(title="HTML5 <canvas> games in <5mW").title == "HTML5 <canvas> games in <5mW"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("cs/9301111", "cs/9301111"),
        ("arXiv:2511.23476", "2511.23476"),
        ("http://arxiv.org/abs/2305.19118v4", "2305.19118"),
        ("http://arxiv.org/pdf/cmp-lg/9409007v1.pdf", "cmp-lg/9409007"),
        ("https://arxiv.org/html/2305.19118v1", "2305.19118"),
    ],
)
def test_7_each_form_of_an_id(given: str, kept: str) -> None:
    assert one(arxiv_id=given).id == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [("912.5527", "0912.5527"), ("1001.021", "1001.0210"), ("1809.0495399999998", "1809.04954")],
)
def test_7_ids_that_a_table_program_took_for_numbers(given: str, kept: str) -> None:
    (paper,) = read_csv(["arxiv_id,title\n", f"{given},A\n"])
    assert isinstance(paper, Paper)
    assert paper.id == kept


@pytest.mark.parametrize(
    "record",
    [
        {"comments": "This paper has been withdrawn by the authors"},
        {"abstract": "This paper has been withdrawn due to a crucial error."},
        {"withdrawn": True},
    ],
)
def test_8_withdrawn(record: dict[str, Any]) -> None:
    assert one(**record).withdrawn


@pytest.mark.parametrize("abstract", ["Short.", "", None])
def test_8_short_and_missing_abstracts(abstract: str | None) -> None:
    assert one(abstract=abstract).abstract == (abstract or "")


def test_9_missing_fields_stay_unknown() -> None:
    paper = one(authors=None, published=None, upvotes=None, github=None, categories=None)
    assert paper == Paper(id="2401.01970", title="A Title")


def test_10_authors() -> None:
    crowd = [f"Author {number}" for number in range(3303)]
    assert len(one(authors=crowd).authors) == 3303
    odd = ["01. AI", "o3 contributors", "Ada Lovelace", "Alan Turing", "Ada Lovelace"]
    assert list(one(authors=odd).authors) == odd


def test_10_a_name_twice_in_a_row_is_one() -> None:
    names = ["Ada Lovelace", "Ada Lovelace", "Alan Turing", "Alan  Turing", "Ada Lovelace"]
    assert one(authors=names).authors == ("Ada Lovelace", "Alan Turing", "Ada Lovelace")


@pytest.mark.parametrize("title", ["Beyond A*", "L_2 and `code`", "x" * 272, "<@1303> <:a:1> @everyone"])
def test_11_what_discord_would_read_is_kept_as_text(title: str) -> None:
    assert one(title=title).title == title


def test_12_dates_far_from_the_id() -> None:
    assert one(arxiv_id="cs/9301111", published="1989-12-31").published == date(1989, 12, 31)


def test_13_featured_twice(database: sqlite3.Connection) -> None:
    for day, upvotes in (("2026-04-10", 2), ("2026-04-16", 42)):
        imported(database, one(hf_daily_date=day, upvotes=upvotes))
    found = papers.get(database, "2401.01970")
    assert found
    assert (found.featured, found.upvotes) == ((date(2026, 4, 10), date(2026, 4, 16)), 42)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://github.com/a/b/tree/main/c", "https://github.com/a/b/tree/main/c"),
        ("github.com/a/b", None),
        ("https://", None),
        ("", None),
        ("javascript:alert(1)", None),
    ],
)
def test_14_addresses_of_code(given: str, kept: str | None) -> None:
    assert one(github=given).code_url == kept


def test_14_no_upvotes_are_known_upvotes() -> None:
    assert one(upvotes=0).upvotes == 0


def test_15_raw_control_characters() -> None:
    (paper,) = read_json_lines([b'{"arxiv_id": "1007.4011", "title": "Raw\x08 \x1b[1mcontrol"}'])
    assert isinstance(paper, Paper)
    assert paper.title == "Raw [1mcontrol"
