"""Citations: each style, and BibTeX that the real biber reads without a warning."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from bot.paper.citing import Style, bibtex, citation_key, cite
from bot.paper.model import Paper
from bot.shipped import SEED_FACTS

BALROG = Paper(
    id="2411.13543",
    title="BALROG: Benchmarking Agentic LLM and VLM Reasoning On Games",
    authors=("Davide Paglieri", "Łukasz Kuciński", "Tim Rocktäschel"),
    published=date(2024, 11, 20),
    categories=("cs.AI",),
)
AWKWARD = [
    Paper(id="2312.17276", title="PanGu-$π$: 100% of {braces} & #tags_under ~tilde^", authors=("01. AI",)),
    Paper(
        id="2311.11255",
        title="M$^{2}$UGen: $5 and Schr\\\"odinger's \\emph{cat}",
        authors=("J. O'Brien, Jr.",),
    ),
    Paper(
        id="cs/9301111", title="Unbalanced } and { and \\", authors=("Band and Sons", "李 明", "Ø. Ångström")
    ),
    Paper(id="2403.00745", title='AtP* @home, "quoted" — “curly”…', authors=("Ünïcödé Ñame",)),
    Paper(id="pb-0123456789abcdef", title="No id, no year"),
    Paper(id="2401.00001", title="$unclosed math", authors=("A B",)),
    Paper(id="2401.00002", title="$a_{i$ broken }math$", authors=("A B",)),
]


def seed() -> list[Paper]:
    records = [json.loads(line) for line in SEED_FACTS.read_text(encoding="utf-8").splitlines()]
    return [Paper(id=record.pop("arxiv_id"), **record) for record in records]


def test_bibtex_has_the_fields_of_an_eprint():
    assert bibtex(BALROG).splitlines() == [
        "@misc{paglieri2024balrog-2411.13543,",
        "  title = {{BALROG}: Benchmarking Agentic {LLM} and {VLM} Reasoning On Games},",
        "  author = {Davide Paglieri and {\\L}ukasz Kuci{\\'n}ski and Tim Rockt{\\\"a}schel},",
        "  year = {2024},",
        "  eprint = {2411.13543},",
        "  archivePrefix = {arXiv},",
        "  primaryClass = {cs.AI},",
        "  url = {https://arxiv.org/abs/2411.13543},",
        "}",
    ]


def test_apa():
    assert cite(BALROG, Style.APA) == (
        "Paglieri, D., Kuciński, Ł., & Rocktäschel, T. (2024). BALROG: Benchmarking Agentic LLM and VLM "
        "Reasoning On Games. arXiv:2411.13543. https://arxiv.org/abs/2411.13543"
    )


def test_apa_names_twenty_authors_and_the_last():
    paper = BALROG.model_copy(
        update={"authors": tuple(f"First {chr(65 + number)}son" for number in range(26))}
    )
    cited = cite(paper, Style.APA)
    assert "Sson, F., … Zson, F. (2024)" in cited
    assert "Tson" not in cited


def test_plain():
    assert cite(BALROG, Style.PLAIN) == (
        "Davide Paglieri, Łukasz Kuciński, Tim Rocktäschel, “BALROG: Benchmarking Agentic LLM and VLM "
        "Reasoning On Games”, arXiv:2411.13543, 2024. https://arxiv.org/abs/2411.13543"
    )


@pytest.mark.parametrize("style", Style)
def test_what_is_unknown_is_left_out(style):
    cited = cite(Paper(id="pb-0123456789abcdef", title="Only a title"), style)
    assert "Only a title" in cited.replace("{", "").replace("}", "")
    assert "None" not in cited
    assert "arXiv" not in cited


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize(
    "latex", ["{" * 3_000, "\\textbf{" * 500 + "}" * 500, "\\begin{a}" * 400, "\\\\" * 300]
)
def test_latex_without_sense_still_gives_a_citation(latex, style):
    cited = cite(Paper(id="2411.13543", title=f"Deep {latex} title", authors=(f"Ann {latex} Lee",)), style)
    assert "Deep" in cited
    assert "\n\n" not in cited


def test_keys_are_unique():
    papers = [*seed(), *AWKWARD]
    twins = [paper.model_copy(update={"id": f"2501.{number:05}"}) for number, paper in enumerate(papers)]
    keys = [citation_key(paper) for paper in (*papers, *twins)]
    assert len(set(keys)) == len(keys)
    assert all(key.isascii() and not set(key) & set(' ,{}#%\\"~') for key in keys)


@pytest.mark.skipif(shutil.which("biber") is None, reason="biber is not installed (Debian package: biber)")
def test_biber_reads_every_entry_without_a_warning(tmp_path: Path):
    papers = [*seed(), *AWKWARD]
    source = tmp_path / "papers.bib"
    source.write_text("\n\n".join(bibtex(paper) for paper in papers), encoding="utf-8")

    run = subprocess.run(
        ["biber", "--tool", "--output-file", tmp_path / "out.bib", source],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )

    assert "WARN" not in run.stdout, run.stdout
    assert "ERROR" not in run.stdout, run.stdout
    assert run.returncode == 0
    read = (tmp_path / "out.bib").read_text(encoding="utf-8")
    assert read.count("@MISC{") + read.count("@misc{") == len(papers)
    assert "Kuciński" in read or "Kuci{\\'n}ski" in read
