"""Whatever a file holds: no paper changes that it is not about, nothing hangs, and memory stays bounded."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.catalog import file
from bot.catalog.merging import merge
from bot.errors import SourceError
from bot.paper.harvest import Tally
from bot.paper.model import Paper
from bot.sources.bibtex import read_bibtex
from bot.sources.files import PaperFile
from bot.sources.formats import Format
from bot.sources.ris import read_ris
from tests.support.counting import calls_in
from tests.support.project import PROJECT
from tests.support.putting import put

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HELD = [
    Paper(id="2411.13543", title="BALROG: Benchmarking Agentic LLM Reasoning", authors=("Davide Paglieri",)),
    Paper(id="cs/9301111", title="An Old Paper on Ponds"),
    Paper(id="pb-0123456789abcdef", title="Known by its Title Alone and Nothing Else", year=2001),
    Paper(id="MED-10", title="A Paper of Another Program", doi="10.1234/held"),
    Paper(id="1", title="The First of a Numbered List", authors=("Ada Doe",)),
]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with closing(file.open_for_writing(tmp_path_factory.mktemp("held") / "catalog.db")) as database:
        put(database, HELD)
        yield database


def held(database: sqlite3.Connection) -> list[Any]:
    marks = ",".join("?" * len(HELD))
    rows = database.execute(f"SELECT * FROM papers WHERE id IN ({marks}) ORDER BY id", [p.id for p in HELD])
    return list(rows.fetchall())


def imported(database: sqlite3.Connection, path: Path, format_: Format | None = None) -> Tally:
    tally = Tally()
    for harvest in PaperFile(path, format_, year=2025).harvests():
        merge(database, harvest, tally)
    return tally


mentions = st.sampled_from(
    [
        "Extends arXiv:2411.13543 by a lemma",
        "see https://arxiv.org/abs/2411.13543v2 and cs/9301111",
        "2411.13543, 1, MED-10",
        "cited by doi:10.1234/held",
        "pb-0123456789abcdef",
        "no mention",
        "{\\'e} $x_{2}$ \\unknown{word}",
    ]
)
words = st.lists(
    st.sampled_from(["reeds", "rushes", "geese", "ducks", "of", "the", "and", "a"]), min_size=2, max_size=5
)
titles = words.map(lambda found: f"New: {' '.join(found)} and {len(found)} more words in a title")
running = st.sampled_from(
    ["note", "abstract", "annote", "keywords", "comment", "references", "title_note", "addendum", "file"]
)
entries = st.lists(st.tuples(titles, st.dictionaries(running, mentions, max_size=4)), min_size=1, max_size=4)


def as_bibtex(records: list[tuple[str, dict[str, str]]]) -> str:
    lines = (
        f"@misc{{k{n}, title = {{{title}}}, "
        + ", ".join(f"{name} = {{{value}}}" for name, value in fields.items())
        + "}"
        for n, (title, fields) in enumerate(records)
    )
    return "\n".join(lines)


def as_ris(records: list[tuple[str, dict[str, str]]]) -> str:
    tags = {"note": "N1", "abstract": "AB", "keywords": "KW", "annote": "N2", "file": "L1"}
    return "".join(
        f"TY  - JOUR\nTI  - {title}\n"
        + "".join(f"{tags.get(name, 'RN')}  - {value}\n" for name, value in fields.items())
        + "ER  - \n"
        for title, fields in records
    )


def as_json(records: list[tuple[str, dict[str, str]]]) -> str:
    return json.dumps([{"title": title, **fields} for title, fields in records])


def as_json_lines(records: list[tuple[str, dict[str, str]]]) -> str:
    return "".join(json.dumps({"title": title, **fields}) + "\n" for title, fields in records)


def as_csv(records: list[tuple[str, dict[str, str]]]) -> str:
    rows = [
        f'"{title}";"{fields.get("abstract", "")}";"{fields.get("note", "")}"' for title, fields in records
    ]
    return "\n".join(["title;abstract;note", *rows])


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("p.bib", as_bibtex),
        ("p.ris", as_ris),
        ("p.json", as_json),
        ("p.jsonl", as_json_lines),
        ("p.csv", as_csv),
    ],
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(records=entries)
def test_no_paper_changes_that_is_only_mentioned(
    catalog: sqlite3.Connection, tmp_path: Path, name: str, write: Callable[[Any], str], records: Any
) -> None:
    before = held(catalog)
    path = tmp_path / name
    path.write_text(write(records), encoding="utf-8")
    tally = imported(catalog, path)
    assert tally.papers == len(records)
    assert held(catalog) == before


SIGNS = [
    b"@misc{a,",
    b"title",
    b"=",
    b"{",
    b"}",
    b'"',
    b",",
    b"#",
    b"\n",
    b"$",
    b"\\",
    b";",
    b"[",
    b"]",
    b":",
]
PIECES = [b"TY  - JOUR\n", b"ER  - \n", b"TI  - ", b'"title"', b"null", b"1e999", b"\\u", b"title,authors\n"]
MARKS = [b"\xff\xfe", b"\xef\xbb\xbf", b"sep=;\n", b"Mar 20\n", b"<feed", b"\x00", b"\xed\xa0\x80"]
fragments = st.lists(
    st.one_of(st.binary(max_size=20), st.sampled_from([*SIGNS, *PIECES, *MARKS])), max_size=25
).map(b"".join)


@pytest.mark.parametrize("format_", Format)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(content=fragments)
def test_any_bytes_are_read_or_refused_with_a_sentence(
    catalog: sqlite3.Connection, tmp_path: Path, format_: Format, content: bytes
) -> None:
    before = held(catalog)
    path = tmp_path / "p.dat"
    path.write_bytes(content)
    said = None
    try:
        imported(catalog, path, format_)
    except SourceError as error:
        said = str(error)
    assert said is None or (said.startswith(str(path)) and len(said) < 1_000)
    assert held(catalog) == before


GROWING: list[tuple[str, Callable[[int], str]]] = [
    ("entries without an end", lambda n: "@a{b={" * n),
    ("lines without an end", lambda n: "@a{b={\n" * n),
    ("quotes without an end", lambda n: '@a{b,title="' * n),
    ("authors", lambda n: "@a{b,title={x},author={" + "A B and " * n + "C}}"),
    ("joined values", lambda n: "@a{b,title={x}" + "#{y}" * n + "}"),
    ("stray signs", lambda n: "@a{b," + "=" * n + "}"),
    ("heads", lambda n: "@a" * n + "{"),
    ("records", lambda n: "TY  - JOUR\n" * n),
    ("lines of one field", lambda n: "TY  - JOUR\nTI  - x\n" + "y\n" * n + "ER  - \n"),
]


@pytest.mark.parametrize(("name", "made"), GROWING, ids=[name for name, _ in GROWING])
def test_work_grows_with_the_file_and_no_faster(name: str, made: Callable[[int], str]) -> None:
    def read(text: str) -> None:
        lines = text.splitlines(keepends=True)
        list(read_bibtex(lines) if "@" in text else read_ris(lines))

    read(made(10))
    small, large = (calls_in(lambda size=size: read(made(size))) for size in (300, 1_200))  # type: ignore[misc]
    assert large < 6 * small + 300


GOOD = (b'{"arxiv_id": "2411.00001", "title": "One"}', b'{"arxiv_id": "2411.00002", "title": "Two"}')
MEGABYTE = b"a" * 2**20
BOMBS: dict[str, list[bytes]] = {
    "line.jsonl": [GOOD[0], b'\n{"title": "', *[MEGABYTE] * 100, b'"}\n', GOOD[1]],
    "nested.jsonl": [GOOD[0], b"\n", *[b"[" * 2**20] * 30, b"\n", GOOD[1]],
    "number.jsonl": [GOOD[0], b'\n{"title": "x", "id": ', b"9" * 2**19, b"}\n", GOOD[1]],
    "array.json": [b"[", GOOD[0], b', {"title": "', *[MEGABYTE] * 100, b'"}, ', GOOD[1], b"]"],
    "cell.csv": [b"title,abstract\nOne,x\nBig,", b'"', *[MEGABYTE] * 600, b'"\nTwo,y\n'],
    "lines.csv": [b'title,abstract\nOne,x\nBig,"', *[b"a, b\n" * 2**18] * 8, b'"\nTwo,y\n'],
    "entry.bib": [
        b"@misc{a, title={One}}\n@misc{b, title={",
        *[MEGABYTE] * 600,
        b"}}\n@misc{c, title={Two}}\n",
    ],
    "record.ris": [
        b"TY  - JOUR\nTI  - One\nER  - \nTY  - JOUR\nTI  - ",
        *([MEGABYTE] * 100),
        b"\nER  - \nTY  - JOUR\nTI  - Two\nER  - \n",
    ],
}
MOST_MEMORY = 300 * 2**20
READ = """
import json, resource, sys
from pathlib import Path
from bot.process import prepare_process
from bot.sources.files import PaperFile
prepare_process()
limit = int(sys.argv[2])
titles, skipped = [], 0
for harvest in PaperFile(Path(sys.argv[1])).harvests():
    titles += [paper.title for paper in harvest.papers]
    skipped += len(harvest.skipped)
try:
    # A process begins its own ru_maxrss with that of the one that started it.
    peak = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) * 1024
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps([titles, skipped, peak < limit, peak]))
"""


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_one_skipped_record_in_bounded_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.zst"
    with zstd.ZstdFile(path, "wb") as packed:
        for piece in BOMBS[name]:
            packed.write(piece)
    assert path.stat().st_size < 2**20
    ran = subprocess.run(
        [sys.executable, "-c", READ, str(path), str(MOST_MEMORY)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    assert ran.stderr == ""
    titles, skipped, fits, peak = json.loads(ran.stdout)
    assert (titles, skipped) == (["One", "Two"], 1)
    assert fits, peak
