"""What is said of papers that the catalog lacks, and who may add them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from discord import ui

from bot.catalog.ids import Address, ArxivId, Doi, OwnId, Reference
from bot.errors import UserError
from bot.views.choices import Missing, add_row
from bot.views.layout import Layout
from bot.views.text import clip
from commands.answering.context import Interaction
from commands.paper.adding import refusal

_NAMED = 5
_SHOWN = 100


@dataclass(frozen=True)
class Notice:
    """`sentence` is what to say, `row` what to press."""

    sentence: str
    row: Sequence[ui.Item[Any]] = ()


async def notice_of(interaction: Interaction, missing: Sequence[Reference], *, public: bool) -> Notice:
    """For at least one paper or address that the catalog lacks."""
    papers = [reference for reference in missing if not isinstance(reference, Address)]
    if not papers:
        return Notice(_no_paper(missing[0]))
    named = ", ".join(_named(reference) for reference in papers[:_NAMED])
    more = f" and {len(papers) - _NAMED:,} more" if len(papers) > _NAMED else ""
    sentence = f"I don't have {named}{more}."
    arxiv_ids = [reference.id for reference in papers if isinstance(reference, ArxivId)]
    if not arxiv_ids:
        return Notice(f"{sentence} Add it with its arXiv id or a BibTeX entry: `/paper add`.")
    refused = await refusal(interaction)
    if refused:
        return Notice(f"{sentence} {refused}")
    return Notice(sentence, add_row(arxiv_ids, public=public))


async def missing_layout(interaction: Interaction, missing: Sequence[Reference], *, public: bool) -> Layout:
    """The notice alone; an address that is no paper is an error."""
    notice = await notice_of(interaction, missing, public=public)
    if all(isinstance(reference, Address) for reference in missing):
        raise UserError(notice.sentence)
    return Missing(notice.sentence, notice.row)


def _named(reference: Reference) -> str:
    match reference:
        case ArxivId(id=name) | OwnId(id=name) | Doi(doi=name):
            return _as_code(name)
        case Address(url=address):
            return _as_code(address)


def _no_paper(address: Reference) -> str:
    return (
        f"{_named(address)} doesn't look like a paper. Try a link to arXiv or Hugging Face, such as "
        "`https://arxiv.org/abs/2411.13543`, a DOI, or words of the title."
    )


def _as_code(text: str) -> str:
    return f"`{clip(text.replace('`', chr(39)), _SHOWN)}`"
