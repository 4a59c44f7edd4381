"""Markdown and text that name papers by links and ids."""

from __future__ import annotations

import time
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
    "words",
    [
        "arXiv 2024", "ICLR 2025", "2024", "1", "论文", "Full Text", "download", "Paper (PDF)", "📄 Paper",
        "Doe et al., 2024", "Doe and Roe (2024)", "arXiv:2411.13543", "[pdf]", "\\[pdf\\]", "`arXiv`",
        "**PDF**", "Paper & Code",
    ],
)  # fmt: skip
def test_words_that_say_where_a_link_leads_are_no_title(tmp_path, words):
    line = f"- **BALROG: Agentic Games**, Doe et al. [{words}](https://arxiv.org/abs/2411.13543)\n"
    (paper,) = read(tmp_path, "a.md", line)
    assert (paper.id, paper.title) == ("2411.13543", "BALROG: Agentic Games")


@pytest.mark.parametrize(
    "text",
    [
        # Ways of writing a link.
        "- **BALROG: Agentic Games** [[pdf]](URL)",
        "- **BALROG: Agentic Games** **\\[**[**Paper**](URL)**\\]**",
        '- [BALROG: Agentic Games](URL "on arXiv")',
        "- [BALROG: Agentic Games](<URL>)",
        '- <a href="URL">BALROG: Agentic Games</a>',
        "- [BALROG: Agentic Games][balrog]\n\n[balrog]: URL",
        "- [[2411.13543] BALROG: Agentic Games](URL)",
        "- **BALROG: Agentic Games** <URL>",
        "- BALROG: Agentic Games: URL",
        "- [[BALROG: Agentic Games]] URL",
        # The title above its link.
        "1. **BALROG: Agentic Games.** Preprint. ![](https://a.example/b)\n\n   *Ada Doe*\n   [[pdf](URL)]",
        "13.    **BALROG: Agentic Games**\n\n   *Ada Doe* [[pdf](URL)]",
        "- **BALROG: Agentic Games**\n  - Doe et al.\n  - [[Paper]](URL)",
        "### BALROG: Agentic Games\n\n[Paper](URL) | [Code](https://github.com/a/b)",
        "### BALROG: Agentic Games\n\n*Ada Doe, Ben Roe*\n\n[Paper](URL)",
        "**BALROG: Agentic Games**\n\n- Homepage: https://balrog.example.org\n- Paper: URL",
        "**BALROG: Agentic Games**\n\n- Affiliation: Some Lab, Another Lab\n\n- 论文下载链接：URL",
        "# Games\n\n**BALROG: Agentic Games**\n\n论文：URL",
        "[1]BALROG: Agentic Games<br>\n[paper](URL) | [code](https://github.com/a/b)<br><br>",
        "[2] BALROG: Agentic Games(游戏)<br>\nkeywords: Games, Agents<br>\n[paper](URL)",
        "BALROG: Agentic Games\n[paper](URL)",
        "3. BALROG: Agentic Games<br>\n论文地址：URL<br>",
        # And behind it.
        "- [![arXiv](https://img.example.org/b.svg)](URL) BALROG: Agentic Games",
        "| [2411.13543](URL) | BALROG: Agentic Games | ICLR |",
        "| [Paper](URL) | BALROG: Agentic Games |",
        "| Paper | Title | Venue |\n|:--|:-:|--|\n| [Paper](URL) | BALROG: Agentic Games | ICLR |",
        # What stands around it.
        "- BALROG: Agentic Games (2024), A. Doe et al. [[pdf]](URL)",
        "- BALROG: Agentic Games, A. Doe and B. Roe [[pdf]](URL)",
        '**[2]** Doe, Ada, et al. "**BALROG: Agentic Games**." arXiv preprint (2024). [[pdf]](URL) :star:',
        "- Doe, A. “BALROG: Agentic Games.” ICLR. [pdf](URL)",
        "| 3) **BALROG: Agentic Games** - a benchmark; finds it. | [Paper](URL), [Tweet](https://x.com/a) |",
        "| 3) BALROG: Agentic Games  This paper introduces " + "a benchmark " * 20 + "| [Paper](URL) |",
        "1. BALROG: Agentic Games<br>*Ada Doe* ICLR 2025. [[Paper](URL)]",
    ],
)
def test_a_title_is_found_where_lists_have_it(tmp_path, text):
    (paper,) = read(tmp_path, "a.md", text.replace("URL", "https://arxiv.org/abs/2411.13543") + "\n")
    assert (paper.id, paper.title) == ("2411.13543", "BALROG: Agentic Games")


def test_a_title_with_brackets_is_whole(tmp_path):
    (paper,) = read(tmp_path, "a.md", "- [A [nested] title](https://arxiv.org/abs/2411.13543)\n")
    assert paper.title == "A [nested] title"


@pytest.mark.parametrize(
    "address",
    [
        "https://papers.nips.cc/paper/6931-deep-sets",
        "https://openreview.net/forum?id=gEZrGCozdqR",
        "http://proceedings.mlr.press/v97/gao19a/gao19a.pdf",
        "https://openaccess.thecvf.com/content/CVPR2023/html/Doe_Deep_Sets_CVPR_2023_paper.html",
        "https://www.ijcai.org/proceedings/2019/0366",
        "https://lab.example.org/~doe/sets.pdf",
    ],
)
def test_the_page_of_a_paper_without_an_id_is_that_paper(tmp_path, address):
    for text in (f"- [Deep Sets]({address})\n", f"1. **Deep Sets.** NIPS 2017. [paper]({address})\n"):
        (paper,) = read(tmp_path, "a.md", text)
        assert (paper.title, paper.url, paper.arxiv_id) == ("Deep Sets", address, None)


def test_links_to_one_paper_are_one_paper(tmp_path):
    text = (
        "- **Deep Sets** [[OpenReview](https://openreview.net/forum?id=a)] "
        "[[arXiv](https://arxiv.org/abs/1703.06114)] [[pdf](https://arxiv.org/pdf/1703.06114)]\n"
    )
    (paper,) = read(tmp_path, "a.md", text)
    assert (paper.id, paper.title, paper.url) == (
        "1703.06114",
        "Deep Sets",
        "https://openreview.net/forum?id=a",
    )


def test_entries_that_name_no_paper_are_counted_and_prose_is_none(tmp_path):
    text = (
        "See [our lab](https://lab.example.org) and [its papers](https://lab.example.org/papers).\n\n"
        "- [Deep Sets](https://papers.nips.cc/paper/6931-deep-sets)\n"
        "- [A blog post on sets](https://blog.example.org/sets)\n"
        "- https://openreview.net/forum?id=gEZrGCozdqR\n"
        "- [Contents](#contents)\n"
        "  - [code](https://github.com/a/b)\n"
    )
    (tmp_path / "a.md").write_text(text, "utf-8")
    (harvest,) = PaperFile(tmp_path / "a.md").harvests()
    assert [paper.title for paper in harvest.papers] == ["Deep Sets"]
    assert [(each.reason, each.where) for each in harvest.skipped] == [
        ("no link to a paper", "line 4"),
        ("no title", "line 5"),
    ]


def test_titles_above_their_links_follow_each_other(tmp_path):
    text = (
        "# 3D Object Detection of Things\n\n"
        "**Reeds in Wind and Water**\n\n- Paper: https://arxiv.org/abs/2104.13682\n- Code: https://github.com/a/b\n"
        "- 中文解读：https://blog.example.org/1\n\n"
        "**Censuses of Tall Reeds**\n\n- Paper: None\n- Code: https://github.com/a/c\n\n"
        "**Water Under Many Bridges**\n\n- Code: https://github.com/a/d\n- Paper: https://arxiv.org/abs/2104.13683\n"
    )
    (tmp_path / "a.md").write_text(text, "utf-8")
    (harvest,) = PaperFile(tmp_path / "a.md").harvests()
    assert [(paper.id, paper.title) for paper in harvest.papers] == [
        ("2104.13682", "Reeds in Wind and Water"),
        ("2104.13683", "Water Under Many Bridges"),
    ]
    assert [(each.reason, each.where) for each in harvest.skipped] == [("no link to a paper", "line 9")]


def test_entries_without_an_address_on_the_web_are_counted_beside_papers(tmp_path):
    without = (
        "* Ada Doe and Ben Roe: Combining Reeds and Water, 1998.\n"
        "* [A Census of Reeds](papers/census.pdf) (1995)\n"
        "* Ada Doe (2008)\n"
        "* Reeds of the year: see above.\n"
    )
    (tmp_path / "a.md").write_text(without + "* [Deep Sets](https://arxiv.org/abs/1703.06114)\n" + without)
    (harvest,) = PaperFile(tmp_path / "a.md").harvests()
    assert [paper.title for paper in harvest.papers] == ["Deep Sets"]
    assert [each.where for each in harvest.skipped] == ["line 1", "line 2", "line 6", "line 7"]
    # Of prose with notes nothing is left out.
    (tmp_path / "b.md").write_text(without + "\nWe read [Deep Sets](https://arxiv.org/abs/1703.06114).\n")
    (harvest,) = PaperFile(tmp_path / "b.md").harvests()
    assert harvest.skipped == ()


def test_a_long_table_keeps_its_columns(tmp_path):
    rows = "".join(
        f"| [Paper](https://arxiv.org/abs/2401.{number:05}) | Title of paper {number} | ICLR |\n"
        for number in range(1, 1_001)
    )
    papers = read(tmp_path, "a.md", "| Link | Title | Venue |\n|---|---|---|\n" + rows)
    assert [paper.title for paper in papers] == [f"Title of paper {number}" for number in range(1, 1_001)]


@pytest.mark.parametrize(
    "sign",
    [
        "[", "[a](", "**a_ ", "<a ", "`", "> ", "- ", "|a", '"', "(", ", Aa", "A. ", "a", "A", ": ", "code: ",
        "[pdf](https://arxiv.org/abs/2411.13543) ",
    ],
)  # fmt: skip
def test_a_line_of_signs_takes_no_long_while(tmp_path, sign):
    line = f"{sign * 3_000} https://arxiv.org/abs/2411.13543\n"
    text = f"- {line}" * 3 + f"\n{line}{line}\n{sign * 3_000}x\n- {sign * 3_000}2011\n"
    began = time.process_time()
    read(tmp_path, "a.md", text)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "line",
    [
        "We follow [paper](URL), see [PDF](URL).",
        "**News** (Mar. 2025): our survey of many papers was sent to and is now on [arXiv](URL).",
        "- [Paper](URL)",
        "- 2024. [Paper](URL)",
        "- Read URL next week",
        "Whoever plays such games will find all about them in the\n[paper](URL).",
        "## How to cite our games\n\nPlease cite:\n\nDoe, A. and Roe, B. in a journal, URL",
    ],
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
