"""`/paper for-me`: five new papers a day for one person, by what they saved and liked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discord import ui

from bot.errors import UserError
from bot.following.personal_picks import TooFew
from bot.paper.model import Paper
from bot.readers.likings import ENOUGH_LIKED, Because, How, Picked
from bot.search.query import parse_query
from bot.state.picked import Pick
from bot.views.for_me_page import AskForTaste, ForMe
from bot.views.layout import Layout
from bot.views.list_buttons import ChooseAuthor, NotForMe, TakeBackPick, TakeBackPicks
from bot.views.markdown import clip_escaped
from bot.views.paper_buttons import Find
from bot.views.paper_list import PAGE_SIZE, PaperList
from commands.answering.context import Handlers, Interaction, inbox_of, services_of
from commands.answering.menus import chosen
from commands.answering.modal import Modal
from commands.answering.replies import Manner, answer, manner_of_turn
from commands.paper.paper_group import paper
from commands.paper.refusing import paper_or_id, papers_of, refuse, take_back
from commands.paper.searches import token_for

_LONGEST_NAME = 80


@paper.command(name="for-me", description="Five new papers a day, picked by what you saved and liked.")
async def for_me(interaction: Interaction) -> None:
    """`/paper for-me`."""
    await answer(interaction, _picked(interaction), Manner.PRIVATE)


async def _picked(interaction: Interaction, *, refused: Paper | None = None) -> Layout:
    """What is picked today; of what is not for them today's picks, and the one `refused` just now."""
    services = services_of(interaction)
    person = interaction.user.id
    day = await inbox_of(interaction).today_of(person)
    found = await services.personal.of_day(person, day, services.library)
    if isinstance(found, TooFew):
        return AskForTaste(found.known, ENOUGH_LIKED, found.lacking)
    named = [each for pick in found.picks for each in (pick.paper_id, pick.because) if each]
    known = await services.library.known(named)
    unwanted = await papers_of(services, [each.paper_id for each in found.refused])
    if refused is not None and refused.id not in {paper.id for paper in unwanted}:
        unwanted.append(refused)
    return ForMe(
        [_shown(pick, found.how, known) for pick in found.picks if pick.paper_id in known],
        found.day,
        refused=unwanted,
    )


def _shown(pick: Pick, how: Mapping[str, How], known: Mapping[str, Paper]) -> Picked:
    if pick.because is None:
        return Picked(known[pick.paper_id])
    return Picked(known[pick.paper_id], Because(known.get(pick.because), how.get(pick.because)))


async def _press_not_for_me(interaction: Interaction, pressed: NotForMe) -> None:
    async def work() -> Layout:
        # One that has left the catalog is refused by the id that it had.
        paper = await paper_or_id(services_of(interaction), pressed.paper)
        await refuse(interaction, paper)
        return await _picked(interaction, refused=paper)

    await answer(interaction, work(), manner_of_turn(interaction))


async def _press_take_back(interaction: Interaction, pressed: TakeBackPick) -> None:
    async def work() -> Layout:
        await take_back(interaction, await paper_or_id(services_of(interaction), pressed.paper))
        return await _picked(interaction)

    await answer(interaction, work(), manner_of_turn(interaction))


async def _choose_take_back(interaction: Interaction, _: TakeBackPicks) -> None:
    async def work() -> Layout:
        for each in await papers_of(services_of(interaction), chosen(interaction)):
            await take_back(interaction, each)
        return await _picked(interaction)

    await answer(interaction, work(), manner_of_turn(interaction))


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


BUTTONS: Handlers = {
    NotForMe: _press_not_for_me,
    TakeBackPick: _press_take_back,
    TakeBackPicks: _choose_take_back,
    ChooseAuthor: _press_choose_author,
}
