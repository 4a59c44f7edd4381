"""The first catalog: the page and the facts that come with Paperboy."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bot.catalog import file, papers
from bot.catalog.merging import merge
from bot.paper.harvest import Harvest, Origin
from bot.paper.model import Paper
from bot.shipped import SEED_FACTS, SEED_PAGE, SEED_YEAR
from bot.sources.json_lines import read_json_lines
from bot.sources.seed_page import read_seed_page


def build_seed(catalog: Path) -> int:
    """Put the papers of the seed page into `catalog`, made where it is missing; returns how many it holds.

    All of them or, on an error, none. A second call changes nothing.
    """
    page = read_seed_page(SEED_PAGE.read_text(encoding="utf-8"), year=SEED_YEAR)
    with SEED_FACTS.open("rb") as lines:
        facts = [record for record in read_json_lines(lines) if isinstance(record, Paper)]
    if catalog.exists():
        return _fill(catalog, [*page.papers, *facts])
    with file.made_whole(catalog) as new:
        return _fill(new, [*page.papers, *facts])


def _fill(catalog: Path, seed: Sequence[Paper]) -> int:
    with closing(file.open_for_writing(catalog)) as database:
        merge(database, Harvest(Origin.SEED, tuple(seed)))
        return papers.count(database)
