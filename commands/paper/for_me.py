"""`/paper for-me`: five new papers a day for one person, by what they saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.errors import HiddenHere, UserError
from bot.paper.model import Paper
from bot.readers.owner import Kind, Owner
from bot.search.profile import Profile
from bot.search.query import parse_query
from bot.services import ServicesHere
from bot.state.picked import Pick
from bot.views.for_me_page import A_DAY, AskForTaste, ForMe, Picked
from bot.views.layout import Layout
from bot.views.list_buttons import ChooseAuthor, NotForMe
from bot.views.markdown import clip_escaped
from bot.views.paper_buttons import Find
from bot.views.paper_list import PAGE_SIZE, PaperList
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.modal import Modal
from commands.answering.replies import Manner, answer, manner_of_turn
from commands.paper.paper_group import paper
from commands.paper.searches import token_for

_ENOUGH_SAVED = 3
_LONGEST_NAME = 80


@paper.command(name="for-me", description="Five new papers a day, picked by what you saved.")
async def for_me(interaction: Interaction) -> None:
    """`/paper for-me`."""
    await answer(interaction, _picked(interaction), Manner.PRIVATE)


async def _picked(interaction: Interaction) -> Layout:
    services, person = services_of(interaction), interaction.user.id
    saved = await services.lists.saved_ids(Owner(Kind.PERSON, person))
    if len(saved) < _ENOUGH_SAVED:
        return AskForTaste(len(saved), _ENOUGH_SAVED)
    picks, day = await _of_today(services, person, saved), services.clock().date()
    named = [each for pick in picks for each in (pick.paper_id, pick.because) if each]
    known = await services.library.known(named)
    return ForMe(
        [
            Picked(known[pick.paper_id], known.get(pick.because) if pick.because else None)
            for pick in picks
            if pick.paper_id in known
        ],
        day,
    )


async def _of_today(services: ServicesHere, person: int, saved: Sequence[str]) -> list[Pick]:
    """Those picked today already stay, whatever was saved since; what is missing is picked now."""
    day, before = services.clock().date(), await services.picked.of(person)
    refused = tuple(each.paper_id for each in before if each.refused)
    todays = [each for each in before if each.day == day and not each.refused]
    if len(todays) >= A_DAY:
        return todays[:A_DAY]
    found = await services.library.fitting(
        Profile(tuple(saved), refused),
        day,
        wanted=A_DAY - len(todays),
        without=[each.paper_id for each in before],
    )
    new = [Pick(fit.paper_id, day, fit.because) for fit in found]
    await services.picked.keep(person, new, first=len(before))
    return [*todays, *new]


async def _press_not_for_me(interaction: Interaction, pressed: NotForMe) -> None:
    async def work() -> Layout:
        services, person = services_of(interaction), interaction.user.id
        refused = await _known(services, pressed.paper)
        # One that has left the catalog is refused by the id that it had.
        paper = refused or Paper(id=pressed.paper, title=pressed.paper)
        await services.picked.refuse(person, paper, services.clock().date())
        return await _picked(interaction)

    await answer(interaction, work(), manner_of_turn(interaction))


async def _known(services: ServicesHere, paper_id: str) -> Paper | None:
    try:
        return await services.library.paper(paper_id)
    except HiddenHere:
        return None


async def _press_choose_author(interaction: Interaction, _: ChooseAuthor) -> None:
    await interaction.response.send_modal(_AuthorForm())


class _AuthorForm(Modal):
    def __init__(self) -> None:
        super().__init__(title="Papers of an author", timeout=900)
        self.name: ui.TextInput[Any] = ui.TextInput(
            placeholder="As in Ada Lovelace", max_length=_LONGEST_NAME
        )
        self.add_item(ui.Label(text="Name", component=self.name))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Show the author's papers, which can be saved at once."""

        async def work() -> Layout:
            services = services_of(interaction)
            name = " ".join(self.name.value.replace('"', " ").split())
            typed = f'author:"{name}"'
            found = await services.library.find(parse_query(typed), limit=PAGE_SIZE)
            if not name or not found.hits:
                raise UserError(
                    f"I have no paper by “{clip_escaped(name, _LONGEST_NAME)}”. Try another spelling, or "
                    "`/paper find` with a topic."
                )
            place = Find(await token_for(services.parked, typed))
            said = (
                f"**Papers by {clip_escaped(name, _LONGEST_NAME)}** · save those you like in the menu below"
            )
            return PaperList(said, [hit.paper for hit in found.hits], origin=place)

        await answer(interaction, work(), Manner.PRIVATE)


BUTTONS: Handlers = {NotForMe: _press_not_for_me, ChooseAuthor: _press_choose_author}
