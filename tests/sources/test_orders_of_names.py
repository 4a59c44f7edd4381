"""Names of authors that files turn round or run together: each comes out in the order of reading."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from bot.paper.bibliography import write_bibtex, write_csl_json, write_csv, write_json_lines, write_ris
from bot.paper.harvest import record_of
from bot.paper.model import Paper
from bot.sources.bibtex import read_bibtex
from bot.sources.files import PaperFile
from bot.sources.people import people
from bot.sources.ris import read_ris

WRITERS = {
    ".bib": write_bibtex,
    ".ris": write_ris,
    ".json": write_csl_json,
    ".csv": write_csv,
    ".jsonl": write_json_lines,
}


def of_bibtex(authors: str) -> tuple[str, ...]:
    (read,) = read_bibtex("@misc{a, title={A Census of Reeds}, author={" + authors + "}}")
    paper = record_of(read)
    assert isinstance(paper, Paper)
    return paper.authors


def of_ris(*authors: str) -> tuple[str, ...]:
    tags = "".join(f"AU  - {author}\n" for author in authors)
    (read,) = read_ris(StringIO(f"TY  - JOUR\nTI  - A Census of Reeds\n{tags}ER  - \n"))
    paper = record_of(read)
    assert isinstance(paper, Paper)
    return paper.authors


@pytest.mark.parametrize(
    ("given", "authors"),
    [
        (("Liu R.", "Adler D.G."), ("R. Liu", "D.G. Adler")),
        (("Doe AB", "Roe C"), ("AB Doe", "C Roe")),
        (("Liu R.",), ("R. Liu",)),
        (("van der Berg A.B.", "Doe J.-P."), ("A.B. van der Berg", "J.-P. Doe")),
        (("Doe, A. B.", "Vitamin C"), ("A. B. Doe", "Vitamin C")),
        (("Xiaomi LLM",), ("Xiaomi LLM",)),
        (("OpenAI", "Ada Doe"), ("OpenAI", "Ada Doe")),
        (("王小明、李四",), ("王小明", "李四")),
        (("Adam Smith, Karl Marx, Max Weber",), ("Adam Smith", "Karl Marx", "Max Weber")),
        (("['Montoya, Maria', 'Doe, Ada']",), ("Maria Montoya", "Ada Doe")),
        (("van Dam, Jean Paul, Jr.",), ("Jean Paul van Dam, Jr.",)),
        (("Ministry of Ponds, Department of Reeds, State of Water",),) * 2,
    ],
)
def test_ris_with_initials_behind(given: tuple[str, ...], authors: tuple[str, ...]) -> None:
    assert of_ris(*given) == authors


@pytest.mark.parametrize(
    ("given", "authors"),
    [
        ("Doe J. A., Roe R.", ("J. A. Doe", "R. Roe")),
        ("Doe J. A., Roe R., Poe E.", ("J. A. Doe", "R. Roe", "E. Poe")),
        ("Doe JA, Roe R and Poe, Eve", ("JA Doe", "R Roe", "Eve Poe")),
        ("García Márquez, Gabriel José", ("Gabriel José García Márquez",)),
        ("Doe, J. A.", ("J. A. Doe",)),
        ("Doe, Ben and De La O, Ana L. and Roe, Eve", ("Ben Doe", "Ana L. De La O", "Eve Roe")),
        ("John Roe, PhD", ("John Roe, PhD",)),
        ("Doe, Ada and Jane Roe, M.D.", ("Ada Doe", "Jane Roe, M.D.")),
        ("Doe, MD", ("MD Doe",)),
        ("王小明、李四", ("王小明", "李四")),
        ("王小明，李四", ("王小明", "李四")),
        ("山田, 太郎 and 肖, 发民", ("山田 太郎", "肖 发民")),
        ("{甲、乙研究会}", ("甲、乙研究会",)),
    ],
)
def test_bibtex_as_people_fill_it_in(given: str, authors: tuple[str, ...]) -> None:
    assert of_bibtex(given) == authors


@pytest.mark.parametrize(
    "cell", ["王小明、李四", "王小明，李四", "王小明；李四", "王小明; 李四", "王小明 、 李四"]
)
def test_signs_of_chinese_between_names(cell: str) -> None:
    assert people(cell) == ("王小明", "李四")
    assert people([cell]) == ("王小明", "李四")


def test_a_wide_comma_inside_a_name_is_a_comma() -> None:
    assert people("Doe，Ada") == ("Ada Doe",)


@pytest.mark.parametrize(
    "name", ["김철수", "남궁민수", "김 철수", "王小明", "山田 太郎", "R. Liu", "AB Doe", "Plato"]
)
def test_a_name_comes_back_as_it_went(tmp_path: Path, name: str) -> None:
    paper = Paper(id="2301.06001", title="A Census of Reeds", authors=(name, "Ada Doe"))
    for ending, write in WRITERS.items():
        path = tmp_path / f"a{ending}"
        with path.open("w", encoding="utf-8", newline="") as out:
            write([paper], out)
        (harvest,) = PaperFile(path).harvests()
        assert [back.authors for back in harvest.papers] == [paper.authors], ending
