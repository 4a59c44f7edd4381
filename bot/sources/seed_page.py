"""A Daily Papers page of Hugging Face, as text: header, day ("Mar 20"), then title and abstract in turn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from bot.errors import SourceError
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.text import title_key

_DAY = re.compile(r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ([1-9]|[12]\d|3[01])")
_LONGEST_TITLE = 300
_SHORTEST_ABSTRACT = 120


@dataclass(frozen=True)
class SeedPage:
    day: date
    papers: tuple[Paper, ...]


def read_seed_page(text: str, *, year: int) -> SeedPage:
    """The papers of such a page; the page has no year, so it is given.

    Titles only: a page holds no ids, so each paper gets an id of its own. Raises SourceError with the line
    number and what was expected there.
    """
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    filled = ((number, line) for number, line in lines if line)
    day = _find_day(filled, year)
    papers = tuple(_papers(filled, day))
    if not papers:
        raise SourceError("The page ends after its day: expected a title and an abstract for each paper.")
    return SeedPage(day, papers)


def _find_day(lines: Iterator[tuple[int, str]], year: int) -> date:
    for number, line in lines:
        if _DAY.fullmatch(line):
            try:
                return datetime.strptime(f"{line} {year}", "%b %d %Y").date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                raise SourceError(f"Line {number}: there is no {line} in {year}.") from None
        if len(line) > _SHORTEST_ABSTRACT:
            raise SourceError(f'Line {number}: expected a day such as "Mar 20" before the first paper.')
    raise SourceError('The page has no day: expected a line such as "Mar 20" before the first paper.')


def _papers(lines: Iterator[tuple[int, str]], day: date) -> Iterator[Paper]:
    seen: dict[str, int] = {}
    for number, title in lines:
        if len(title) > _LONGEST_TITLE:
            raise SourceError(
                f"Line {number}: expected a title, found {len(title)} characters of running text."
            )
        below = next(lines, None)
        if below is None:
            raise SourceError(
                f"Line {number}: expected an abstract after this title, found the end of the page."
            )
        abstract_number, abstract = below
        if len(abstract) < _SHORTEST_ABSTRACT:
            raise SourceError(
                f"Line {abstract_number}: expected the abstract of the title on line {number}, "
                f"found only {len(abstract)} characters."
            )
        key = title_key(title)
        if key in seen:
            raise SourceError(f"Line {number}: expected a new title, found that of line {seen[key]} again.")
        seen[key] = number
        yield Paper(id=own_id(key), title=title, abstract=abstract, featured=(day,))
