"""arXiv ids: recognise them in what people type and paste, and keep them as text without a version.

New style since April 2007 (`2411.13543`, four digits after the dot until the end of 2014), old style before
(`cs/9301111`, `math.GT/0309136`). Source: https://info.arxiv.org/help/arxiv_identifier.html
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

OWN_PREFIX = "pb-"
"""Ids of papers that have no arXiv id begin with this; no arXiv id does."""

_MONTH = r"(?:0[1-9]|1[0-2])"
_NEW = rf"(?:(?:07(?:0[4-9]|1[0-2])|(?:0[89]|1[0-4]){_MONTH})\.\d{{4}}|(?:1[5-9]|[2-8]\d){_MONTH}\.\d{{5}})"
_OLD = rf"[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{{2}})?/(?:9[1-9]|0[0-7]){_MONTH}\d{{3}}"
_ID = rf"(?P<id>{_NEW}|{_OLD})(?:v\d+)?"
_BARE = re.compile(rf"(?:arxiv:\s*)?{_ID}", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:https?://)?(?:(?:www|export|browse|[a-z]{2})\.)?"
    r"(?:arxiv\.org/(?:abs|pdf|html|format|e-print|src|ps)|ar5iv(?:\.labs\.arxiv)?\.org/(?:abs|html)"
    r"|alphaxiv\.org/(?:abs|pdf|overview)"
    r"|huggingface\.co/papers|hf\.co/papers|doi\.org/10\.48550/arxiv[./])"
    rf"/?\.?(?:arxiv\.)?{_ID}(?:\.pdf)?/?(?:[?#]\S*)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?P<month>\d{3,4})\.(?P<fraction>\d{1,17})")
_EDGE = r"(?<![\w./-])"
_ANYWHERE = re.compile(
    rf"{_EDGE}(?:{_ADDRESS.pattern.replace('(?P<id>', '(?P<address>')}|"
    rf"(?:arxiv:\s*)?{_ID.replace('(?P<id>', '(?P<bare>')})(?![\w-])",
    re.IGNORECASE,
)


def parse_arxiv_id(text: str) -> str | None:
    """The arXiv id that `text` is (bare, versioned, `arXiv:…`, or an address), without version; else None."""
    stripped = text.strip().strip("<>")
    match = _BARE.fullmatch(stripped) or _ADDRESS.fullmatch(stripped)
    return _canonical(match["id"]) if match else None


def repair_arxiv_id(text: str) -> str | None:
    """The id that a table program took for a number; None where it gives no id.

    `912.5527` was 0912.5527, `1809.0495399999998` was 1809.04954: such a program drops the zeros
    at both ends, so nothing is guessed.
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    month = match["month"].zfill(4)
    digits = 4 if month < "1501" else 5
    fraction = f"{float('0.' + match['fraction']):.{digits}f}"[2:]
    return parse_arxiv_id(f"{month}.{fraction}")


def is_arxiv_id(text: str) -> bool:
    """Whether `text` already is an arXiv id in the form in which the catalog keeps it."""
    return parse_arxiv_id(text) == text


def arxiv_ids_in(text: str) -> Iterator[str]:
    """Every arXiv id or address in running text, in order, each once."""
    seen: set[str] = set()
    for match in _ANYWHERE.finditer(text):
        found = _canonical(match["address"] or match["bare"])
        if found not in seen:
            seen.add(found)
            yield found


def own_id(title_key: str) -> str:
    """The stable id of a paper known only by its title; see `bot.catalog.text.title_key`."""
    return OWN_PREFIX + hashlib.sha256(title_key.encode()).hexdigest()[:16]


def year_of(arxiv_id: str) -> int | None:
    """The year that an arXiv id tells, None for any other id."""
    if not is_arxiv_id(arxiv_id):
        return None
    digits = arxiv_id.rpartition("/")[2]
    year = int(digits[:2])
    return 1900 + year if year >= 91 else 2000 + year


def _canonical(raw: str) -> str:
    if "/" not in raw:
        return raw
    archive, _, number = raw.partition("/")
    name, dot, subject = archive.partition(".")
    # The subject class is no part of an old id: math.GT/0309136 and math/0309136 are the same paper.
    return f"{name.lower()}/{number}" if dot and subject else f"{archive.lower()}/{number}"
