"""Several papers by their ids and links: a card for one, a list for more, and what is missing below."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.paper.ids import Address, OwnId, Reference, references_in, written
from bot.search.meant_paper import looked_up_in
from bot.views.layout import Layout
from bot.views.markdown import counted
from bot.views.paper_buttons import InMessage
from bot.views.paper_card import PaperCard
from bot.views.paper_list import PaperList
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.replies import answer, manner_of_turn
from commands.paper.missing_papers import missing_layout, notice_of
from commands.paper.searches import query_of, token_for

_MOST = 8


async def several(
    interaction: Interaction, references: Sequence[Reference], where: str, *, public: bool
) -> Layout:
    """The papers of at least one reference; `where` says in the headline where they were found.

    Hidden ones are left out; where all are, it raises HiddenHere.
    """
    services = services_of(interaction)
    shown = references[:_MOST]
    looked_up = await looked_up_in(services.library, shown)
    papers = {paper.id: paper for _, paper in looked_up if paper}
    missing = [reference for reference, paper in looked_up if not (paper or isinstance(reference, Address))]
    if not papers:
        return await missing_layout(interaction, missing or shown, public=public)
    if len(papers) == 1 and not missing:
        return PaperCard(next(iter(papers.values())))
    notice = await notice_of(interaction, missing, public=public) if missing else None
    notes = [notice.sentence] if notice else []
    if len(references) > _MOST:
        notes.append(f"I looked up the first {_MOST} of {len(references):,}.")
    return PaperList(
        f"**{counted(len(papers), 'paper')}**{where}",
        papers.values(),
        origin=InMessage(await token_for(services.parked, " ".join(map(written, references)))),
        below=[
            *([ui.TextDisplay(f"-# {' '.join(notes)}")] if notes else []),
            *(notice.row if notice else ()),
        ],
    )


def _read(text: str) -> list[Reference]:
    """What `written` wrote, one beside the other."""
    return [next(references_in(each), OwnId(each)) for each in text.split()]


async def _press_back(interaction: Interaction, wanted: InMessage) -> None:
    services = services_of(interaction)

    async def work() -> Layout:
        references = _read(await query_of(services.parked, wanted.ids))
        return await several(interaction, references, " in this message", public=False)

    await answer(interaction, work(), manner_of_turn(interaction))


BUTTONS: Handlers = {InMessage: _press_back}
