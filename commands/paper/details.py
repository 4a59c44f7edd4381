"""All about a paper in one private message, and what it turns to: papers like it, its citation."""

from __future__ import annotations

import asyncio

from discord import ui

from bot.paper.citing import Style, cite
from bot.paper.model import Paper
from bot.services import ServicesHere
from bot.views.citation import Citation
from bot.views.layout import Layout, Notice
from bot.views.markdown import titled
from bot.views.paper_buttons import Cite, CiteDetails, More, Similar, Where, handle
from bot.views.paper_card import PaperDetails, back_to
from bot.views.paper_list import PaperList
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.replies import Manner, answer, manner_of_turn
from commands.paper.known_paper import known_paper

_SIMILAR = 5


async def similar_to(services: ServicesHere, paper: Paper, where: Where = Where.LIST) -> Layout:
    """Papers like `paper`, each of which leads back here; within the details, back to them, too."""
    papers = await services.library.similar(paper.id, limit=_SIMILAR)
    title = titled(paper.title, 200)
    back = [ui.ActionRow(back_to(More(handle(paper), back=True)))] if where is Where.DETAILS else []
    if not papers:
        return Notice(f"I have no papers like **{title}** yet.", *back, private=True)
    return PaperList(f"Papers like **{title}**", papers, origin=Similar(handle(paper), where), below=back)


async def citation(paper: Paper, style: Style, *, back: bool = False) -> Layout:
    """The paper's citation in this style; with `back`, a button to its card."""
    # Thousands of authors with LaTeX in their names take seconds.
    return Citation(paper, style, await asyncio.to_thread(cite, paper, style), back=back)


async def _press_more(interaction: Interaction, wanted: More) -> None:
    async def work() -> Layout:
        return PaperDetails(await known_paper(services_of(interaction), wanted.paper))

    await answer(interaction, work(), manner_of_turn(interaction) if wanted.back else Manner.PRIVATE)


async def _press_similar(interaction: Interaction, wanted: Similar) -> None:
    services = services_of(interaction)

    async def work() -> Layout:
        return await similar_to(
            services, await known_paper(services, wanted.paper), wanted.where or Where.LIST
        )

    await answer(interaction, work(), manner_of_turn(interaction) if wanted.where else Manner.PRIVATE)


async def _press_cite(interaction: Interaction, wanted: Cite) -> None:
    async def work() -> Layout:
        paper = await known_paper(services_of(interaction), wanted.paper)
        return await citation(paper, wanted.style or Style.BIBTEX)

    await answer(interaction, work(), manner_of_turn(interaction) if wanted.style else Manner.PRIVATE)


async def _press_cite_details(interaction: Interaction, wanted: CiteDetails) -> None:
    async def work() -> Layout:
        paper = await known_paper(services_of(interaction), wanted.paper)
        return await citation(paper, wanted.style, back=True)

    await answer(interaction, work(), manner_of_turn(interaction))


BUTTONS: Handlers = {
    More: _press_more,
    Similar: _press_similar,
    Cite: _press_cite,
    CiteDetails: _press_cite_details,
}
