"""What to search instead when a search finds nothing: the same with one filter changed or left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.search.index import spelling
from bot.search.index.segment import Segment
from bot.search.query import Query, Words, parse_query
from bot.search.results import Instead

_OFFERED = 3
_TRIED = 8
"""Searches that are made to find those to offer, at most."""


Count = Callable[[Query], tuple[int, int]]
"""Tells of a search how many papers it shows, and how many of them hold what was asked."""


def instead(query: Query, segments: Sequence[Segment], count: Count) -> tuple[Instead, ...]:
    """The searches nearest to `query` that find something."""
    alone = _parts(query)
    parts = list(alone)
    nearer = [(part, change) for part in parts for change in _nearer(alone[part], segments)]
    one_differs = [*nearer, *((part, "") for part in parts)][:_TRIED]
    found = [
        Instead(text, counted[0], part, change, counted[1], alone[part])
        for part, change in one_differs
        if (counted := _counted(text := _replaced(query, {part: change}), count))[0]
    ]
    if len(blamed := {each.part for each in found}) == 1:
        finds = count(alone[blamed.pop()])[0] > 0
        found = [replace(each, part_finds=finds) for each in found]
    if not found and len(parts) > 1:
        found = list(_with_one_part(query, parts, [*(change for _, change in nearer), *parts, ""], count))
    return tuple({other.query: other for other in found}.values())[:_OFFERED]


def _with_one_part(
    query: Query, parts: Sequence[str], kept: Sequence[str], count: Count
) -> Iterator[Instead]:
    """All filters left out, but one of `kept` put in."""
    for part in kept[:_TRIED]:
        text = _replaced(query, dict.fromkeys(parts, "") | {parts[0]: part})
        total, holding = _counted(text, count)
        if total:
            yield Instead(text, total, holding=holding)


def _counted(text: str, count: Count) -> tuple[int, int]:
    query = parse_query(text)
    return (0, 0) if query.is_empty else count(query)


def _parts(query: Query) -> dict[str, Query]:
    """The phrases, filters and exclusions, as typed, each with what it means by itself."""
    typed = dict.fromkeys(query.text[start:end] for start, end in query.narrowing)
    return {part: parse_query(part) for part in typed}


def _replaced(query: Query, changes: Mapping[str, str]) -> str:
    """The query's text with parts changed; an empty change leaves a part out."""
    pieces: list[str] = []
    done = 0
    for start, end in query.narrowing:
        typed = query.text[start:end]
        pieces += [query.text[done:start], changes.get(typed, typed)]
        done = end
    pieces.append(query.text[done:])
    return " ".join(" ".join(pieces).split())


def _nearer(part: Query, segments: Sequence[Segment]) -> Iterator[str]:
    """What a filter by itself may have meant, among what the catalog holds."""
    if part.phrases:
        yield part.text.replace('"', " ").strip()
    for title in part.titles:
        yield " ".join(title)
    for author in part.authors:
        if name := _known_author(author, segments):
            yield f'author:"{name}"' if " " in name else f"author:{name}"
    for category in part.categories:
        if known := _known_category(category, segments):
            yield f"cat:{known}"
    first, last = _days(segments)
    if part.after and last and part.after > last:
        yield f"after:{last:%Y-%m}"
    if part.before and first and part.before <= first:
        yield f"before:{_next_month(first):%Y-%m}"


def _known_author(author: Words, segments: Sequence[Segment]) -> str | None:
    """The name with each unknown word corrected; None where nothing is unknown, or is like no name."""
    name = []
    for word in author:
        known = _held_as_name(word, segments)
        near = [] if known else spelling.near(segments, word, limit=50)
        chosen = word if known else next((n.word for n in near if _held_as_name(n.word, segments)), None)
        if chosen is None:
            return None
        name.append(chosen)
    return " ".join(name) if tuple(name) != author else None


def _held_as_name(word: str, segments: Sequence[Segment]) -> bool:
    return any(segment.names.count(word) for segment in segments)


def _known_category(category: str, segments: Sequence[Segment]) -> str | None:
    """`cs.cl` for `cscl`, and for `cs.zz`, which no paper has, the whole archive `cs`."""
    known = {word for segment in segments for word in segment.categories.words}
    if category in known:
        return None
    for each in sorted(known):
        if each.replace(".", "") == category:
            return each
    archive = category.partition(".")[0]
    return archive if archive != category and any(_is_in(archive, each) for each in known) else None


def _is_in(archive: str, category: str) -> bool:
    return category == archive or category.startswith(archive + ".")


def _days(segments: Sequence[Segment]) -> tuple[date | None, date | None]:
    """The first and the last day of which there is a paper."""
    days = [segment.days[segment.days > 0] for segment in segments]
    first = min((int(some.min()) for some in days if len(some)), default=0)
    last = max((int(some.max()) for some in days if len(some)), default=0)
    return (date.fromordinal(first) if first else None, date.fromordinal(last) if last else None)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
