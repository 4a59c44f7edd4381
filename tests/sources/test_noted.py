"""What a reader noted beside a paper, as other programs write it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.paper.instants import instant_of
from bot.paper.remarks import Remark, Status, status_of
from bot.sources.files import PaperFile

NEW_YEAR = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


def noted(tmp_path: Path, name: str, text: str) -> Remark | None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    (harvest,) = PaperFile(path).harvests()
    (paper,) = harvest.papers
    assert paper.title == "A Census of Reeds"
    return harvest.remarks.get(0)


@pytest.mark.parametrize(
    ("name", "text", "remark"),
    [
        (
            "jabref.bib",
            "@article{a, title={A Census of Reeds}, readstatus = {skimmed}, comment = {50\\% done},\n"
            "creationdate = {2024-01-02T03:04:05}}",
            Remark("50% done", Status.READING, NEW_YEAR),
        ),
        ("jabref.bib", "@article{a, title={A Census of Reeds}, comment-ada = {mine}}", Remark("mine")),
        (
            "bibdesk.bib",
            "@article{a, title={A Census of Reeds}, annote={one\n\ntwo},\n"
            "date-added={2024-01-02 04:04:05 +0100}}",
            Remark("one\n\ntwo", Status.TO_READ, NEW_YEAR),
        ),
        ("mendeley.bib", "@article{a, title={A Census of Reeds}, annote={NULL}}", None),
        ("mendeley.bib", "@article{a, title={A Census of Reeds}, annote={{NULL}}}", None),
        (
            "null.bib",
            "@article{a, title={A Census of Reeds}, annote={NULL is a value}}",
            Remark("NULL is a value"),
        ),
        ("plain.bib", "@article{a, title={A Census of Reeds}, note={accepted}, keywords={read}}", None),
        (
            "zotero.ris",
            "TY  - JOUR\nTI  - A Census of Reeds\nN1  - <p>Why <b>reeds</b>?</p>\n<p>&amp; when</p>\n"
            "ER  - \n",
            Remark("Why reeds?\n& when"),
        ),
        (
            "scopus.ris",
            "TY  - JOUR\nTI  - A Census of Reeds\nN1  - Export Date: 3 March 2020\nN1  - Cited By :12\n"
            "Y2  - 2020/03/04\nER  - \n",
            None,
        ),
        (
            "zotero.csv",
            '"Title","Date Added","Notes"\n"A Census of Reeds","2024-01-02 03:04:05","<p>mine</p>"\n',
            Remark("mine", Status.TO_READ, NEW_YEAR),
        ),
        (
            "zotero-in-one-line.csv",
            '"Title","Extra"\n"A Census of Reeds","arXiv:1706.03762 [cs] version: 5 Read_Status: In Progress '
            'Read_Status_Date: 2024-02-03T10:00:00.000Z Citation Key: reeds"\n',
            Remark("", Status.READING),
        ),
        (
            "zotero-in-lines.csv",
            '"Title","Extra"\n"A Census of Reeds","version: 5\nRead_Status: Read\nCitation Key: reeds"\n',
            Remark("", Status.READ),
        ),
        (
            "zotero-to-read.csv",
            '"Title","Extra"\n"A Census of Reeds","Read_Status: To Read Read_Status_Date: 2024-02-03"\n',
            None,
        ),
        ("nan.csv", "title,notes\nA Census of Reeds,nan\n", None),
        (
            "two-notes.csv",
            '"Title","Notes"\n"A Census of Reeds","<p>why?</p>; <p>Export Date: May</p>; <p>when?</p>"\n',
            Remark("why?\nwhen?"),
        ),
        (
            "zotero-of-arxiv.csv",
            '"Title","Url","Notes"\n"A Census of Reeds","http://arxiv.org/abs/2301.05062",'
            '"Comment: 13 pages, 5 figures"\n',
            None,
        ),
        (
            "better.bib",
            "@article{a, title={A Census of Reeds}, eprint={2301.05062}, eprinttype={arxiv},\n"
            "annote={Comment: Accepted at NeurIPS 2024},\n"
            "annotation={arXiv:2301.05062 [cs]\nOCLC: 851377291}}",
            None,
        ),
        (
            "own.csv",
            "title,note,status,added\nA Census of Reeds,'=1+1,reading,2024-01-02T03:04:05Z\n",
            Remark("=1+1", Status.READING, NEW_YEAR),
        ),
        (
            "zotero.json",
            '[{"id": "a", "type": "article-journal", "title": "A Census of Reeds", '
            '"note": "arXiv:2301.06001 [cs]\\nCitation Key: a"}]',
            None,
        ),
        (
            "notion.csv",
            "Paper,Link,Status,Created\nA Census of Reeds,https://arxiv.org/abs/2411.13543,📖 Reading,-\n",
            Remark("", Status.READING),
        ),
        (
            "notion.csv",
            "Name,Link,Status\nA Census of Reeds,https://arxiv.org/abs/2411.13543,Done ✅\n",
            Remark("", Status.READ),
        ),
        (
            "pocket.csv",
            "title,url,time_added,tags,status\n"
            "[2411.13543] A Census of Reeds,https://arxiv.org/abs/2411.13543,1704164645,,archive\n",
            Remark("", Status.READ, NEW_YEAR),
        ),
        (
            "raindrop.csv",
            "title,note,excerpt,url,created\n"
            "A Census of Reeds,mine,,https://arxiv.org/abs/2411.13543,2024-01-02T03:04:05.000Z\n",
            Remark("mine", Status.TO_READ, NEW_YEAR),
        ),
        (
            "readwise.csv",
            "Title,URL,Saved date,Reading progress,Location\n"
            "A Census of Reeds,https://arxiv.org/abs/2411.13543,2024-01-02 03:04:05+00:00,1,archive\n",
            Remark("", Status.READ, NEW_YEAR),
        ),
        (
            "instapaper.csv",
            "URL,Title,Selection,Folder,Timestamp\n"
            "https://arxiv.org/abs/2411.13543,A Census of Reeds,,Archive,1704164645\n",
            Remark("", Status.READ, NEW_YEAR),
        ),
        ("a.md", "- [x] [A Census of Reeds](https://arxiv.org/abs/2411.13543)\n", Remark("", Status.READ)),
        ("a.md", "- [ ] [A Census of Reeds](https://arxiv.org/abs/2411.13543)\n", None),
        ("a.jsonl", '{"title": "A Census of Reeds", "status": "published", "added": 7, "note": null}', None),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_notes_and_statuses_of_other_programs(tmp_path, name, text, remark):
    assert noted(tmp_path, name, text) == remark


def ris_with(tmp_path: Path, *notes: str, of_arxiv: bool = True) -> Remark | None:
    number = "M1  - arXiv:2301.05062\n" if of_arxiv else ""
    tags = "".join(f"N1  - {note}\n" for note in notes)
    return noted(tmp_path, "a.ris", f"TY  - JOUR\nTI  - A Census of Reeds\n{number}{tags}ER  - \n")


BY_PROGRAMS = """\
<p>Comment: 13 pages, 5 figures</p>
Comment: ICLR 2025 camera-ready
Comment: Code is available at https://github.com/a/b
arXiv:2301.05062 [cs.CL]
arXiv: 2301.05062
arXiv:hep-th/9901001
OCLC: 851377291
00000
ZSCC: NoCitationData[s0]
Page Version ID: 1013275641
MAG: 2963403868
OpenAlex: W2963403868
CorpusID: 13756489
PMID: 28654512
PMCID: PMC5508745
CODEN: JAPIA
Correspondence Address: Doe, A.; University of Reeds, Spain; email: ada@example.org
Funding details: National Science Foundation, NSF, 1234
Funding text 1: This work was supported by nobody.
Chemicals/CAS: water, 7732-18-5
Tradenames: Prism
Manufacturers: GraphPad, United States
Language of Original Document: English
Abbreviated Source Title: J Appl Phys
References: Mayergoyz, I.D., (1986) Phys. Rev. Lett., 56, p. 1518;
Times Cited in Web of Science Core Collection: 12
Total Times Cited: 13
Cited Reference Count: 40
Date revised - 2011-12-01
Last updated - 2012-03-29
SuppNotes - Figures, 4
Number of references - 42
Compilation and indexing terms, Copyright 2024 Elsevier Inc."""


@pytest.mark.parametrize("line", BY_PROGRAMS.splitlines())
def test_what_a_program_wrote_is_no_note(tmp_path, line):
    assert ris_with(tmp_path, line) is None
    assert ris_with(tmp_path, line, "mine") == Remark("mine")


def test_scopus_list_of_references_goes_on_until_it_ends(tmp_path):
    references = (
        "References: Doe, A.B., Reeds (1986) Rev., 56;\nRoe, C., (1935) Z., 94;\nPoe, D., (1999) J., 85"
    )
    assert ris_with(tmp_path, references, "mine: (1935) is best") == Remark("mine: (1935) is best")


@pytest.mark.parametrize(
    "line",
    [
        "References: see also my notes",
        "References: a good list; those of 2017 first",
        "Comment: nice",
        "Comment: the code doesn't run",
        "Last updated - by me, in May",
        "PMID: ask Ada",
        "OpenAlex: is it there?",
        "2023",
        "arXiv:2411.13543",
        "Total Times Cited: far too often",
    ],
)
def test_what_a_reader_begins_alike_stays(tmp_path, line):
    assert ris_with(tmp_path, line) == Remark(line)


def test_only_what_arxiv_has_comes_with_its_comment(tmp_path):
    assert ris_with(tmp_path, "Comment: 13 pages", of_arxiv=False) == Remark("Comment: 13 pages")


@pytest.mark.parametrize(
    "word",
    [
        "Reading 📖",
        "Done ✔️",
        "🟢 done!",
        "Not started ⏳",
        "Read",
        "to-read",
        "TO READ",
        "in progress",
        "Unread",
        "✅ Read",
        "Completed",
        "Currently reading",
    ],
)
def test_words_for_a_status(word):
    assert isinstance(status_of(word), Status)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("November 3, 2024 9:00 AM", 9),
        ("Nov 3, 2024", 0),
        ("2024/11/03 9:00 PM", 21),
        ("November 3, 2024 12:00 AM (UTC)", 0),
        ("2024-11-03 09:00:00+00:00", 9),
        (1730624400, 9),
    ],
)
def test_dates_of_common_tools(text, hour):
    assert instant_of(text) == datetime(2024, 11, 3, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "Smarch 3, 2024",
        "2024/11/03 13:00 PM",
        "2024-13-01",
        "0001-01-01",
        "9999-99-99T99",
        None,
        7,
        "1" * 99,
    ],
)
def test_what_is_no_instant_is_left_out(text):
    assert instant_of(text) is None


def reader_document(**fields: object) -> dict[str, object]:
    """As Readwise Reader's API gives one."""
    return {
        "id": "01h8707jqgjsfzznh281xxashb",
        "url": "https://read.readwise.io/read/01h8707jqgjsfzznh281xxashb",
        "title": "A Census of Reeds",
        "author": "Ada Doe, Ben Roe",
        "source": "Reader Share Sheet",
        "category": "pdf",
        "location": "archive",
        "tags": {"shortlist": {"name": "shortlist", "type": "manual", "created": 1692640034398}},
        "site_name": "arxiv.org",
        "word_count": 6117,
        "created_at": "2024-01-02T03:04:05.567027+00:00",
        "updated_at": "2024-02-02T03:04:05.567027+00:00",
        "published_date": 1690416000000,
        "summary": "Reeds are counted.",
        "image_url": "https://example.org/picture.png",
        "content": None,
        "source_url": "https://arxiv.org/pdf/2411.13543",
        "notes": "mine",
        "parent_id": None,
        "reading_progress": 0.0355,
    } | fields


@pytest.mark.parametrize("name", ["reader.json", "reader.jsonl"])
def test_a_document_of_readwise_reader(tmp_path, name):
    highlight = reader_document(category="highlight", title="", parent_id="01h8707", location=None)
    other = reader_document(
        source_url="https://example.org/ponds", title="A Census of Ponds", location="later"
    )
    listed = [reader_document(), highlight, other]
    path = tmp_path / name
    lines = "\n".join(map(json.dumps, listed))
    path.write_text(lines if name.endswith("l") else json.dumps({"count": 3, "results": listed}), "utf-8")
    (harvest,) = PaperFile(path).harvests()
    reeds, ponds = harvest.papers
    assert (reeds.arxiv_id, reeds.url, reeds.authors) == ("2411.13543", None, ("Ada Doe", "Ben Roe"))
    assert (reeds.published, reeds.abstract) == (date(2023, 7, 27), "Reeds are counted.")
    assert ponds.url == "https://example.org/ponds"
    assert harvest.remarks == {
        0: Remark("mine", Status.READ, NEW_YEAR),
        1: Remark("mine", Status.TO_READ, NEW_YEAR),
    }
    assert len(harvest.skipped) == 1
