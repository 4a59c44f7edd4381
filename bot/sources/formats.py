"""Which format a file has: from its name, and where that doesn't tell, from its beginning."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.errors import SourceError
from bot.sources.csv_table import header_of
from bot.sources.json_lines import read_value
from bot.sources.paper_links import holds_links
from bot.sources.web_of_science import BEGINNING as WEB_OF_SCIENCE

HEAD = 2**20
"""Bytes of a file's beginning that are looked at."""


class Format(StrEnum):
    JSON_LINES = "jsonl"
    JSON = "json"
    CSV = "csv"
    BIBTEX = "bibtex"
    RIS = "ris"
    WEB_OF_SCIENCE = "wos"
    CSL_JSON = "csl-json"
    ARXIV_DUMP = "arxiv-dump"
    ARXIV_ATOM = "arxiv-atom"
    HUGGING_FACE = "huggingface"
    PAGE = "page"
    MARKDOWN = "markdown"


_SUFFIXES = {
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".bib": Format.BIBTEX,
    ".bibtex": Format.BIBTEX,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
}
_OF_JSON = (".json", ".jsonl", ".ndjson")
_RIS = re.compile(r"^\ufeff?\s{0,3}TY\s{1,2}-", re.ASCII | re.MULTILINE)
_ATOM = re.compile(r"<(?:\w+:)?feed\b[^>]{0,500}http://www\.w3\.org/2005/Atom")
_BIBTEX = re.compile(r"^\s*@\s*[A-Za-z]+\s*[{(]\s*[^\s{}]*[,=}]", re.MULTILINE)
_LINK = re.compile(r"\ufeff?\s*\[[^\]\n]+\]\(https?://")
_DAY = re.compile(r"^\s*(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{1,2}\s*$", re.MULTILINE)
_UNKNOWN = (
    "I don't know this kind of file. I read JSON, CSV, BibTeX, RIS, CSL-JSON, Web of Science's records, "
    "Markdown, and text with papers' links or ids; Zotero, EndNote and PubMed's pages can save others as RIS "
    "or BibTeX."
)
_IN_SHELL = (
    "I also read arXiv's metadata dump, recorded answers of arXiv and Hugging Face, and Daily Papers pages. "
    "If it is one of these, say which with --format."
)


def detect(suffix: str, head: bytes) -> Format:
    """The format of a file with this ending (in lower case) and beginning; SourceError where it is none."""
    text = _decoded(head)
    if suffix in _SUFFIXES:
        return Format.MARKDOWN if _is_without_header(suffix, text) else _SUFFIXES[suffix]
    opening = text.lstrip("\ufeff \t\r\n")[:1]
    if suffix in _OF_JSON or (opening and opening in "{[" and not _LINK.match(text)):
        return _of_json(suffix, text, opening)
    if "\0" in text[:4096]:
        raise SourceError(_UNKNOWN, in_shell=_IN_SHELL)
    if (suffix == ".ris" and _RIS.search(text)) or _RIS.match(text):
        return Format.RIS
    if WEB_OF_SCIENCE.match(text):
        return Format.WEB_OF_SCIENCE
    if opening == "<":
        if _ATOM.search(text):
            return Format.ARXIV_ATOM
        raise SourceError(_UNKNOWN, in_shell=_IN_SHELL)
    if _BIBTEX.search(text):
        return Format.BIBTEX
    return _of_lines(text)


def _of_lines(text: str) -> Format:
    if _DAY.search(text):
        return Format.PAGE
    lines = [line for line in text.splitlines()[:3] if line.strip()]
    if any(len(found[1]) > 1 for line in lines if (found := header_of(line[:10_000]))):
        return Format.CSV
    if holds_links(text):
        return Format.MARKDOWN
    raise SourceError(_UNKNOWN, in_shell=_IN_SHELL)


def _is_without_header(suffix: str, text: str) -> bool:
    """Whether a table's first line is a paper's id or link already."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return _SUFFIXES[suffix] is Format.CSV and header_of(first[:10_000]) is None and holds_links(first)


def _of_json(suffix: str, text: str, opening: str) -> Format:
    if opening == "[":
        return Format.JSON
    first, _, rest = text.lstrip("\ufeff \t\r\n").partition("\n")
    record = read_value(first.encode("utf-8", "replace"), "")
    if isinstance(record, dict) and record.keys() & {"versions", "authors_parsed"}:
        return Format.ARXIV_DUMP
    if suffix in (".jsonl", ".ndjson"):
        return Format.JSON_LINES
    if isinstance(record, dict) and rest.lstrip().startswith("{"):
        return Format.JSON_LINES
    return Format.JSON


def _decoded(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    if head[1:2] == b"\0" or head[:1] == b"\0":
        return head.decode("utf-16-le" if head[1:2] == b"\0" else "utf-16-be", "replace")
    return head.decode("utf-8", "replace")
