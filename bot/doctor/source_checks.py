"""Where papers come from."""

from __future__ import annotations

from bot.clock import Clock
from bot.doctor.finding import Finding, note, skipped, well, wrong
from bot.errors import SourceBusy, SourceError
from bot.settings import Settings
from bot.sources.arxiv import ArXiv
from bot.sources.hugging_face import HuggingFace
from bot.sources.semantic_scholar import NAME, SemanticScholar

_KNOWN_TO_ALL = "1706.03762"
"""Attention Is All You Need."""
_LACKS = "It answers, though it doesn't have the paper that I asked for."


async def check_hugging_face(settings: Settings) -> list[Finding]:
    """Whether it answers as it should."""
    source = HuggingFace.at(settings.hugging_face_endpoint, settings.hugging_face_token, settings.homepage)
    return await _answers(source, "PAPERBOY_HUGGING_FACE_ENDPOINT")


async def check_arxiv(settings: Settings) -> list[Finding]:
    """Whether it answers as it should."""
    source = ArXiv.at(settings.arxiv_endpoint, settings.arxiv_follow, settings.homepage)
    return await _answers(source, "PAPERBOY_ARXIV_ENDPOINT")


async def check_semantic_scholar(settings: Settings, clock: Clock) -> list[Finding]:
    """Whether it takes the key, where there is one."""
    if settings.semantic_scholar_key is None:
        return [skipped(NAME, "PAPERBOY_SEMANTIC_SCHOLAR_KEY is not set: citations aren't counted.")]
    source = SemanticScholar.at(
        settings.semantic_scholar_key, settings.semantic_scholar_endpoint, settings.homepage
    )
    try:
        found = await source.citations([_KNOWN_TO_ALL], clock().date())
    except SourceBusy:
        return [note(NAME, "It wants fewer requests at the moment. The bot waits and asks again by itself.")]
    except SourceError as error:
        said = str(error)
        if "check PAPERBOY_" not in said:
            setting = "PAPERBOY_SEMANTIC_SCHOLAR_ENDPOINT"
            said = f"{said.rstrip('.')}: check the network, and {setting} if you set it."
        return [wrong(NAME, said)]
    finally:
        await source.close()
    return [well(NAME, "It answers." if found else _LACKS)]


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
    return [well(source.name, _LACKS)]
