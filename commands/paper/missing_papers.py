"""What is said of papers that the catalog lacks, and who may add them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from discord import ui

from bot.errors import UserError
from bot.paper.ids import Address, ArxivId, Reference, written
from bot.search.query import Unread, Unreadable
from bot.views.choices import Missing, add_row
from bot.views.filters import left_out, typed
from bot.views.layout import Layout
from commands.answering.context import Interaction
from commands.paper.add import refusal

_NAMED = 5


@dataclass(frozen=True)
class MissingNotice:
    """`sentence` is what to say, `row` what to press."""

    sentence: str
    row: Sequence[ui.Item[Any]] = ()


async def notice_of(interaction: Interaction, missing: Sequence[Reference], *, public: bool) -> MissingNotice:
    """For at least one paper or address that the catalog lacks."""
    papers = [reference for reference in missing if not isinstance(reference, Address)]
    if not papers:
        return MissingNotice(left_out(Unread(written(missing[0]), Unreadable.ADDRESS)))
    named = ", ".join(typed(written(reference)) for reference in papers[:_NAMED])
    more = f" and {len(papers) - _NAMED:,} more" if len(papers) > _NAMED else ""
    sentence = f"I don't have {named}{more}."
    refused = await refusal(interaction)
    if refused:
        return MissingNotice(f"{sentence} {refused}")
    arxiv_ids = [reference.id for reference in papers if isinstance(reference, ArxivId)]
    if not arxiv_ids:
        return MissingNotice(f"{sentence} Add it with its arXiv id or a BibTeX entry: `/paper add`.")
    return MissingNotice(sentence, add_row(arxiv_ids, public=public))


async def missing_layout(interaction: Interaction, missing: Sequence[Reference], *, public: bool) -> Layout:
    """The notice alone; an address that is no paper is an error."""
    notice = await notice_of(interaction, missing, public=public)
    if all(isinstance(reference, Address) for reference in missing):
        raise UserError(notice.sentence)
    return Missing(notice.sentence, notice.row)
