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
_BESIDE = rf"[/\\-](?!(?:arxiv[:.]\s?)?{ID}{VERSION}(?![A-Za-z0-9]|\.[0-9]))[A-Za-z0-9]"
"""What makes an id the beginning of a path or a name, unless the next paper stands behind the sign."""
_TOKEN = re.compile(
    rf"(?P<address>{WITH_SCHEME})"
    rf"|(?<![A-Za-z0-9])(?<![A-Za-z0-9]\.)"
    rf"(?:(?P<doi_mark>(?:info:|urn:)?doi(?:\.org)?[\s:/=]{{0,3}})?(?P<doi>{DOI})"
    rf"|(?P<mark>(?<![/\\])(?:{_MARK}))?(?P<id>{ID})(?P<version>{VERSION})(?![A-Za-z0-9]|\.[0-9]|{_BESIDE})"
    rf"|(?P<own>{OWN_PREFIX}[0-9a-f]{{16}})(?![A-Za-z0-9])"
    rf"|(?<![@/\\_%-])(?P<bare_address>{WITHOUT_SCHEME}))",
    re.IGNORECASE | re.ASCII,
)
_BREAK = r"[^\S\r\n]{0,9}\r?\n[\s>]{0,9}"
"""Within a paragraph, which a mail program may quote."""
_ENDED = r"(?:v[0-9]|(?![A-Za-z0-9]))"
_BROKEN = re.compile(
    rf"(\barxiv[^\s<>]{{0,40}}/){_BREAK}(?={ID})"
    rf"|(\barxiv[^\s<>]{{0,40}}[^\S\r\n]?(?<![0-9])[0-9]{{4}}\.){_BREAK}(?=[0-9]{{4,5}}{_ENDED})"
    rf"|(\barxiv[^\s<>]{{0,40}}[a-z]/){_BREAK}(?=[0-9]{{7}}{_ENDED})"
    rf"|(\bdoi\.org/){_BREAK}(?=10\.)"
    rf"|(\bdoi(?:\.org/|[:\s]{{0,3}})10\.[0-9.]{{4,30}}/){_BREAK}(?=[\w.()-]{{0,60}}[0-9])",
    re.IGNORECASE | re.ASCII,
)
"""An id or its address where the width of a page or a mail parts it: behind a slash, or the dot of an id."""
_LONGEST_WHOLE = 4_000
"""Characters that an id or an address with all its signs can take."""
_AROUND = 48
"""Characters beside a bare id, on its line, that tell whether it is a number of another kind."""
_LINE_BREAK = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]")
_SIGN_BEFORE = re.compile(
    r"[/\\+@$€£¥₹^%-]\Z"  # a path, a phone number, a pinned version, a price, an escape, a minus
    r"|[=<>~!]=\s?\Z"
    r"|[≈±×÷]\s?\Z"
    r"|\+(?!1\s*\Z)[0-9][0-9 ().-]*\Z"  # no number of America is so long, and "+1" is what people agree with
    r"|(?<![^\s(\[A-Z])[€$£¥₹][\s.:#]{0,3}\Z",
    re.ASCII,
)
_WORD_BEFORE = re.compile(
    r"\b(?:tel|fax|usd|eur|gbp)[\s.:#]{0,3}\Z"
    r"|(?:\A|[.,;!?(])[^\w.,;!?]*(?:phone|mobile|call|price|version|ver|build|release|revision)[\s.:#]{0,3}\Z"
    # "Please call 0711.1234" is a phone number, "tomorrow's call: 2411.13543" is about a paper.
    r"|\b(?:please|to|or|and|just|then|now|also|you|we|i|can|could|may|must|should|will)\s+call[\s.:#]{0,3}\Z"
    # "Torch version 2305.12345" is of a program, "new version: 2411.13543" is of a paper.
    r"|\b(?:version|ver|build|release|revision)[\s.#]{0,3}\Z",
    re.IGNORECASE | re.ASCII,
)
_WORD_BEFORE_SHORT = re.compile(r"\b(?:phone|mobile|price)[\s.:#]{0,3}\Z", re.IGNORECASE | re.ASCII)
"""Of four digits behind the dot: neither phones' numbers nor sums of money have five there."""
_UNIT_BEHIND = re.compile(
    r"\s?(?:[%‰°]|[€£¥₹$](?![^\s.,;:!?)\]])"
    r"|(?:USD|EUR|GBP|usd|eur|gbp|[Ee]uros?|[Dd]ollars?|ms|seconds?|secs?|s|km|kg|[KMGTkmgt]i?[Bb]|[kKMG]?Hz"
    r"|[kmg]?hz)(?!\w|[-'’]\w))",
    re.ASCII,
)
"""In the case in which units are written: `Ms. Smith` and `KG` are none."""
_DATES = re.compile(r"10\.(?:19|20)[0-9]{2}/[0-9]{1,2}(?:\.[0-9]{2,4})?")
_DECORATION = re.compile(r"(?:\.(?:pdf|ps|html?|epub|tar|gz|abs))+|[\W_]+", re.IGNORECASE)


def references_in(text: str) -> Iterator[Reference]:
    """Every paper and address that running text names, in order, each once. Takes linear time."""
    seen: set[Reference] = set()
    for reference, _ in _found(_whole(text)):
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
    text = _whole(text[:_LONGEST_WHOLE])
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


def _whole(text: str) -> str:
    """In plain signs, with each id and address that a line break parts put together."""
    return _BROKEN.sub(lambda parted: parted[parted.lastindex or 0], plain(text))


def _found(text: str) -> Iterator[tuple[Reference, tuple[int, int]]]:
    """Each reference with its place in `text`."""
    last_end = -1
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
        elif match["mark"] or not _is_another_number(text, match, last_end):
            last_end = match.end()
            yield ArxivId(canonical(match["id"])), span


def _is_another_number(text: str, match: re.Match[str], last_end: int) -> bool:
    """Whether what has the form of an arXiv id is a price, a measure, a phone number, a version, a path.

    Only what stands on the same line tells. A sign right behind the paper that ends at `last_end` parts two.
    """
    before = _LINE_BREAK.split(text[max(0, match.start() - _AROUND) : match.start()])[-1]
    if last_end != match.start() - 1 and _SIGN_BEFORE.search(before):
        return True
    if match["version"] or "/" in match["id"]:
        return False
    behind = _LINE_BREAK.split(text[match.end() : match.end() + _AROUND], 1)[0]
    is_short = len(match["id"].partition(".")[2]) == 4
    is_told = _WORD_BEFORE.search(before) or (is_short and _WORD_BEFORE_SHORT.search(before))
    return bool(is_told) or _UNIT_BEHIND.match(behind) is not None


def _is_path_or_date(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 1) : match.start()]
    return before in ("/", "\\", "-") or _DATES.fullmatch(match["doi"].rstrip(".,;:!?)")) is not None
