"""A reading list as a file for other programs, and for people."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import TextIO

from bot.paper.citing import address
from bot.paper.model import Paper
from bot.paper.readable import readable
from bot.paper.remarks import Remark
from bot.readers.lists import Line

_LONGEST_STEM = 60
_UNSAFE = re.compile(r"[^\w-]+")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|])")


class ExportFormat(StrEnum):
    BIBTEX = "bibtex"
    RIS = "ris"
    CSL_JSON = "csl-json"
    CSV = "csv"
    JSON_LINES = "jsonl"
    MARKDOWN = "markdown"


_SUFFIXES = {
    ExportFormat.BIBTEX: "bib",
    ExportFormat.RIS: "ris",
    ExportFormat.CSL_JSON: "json",
    ExportFormat.CSV: "csv",
    ExportFormat.JSON_LINES: "jsonl",
    ExportFormat.MARKDOWN: "md",
}


def exported(name: str, lines: Sequence[tuple[Line, Paper]], form: ExportFormat) -> bytes:
    """The file, in UTF-8, with notes, how far each is read and, but in Markdown, when it was saved."""
    if form is not ExportFormat.MARKDOWN:
        return written([paper for _, paper in lines], form, [line.remark for line, _ in lines])
    out = io.StringIO(newline="")
    _write_markdown(name, lines, out)
    return _in_utf_8(out)


def written(papers: Iterable[Paper], form: ExportFormat, remarks: Iterable[Remark] | None = None) -> bytes:
    """The papers as a file in UTF-8, in any format but Markdown; alone where there are no `remarks`."""
    out = io.StringIO(newline="")
    _writer(form)(papers, out, remarks)
    return _in_utf_8(out)


def _in_utf_8(out: io.StringIO) -> bytes:
    return out.getvalue().encode("utf-8", "replace")


def _writer(form: ExportFormat) -> Callable[[Iterable[Paper], TextIO, Iterable[Remark] | None], int]:
    # For whoever exports a list: what writes RIS is slow to load.
    from bot.paper import bibliography

    return {
        ExportFormat.BIBTEX: bibliography.write_bibtex,
        ExportFormat.RIS: bibliography.write_ris,
        ExportFormat.CSL_JSON: bibliography.write_csl_json,
        ExportFormat.CSV: bibliography.write_csv,
        ExportFormat.JSON_LINES: bibliography.write_json_lines,
    }[form]


def file_name(name: str, form: ExportFormat) -> str:
    """After the list, in letters, digits and hyphens: every file system and Discord take it."""
    stem = _UNSAFE.sub("-", name.encode("ascii", "ignore").decode()).strip("-_")[:_LONGEST_STEM]
    return f"{stem or 'papers'}.{_SUFFIXES[form]}"


def _write_markdown(name: str, lines: Sequence[tuple[Line, Paper]], out: TextIO) -> None:
    out.write(f"# {_plain(name)}\n\n")
    for line, paper in lines:
        title, where = _plain(readable(paper.title)), address(paper)
        names = (_plain(name).replace(",", "\\,") for name in paper.authors)
        facts = [", ".join(names), str(paper.year or ""), line.status.value]
        out.write(f"- {f'[{title}]({where})' if where else title}\n")
        out.write(f"  {' · '.join(fact for fact in facts if fact)}\n")
        if line.note:
            out.writelines(f"  > {_escaped(text)}\n" if text else "  >\n" for text in line.note.split("\n"))


def _plain(text: str) -> str:
    return _escaped(" ".join(text.split()))


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)
