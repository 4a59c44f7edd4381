"""DOIs: recognise one in a text, an address or a field, and write it in the one form that is kept.

A DOI is `10.`, its registrant, a slash and nearly anything, without regard to case
(https://www.doi.org/the-identifier/resources/handbook). In a text its end is told by what people and
publishers put behind it; a field holds nothing else, so there any sign may belong to it.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from bot.paper.punctuation import unwrapped

_REGISTRANT = r"10\.[0-9]{4,9}(?:\.[0-9]{1,9}){0,3}"

_NEXT = r"[,;](?:10\.|https?:|arxiv|[0-9]{4}\.[0-9]{4,5}(?![0-9]))"
DOI = rf"{_REGISTRANT}/(?:(?!{_NEXT})[!#$%&'()*+,./:;=?@_~A-Za-z0-9-]){{1,200}}"
"""In a text. To be matched in any case; the boundary before it is whoever uses it to set. What ends it: see
`tidy`."""

LONGEST = 200

_LONGEST_URL = 512
"""Of a button."""

_FIELD = re.compile(
    rf"(?:(?P<address>(?:https?://)?(?:dx\.|www\.)?doi\.org/)|(?:doi|info:doi/)?[:\s]*)"
    rf"(?P<doi>{_REGISTRANT}(?:/|%2F)\S+)",
    re.IGNORECASE,
)
_CLOSING = {")": "(", "]": "[", ">": "<", "}": "{"}
_QUERY = re.compile(r"[?#&].*|/(?:asset|figures|tables)/.*", re.IGNORECASE)
"""And what is a part of a publication."""
_PAGES = re.compile(
    r"(?:/(?:full|abstract|abs|pdf|epdf|pdfdirect|epub|html|xml|meta|summary|references|fulltext|figures|citations)"
    r"|/full/(?:html|pdf|xml)|\.pdf|\.html?|\.full|\.abstract)$",
    re.IGNORECASE | re.ASCII,
)
_OXFORDS = re.compile(r"(10\.1093/[a-z]+/[a-z]+[0-9]+)/[0-9]+$", re.IGNORECASE | re.ASCII)
"""Behind which Oxford's addresses have a number of their own."""
_PREPRINT = re.compile(r"(10\.1101/[0-9.]+[0-9])v[0-9]{1,3}", re.IGNORECASE | re.ASCII)


def tidy(found: str) -> str | None:
    """The DOI in lower case, out of what `DOI` matched; None where nothing is left behind the slash."""
    doi = unwrapped(_QUERY.sub("", found))
    for _ in range(3):
        doi = unwrapped(_PAGES.sub("", doi))
    doi = _same(_OXFORDS.sub(r"\1", doi))
    return doi if doi.partition("/")[2].strip("/") else None


def parse_doi(text: str) -> str | None:
    """The DOI in lower case that a field holds: bare, `doi:…`, or an address; None where it is no DOI.

    None also for one that is too long to be kept or linked to.
    """
    text = text.strip()
    match = _FIELD.fullmatch(text[1:-1] if text.startswith("<") and text.endswith(">") else text)
    if match is None:
        return None
    doi = match["doi"]
    if match["address"]:
        doi = unquote(doi.partition("?")[0].partition("#")[0])
    # No DOI has a backslash: LaTeX writes one before an underscore, and programs copy it.
    doi = _same(_without_end(doi.replace("\\", "")))
    fits = len(doi) <= LONGEST and len(doi_address(doi)) <= _LONGEST_URL
    return doi if fits and doi.isprintable() and not doi.endswith("/") else None


def doi_address(doi: str) -> str:
    """Where it leads."""
    return f"https://doi.org/{quote(doi, safe='/:;()._-')}"


def _same(doi: str) -> str:
    """In the form in which two spellings are equal: no case, no version of a preprint."""
    return _PREPRINT.sub(r"\1", doi).lower()


def _without_end(doi: str) -> str:
    """Without the punctuation of the sentence around it; old DOIs may end in any other sign."""
    while doi and (
        doi[-1] in ".,;:'\"" or (doi[-1] in _CLOSING and doi.count(_CLOSING[doi[-1]]) < doi.count(doi[-1]))
    ):
        doi = doi[:-1]
    return doi
