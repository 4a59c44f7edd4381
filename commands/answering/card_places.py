"""Cards get the buttons of the place where they are shown."""

from __future__ import annotations

from bot.readers.owner import Kind
from bot.state.failures import is_passing
from bot.views.layout import Layout
from bot.views.paper_card import CardPlace, PaperCard, PaperDetails
from commands.answering.context import Interaction, owner_of, services_of


async def place(interaction: Interaction, layout: Layout, *, alone: bool) -> None:
    """Make a card that of its place: `alone` where one person sees it. Nothing for any other layout."""
    if isinstance(layout, PaperCard | PaperDetails):
        await _without_a_page_of_its_own(interaction, layout)
    owner = owner_of(interaction)
    if not isinstance(layout, PaperCard) or owner.kind is not Kind.SERVER:
        return
    if alone:
        layout.placed(CardPlace.ALONE)
        return
    layout.placed(CardPlace.SERVER, await _votes(interaction, layout, owner.id))


async def _votes(interaction: Interaction, card: PaperCard, guild_id: int) -> int:
    try:
        services, paper = services_of(interaction), card.paper
        earlier = await services.library.earlier_ids([paper])
        counts = await services.votes.counts(guild_id, [paper], earlier=earlier)
    except Exception as error:
        if not is_passing(error):
            raise
        # A card without its count is better than none.
        return 0
    return counts[card.paper.id]


async def _without_a_page_of_its_own(interaction: Interaction, layout: PaperCard | PaperDetails) -> None:
    """What people wrote in a server, or for themselves, is on no page, and no title leads there."""
    services = services_of(interaction)
    if services.settings.public_url and not await services.library.is_everywhere(layout.paper.id):
        layout.headings = ()
