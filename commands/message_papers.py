"""The message menu "Find papers in this message"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import discord
from discord import app_commands

from bot.errors import HiddenHere, StaleButton, UserError
from bot.paper.ids import Address, ArxivId, OwnId, Reference, is_arxiv_id, references_in
from bot.search.meant_paper import Finds, paper_of
from bot.views.buttons import decode
from bot.views.layout import Layout
from commands.answering.context import Interaction, services_of
from commands.answering.replies import Manner, answer
from commands.paper.several_papers import several

_LONGEST = 60_000
"""Characters that are read: ten embeds and a forwarded message hold less."""
_ADDRESSES_LOOKED_UP = 20


@app_commands.context_menu(name="Find papers in this message")
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
@app_commands.allowed_installs(guilds=True, users=True)
async def papers_in_message(interaction: Interaction, message: discord.Message) -> None:
    """The menu of a message: the papers that it names."""

    async def work() -> Layout:
        references = await named_in(interaction, message)
        if not references:
            raise UserError(
                "I found no papers in this message. I look for arXiv ids, DOIs, and links to arXiv, Hugging "
                "Face and other paper sites."
            )
        return await several(interaction, references, " in this message", public=False)

    await answer(interaction, work(), Manner.PRIVATE)


async def named_in(interaction: Interaction, message: discord.Message) -> list[Reference]:
    """Papers, and of the other addresses those that the catalog knows."""
    found: list[Reference] = list(references_in("\n".join(_texts(message))[:_LONGEST]))
    if message.author == interaction.client.user:
        found += [
            ArxivId(paper_id) if is_arxiv_id(paper_id) else OwnId(paper_id)
            for paper_id in _opened_by(message.components)
        ]
    found = list(dict.fromkeys(found))
    library = services_of(interaction).library
    addresses = [reference for reference in found if isinstance(reference, Address)][:_ADDRESSES_LOOKED_UP]
    held = {address for address in addresses if await _is_held(library, address)}
    return [reference for reference in found if not isinstance(reference, Address) or reference in held]


async def _is_held(library: Finds, address: Address) -> bool:
    """Also where it is hidden here: whoever shows the papers leaves that one out."""
    try:
        return await paper_of(library, address) is not None
    except HiddenHere:
        return True


def _texts(message: discord.Message | discord.MessageSnapshot) -> Iterator[str]:
    """All that a reader of the message sees as text or as a link; of files not the names."""
    yield message.content
    for embed in message.embeds:
        yield from _embed_texts(embed)
    for component in _walk(message.components):
        yield from (text for text in (_text(component, "content"), _text(component, "url")) if text)
    if isinstance(message, discord.Message):
        for snapshot in message.message_snapshots:
            yield from _texts(snapshot)


def _embed_texts(embed: discord.Embed) -> Iterator[str]:
    fields = (text for field in embed.fields for text in (field.name, field.value))
    texts = (
        embed.title,
        embed.url,
        embed.author.name,
        embed.author.url,
        embed.description,
        *fields,
        embed.footer.text,
    )
    yield from (text for text in texts if text)


def _walk(components: Sequence[Any]) -> Iterator[Any]:
    """Every component, those inside others, too."""
    for component in components:
        yield component
        yield from _walk(getattr(component, "children", ()))
        if accessory := getattr(component, "accessory", None):
            yield accessory


def _text(component: Any, name: str) -> str:
    value = getattr(component, name, None)
    return value if isinstance(value, str) else ""


def _opened_by(components: Sequence[Any]) -> Iterator[str]:
    """The papers that the buttons of one of our own messages are about: a list shows no ids."""
    for component in _walk(components):
        try:
            paper_id = getattr(decode(_text(component, "custom_id")), "paper", "")
        except StaleButton:
            continue
        if paper_id:
            yield paper_id
