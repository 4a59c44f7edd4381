"""Papers from files of every format, plain and packed."""

from __future__ import annotations

import gzip
import json
import lzma
import sys
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SourceError
from bot.paper.harvest import Origin, Skipped
from bot.paper.model import Paper
from bot.sources.files import BATCH, PaperFile
from bot.sources.formats import Format

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def read(path: Path, format_: Format | None = None) -> tuple[list[Paper], list[Skipped]]:
    harvests = list(PaperFile(path, format_).harvests())
    return [p for h in harvests for p in h.papers], [s for h in harvests for s in h.skipped]


def written(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def lines(*records: Any) -> str:
    return "\n".join(json.dumps(record) for record in records) + "\n"


def test_json_lines_with_every_field(tmp_path: Path) -> None:
    record = {
        "arxiv_id": "arXiv:2411.13543v2",
        "title": "BALROG",
        "abstract": "Games.",
        "authors": ["Ada Lovelace", "", None],
        "published": "2024-11-20T18:54:01Z",
        "categories": ["cs.AI"],
        "upvotes": 11,
        "featured": ["2024-11-25"],
        "code_url": "https://github.com/balrog-ai/BALROG",
        "withdrawn": False,
        "another": {"field": 1},
    }
    papers, skipped = read(written(tmp_path, "papers.jsonl", lines(record)))
    assert skipped == []
    assert papers == [
        Paper(
            id="2411.13543",
            title="BALROG",
            abstract="Games.",
            authors=("Ada Lovelace",),
            published=date(2024, 11, 20),
            categories=("cs.AI",),
            upvotes=11,
            featured=(date(2024, 11, 25),),
            code_url="https://github.com/balrog-ai/BALROG",
        )
    ]


def test_the_names_that_other_programs_use(tmp_path: Path) -> None:
    record = {
        "id": "2411.13543",
        "title": "BALROG",
        "github": "https://github.com/balrog-ai/BALROG",
        "github_stars": 90,
        "project_page": "https://balrogai.com",
        "ai_summary": "A benchmark.",
        "ai_keywords": ["games"],
        "thumbnail": "https://example.org/t.png",
        "hf_daily_date": "2024-11-25",
        "comments": "Withdrawn by the authors",
        "authors": "Ada Lovelace and Alan Turing",
        "categories": "cs.AI cs.CL",
    }
    (paper,), _ = read(written(tmp_path, "papers.jsonl", lines(record)))
    assert paper.code_stars == 90
    assert paper.featured == (date(2024, 11, 25),)
    assert paper.summary == "A benchmark."
    assert paper.withdrawn
    assert paper.authors == ("Ada Lovelace", "Alan Turing")
    assert paper.categories == ("cs.AI", "cs.CL")


def test_ids_that_are_no_arxiv_ids_are_kept_and_empty_abstracts_allowed(tmp_path: Path) -> None:
    papers, _ = read(
        written(
            tmp_path,
            "p.jsonl",
            lines({"id": 42, "title": "A"}, {"id": "MED-10", "title": "B", "abstract": ""}, {"title": "C"}),
        )
    )
    assert [paper.id for paper in papers[:2]] == ["42", "MED-10"]
    assert papers[2].id.startswith("pb-")


def test_an_id_that_was_a_json_number(tmp_path: Path) -> None:
    (paper,), _ = read(written(tmp_path, "p.jsonl", '{"id": 912.5527, "title": "A"}'))
    assert paper.id == "0912.5527"


def test_bad_lines_are_skipped_one_by_one(tmp_path: Path) -> None:
    content = b"\n".join(
        [
            b'{"id": "2411.00001", "title": "Good"}',
            b'{"id": "2411.00002", "tit',
            b"[1, 2]",
            b'{"id": "2411.00003"}',
            b'{"id": "has space", "title": "An id that can not be kept"}',
            '{"id": "2411.00007", "title": "Écoute"}'.encode(),
            b'{"id": "2411.00004", "title": "\xff"}',
            b"",
            b"[" * 100_000,
            b'{"id": "2411.00005", "title": "raw \x01 control", "upvotes": "many"}',
            b'{"id": "2411.00008", "title": "Huge", "upvotes": ' + b"9" * 400 + b"}",
            b'{"id": ' + b"9" * 5_000 + b', "title": "Huge id"}',
            b'{"id": "2411.00006", "title": "lone \\ud800 surrogate"}',
        ]
    )
    papers, skipped = read(written(tmp_path, "p.jsonl", content))
    found = {paper.title: paper for paper in papers}
    assert list(found)[:5] == ["Good", "An id that can not be kept", "Écoute", "raw control", "Huge"]
    assert found["An id that can not be kept"].id.startswith("pb-")
    assert found["Huge"].upvotes is None
    assert [(s.reason, s.where) for s in skipped[:5]] == [
        ("not JSON, or cut short", "line 2"),
        ("not a JSON object", "line 3"),
        ("no title", "line 4"),
        ("not UTF-8", "line 7"),
        ("not JSON, or cut short", "line 9"),
    ]


@pytest.mark.parametrize(
    ("suffix", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress), (".zst", zstd.compress), ("", bytes)]
)
def test_packed_files(tmp_path: Path, suffix: str, pack: Any) -> None:
    content = lines(*({"id": f"2411.{n:05}", "title": f"Paper {n}"} for n in range(BATCH + 5)))
    file = PaperFile(written(tmp_path, f"p.jsonl{suffix}", pack(content.encode())))
    harvests = list(file.harvests())
    assert [len(harvest.papers) for harvest in harvests] == [BATCH, 5]


@pytest.mark.parametrize("suffix", [".gz", ".xz", ".zst"])
def test_a_damaged_file_is_told_as_such(tmp_path: Path, suffix: str) -> None:
    content = "".join(
        lines({"id": f"2411.{n:05}", "title": f"Paper {n * 7919}"}) for n in range(500)
    ).encode()
    packers: dict[str, Callable[[bytes], bytes]]
    packers = {".gz": gzip.compress, ".xz": lzma.compress, ".zst": zstd.compress}
    packed = packers[suffix](content)
    with pytest.raises(SourceError, match="is damaged or cut short"):
        read(written(tmp_path, f"p.jsonl{suffix}", packed[: len(packed) // 2]))
    with pytest.raises(SourceError, match="is damaged or cut short"):
        read(written(tmp_path, f"q.jsonl{suffix}", b"this was never packed"))


def test_a_csv_table(tmp_path: Path) -> None:
    content = (
        "\ufeffArxiv_ID,Title,abstract,authors,categories,upvotes\n"
        '912.5527,"A title, with a comma","Two\nlines",Ada Lovelace; Alan Turing,cs.AI; cs.CL,3\n'
        "1809.0495399999998,Another,,,,\n"
        "\n"
        "2411.00001,Too,many,cells,in,this,row\n"
        "2411.00002,,no title,,,\n"
        "2411.00003,Short row\n"
    )
    papers, skipped = read(written(tmp_path, "p.csv", content))
    assert [paper.id for paper in papers] == ["0912.5527", "1809.04954", "2411.00003"]
    assert papers[0] == Paper(
        id="0912.5527",
        title="A title, with a comma",
        abstract="Two lines",
        authors=("Ada Lovelace", "Alan Turing"),
        categories=("cs.AI", "cs.CL"),
        upvotes=3,
    )
    assert [s.reason for s in skipped] == ["more cells than the header names", "no title"]


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_tables_with_other_separators(tmp_path: Path, separator: str) -> None:
    content = f"title{separator}id\nBALROG{separator}2411.13543\n"
    assert read(written(tmp_path, "p.tsv", content))[0][0].id == "2411.13543"


def test_a_table_without_a_title_column(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"p\.csv: Line 1: expected a header that names a column `title`"):
        read(written(tmp_path, "p.csv", "a,b\n1,2\n"))


BIBTEX = r"""
@string{conf = "NeurIPS"}
@comment{ignored}
@article{knuth, title={{\TeX}book of {B}argains in $O(n)$},
  author={Sch{\"u}tze, Hinrich and Jane Doe and others},
  eprint={2411.13543v2}, archivePrefix={arXiv}, primaryClass={cs.CL},
  abstract={One \& two.}, keywords={games, agents}}
@misc{knuth, title={Same key}, url={https://arxiv.org/abs/cs/9301111v1}, date={2024-05-06}}
@inproceedings{doi, title={By DOI}, doi={10.48550/arXiv.2305.19118}, year=2023}
@article{journal, title={By journal}, journal={arXiv preprint arXiv:2305.19119}}
@book{none, title={No id at all}, author={Doe, Jane}}
@misc{untitled, author={Doe, Jane}}
@misc{broken, title={no end
@misc{last, title={Last}, eprint={2305.19120}}
"""


def test_bibtex(tmp_path: Path) -> None:
    papers, skipped = read(written(tmp_path, "p.bib", BIBTEX))
    found = {paper.title: paper for paper in papers}
    first = next(paper for paper in papers if paper.id == "2411.13543")
    assert first.title.endswith("book of Bargains in $O(n)$")
    assert first.authors == ("Hinrich Schütze", "Jane Doe")
    assert first.categories == ("cs.CL",)
    assert first.abstract == "One & two."
    assert first.keywords == ("games", "agents")
    assert (found["Same key"].id, found["Same key"].published) == ("cs/9301111", date(2024, 5, 6))
    assert found["By DOI"].id == "2305.19118"
    assert found["By journal"].id == "2305.19119"
    assert found["No id at all"].id.startswith("pb-")
    assert found["Last"].id == "2305.19120"
    assert sorted(s.reason for s in skipped) == ["no BibTeX entry that can be read", "no title"]


DUMP = {
    "id": "0704.0001",
    "submitter": "Pavel Nadolsky",
    "authors": "C. Bal\\'azs, E. L. Berger",
    "title": "Calculation of prompt\n  diphoton production",
    "comments": "37 pages, 15 figures",
    "categories": "hep-ph hep-ex",
    "abstract": "  A fully differential calculation\nis presented.\n",
    "versions": [
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
        {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
    ],
    "update_date": "2008-11-26",
    "authors_parsed": [["Balázs", "C.", ""], ["Berger", "E. L.", "Jr."]],
}


def test_arxivs_dump_is_told_by_its_first_line(tmp_path: Path) -> None:
    withdrawn = {**DUMP, "id": "0704.0002", "comments": "This paper has been withdrawn"}
    path = written(tmp_path, "arxiv-metadata-oai-snapshot.json", lines(DUMP, withdrawn, {"id": "x"}))
    file = PaperFile(path)
    assert file.format is Format.ARXIV_DUMP
    (harvest,) = file.harvests()
    assert harvest.origin is Origin.DUMP
    assert harvest.papers[0] == Paper(
        id="0704.0001",
        title="Calculation of prompt diphoton production",
        abstract="A fully differential calculation is presented.",
        authors=("C. Balázs", "E. L. Berger Jr."),
        published=date(2007, 4, 2),
        categories=("hep-ph", "hep-ex"),
        arxiv_version=2,
    )
    assert harvest.papers[1].withdrawn
    assert [s.reason for s in harvest.skipped] == ["no arXiv id"]


def test_a_dump_is_read_in_constant_memory(tmp_path: Path) -> None:
    def peak(papers: int) -> int:
        path = tmp_path / f"{papers}.json.gz"
        with gzip.open(path, "wt") as out:
            for number in range(papers):
                out.write(json.dumps({**DUMP, "id": f"2411.{number:05}"}) + "\n")
        tracemalloc.start()
        for _ in PaperFile(path).harvests():
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(20_000) < 1.5 * peak(4_000)


def test_a_file_left_in_the_middle_leaves_the_threads_turns_as_they_were(tmp_path: Path) -> None:
    usual = sys.getswitchinterval()
    content = lines(*({"id": f"2411.{n:05}", "title": f"Paper {n}"} for n in range(2 * BATCH)))
    with closing(PaperFile(written(tmp_path, "p.jsonl", content)).harvests()) as harvests:
        assert len(next(harvests).papers) == BATCH
    assert sys.getswitchinterval() == usual


def test_the_format_can_be_told(tmp_path: Path) -> None:
    path = written(tmp_path, "papers.dat", lines({"id": "2411.13543", "title": "BALROG"}))
    assert len(read(path, Format.JSON_LINES)[0]) == 1


def test_a_file_of_an_unknown_kind_says_so(tmp_path: Path) -> None:
    unknown: dict[str, str | bytes] = {
        "notes.txt": "Some words\nwithout any papers.\n" * 20,
        "paper.pdf": b"%PDF-1.7\n\x00\x01",
        "table.xlsx": b"PK\x03\x04\x00\x00",
        "list.nbib": "PMID- 123\nTI  - A title\n",
        "export.enw": "%0 Journal Article\n%T A title\n",
        "dblp.xml": '<?xml version="1.0"?>\n<result><hits/></result>',
        "cut.xml": "<feed",
    }
    for name, content in unknown.items():
        with pytest.raises(SourceError, match=rf"{name}: I don't know this kind of file\. I read JSON"):
            read(written(tmp_path, name, content))


@pytest.mark.parametrize("name", ["a.bib", "a.csv", "a.ris", "a.md", "a.json", "a.jsonl", "a.txt", "a"])
def test_a_file_without_anything_in_it_says_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match=f"{name}: This file is empty."):
        read(written(tmp_path, name, "\n \n"))


@pytest.mark.parametrize(
    ("content", "format_"),
    [
        ("@misc{a, title={BALROG}}", Format.BIBTEX),
        ("Papers that I like:\n\n@misc{a,\n title={BALROG}}", Format.BIBTEX),
        ("TY  - JOUR\nTI  - BALROG\nER  - \n", Format.RIS),
        ('[{"title": "BALROG"}]', Format.JSON),
        ('{"title": "BALROG"}\n{"title": "Another"}\n', Format.JSON_LINES),
        ("id\ttitle\n1\tBALROG\n", Format.CSV),
    ],
)
def test_the_beginning_tells_where_the_name_does_not(tmp_path: Path, content: str, format_: Format) -> None:
    path = written(tmp_path, "papers.txt", content)
    assert PaperFile(path).format is format_
    assert read(path)[0][0].title == "BALROG"


def test_a_file_that_can_not_be_unpacked_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is damaged or cut short"):
        PaperFile(written(tmp_path, "p.csv.gz", b"never packed"))
