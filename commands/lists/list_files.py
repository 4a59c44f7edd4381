"""`/list export` and `/list import`: lists as files."""

from __future__ import annotations

import asyncio
import io
import tempfile
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Protocol, cast

import discord
from discord import app_commands

from bot.errors import SourceError, UserError
from bot.paper.harvest import Skipped
from bot.paper.model import Paper
from bot.readers.exporting import ExportFormat, exported, file_name
from bot.views.layout import Layout
from bot.views.reading_list import ExportedList, ImportedList
from commands.answering.context import Interaction, services_of
from commands.answering.cooldown import Cooldowns
from commands.answering.replies import Manner, answer
from commands.lists.list_group import PLACES, Name, Place, list_called, list_names, lists, owner_at

_LARGEST = 10 * 2**20
"""Bytes of an import."""
_MOST = 2_000
"""Papers of an import."""
_LONGEST_ENDING = 40
_MOST_SKIPPED = 10_000
"""Records without a paper after which a file is given up: a packed one may hold any number."""


class _HasImports(Protocol):
    imports: Cooldowns
    """How often a person may import a file."""


@lists.command(name="export", description="Get a list as a file.")
@app_commands.describe(
    form="For which program", name="The list; the one you saved to last when not given", place="Whose list"
)
@app_commands.rename(form="format")
@app_commands.choices(
    place=PLACES,
    form=[
        app_commands.Choice(name="BibTeX", value=ExportFormat.BIBTEX.value),
        app_commands.Choice(name="RIS", value=ExportFormat.RIS.value),
        app_commands.Choice(name="CSL-JSON", value=ExportFormat.CSL_JSON.value),
        app_commands.Choice(name="CSV", value=ExportFormat.CSV.value),
        app_commands.Choice(name="JSON lines", value=ExportFormat.JSON_LINES.value),
        app_commands.Choice(name="Markdown, with your notes", value=ExportFormat.MARKDOWN.value),
    ],
)
@app_commands.autocomplete(name=list_names)
async def export_list(
    interaction: Interaction, form: str, name: Name | None = None, place: str = Place.MINE.value
) -> None:
    """`/list export`."""

    async def work() -> Layout:
        services, chosen = services_of(interaction), ExportFormat(form)
        on = await list_called(interaction, name, place)
        lines = await services.lists.lines(on, interaction.user.id)
        if not lines:
            raise UserError("Nothing is on that list yet. Save a paper first, or use `/list add`.")
        known = await services.library.known([line.paper_id for line in lines])
        of_lines = [
            (line, known.get(line.paper_id) or line.paper or Paper(id=line.paper_id, title=line.title))
            for line in lines
        ]
        data = await asyncio.to_thread(exported, on.name, of_lines, chosen)
        limit = interaction.filesize_limit
        if len(data) > limit:
            raise UserError(
                f"That file has {len(data) / 2**20:.1f} MB, and Discord takes {limit // 2**20} here. Move "
                "some papers to another list first."
            )
        file = discord.File(io.BytesIO(data), filename=file_name(on.name, chosen))
        return ExportedList(on, len(lines), file)

    await answer(interaction, work(), Manner.PRIVATE)


@lists.command(name="import", description="Put the papers of a file on a list.")
@app_commands.describe(
    file="BibTeX, RIS, CSL-JSON, CSV, JSON or JSON lines, up to 10 MB and 2,000 papers",
    name="The list; the one you saved to last when not given",
    place="Your own lists when not given",
)
@app_commands.choices(place=PLACES)
@app_commands.autocomplete(name=list_names)
async def import_list(
    interaction: Interaction,
    file: discord.Attachment,
    name: Name | None = None,
    place: str = Place.MINE.value,
) -> None:
    """`/list import`."""

    async def work() -> Layout:
        if file.size > _LARGEST:
            raise UserError(
                f"That file is larger than {_LARGEST // 2**20} MB. Split it, and import each part."
            )
        services, owner = services_of(interaction), owner_at(interaction, place)
        first = name is None and not await services.lists.of(owner)
        to = None if first else await list_called(interaction, name, place, to_edit=True)
        cast(_HasImports, interaction.client.tree).imports.take(interaction)
        with tempfile.TemporaryDirectory(prefix="paperboy-import-") as made:
            path = Path(made) / _safe(file.filename)
            await file.save(path)
            read = await asyncio.to_thread(_read, path)
        held = await services.library.each_as_held(read.papers)
        papers = [known or paper for known, paper in zip(held, read.papers, strict=True)]
        records = [paper.id for known, paper in zip(held, read.papers, strict=True) if known is None]
        if not papers:
            raise UserError(f"I found no paper in that file.{_why(read.skipped)}")
        saving = await services.lists.save(
            owner, papers, by=interaction.user.id, to=to, records=frozenset(records)
        )
        return ImportedList(saving, len(set(records)), len(read.skipped), cut=read.cut)

    await answer(interaction, work(), Manner.PRIVATE)


@dataclass(slots=True)
class _Read:
    papers: list[Paper] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    cut: bool = False
    """Whether the file has more than is read."""


def _read(path: Path) -> _Read:
    """At most `_MOST` papers of the file; UserError where it can't be read."""
    # For whoever imports a file: what guesses encodings is slow to load.
    from bot.sources.files import PaperFile

    read = _Read()
    try:
        harvests = PaperFile(path).harvests()
        for harvest in harvests:
            read.papers += harvest.papers
            read.skipped += harvest.skipped
            if len(read.papers) > _MOST or len(read.skipped) > _MOST_SKIPPED:
                read.cut = True
                harvests.close()
                break
    except SourceError as error:
        raise UserError(f"I can't read that file: {_shortened(error, path)}") from error
    read.papers = read.papers[:_MOST]
    return read


def _safe(name: str) -> str:
    """Its ending tells the format, and no more of it is trusted."""
    return f"file{''.join(PurePath(name[-_LONGEST_ENDING:]).suffixes)}"


def _shortened(error: SourceError, path: Path) -> str:
    """Without the folder, and without what only a shell has."""
    said = str(error).replace(f"{path}: ", "").replace(str(path), path.name)
    return said.partition(" If it is one of these")[0].partition(": give it with --")[0]


def _why(skipped: list[Skipped]) -> str:
    return f" {len(skipped):,} entries have no title or id that I can use." if skipped else ""
