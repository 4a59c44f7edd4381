"""Markdown and text that name papers by links and ids."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SourceError
from bot.paper.model import Paper
from bot.sources.files import PaperFile
from bot.sources.formats import Format
from bot.sources.records import is_named_only


def read(tmp_path: Path, name: str, text: str, *, by_id: bool = True) -> list[Paper]:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return [paper for harvest in PaperFile(path, by_id=by_id).harvests() for paper in harvest.papers]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ids.txt", "2411.13543\n2502.12110v2\n\n10.1145/3292500.3330701\n"),
        ("ids", "arXiv:2411.13543\r\narXiv:2502.12110\r\ndoi:10.1145/3292500.3330701\r\n"),
        (
            "links.txt",
            "https://arxiv.org/abs/2411.13543\nhttps://arxiv.org/pdf/2502.12110\n"
            "https://doi.org/10.1145/3292500.3330701",
        ),
        ("ids.csv", "2411.13543\n2502.12110\n10.1145/3292500.3330701\n"),
        ("ids.csv", "arxiv_id,doi\n2411.13543,\n2502.12110,\n,10.1145/3292500.3330701\n"),
        (
            "ids.jsonl",
            '{"arxiv_id": "2411.13543"}\n{"id": "2502.12110"}\n{"doi": "10.1145/3292500.3330701"}\n',
        ),
        (
            "a.bib",
            "@misc{a, eprint={2411.13543}}\n@misc{b, eprint={2502.12110}}\n"
            "@misc{c, doi={10.1145/3292500.3330701}}",
        ),
        (
            "a.md",
            "- [Paper](https://arxiv.org/abs/2411.13543), [PDF](https://arxiv.org/pdf/2502.12110)\n- <https://doi.org/10.1145/3292500.3330701>\n",
        ),
    ],
)
def test_where_an_id_is_all_that_there_is_it_is_the_title(tmp_path, name, text):
    papers = read(tmp_path, name, text)
    assert [paper.title for paper in papers] == ["2411.13543", "2502.12110", "10.1145/3292500.3330701"]
    assert all(map(is_named_only, papers))
    assert papers[0].id == "2411.13543"
    assert papers[2].doi == "10.1145/3292500.3330701"


def test_a_catalog_takes_no_paper_of_which_only_an_id_is_known(tmp_path):
    path = tmp_path / "ids.txt"
    path.write_text("2411.13543\n2502.12110\n")
    (harvest,) = PaperFile(path).harvests()
    assert harvest.papers == ()
    assert [each.reason for each in harvest.skipped] == ["no title", "no title"]


def test_what_stands_on_a_link_is_the_title(tmp_path):
    text = (
        "# Reading\n\nSome prose about [our lab](https://lab.example.org).\n\n"
        "* **[BALROG: *Agentic* Games](https://arxiv.org/abs/2411.13543)** ([code](https://github.com/a/b))\n"
        "1. [A-MEM](https://arxiv.org/abs/2502.12110v1), NeurIPS\n"
    )
    papers = read(tmp_path, "awesome.md", text)
    assert [(paper.id, paper.title) for paper in papers] == [
        ("2411.13543", "BALROG: Agentic Games"),
        ("2502.12110", "A-MEM"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "- **BALROG: Agentic Games**, *Ada Doe*, NeurIPS 2024. [Paper](URL) [Code](https://github.com/a/b)",
        "* [2024/11] BALROG: Agentic Games (ICLR 2025). [[arXiv](URL)] [[Tweet](https://x.com/a/status/1)]",
        "1. **[ICLR 2025]** [BALROG: Agentic Games](https://balrog.example.org) - [PDF](URL)",
        "- BALROG: Agentic Games (**oral**), [Paper](URL)",
        "| BALROG: Agentic Games | ICLR 2025 | [Link](URL) |",
        "| 2024-11 | **BALROG: Agentic Games** | [![arXiv](https://img.example.org/b.svg)](URL) |",
        "- [x] [\\[2411.13543\\] BALROG: Agentic Games](URL)",
    ],
)
def test_where_links_say_paper_the_title_stands_before_them(tmp_path, line):
    (paper,) = read(tmp_path, "a.md", line.replace("URL", "https://arxiv.org/abs/2411.13543") + "\n")
    assert (paper.id, paper.title) == ("2411.13543", "BALROG: Agentic Games")


@pytest.mark.parametrize(
    "line", ["We follow [paper](URL), see [PDF](URL).", "- [Paper](URL)", "- 2024. [Paper](URL)"]
)
def test_no_title_is_made_of_prose_or_dates(tmp_path, line):
    line = line.replace("URL", "https://arxiv.org/abs/2411.13543")
    (paper,) = read(tmp_path, "a.md", line + "\n")
    assert is_named_only(paper)


def test_a_text_that_begins_with_a_link_is_no_json(tmp_path):
    (paper,) = read(tmp_path, "a.txt", "[A-MEM](https://arxiv.org/abs/2502.12110)\n")
    assert (paper.id, paper.title) == ("2502.12110", "A-MEM")


def test_notions_table_of_names_and_links(tmp_path):
    (paper,) = read(tmp_path, "notion.csv", "Name,Link\nA Census of Reeds,https://arxiv.org/abs/2411.13543\n")
    assert (paper.id, paper.title) == ("2411.13543", "A Census of Reeds")
    path = tmp_path / "notion.csv"
    assert PaperFile(path).format is Format.CSV


@pytest.mark.parametrize("text", ["root:x:0:0\n", "good morning\n", "See https://example.com\n", "3.14159\n"])
def test_other_texts_are_no_lists_of_papers(tmp_path, text):
    with pytest.raises(SourceError, match="I don't know this kind of file"):
        read(tmp_path, "a.txt", text)
