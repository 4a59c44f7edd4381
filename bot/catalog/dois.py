"""DOIs: find one in a text or an address, and bring it to the form in which two spellings are equal.

A DOI is `10.`, its registrant, a slash and nearly anything (https://www.doi.org/the-identifier/resources/handbook),
without regard to case. Where it ends is told by what publishers put behind it.
"""

from __future__ import annotations

import re

from bot.catalog.punctuation import unwrapped

DOI = (
    r"10\.[0-9]{4,9}(?:\.[0-9]{1,9}){0,3}/(?:(?![,;]10\.|[,;]https?:)[!#$%&'()*+,./:;=?@_~A-Za-z0-9-]){1,200}"
)
"""To be matched in any case; the boundary before it is whoever uses it to set. What ends it: see `tidy`."""

_QUERY = re.compile(r"[?#&].*")
_PAGES = re.compile(
    r"(?:/(?:full|abstract|abs|pdf|epdf|pdfdirect|epub|html|xml|meta|summary|references|fulltext|figures|citations)"
    r"|/full/(?:html|pdf|xml)|\.pdf|\.html?|\.full|\.abstract)$",
    re.IGNORECASE | re.ASCII,
)
_PREPRINT = re.compile(r"(10\.1101/[0-9.]+[0-9])v[0-9]{1,3}", re.IGNORECASE | re.ASCII)


def tidy(found: str) -> str | None:
    """The DOI in lower case, out of what `DOI` matched; None where nothing is left behind the slash."""
    doi = unwrapped(_QUERY.sub("", found))
    for _ in range(3):
        doi = unwrapped(_PAGES.sub("", doi))
    doi = _PREPRINT.sub(r"\1", doi).lower()
    return doi if doi.partition("/")[2].strip("/") else None
