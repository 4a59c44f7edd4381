"""What other programs put into notes: HTML, and lines that no reader wrote, told by their shapes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

_BREAK = re.compile(r"\r\n?")
_MARKUP = re.compile(r"</(?:p|div|h\d|li|span)>\s*$")
_BETWEEN_NOTES = re.compile(
    r"(</(?:p|div|h\d|ul|ol|blockquote|span)>)\s*;\s+(?=<(?:p|div|h\d|ul|ol|blockquote)\b)"
)
"""Zotero's tables hold all notes of a paper in one cell."""
_PARAGRAPH = re.compile(r"(?:</(?:p|div|h\d|li)>|<br\s*/?>)\n?")
_ANY_TAG = re.compile(r"<[^<>]{1,500}>")
_BY_PROGRAMS = re.compile(
    "|".join(
        (
            # Scopus, Web of Science and publishers.
            r"(?:Cited By ?:|Export Date:|Publisher Copyright:|Accession Number:).*",
            r"(?:Correspondence Address|Funding details|Chemicals/CAS|Tradenames|Manufacturers"
            r"|Language of Original Document|Abbreviated Source Title):.*",
            r"Funding text \d+:.*",
            r"CODEN ?[:-] ?[A-Z]{4}[A-Z0-9]{1,2}",
            r"(?:Times Cited in Web of Science Core Collection|Total Times Cited|Cited Reference Count)"
            r":\s*\d*",
            # ProQuest.
            r"(?:Date (?:revised|created)|Last updated) - (?:\d{4}-\d\d-\d\d.*|\w+ \d.*)",
            r"Number of references - \d+",
            r"(?:SuppNotes|SubjectsTermNotLitGenreText) - .*",
            # Engineering Village.
            r"Compilation and indexing terms, Copyright .*",
            # Zotero's Extra, which Better BibTeX writes as a note.
            r"arXiv:\s*[\w./-]{5,30} \[[a-z-]+(?:\.[A-Za-z-]+)?\]",
            r"arXiv:(?: \d{4}\.\d{4,5}(?:v\d+)?|\s*[a-z-]+(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?)",
            r"OCLC:\s*(?:\(?[A-Za-z]+\)?)?\d+",
            r"0\d{4,6}(?: citations.*)?",
            r"ZSCC:\s*(?:\d+|NoCitationData).*",
            r"(?:PMID|MAG(?: ID)?|Corpus ?ID|Page Version ID):\s*\d+",
            r"PMCID:\s*PMC\d+",
            r"OpenAlex:\s*(?:https?://openalex\.org/)?W\d+",
        )
    )
)
_LIST_OF_REFERENCES = re.compile(
    r"References: (?:\((?:19|20)\d\d\)|(?=.*\b(?:19|20)\d\d\b).{0,80}?[^\W\d_]\.,).*"
)
"""Scopus': authors with initials and a year in each, on lines that end with semicolons but for the last."""
_REFERENCE = re.compile(r".*\b(?:19|20)\d\d\b.*|.*;")
_ONE_ELEMENT = re.compile(r"<(p|div|span)\b[^<>]{0,500}>([^<>]*)</\1>")
_NOTHING = frozenset({"NULL", "null", "None", "nan", "NaN", "N/A", "#N/A", "undefined"})
"""What programs write where there is no note, as Mendeley does: `annote = {NULL}`."""
_ARXIVS_COMMENT = re.compile(
    r"Comment: (?:.*\b\d{1,4} ?(?:\w{1,20} )?(?:pages?|pp|figures?|figs?|tables?)\b"
    r"|(?:accepted|published|presented|submitted|to appear|to be \w+|appear(?:s|ed|ing)?|in proceedings"
    r"|in press|under review|preprint|camera[- ]ready|work in progress|ongoing work|tech(?:nical)?\.? report"
    r"|v\d|(?:extended|full|long|short|final|preliminary|revised|updated) version"
    r"|project (?:page|web ?site)|website"
    r"|(?:the |our |source )?(?:code|data|datasets?|models?)[\w ,&]{0,60}(?:\bavailable\b|\bat\b|:) ?|https?://"
    r"|(?-i:[A-Z][A-Za-z]{0,20}[A-Z]\w{0,20})(?: \w{1,20})?[- ,]*['’]?(?:19|20)?\d\d\b))"
    r".*",
    re.IGNORECASE,
)
"""Of a paper: its length, where it appears, where its code is."""


def by_reader(note: str, *, of_arxiv: bool = False) -> str:
    """A note as Zotero and databases write it into files: without HTML, and without what no reader wrote.

    Beside a paper `of_arxiv` that includes arXiv's comment, which Zotero keeps as a note.
    """
    if note.strip("{} \r\n") in _NOTHING:
        return ""
    lines = "\n".join(_by_reader(_BREAK.sub("\n", note).split("\n"), of_arxiv))
    if not (lines.lstrip().startswith("<") and _MARKUP.search(lines)):
        return lines
    text = unescape(_ANY_TAG.sub("", _PARAGRAPH.sub("\n", _BETWEEN_NOTES.sub(r"\1", lines))))
    return "\n".join(_by_reader(text.split("\n"), of_arxiv))


def _by_reader(lines: Iterable[str], of_arxiv: bool) -> Iterator[str]:
    in_references = False
    for line in lines:
        text = line.strip()
        if element := _ONE_ELEMENT.fullmatch(text):
            text = unescape(element[2]).strip()
        if _LIST_OF_REFERENCES.fullmatch(text) or (in_references and _REFERENCE.fullmatch(text)):
            in_references = text.endswith(";")
            continue
        in_references = False
        if not (_BY_PROGRAMS.fullmatch(text) or (of_arxiv and _ARXIVS_COMMENT.fullmatch(text))):
            yield line
