"""The parts that settings make, as the bot and the shell both need them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.measuring.figures import Figures
from bot.search.library import Library
from bot.settings import Settings
from bot.shipped import CODE
from bot.sources.arxiv import ArXiv
from bot.sources.hugging_face import HuggingFace
from bot.sources.seed import build_seed
from bot.sources.updater import Sources

if TYPE_CHECKING:
    from bot.sources.semantic_scholar import SemanticScholar


def library_of(settings: Settings, catalog: Path | None = None, figures: Figures | None = None) -> Library:
    """The library on the settings' catalog, or on another; close it. What it measures goes to `figures`."""
    return Library(
        catalog or settings.catalog,
        sentence_model=settings.sentence_model,
        make=build_seed,
        start_builder=start_builder,
        figures=figures,
    )


def sources_of(settings: Settings) -> Sources:
    """Hugging Face, arXiv and, with a key, Semantic Scholar at their addresses; close them."""
    return Sources(
        HuggingFace.at(settings.hugging_face_endpoint, settings.hugging_face_token, settings.homepage),
        ArXiv.at(settings.arxiv_endpoint, settings.arxiv_follow, settings.homepage),
        _semantic_scholar(settings),
    )


def _semantic_scholar(settings: Settings) -> SemanticScholar | None:
    if settings.semantic_scholar_key is None:
        return None
    from bot.sources.semantic_scholar import SemanticScholar

    return SemanticScholar.at(
        settings.semantic_scholar_key, settings.semantic_scholar_endpoint, settings.homepage
    )


def start_builder(catalog: Path) -> subprocess.Popen[bytes]:
    """A process that builds the index of this catalog: `paperboy index`, yielding to all others."""
    command = [sys.executable, "-m", "bot", "index", "--background", "--catalog", str(catalog.absolute())]
    return subprocess.Popen(  # noqa: S603 (our own command, no shell)
        command, cwd=CODE, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
