"""What `/paper find` answers: a page of results, or what to try instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.readers.follows import Kind
from bot.search.query import Query
from bot.search.results import Asked, Instead, Results, Sort
from bot.views.custom_ids import length_of
from bot.views.filters import excluding, found_by, left_out, typed
from bot.views.follow_buttons import FollowThis
from bot.views.layout import Layout, button, container
from bot.views.markdown import clip, counted, escape
from bot.views.paging import page_row, pages_of
from bot.views.paper_buttons import Find
from bot.views.paper_list import PAGE_SIZE, entry, save_row

_SHOWN_QUERY = 120
_LONGEST_NAME = 33
"""Of what a button holds beside its verb."""
_LABELLED_QUERY = 40
_NAMED_PARTS = 3


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
    items: list[ui.Item[Any]] = [ui.TextDisplay(_headline(results))]
    for rank, hit in enumerate(results.hits, (place.page - 1) * PAGE_SIZE + 1):
        items += [ui.Separator(), entry(hit.paper, rank, place, hit.passage)]
    return items


def _headline(results: Results) -> str:
    """How many hold what was asked, how many are related, and in which order."""
    shown = _shown(results.corrected or results.unquoted or results.query)
    related = results.total - results.holding
    took = _milliseconds(results.took_ms)
    if not results.holding:
        found = f"**{counted(related, 'related paper')}** in {took} for “{shown}”{_order(results)}"
        return f"{found} · none has every word"
    found = f"**{counted(results.holding, 'paper')}** in {took} for “{shown}”{_order(results)}"
    return found + (f" · {related:,} related" if related else "")


def _order(results: Results) -> str:
    """Said where it is not the best match first."""
    if results.sort is Sort.UPVOTED:
        return ", the most upvoted first"
    by_day = results.sort is Sort.NEWEST or results.asked is Asked.FILTERS
    return ", the newest first" if by_day else ""


def _changed(results: Results, place: Find) -> list[ui.Item[Any]]:
    """What was searched otherwise than typed."""
    items: list[ui.Item[Any]] = []
    if results.corrected is not None:
        typed_label = f"Search “{clip(' '.join(results.query.split()), _LABELLED_QUERY)}” instead"
        instead = button(typed_label, replace(place, exact=True, page=1))
        items.append(ui.Section(f"Showing results for **{_shown(results.corrected)}**.", accessory=instead))
    notes = [left_out(unread) for unread in results.unread[:_NAMED_PARTS]]
    if results.unquoted is not None:
        notes.insert(0, "No paper has these words side by side, so I searched without the quotation marks.")
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
    items: list[ui.Item[Any]] = [ui.TextDisplay(_why_nothing(results))]
    if place.exact:
        corrected = button("Fix typos", replace(place, exact=False, page=1))
        items.append(ui.Section("I searched exactly what you typed.", accessory=corrected))
    for other, its_place in zip(results.instead, others, strict=True):
        found = f"{_differing(other)} ({found_by(other)})"
        items += [ui.Separator(), ui.Section(found, accessory=button("Show", its_place))]
    for rank, paper in enumerate(results.nearest[:PAGE_SIZE], 1):
        items += [ui.Separator(), entry(paper, rank, place)]
    return items


def _why_nothing(results: Results) -> str:
    """The sentences above what is offered instead."""
    sentences = [left_out(unread) for unread in results.unread[:_NAMED_PARTS]]
    if not sentences or results.asked not in (Asked.NOTHING, Asked.NAMES):
        sentences.append(_nothing_found(results))
    return "\n".join(sentences)


def _nothing_found(results: Results) -> str:
    shown = _shown(results.query)
    if results.asked is Asked.NOTHING:
        return "I need at least one word to search for. Type a topic, a title or an author's name."
    if results.asked is Asked.NAMES:
        return f"I don't have “{shown}”."
    if results.instead:
        part, *more = {other.part: other.part_alone for other in results.instead}.items()
        if not part[0] or more:
            return f"**Nothing found for “{shown}”** with these filters."
        alone = part[0] == " ".join(results.query.split())
        return f"**No {excluding(part[1])}{'' if alone else ' match the rest of your search'}.**"
    if results.nearest:
        return f"**Nothing found for “{shown}”.** Similar titles:"
    if results.asked is Asked.FILTERS:
        return f"**No {excluding(results.understood)}.** See the newest with `/paper recent`."
    return (
        f"**Nothing found for “{shown}”**, and no similar titles. Try other words, an author's name or a "
        "link to the paper; `/help` has search tips."
    )


def _differing(other: Instead) -> str:
    """`Drop X`, `Use Y instead of X`, or the search itself."""
    if not other.part:
        return typed(other.query)
    if other.change:
        return f"Use {typed(other.change)} instead of {typed(other.part)}"
    return f"Drop {typed(other.part)}"


def _shown(query: str) -> str:
    """What was searched, for between quotation marks: a phrase has its own already."""
    words = " ".join(query.split())
    if words.count('"') == 2 and words[0] == words[-1] == '"':
        words = words[1:-1]
    return escape(clip(words, _SHOWN_QUERY))


def _milliseconds(took: float) -> str:
    return f"{took:.1f} ms" if took < 10 else f"{took:,.0f} ms"
