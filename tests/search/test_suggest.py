"""Titles that are offered while somebody types."""

from __future__ import annotations

import random
import re
import sqlite3

import pytest

from bench.typing import with_slips
from bot.search.results import Sort
from tests.support.catalogs import Catalog


def test_titles_are_offered_from_the_first_letter(seed: Catalog) -> None:
    for title in seed.titles():
        assert any(choice[0].casefold() == title[0].casefold() for choice in seed.suggested(title[0])), title


@pytest.mark.parametrize("length", [4, 8, 15, 30])
def test_the_title_being_typed_is_among_the_choices(seed: Catalog, length: int) -> None:
    assert [title for title in seed.titles() if title not in seed.suggested(title[:length])] == []


def test_the_title_is_offered_from_its_middle_and_with_a_slip(seed: Catalog) -> None:
    chance = random.Random(1)
    titles = [title for title in seed.titles() if len(title) > 45]
    middle = [title for title in titles if title in seed.suggested(title[title.find(" ", 9) + 1 :][:30])]
    slipped = [title for title in titles if title in seed.suggested(with_slips(title[:30], 1, chance))]
    assert len(middle) >= 0.95 * len(titles)
    assert len(slipped) >= 0.9 * len(titles)


def test_the_menu_understands_what_the_search_does(seed: Catalog) -> None:
    papers = {row["title"]: row for row in seed.connection.execute("SELECT * FROM papers")}

    def offered(text: str) -> list[sqlite3.Row]:
        found = [papers[title] for title in seed.suggested(text)]
        assert found, text
        return found

    games = {hit.paper.title for hit in seed.find("games", sort=Sort.NEWEST, limit=69).hits}
    assert not games & {row["title"] for row in offered("agents -games")}
    assert all(row["id"].startswith("2411") for row in offered("2411"))
    assert [row["id"] for row in offered("2411.135")] == ["2411.13543"]
    assert all("Liang" in row["authors"] for row in offered("author:liang"))
    assert all(re.search(r"\bLia", row["authors"]) for row in offered("author:lia"))
    assert "Paglieri" in offered("paglie")[0]["authors"]
    assert all((row["published"] or str(row["year"])) >= "2024" for row in offered("after:2024"))
    assert all((row["published"] or str(row["year"])) < "2024" for row in offered("agents before:2024"))
    assert all('"cs.CL"' in row["categories"] for row in offered("agents cat:cs.CL"))
    assert all("debate" in row["title"].lower() for row in offered("title:deba"))
    assert offered("latest papers on debate")[0]["title"].startswith("Encouraging")
    assert seed.suggested("after:2099") == []


def test_nothing_typed_offers_the_newest(seed: Catalog) -> None:
    assert len(seed.suggested("")) == 25
