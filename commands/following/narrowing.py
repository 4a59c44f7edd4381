"""Narrower searches for what would bring a flood: each was tried, and brings something, and few enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bot.library_here import LibraryHere, NewPaper
from bot.paper.model import Paper
from bot.paper.text import words
from bot.readers.follows import Kind
from bot.search.query import Query, parse_query
from bot.state.parked import Parked
from bot.views.follow_pages import A_FLOOD, DAYS, By, Stricter
from commands.paper.searches import token_for

_MOST = A_FLOOD * DAYS
_LONGEST = 200
"""Characters of a topic, as people may type them."""
_TRIED = 3
"""Categories, and words, of which the commonest that bring few enough are tried."""
_LEAST = 3
"""Papers that have to share a word for it to be one that somebody may want."""


async def narrower(
    library: LibraryHere, parked: Parked, kind: Kind, text: str, flood: Sequence[NewPaper], first: date
) -> list[Stricter]:
    """At most one of each way to narrow a topic or an author; `flood` is what it brought since `first`."""
    if kind not in (Kind.TOPIC, Kind.AUTHOR):
        return []
    base = f'author:"{text}"' if kind is Kind.AUTHOR else text
    found: dict[By, Stricter] = {}
    papers = list((await library.known([each.id for each in flood])).values())
    for by, value, narrow in _ways(base, papers):
        if by in found or len(narrow) > _LONGEST:
            continue
        brought = len(await library.lately(parse_query(narrow), first))
        if 0 < brought <= _MOST:
            found[by] = Stricter(by, await token_for(parked, narrow), brought, value)
    return [*found.values()]


def _ways(base: str, papers: Sequence[Paper]) -> Iterator[tuple[By, str, str]]:
    query = parse_query(base)
    if titled := _in_titles(query):
        yield By.TITLES, "", titled
    if not query.categories:
        for category in _commonest(each.categories for each in papers):
            yield By.CATEGORY, category, f"{base} cat:{category}"
    own = {*query.words, *(word for name in query.authors for word in name)}
    keywords = ([each for each in paper.keywords if not own.issuperset(words(each))] for paper in papers)
    for keyword in _commonest(keywords):
        yield By.WORDS, keyword, f'{base} "{keyword.replace(chr(34), " ")}"'


def _in_titles(query: Query) -> str:
    """The same, whose words and phrases are in the title; empty where it has none that are not."""
    kept: list[str] = []
    phrases: list[str] = []
    for start, end in query.narrowing:
        part = query.text[start:end]
        (phrases if part.startswith('"') else kept).append(part)
    loose = dict.fromkeys(word for piece in query.loose for word in piece.words)
    if not loose and not phrases:
        return ""
    return " ".join([*(f"title:{word}" for word in loose), *(f"title:{each}" for each in phrases), *kept])


def _commonest(of: Iterable[Sequence[str]]) -> list[str]:
    """What most of them have, among what few enough have."""
    counts = Counter(each for some in of for each in dict.fromkeys(some))
    return [each for each, count in counts.most_common() if _LEAST <= count <= _MOST][:_TRIED]
