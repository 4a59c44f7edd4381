"""Notes on a paper in Markdown, with what they are about between two lines of dashes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.paper.harvest import Harvest
from bot.sources.files import PaperFile

OBSIDIANS = """\
---
aliases:
  - Reeds in Wind
authors: "Ada Doe, Bob Roe"
date: 2023-01-10 19:24:30
tags: []
title: "Reeds in Wind: \\"Water\\""
url: "http://arxiv.org/abs/2205.11916"
---

# Reeds in Wind

Compare [Deep Sets](https://arxiv.org/abs/1703.06114).

- [Wind](https://arxiv.org/abs/1703.06115)
- [What wind does](https://blog.example.org/wind)
"""


def read(tmp_path: Path, text: str) -> Harvest:
    (tmp_path / "a.md").write_text(text, "utf-8")
    (harvest,) = PaperFile(tmp_path / "a.md", by_id=True).harvests()
    return harvest


def test_a_note_on_a_paper_has_its_title_and_authors(tmp_path: Path) -> None:
    harvest = read(tmp_path, OBSIDIANS)
    first, *others = harvest.papers
    assert (first.id, first.title) == ("2205.11916", 'Reeds in Wind: "Water"')
    assert (first.authors, first.published) == (("Ada Doe", "Bob Roe"), None), "the date is the note's"
    assert [paper.title for paper in others] == ["Deep Sets", "Wind"]
    assert [each.where for each in harvest.skipped] == ["line 16"]


@pytest.mark.parametrize(
    "authors",
    ['authors: [Ada Doe, "Roe, Bob"]', "authors:\n- Ada Doe\n  - 'Bob Roe'", "author: Ada Doe; Roe, Bob"],
)
def test_lists_in_it(tmp_path: Path, authors: str) -> None:
    (paper,) = read(tmp_path, f"---\ntitle: 'Reeds'\n{authors}\ndoi: 10.1234/Pond.7\n---\n").papers
    assert (paper.title, paper.authors, paper.doi) == ("Reeds", ("Ada Doe", "Bob Roe"), "10.1234/pond.7")


def test_what_names_no_paper_is_none(tmp_path: Path) -> None:
    list_of_links = "- [Deep Sets](https://arxiv.org/abs/1703.06114)\n"
    for head in (
        "---\ntitle: My reading list\nauthor: Ada\ndate: 2020-01-01\n---\n",
        "---\n",
        "---\ntitle: Reeds\n",
    ):
        (paper,) = read(tmp_path, f"{head}\n{list_of_links}").papers
        assert paper.title == "Deep Sets"
