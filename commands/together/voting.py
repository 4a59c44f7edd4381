"""👍 on cards and daily posts, and `/paper top`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, cast

from discord import app_commands

from bot.errors import HiddenHere, NotAllowed
from bot.readers.owner import Kind
from bot.readers.votes import Since, by_paper
from bot.services import ServicesHere
from bot.views.layout import Layout
from bot.views.paging import page_of
from bot.views.server_buttons import Top, Vote
from bot.views.top_page import A_PAGE, TopPage
from commands.answering.context import Handlers, Interaction, owner_of, services_of
from commands.answering.queue import Queue
from commands.answering.replies import answer, manner, manner_of_turn
from commands.answering.vote_board import VoteBoard
from commands.paper.known_paper import known_paper
from commands.paper.paper_group import paper


class _Tree(Protocol):
    queue: Queue
    votes: VoteBoard


def server_here(interaction: Interaction, what: str = "That works") -> int:
    """The server's id; NotAllowed, saying `what` is for servers, where the bot is a member of none."""
    owner = owner_of(interaction)
    if owner.kind is not Kind.SERVER:
        raise NotAllowed(f"{what} in servers that I'm a member of.")
    return owner.id


async def _press_vote(interaction: Interaction, wanted: Vote) -> None:
    guild_id, services = server_here(interaction), services_of(interaction)
    tree = cast(_Tree, interaction.client.tree)
    # First: what is read for it may take longer than Discord waits, and hundreds press a good paper at once.
    async with tree.queue.acknowledging():
        await interaction.response.defer()
    await tree.queue.run(_toggle(services, guild_id, wanted.paper, interaction.user.id))
    tree.votes.pressed(interaction, _Counts(services))


async def _toggle(services: ServicesHere, guild_id: int, handle: str, person: int) -> None:
    known = await known_paper(services, handle)
    earlier = await services.library.earlier_ids([known])
    await services.votes.toggle(guild_id, known, person, earlier=earlier[known.id])


class _Counts:
    """How many people like papers, for the board."""

    def __init__(self, services: ServicesHere) -> None:
        self._services = services

    async def of(self, guild_id: int, handles: Sequence[str]) -> Mapping[str, int]:
        """By what buttons call them; a paper that can't be seen any more has none."""
        found = {}
        for handle in handles:
            try:
                known = await self._services.library.paper(handle)
            except HiddenHere:
                continue
            if known is not None:
                found[handle] = known
        papers = [*found.values()]
        earlier = await self._services.library.earlier_ids(papers)
        counts = await self._services.votes.counts(guild_id, papers, earlier=earlier)
        return {handle: counts[known.id] for handle, known in found.items()}

    async def take_edit(self, message_id: int) -> bool:
        return await self._services.votes.take_edit(message_id)


@paper.command(name="top", description="What this server liked most.")
@app_commands.describe(
    period="The last seven days unless you choose otherwise", private="Show it only to you"
)
@app_commands.choices(
    period=[
        app_commands.Choice(name="This week", value=Since.WEEK.value),
        app_commands.Choice(name="This month", value=Since.MONTH.value),
        app_commands.Choice(name="This year", value=Since.YEAR.value),
        app_commands.Choice(name="Of all time", value=Since.ALL.value),
    ]
)
async def top(interaction: Interaction, period: str = Since.WEEK.value, private: bool = False) -> None:
    """`/paper top`."""
    await answer(interaction, _top(interaction, Top(Since(period))), manner(private))


async def _top(interaction: Interaction, here: Top) -> Layout:
    services = services_of(interaction)
    server = server_here(interaction, "`/paper top` shows what a server likes: use it")
    liked = await services.votes.liked(server, here.since)
    known = await services.library.known([each.paper_id for each in liked])
    rows = by_paper([(known[each.paper_id], each) for each in liked if each.paper_id in known])
    return TopPage(page_of(rows, here.page, A_PAGE), len(rows), here.since)


async def _turn(interaction: Interaction, here: Top) -> None:
    await answer(interaction, _top(interaction, here), manner_of_turn(interaction))


BUTTONS: Handlers = {Vote: _press_vote, Top: _turn}
