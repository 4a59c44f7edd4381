"""`/settings hide` and `/settings hidden`: papers that a server does not want to see."""

from __future__ import annotations

from discord import app_commands

from bot.errors import HiddenHere, NotAllowed, UnknownPaper, UserError
from bot.paper.model import Paper
from bot.readers.owner import Kind
from bot.search.meant_paper import Meant, meant
from bot.search.query import parse_query
from bot.services import ServicesHere
from bot.views.hidden_papers import HIDDEN_A_PAGE, HiddenList, NowHidden, ShownAgain
from bot.views.layout import Layout, Notice
from bot.views.markdown import titled
from bot.views.paging import pages_of
from bot.views.paper_buttons import ListHidden, ShowAgain
from commands.answering.context import Handlers, Interaction, owner_of, services_of
from commands.answering.replies import Manner, answer
from commands.paper.add import settings
from commands.paper.one_paper import titles
from commands.paper.paper_group import Typed

_NONE = "No paper is hidden in this server. Hide one with `/settings hide`."


@settings.command(name="hide", description="Hide a paper in this server, from its daily papers too.")
@app_commands.describe(wanted="A title, an arXiv id, or a link")
@app_commands.autocomplete(wanted=titles)
@app_commands.rename(wanted="paper")
async def hide(interaction: Interaction, wanted: Typed) -> None:
    """`/settings hide`."""

    async def work() -> Layout:
        server, services = _server(interaction), services_of(interaction)
        paper = await _meant(services, wanted)
        return NowHidden(paper, new=await services.hidden.hide(server, paper))

    await answer(interaction, work(), Manner.PRIVATE)


async def _meant(services: ServicesHere, wanted: str) -> Paper:
    """The one paper that is meant: hiding a wrong one would go unnoticed. One that is hidden comes last."""
    query = parse_query(wanted)
    try:
        found = await meant(services.library, query)
    except HiddenHere:
        found = Meant()
    paper = found.paper or (await meant(services.library.with_hidden(), query)).paper
    if paper is not None:
        return paper
    if found.choices:
        titles = ", ".join(f"“{titled(paper.title, 80)}”" for paper in found.choices)
        raise UserError(f"Which paper do you mean? Choose a title while typing, such as {titles}.")
    raise UnknownPaper(wanted)


@settings.command(name="hidden", description="See the papers hidden in this server, and show them again.")
async def hidden(interaction: Interaction) -> None:
    """`/settings hidden`."""
    await answer(interaction, _page(interaction, 1), Manner.PRIVATE)


async def _page(interaction: Interaction, page: int) -> Layout:
    server, papers = _server(interaction), services_of(interaction).hidden
    total = await papers.count(server)
    page = min(page, pages_of(total, HIDDEN_A_PAGE))
    found = await papers.page(server, limit=HIDDEN_A_PAGE, offset=(page - 1) * HIDDEN_A_PAGE)
    return HiddenList(found, total, page) if found else Notice(_NONE)


async def _press_list(interaction: Interaction, wanted: ListHidden) -> None:
    await answer(interaction, _page(interaction, wanted.page), Manner.TURN)


async def _press_show_again(interaction: Interaction, wanted: ShowAgain) -> None:
    async def work() -> Layout:
        shown = await services_of(interaction).hidden.show(_server(interaction), wanted.paper)
        if wanted.back is not None:
            return await _page(interaction, wanted.back.page)
        if shown is None:
            raise UserError("That paper isn't hidden in this server.")
        return ShownAgain(shown)

    await answer(interaction, work(), Manner.TURN)


def _server(interaction: Interaction) -> int:
    owner = owner_of(interaction)
    if owner.kind is not Kind.SERVER:
        raise NotAllowed("These settings are for servers in which the bot is a member.")
    return owner.id


BUTTONS: Handlers = {ListHidden: _press_list, ShowAgain: _press_show_again}
