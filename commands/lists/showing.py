"""`/list show` and `/list share`: what stands on a list."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from discord import app_commands

from bot.errors import UserError
from bot.paper.text import words
from bot.readers.exporting import ExportFormat, written
from bot.readers.lists import Line, ReadingList
from bot.search.query import parse_query
from bot.search.results import Results
from bot.views.layout import Layout
from bot.views.list_buttons import ShowList, Which
from bot.views.paging import PageOf, page_of, pages_of
from bot.views.reading_list import LINES_A_PAGE, MyLists, ReadingListPage, SharedList
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.replies import Manner, answer, manner_of_turn
from commands.answering.sharing import check_may_post
from commands.lists.list_files import check_size
from commands.lists.list_group import (
    PLACES,
    Name,
    Place,
    list_called,
    list_names,
    list_of_button,
    lists,
    visible_lists,
)
from commands.lists.seen_lines import lines_of, papers_on, shelved_here
from commands.paper.paper_group import Typed
from commands.paper.searches import query_of, token_for


@lists.command(name="show", description="See your reading lists, or search one.")
@app_commands.describe(
    name="The list; all of them when not given",
    status="Only papers that you are so far with",
    query="Only papers that match, in the words of /paper find",
    place="Your own lists when not given",
)
@app_commands.choices(
    place=PLACES,
    status=[
        app_commands.Choice(name="To read", value=Which.TO_READ.value),
        app_commands.Choice(name="Reading", value=Which.READING.value),
        app_commands.Choice(name="Read", value=Which.READ.value),
    ],
)
@app_commands.autocomplete(name=list_names)
async def show_list(
    interaction: Interaction,
    name: Name | None = None,
    status: str = Which.ALL.value,
    query: Typed | None = None,
    place: str | None = None,
) -> None:
    """`/list show`."""

    async def work() -> Layout:
        on = None
        if name is None and place is None:
            found = await visible_lists(interaction)
            if len(found) != 1 and status == Which.ALL.value and not query:
                return MyLists(found)
            on = next(iter(found), None)
        on = on or await list_called(interaction, name, place or Place.MINE.value)
        token = await token_for(services_of(interaction).parked, query or "")
        return await _page(interaction, on, ShowList(on.id, Which(status), token))

    await answer(interaction, work(), Manner.PRIVATE)


async def _page(interaction: Interaction, on: ReadingList, here: ShowList) -> Layout:
    query = await query_of(services_of(interaction).parked, here.query)
    lines = await lines_of(interaction, on)
    on = replace(on, papers=len(lines))
    if here.which is not Which.ALL:
        lines = [line for line in lines if line.status.value == here.which.value]
    if query:
        page, total = await _matching(interaction, lines, query, here.page)
    else:
        page, total = page_of(lines, here.page, LINES_A_PAGE), len(lines)
    shelved = await shelved_here(interaction, page.items)
    return ReadingListPage(on, page.showing(shelved), replace(here, page=page.number), query, total)


async def _matching(
    interaction: Interaction, lines: Sequence[Line], query: str, number: int
) -> tuple[PageOf[Line], int]:
    """What the search finds on the list, then the lines without a paper whose titles hold its words."""
    library = services_of(interaction).library
    known = await library.known([line.paper_id for line in lines if not line.recorded])
    by_paper = {known[line.paper_id].id: line for line in lines if line.paper_id in known}
    wanted = {each.casefold() for each in words(query)}
    lacking = [line for line in lines if line.paper_id not in known and wanted <= {*words(line.title)}]

    async def found_from(first: int) -> Results:
        return await library.find(parse_query(query), limit=LINES_A_PAGE, offset=first, among=[*by_paper])

    first = (number - 1) * LINES_A_PAGE
    found = await found_from(first)
    pages = pages_of(found.total + len(lacking), LINES_A_PAGE)
    if number > pages:
        # Papers have left the list since the button was made.
        number, first = pages, (pages - 1) * LINES_A_PAGE
        found = await found_from(first)
    hits = [by_paper[hit.paper.id] for hit in found.hits if hit.paper.id in by_paper]
    # Without a hit although the search counts some: those that it offers instead are on no list.
    counted = found.total if hits or not found.hits else 0
    after = max(0, first - counted)
    items = [*hits, *lacking[after : after + LINES_A_PAGE - len(hits)]]
    total = counted + len(lacking)
    return PageOf(items, number, pages_of(total, LINES_A_PAGE), first + 1), total


async def _turn(interaction: Interaction, here: ShowList) -> None:
    async def work() -> Layout:
        return await _page(interaction, await list_of_button(interaction, here.list_id), here)

    await answer(interaction, work(), manner_of_turn(interaction))


@lists.command(name="share", description="Post a copy of a list here, without your notes.")
@app_commands.describe(name="The list", place="Your own lists when not given")
@app_commands.choices(place=PLACES)
@app_commands.autocomplete(name=list_names)
async def share_list(interaction: Interaction, name: Name, place: str = Place.MINE.value) -> None:
    """`/list share`."""

    async def work() -> Layout:
        check_may_post(interaction, "a list")
        on = await list_called(interaction, name, place)
        lines = await lines_of(interaction, on, public=True)
        found = await papers_on(interaction, lines)
        papers = [paper for line in lines if (paper := found.get(line.paper_id))]
        if not papers:
            raise UserError("There is no paper on that list that I could show here.")
        data = await asyncio.to_thread(written, papers, ExportFormat.BIBTEX)
        check_size(interaction, data)
        return SharedList(on, papers, interaction.user.id, data)

    await answer(interaction, work(), Manner.PUBLIC)


BUTTONS: Handlers = {ShowList: _turn}
