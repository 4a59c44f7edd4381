"""The message menu "Find papers in this message"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord
from discord import app_commands, ui

from bot.catalog.ids import arxiv_ids_in
from bot.catalog.models import Paper
from bot.errors import HiddenHere, UserError
from bot.services import Services
from bot.views.buttons import InMessage
from bot.views.layout import Layout
from bot.views.paper_card import PaperCard
from bot.views.paper_list import PaperList
from bot.views.text import counted
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.replies import Manner, answer, manner_of_turn
from commands.paper.searches import query_of, token_for

_MOST = 8


@app_commands.context_menu(name="Find papers in this message")
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
@app_commands.allowed_installs(guilds=True, users=True)
async def papers_in_message(interaction: Interaction, message: discord.Message) -> None:
    ids = list(arxiv_ids_in("\n".join(_texts(message))))
    if not ids:
        raise UserError("This message has no link to arXiv or Hugging Face papers, and no arXiv id.")
    await answer(interaction, _cards(services_of(interaction), ids), Manner.PRIVATE)


def _texts(message: discord.Message) -> Iterator[str]:
    yield message.content
    for embed in message.embeds:
        yield from (text for text in (embed.url, embed.title, embed.description) if text)
    for snapshot in message.message_snapshots:
        yield snapshot.content


def _fetching(missing: Sequence[str]) -> str:
    if len(missing) == 1:
        return f"`/paper add {missing[0]}` fetches it."
    return "`/paper add` fetches one at a time."


async def _looked_up(services: Services, paper_id: str) -> list[tuple[str, Paper | None]]:
    """The paper, or None for one that is not in the catalog; nothing at all of one that is hidden."""
    try:
        return [(paper_id, await services.library.paper(paper_id))]
    except HiddenHere:
        return []


async def _cards(services: Services, ids: Sequence[str]) -> Layout:
    shown = ids[:_MOST]
    looked_up = [each for paper_id in shown for each in await _looked_up(services, paper_id)]
    found = [paper for _, paper in looked_up if paper]
    notes = []
    if missing := [paper_id for paper_id, paper in looked_up if paper is None]:
        notes.append(f"Not in the catalog: {', '.join(missing)}. {_fetching(missing)}")
    if not found:
        raise UserError(notes[0]) if notes else HiddenHere
    if len(ids) == 1:
        return PaperCard(found[0])
    if len(ids) > _MOST:
        notes.append(f"The message names {len(ids) - _MOST:,} more.")
    return PaperList(
        f"**{counted(len(found), 'paper')}** in this message",
        found,
        origin=InMessage(await token_for(services.parked, " ".join(ids))),
        below=[ui.TextDisplay(f"-# {' '.join(notes)}")] if notes else [],
    )


async def _press_back(interaction: Interaction, wanted: InMessage) -> None:
    services = services_of(interaction)

    async def work() -> Layout:
        return await _cards(services, (await query_of(services.parked, wanted.ids)).split())

    await answer(interaction, work(), manner_of_turn(interaction))


BUTTONS: Handlers = {InMessage: _press_back}
