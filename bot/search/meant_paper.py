"""From what somebody typed to the one paper that they mean, or to those among which they may choose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol, TypeVar

from bot.errors import HiddenHere
from bot.paper.ids import Address, Reference, title_in
from bot.paper.model import Paper
from bot.paper.text import title_key
from bot.search.query import Query
from bot.search.results import Results, Suggestion

T = TypeVar("T")

_OFFERED = 5
_LOOKED_AT = 25
"""Titles that are compared; those that begin so come first among them."""
_TELLING = 3
"""Words from which on a title's beginning is unmistakable where no other begins so."""
_WHOLE_TITLE = 4
"""Words that a title needs to be recognised within a longer text."""
_SHORTEST = 4
"""Letters of half a word."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a text means to a command that is about one paper."""

    paper: Paper | None = None
    """The paper, where there is no doubt."""
    choices: tuple[Paper, ...] = ()
    """Otherwise those that may be meant, the likeliest first."""
    missing: tuple[Reference, ...] = ()
    """Papers and addresses that the text names and the catalog lacks."""


class Finds(Protocol):
    """What knows papers by their names and finds them by words."""

    async def paper(self, paper_id: str) -> Paper | None:
        """By its id."""

    async def referenced(self, reference: Reference) -> Paper | None:
        """By an id, DOI or address."""

    async def paper_of_title(self, title: str) -> Paper | None:
        """The only paper of this title."""

    async def find(self, typed: str | Query, *, limit: int = 5) -> Results:
        """As the library finds."""

    async def suggest(self, typed: str | Query, limit: int = 25) -> list[Suggestion]:
        """As the library suggests."""


async def meant(library: Finds, query: Query) -> Meant:
    """An id, a link, or a title: whole, or enough of it that no other can be meant.

    Raises HiddenHere where it names nothing but papers that are hidden where `library` is seen from.
    """
    if (same_id := await library.paper(query.typed.strip())) is not None:
        return Meant(same_id)
    if query.mentioned:
        return await _named(library, query.mentioned)
    if not title_key(query.typed):
        return Meant()
    if (paper := await _of_typed_title(library, query)) is not None:
        return Meant(paper)
    results = await library.find(query, limit=_OFFERED)
    key = title_key(query.typed)
    within = _only(hit.paper for hit in results.hits if _holds_title(key, hit.paper.title))
    return Meant(within) if within else Meant(choices=await _nearest(library, query, results))


async def paper_of(library: Finds, reference: Reference) -> Paper | None:
    """The paper with this id, DOI or address, or whose title the address spells."""
    found = await library.referenced(reference)
    if found is None and isinstance(reference, Address) and (spelt := title_in(reference.url)):
        hits = (await library.find(spelt, limit=_OFFERED)).hits
        return _only(hit.paper for hit in hits if _spells(title_key(spelt), hit.paper))
    return found


async def looked_up_in(
    library: Finds, references: Iterable[Reference]
) -> list[tuple[Reference, Paper | None]]:
    """Each with its paper, None for what the catalog lacks; those that are hidden are left out.

    Raises HiddenHere where all are.
    """
    looked_up = []
    for reference in references:
        with suppress(HiddenHere):
            looked_up.append((reference, await paper_of(library, reference)))
    if not looked_up:
        raise HiddenHere
    return looked_up


async def _named(library: Finds, references: Sequence[Reference]) -> Meant:
    looked_up = await looked_up_in(library, references)
    papers = {paper.id: paper for _, paper in looked_up if paper}
    missing = tuple(reference for reference, paper in looked_up if paper is None)
    unknown = [reference for reference in missing if not isinstance(reference, Address)]
    if len(papers) == 1 and not unknown:
        return Meant(next(iter(papers.values())))
    return Meant(choices=tuple(papers.values())[:_LOOKED_AT], missing=missing)


async def _of_typed_title(library: Finds, query: Query) -> Paper | None:
    """The only paper whose title, or enough of its beginning, was typed."""
    if (whole := await library.paper_of_title(query.typed)) is not None:
        return whole
    key = title_key(query.typed)
    titles = {each.id: each.title for each in await library.suggest(query, limit=_LOOKED_AT)}
    found = _only(paper_id for paper_id, title in titles.items() if title_key(title) == key)
    found = found or _beginning(key, titles)
    return await library.paper(found) if found else None


def _beginning(key: str, titles: dict[str, str]) -> str | None:
    """The only title that begins with `key`: with several words, with its name, or none else has it."""
    keys = {paper_id: title_key(title) for paper_id, title in titles.items()}
    found = _only(paper_id for paper_id, other in keys.items() if other.startswith(key))
    if found is None:
        return None
    name, colon, _ = titles[found].partition(":")
    is_name = bool(colon) and title_key(name) == key
    is_long = keys[found].startswith(f"{key} ") and key.count(" ") + 1 >= _TELLING
    holding = sum(f" {key}" in f" {other}" for other in keys.values())
    is_alone = len(key) >= _SHORTEST and holding == 1
    return found if is_name or is_long or is_alone else None


def _holds_title(key: str, title: str) -> bool:
    inside = title_key(title)
    return inside.count(" ") + 1 >= _WHOLE_TITLE and f" {inside} " in f" {key} "


def _spells(key: str, paper: Paper) -> bool:
    """Whether `key` is the title or enough of its beginning, with nothing behind it but authors."""
    spelt, title = key.split(), title_key(paper.title).split()
    pairs = zip(spelt, title, strict=False)
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    names = {word for name in paper.authors for word in title_key(name).split()}
    return (common >= _WHOLE_TITLE or common == len(title)) and names.issuperset(spelt[common:])


async def _nearest(library: Finds, query: Query, results: Results) -> tuple[Paper, ...]:
    """Titles as the menu offers them while typing, then what a search finds."""
    offered = [await library.paper(each.id) for each in await library.suggest(query, limit=_OFFERED - 2)]
    found = [*offered, *(hit.paper for hit in results.hits), *results.nearest]
    return tuple({paper.id: paper for paper in found if paper}.values())[:_OFFERED]


def _only(found: Iterable[T]) -> T | None:
    several = list(found)
    return several[0] if len(several) == 1 else None
