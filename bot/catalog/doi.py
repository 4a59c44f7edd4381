"""DOIs: recognise one in the ways in which people and programs write it.

Source: https://www.doi.org/the-identifier/resources/handbook
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

LONGEST = 200

_LONGEST_URL = 512
"""Of a button."""

_DOI = re.compile(
    r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|(?:doi|info:doi/)?[:\s]*)(?P<doi>10\.\d{4,9}(?:\.\d+)*(?:/|%2F)\S+)",
    re.IGNORECASE,
)
_CLOSING = {")": "(", "]": "[", ">": "<", "}": "{"}


def parse_doi(text: str) -> str | None:
    """The DOI that `text` is (bare, `doi:…`, or an address), else None; in lower case: DOIs know no case."""
    text = text.strip()
    match = _DOI.fullmatch(text[1:-1] if text.startswith("<") and text.endswith(">") else text)
    if match is None:
        return None
    doi = match["doi"]
    if "doi.org/" in match[0].lower():
        doi = unquote(doi.partition("?")[0].partition("#")[0])
    doi = _without_end(doi).lower()
    if (
        len(doi) > LONGEST
        or not doi.isprintable()
        or doi.endswith("/")
        or len(doi_address(doi)) > _LONGEST_URL
    ):
        return None
    return doi


def doi_address(doi: str) -> str:
    """Where it leads."""
    return f"https://doi.org/{quote(doi, safe='/:;()._-')}"


def _without_end(doi: str) -> str:
    """Without the punctuation of the sentence around it."""
    while doi and (
        doi[-1] in ".,;:'\"" or (doi[-1] in _CLOSING and doi.count(_CLOSING[doi[-1]]) < doi.count(doi[-1]))
    ):
        doi = doi[:-1]
    return doi
