"""JSON lines: one paper an object, with `arxiv_id` or `id`, `title`, `abstract` and other fields of Paper."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic_core import from_json

from bot.catalog.ids import repair_arxiv_id
from bot.catalog.models import Paper
from bot.catalog.sources.harvest import Skipped
from bot.catalog.sources.records import build, identity, is_withdrawn, names

_ALIASES = {
    "code_url": ("github", "githubRepo", "code"),
    "code_stars": ("github_stars", "githubStars"),
    "project_url": ("project_page", "projectPage"),
    "picture_url": ("thumbnail",),
    "summary": ("ai_summary",),
    "keywords": ("ai_keywords",),
    "featured": ("hf_daily_date",),
    "published": ("publishedAt", "published_date", "publication_date"),
}
"""What other programs call these fields."""
_NAMES_ELSEWHERE = frozenset(alias for aliases in _ALIASES.values() for alias in aliases)
_decode_leniently = json.JSONDecoder(strict=False).decode
_FIELDS = frozenset(Paper.model_fields)
_BETWEEN_AUTHORS = re.compile(r"\s*;\s*|\s+and\s+|,\s+and\s+")
_BETWEEN_WORDS = re.compile(r"[\s,;]+")


def read_json_lines(lines: Iterable[bytes]) -> Iterator[Paper | Skipped]:
    """The papers; unknown fields are passed over, and so are lines that are none."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            record = read_object(line, number)
            yield record if isinstance(record, Skipped) else paper_from_record(record, f"line {number}")


def read_object(line: bytes, number: int) -> dict[str, Any] | Skipped:
    record: Any
    try:
        record = from_json(line, cache_strings="keys")
    except ValueError:
        record = _read_leniently(line, number)
    return record if isinstance(record, dict | Skipped) else Skipped("no JSON object", f"line {number}")


def _read_leniently(line: bytes, number: int) -> Any:
    """What is no JSON to the letter: raw control characters, halves of surrogate pairs."""
    try:
        return _decode_leniently(line.decode())
    except UnicodeDecodeError:
        return Skipped("not UTF-8", f"line {number}")
    except (ValueError, RecursionError):
        return Skipped("no JSON, or cut short", f"line {number}")


def paper_from_record(record: Mapping[str, Any], where: str) -> Paper | Skipped:
    """A Paper from a mapping with the names of its fields; an `id` that is no arXiv id is kept as it is."""
    known = {name: record[name] for name in record.keys() & _FIELDS}
    if not _NAMES_ELSEWHERE.isdisjoint(record):
        for name, aliases in _ALIASES.items():
            if known.get(name) in (None, "", [], ()):
                known[name] = next((record[alias] for alias in aliases if record.get(alias)), None)
    known["id"] = _identity(record.get("arxiv_id")) or _identity(record.get("id"))
    known["authors"] = _listed(known.get("authors"), _authors)
    known["categories"] = _listed(known.get("categories"), _words)
    known["keywords"] = _listed(known.get("keywords"), _phrases)
    known["featured"] = _listed(known.get("featured"), _words)
    if not known.get("withdrawn"):
        abstract, comment = (
            value if isinstance(value, str) else ""
            for value in (known.get("abstract"), record.get("comments") or record.get("comment"))
        )
        known["withdrawn"] = is_withdrawn(abstract, comment)
    return build(known, where)


def _identity(given: object) -> str | None:
    """As `identity`; a number is an arXiv id that lost its zeros."""
    if isinstance(given, float):
        return repair_arxiv_id(str(given)) or str(given)
    return identity(given)


def _listed(value: object, split: Any) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return names(split(value))
    return names(value) if value is not None else None


def _authors(text: str) -> list[str]:
    parts = _BETWEEN_AUTHORS.split(text)
    return parts if len(parts) > 1 else text.split(",")


def _words(text: str) -> list[str]:
    return _BETWEEN_WORDS.split(text.strip())


def _phrases(text: str) -> list[str]:
    return re.split(r"\s*[,;]\s*", text.strip())
