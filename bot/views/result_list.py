"""What `/paper find` answers: a page of results, or what to try instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.readers.follows import Kind
from bot.search.query import Query
from bot.search.results import Asked, Results
from bot.views.custom_ids import length_of
from bot.views.filters import found_by
from bot.views.follow_buttons import FollowThis
from bot.views.layout import Layout, button, container
from bot.views.markdown import clip
from bot.views.paging import page_row, pages_of
from bot.views.paper_buttons import Find
from bot.views.paper_list import PAGE_SIZE, entry, save_row
from bot.views.search_sentences import (
    Hints,
    differing,
    headline,
    searched_otherwise,
    shown_query,
    why_nothing,
)

_LONGEST_NAME = 33
"""Of what a button holds beside its verb."""
_LABELLED_QUERY = 40
_HINTS = Hints(newest="See the newest with `/paper recent`.", tips="; `/help` has search tips.")


class ResultsPage(Layout):
    """`others` are the places of `results.instead`."""

    def __init__(self, results: Results, place: Find, others: Sequence[Find] = ()) -> None:
        if results.hits:
            super().__init__(
                container(*_changed(results, place), *_entries(results, place)),
                *save_row([hit.paper for hit in results.hits]),
                *_page_row(results, place),
                *_follow_row(results, place),
            )
        else:
            super().__init__(container(*_nothing(results, place, others)))
            self.private = True


def _entries(results: Results, place: Find) -> list[ui.Item[Any]]:
    items: list[ui.Item[Any]] = [ui.TextDisplay(headline(results))]
    for rank, hit in enumerate(results.hits, (place.page - 1) * PAGE_SIZE + 1):
        items += [ui.Separator(), entry(hit.paper, rank, place, hit.passage)]
    return items


def _changed(results: Results, place: Find) -> list[ui.Item[Any]]:
    """What was searched otherwise than typed."""
    items: list[ui.Item[Any]] = []
    if results.corrected is not None:
        typed_label = f"Search “{clip(' '.join(results.query.split()), _LABELLED_QUERY)}” instead"
        instead = button(typed_label, replace(place, exact=True, page=1))
        items.append(
            ui.Section(f"Showing results for **{shown_query(results.corrected)}**.", accessory=instead)
        )
    notes = searched_otherwise(results)
    if notes:
        items.append(ui.TextDisplay("\n".join(notes)))
    return items


def _page_row(results: Results, place: Find) -> list[ui.Item[Any]]:
    return page_row(place, pages_of(results.total, PAGE_SIZE))


def _follow_row(results: Results, place: Find) -> list[ui.Item[Any]]:
    """For a search that can be followed: an author's papers, or what words find."""
    if (name := _only_author(results.understood)) is not None:
        return [ui.ActionRow(button("Follow this author", FollowThis(Kind.AUTHOR, f"={name}")))]
    if results.asked is not Asked.WORDS:
        return []
    return [ui.ActionRow(button("Follow new ones", FollowThis(Kind.TOPIC, place.token)))]


def _only_author(query: Query) -> str | None:
    """The name, where nothing else was asked for and it fits into a button."""
    if len(query.authors) != 1 or query.narrowing != ((0, len(query.text)),):
        return None
    name = " ".join(query.authors[0])
    return name if length_of(name) <= _LONGEST_NAME else None


def _nothing(results: Results, place: Find, others: Sequence[Find]) -> list[ui.Item[Any]]:
    if results.total:
        first = button("First page", place.at(1), style=discord.ButtonStyle.primary)
        return [ui.Section(f"These results have no page {place.page:,}.", accessory=first)]
    items: list[ui.Item[Any]] = []
    if place.exact:
        corrected = button("Fix typos", replace(place, exact=False, page=1))
        items.append(ui.Section("I searched exactly what you typed.", accessory=corrected))
    # What it says last heads what follows.
    items.append(ui.TextDisplay("\n".join(why_nothing(results, _HINTS))))
    for other, its_place in zip(results.instead, others, strict=True):
        found = f"{differing(other)} ({found_by(other)})"
        items += [ui.Separator(), ui.Section(found, accessory=button("Show", its_place))]
    for rank, paper in enumerate(results.nearest[:PAGE_SIZE], 1):
        items += [ui.Separator(), entry(paper, rank, place)]
    return items
