"""The one recogniser of papers in what people type, paste and import: arXiv ids, DOIs, own ids, addresses."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.paper.addresses import (
    WITH_SCHEME,
    WITHOUT_SCHEME,
    Address,
    ArxivId,
    Doi,
    is_address,
    named_by,
    of_doi,
    title_in,
)
from bot.paper.arxiv_ids import ID, VERSION, canonical, is_arxiv_id, repair_arxiv_id, year_of
from bot.paper.dois import DOI
from bot.paper.punctuation import plain

__all__ = [
    "OWN_PREFIX",
    "Address",
    "ArxivId",
    "Doi",
    "OwnId",
    "Reference",
    "arxiv_ids_in",
    "is_arxiv_id",
    "own_id",
    "parse_arxiv_id",
    "parse_reference",
    "reference_of",
    "references_in",
    "repair_arxiv_id",
    "title_in",
    "written",
    "year_of",
]

OWN_PREFIX = "pb-"
"""Ids of papers that have no arXiv id begin with this; no arXiv id does."""


@dataclass(frozen=True, slots=True)
class OwnId:
    """A paper that has no arXiv id, by the id that the catalog gave it."""

    id: str


Reference = ArxivId | Doi | OwnId | Address

_SIGNS = r"[\s:._/#=()\[\]-]"
_MARK = rf"abs/|arxiv{_SIGNS}{{0,4}}(?:(?:e-?print|preprint|identifier|id|arxiv){_SIGNS}{{1,4}}){{0,2}}"
_TOKEN = re.compile(
    rf"(?P<address>{WITH_SCHEME})"
    rf"|(?<![A-Za-z0-9.])(?:(?P<doi_mark>(?:info:|urn:)?doi(?:\.org)?[\s:/=]{{0,3}})?(?P<doi>{DOI})"
    rf"|(?P<mark>(?<![/\\])(?:{_MARK}))?(?P<id>{ID}){VERSION}(?![A-Za-z0-9]|\.[0-9]|[/\\-][A-Za-z0-9])"
    rf"|(?P<own>{OWN_PREFIX}[0-9a-f]{{16}})(?![A-Za-z0-9])"
    rf"|(?<![@/\\_%-])(?P<bare_address>{WITHOUT_SCHEME}))",
    re.IGNORECASE | re.ASCII,
)
_LONGEST_WHOLE = 4_000
"""Characters that an id or an address with all its signs can take."""
_BEFORE = 24
"""Characters before a bare id that tell whether it is a number of another kind."""
_NO_ID_AFTER = re.compile(
    r"[/\\+@$€£¥₹^%-]$"  # a path, a phone number, a pinned version, a price, an escape, a minus
    r"|[=<>~!]=\s?$"
    r"|[≈±×÷]\s?$"
    r"|\+[0-9][0-9 ().-]*$"
    r"|(?:\b(?:tel|phone|fax|call|mobile|version|ver|build|release|revision|usd|eur|gbp|price)\b|[€$£¥₹])[\s.:#]{0,3}$",
    re.IGNORECASE | re.ASCII,
)
_NO_ID_BEFORE = re.compile(
    r"\s?(?:[%‰°€£¥₹$]|(?:usd|eur|gbp|euros?|dollars?|ms|seconds?|secs?|s|km|kg|[kmgt]i?b|k?hz|mhz|ghz)\b)",
    re.IGNORECASE | re.ASCII,
)
_DATES = re.compile(r"10\.(?:19|20)[0-9]{2}/[0-9]{1,2}(?:\.[0-9]{2,4})?")
_DECORATION = re.compile(r"(?:\.(?:pdf|ps|html?|epub|tar|gz|abs))+|[\W_]+", re.IGNORECASE)


def references_in(text: str) -> Iterator[Reference]:
    """Every paper and address that running text names, in order, each once. Takes linear time."""
    seen: set[Reference] = set()
    for reference, _ in _found(plain(text)):
        if reference not in seen:
            seen.add(reference)
            yield reference


def reference_of(text: str) -> Reference | None:
    """What `text` names: its only paper, whatever stands around it, or an address that is no paper.

    None for words, and where `text` names several papers.
    """
    found = list(references_in(text))
    papers = [reference for reference in found if not isinstance(reference, Address)]
    if papers:
        return papers[0] if len(papers) == 1 else None
    return found[0] if found else None


def parse_reference(text: str) -> Reference | None:
    """The paper or address that `text` is, whatever signs stand around it, with no word beside it."""
    text = plain(text[:_LONGEST_WHOLE])
    found = list(_found(text))
    references = {reference for reference, _ in found}
    if len(references) != 1:
        return None
    for _, (start, end) in reversed(found):
        text = f"{text[:start]} {text[end:]}"
    return None if _DECORATION.sub("", text) else references.pop()


def written(reference: Reference) -> str:
    """`reference` as a text that names it again."""
    match reference:
        case ArxivId(id=text) | OwnId(id=text) | Doi(doi=text) | Address(url=text):
            return text


def parse_arxiv_id(text: str) -> str | None:
    """The arXiv id that `text` is, without version: bare, marked or an address, and no word beside it."""
    if is_arxiv_id(text):
        return text
    reference = parse_reference(text)
    return reference.id if isinstance(reference, ArxivId) else None


def arxiv_ids_in(text: str) -> Iterator[str]:
    """Every arXiv id or address in running text, in order, each once."""
    return (reference.id for reference in references_in(text) if isinstance(reference, ArxivId))


def own_id(title_key: str) -> str:
    """The stable id of a paper known only by its title; see `bot.paper.text.title_key`."""
    return OWN_PREFIX + hashlib.sha256(title_key.encode()).hexdigest()[:16]


def _found(text: str) -> Iterator[tuple[Reference, tuple[int, int]]]:
    """Each reference with its place in `text`."""
    for match in _TOKEN.finditer(text):
        span = match.span()
        if address := match["address"] or match["bare_address"]:
            if match["address"] or is_address(address):
                for reference in named_by(address):
                    yield reference, span
        elif match["doi"]:
            if match["doi_mark"] or not _is_path_or_date(text, match):
                doi = of_doi(match["doi"])
                if doi is not None:
                    yield doi, span
        elif match["own"]:
            yield OwnId(match["own"].lower()), span
        elif match["mark"] or not _is_another_number(text, match):
            yield ArxivId(canonical(match["id"])), span


def _is_another_number(text: str, match: re.Match[str]) -> bool:
    """Whether what has the form of an arXiv id is a price, a measure, a phone number, a version, a path."""
    before = text[max(0, match.start() - _BEFORE) : match.start()]
    return _NO_ID_AFTER.search(before) is not None or _NO_ID_BEFORE.match(text, match.end()) is not None


def _is_path_or_date(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 1) : match.start()]
    return before in ("/", "\\", "-") or _DATES.fullmatch(match["doi"].rstrip(".,;:!?)")) is not None
