"""arXiv ids: their grammar, and the form in which the catalog keeps them (as text, without a version).

New style since April 2007 (`2411.13543`, four digits after the dot until the end of 2014), old style before
(`cs/9301111`, `math.GT/0309136`). Source: https://info.arxiv.org/help/arxiv_identifier.html
"""

from __future__ import annotations

import re
from datetime import date

_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs"
    "|dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol"
    "|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
"""Those that existed before April 2007: anything else before a slash is a path."""

_MONTH = r"(?:0[1-9]|1[0-2])"
_FOUR_DIGITS = rf"(?:07(?:0[4-9]|1[0-2])|(?:0[89]|1[0-4]){_MONTH})\.[0-9]{{4}}"
_FIVE_DIGITS = rf"(?:1[5-9]|[2-8][0-9]){_MONTH}\.[0-9]{{5}}"
_OLD = rf"(?:{_ARCHIVES})(?:\.[a-z-]{{2,12}})?/(?:(?:9[1-9]|0[0-6]){_MONTH}|070[1-3])[0-9]{{3}}"
ID = rf"(?:{_FOUR_DIGITS}|{_FIVE_DIGITS}|{_OLD})"
"""To be matched in any case; the boundaries are whoever uses it to set."""
VERSION = r"(?:v[0-9]{1,3})?"

_VERSIONED = re.compile(rf"{ID}v(?P<version>[0-9]{{1,3}})$", re.IGNORECASE | re.ASCII)
_ID = re.compile(ID, re.IGNORECASE | re.ASCII)
_NUMBER = re.compile(r"(?P<month>[0-9]{3,4})\.(?P<fraction>[0-9]{1,17})")


def canonical(raw: str) -> str:
    """The form that the catalog keeps, of an id as `ID` matches it."""
    archive, slash, number = raw.partition("/")
    # The subject class is no part of an old id: math.GT/0309136 and math/0309136 are the same paper.
    return f"{archive.partition('.')[0].lower()}/{number}" if slash else raw


def version_of(address: str) -> int | None:
    """The version that an address or an id ends in, as `2411.13543v2` does; None where it has none."""
    found = _VERSIONED.search(address.strip())
    return int(found["version"]) or None if found else None


def is_arxiv_id(text: str) -> bool:
    """Whether `text` already is an arXiv id in the form in which the catalog keeps it."""
    return _ID.fullmatch(text) is not None and canonical(text) == text


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
    repaired = f"{month}.{fraction}"
    return repaired if is_arxiv_id(repaired) else None


def year_of(arxiv_id: str) -> int | None:
    """The year that an arXiv id tells, None for any other id."""
    if not is_arxiv_id(arxiv_id):
        return None
    digits = arxiv_id.rpartition("/")[2]
    year = int(digits[:2])
    return 1900 + year if year >= 91 else 2000 + year


def month_of(arxiv_id: str) -> date | None:
    """The first day of the month that an arXiv id tells, None for any other id."""
    year = year_of(arxiv_id)
    return date(year, int(arxiv_id.rpartition("/")[2][2:4]), 1) if year else None
