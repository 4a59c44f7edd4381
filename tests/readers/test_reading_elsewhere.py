"""Lists as files in other programs: BibTeX in pybtex and biber, RIS in rispy, CSL-JSON by its schema."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jsonschema
import pybtex.errors
import pytest
import rispy
from pybtex.database import Entry, parse_string

from bot.paper.model import Paper
from bot.paper.remarks import tidied
from bot.readers.exporting import ExportFormat, exported
from bot.readers.lists import Line, Status
from tests.paper.test_citing import AWKWARD, BALROG, seed
from tests.support.worst_titles import worst_titles

SCHEMA = Path(__file__).with_name("csl_schema") / "csl-data.json"
SAVED_AT = datetime(2026, 1, 1, 9, 30, 59, tzinfo=UTC)
NOTES = (
    "",
    "for *Monday*, 10% of it",
    "one\n\n- two\n  - indented {brace",
    "@article{x, title = {} } ER  - \nTY  - JOUR",
    "§3 {eq. 2} & \\alpha $x^2 #1 ~a_b",
    "日本語 “quoted” 👩‍👩‍👧‍👦",
    tidied("one\ufffe\x01 two \U0010ffff\ud800"),
)
NAMES = (
    "Ann Lee",
    "Band and Sons",
    "李 明",
    "Jean-Paul van Dam",
    "01. AI",
    "J. O'Brien, Jr.",
    "Ø. {Å}, B, C, D",
)


def awkward() -> list[Paper]:
    """100 that attack with every field, beside those of the citations' own tests."""
    made = [
        Paper(
            id=f"2501.{number:05}",
            title=title,
            authors=(NAMES[number % len(NAMES)], f"A {title[:60]} B"),
            abstract=title * 3,
            venue=title[:200] if number % 2 else "Proceedings of A & B",
            keywords=(title[:30], "a; b"),
            doi=f"10.1000/x_{number}%<{number}>" if number % 3 else None,
            published=date(2025, 1 + number % 12, 1),
        )
        for number, title in enumerate(worst_titles(100))
    ]
    return [*seed(), *AWKWARD, *made]


def listed(papers: list[Paper]) -> list[tuple[Line, Paper]]:
    """Each with a note, a status and a time of its own."""
    statuses = [*Status]
    return [
        (
            Line(
                1,
                paper.id,
                paper.title,
                NOTES[number % len(NOTES)],
                statuses[number % len(statuses)],
                1,
                SAVED_AT - timedelta(minutes=number),
            ),
            paper,
        )
        for number, paper in enumerate(papers)
    ]


@pytest.fixture(scope="module")
def lines() -> list[tuple[Line, Paper]]:
    return listed(awkward())


def as_text(lines: list[tuple[Line, Paper]], form: ExportFormat) -> str:
    return exported("My list", lines, form).decode()


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """What pybtex would only warn of is an error."""
    monkeypatch.setattr(pybtex.errors, "strict", True)


@pytest.mark.usefixtures("strict")
def test_pybtex_reads_each_paper_with_its_note(lines):
    entries: list[Entry] = [*parse_string(as_text(lines, ExportFormat.BIBTEX), "bibtex").entries.values()]
    assert len(entries) == len(lines)
    for entry, (line, paper) in zip(entries, lines, strict=True):
        assert len(entry.persons.get("author", [])) == len(paper.authors), paper.id
        assert entry.fields.get("eprint") == paper.arxiv_id
        assert entry.fields.get("year", "") == str(paper.year or "")
        assert entry.fields["title"]
        assert bool(entry.fields.get("annote")) == bool(line.note), paper.id


@pytest.mark.usefixtures("strict")
def test_pybtex_knows_who_wrote_it():
    (entry,) = parse_string(as_text(listed([BALROG]), ExportFormat.BIBTEX), "bibtex").entries.values()
    names = [str(part) for person in entry.persons["author"] for part in person.rich_last_names]
    assert names == ["Paglieri", "Kuciński", "Rocktäschel"]


@pytest.mark.skipif(shutil.which("biber") is None, reason="biber is not installed (Debian package: biber)")
def test_biber_reads_a_list_without_a_warning(lines, tmp_path):
    lines = lines[len(seed()) :: 2]
    source = tmp_path / "list.bib"
    source.write_text(as_text(lines, ExportFormat.BIBTEX), encoding="utf-8")
    run = subprocess.run(
        ["biber", "--tool", "--output-file", tmp_path / "out.bib", source],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert "WARN" not in run.stdout, run.stdout
    assert "ERROR" not in run.stdout, run.stdout
    assert run.returncode == 0
    read = (tmp_path / "out.bib").read_text(encoding="utf-8").upper()
    assert read.count("ANNOTATION =") + read.count("ANNOTE =") == sum(bool(line.note) for line, _ in lines)


def test_rispy_reads_each_paper_with_its_note(lines):
    records = rispy.loads(as_text(lines, ExportFormat.RIS))
    assert len(records) == len(lines)
    for record, (line, paper) in zip(records, lines, strict=True):
        assert " ".join(record["title"].split()) == " ".join(paper.title.split())
        assert len(record.get("authors", [])) == len(paper.authors), paper.id
        assert record.get("year", "") == str(paper.year or "")
        assert "\n".join(record.get("notes", [])).split() == line.note.split()


def test_csl_json_is_what_its_schema_says(lines):
    validator = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text("utf-8")))
    records = json.loads(as_text(lines, ExportFormat.CSL_JSON))
    assert len(records) == len(lines)
    assert [f"{list(fault.path)}: {fault.message[:200]}" for fault in validator.iter_errors(records)] == []
    assert len({record["id"] for record in records}) == len(records)
    assert [record.get("note", "") for record in records] == [line.note for line, _ in lines]


def test_the_schema_finds_what_is_wrong(lines):
    validator = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text("utf-8")))
    (record,) = json.loads(as_text(lines[:1], ExportFormat.CSL_JSON))
    for fault in ({"type": "preprint"}, {"keywords": "x"}, {"author": "Ann Lee"}, {"title": 1}):
        assert not validator.is_valid([record | fault])
