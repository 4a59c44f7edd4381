"""A feed as Atom (RFC 4287), and as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from feedgenerator import Atom1Feed
from markupsafe import Markup

from bot.web.content import ATOM, JSON_FEED, Content
from bot.web.feed_entries import Feed, FeedEntry

_BY = "Paperboy"
"""Who a feed is by: an entry without authors needs somebody."""


def atom(feed: Feed) -> Content:
    """As Atom."""
    written = _Atom(
        title=feed.title,
        link=feed.home,
        description=None,
        language="en",
        author_name=_BY,
        feed_url=feed.address or None,
        feed_guid=feed.id,
        at=feed.at,
    )
    for entry in feed.entries:
        written.add_item(
            title=entry.title,
            link=entry.address,
            description=None,
            content=entry.html,
            unique_id=entry.id,
            pubdate=entry.at,
            updateddate=entry.at,
            categories=entry.categories,
            authors=entry.authors,
            at_source=entry.at_source,
        )
    return Content(written.writeString("utf-8"), ATOM)


class _Atom(Atom1Feed):  # type: ignore[misc]
    """With what feedgenerator leaves out: several authors, where the paper itself is, and its HTML."""

    def latest_post_date(self) -> datetime:
        """Of an empty feed, too, it is no other each time."""
        at: datetime = self.feed["at"]
        return at

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """What every entry has, and then its own."""
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")
        if item["at_source"]:
            handler.addQuickElement("link", "", {"rel": "related", "href": item["at_source"]})


def json_feed(feed: Feed) -> Content:
    """As JSON Feed."""
    record = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.address,
        "language": "en",
        "items": [_item(entry) for entry in feed.entries],
    }
    body = json.dumps(_without_empty(record) | {"items": record["items"]}, ensure_ascii=False)
    return Content(body, JSON_FEED)


def _item(entry: FeedEntry) -> dict[str, Any]:
    at = entry.at.isoformat()
    return _without_empty(
        {
            "id": entry.id,
            "url": entry.address,
            "external_url": entry.at_source,
            "title": entry.title,
            "content_html": entry.html or str(Markup("<p>{}</p>").format(entry.title)),
            "date_published": at,
            "date_modified": at,
            "authors": [{"name": name} for name in entry.authors],
            "tags": list(entry.categories),
        }
    )


def _without_empty(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value}
