"""What `/paper find` answers: a page of results, or what to try instead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import discord
from discord import ui

from bot.catalog.results import Results, Sort
from bot.views.custom_ids import compose
from bot.views.layout import Layout, button, container
from bot.views.paper_list import PAGE_SIZE, entry, page_row, pages_of
from bot.views.text import clip, counted, escape

_SHOWN_QUERY = 120


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is: on which page of which search."""

    token: str
    """The query, or the key under which it is parked; see `commands.paper.searches`."""
    sort: Sort = Sort.BEST
    exact: bool = False
    """Search as typed, without correcting."""
    page: int = 1

    @property
    def origin(self) -> tuple[object, ...]:
        """The verb and the fields of the button that leads here."""
        return ("find", self.token, f"{self.sort.value}{'!' if self.exact else ''}", self.page)

    @property
    def custom_id(self) -> str:
        return compose(*map(str, self.origin))

    def jump_id(self, pages: int) -> str:
        """The custom_id of the button that asks for a page number."""
        return compose("jump", *self.origin[1:3], pages)

    def at(self, page: int) -> Place:
        return replace(self, page=page)


class ResultsPage(Layout):
    def __init__(self, results: Results, place: Place) -> None:
        if results.hits:
            super().__init__(
                container(*_corrected(results, place), *_entries(results, place)),
                *_page_row(results, place),
            )
        else:
            super().__init__(container(*_nothing(results, place)))


def _entries(results: Results, place: Place) -> list[ui.Item[Any]]:
    found = f"**{counted(results.total, 'paper')}** in {_milliseconds(results.took_ms)}"
    items: list[ui.Item[Any]] = [
        ui.TextDisplay(f"{found} for “{_shown(results.corrected or results.query)}”")
    ]
    for rank, hit in enumerate(results.hits, (place.page - 1) * PAGE_SIZE + 1):
        items += [ui.Separator(), entry(hit.paper, rank, place.origin, hit.passage)]
    return items


def _corrected(results: Results, place: Place) -> list[ui.Item[Any]]:
    if results.corrected is None:
        return []
    typed = button("Search as typed", replace(place, exact=True, page=1).custom_id)
    return [
        ui.Section(
            f"Showing results for **{_shown(results.corrected)}**, not for “{_shown(results.query)}”.",
            accessory=typed,
        )
    ]


def _page_row(results: Results, place: Place) -> list[ui.Item[Any]]:
    pages = pages_of(results.total)
    return page_row(place.page, pages, lambda page: place.at(page).custom_id, place.jump_id(pages))


def _nothing(results: Results, place: Place) -> list[ui.Item[Any]]:
    if results.total:
        first = button("First page", place.at(1).custom_id, style=discord.ButtonStyle.primary)
        return [ui.Section(f"There is no page {place.page:,} of these results.", accessory=first)]
    items: list[ui.Item[Any]] = [
        ui.TextDisplay(
            f"**Nothing found for “{_shown(results.query)}”.**\n"
            "Fewer or other words may help; `/help` shows what a search can hold."
        )
    ]
    if results.nearest:
        items.append(ui.TextDisplay("The nearest titles:"))
        for rank, paper in enumerate(results.nearest[:PAGE_SIZE], 1):
            items += [ui.Separator(), entry(paper, rank, place.origin)]
    return items


def _shown(query: str) -> str:
    return escape(clip(" ".join(query.split()), _SHOWN_QUERY))


def _milliseconds(took: float) -> str:
    return f"{took:.1f} ms" if took < 10 else f"{took:,.0f} ms"
