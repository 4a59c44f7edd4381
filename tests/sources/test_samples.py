"""Recorded answers of four eras and broken ones: imported right, or refused with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date

import pytest

from bot.catalog import file, papers
from bot.catalog.merging import merge
from bot.errors import SourceError
from bot.paper.harvest import Tally
from bot.paper.model import Paper
from bot.sources.files import PaperFile
from tests.support.project import SHARED

SAMPLES = SHARED / "data" / "samples"

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the recorded samples are not beside the project"
)


def read(name: str) -> list[Paper]:
    harvests = list(PaperFile(SAMPLES / name).harvests())
    assert [record for harvest in harvests for record in harvest.skipped] == []
    return [paper for harvest in harvests for paper in harvest.papers]


def by_id(name: str) -> dict[str, Paper]:
    return {paper.id: paper for paper in read(name)}


def test_an_answer_of_may_2024() -> None:
    found = by_id("hf_api_daily_papers_date_2024-05-27.json")
    assert len(found) == 13
    first = found["2405.15738"]
    assert first.title == "ConvLLaVA: Hierarchical Backbones as Visual Encoder for Large Multimodal Models"
    assert first.authors[:2] == ("Chunjiang Ge", "Sijie Cheng")
    assert (first.upvotes, first.published, first.featured) == (32, date(2024, 5, 24), (date(2024, 5, 27),))
    assert "\n" not in first.abstract
    assert first.picture_url
    assert first.picture_url.startswith("https://cdn-thumbnails.huggingface.co/")


def test_an_answer_of_november_2024() -> None:
    found = by_id("hf_api_daily_papers_date_2024-11-25.json")
    assert len(found) == 14
    assert found["2411.13543"].title.startswith("BALROG")
    assert all(paper.featured == (date(2024, 11, 25),) for paper in found.values())
    assert all(not (paper.picture_url or "").endswith(".mp4") for paper in found.values())


def test_an_answer_of_may_2026() -> None:
    found = by_id("hf_api_daily_papers_2026-05-11_37items.json")
    assert len(found) == 37
    first = found["2605.05242"]
    assert first.featured == (date(2026, 5, 8),), "the day is not that of the top-level publishedAt"
    assert (first.upvotes, first.code_stars) == (86, 101)
    assert first.code_url == "https://github.com/DCI-Agent/DCI-Agent-Lite"
    assert first.summary
    assert first.summary.startswith("Direct corpus interaction enables")
    assert "BEIR datasets" in first.keywords


def test_an_answer_of_august_2026() -> None:
    found = by_id("hf_api_daily_papers_date_2026-08-21.json")
    assert len(found) == 17
    assert found["2608.19880"].project_url == "https://envharness.com/"
    assert all(paper.featured == (date(2026, 8, 21),) for paper in found.values())


def test_the_papers_page() -> None:
    (paper,) = read("hf_paper_page_PaperContent_props_2509.24002.json")
    assert (paper.id, paper.code_url) == ("2509.24002", "https://github.com/eval-sys/mcpmark")


def test_arxivs_old_rendering() -> None:
    found = by_id("arxiv_atom_old_format_2025-10-17.xml")
    first = found["2510.14968"]
    assert first.title == (
        "RDD: Retrieval-Based Demonstration Decomposer for Planner Alignment in Long-Horizon Tasks"
    )
    assert first.categories == ("cs.RO", "cs.AI", "cs.CV", "cs.LG", "cs.SY", "eess.SY")
    assert first.published == date(2025, 10, 16)
    assert first.abstract.startswith(
        "To tackle long-horizon tasks, recent hierarchical vision-language-action"
    )
    assert "\n" not in first.abstract


def test_arxivs_new_rendering() -> None:
    found = by_id("arxiv_atom_new_format_2026-05-11.xml")
    assert set(found) == {"2605.08083", "2605.08077"}
    assert len(found["2605.08083"].authors) == 13


def test_arxivs_empty_feed() -> None:
    assert read("arxiv_atom_old_format_empty.xml") == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("2024-06-01_just_1.json", "holds no papers: expected an array of records"),
        ("2024-12-11_list_of_python_repr.json", "holds no papers: expected an array of records"),
        ("2025-01-11_status_dict.json", "holds no papers: expected an array of records"),
    ],
)
def test_what_a_careless_mirror_stored_is_refused(name: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        read(f"broken_snapshots/{name}")


@pytest.fixture(scope="module")
def daily(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Tally, dict[str, Paper]]]:
    """All of hf_daily.jsonl.gz, imported."""
    path = tmp_path_factory.mktemp("daily") / "catalog.db"
    tally = Tally()
    with closing(file.open_for_writing(path)) as database:
        for harvest in PaperFile(SAMPLES.parent / "hf_daily.jsonl.gz").harvests():
            merge(database, harvest, tally)
        wanted = "2401.01970 2503.04973 2312.17276 2312.00738 2312.13771 2507.06261 2403.04652 2312.08583 "
        wanted += "2402.14083 2604.06182 2503.14504 2402.16107 2408.07990"
        found = {paper_id: papers.get(database, paper_id) for paper_id in wanted.split()}
        yield tally, {paper_id: paper for paper_id, paper in found.items() if paper}


def test_every_daily_paper_is_imported(daily: tuple[Tally, dict[str, Paper]]) -> None:
    tally, found = daily
    assert (tally.papers, tally.skipped.total()) == (13_219, 0)
    assert tally.added + tally.changed + tally.same == 13_219
    assert len(found) == 13


def test_wart_1_titles_are_one_line(daily: tuple[Tally, dict[str, Paper]]) -> None:
    _, found = daily
    assert all("\n" not in paper.title and "  " not in paper.title for paper in found.values())


def test_wart_3_papers_of_one_title_stay_two(daily: tuple[Tally, dict[str, Paper]]) -> None:
    _, found = daily
    assert (
        found["2402.16107"].title == found["2408.07990"].title or found["2402.16107"] != found["2408.07990"]
    )


def test_wart_4_and_5_latex_and_its_dashes_stay(daily: tuple[Tally, dict[str, Paper]]) -> None:
    _, found = daily
    assert "$" in found["2312.17276"].title
    assert "--" in found["2312.00738"].title


def test_wart_6_entities_are_read(daily: tuple[Tally, dict[str, Paper]]) -> None:
    _, found = daily
    assert "&#39;" not in found["2312.13771"].abstract
    assert "'" in found["2312.13771"].abstract


def test_wart_10_authors_are_kept_as_they_are(daily: tuple[Tally, dict[str, Paper]]) -> None:
    _, found = daily
    assert len(found["2507.06261"].authors) > 3_000
    assert any("01. AI" in name or "01.AI" in name for name in found["2403.04652"].authors)


def test_wart_11_markdown_in_titles_stays(daily: tuple[Tally, dict[str, Paper]]) -> None:
    _, found = daily
    assert "A*" in found["2402.14083"].title


def test_wart_14_odd_addresses_of_code(daily: tuple[Tally, dict[str, Paper]]) -> None:
    _, found = daily
    assert (found["2503.14504"].code_url or "").startswith("https://")
