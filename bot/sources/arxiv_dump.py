"""arXiv's own metadata dump: JSON lines with `versions` and `authors_parsed`, one paper a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any

from bot.paper.harvest import Skipped
from bot.paper.ids import parse_arxiv_id, repair_arxiv_id
from bot.paper.model import Paper
from bot.sources.json_lines import read_object
from bot.sources.records import build, is_withdrawn

_MOST_VERSIONS = 999


def read_arxiv_dump(lines: Iterable[bytes]) -> Iterator[Paper | Skipped]:
    """The papers of arXiv's metadata dump, one JSON object a line."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            record = read_object(line, f"line {number}")
            yield record if isinstance(record, Skipped) else _paper(record, f"line {number}")


def _paper(record: dict[str, Any], where: str) -> Paper | Skipped:
    given = record.get("id")
    text = str(given) if isinstance(given, float | str) else ""
    arxiv_id = parse_arxiv_id(text) or repair_arxiv_id(text)
    if arxiv_id is None:
        return Skipped("no arXiv id", where)
    abstract, comments, categories = (
        value if isinstance(value := record.get(name), str) else ""
        for name in ("abstract", "comments", "categories")
    )
    return build(
        {
            "id": arxiv_id,
            "title": record.get("title"),
            "abstract": abstract,
            "authors": tuple(_authors(record)),
            "published": _first_version(record.get("versions")),
            "categories": tuple(categories.split()),
            "doi": doi if isinstance(doi := record.get("doi"), str) else None,
            "venue": venue if isinstance(venue := record.get("journal-ref"), str) else None,
            "withdrawn": is_withdrawn(abstract, comments),
            "arxiv_version": _last_version(record.get("versions")),
        },
        where,
    )


def _authors(record: dict[str, Any]) -> Iterator[str]:
    """Given name first; an entry is [family name, given names, suffix]."""
    people = record.get("authors_parsed")
    for parts in people if isinstance(people, list) else ():
        if isinstance(parts, list) and parts:
            family, given, suffix = (
                [*(part.strip() for part in parts if isinstance(part, str)), "", "", ""]
            )[:3]
            name = " ".join(filter(None, (given, family, suffix)))
            if name:
                yield name


def _last_version(versions: object) -> int | None:
    """As in `v3`."""
    try:
        version = int(versions[-1]["version"].removeprefix("v"))  # type: ignore[index]
    except (AttributeError, TypeError, ValueError, LookupError):
        return None
    return version if 1 <= version <= _MOST_VERSIONS else None


def _first_version(versions: object) -> str | None:
    try:
        return parsedate_to_datetime(versions[0]["created"]).date().isoformat()  # type: ignore[index]
    except (TypeError, ValueError, LookupError):
        return None
