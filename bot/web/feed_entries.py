"""Papers as a feed has them.

What stands in an entry comes from the paper alone, and never from when it is asked: so nothing that has not
changed comes again.
"""

from __future__ import annotations

import re
import sqlite3
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from markupsafe import Markup

from bot.catalog.arrivals import ITSELF, Arrivals
from bot.catalog.lasting_ids import lasting_ids
from bot.paper.arxiv_ids import month_of
from bot.paper.ids import is_arxiv_id
from bot.paper.model import Paper
from bot.views.markdown import plain_title
from bot.views.page_links import PageLinks
from bot.web.shown_paper import authors_of, outside_of, paragraphs_of

_AUTHORS = 20
_UNKNOWN = date(1970, 1, 1)
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\ufdd0-\ufdef]")
"""What no XML document may hold, or shall not."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    id: str
    """The same for ever: the paper's address at arXiv, or a URN of the id that the catalog first gave it."""
    title: str
    address: str
    """Of its page."""
    at_source: str
    """Where the paper itself is, as far as that is known."""
    at: datetime
    """In UTC, and the same for ever: neither it nor what is in the entry tells when it was asked for."""
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    html: str


@dataclass(frozen=True, slots=True)
class Feed:
    title: str
    id: str
    home: str
    """The page that shows the same, or nearly."""
    address: str
    """The feed's own; empty for one that has a secret in it."""
    entries: Sequence[FeedEntry]

    @property
    def at(self) -> datetime:
        """The newest entry's."""
        return max((entry.at for entry in self.entries), default=midnight(_UNKNOWN))


def entries_of(
    connection: sqlite3.Connection, found: Sequence[Paper], at: Callable[[Paper], datetime], links: PageLinks
) -> list[FeedEntry]:
    """Each paper once, in their order. `at` gives an instant that never changes."""
    once = {paper.id: paper for paper in found}
    lasting = lasting_ids(connection, list(once))
    return [_entry(paper, lasting[paper.id], at(paper), links) for paper in once.values()]


def first_featured(paper: Paper, came: Arrivals) -> datetime:
    """When its first day on a list came, which no later one changes; without that the day's beginning.

    Papers are on a day's list by and by, and many readers take for new only what is later than the latest.
    """
    if not paper.featured:
        return published(paper, came)
    first = paper.featured[0]
    return came.get((paper.id, first)) or midnight(first)


def published(paper: Paper, came: Arrivals) -> datetime:
    """When the paper came, where it was new; else the day of publication.

    The first of the month that an arXiv id tells, or of the year, without one.
    """
    return came.get((paper.id, ITSELF)) or midnight(_day_of_publication(paper))


def _day_of_publication(paper: Paper) -> date:
    if paper.published:
        return paper.published
    if paper.arxiv_id and (month := month_of(paper.arxiv_id)):
        return month
    return date(paper.year, 1, 1) if paper.year else _UNKNOWN


def _entry(paper: Paper, lasting: str, at: datetime, links: PageLinks) -> FeedEntry:
    outside = outside_of(paper)
    return FeedEntry(
        id=_id_of(lasting),
        title=xml_text(plain_title(paper.title)),
        address=links.paper(paper.id),
        at_source=outside[0].address if outside else "",
        at=at,
        authors=tuple(xml_text(name) for name in paper.authors[:_AUTHORS]),
        categories=tuple(xml_text(category) for category in paper.categories),
        html=xml_text(_html(paper)),
    )


def _id_of(lasting: str) -> str:
    if is_arxiv_id(lasting):
        return f"https://arxiv.org/abs/{lasting}"
    return uuid.uuid5(uuid.NAMESPACE_OID, lasting).urn


def _html(paper: Paper) -> str:
    """Authors, abstract and links; nothing that counts upwards, such as upvotes, and nothing to be loaded."""
    authors = authors_of(paper, _AUTHORS)
    pieces = [Markup("<p><em>{}</em></p>").format(authors)] if authors else []
    pieces += [Markup("<p>{}</p>").format(each) for each in paragraphs_of(paper)]
    links = [Markup('<a href="{}">{}</a>').format(each.address, each.label) for each in outside_of(paper)]
    if links:
        pieces.append(Markup("<p>{}</p>").format(Markup(" · ").join(links)))
    return str(Markup("\n").join(pieces))


def midnight(day: date) -> datetime:
    """With which a day begins in UTC."""
    return datetime.combine(day, time(), UTC)


def xml_text(text: str) -> str:
    """Without the characters that no XML document may hold."""
    return _NOT_XML.sub("", text)
