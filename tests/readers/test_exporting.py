"""Lists as files: what is written is read back the same."""

from __future__ import annotations

import json
import lzma
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from bot.paper.model import Paper
from bot.readers.exporting import ExportFormat, exported, file_name
from bot.readers.lists import Line, Status
from bot.sources.files import PaperFile
from tests.support.project import PROJECT

COLLECTION = PROJECT.parent / "shared" / "data" / "arxiv_200k.jsonl.xz"
READ = [form for form in ExportFormat if form is not ExportFormat.MARKDOWN]


def line(paper: Paper, note: str = "") -> tuple[Line, Paper]:
    saved_at = datetime(2026, 1, 1, tzinfo=UTC)
    return Line(1, paper.id, paper.title, note, Status.TO_READ, 1, saved_at), paper


def papers_of(path: Path) -> list[Paper]:
    return [paper for harvest in PaperFile(path).harvests() for paper in harvest.papers]


@pytest.fixture(scope="module")
def arxiv_papers() -> list[Paper]:
    """2,000 of them, as an import makes them."""
    if not COLLECTION.is_file():
        pytest.skip("the collection of arXiv papers is not beside the project")
    papers: dict[str, Paper] = {}
    with lzma.open(COLLECTION, "rt", encoding="utf-8") as lines:
        for text in islice(lines, 0, None, 95):
            record = json.loads(text)
            known = {"title": record["title"], "abstract": record.get("abstract") or ""}
            paper = Paper(id=record["arxiv_id"], authors=record["authors"] or (), **known)
            papers[paper.id] = paper
    return [*papers.values()][:2_000]


@pytest.mark.parametrize("form", READ)
def test_export_import_export_is_the_same_byte_for_byte(
    arxiv_papers: list[Paper], form: ExportFormat, tmp_path: Path
) -> None:
    name = file_name("My list", form)
    first = exported("My list", [line(paper) for paper in arxiv_papers], form)
    (tmp_path / name).write_bytes(first)
    read = papers_of(tmp_path / name)
    assert [paper.id for paper in read] == [paper.id for paper in arxiv_papers]
    again = exported("My list", [line(paper) for paper in read], form)
    if form is ExportFormat.BIBTEX:
        # Some spell accents and signs of mathematics in another way: what was read once, stays.
        pairs = zip(first.splitlines(), again.splitlines(), strict=True)
        assert sum(one != other for one, other in pairs) <= len(arxiv_papers) // 200
        (tmp_path / name).write_bytes(again)
        first, again = again, exported("My list", [line(p) for p in papers_of(tmp_path / name)], form)
    assert again == first


def test_a_note_cannot_break_out_of_its_quotation() -> None:
    paper = Paper(id="2501.00001", title="[T](https://evil.example) *x*")
    text = exported("# L", [line(paper, "one\n# two\n- three <b>")], ExportFormat.MARKDOWN).decode()
    assert "# \\# L\n" in text
    assert "\\[T\\](https" in text
    assert "  > \\# two\n  > - three \\<b\\>\n" in text


@pytest.mark.parametrize("name", ["../../x", "", "日本語", "a/b\\c:d*e?", "." * 300, "-" * 10, "CON"])
def test_a_file_has_a_name_that_every_system_takes(name: str) -> None:
    made = file_name(name, ExportFormat.RIS)
    stem, _, suffix = made.rpartition(".")
    assert suffix == "ris"
    assert stem.strip("-_")
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    assert len(made) <= 70
