"""What a reader noted beside a paper, as other programs write it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.paper.remarks import Remark, Status, instant_of, status_of
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
        ("a.jsonl", '{"title": "A Census of Reeds", "status": "published", "added": 7, "note": null}', None),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_notes_and_statuses_of_other_programs(tmp_path, name, text, remark):
    assert noted(tmp_path, name, text) == remark


@pytest.mark.parametrize("word", ["Read", "to-read", "TO READ", "in progress", "Unread", "finished"])
def test_words_for_a_status(word):
    assert isinstance(status_of(word), Status)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2024-13-01", "0001-01-01", "9999-99-99T99", None, 7, "1" * 99]
)
def test_what_is_no_instant_is_left_out(text):
    assert instant_of(text) is None
