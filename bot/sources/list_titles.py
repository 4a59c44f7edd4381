"""Titles in lists whose links say no more than `Paper`: what stands before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

NO_TITLES = re.compile(
    r"\W*(?:paper|pdf|arxiv|link|links|abs|abstract|html|url|here|preprint|doi|code|github|project|page|website"
    r"|blog|video|slides|dataset|demo|hugging ?face|tweet|book|paper link|project page|openreview|acl|x)?\W*",
    re.IGNORECASE,
)
"""What stands on a link to a paper without being its title."""
_ITEM = re.compile(r"\s*(?:[-*+]\s|\d{1,4}[.)]\s|\||\*\*|__)")
"""Of a list or a table; prose has no titles."""
_PICTURE = re.compile(r"!\[([^\[\]]{0,200})\]\([^()\s]{0,600}\)")
_LINK = re.compile(r"\[([^\[\]]{1,1000})\]\([^()\s]{0,600}\)")
_TAG = re.compile(r"<[^<>]{1,500}>")
_MARKER = re.compile(r"\s*(?:[-*+]|\d{1,4}[.)])\s+(?:\[[ xX]\]\s+)?")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1")
_BRACKETS = re.compile(r"^\s*(?:\([^()]*\)|\[[^\[\]]*\])|(?:\([^()]*\)|\[[^\[\]]*\])\s*$")
_AROUND = ' \t|,;:.-–—*_`"“”·•'
_DATED = re.compile(r"\W*(?:[\w']+\W+)?(?:19|20)\d\d(?:\W+\d\d?)*\W*|\d[\d\W]*")
_LETTER = re.compile(r"[^\W\d_]")
_FEWEST_LETTERS = 3
_FEWEST_WORDS = 3
_MOST_AROUND = 4
"""Venues, dates and the like that stand around a title."""


def title_before(text: str, *, whole_line: str) -> str:
    """The title in what stands before a link in a line; empty where there is none.

    That is what is bold, else all of it, without a venue in brackets or a date at its ends.
    """
    if not _ITEM.match(whole_line):
        return ""
    text = _TAG.sub(" ", _LINK.sub(_words, _PICTURE.sub(r"\1", _MARKER.sub("", text, count=1))))
    return next(filter(_is_title, map(_bare, (*_bold(text), *text.split("|")))), "")


def _bold(text: str) -> Iterator[str]:
    """What is bold at the beginning, or in some words: `**oral**` behind a title is none."""
    letter = _LETTER.search(text)
    first = letter.start() if letter else 0
    for bold in _BOLD.finditer(text):
        if bold.start() < first or len(bold[2].split()) >= _FEWEST_WORDS:
            yield bold[2]


def _words(link: re.Match[str]) -> str:
    return "" if NO_TITLES.fullmatch(link[1]) else link[1]


def _bare(text: str) -> str:
    for _ in range(_MOST_AROUND):
        text = _BRACKETS.sub("", text.strip(_AROUND).rstrip("(["))
    text = text.strip(_AROUND)
    return " ".join(re.sub(r"[*_`]{1,3}(?=\s|$)|(?<!\S)[*_`]{1,3}", "", text).split())


def _is_title(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    return letters >= _FEWEST_LETTERS and not (_DATED.fullmatch(text) or NO_TITLES.fullmatch(text))
