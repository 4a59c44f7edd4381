"""`/paper show`, `similar`, `cite`, `random`, `recent`, and the buttons of their answers."""

from __future__ import annotations

from discord import app_commands

from bot.errors import UserError
from bot.paper.citing import Style
from bot.services import ServicesHere
from bot.views.layout import Layout, Notice, button
from bot.views.paging import page_row, pages_of
from bot.views.paper_buttons import Open, Random, Recent, Then
from bot.views.paper_card import PaperCard
from bot.views.paper_list import PAGE_SIZE, PaperList
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.replies import answer, manner, manner_of_turn
from commands.paper.known_paper import known_paper
from commands.paper.one_paper import answer_about, titles
from commands.paper.paper_group import Typed, paper
from commands.paper.searches import query_of, token_for

_EMPTY = "I have no papers yet. The bot's operator can add some with `paperboy import`."


@paper.command(name="show", description="Show one paper: abstract, links, code.")
@app_commands.describe(wanted="A title, an arXiv id, or a link", private="Show the answer only to you")
@app_commands.autocomplete(wanted=titles)
@app_commands.rename(wanted="paper")
async def show(interaction: Interaction, wanted: Typed, private: bool = False) -> None:
    """`/paper show`."""
    await answer_about(interaction, wanted, Then.SHOW, private=private)


@paper.command(name="similar", description="Find similar papers.")
@app_commands.describe(wanted="A title, an arXiv id, or a link", private="Show the answer only to you")
@app_commands.autocomplete(wanted=titles)
@app_commands.rename(wanted="paper")
async def similar(interaction: Interaction, wanted: Typed, private: bool = False) -> None:
    """`/paper similar`."""
    await answer_about(interaction, wanted, Then.SIMILAR, private=private)


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
    interaction: Interaction, wanted: Typed, style: str = Style.BIBTEX.value, private: bool = False
) -> None:
    """`/paper cite`."""
    await answer_about(interaction, wanted, Then(style), private=private)


@paper.command(name="random", description="Pick a random paper.")
@app_commands.describe(query="Only papers that match this search", private="Show the answer only to you")
async def random(interaction: Interaction, query: Typed | None = None, private: bool = False) -> None:
    """`/paper random`."""
    services = services_of(interaction)
    await answer(interaction, _by_chance(services, query or ""), manner(private))


async def _by_chance(services: ServicesHere, query: str) -> Layout:
    drawn = await services.library.random(query)
    if drawn is None:
        raise UserError("No papers match that. Try fewer or other words.")
    again = button("Another", Random(await token_for(services.parked, query)))
    return PaperCard(drawn, more=[again])


async def _press_random(interaction: Interaction, wanted: Random) -> None:
    services = services_of(interaction)

    async def work() -> Layout:
        return await _by_chance(services, await query_of(services.parked, wanted.query))

    await answer(interaction, work(), manner_of_turn(interaction))


@paper.command(name="recent", description="Show the newest papers.")
@app_commands.describe(private="Show the answer only to you")
async def recent(interaction: Interaction, private: bool = False) -> None:
    """`/paper recent`."""
    await answer(interaction, _newest(services_of(interaction), 1), manner(private))


async def _newest(services: ServicesHere, page: int) -> Layout:
    papers = await services.library.recent(PAGE_SIZE, (page - 1) * PAGE_SIZE)
    total = await services.library.count()
    if not papers:
        missing = "That page doesn't exist. Run `/paper recent` for the first one."
        return Notice(missing if total else _EMPTY, private=True)
    here = Recent(page)
    return PaperList(
        f"**Newest papers** · {total:,} in total",
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
        return PaperCard(await known_paper(services, wanted.paper), back=wanted.back)

    await answer(interaction, work(), manner_of_turn(interaction))


BUTTONS: Handlers = {
    Open: _open,
    Random: _press_random,
    Recent: _press_recent,
}
