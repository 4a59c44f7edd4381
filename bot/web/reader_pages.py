"""What readers see, made from one request to the catalog: the shared one, without anybody's own papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.catalog import featured, papers
from bot.paper.citing import bibtex
from bot.paper.cleaning import visible
from bot.paper.ids import ArxivId, OwnId, parse_reference
from bot.paper.model import Paper
from bot.search.engine import Search
from bot.search.query import Query, parse_query
from bot.search.results import Asked, Instead, Period, Results, Sort
from bot.views.day_sentences import none_trending, span_of, why_empty
from bot.views.filters import NAMED_PARTS, found_by, left_out
from bot.views.markdown import cited, clip, counted, day, plain_title
from bot.views.page_links import day_path, paper_path, with_query
from bot.views.search_sentences import Hints, differing, headline, searched_otherwise, why_nothing
from bot.web.content import Content, Refused
from bot.web.page_templates import PageTemplates
from bot.web.shown_paper import (
    Entry,
    authors_of,
    entry_of,
    entry_of_hit,
    facts_of,
    in_short,
    outside_of,
    paragraphs_of,
)

PAGE_SIZE = 20
_SIMILAR = 5
_CITED_AUTHORS = 200
"""A citation with more takes long to write, and nobody cites them all."""
_DAYS = 5
_HINTS = Hints(newest="Try other words, or fewer.", tips=".")
_NOTHING_YET = "I have no Daily Papers yet. Search for a topic, a title or an author above."
_ORDERS = {Sort.BEST: "Best match", Sort.NEWEST: "Newest", Sort.UPVOTED: "Most upvoted"}


@dataclass(frozen=True, slots=True)
class Link:
    """`path` as links within the site have it."""

    path: str
    label: str


@dataclass(frozen=True, slots=True)
class Turning:
    """Where one is among the pages of a list."""

    number: int
    count: int
    before: str = ""
    after: str = ""

    @property
    def first_rank(self) -> int:
        """Of the first entry, among all."""
        return (self.number - 1) * PAGE_SIZE + 1

    @classmethod
    def of(cls, number: int, total: int, path: str, **values: Any) -> Turning:
        """Refused where the list has no such page."""
        count = max(1, -(-total // PAGE_SIZE))
        if number > count:
            raise Refused(
                404,
                f"There's no page {number:,} here: the last is page {count:,}.",
                instead=with_query(path, **values, page=count),
                named=f"Page {count:,}",
            )
        return cls(
            number,
            count,
            with_query(path, **values, page=number - 1) if number > 1 else "",
            with_query(path, **values, page=number + 1) if number < count else "",
        )


@dataclass(frozen=True, slots=True)
class Asking:
    """A search as its address has it."""

    query: Query
    sort: Sort = Sort.BEST
    exact: bool = False
    page: int = 1

    @property
    def text(self) -> str:
        """The same for searches that ask for the same."""
        return " ".join(visible(self.query.text).split())


class ReaderPages:
    def __init__(self, templates: PageTemplates) -> None:
        self._templates = templates

    def today(self, search: Search) -> Content:
        """The papers of the newest day."""
        newest = papers.last_featured(search.connection)
        if newest is None:
            return self.sentence("Daily Papers", _NOTHING_YET)
        return self.day(search, newest, 1, place="today")

    def newest_day(self, search: Search) -> Content:
        """Where the newest day is."""
        newest = papers.last_featured(search.connection)
        return Content(location=day_path(newest) if newest else "/")

    def day(self, search: Search, which: date, number: int, place: str = "") -> Content:
        """The papers of a day, the most upvoted first."""
        found = featured.papers_of(search.connection, which)
        before, after = featured.neighbours(search.connection, which)
        pages = Turning.of(number, len(found), day_path(which))
        body = self._templates.page(
            "day",
            place=place,
            named=_long(which),
            sentence="" if found else why_empty(before, after),
            entries=[entry_of(paper) for paper in _on(pages, found)],
            pages=pages,
            before=_link_to(before),
            after=_link_to(after),
        )
        return Content(body, status=200 if found else 404)

    def trending(self, search: Search, period: Period, topic: str, number: int) -> Content:
        """The most upvoted papers of the days before the newest one."""
        newest = papers.last_featured(search.connection)
        if newest is None:
            return self.sentence("Trending", _NOTHING_YET)
        first = newest - timedelta(days=period.days - 1)
        found = featured.trending(search.connection, first)
        if topic:
            about = search.about_ids(topic, [paper.id for paper in found])
            found = [paper for paper in found if paper.id in about]
        meant, _ = (search.meant(topic) if topic and not found else None) or ("", 0)
        pages = Turning.of(number, len(found), "/trending", period=period.value, topic=topic)
        sentence = f"{span_of(first, newest)} · {counted(len(found), 'paper')}, the most upvoted first"
        body = self._templates.page(
            "trending",
            place="trending",
            period=period,
            periods=list(Period),
            topic=topic,
            notes=[left_out(unread) for unread in parse_query(topic).unread[:NAMED_PARTS]],
            sentence=sentence if found else none_trending(first, newest, topic, period, meant),
            meant=meant,
            instead=with_query("/trending", period=period.value, topic=meant),
            entries=[entry_of(paper) for paper in _on(pages, found)],
            pages=pages,
        )
        return Content(body)

    def paper(self, search: Search, wanted: str) -> Content:
        """All about a paper; one that is known by another id has its page there."""
        paper = papers.get(search.connection, wanted) or _of_reference(search, wanted)
        if paper is None:
            raise Refused(404, "I don't have that paper. Search for a few words of its title.")
        if paper.id != wanted:
            return Content(location=paper_path(paper.id))
        abstract = paragraphs_of(paper)
        body = self._templates.page(
            "paper",
            paper={"title": plain_title(paper.title)},
            authors=authors_of(paper),
            facts=[*facts_of(paper), *filter(None, [cited(paper)])],
            withdrawn=paper.withdrawn,
            outside=outside_of(paper),
            summary=in_short(paper) if paper.summary else "",
            abstract=abstract,
            days=[_link_to(each) for each in paper.featured[-_DAYS:]],
            bibtex=bibtex(paper) if len(paper.authors) <= _CITED_AUTHORS else "",
            entries=[entry_of(other) for other in search.similar(paper.id, _SIMILAR)],
        )
        return Content(body)

    # Searches

    def found(self, search: Search, asking: Asking) -> Content:
        """As `/paper find` answers: the paper that was named, what was found, or what to try instead."""
        named = papers.get(search.connection, asking.query.typed.strip())
        if named is not None:
            return Content(location=paper_path(named.id))
        results = search.find(
            asking.query,
            sort=asking.sort,
            limit=PAGE_SIZE,
            offset=(asking.page - 1) * PAGE_SIZE,
            correct=not asking.exact,
        )
        if results.reference is not None:
            return Content(location=paper_path(results.reference.id))
        values = {"q": asking.text, "sort": _told(asking.sort), "exact": int(asking.exact)}
        pages = Turning.of(asking.page, results.total, "/", **values)
        return Content(self._results(asking, results, pages))

    def _results(self, asking: Asking, results: Results, pages: Turning) -> str:
        shown = clip(asking.text, 80)
        is_found = bool(results.hits)
        follows = results.asked in (Asked.WORDS, Asked.FILTERS)
        corrects = with_query("/", q=asking.text, sort=_told(asking.sort))
        return self._templates.page(
            "results",
            asked=asking.text,
            asked_line=shown,
            sort=asking.sort,
            sorts=_ORDERS,
            corrected=results.corrected if is_found and results.corrected else "",
            as_typed=with_query("/", q=asking.text, sort=_told(asking.sort), exact=1),
            notes=searched_otherwise(results) if is_found else why_nothing(results, _HINTS),
            headline=headline(results, timed=False) if is_found else "",
            fix_typos=corrects if asking.exact and not is_found else "",
            others=[_other(asking, each) for each in results.instead],
            entries=_entries(results),
            pages=pages,
            feed={kind: with_query(f"/feed.{kind}", q=asking.text) for kind in ("atom", "json")}
            if follows and asking.text
            else None,
        )

    def sentence(self, heading: str, sentence: str) -> Content:
        """A page with one sentence."""
        return Content(self._templates.page("sentence", heading=heading, sentence=sentence, instead=""))

    def refused(self, refused: Refused) -> Content:
        """The same for what could not be answered, with the way to what can."""
        body = self._templates.page(
            "sentence",
            heading="That didn't work",
            sentence=refused.sentence,
            instead=refused.instead,
            named=refused.named,
        )
        return Content(body, status=refused.status)


def _entries(results: Results) -> list[Entry]:
    """What was found, or else the titles that are nearest."""
    if results.hits:
        return [entry_of_hit(hit) for hit in results.hits]
    return [entry_of(paper) for paper in results.nearest]


def _on(pages: Turning, found: Sequence[Paper]) -> Sequence[Paper]:
    return found[pages.first_rank - 1 : pages.first_rank - 1 + PAGE_SIZE]


def _other(asking: Asking, other: Instead) -> dict[str, str]:
    path = with_query("/", q=" ".join(other.query.split()), sort=_told(asking.sort))
    return {"path": path, "named": differing(other), "finds": found_by(other)}


def _told(sort: Sort) -> str:
    return "" if sort is Sort.BEST else sort.value


def _of_reference(search: Search, wanted: str) -> Paper | None:
    """Of an id as people write it: with its version, or in another case."""
    reference = parse_reference(wanted)
    if not isinstance(reference, ArxivId | OwnId):
        return None
    return papers.of_reference(search.connection, reference)


def _link_to(which: date | None) -> Link | None:
    return Link(day_path(which), day(which)) if which else None


def _long(which: date) -> str:
    return f"{which:%A}, {day(which)}"
