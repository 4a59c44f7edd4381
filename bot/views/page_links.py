"""Where a paper has its page on the web: links to it, the same in cards, on pages and in feeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode, urlsplit


@dataclass(frozen=True, slots=True)
class PageLinks:
    """`root` is the address under which readers reach the pages, without a slash at its end."""

    root: str

    @classmethod
    def at(cls, address: str) -> PageLinks:
        """For the pages at this address, as it was set."""
        return cls(address.partition("#")[0].partition("?")[0].rstrip("/"))

    @property
    def prefix(self) -> str:
        """The path below which the pages are: empty, or as `/papers`."""
        return urlsplit(self.root).path

    def paper(self, paper_id: str) -> str:
        """The whole address of a paper's page."""
        return self.root + paper_path(paper_id)

    def inside(self, path: str) -> str:
        """`path` as a page links to it: whatever the proxy in front is called, it leads there."""
        return self.prefix + path

    def whole(self, path: str) -> str:
        """`path` as an address that leads there from anywhere."""
        return self.root + path


def paper_path(paper_id: str) -> str:
    """`/paper/2411.13543`"""
    return f"/paper/{quote(paper_id, safe='/')}"


def day_path(day: date) -> str:
    """`/day/2025-03-20`"""
    return f"/day/{day.isoformat()}"


def with_query(path: str, **values: object) -> str:
    """`path` with those of the values that are not empty; page 1 is the page without a number."""
    given = {name: value for name, value in values.items() if value and (name, value) != ("page", 1)}
    return f"{path}?{urlencode(given)}" if given else path
