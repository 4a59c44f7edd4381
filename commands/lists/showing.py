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
from bot.views.list_buttons import Among, ShowList, ShowLists, Which
from bot.views.list_notices import MyLists, SharedList
from bot.views.paging import PageOf, page_of, pages_of
from bot.views.reading_list import (
    LINES_A_PAGE,
    Found,
    ReadingListPage,
    SeveralListsPage,
    name_of,
    nothing_on,
)
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
    list_seen,
    lists,
    lists_at,
    visible_lists,
)
from commands.lists.seen_lines import lines_of, papers_on, shelved_here
from commands.paper.paper_group import Typed
from commands.paper.searches import query_of, token_for


@lists.command(name="show", description="See your reading lists, or search them.")
@app_commands.describe(
    name="The list; all of them when not given",
    status="Only papers that you are so far with",
    query="Only papers that match, in the words of /paper find",
    place="Whose; without a name yours and this server's when not given",
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
        if name is not None:
            on = await (list_called(interaction, name, place) if place else list_seen(interaction, name))
            return await _of_one(interaction, on, status, query)
        among = Among(place or Among.ALL.value)
        found = await _lists_among(interaction, among)
        if len(found) == 1:
            return await _of_one(interaction, found[0], status, query)
        if not found or (status == Which.ALL.value and not query):
            return MyLists(found)
        token = await token_for(services_of(interaction).parked, query or "")
        return await _several_page(interaction, found, ShowLists(among, Which(status), token))

    await answer(interaction, work(), Manner.PRIVATE)


async def _lists_among(interaction: Interaction, among: Among) -> list[ReadingList]:
    """UserError where one place is asked for and has none."""
    if among is Among.ALL:
        return await visible_lists(interaction)
    return await lists_at(interaction, among.value)


async def _of_one(interaction: Interaction, on: ReadingList, status: str, query: str | None) -> Layout:
    token = await token_for(services_of(interaction).parked, query or "")
    return await _page(interaction, on, ShowList(on.id, Which(status), token))


async def _page(interaction: Interaction, on: ReadingList, here: ShowList) -> Layout:
    query = await query_of(services_of(interaction).parked, here.query)
    lines = await lines_of(interaction, on)
    page, total = await _narrowed(interaction, lines, here, query)
    shelved = await shelved_here(interaction, page.items)
    on = replace(on, papers=len(lines))
    return ReadingListPage(on, page.showing(shelved), replace(here, page=page.number), query, total)


async def _several_page(interaction: Interaction, lists: Sequence[ReadingList], here: ShowLists) -> Layout:
    """A paper that is on several of them is there once, with the note of the list it was last saved to."""
    query = await query_of(services_of(interaction).parked, here.query)
    where: dict[str, list[ReadingList]] = {}
    first: dict[str, Line] = {}
    every = [(on, line) for on in lists for line in await lines_of(interaction, on)]
    for on, line in sorted(every, key=lambda pair: pair[1].saved_at, reverse=True):
        where.setdefault(line.paper_id, []).append(on)
        first.setdefault(line.paper_id, line)
    page, total = await _narrowed(interaction, [*first.values()], here, query)
    shelved = await shelved_here(interaction, page.items)
    found = [Found(each, where[line.paper_id]) for each, line in zip(shelved, page.items, strict=True)]
    return SeveralListsPage(len(lists), page.showing(found), replace(here, page=page.number), query, total)


async def _narrowed(
    interaction: Interaction, lines: Sequence[Line], here: ShowList | ShowLists, query: str
) -> tuple[PageOf[Line], int]:
    """A page of those that have the status and that the search finds, and how many there are."""
    if here.which is not Which.ALL:
        lines = [line for line in lines if line.status.value == here.which.value]
    if query:
        return await _matching(interaction, lines, query, here.page)
    return page_of(lines, here.page, LINES_A_PAGE), len(lines)


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


async def _turn_several(interaction: Interaction, here: ShowLists) -> None:
    async def work() -> Layout:
        return await _several_page(interaction, await _lists_among(interaction, here.among), here)

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
            if not on.papers:
                raise UserError(nothing_on(on))
            raise UserError(f"There is no paper on {name_of(on)} that I could show here.")
        data = await asyncio.to_thread(written, papers, ExportFormat.BIBTEX)
        check_size(interaction, data)
        # What a list keeps itself is nobody else's to find.
        kept = {line.paper_id for line in lines if line.recorded}
        of_catalog = [paper for each, paper in found.items() if each not in kept]
        return SharedList(on, papers, of_catalog, interaction.user.id, data)

    await answer(interaction, work(), Manner.PUBLIC)


BUTTONS: Handlers = {ShowList: _turn, ShowLists: _turn_several}
