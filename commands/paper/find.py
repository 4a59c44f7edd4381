"""`/paper find` and the buttons that turn its pages."""

from __future__ import annotations

from dataclasses import replace

from discord import app_commands

from bot.search.query import Query, parse_query
from bot.search.results import Sort
from bot.services import ServicesHere
from bot.views.layout import Layout
from bot.views.paper_buttons import Find
from bot.views.paper_card import PaperCard
from bot.views.paper_list import PAGE_SIZE
from bot.views.result_list import ResultsPage
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.replies import answer, manner, manner_of_turn
from commands.paper.one_paper import named, titles
from commands.paper.paper_group import Typed, paper
from commands.paper.searches import query_of, token_for


@paper.command(name="find", description="Find papers by topic, title, author or link.")
@app_commands.describe(
    query='A question or words, "a phrase", -without, title:, author:, after:2024, cat:cs.CL, or a link',
    sort="Best match first unless you choose otherwise",
    private="Show the answer only to you",
)
@app_commands.choices(
    sort=[
        app_commands.Choice(name="Best match", value=Sort.BEST.value),
        app_commands.Choice(name="Newest", value=Sort.NEWEST.value),
        app_commands.Choice(name="Most upvoted", value=Sort.UPVOTED.value),
    ]
)
@app_commands.autocomplete(query=titles)
async def find(
    interaction: Interaction, query: Typed, sort: str = Sort.BEST.value, private: bool = False
) -> None:
    """`/paper find`."""
    work = _found(interaction, parse_query(query), Sort(sort), private=private)
    await answer(interaction, work, manner(private))


async def _found(interaction: Interaction, query: Query, sort: Sort, *, private: bool) -> Layout:
    by_name = await named(interaction, query, private=private)
    if by_name is not None:
        return by_name
    services = services_of(interaction)
    return await _page(services, query, Find(await token_for(services.parked, query.typed), sort))


async def _page(services: ServicesHere, query: Query, place: Find) -> Layout:
    results = await services.library.find(
        query,
        sort=place.sort,
        limit=PAGE_SIZE,
        offset=(place.page - 1) * PAGE_SIZE,
        correct=not place.exact,
    )
    if results.reference is not None:
        return PaperCard(results.reference)
    others = [
        replace(place, token=await token_for(services.parked, other.query), page=1)
        for other in results.instead
    ]
    return ResultsPage(results, place, others)


async def _turn(interaction: Interaction, place: Find) -> None:
    services = services_of(interaction)

    async def work() -> Layout:
        return await _page(services, parse_query(await query_of(services.parked, place.token)), place)

    await answer(interaction, work(), manner_of_turn(interaction))


BUTTONS: Handlers = {Find: _turn}
