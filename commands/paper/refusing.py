"""Not for me, on a card and in a letter, and its undoing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.errors import HiddenHere, StaleButton, UserError
from bot.paper.model import Paper, is_paper_id
from bot.services import ServicesHere
from bot.views.follow_buttons import NotForMeIn, RefuseSome
from bot.views.layout import Layout
from bot.views.list_buttons import RefuseThis, TakeBack, TakeBackSome
from bot.views.refused_papers import ChooseRefused, Refused, TakenBack
from commands.answering.context import Handlers, Interaction, inbox_of, services_of
from commands.answering.menus import all_offered, chosen
from commands.answering.replies import Manner, answer, manner_of_turn
from commands.paper.known_paper import known_paper

_OF_A_LETTER = "To get fewer here, change what you follow with `/follow show`."


async def refuse(interaction: Interaction, paper: Paper) -> None:
    """It is not for whoever pressed."""
    services, today = services_of(interaction), services_of(interaction).clock().date()
    earlier = await services.library.earlier_ids([paper])
    await services.picked.refuse(interaction.user.id, paper, today, earlier=earlier[paper.id])


async def take_back(interaction: Interaction, paper: Paper) -> None:
    """It is refused no longer by whoever pressed."""
    services = services_of(interaction)
    earlier = await services.library.earlier_ids([paper])
    await services.picked.take_back(interaction.user.id, paper, earlier=earlier[paper.id])


async def paper_or_id(services: ServicesHere, paper_id: str) -> Paper:
    """The paper; one that has left the catalog, or is hidden here, by the id alone.

    StaleButton where no paper has such an id.
    """
    if not is_paper_id(paper_id):
        raise StaleButton
    try:
        found = await services.library.paper(paper_id)
    except HiddenHere:
        found = None
    return found or Paper(id=paper_id, title=paper_id)


async def _press_refuse_this(interaction: Interaction, pressed: RefuseThis) -> None:
    async def work() -> Layout:
        paper = await known_paper(services_of(interaction), pressed.paper)
        await refuse(interaction, paper)
        return Refused([paper])

    await answer(interaction, work(), Manner.PRIVATE)


async def _press_not_for_me(interaction: Interaction, wanted: NotForMeIn) -> None:
    async def work() -> Layout:
        services, person = services_of(interaction), interaction.user.id
        found = await inbox_of(interaction).inboxes.in_letter(wanted.letter_id, person)
        known = await services.library.known([each.match.paper_id for each in found])
        refused = await _refused_ids(services, person)
        papers = [paper for paper in known.values() if paper.id not in refused]
        if not papers:
            raise UserError("There is no paper left to say that of. See what came with `/inbox show`.")
        return await _refused(interaction, papers) if len(papers) == 1 else ChooseRefused(papers)

    await answer(interaction, work(), Manner.PRIVATE)


async def _choose_refused(interaction: Interaction, _: RefuseSome) -> None:
    async def work() -> Layout:
        return await _refused(interaction, await _chosen_papers(interaction))

    await answer(interaction, work(), manner_of_turn(interaction))


async def _refused(interaction: Interaction, papers: Sequence[Paper]) -> Layout:
    for paper in papers:
        await refuse(interaction, paper)
    return Refused(papers, _OF_A_LETTER)


async def _press_take_back(interaction: Interaction, pressed: TakeBack) -> None:
    async def work() -> Layout:
        return await _taken_back(interaction, [await paper_or_id(services_of(interaction), pressed.paper)])

    await answer(interaction, work(), manner_of_turn(interaction))


async def _choose_taken_back(interaction: Interaction, _: TakeBackSome) -> None:
    async def work() -> Layout:
        papers = await _chosen_papers(interaction)
        if not papers:
            raise StaleButton
        return await _taken_back(interaction, papers)

    await answer(interaction, work(), manner_of_turn(interaction))


async def _taken_back(interaction: Interaction, papers: Sequence[Paper]) -> Layout:
    services = services_of(interaction)
    for paper in papers:
        await take_back(interaction, paper)
    refused = await _refused_ids(services, interaction.user.id)
    offered = await papers_of(services, all_offered(interaction))
    return TakenBack(papers, [paper for paper in offered if paper.id in refused])


async def _refused_ids(services: ServicesHere, person: int) -> set[str]:
    """Today's ids of what was not for them, and those by which that is kept."""
    kept = [each.paper_id for each in await services.picked.of(person) if each.refused]
    return {*kept, *(await services.library.moved(kept)).values()}


async def _chosen_papers(interaction: Interaction) -> list[Paper]:
    return await papers_of(services_of(interaction), chosen(interaction))


async def papers_of(services: ServicesHere, paper_ids: Iterable[str]) -> list[Paper]:
    """Each as `paper_or_id` has it, each once."""
    found = [await paper_or_id(services, each) for each in paper_ids]
    return [*{paper.id: paper for paper in found}.values()]


BUTTONS: Handlers = {
    RefuseThis: _press_refuse_this,
    NotForMeIn: _press_not_for_me,
    RefuseSome: _choose_refused,
    TakeBack: _press_take_back,
    TakeBackSome: _choose_taken_back,
}
