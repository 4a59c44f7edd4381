"""One page of many: what stands on it, and the row that turns it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from discord import ui

from bot.views.button_base import AskForPage, Paged
from bot.views.layout import button

Item = TypeVar("Item")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class PageOf(Generic[Item]):
    items: Sequence[Item]
    number: int
    """From 1."""
    pages: int
    """At least 1."""
    first_rank: int
    """Of the first item among all, from 1."""

    def showing(self, items: Sequence[Other]) -> PageOf[Other]:
        """The same page with what is shown of its items."""
        return PageOf(items, self.number, self.pages, self.first_rank)


def page_of(items: Sequence[Item], number: int, size: int) -> PageOf[Item]:
    """Page `number` of `items`, `size` on each; the nearest one where there is no such page."""
    pages = pages_of(len(items), size)
    number = max(1, min(number, pages))
    start = (number - 1) * size
    return PageOf(items[start : start + size], number, pages, start + 1)


def pages_of(total: int, size: int) -> int:
    """How many pages of `size` there are for `total`; one at least."""
    return max(1, -(-total // size))


def page_row(here: Paged, pages: int) -> list[ui.Item[Any]]:
    """Previous, page n of m (which asks for a number), Next; nothing where there is one page."""
    if pages <= 1:
        return []
    page = here.page
    return [
        ui.ActionRow(
            button("Previous", here.at(max(1, page - 1)), disabled=page <= 1),
            button(f"Page {page:,} of {pages:,}", AskForPage(pages, here)),
            button("Next", here.at(min(pages, page + 1)), disabled=page >= pages),
        )
    ]
