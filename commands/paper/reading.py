"""`/paper show`, `similar`, `cite`, `random`, `recent`, and the buttons of their answers."""

from __future__ import annotations

import asyncio

from discord import app_commands

from bot.catalog.citing import Style, cite
from bot.catalog.models import Paper
from bot.errors import UnknownPaper, UserError
from bot.services import Services
from bot.views.buttons import Cite, Open, Random, Recent, Similar, handle
from bot.views.citation import Citation
from bot.views.layout import Layout, Notice, button
from bot.views.paging import page_row, pages_of
from bot.views.paper_card import PaperCard
from bot.views.paper_list import PAGE_SIZE, PaperList
from bot.views.text import clip_escaped, counted
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.replies import Manner, answer, manner, manner_of_turn
from commands.paper.group import Query, paper
from commands.paper.resolving import resolve, titles
from commands.paper.searches import query_of, token_for

_SIMILAR = 5
_EMPTY = "The catalog is empty. Its operator can fill it with `paperboy import`."


@paper.command(name="show", description="Show one paper: abstract, links, code.")
@app_commands.describe(wanted="A title, an arXiv id, or a link", private="Show the answer only to you")
@app_commands.autocomplete(wanted=titles)
@app_commands.rename(wanted="paper")
async def show(interaction: Interaction, wanted: Query, private: bool = False) -> None:
    async def work() -> Layout:
        return PaperCard(await resolve(services_of(interaction).library, wanted))

    await answer(interaction, work(), manner(private))


@paper.command(name="similar", description="Find papers like one that you know.")
@app_commands.describe(wanted="A title, an arXiv id, or a link", private="Show the answer only to you")
@app_commands.autocomplete(wanted=titles)
@app_commands.rename(wanted="paper")
async def similar(interaction: Interaction, wanted: Query, private: bool = False) -> None:
    async def work() -> Layout:
        services = services_of(interaction)
        return await _similar_to(services, await resolve(services.library, wanted))

    await answer(interaction, work(), manner(private))


async def _similar_to(services: Services, paper_itself: Paper) -> Layout:
    papers = await services.library.similar(paper_itself.id, limit=_SIMILAR)
    title = clip_escaped(paper_itself.title, 200)
    if not papers:
        return Notice(f"The catalog has no paper like **{title}** yet.")
    return PaperList(f"Papers like **{title}**", papers, origin=Similar(handle(paper_itself), back=True))


async def _press_similar(interaction: Interaction, wanted: Similar) -> None:
    services = services_of(interaction)

    async def work() -> Layout:
        return await _similar_to(services, await _known(services, wanted.paper))

    # From a card the list is a new answer; Back, on a card that came from the list, turns to it in place.
    await answer(interaction, work(), manner_of_turn(interaction) if wanted.back else Manner.PRIVATE)


@paper.command(name="cite", description="Cite a paper: BibTeX, APA or plain text.")
@app_commands.describe(
    wanted="A title, an arXiv id, or a link",
    style="BibTeX unless you choose otherwise",
    private="Show the answer only to you",
)
@app_commands.choices(
    style=[
        app_commands.Choice(name="BibTeX", value=Style.BIBTEX.value),
        app_commands.Choice(name="APA", value=Style.APA.value),
        app_commands.Choice(name="Plain text", value=Style.PLAIN.value),
    ]
)
@app_commands.autocomplete(wanted=titles)
@app_commands.rename(wanted="paper")
async def cite_command(
    interaction: Interaction, wanted: Query, style: str = Style.BIBTEX.value, private: bool = False
) -> None:
    async def work() -> Layout:
        return await _citation(await resolve(services_of(interaction).library, wanted), Style(style))

    await answer(interaction, work(), manner(private))


async def _citation(paper_itself: Paper, style: Style) -> Layout:
    # Thousands of authors with LaTeX in their names take seconds.
    return Citation(paper_itself, style, await asyncio.to_thread(cite, paper_itself, style))


async def _press_cite(interaction: Interaction, wanted: Cite) -> None:
    services = services_of(interaction)

    async def work() -> Layout:
        return await _citation(await _known(services, wanted.paper), wanted.style or Style.BIBTEX)

    await answer(interaction, work(), manner_of_turn(interaction) if wanted.style else Manner.PRIVATE)


@paper.command(name="random", description="A paper by chance, from the catalog or from what a search finds.")
@app_commands.describe(query="Only papers that match this search", private="Show the answer only to you")
async def random(interaction: Interaction, query: Query | None = None, private: bool = False) -> None:
    services = services_of(interaction)
    await answer(interaction, _by_chance(services, query or ""), manner(private))


async def _by_chance(services: Services, query: str) -> Layout:
    drawn = await services.library.random(query)
    if drawn is None:
        raise UserError("No paper matches that search. Try fewer or other words.")
    again = button("Another", Random(await token_for(services.parked, query)))
    return PaperCard(drawn, more=[again])


async def _press_random(interaction: Interaction, wanted: Random) -> None:
    services = services_of(interaction)

    async def work() -> Layout:
        return await _by_chance(services, await query_of(services.parked, wanted.query))

    await answer(interaction, work(), manner_of_turn(interaction))


@paper.command(name="recent", description="The newest papers of the catalog.")
@app_commands.describe(private="Show the answer only to you")
async def recent(interaction: Interaction, private: bool = False) -> None:
    await answer(interaction, _newest(services_of(interaction), 1), manner(private))


async def _newest(services: Services, page: int) -> Layout:
    papers = await services.library.recent(PAGE_SIZE, (page - 1) * PAGE_SIZE)
    total = await services.library.count()
    if not papers:
        return Notice("There is no such page: the catalog has fewer papers." if total else _EMPTY)
    here = Recent(page)
    return PaperList(
        f"**The newest papers**, of {counted(total, 'paper')}",
        papers,
        origin=here,
        first_rank=(page - 1) * PAGE_SIZE + 1,
        below=page_row(here, pages_of(total, PAGE_SIZE)),
    )


async def _press_recent(interaction: Interaction, wanted: Recent) -> None:
    work = _newest(services_of(interaction), wanted.page)
    await answer(interaction, work, manner_of_turn(interaction))


async def _open(interaction: Interaction, wanted: Open) -> None:
    services = services_of(interaction)

    async def work() -> Layout:
        return PaperCard(await _known(services, wanted.paper), back=wanted.back)

    await answer(interaction, work(), manner_of_turn(interaction))


async def _known(services: Services, paper_id: str) -> Paper:
    found = await services.library.paper(paper_id)
    if found is None:
        raise UnknownPaper(paper_id)
    return found


BUTTONS: Handlers = {
    Open: _open,
    Similar: _press_similar,
    Cite: _press_cite,
    Random: _press_random,
    Recent: _press_recent,
}
