"""What `/paper find` answers: a page of results, or what to try instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.catalog.results import Asked, Instead, Results, Sort
from bot.views.buttons import Find
from bot.views.layout import Layout, button, container
from bot.views.paging import page_row, pages_of
from bot.views.paper_list import PAGE_SIZE, entry
from bot.views.text import clip, counted, escape

_SHOWN_QUERY = 120
_SHOWN_PART = 60


class ResultsPage(Layout):
    """`others` are the places of `results.instead`."""

    def __init__(self, results: Results, place: Find, others: Sequence[Find] = ()) -> None:
        if results.hits:
            super().__init__(
                container(*_corrected(results, place), *_entries(results, place)),
                *_page_row(results, place),
            )
        else:
            super().__init__(container(*_nothing(results, place, others)))
            self.private = True


def _entries(results: Results, place: Find) -> list[ui.Item[Any]]:
    found = f"**{counted(results.total, 'paper')}** in {_milliseconds(results.took_ms)}"
    shown = _shown(results.corrected or results.query)
    items: list[ui.Item[Any]] = [ui.TextDisplay(f"{found} for “{shown}”{_order(results, place)}")]
    for rank, hit in enumerate(results.hits, (place.page - 1) * PAGE_SIZE + 1):
        items += [ui.Separator(), entry(hit.paper, rank, place, hit.passage)]
    return items


def _order(results: Results, place: Find) -> str:
    """Said where it is not the best match first."""
    if place.sort is Sort.UPVOTED:
        return ", the most upvoted first"
    by_day = place.sort is Sort.NEWEST or results.asked is Asked.FILTERS
    return ", the newest first" if by_day else ""


def _corrected(results: Results, place: Find) -> list[ui.Item[Any]]:
    if results.corrected is None:
        return []
    typed = button("Search as typed", replace(place, exact=True, page=1))
    return [
        ui.Section(
            f"Showing results for **{_shown(results.corrected)}**, not for “{_shown(results.query)}”.",
            accessory=typed,
        )
    ]


def _page_row(results: Results, place: Find) -> list[ui.Item[Any]]:
    return page_row(place, pages_of(results.total, PAGE_SIZE))


def _nothing(results: Results, place: Find, others: Sequence[Find]) -> list[ui.Item[Any]]:
    if results.total:
        first = button("First page", place.at(1), style=discord.ButtonStyle.primary)
        return [ui.Section(f"There is no page {place.page:,} of these results.", accessory=first)]
    items: list[ui.Item[Any]] = [ui.TextDisplay(_why_nothing(results))]
    if place.exact:
        corrected = button("Correct typos", replace(place, exact=False, page=1))
        items.append(ui.Section("This was searched as typed, without correcting it.", accessory=corrected))
    for other, its_place in zip(results.instead, others, strict=True):
        found = f"{_differing(other)}: **{counted(other.total, 'paper')}**"
        items += [ui.Separator(), ui.Section(found, accessory=button("Show", its_place))]
    for rank, paper in enumerate(results.nearest[:PAGE_SIZE], 1):
        items += [ui.Separator(), entry(paper, rank, place)]
    return items


def _why_nothing(results: Results) -> str:
    """The sentence above what is offered instead."""
    shown = _shown(results.query)
    if results.asked is Asked.NOTHING:
        return (
            f"There is no word to look for{f' in “{shown}”' if shown else ''}. "
            "Type a topic, a title or an author's name."
        )
    if results.instead:
        part, *more = {other.part for other in results.instead}
        reason = f": {_typed(part)} leaves nothing" if part and not more else ": its filters leave nothing"
        return f"**Nothing found for “{shown}”**{reason}."
    if results.nearest:
        return f"**Nothing found for “{shown}”.** The nearest titles:"
    if results.asked is Asked.FILTERS:
        return f"**No paper is left by “{shown}”.** Add words, or see the newest with `/paper recent`."
    return (
        f"**Nothing found for “{shown}”**, and no title comes near. Try other words, an author's name or a "
        "link to the paper; `/help` shows what a search can hold."
    )


def _differing(other: Instead) -> str:
    """`Without X`, `With Y instead of X`, or the search itself."""
    if not other.part:
        return _typed(other.query)
    if other.change:
        return f"With {_typed(other.change)} instead of {_typed(other.part)}"
    return f"Without {_typed(other.part)}"


def _typed(part: str) -> str:
    """As code, in which nothing needs an escape but the sign that ends it."""
    return f"`{clip(part.replace('`', chr(39)), _SHOWN_PART)}`"


def _shown(query: str) -> str:
    return escape(clip(" ".join(query.split()), _SHOWN_QUERY))


def _milliseconds(took: float) -> str:
    return f"{took:.1f} ms" if took < 10 else f"{took:,.0f} ms"
