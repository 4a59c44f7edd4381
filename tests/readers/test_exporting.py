"""Lists as files: what is written is read back the same."""

from __future__ import annotations

import csv
import json
import lzma
import re
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.paper.model import Paper
from bot.paper.remarks import Remark, tidied
from bot.readers.exporting import ExportFormat, exported, file_name, written
from bot.readers.lists import Line, Status
from bot.sources.files import PaperFile
from tests.support.project import PROJECT

COLLECTION = PROJECT.parent / "shared" / "data" / "arxiv_200k.jsonl.xz"
SAVED_AT = datetime(2026, 1, 1, 9, 30, 59, 123456, tzinfo=UTC)


def line(paper: Paper, note: str = "", status: Status = Status.TO_READ, saved_at: datetime = SAVED_AT):
    return Line(1, paper.id, paper.title, note, status, 1, saved_at), paper


def read(path: Path) -> list[tuple[Line, Paper]]:
    """As lines of a list onto which the file was imported."""
    lines = []
    for harvest in PaperFile(path).harvests():
        for place, paper in enumerate(harvest.papers):
            remark = harvest.remarks.get(place, Remark())
            lines.append(line(paper, remark.note, remark.status, remark.added or SAVED_AT))
    return lines


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


def remarked(papers: list[Paper]) -> list[tuple[Line, Paper]]:
    """Each with a note, a status and a time of its own, as people have them."""
    notes = (
        "",
        "for *Monday*, 10% of it",
        "one\n\n- two\n  - indented",
        "=SUM(A1) @ends",
        "§3 {eq. 2} & \\alpha",
    )
    statuses = [*Status]
    return [
        line(
            paper,
            notes[number % len(notes)],
            statuses[number % len(statuses)],
            SAVED_AT - timedelta(minutes=number),
        )
        for number, paper in enumerate(papers)
    ]


@pytest.mark.parametrize("form", ExportFormat)
def test_export_import_export_is_the_same_byte_for_byte(
    arxiv_papers: list[Paper], form: ExportFormat, tmp_path: Path
) -> None:
    name, lines = file_name("My list", form), remarked(arxiv_papers)
    first = exported("My list", lines, form)
    (tmp_path / name).write_bytes(first)
    back = read(tmp_path / name)
    assert [paper.id for _, paper in back] == [paper.id for paper in arxiv_papers]
    assert [each.status for each, _ in back] == [each.status for each, _ in lines]
    again = exported("My list", back, form)
    if form is ExportFormat.BIBTEX:
        # Some spell accents and signs of mathematics in another way: what was read once, stays.
        pairs = zip(first.splitlines(), again.splitlines(), strict=True)
        assert sum(one != other for one, other in pairs) <= len(arxiv_papers) // 200
        (tmp_path / name).write_bytes(again)
        first, again = again, exported("My list", read(tmp_path / name), form)
    assert again == first


SIGNS = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(
    "\n\\{}$%&#_^~`'\"@=+-;|*> \t\x85\u2028\u3000\u00a0"
)


@pytest.mark.parametrize("form", ExportFormat)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(note=st.text(SIGNS, max_size=40), status=st.sampled_from(Status))
@example(note="@bob(see 3)\n@article{x,", status=Status.READ)
@example(note="TY  - a\nER  - \n  indented\n\nend", status=Status.READING)
@example(note="a -- b --- ``q'' ?` 10% of $x^2$ {a", status=Status.TO_READ)
@example(note="- one\n  - two\n\n\tthree  four\u3000five\n    \n- six", status=Status.TO_READ)
@example(note="<p>as Zotero writes</p>", status=Status.TO_READ)
@example(note="Cited By: 3\nRead_Status: read\nmine", status=Status.TO_READ)
def test_whatever_was_noted_comes_back(form: ExportFormat, note: str, status: Status, tmp_path: Path) -> None:
    noted = tidied(note)
    path = tmp_path / file_name("L", form)
    first = exported("L", [line(Paper(id="2501.00001", title="T"), noted, status)], form)
    path.write_bytes(first)
    ((back, paper),) = read(path)
    assert back.status is status
    assert exported("L", [(back, paper)], form) == first
    assert back.note == noted


NAMES = st.text(st.characters(categories=["L", "P", "S"]) | st.sampled_from(", "), min_size=1, max_size=20)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(NAMES, max_size=4))
@example(
    names=["Martin Luther King, Jr.", "Henry Ford, III", "Noble, Inc.", "Laws, Norms, and Ethics Committee"]
)
@example(names=["a,b", "back\\", "\\,", ", ", "Foo · Bar"])
@example(names=[":", "·"])
@example(names=[f"Ada Doe {chr(97 + number % 26)}, Jr." for number in range(3_000)])
def test_names_with_commas_stay_one_in_markdown(names: list[str], tmp_path: Path) -> None:
    paper = Paper(id="2501.00001", title="T", authors=tuple(names), year=2025)
    path = tmp_path / "l.md"
    path.write_bytes(exported("L", [line(paper, "note", Status.READ)], ExportFormat.MARKDOWN))
    ((back, read_back),) = read(path)
    assert read_back.authors == tuple(filter(None, paper.authors))
    assert (back.note, back.status) == ("note", Status.READ)


@pytest.mark.parametrize("form", [form for form in ExportFormat if form is not ExportFormat.MARKDOWN])
def test_papers_alone_tell_nothing_of_their_reader(form: ExportFormat) -> None:
    paper = Paper(id="2501.00001", title="T")
    data = written([paper], form).decode()
    assert not any(word in data for word in ("note", "N1", "status", "to read", "added", "paperboy"))


FORMULAS = ["=HYPERLINK(1)", "@SUM(A1)", "+1", "-1", "\t=1", "'=1", "=1", "a;=b", "one\n=two", "; -x"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_spreadsheet_takes_no_text_for_a_formula(text: str, tmp_path: Path) -> None:
    paper = Paper(id="2501.00001", title=text, abstract=text, venue=text, keywords=(text,))
    path = tmp_path / "l.csv"
    path.write_bytes(exported("L", [line(paper, tidied(text))], ExportFormat.CSV))
    cells = [cell for row in csv.reader(path.read_text("utf-8").splitlines(keepends=True)) for cell in row]
    for cell in cells:
        # A comma's file is split anew at semicolons where these are the list separator.
        assert not any(part.strip(' "').startswith(tuple("=+-@")) for part in re.split(r"[;\t\n]", cell)), (
            cell
        )
    ((back, read_back),) = read(path)
    assert read_back == paper
    assert back.note == tidied(text)


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
