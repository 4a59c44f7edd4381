"""Where papers come from."""

from __future__ import annotations

from bot.doctor.finding import Finding, well, wrong
from bot.errors import SourceError
from bot.settings import Settings
from bot.sources.arxiv import ArXiv
from bot.sources.hugging_face import HuggingFace

_KNOWN_TO_ALL = "1706.03762"
"""Attention Is All You Need."""


async def check_hugging_face(settings: Settings) -> list[Finding]:
    """Whether it answers as it should."""
    source = HuggingFace.at(settings.hugging_face_endpoint, settings.hugging_face_token, settings.homepage)
    return await _answers(source, "PAPERBOY_HUGGING_FACE_ENDPOINT")


async def check_arxiv(settings: Settings) -> list[Finding]:
    """Whether it answers as it should."""
    source = ArXiv.at(settings.arxiv_endpoint, settings.arxiv_follow, settings.homepage)
    return await _answers(source, "PAPERBOY_ARXIV_ENDPOINT")


async def _answers(source: HuggingFace | ArXiv, setting: str) -> list[Finding]:
    try:
        harvest = await source.paper(_KNOWN_TO_ALL)
    except SourceError as error:
        return [
            wrong(source.name, f"{str(error).rstrip('.')}: check the network, and {setting} if you set it.")
        ]
    finally:
        await source.close()
    if harvest.papers:
        return [well(source.name, "It answers.")]
    return [well(source.name, "It answers, though it doesn't have the paper that I asked for.")]
